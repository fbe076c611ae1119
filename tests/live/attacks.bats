#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `gen --deny FAMILY` denies: every known way to the effect of a family is tried
# where nothing is denied, under its profile, and under profiles from guides.
# shellcheck disable=SC2154

load ../lib/common
load ../lib/workloads
load ../lib/attacks

# Everything is tried once, for all tests, which compare the results.
setup_file() {
	load ../lib/common
	load ../lib/attacks
	export TRIED=$BATS_FILE_TMPDIR

	require_root
	require seccomp
	require_tool unshare jq hostname
	[ "$(uname -m)" = x86_64 ] || miss "the attacks are written for x86-64"
	cd "$TRIED" || return
	mapfile -t families < <(attack_families)
	mkdir plain.profiles marked.profiles
	for family in "${families[@]}"; do
		"$SCTRACE" gen --runtime none --deny "$family-family" -o "plain.profiles/$family.json" 2>"$family.review" || return
		# nothing but the filter answers ENOTBLK; what containers need is in e2e/starts.bats
		marked <"plain.profiles/$family.json" >"marked.profiles/$family.json" || return
	done
	# side by side: most of the time each waits for one small process
	attack_apart attack_all native sweep "" "${families[@]}" &
	local native=$!
	attack_apart attack_all marked sweep "$TRIED/marked.profiles" "${families[@]}" &
	local marked=$!
	attack_apart attack_all plain "" "$TRIED/plain.profiles" "${families[@]}" &
	local plain=$!

	# one after the other, for each has its status
	wait "$native" && wait "$marked" && wait "$plain"
}

# Without calls of ABIs that the kernel does not serve.
tried() { # name of what was tried
	grep -v ' unserved$' "$TRIED/$1"
}

# Fails when there are lines, and shows them.
none() { # file, what they are
	[ -s "$1" ] || return 0
	echo "$2:" >&2
	cat "$1" >&2
	return 1
}

@test "attacks: attack: every way works if nothing is denied" {
	local family way answer

	while read -r family way answer; do
		case $answer in
		done) continue ;;
		"refused 38") ! [[ $way =~ \.x32$|^($ATTACK_NEWER)(\.|$) ]] || continue ;;
		esac
		[ -n "${ATTACK_LACKING["$family $way"]-}" ] || echo "$family $way $answer"
	done < <(tried native.try) >wrong
	none wrong "ways that do not work"
	for family in $(attack_families); do
		has " $ATTACK_ONLY_SWEPT " " $family " 2>/dev/null || grep -q "^$family .* done$" "$TRIED/native.try" || echo "$family"
	done >wrong
	none wrong "families without an effect"
}

@test "attacks: attack: 32-bit calls are tried only if the kernel serves them" {
	local served=unserved

	"$SCTRACE" doctor -q compat || served='[^u].*'
	for tried in native.try native.sweep plain.try marked.try marked.sweep; do
		grep -h "\\.i386 $served\$" "$TRIED/$tried"
	done >wrong || true
	none wrong "not what the host is known for"
}

@test "attacks: attack: nothing is tried in the host's own namespaces" {
	local host kind

	run -2 "$FIXTURES/attack" try hostname
	has "$output" "ATTACK_HOST and /proc are needed"
	for kind in mnt uts ipc net pid; do
		host=$(readlink "/proc/self/ns/$kind")
		ATTACK_HOST=$host run -2 "$FIXTURES/attack" prepare chmod
		has "$output" "$host is the host's"
	done
	run ! test -e chmod.d
}

@test "attacks: attack: every call of a family is tried, and no kernel answers ENOTBLK" {
	local family

	for family in $(attack_families); do
		"$SCTRACE" list calls "$family-family" | cut -d' ' -f1 | sort >listed
		"$FIXTURES/attack" members "$family" | sort -u >swept
		# of other machines, or removed from Linux
		comm -23 listed swept | grep -vxE 'pciconfig_.*|recv|send' | sed "s/^/$family /" || true
	done >wrong
	none wrong "members that are not tried"
	grep -h -e 'answered 15$' -e 'refused 15$' "$TRIED/native.try" "$TRIED/native.sweep" >wrong || true
	none wrong "the kernel's own ENOTBLK"
}

@test "attacks: gen --deny: every call is denied on every ABI, with all arguments that matter" {
	tried marked.sweep | grep -v '(near' | grep -v 'answered 15$' >wrong || true
	none wrong "not answered by the filter"
	tried marked.sweep | grep '(near.*answered 15$' >wrong || true
	none wrong "innocent, but refused"
	# as many as without the filter: it did not end any attempt early
	is "$(wc -l <"$TRIED/marked.sweep")" "$(wc -l <"$TRIED/native.sweep")"
}

@test "attacks: gen --deny: only what the review announces gets through" {
	local family way answer mark words

	attack_announced >table
	for tried in plain.try marked.try; do
		is "$(wc -l <"$TRIED/$tried")" "$(wc -l <"$TRIED/native.try")"
		while read -r family way answer; do
			words=
			read -r mark words < <(sed -n "s/^$family $way //p" table) || true
			case $answer in
			refused*)
				case $tried in marked*)
					[ "$answer" = "refused 15" ] || [ -n "${ATTACK_TRANSLATED["$family $way"]-}" ] ||
						echo "$family $way: $answer, but not by the filter"
				esac
				;;
			done)
				if [ -z "$words" ]; then
					echo "$family $way: gets through, and is not in the table"
				elif ! grep -qF "no filter closes: $family: " "$TRIED/$family.review" ||
				     ! grep -F "no filter closes: $family: " "$TRIED/$family.review" | grep -qF -- "$words"; then
					case $mark in
					!) echo "# $family $way: not announced yet" >&3 ;;
					*) echo "$family $way: gets through, and the review has no '$words'" ;;
					esac
				fi
				;;
			*) [ -n "${ATTACK_LACKING["$family $way"]-}" ] || echo "$family $way: $answer" ;;
			esac
		done < <(tried "$tried")
	done >wrong
	none wrong "ways past the profiles"
}

