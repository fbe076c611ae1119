#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The kinds of files that are read as profiles: by their content, or as --read-as says.
# shellcheck disable=SC2030,SC2031,SC2154

load ../lib/common

@test "readers: a text that is none of them is rejected, with the names of all kinds" {
	local name

	printf 'hello, world\n' >p.txt
	run -2 "$SCTRACE" lint p.txt
	has "$output" "p.txt: not a profile of a known kind"
	has "$output" "--read-as NAME chooses one"
	for name in $("$SCTRACE" list readers | cut -d' ' -f1); do
		has "$output" "$name"
	done
	: >empty
	run -2 "$SCTRACE" lint empty
	is "$output" "sctrace: empty: the file is empty"
}

@test "readers: --read-as forces a kind, in every command that takes a profile" {
	local command

	printf '"hello"\n' >p.txt
	for command in "lint p.txt" "explain p.txt read" "diff p.txt p.txt" "check -p p.txt --read-as docker -- true" \
		"run -p p.txt --read-as docker -- true" "gen --base p.txt --deny mount"; do
		# shellcheck disable=SC2086 # words
		case $command in
		run* | check*) run "$SCTRACE" $command ;;
		*) run "$SCTRACE" $command --read-as docker ;;
		esac
		echo "$command: $status $output"
		[ "$status" -eq 2 ] || [ "$status" -eq 125 ]
		has "$output" "p.txt:1: should be an object"
	done
	run -2 "$SCTRACE" lint --read-as dokcer p.txt
	has "$output" "unknown kind of profile 'dokcer'"
	has "$output" "docker"
}

@test "readers: an engine's own profile is never read as another kind" {
	"$SCTRACE" explain --read-as docker docker-default read >out
	has "$(cat out)" "docker-default:"
}

# File, kind, the line of the rule for mkdir, its path, and the options that choose it.
kinds() {
	cat <<-END
		p.json docker p.json:5 syscalls[0]
		config.json oci config.json:11 linux.seccomp.syscalls[0]
		seccompprofile.yaml kubernetes seccompprofile.yaml:12 [0].spec.syscalls[0]
		pod.yaml kubernetes p.json:5 syscalls[0]
		deployment.yaml kubernetes p.json:5 syscalls[0]
		cronjob.json kubernetes p.json:5 syscalls[0]
		annotations.yaml kubernetes p.json:5 syscalls[0]
		compose.yaml compose p.json:5 syscalls[0]
		containers.conf containers-conf p.json:5 syscalls[0]
	END
}

