# SPDX-License-Identifier: Apache-2.0
# What tests/live/attacks.bats knows of the ways that `attack` tries, and how they are
# tried: in namespaces of their own, all families in one go.
# What is set here is used by the tests.
# shellcheck shell=bash disable=SC2034

# Ways that do not work even if nothing is denied, because the kernel lacks something.
declare -gA ATTACK_LACKING=(
	["clock rtc"]="machines without a clock of their own"
	["handle fdinfo"]="file systems without handles"
	["raw-io iopl.x86_64"]="kernels without CONFIG_X86_IOPL_IOPERM"
	["raw-io iopl.i386"]="the same" ["raw-io libc-iopl"]="the same"
	["raw-io ioperm.x86_64"]="the same" ["raw-io ioperm.i386"]="the same" ["raw-io libc-ioperm"]="the same"
	["raw-io port"]="kernels without CONFIG_DEVPORT" ["sched autogroup"]="those without CONFIG_SCHED_AUTOGROUP"
	["userfault device"]="Linux before 6.1" ["exec-memory userfault-device"]="the same"
	["mkdir overlay"]="kernels without overlayfs"
)

# Calls that the kernel may lack (ENOSYS), and how they count.
ATTACK_NEWER='fchmodat2|fchmodat2-empty|(set|get|list|remove)xattrat|file_[gs]etattr|open_tree_attr|clone-tree-attr|mount_setattr|process_madvise|statmount|ring.*'

# Families whose effects must not happen: only calls by number are tried.
ATTACK_ONLY_SWEPT='kexec module raw-io swap'

# Denied, but with another errno than the filter's: libc changes it.
declare -gA ATTACK_TRANSLATED=(
	["exec libc-system"]="1: the shell is not there"
	["fork libc-popen"]="12: libc says so of any failure"
)

# What gets through: family, way, and the part of `no filter closes: ...` that announces
# it.  With ! instead of | the review does not announce it yet.
attack_announced() {
	cat <<-'END'
		bpf socket-filter | socket filters (setsockopt SO_ATTACH_FILTER
		bpf seccomp-filter | and seccomp filters also put BPF into the kernel
		chmod create | files are created with a mode: open
		chmod mkdir | files are created with a mode
		chmod mknod | and mknod set any permission bits
		chmod copy | files are created with a mode
		chmod chown | chown drops set-id bits
		chown set-group-id | a directory with the set-group-id bit gives its group
		chown setfsuid | setfsuid, setuid and the like
		chroot setns | setns and unshare can put the caller into a mount namespace with another root
		clock rtc | ioctl on /dev/rtc
		creds user-namespace | a new user namespace gives all capabilities inside
		creds bounding-set | prctl and keyctl can also drop or keep parts of the identity
		creds socket-credentials | SCM_CREDENTIALS
		exec map | a loader in the process can map a program and jump to it
		exec-memory shmat-by-ipc-version | shmat through the ipc multiplexer of i386
		exec-memory old-mmap | the first mmap of i386 (number 90)
		exec-memory memfd | code can be written to a file or memfd
		exec-memory two-views | code can be written to a file or memfd
		exec-memory proc-mem | /proc/PID/mem
		exec-memory userfault-device | /dev/userfaultfd
		exec-memory program | execve maps what a program file asks for
		fork thread | a task made with CLONE_THREAD is a thread
		handle fdinfo | /proc/PID/fdinfo
		handle fanotify | fanotify
		hostname proc | the same names can be written under /proc/sys/kernel
		hostname setns | a UTS namespace with other names
		ipc shm-file | POSIX shared memory and semaphores are files under /dev/shm
		keys proc | /proc/keys
		link rename | rename moves the one name there is
		link bind-mount | a bind mount shows a file in a second place
		mkdir rename | rename brings in a directory made elsewhere
		mkdir overlay | overlay
		mknod bind | bind on a Unix socket makes a socket file
		mknod terminal | /dev/ptmx
		mount namespace | a new mount namespace copies all mounts
		mount remove-directory | in another mount namespace
		mqueue mounted | a mounted mqueue file system shows queues as files
		namespace proc-root | /proc/PID/root
		open memfd | memfd_create
		open mqueue | mq_open
		open open_tree | open_tree
		open mknod | mknod makes empty files
		open fanotify | fanotify
		perf bpf | raw tracepoints
		ptrace proc-mem | /proc/PID/mem reads and writes memory
		ptrace robust-list | get_robust_list
		ptrace perf | perf_event_open
		raw-io port | /dev/port, /dev/mem
		rename link | link and unlink together give the same result
		sched autogroup | /proc/PID/autogroup change shares by write
		signal fcntl | fcntl (F_SETOWN, F_SETSIG)
		signal timer | timers
		signal terminal | terminal ioctls also cause signals
		signal clone | the exit signal of clone
		signal prlimit | prlimit
		signal ptrace | ptrace
		stat access | getdents, access, open
		stat getdents | getdents, access, open
		stat lseek | lseek
		stat handle | name_to_handle_at
		stat flags | FS_IOC_GETFLAGS
		statfs mountinfo | /proc/self/mountinfo
		statfs statmount | statmount and listmount reveal type and options
		symlink rename | rename and link move or double links made elsewhere
		symlink link | rename and link move or double links made elsewhere
		syslog kmsg | /dev/kmsg
		truncate open | open with O_TRUNC
		truncate ioctl | ioctl (FS_IOC_*) can punch and zero
		truncate creat | creat empty a file
		truncate write | write beyond the end
		unlink rename | rename onto an existing name
		unlink mqueue | mq_unlink
		userfault device | /dev/userfaultfd gives the same by ioctl
		utime write | reading and writing set times as well
		x86-legacy set_thread_area.i386 | set_thread_area
		xattr ioctl | ioctl (FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR) changes inode flags
	END
}

# The families that programs of lib/workload.sh need, and why.
attack_needs() {
	cat <<-'END'
		files chmod chmod and install set modes
		files chown cp -a and install set owners
		files exec fork open stat: a shell script starts programs
		files mkdir rename symlink truncate unlink utime: it is what it tests
		gcc chmod ld and strip make their output executable
		gcc exec fork open stat: the driver runs cc1, as and ld
		git chmod objects are made read-only
		git exec-memory grep compiles its patterns (PCRE)
		git exec fork open stat: it runs other gits
		git mkdir rename unlink: files of a repository are made under other names, then renamed
		nginx creds a worker takes the user that is configured; the master goes on and on starting one
		nginx exec fork open stat: a shell script starts it and curl
		nginx mkdir mknod signal: the script makes directories and a fifo, and ends the server by a signal
		nginx socket it is a server
		python3 chmod copytree copies modes
		python3 exec fork open stat: it runs sort
		python3 mkdir unlink utime: copytree and TemporaryDirectory
		python3 socket a socketpair is part of the work
	END
}

# One line for each pair: PROGRAM FAMILY.  A line with several families ends the
# list with a colon.
attack_pairs() {
	local program families word

	while read -r program families; do
		case $families in
		*:*) families=${families%%:*} ;;
		*) families=${families%% *} ;;
		esac
		for word in $families; do
			echo "$program $word"
		done
	done < <(attack_needs)
}

