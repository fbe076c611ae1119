# SPDX-License-Identifier: Apache-2.0
# A shell that waits for children: what it calls depends on which of them are late.
# "early": the child process has ended before the shell waits; "late": it ends while
# the shell waits; nothing: as it comes.

state_is() { # pid, letter of /proc/PID/stat
	read -r _ _ state _ 2>/dev/null <"/proc/$1/stat" && [ "$state" = "$2" ]
}

case ${1-} in
early)
	: &
	# if the child has vanished already, the calls of reading its state are still made
	state_is $$ Z || :
	while [ -e /proc/$! ] && ! state_is $! Z; do :; done
	wait
	;;
late)
	(until state_is $$ S; do :; done) &
	wait
	;;
*)
	/bin/true &
	echo one | /bin/cat
	wait
	;;
esac
