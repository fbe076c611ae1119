#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks the tables of src/sysdb, also against each other.  Prints TAP, ends
# with 1 if a check fails.  gen-sysdb.awk checks the form of each table,
# and runs first.
set -u
LC_ALL=C
export LC_ALL

top=${srcdir:-.}
dir=$top/src/sysdb
awk=${AWK:-awk}
number=0
status=0

echo 1..35

for table in args consts syscalls missing risks families denials defaults releases runtimes programs timing systemd-groups; do
	number=$((number + 1))
	what="$number - $table.tbl is well formed and sorted"
	if detail=$("$awk" -v table="$table" -f "$top/scripts/gen-sysdb.awk" "$dir/$table.tbl" 2>&1 >/dev/null); then
		echo "ok $what"
	else
		echo "not ok $what"
		printf '%s\n' "$detail" | sed 's/^/# /'
		status=1
	fi
done

# shellcheck disable=SC2016 # the dollars are awk's
"$awk" -v number="$number" '
	# The problems noted for this check since the last one
	function report(what)
	{
		number++
		print (trouble == "" ? "ok " : "not ok ") number " - " what
		printf "%s", trouble
		if (trouble != "")
			failed = 1
		trouble = ""
	}

	function note(what)
	{
		trouble = trouble "# " what "\n"
	}

	FNR == 1 {
		table = FILENAME
		sub(/^.*\//, "", table)
	}
	/^#/ || /^$/ { next }

	table == "syscalls.tbl" {
		call[++calls] = $1
		is_call[$1] = 1
		risk[$1] = $4
		why[$1] = $5
		families_of[$1] = $8
		siblings_of[$1] = $9
	}
	table == "missing.tbl" && !($1 in is_call) { no_call = no_call " " $1 }
	table == "risks.tbl" {
		risk[++risks] = $1
		is_risk[$1] = 1
	}
	table == "families.tbl" {
		if (!($1 in is_family))
			family[++families] = $1
		is_family[$1] = 1
		helps[$1] += ($2 == "help")
	}
	table == "denials.tbl" {
		denial_family[++denials] = $1
		denial_call[denials] = $2
	}

	table == "families.tbl" && $2 == "part" {
		whole_of[$1] = $3
	}
	table == "families.tbl" && $2 == "choke" {
		choke_of[$1] = $3
	}

	table == "args.tbl" {
		if (!($1 in is_call))
			note($1 ": arguments of no call")
		has_args[$1] = 1
		for (i = 3; i <= NF; i++)
			if ($i ~ /[=|]/) {
				set = $i
				sub(/^[^=|]*[=|]/, "", set)
				is_set[set] = $1
			}
	}
	table == "consts.tbl" {
		has_const[$1] = 1
	}

	table == "runtimes.tbl" {
		is_runtime[$1] = 1
		if ($3 == "execve")
			versions[$1] = $2
		if (!($3 in is_call))
			note($1 ": no such call: " $3)
	}
	table == "timing.tbl" {
		timed = timed " " $2
		n = split($4, list, /[|+]/)
		for (i = 1; i <= n; i++)
			timed = timed " " list[i]
		timed_risk[$2] = 1
	}
	table == "programs.tbl" {
		how[++programs] = $2 " " $3
		runtime_of[programs] = $1
		is_started[$1] = is_started[$1 ":nnp"] = 1
	}

	END {
		for (i = 1; i <= calls; i++)
			if (!(call[i] in has_args))
				note(call[i] " has no row")
		report("the arguments of every call are known, and of nothing else")

		for (set in is_set)
			if (!(set in has_const))
				note(is_set[set] " takes constants of " set ", which has none")
		for (set in has_const)
			if (!(set in is_set) && set !~ /^(IPPROTO|NETLINK|SO)$/)
				note("no argument takes constants of " set)
		report("every set of constants is used, and every one used is there")

		for (name in choke_of) {
			n = split(choke_of[name], item, ",")
			for (i = 1; i <= n; i++)
				if (index("," families_of[item[i]] ",", "," name ",") == 0)
					note(name ": " item[i] " is no member")
		}
		report("every choke point is a member")

		for (i = 1; i <= calls; i++) {
			name = call[i]
			n = siblings_of[name] == "-" ? 0 : split(siblings_of[name], item, ",")
			for (j = 1; j <= n; j++) {
				if (!(item[j] in is_call))
					note(name ": its sibling " item[j] " has no row")
			}
		}
		report("every sibling is a call")

		for (i = 1; i <= calls; i++) {
			name = call[i]
			n = siblings_of[name] == "-" ? 0 : split(siblings_of[name], item, ",")
			for (j = 1; j <= n; j++) {
				if (index("," siblings_of[item[j]] ",", "," name ",") == 0)
					note(name " names " item[j] ", which does not name it")
			}
		}
		report("siblings name each other")

		for (i = 1; i <= calls; i++) {
			name = call[i]
			n = families_of[name] == "-" ? 0 : split(families_of[name], item, ",")
			for (j = 1; j <= n; j++) {
				has_member[item[j]] = 1
				if (!(item[j] in is_family))
					note(name ": its family " item[j] " has no row")
			}
		}
		report("every family of a call exists")

		for (i = 1; i <= families; i++)
			if (helps[family[i]] != 1)
				note(family[i] " has " helps[family[i]] " help rows")
		report("every family has one help")

		for (i = 1; i <= denials; i++) {
			name = denial_family[i]
			if (name in whole_of && index("," families_of[denial_call[i]] ",", "," whole_of[name] ","))
				has_member[name] = 1
		}
		for (i = 1; i <= families; i++)
			if (!(family[i] in has_member))
				note(family[i] " has no member")
		report("every family has a member")

		for (name in whole_of)
			if (!(whole_of[name] in is_family) || whole_of[name] in whole_of)
				note(name ": " whole_of[name] " is no whole family")
		report("every part is of a whole family")

		for (i = 1; i <= calls; i++) {
			name = call[i]
			if (why[name] == "-")
				continue
			is_used[why[name]] = 1
			if (!(why[name] in is_risk))
				note(name ": its reason " why[name] " has no row")
		}
		report("every reason of a risk exists")

		for (i = 1; i <= risks; i++)
			if (!(risk[i] in is_used))
				note(risk[i] " is the reason of no call")
		report("every reason of a risk is used")

		for (i = 1; i <= denials; i++)
			if (!(denial_call[i] in is_call))
				note(denial_family[i] " " denial_call[i] ": no such call")
		report("every denial names a call")

		for (i = 1; i <= denials; i++)
			if (!(denial_family[i] in is_family))
				note(denial_family[i] " " denial_call[i] ": no such family")
		report("every denial names a family")

		for (i = 1; i <= programs; i++) {
			if (!(runtime_of[i] in is_runtime) || !((runtime_of[i] ":nnp") in is_runtime))
				note("nothing is known of what " runtime_of[i] " calls")
			if (how[i] in owner)
				note(how[i] " is " owner[how[i]] " as well as " runtime_of[i])
			owner[how[i]] = runtime_of[i]
		}
		for (runtime in is_runtime)
			if (!(runtime in versions))
				note(runtime " does not execute the workload")
		for (runtime in is_runtime)
			# those execute an init, which installs no filter
			if (runtime != "init" && runtime !~ /:exec$/ && !(runtime in is_started))
				note(runtime " has no program")
		report("every runtime has programs, each its own")

		if (no_call != "")
			note("no calls:" no_call)
		report("every call of missing.tbl is one")

		n = split(timed, list, " ")
		for (i = 1; i <= n; i++)
			if (!(list[i] in is_call))
				note(list[i] ": no such call")
		for (c in timed_risk)
			if (risk[c] != "none" && risk[c] != "low")
				note(c " is of risk " risk[c] ", and cannot be allowed unseen")
		report("every call of timing.tbl is one, and those that it allows are of low risk")

		exit failed
	}
' "$dir/syscalls.tbl" "$dir/missing.tbl" "$dir/risks.tbl" "$dir/families.tbl" "$dir/denials.tbl" \
	"$dir/runtimes.tbl" "$dir/programs.tbl" "$dir/timing.tbl" "$dir/args.tbl" "$dir/consts.tbl" || status=1
number=$((number + 16))

# The machine's headers decide.  Those of the kernel and of libc do not fit into
# one file.  A constant that a header does not define is not an error: the header is older.
kernel_headers="types posix_types sched fcntl signal wait mman mount prctl personality ptrace seccomp
	keyctl bpf futex reboot ipc shm sem msg time timerfd net netlink fs falloc fadvise memfd mempolicy
	membarrier module kexec kcmp landlock io_uring perf_event userfaultfd inotify fanotify
	eventpoll random resource rseq stat xattr close_range pidfd capability ioprio vt kd tty nsfs
	fsverity fscrypt rtc sockios fiemap lsm"
asm_headers="termbits termios ioctls socket prctl"
libc_headers="sys/socket sys/mman sys/mount sys/wait sys/stat sys/epoll sys/eventfd sys/signalfd
	sys/timerfd sys/inotify sys/swap sys/shm sys/sem sys/msg sys/file sys/resource sys/xattr
	sys/ioctl sys/ptrace sys/time netinet/in netinet/tcp fcntl sched signal stdio time unistd"
cc=${CC:-cc}

tap() { # what is checked, the file that says what is wrong
	number=$((number + 1))
	if [ ! -s "$2" ]; then
		echo "ok $number - $1"
		return
	fi
	echo "not ok $number - $1"
	sed 's/^/# /' "$2"
	status=1
}

include() { # prefix, names
	prefix=$1
	shift
	for header; do
		printf '#if __has_include(<%s%s.h>)\n#include <%s%s.h>\n#endif\n' "$prefix" "$header" "$prefix" "$header"
	done
}

# A file with assertions, each on its own line: the compiler's errors
# as "name wrong", or "name unknown" if it does not know the name.
complaints() { # file
	limit=-fmax-errors=0
	$cc --version 2>/dev/null | grep -q clang && limit=-ferror-limit=0
	# shellcheck disable=SC2016 # the dollars are awk's
	$cc -std=gnu11 -w $limit -fsyntax-only "$1" 2>&1 | "$awk" -v file="$1" '
		index($0, file ":") == 1 && / error: / {
			split(substr($0, length(file) + 2), at, ":")
			if (/ static.assert[a-z]* failed/)
				wrong[at[1]] = 1
			else
				unknown[at[1]] = 1
		}
		END {
			for (n = 1; (getline line < file) > 0; n++) {
				split(line, part, "\"")
				if (n in unknown || n in wrong)
					print part[2], n in unknown ? "unknown" : "wrong"
			}
		}'
}

machine=$($cc -dumpmachine 2>/dev/null | sed 's/-.*//; s/^i[3-6]86$/x86/; s/^arm.*/arm/')
case $machine in
x86_64 | x86 | aarch64 | arm | riscv64)
	work=$(mktemp -d) || exit 1
	trap 'rm -rf "$work"' EXIT
	# shellcheck disable=SC2086 # lists
	{
		include linux/ $kernel_headers
		include asm/ $asm_headers
	} >"$work/kernel.c"
	# shellcheck disable=SC2086
	{
		echo '#define _GNU_SOURCE'
		include '' $libc_headers
	} >"$work/libc.c"
	# shellcheck disable=SC2016 # the dollars are awk's
	"$awk" -v machine="$machine" '
		function is_native() { return $5 == "-" || index("," $5 ",", "," machine ",") }
		!/^#/ && NF && is_native() && !seen[$2]++ {
			printf "_Static_assert((%s) < 0 ? (unsigned)(%s) == %s : (unsigned long long)(%s) == %s, \"%s\");\n",
				$2, $2, $3, $2, $3, $2
		}' "$dir/consts.tbl" >"$work/asserts"
	# shellcheck disable=SC2016 # the dollars are awk's
	"$awk" '!/^#/ && $6 ~ /^CAP_/ {
		n = split($6, cap, ",")
		for (i = 1; i <= n; i++)
			if (!seen[cap[i]]++)
				printf "_Static_assert(%s < 64, \"%s\");\n", cap[i], cap[i]
	}' "$dir/syscalls.tbl" >"$work/caps"
	cp "$work/kernel.c" "$work/caps.c"
	cat "$work/asserts" >>"$work/kernel.c"
	cat "$work/asserts" >>"$work/libc.c"
	cat "$work/caps" >>"$work/caps.c"
	for half in kernel libc caps; do
		complaints "$work/$half.c" | sort >"$work/$half"
	done
	# in a 64-bit libc all files are large, so that O_LARGEFILE is 0 there
	grep -hE ' wrong$' "$work/kernel" "$work/libc" | grep -v '^O_LARGEFILE ' | head -n 40 >"$work/differ"
	tap "no constant differs from the machine's headers" "$work/differ"
	total=$(grep -c . "$work/asserts")
	unknown=$(grep -h ' unknown$' "$work/kernel" "$work/libc" | uniq | sort | uniq -d | grep -c .)
	if [ "$((unknown * 5))" -gt "$total" ]; then
		echo "$unknown of $total constants are in no header: is anything compared at all?"
	fi >"$work/few"
	tap "most constants are in the machine's headers" "$work/few"
	tap "every gate is a capability" "$work/caps"

	# a call by its number in each of the ABIs that this machine has headers of
	for header in unistd unistd_64 unistd_32 unistd_x32; do
		include asm/ $header | $cc -E -dM -x c - 2>/dev/null
	done | grep '^#define __NR_[a-z_]' | sort -u >"$work/numbers"
	# shellcheck disable=SC2016 # the dollars are awk's
	"$awk" '
		FILENAME ~ /syscalls.tbl$/ {
			is_call[$1] = 1
			number[$1] = $2
			next
		}
		{
			sub(/^__NR_/, "", $2)
			if ($2 ~ /^(syscalls|arch_specific_syscall|syscall_base|oabi_syscall_base)$/ ||
			    $2 ~ /^(sync_file_range2|fadvise64_64)$/ && !($2 in is_call))
				next		# libseccomp has arm names of its own for these two
			if (!($2 in is_call))
				print $2 " has no row"
			else if (number[$2] ~ /^[0-9]+$/ && $3 ~ /^[0-9]+$/ && number[$2] != $3)
				print $2 " is number " $3 ", not " number[$2]
			compared++
		}
		END {
			if (compared < 300)
				print "only " compared + 0 " calls are in the headers"
		}' "$dir/syscalls.tbl" "$work/numbers" >"$work/missing"
	tap "every call of the machine's headers has a row" "$work/missing"
	# shellcheck disable=SC2016 # the dollars are awk's
	include asm-generic/ unistd | $cc -E -dM -x c - | "$awk" '
		FILENAME ~ /syscalls.tbl$/ {
			is_call[$1] = 1
			next
		}
		/^#define __NR_[a-z_]/ {
			sub(/^__NR_/, "", $2)
			if ($2 !~ /^(syscalls|arch_specific_syscall|sync_file_range2)$/ && !($2 in is_call))
				print $2 " has no row"
		}' "$dir/syscalls.tbl" - >"$work/missing"
	tap "every call that new architectures have has a row" "$work/missing"
	;;