# A third of the families if time is short.
attack_families() {
	"$FIXTURES/attack" families | if [ -n "${SCTRACE_BRIEF-}" ]; then sed -n '1~3p'; else cat; fi
}

# Runs a function of this file with these arguments in new
# namespaces; ATTACK_OTHER is a process in other ones.
attack_apart() { # function, arguments...
	local host

	host=$(readlink /proc/self/ns/{mnt,uts,ipc,net,pid})
	# shellcheck disable=SC2016
	ATTACK_HOST=$host timeout -k 5 $((3 * HANG)) unshare --mount --uts --ipc --net --pid --fork --mount-proc bash -c '
		set -e
		. "$SRCDIR/tests/lib/attacks.bash"
		unshare --mount --uts sleep infinity 3>&- &
		export ATTACK_OTHER=$!
		until [ "$(readlink /proc/$ATTACK_OTHER/ns/uts)" != "$(readlink /proc/self/ns/uts)" ]; do :; done
		hostname attacked
		mount -t tmpfs none /dev/shm
		"$@"' attack "$@" </dev/null 3>&-
}

# In a directory of its own: NAME.try, and with `sweep` NAME.sweep.  Profiles are
# PROFILES/FAMILY.json; without, nothing is denied.
attack_all() { # name, sweep or "", profiles or "", families...
	local name=$1 sweep=$2 profiles=$3 family mode

	mkdir "$name"
	cd "$name" || return
	for family in "${@:4}"; do
		"$FIXTURES/attack" prepare "$family"
		for mode in try $sweep; do
			if [ -z "$profiles" ]; then
				"$FIXTURES/attack" "$mode" "$family"
			elif [ "$family" = exec ]; then
				# under this filter no program can be started: it is saved, and installed later
				"$FIXTURES/attack" steal "$SCTRACE" run -q -p "$profiles/exec.json" true >exec.filter 2>err ||
					{ cat err >&2; return 1; }
				"$FIXTURES/attack" under exec.filter "$mode" exec
			else
				"$SCTRACE" run -q -p "$profiles/$family.json" "$FIXTURES/attack" "$mode" "$family"
			fi >>"../$name.$mode"
		done
	done
}
