#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Go programs: a change by one new call is caught by `sctrace check`, and the function
# that made it has its name, however the program was linked.
# shellcheck disable=SC2030,SC2031,SC2119,SC2120,SC2154
load ../lib/common

# The calls of Go's runtime differ from run to run; the changed call is not one of them.
runtime='
	brk clock_gettime clock_nanosleep clone clone3 close epoll_create1 epoll_ctl epoll_pwait eventfd2 fcntl fstat futex
	getpid getrandom gettid madvise mincore mmap mprotect munmap nanosleep newfstatat openat pipe2 prctl prlimit64 read
	rseq rt_sigaction rt_sigprocmask sched_getaffinity sched_yield set_robust_list sigaltstack tgkill timer_create
	timer_delete timer_settime write
'

# name, CGO_ENABLED, options
variants='
plain 0
stripped 0 -ldflags=-s
pie 0 -buildmode=pie
cgo 1
cgo-stripped 1 -ldflags=-s
cgo-pie 1 -buildmode=pie -ldflags=-s
'

build() { # name, CGO_ENABLED, options...
	local name=$1 cgo=$2
	shift 2
	CGO_ENABLED=$cgo go build "$@" -o "../$name.before" . || return
	CGO_ENABLED=$cgo go build -tags changed "$@" -o "../$name.after" .
}

# Without a network, and with nothing of the user's.
setup_file() {
	load ../lib/common
	local row

	require_tool go
	export GOCACHE=$BATS_FILE_TMPDIR/cache GOPATH=$BATS_FILE_TMPDIR/path GOENV=off GOPROXY=off GO111MODULE=on \
		GOFLAGS='-mod=mod -buildvcs=false' GOTOOLCHAIN=local HOME=$BATS_FILE_TMPDIR
	cp -R "$SRCDIR/tests/fixtures/added-go" "$BATS_FILE_TMPDIR/source" && cd "$BATS_FILE_TMPDIR/source" || return
	chmod -R u+w .
	while read -ra row; do
		[ ${#row[@]} -eq 0 ] || build "${row[@]}" 2>&1 || return
	done <<<"$variants"
}

setup() {
	require ptrace
	require seccomp
	require ret-trace
	require unwinding
	require_tool go jq
	cd "$BATS_TEST_TMPDIR" && PATH=$BATS_FILE_TMPDIR:$PATH
}

# The profile of a way before it was changed.
learn() { # variant, way
	# shellcheck disable=SC2086 # words
	printf -- '--allow=%s\n' $runtime >allowed
	timeout -k 5 "$HANG" "$SCTRACE" record -q -o before.json -- "$1.before" "$2"
	xargs "$SCTRACE" gen -q -o profile.json before.json <allowed
}

check() { # options and command
	timeout -k 5 "$HANG" "$SCTRACE" check -p profile.json "$@"
}

# check reports exactly this call, through this function.
caught() { # variant, way, call, function
	echo "# $1 $2"
	learn "$1" "$2"
	check -q -- "$1.before" "$2"
	run -1 check -q --json -o found.json -- "$1.after" "$2"
	is "$(jq -r '.refused[] | "\(.name) \(.program) \(.through)"' found.json | sed 's/+0x[0-9a-f]*//')" \
		"$3 $(realpath "$BATS_FILE_TMPDIR/$1.after") $4 ($(realpath "$BATS_FILE_TMPDIR/$1.after"))"
	is "$(jq -c '.refused[0].partial // false' found.json)" false
}

# The call of each changed program, and its function.
ways='
function chroot main.newFeature
method mknodat main.(*store).newFeature
raw acct main.rawFeature
closure chroot main.makeFeature.func1
goroutine chroot main.newFeature
package unlinkat example.org/added/feature.New
library symlinkat main.libraryFeature
'

all_caught() { # variant
	local way call function

	while read -r way call function; do
		[ -z "$way" ] || caught "$1" "$way" "$call" "$function"
	done <<<"$ways"
}

@test "golang: go: a change that makes one new call is caught, with the function that made it" {
	all_caught plain
	has "$(jq -r '.refused[0].stack[]' found.json)" "os.Symlink+0x"
	has "$(jq -r '.refused[0].stack[]' found.json)" "main.main+0x"
}

@test "golang: go: also when the program was stripped: each frame has a name" {
	all_caught stripped
	caught stripped closure chroot main.makeFeature.func1
	is "$(jq -r '.refused[0].stack[] | select(startswith("0x"))' found.json)" ""
}

@test "golang: go: also when it can be loaded anywhere" {
	all_caught pie
}

@test "golang: go: also with C in it, stripped or not" {
	local variant

	for variant in cgo cgo-stripped cgo-pie; do
		caught "$variant" function chroot main.newFeature
		caught "$variant" libc chroot main.throughLibc
		has "$(jq -r '.refused[0].stack[0]' found.json)" "chroot+0x"
	done
	caught cgo c mkdir in_c
	is "$(jq -r '.refused[0].stack[]' found.json | grep -c '^main\.throughC+0x')" 1
}

@test "golang: go: of hundreds of goroutines in as many threads" {
	local variant

	for variant in plain stripped; do
		caught "$variant" many chroot main.newFeature
		is "$(jq '.refused[0].count' found.json)" 200
	done
}

@test "golang: go: text, SARIF and recordings name the same function" {
	learn plain method
	run -1 --separate-stderr check -- plain.after method
	has "$stderr" "mknodat by $(realpath "$BATS_FILE_TMPDIR/plain.after"): EPERM"
	has "$stderr" "through main.(*store).newFeature+0x"
	hasnt "$stderr" "the stack is not complete"
	run -1 check -q -F sarif -o found.sarif -- plain.after method
	has "$(jq -r '.runs[0].results[] | .properties.through, .message.text' found.sarif)" "main.(*store).newFeature+0x"
	run -1 --separate-stderr check -F github -- plain.after method
	has "$output" "through main.(*store).newFeature+0x"
	timeout -k 5 "$HANG" "$SCTRACE" record -q -o after.json -- plain.after method
	is "$(jq -r '.calls[] | select(.name == "mknodat").sites[0] | .stack[.through].function' after.json)" "main.(*store).newFeature"
	run -1 "$SCTRACE" diff --only added before.json after.json
	has "$output" "by plain.after through main.(*store).newFeature (plain.after)"
}