profiles() {
	cp "$SRCDIR"/tests/profiles/* .
	sed -i "s|'p.json'|'$PWD/p.json'|" containers.conf
}

@test "readers: every command reads every kind, and finds the same in it" {
	local file kind place path forced

	require seccomp
	require ret-trace
	require_tool jq
	profiles
	touch f
	while read -r file kind place path; do
		[ "$place" != p.json:5 ] || [ "$file" != containers.conf ] || place=$PWD/$place
		for forced in "" "--read-as $kind"; do
			# shellcheck disable=SC2086 # words
			run -1 "$SCTRACE" explain $forced "$file" mkdir
			has "$output" "by the rule: $place: $path: mkdir is denied with EROFS"
		done
		run -0 "$SCTRACE" diff p.json "$file"
		has "$output" "no difference in meaning"
		run -1 "$SCTRACE" lint --severity high "$file"
		has "$output" "${place%:*}:"
		has "$output" "high: sibling-gap: 'chmod' is denied"
		run -1 "$SCTRACE" run -q -p "$file" -- mkdir d
		has "$output" "Read-only file system"
		run -1 "$SCTRACE" check -p "$file" -- mkdir d
		has "$output" "$place: $path"
		"$SCTRACE" gen -q --annotate --base "$file" --deny swap-family -o "new-$kind.json"
		run -1 --separate-stderr "$SCTRACE" diff -q --json "$file" "new-$kind.json"
		is "$(jq -r '[.differences[].call] | unique | join(" ")' <<<"$output")" "swapoff swapon"
		is "$(jq -r '.syscalls[] | select(.names | index("chmod")) | .comment' "new-$kind.json")" "nobody needs it"
	done < <(kinds)
}

# A pod with one container, whose securityContext is given.
pod() { # YAML in braces
	printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: nginx\n    securityContext: %s\n' "$1" >pod.yaml
}

services() { # YAML of services, one a line
	printf 'services:\n' >compose.yaml
	printf '  %s\n' "$@" >>compose.yaml
}

explains() { # status, what is printed, options...
	run "-$1" "$SCTRACE" explain "${@:3}" mkdir
	has "$output" "$2"
}

@test "readers: a pod without a filter is read as one that allows everything, and lint finds it" {
	profiles
	pod '{seccompProfile: {type: Unconfined}}'
	explains 0 "pod.yaml: container 'pod/web/nginx' (line 7) runs without a filter, so that every call is allowed: its type is Unconfined" pod.yaml
	has "$output" "by the default: pod.yaml:7: spec.containers[0].securityContext.seccompProfile.type"
	run -1 "$SCTRACE" lint pod.yaml
	has "$output" "pod.yaml:7: high: denies-nothing"
	pod '{privileged: true, seccompProfile: {type: Localhost, localhostProfile: p.json}}'
	explains 0 "a privileged container has no filter, whatever its seccompProfile" pod.yaml
	pod '{privileged: on, seccompProfile: {type: RuntimeDefault}}'
	explains 0 "a privileged container has no filter" pod.yaml
	pod '{}'
	explains 0 "it has no seccompProfile; only a kubelet with seccompDefault" pod.yaml
	run -1 "$SCTRACE" lint pod.yaml
	has "$output" "high: denies-nothing"
	printf '{"ociVersion": "1.0.2", "linux": {}}' >config.json
	explains 0 "the bundle has no 'linux.seccomp'" config.json
	services 'web: {security_opt: ["seccomp:unconfined"]}'
	explains 0 "its security_opt is seccomp=unconfined" compose.yaml
	services 'web: {privileged: "yes"}'
	explains 0 "it is privileged, and has no profile of its own" compose.yaml
	printf '[containers]\nseccomp_profile="unconfined"\n' >containers.conf
	explains 0 "runs without a filter" containers.conf
}

@test "readers: the runtime's own profile is read as the engine's default" {
	pod '{seccompProfile: {type: RuntimeDefault}}'
	explains 0 "has the engine's own profile, which is read as docker-default" pod.yaml
	run -0 "$SCTRACE" diff docker-default pod.yaml
	services 'web: {image: nginx}'
	run -0 "$SCTRACE" diff docker-default compose.yaml
	printf '[engine]\n[containers]\n' >containers.conf
	run -0 "$SCTRACE" diff podman-default containers.conf
	run -0 "$SCTRACE" diff --cap SYS_ADMIN docker-default pod.yaml
}

@test "readers: a profile that is not there, or that the API server rejects, is an error with both files and the line" {
	profiles
	pod '{seccompProfile: {type: Localhost, localhostProfile: sub/none.json}}'
	explains 2 "pod.yaml:7: spec.containers[0].securityContext.seccompProfile.localhostProfile: cannot read the profile 'sub/none.json'" pod.yaml
	has "$output" "--seccomp-root"
	pod '{seccompProfile: {type: Localhost, localhostProfile: sub/p.json}}'
	mkdir -p node/sub
	cp p.json node/sub
	explains 1 "node/sub/p.json:5: " pod.yaml --seccomp-root node
	mkdir other
	cp pod.yaml other
	cp -r node/sub other
	explains 1 "other/sub/p.json:5: " other/pod.yaml
	pod '{seccompProfile: {type: Localhost, localhostProfile: ../p.json}}'
	explains 2 "a path must not contain '..'" pod.yaml
	pod '{seccompProfile: {type: Localhost, localhostProfile: a/../p.json}}'
	explains 2 "pod.yaml:7: spec.containers[0].securityContext.seccompProfile.localhostProfile: the API server rejects" pod.yaml
	pod '{seccompProfile: {type: Localhost, localhostProfile: /etc/p.json}}'
	explains 2 "the path must be relative" pod.yaml
	pod '{seccompProfile: {type: Localhost}}'
	explains 2 "localhostProfile: is missing" pod.yaml
	pod '{seccompProfile: {type: localhost, localhostProfile: p.json}}'
	explains 2 "unknown type 'localhost'; valid are: Localhost, RuntimeDefault and Unconfined" pod.yaml
	pod '{seccompProfile: {type: RuntimeDefault, localhostProfile: p.json}}'
	explains 2 "only the type Localhost has a localhostProfile" pod.yaml
	mkfifo fifo
	pod '{seccompProfile: {type: Localhost, localhostProfile: fifo}}'
	explains 2 "'fifo' is not a regular file" pod.yaml
	services 'web: {security_opt: ["seccomp:none.json"]}'
	explains 2 "compose.yaml:2: services.web.security_opt[0]: cannot read the profile 'none.json'" compose.yaml
	printf '[containers]\nseccomp_profile="/none.json"\n' >containers.conf
	explains 2 "containers.conf:2: containers.seccomp_profile: cannot read the profile '/none.json'" containers.conf
	printf '{"defaultAction": "SCMP_ACT_NO"}' >p.json
	services 'web: {security_opt: ["seccomp:p.json"]}'
	explains 2 "p.json:1: defaultAction: unknown action" compose.yaml
}

@test "readers: of containers with different profiles one must be selected" {
	profiles
	sed -i '/name: init/s/}/, securityContext: {seccompProfile: {type: RuntimeDefault}}}/' deployment.yaml
	explains 2 "containers with different profiles; choose one with --select: deployment/web/init, deployment/web/nginx, deployment/web/sidecar" \
		deployment.yaml
	explains 1 "p.json:5:" deployment.yaml --select nginx
	explains 1 "p.json:5:" deployment.yaml --select Deployment/web/sidecar
	explains 0 "docker-default" deployment.yaml --select web/init
	explains 2 "unknown container 'db'; valid are: deployment/web/init, deployment/web/nginx" deployment.yaml --select db
	services 'web: {security_opt: ["seccomp:p.json"]}' 'db: {image: db}'
	explains 2 "services with different profiles; choose one with --select: web, db" compose.yaml
	explains 1 "service 'web' (line 2) has the profile p.json" compose.yaml --select web --seccomp-root none
	run -1 "$SCTRACE" check -p compose.yaml --select web -- mkdir d
	has "$output" "'sctrace explain compose.yaml --select web mkdir'"
	printf 'apiVersion: v1\nkind: Service\n' >service.yaml
	explains 2 "service.yaml: the file has no container" service.yaml
	explains 1 "seccompprofile.yaml:24: [1].spec.syscalls[0]" seccompprofile.yaml --select base <<<"" || :
	run -1 "$SCTRACE" explain --select base seccompprofile.yaml chmod
	has "$output" "seccompprofile.yaml:26: [1].spec.syscalls[0]"
}

@test "readers: a misspelt field is a warning, and lint's finding" {
	local row

	profiles
	while IFS='|' read -r row right; do
		pod "$row"
		run "$SCTRACE" explain pod.yaml mkdir
		has "$output" "pod.yaml: line 7: nothing reads '"
		has "$output" "write '$right'"
		run -1 "$SCTRACE" lint --severity high pod.yaml
		has "$output" "pod.yaml:7: high: misspelt: nothing reads this field: write '$right'"
	done <<-'END'
		{seccompprofile: {type: Localhost, localhostProfile: p.json}}|seccompProfile
		{seccomp_profile: {type: RuntimeDefault}}|seccompProfile
	END
	pod $'{}\n    seccompProfile: {type: RuntimeDefault}'
	run -1 "$SCTRACE" lint --severity high pod.yaml
	has "$output" "pod.yaml:8: high: misspelt: nothing reads this field: write 'securityContext.seccompProfile'"
	pod '{seccompProfile: {type: Localhost, localhostProfile: p.json, localhostprofile: q.json}}'
	run -1 "$SCTRACE" lint --severity high pod.yaml
	has "$output" "pod.yaml:7: high: misspelt: nothing reads this field: write 'localhostProfile'"
	sed -i 's/securityContext: /securitycontext: /' pod.yaml
	run -1 "$SCTRACE" lint --severity high pod.yaml
	has "$output" "write 'securityContext'"
	services 'web: {security-opt: ["seccomp:p.json"]}'
	run -0 "$SCTRACE" explain compose.yaml mkdir
	has "$output" "line 2: nothing reads 'security-opt': write 'security_opt'"
	services 'web: {security_opt: ["secomp:p.json"]}'
	explains 2 "dockerd rejects the option 'secomp:p.json'" compose.yaml
	printf '[containers]\nseccomp-profile="p.json"\n' >containers.conf
	explains 0 "line 2: nothing reads 'containers.seccomp-profile': write 'seccomp_profile'" containers.conf
}

@test "readers: annotations count where there is no field, with a warning" {
	profiles
	explains 1 "Kubernetes 1.27 and newer ignore annotations for seccomp" annotations.yaml
	sed -i 's|localhost/p.json|runtime/default|' annotations.yaml
	explains 0 "docker-default" annotations.yaml
	sed -i 's|runtime/default|localhost/../p.json|' annotations.yaml
	explains 2 "must not contain '..'" annotations.yaml
	sed -i 's|localhost/../p.json|local|' annotations.yaml
	explains 2 "unknown profile 'local'" annotations.yaml
	sed -i '/container.seccomp/d' annotations.yaml
	explains 0 "its annotation is unconfined" annotations.yaml
	sed -i 's|{name: web, image: nginx}|{name: web, securityContext: {seccompProfile: {type: Localhost, localhostProfile: p.json}}}|' annotations.yaml
	explains 1 "p.json:5:" annotations.yaml
	hasnt "$output" "1.27"
}

@test "readers: what runtimes do not read of Docker's format has no effect in a bundle and in a pod" {
	cat >p.json <<-'END'
		{"defaultAction": "SCMP_ACT_ALLOW", "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X32"]}],
		"syscalls": [{"names": ["mkdir"], "action": "SCMP_ACT_ERRNO", "errno": "EROFS", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
		{"name": "rmdir", "action": "SCMP_ACT_ERRNO"}]}
	END
	explains 0 "" p.json
	hasnt "$output" "warning: p.json: 4 fields"
	explains 1 "mkdir is denied with EPERM" p.json --read-as oci
	has "$output" "4 fields that only Docker and Podman read: archMap, errno, includes and 1 more; runtimes do not, so they have no effect"
	has "$output" "x32: killed"
	run -0 "$SCTRACE" explain --read-as oci p.json rmdir
	pod '{seccompProfile: {type: Localhost, localhostProfile: p.json}}'
	run -0 "$SCTRACE" explain pod.yaml rmdir
	explains 1 "mkdir is denied with EPERM" pod.yaml
}

@test "readers: a SeccompProfile has its base beside it, or a warning" {
	profiles
	sed -n '/^---/,$p' seccompprofile.yaml >base.yaml
	sed -i '/^---/,$d' seccompprofile.yaml
	run -1 "$SCTRACE" explain seccompprofile.yaml chmod
	has "$output" "by the rule: base.yaml:10: spec.syscalls[0]: chmod is denied with EPERM"
	run -0 "$SCTRACE" diff p.json seccompprofile.yaml
	run -1 "$SCTRACE" lint --severity high seccompprofile.yaml
	has "$output" "base.yaml:10: high: sibling-gap"
	rm base.yaml
	run -0 "$SCTRACE" explain seccompprofile.yaml chmod
	has "$output" "its base profile 'base' is not in the file or beside it"
	sed -i 's/baseProfileName: base/baseProfileName: quiet/' seccompprofile.yaml
	run -2 "$SCTRACE" explain seccompprofile.yaml chmod
	has "$output" "more than 15 base profiles"
	sed -i 's/baseProfileName: quiet/disabled: true/; s/0x1e/"30"/' seccompprofile.yaml
	explains 1 "it is disabled: the operator does not install it" seccompprofile.yaml
	has "$output" "denied with EROFS"
	{ cat seccompprofile.yaml; echo ---; pod '{seccompProfile: {type: Localhost, localhostProfile: operator/web/quiet.json}}'; cat pod.yaml; } >all.yaml
	explains 1 "all.yaml:12: [0].spec.syscalls[0]" all.yaml
}

@test "readers: compose files with variables, with services of other files, and in YAML that is too much" {
	profiles
	# shellcheck disable=SC2016 # compose's variable
	services 'web: {security_opt: ["seccomp:${PROFILE}"]}'
	explains 2 "the name of the profile has a variable: give sctrace what 'docker compose config' prints" compose.yaml
	# shellcheck disable=SC2016
	mv p.json '$p.json'
	# shellcheck disable=SC2016
	services 'web: {security_opt: ["seccomp:$$p.json"]}'
	explains 1 "denied" compose.yaml
	services 'web: {extends: {service: web, file: other.yaml}}'
	explains 2 "compose.yaml:2: services.web.extends.file: the service extends one of another file" compose.yaml
	services 'a: {extends: b}' 'b: {extends: a}'
	explains 2 "too many services that extend each other" compose.yaml
	services 'a: {extends: c}'
	explains 2 "unknown service 'c'" compose.yaml
	services 'web: {a: &a [x,x,x,x,x,x,x,x], b: &b [*a,*a,*a,*a,*a,*a,*a,*a], c: &c [*b,*b,*b,*b,*b,*b,*b,*b],' \
		'  d: &d [*c,*c,*c,*c,*c,*c,*c,*c], e: &e [*d,*d,*d,*d,*d,*d,*d,*d], f: [*e,*e,*e,*e,*e,*e,*e,*e]}'
	explains 2 "the YAML has too many nodes" --read-as compose compose.yaml
	services 'web: {image: a, image: b}'
	explains 2 "compose.yaml:2: this mapping has twice the key 'image'" compose.yaml
	printf 'services:\n  web: [\n' >compose.yaml
	explains 2 "compose.yaml:3:1: not valid YAML" compose.yaml
}

@test "readers: containers.conf is TOML, and only the key in its table counts" {
	local row message

	profiles
	while IFS='|' read -r row message; do
		printf '%b\n' "$row" >containers.conf
		explains 2 "$message" --read-as containers-conf containers.conf
	done <<-'END'
		[containers]\nseccomp_profile = "a|containers.conf:2: not valid TOML: a string without an end
		[containers]\nseccomp_profile = 7|containers.conf:2: not valid TOML: 'seccomp_profile' should be a string
		[containers]\nseccomp_profile = "a"\nseccomp_profile = "b"|containers.conf:3: not valid TOML: the key
		[containers\n|containers.conf:1: not valid TOML: the name of a table without its bracket
		[containers]\nx = [1, 2|not valid TOML
		[containers]\nx = "\\q"|not valid TOML: an unknown escape
		[containers]\nx = 1 2 "a" b = 3\nseccomp_profile = "none"|cannot read the profile
		containers.seccomp_profile = "none"|containers.conf:1: containers.seccomp_profile: cannot read the profile
		"containers"."seccomp_profile" = '''none'''|cannot read the profile
		[containers]\nseccomp_profile = "\\u0061"|/a'
		containers = { x = 1, seccomp_profile = "none" }|cannot read the profile
		[Containers]\nSeccomp_Profile = "none"|cannot read the profile
		[[containers]]\nseccomp_profile = "none"|containers.conf:1: not valid TOML: 'containers' should be a table
	END
}

@test "readers: a quoted key of containers.conf with a dot in it is another key" {
	printf '"containers.seccomp_profile" = "none"\n' >containers.conf
	explains 0 "read as podman-default" --read-as containers-conf containers.conf
	hasnt "$output" "contradict each other"
	run -2 "$SCTRACE" gen -F systemd --deny swap-family --name ../web
	has "$output" "'../web' is not a name for a systemd service"
	run -0 "$SCTRACE" gen -F systemd --deny swap-family --name node.js -o seccomp.conf
	has "$output" " /etc/systemd/system/node.js.service.d/seccomp.conf"
}

@test "readers: a systemd that has no answers for single calls is a loss" {
	local lost="no answer for one call: what is for all others applies"

	printf '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"},' >p.json
	printf '{"names":["clone3"],"action":"SCMP_ACT_ERRNO","errnoRet":38}]}' >>p.json
	run -0 "$SCTRACE" gen -F systemd --base p.json --deny swap-family --target systemd=247 -o a.conf
	has "$output" "$lost ('clone3'"
	run -0 "$SCTRACE" gen -F systemd --base p.json --deny swap-family --target systemd=248 -o a.conf
	hasnt "$output" "$lost"
	run -2 "$SCTRACE" gen -F systemd --strict --base p.json --deny swap-family --target systemd=247 -o b.conf
	has "$output" "$lost ('clone3') (--strict)"
}

@test "readers: other files with sections are no units" {
	printf '[Remote]\nurl = x\n' >config
	explains 2 "config: not a profile of a known kind" config
	printf '[Unit]\nDescription=x\n[Container]\nSeccompProfile=/p.json\n' >web.container
	explains 2 "web.container:4: a file of Podman's Quadlet, and not a unit" web.container
}

@test "readers: what engines read as JSON is an error in YAML" {
	profiles
	printf 'defaultAction: SCMP_ACT_ERRNO\nsyscalls: []\n' >y.yaml
	services 'web: {security_opt: ["seccomp:y.yaml"]}'
	explains 2 "y.yaml:1: is not JSON" compose.yaml
	pod '{seccompProfile: {type: Localhost, localhostProfile: y.yaml}}'
	explains 2 "y.yaml:1: is not JSON" pod.yaml
	explains 2 "y.yaml:1: is not JSON" --read-as docker y.yaml
	explains 2 "y.yaml:1: is not JSON" --read-as oci y.yaml
}

@test "readers: of a compose service and one that it extends the nearer word counts, for each key by itself" {
	profiles
	services 'base: {privileged: true}' 'web: {extends: {service: base}, privileged: false}'
	explains 0 "read as docker-default" compose.yaml --select web
	services 'base: {security_opt: ["seccomp=p.json"]}' 'web: {extends: base, privileged: true}'
	explains 1 "p.json:5:" compose.yaml --select web
	services 'Web: {security_opt: ["seccomp=unconfined"]}' 'web: {image: x}'
	explains 0 "read as docker-default" compose.yaml --select web
	services 'web: {privileged: true, security_opt: ["seccomp=p.json"]}' 'db: {image: x}'
	explains 0 "read as docker-default" compose.yaml --select db
	hasnt "$output" "is privileged"
	explains 1 "warning: compose.yaml: the service is privileged" compose.yaml --select web
	services 'web: {security_opt: ["seccomp = p.json"]}'
	explains 2 "dockerd rejects the option 'seccomp = p.json'" compose.yaml
}

@test "readers: a comment in a unit that is a path begins no other file" {
	printf '[Service]\nSystemCallFilter=~mkdir\n# /etc/web/web.conf\nSystemCallErrorNumber=ENOSYS\n' >web.service
	explains 1 "denied with ENOSYS" web.service
	printf '# /etc/systemd/system/web.service\n[Service]\nSystemCallFilter=~mkdir\n\n# /run/x/web.service.d/a.conf\n[Service]\n' >web.service
	printf 'SystemCallErrorNumber=EBADF\n' >>web.service
	explains 1 "denied with EBADF" web.service
}

@test "readers: a recording is not a profile, and what makes one is named" {
	require seccomp
	"$SCTRACE" record -q -o r.json -- true
	run -2 "$SCTRACE" lint r.json
	has "$output" "r.json: a recording, not a profile; 'sctrace gen' makes one from it"
	run -2 "$SCTRACE" gen --base r.json --deny swap-family
	has "$output" "r.json: a recording"
	# and where a pod names it, or the kind is given
	printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    securityContext: {seccompProfile: {type: Localhost, localhostProfile: r.json}}\n' >pod.yaml
	run -2 "$SCTRACE" lint pod.yaml
	has "$output" "r.json: a recording, not a profile"
	run -2 "$SCTRACE" lint --read-as oci r.json
	has "$output" "r.json: a recording, not a profile"
}

@test "readers: the examples of their page run" {
	local example

	require seccomp
	require ret-trace
	profiles
	mkdir bin
	ln -s "$SCTRACE" bin/sctrace
	PATH=$PWD/bin:$PATH
	sed -n '/^\.EX$/,/^\.EE$/p' "$SRCDIR/src/man/sctrace-profiles.7" | grep '^sctrace' | sed 's/\\-/-/g' >examples
	[ "$(wc -l <examples)" -ge 5 ]
	while read -r example; do
		run bash -euc "$example" </dev/null
		echo "$example: $status $output"
		[ "$status" -le 1 ]
		hasnt "$output" "sctrace: error"
	done <examples
}