@test "attacks: gen --deny: everything that is announced gets through" {
	local family way mark words

	while read -r family way mark words; do
		# it is not tried where its family is not
		! grep -q "^$family " "$TRIED/native.try" || grep -q "^$family $way " "$TRIED/native.try" ||
			echo "$family $way: there is no such way"
		[ "$mark" = "|" ] && grep -q "^$family $way done$" "$TRIED/native.try" || continue
		grep -q "^$family $way done$" "$TRIED/plain.try" || echo "$family $way"
	done < <(attack_announced) >wrong
	none wrong "denied, though the review says that no filter closes it"
}

# What got through of a family, by number on the native ABI and otherwise.
through() { # seed, family
	local profiles=$PWD/profiles.$1

	mkdir -p "$profiles"
	cp "$SRCDIR/tests/seeds/$1.json" "$profiles/$2.json"
	attack_apart attack_all "$1-$2" "" "$profiles" "$2"
	sed -n "s/^$2 \\(.*\\) done$/\\1/p" "$1-$2.try" | tr '\n' ' '
}

# bats test_tags=slow
@test "attacks: guides: a profile that names one call protects nothing" {
	local got

	got=$(through five-calls chmod)
	has "$got" "fchmod.x86_64 fchmodat.x86_64"
	hasnt "$got" " libc-chmod "
	has "$got" "ring-setxattr"
	got=$(through five-calls unlink)
	has "$got" "unlinkat.x86_64"
	has "$got" "ring "
	hasnt "$got" "libc-unlink "
	got=$(through five-calls link)
	has "$got" "linkat.x86_64"
	hasnt "$got" "libc-link "
	got=$(through five-calls statfs)
	has "$got" "fstatfs.x86_64"
	hasnt "$got" "libc-statfs "
	got=$(through five-calls mount)
	has "$got" "fsopen clone-tree"
	hasnt "$got" "libc-mount "
}

# bats test_tags=slow
@test "attacks: guides: a profile that names three calls, or the other ABIs, does little more" {
	local got

	has "$(through chmod-mkdir chmod)" "fchmodat.x86_64"
	got=$(through chmod-mkdir mkdir)
	has "$got" "mkdirat.x86_64"
	has "$got" "libc-mkdirat"
	got=$(through chmod-family chmod)
	has "$got" "libc-setxattr ring-setxattr ring-fsetxattr"
	hasnt "$got" "libc-fchmodat "
	if grep -q '^chmod fchmodat2.x86_64 done' "$TRIED/native.try"; then
		has "$got" "fchmodat2.x86_64"
	fi
	has "$(through ptrace-kexec ptrace)" "process_vm_readv.x86_64"
	got=$(through unshare namespace)
	has "$got" "setns.x86_64"
	has "$got" "clone.x86_64"
	has "$got" "clone3.x86_64"
}

# bats test_tags=slow
@test "attacks: guides: of the new mount calls one or all are denied, and mounts change all the same" {
	local got

	got=$(through mount-naive mount)
	has "$got" "fsopen"
	hasnt "$got" "libc-mount "
	got=$(through mount-minimal mount)
	has "$got" "libc-mount"
	has "$got" "fspick"
	hasnt "$got" "fsopen"
	got=$(through mount-full mount)
	has "$got" "libc-umount"
	has "$got" "pivot-root"
	hasnt "$got" "fsopen"
	if grep -q '^mount open_tree_attr.x86_64 done' "$TRIED/native.try"; then
		has "$got" "open_tree_attr.x86_64 "
	fi
}

# Under each family which the program is not known to need, alone, and under many at once.
# Not under all at once: git copies where it cannot link, and sets times then.
# bats test_tags=slow
@test "attacks: gen --deny: programs that do not use the family work as before" {
	local program family half deny

	attack_pairs >pairs
	"$FIXTURES/attack" families >all
	split -n l/2 all half.
	for program in files gcc git nginx python3; do
		require_work "$program"
		work_under "$program"
		for half in half.aa half.ab; do
			deny=()
			while read -r family; do
				grep -qx "$program $family" pairs && continue
				deny+=(--deny "$family-family")
				work_under "$program" "$SCTRACE" run -q -p "$TRIED/plain.profiles/$family.json" || {
					echo "$program under $family-family" >&2
					return 1
				}
			done <"$half"
			"$SCTRACE" gen -q "${deny[@]}" -o "$program.json"
			work_under "$program" "$SCTRACE" run -q -p "$PWD/$program.json"
		done
	done
}

# bats test_tags=slow
@test "attacks: gen --deny: a program that needs the family fails" {
	local program family
	# some wait forever
	export WORK_SECONDS=40

	# Remaining processes, like a server that no signal reached, end with their
	# namespace.  nginx's master without a worker starts the next, for ever.
	while read -r program family; do
		require_work "$program"
		if work_under "$program" unshare --pid --fork --kill-child "$SCTRACE" run -q \
			-p "$TRIED/plain.profiles/$family.json" 2>/dev/null 3>&-; then
			echo "$program $family"
		fi
	done < <(attack_pairs | grep -vx 'nginx creds') >wrong
	none wrong "programs that do not need the family"
}
