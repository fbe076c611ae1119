# SPDX-License-Identifier: Apache-2.0
# A real systemd as PID 1: booted by systemd-nspawn, on a root that has the host's /usr, with services that a test gives it.
# In a world of starts.bash.
# shellcheck shell=bash

require_systemd() {
	require_world runc
	require_tool systemd-nspawn systemd-analyze
	[ -x /lib/systemd/systemd ] || miss "no systemd here"
}

# The root: links as the host has them, and what systemd needs in /etc.
root_make() { # folder
	local link

	mkdir -p "$1"/{etc/systemd/system,var/tmp,proc,sys,dev,run,tmp,root,usr}
	for link in bin sbin lib lib32 lib64 libx32; do
		[ ! -L "/$link" ] || cp -P "/$link" "$1/"
	done
	printf '%s\n' 'root:x:0:0::/root:/bin/sh' 'nobody:x:65534:65534::/:/bin/false' >"$1/etc/passwd"
	echo 'root:x:0:' >"$1/etc/group"
	: >"$1/etc/machine-id"
	echo 'NAME=test' >"$1/etc/os-release"
}

# Becomes part of a cgroup of its own, for nspawn to make its own below: world() removes them.
cgroup_enter() {
	local hierarchy

	for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/systemd; do
		[ -w "$hierarchy/cgroup.procs" ] || continue
		mkdir -p "$hierarchy/$WORLD" && echo "$BASHPID" >"$hierarchy/$WORLD/cgroup.procs" || return
	done
}

# Boots a root, starts its services NAME.service all at once, and waits until they did; `all.target` is reached
# when they have all started, or failed to.
root_boot() { # folder, name...
	local root=$1 name
	shift

	{
		printf '%s\n' '[Unit]' 'DefaultDependencies=no' 'Wants=ready.service'
		for name; do printf 'Wants=%s.service\nAfter=%s.service\n' "$name" "$name"; done
	} >"$root/etc/systemd/system/all.target"
	printf '%s\n' '[Unit]' 'DefaultDependencies=no' 'After=all.target' '[Service]' 'Type=oneshot' \
		'ExecStart=/bin/touch /ready' >"$root/etc/systemd/system/ready.service"
	cgroup_enter || return
	# nspawn has a filter of its own, for the whole of it
	SYSTEMD_SECCOMP=0 systemd-nspawn -q -D "$root" --bind-ro=/usr --register=no --keep-unit --boot --console=pipe \
		systemd.unit=all.target systemd.log_target=console systemd.show_status=no >"$root.log" 2>&1 </dev/null &
	NSPAWN=$!
	wait_for test -e "$root/ready" || { tail -n 30 "$root.log" >&2; return 1; }
}

# A command in a root that is not booted.
root_run() { # options of systemd-nspawn and the command...
	systemd-nspawn -q -D root --bind-ro=/usr --register=no --keep-unit --pipe "$@" 2>err
}

cgroup_clean() {
	find /sys/fs/cgroup -depth -mindepth 2 -type d -path "*/$WORLD/*" -exec rmdir {} +
}

# Nothing asks it to end well: nspawn's child process is the PID 1.
root_end() {
	pkill -KILL -P "$NSPAWN"
	wait "$NSPAWN" || :
	cgroup_clean
}

