#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# systemd's units and drop-ins: what is read in them, and what is written, held against a real systemd.
# shellcheck disable=SC2154

load ../lib/common
load ../lib/workloads
load ../lib/bundle
load ../lib/starts
load ../lib/systemd

@test "systemd: the table of groups is what the installed version prints" {
	local version table=$SRCDIR/src/sysdb/systemd-groups.tbl

	require_tool systemd-analyze
	version=$(systemd_version)
	grep -q "[ ,]$version\(,\|\$\)" "$table" || miss "the table has no version $version"
	awk -v version="$version" '!/^#/ && ($3 == "-" || index("," $3 ",", "," version ",")) { print $1, $2 }' "$table" >rows
	"$SRCDIR/scripts/systemd-groups" / | awk '{ print $1, $2 }' >installed
	[ -s installed ]
	diff rows installed
}

@test "systemd: what is read in a unit is the filter that systemd puts on its service" {
	require_systemd
	require_tool pgrep
	mapfile -t units < <(find /lib/systemd/system -type f -name '*.service' -exec grep -l '^SystemCallFilter' {} +)
	[ "${#units[@]}" -gt 0 ] || miss "no unit with a filter here"
	world units_are_as_read "$SRCDIR"/tests/systemd/*.service "${units[@]}"
}

@test "systemd: a service does what was recorded under the drop-in that gen made, and nothing else" {
	require_systemd
	require_tool pgrep
	world drop_ins_work
}

# Its commands may end with 1: a finding, a call that is denied, a difference.
@test "systemd: every command of the guide runs, and its drop-in is verified" {
	local status=0 command ran=0

	require_tool systemd-analyze
	[ -e /lib/systemd/system/systemd-logind.service ] || miss "no unit of systemd-logind"
	mkdir bin web.service.d
	ln -s "$SCTRACE" bin/sctrace
	cat >bin/systemctl <<-'END'
		#!/bin/sh
		[ "$1" = cat ] || exec /bin/systemctl "$@"
		echo "# /lib/systemd/system/$2.service"
		cat "/lib/systemd/system/$2.service"
	END
	chmod +x bin/systemctl
	printf '[Service]\nExecStart=/bin/ls /\n' >web.service
	PATH=$PWD/bin:$PATH
	while read -r command; do
		bash -o pipefail -c "$command" >out 2>&1 || status=$?
		[ "$status" -le 1 ] || { echo "$command: $status"; cat out; return 1; }
		[[ $command != systemd-analyze* ]] || { is "$status" 0 && is "$(<out)" ""; } || return 1
		status=0 ran=$((ran + 1))
	done < <(sed -n '/^\.EX$/,/^\.EE$/{/^\.E/!p}' "$SRCDIR/src/man/sctrace-systemd.7" | sed 's/\\-/-/g')
	is "$ran" 10
	grep -q '^SystemCallFilter=~.*mkdir:EROFS' deny.conf && grep -q '^SystemCallLog=~' trial.conf
	systemd-analyze security --offline=true --no-pager ./web.service >security.txt
	grep -q 'SystemCallFilter=~@swap .*allow list defined for service, and @swap is not included' security.txt
}

@test "systemd: what it ignores in a unit, and what keeps a service from starting, are lint's findings" {
	local folder=$SRCDIR/tests/systemd

	run "$SCTRACE" lint --target systemd=257 "$folder/does-not-start.service"
	hasnt "$output" "not-loaded"
	run -1 "$SCTRACE" lint --target systemd=252 "$folder/does-not-start.service"
	has "$output" "does-not-start.service:3: high: not-loaded: systemd cannot load the list: 'mount' has the answer of all calls that are not listed"
	run -1 "$SCTRACE" lint "$folder/deny.service"
	has "$output" "deny.service:3: medium: ignored: systemd ignores '@no-such-group': version"
	# groups are those of the version that is named
	printf '[Service]\nSystemCallFilter=@sandbox read\n' >sandbox.service
	run "$SCTRACE" lint --target systemd=252 sandbox.service
	has "$output" "sandbox.service:2: medium: ignored: systemd ignores '@sandbox': version 252 has no such group"
	run "$SCTRACE" lint --target systemd=257 sandbox.service
	hasnt "$output" "ignored"
	# a file of 'systemctl cat' has its own names and lines
	{ echo '# /lib/systemd/system/x.service'; cat "$folder/allow.service"; printf '# /etc/systemd/system/x.service.d/a.conf\n[Service]\nSyscallFilter=\n'; } >cat.txt
	run "$SCTRACE" lint cat.txt
	has "$output" "/etc/systemd/system/x.service.d/a.conf:2: medium: ignored: systemd ignores 'SyscallFilter': the key is SystemCallFilter="
	run "$SCTRACE" explain cat.txt mkdirat
	has "$output" "/lib/systemd/system/x.service:9: Service.SystemCallFilter: mkdirat is denied with errno 255"
}

@test "systemd: nspawn takes the words of a drop-in, and ignores those with an errno" {
	require_systemd
	world nspawn_takes_words
}