*)
	for what in "no constant differs" "most constants are known" "every gate is a capability" \
		"calls of the headers" "calls of new architectures"; do
		number=$((number + 1))
		echo "ok $number - $what # SKIP no C compiler for an ABI of the tables"
	done
	;;
esac

# The running kernel's own declarations, where it shows them.  Numbers that may be
# a pointer, and longs whose upper half is ignored, are defined in the tables.
what="arguments are those that the running kernel declares"
work=${work:-$(mktemp -d)}
trap 'rm -rf "$work"' EXIT
# root may mount tracefs in its own namespace
formats='cat /sys/kernel/tracing/events/syscalls/sys_enter_*/format'
sh -c "$formats" >"$work/formats" 2>/dev/null ||
	unshare -m sh -c "mount -t tracefs none /sys/kernel/tracing && $formats" >"$work/formats" 2>/dev/null
if [ "$(uname -m)" = x86_64 ] && [ -s "$work/formats" ]; then
	# shellcheck disable=SC2016 # the dollars are awk's
	"$awk" -v narrowed=" clone:flags mmap:prot mmap:flags mmap:fd ptrace:pid preadv:fd preadv2:fd pwritev:fd pwritev2:fd readv:fd writev:fd " '
		function kind(type)
		{
			if (type ~ /[*]/ || type ~ /^(const )?cap_user_(header|data)_t$/)
				return "ptr"
			sub(/^const /, "", type)
			return type ~ /^(unsigned long|long|size_t|off_t|loff_t|aio_context_t|__u64)$/ ? "long" : "int"
		}
		function compare(i, ours, name)
		{
			if (!(call in args))
				return
			compared++
			for (i = 1; i <= 6; i++) {
				ours = i <= n[call] ? arg[call, i] : ""
				name = ours
				sub(/:.*/, "", ours)
				sub(/^[^:]*:/, "", name)
				sub(/[=|].*/, "", name)
				if (ours == "fd")
					ours = "int"
				if (ours == "str") {
					if (text[i])
						continue
					ours = "text"
				}
				if (ours == kernel[i] || (ours == "ptr" && kernel[i] != ""))
					continue
				if (ours == "int" && kernel[i] == "long" && index(narrowed, " " call ":" name " "))
					continue
				print call " argument " i ": " (ours == "" ? "none" : ours) ", the kernel has " \
					(kernel[i] == "" ? "none" : kernel[i])
			}
		}
		FILENAME ~ /args.tbl$/ {
			if ($0 ~ /^#/ || !NF || ($2 != "-" && index("," $2 ",", ",x86_64,") == 0))
				next
			args[$1] = 1
			n[$1] = $3 == "-" ? 0 : NF - 2
			for (i = 3; i <= NF; i++)
				arg[$1, i - 2] = $i
			next
		}
		/^name: / {
			if (call != "")
				compare()
			call = $2
			sub(/^sys_enter_/, "", call)
			sub(/^new(fstat|lstat|stat|uname)$/, substr(call, 4), call)
			call = call == "umount" ? "umount2" : call == "sendfile64" ? "sendfile" : call
			count = 0
			split("", kernel)
			split("", text)
		}
		/field:/ && !/ common_/ && !/ __syscall_nr;/ {
			sub(/.*field:/, "")
			sub(/ [a-zA-Z0-9_]*;.*/, "")
			kernel[++count] = kind($0)
			text[count] = $0 ~ /^(const )?char [*]$/
		}
		END {
			compare()
			if (compared < 300)
				print "only " compared + 0 " calls compared"
		}' "$dir/args.tbl" "$work/formats" >"$work/declared"
	tap "$what" "$work/declared"
else
	echo "ok $((number + 1)) - $what # SKIP no tracefs, or not x86-64"
fi

exit "$status"