# What a unit says that becomes a filter.
filter_lines() { # unit
	if [[ $1 == "$SRCDIR"/* ]]; then
		cat "$1"
	else
		echo '[Service]'
		grep -E '^(SystemCall|RestrictAdd|RestrictName|RestrictReal|RestrictSUID|LockPers|MemoryDeny|PrivateDev|Protect(Clock|Host|Kernel))' "$1"
	fi
}

systemd_version() {
	systemd-analyze --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p'
}

# Under the filters of these units, each with a program of its own: what the kernel hands out is what sctrace
# reads in the unit.
units_are_as_read() { # unit...
	local file name pid names=() status=0 i=0

	root_make root
	for file; do
		name=$(basename "$file" .service)
		names+=("$name")
		{
			filter_lines "$file"
			printf '%s\n' '[Unit]' 'DefaultDependencies=no' '[Service]' 'Type=exec' "ExecStart=/bin/sleep 1000$i"
		} >"root/etc/systemd/system/$name.service"
		i=$((i + 1))
	done
	root_boot root "${names[@]}" || return
	for ((i = 0; i < ${#names[@]}; i++)); do
		echo "${names[i]}:"
		pid=$(pgrep -fx "/bin/sleep 1000$i")
		if [ "${names[i]}" = does-not-start ] && [ "$(systemd_version)" -lt 257 ]; then
			is "$pid" "" || status=1
		else
			"$UNIT/live-filter" "$pid" "root/etc/systemd/system/${names[i]}.service" || status=1
		fi
	done
	root_end
	return "$status"
}

# A service of a root, with a drop-in; what it printed, and how it ended, is in /NAME.out of the root.
service_make() { # name, drop-in, command
	mkdir -p "root/etc/systemd/system/$1.service.d" && cp "$2" "root/etc/systemd/system/$1.service.d/seccomp.conf" || return
	cat >"root/etc/systemd/system/$1.service" <<-END
		[Unit]
		DefaultDependencies=no
		[Service]
		Type=${4-oneshot}
		StandardOutput=append:/$1.out
		StandardError=append:/$1.out
		ExecStart=$3
		ExecStopPost=+/bin/sh -c 'echo \$SERVICE_RESULT \$EXIT_STATUS >>/$1.out'
	END
	is "$(systemd-analyze --recursive-errors=no verify "$PWD/root/etc/systemd/system/$1.service" 2>&1)" ""
}

# With the environment of a service, in which dash asks where it is.
service_record() { # output, command...
	(cd / && env -i PATH=/usr/bin:/bin LD_PRELOAD="${LD_PRELOAD-}" "$SCTRACE" record -q -o "$OLDPWD/$1" -- "${@:2}" >/dev/null)
}

# What was recorded runs under its drop-in, and what is not allowed does not.
drop_ins_work() {
	local i drop_ins=(allow kill deny log)

	root_make root
	mkdir -p work root/{job,job-kill,job-log,denied}
	# shellcheck disable=SC2016 # the shell of the service expands it
	echo 'cd $1 && mkdir d && echo text >d/f && chmod 600 d/f && cat d/f && rm -r d && ls && sleep 0.01' >root/script
	service_record job.json /bin/sh "$PWD/root/script" "$PWD/work" || return
	"$SCTRACE" gen -q -F systemd -o allow.conf job.json &&
		"$SCTRACE" gen -q -F systemd --action kill-process -o kill.conf job.json &&
		"$SCTRACE" gen -q -F systemd --action log -o log.conf job.json &&
		"$SCTRACE" gen -q -F systemd -o deny.conf --deny mkdir-family:EROFS --deny rmdir:kill-process --deny chmod 2>/dev/null || return
	service_make job allow.conf '/bin/sh /script /job' && service_make job-kill kill.conf '/bin/sh /script /job-kill' &&
		service_make job-log log.conf '/bin/sh /script /job-log' &&
		service_make truncate allow.conf '/bin/truncate -s 0 /denied/f' &&
		service_make truncate-kill kill.conf '/bin/truncate -s 0 /denied/f' &&
		service_make truncate-log log.conf '/bin/truncate -s 0 /denied/f' &&
		service_make mkdir deny.conf '/bin/mkdir /denied/d' && service_make rmdir deny.conf '/bin/rmdir /denied' &&
		service_make ls deny.conf '/bin/ls /script' || return
	for i in "${!drop_ins[@]}"; do
		service_make "live-${drop_ins[i]}" "${drop_ins[i]}.conf" "/bin/sleep 2000$i" exec || return
	done
	root_boot root job job-kill job-log truncate truncate-kill truncate-log mkdir rmdir ls "${drop_ins[@]/#/live-}" || return
	for i in "${!drop_ins[@]}"; do
		"$UNIT/live-filter" "$(pgrep -fx "/bin/sleep 2000$i")" "${drop_ins[i]}.conf" || { grep . root/*.out; return 1; }
	done
	root_end
	diff - <(cd root && grep . -- *.out) <<-'END'
		job-kill.out:text
		job-kill.out:success 0
		job-log.out:text
		job-log.out:success 0
		job.out:text
		job.out:success 0
		ls.out:/script
		ls.out:success 0
		mkdir.out:/bin/mkdir: cannot create directory ‘/denied/d’: Read-only file system
		mkdir.out:exit-code 1
		rmdir.out:signal SYS
		truncate-kill.out:signal SYS
		truncate-log.out:success 0
		truncate.out:/bin/truncate: failed to truncate '/denied/f' at 0 bytes: Operation not permitted
		truncate.out:exit-code 1
	END
}

# The words of a drop-in, as the option of systemd-nspawn; it takes no errno.
nspawn_takes_words() {
	local words

	"$SCTRACE" gen -q -F systemd -o deny.conf --deny mkdir --deny rmdir:EROFS 2>/dev/null
	words=$(sed -n 's/^SystemCallFilter=\(~.*\)/\1/p' deny.conf)
	is "$words" $'~mkdir\n~rmdir:EROFS' || return
	root_make root && cgroup_enter || return
	! root_run --system-call-filter="$(head -n 1 <<<"$words")" /bin/mkdir /d && has "$(<err)" "Operation not permitted" || return
	mkdir root/d && root_run --system-call-filter="$(tail -n 1 <<<"$words")" /bin/rmdir /d || return
	cgroup_clean
}
