# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Shared by quickstart and check: install missing packages, build.  Sourced.
# Changes nothing outside the checkout except packages.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\n== %s\n' "$*"; }
die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

# Shows the progress of a long step by the last line of its log: on a terminal in one line
# that is renewed each second; elsewhere in a line every $step_seconds.
report_step() { # log, process that waits for it
	local last began=$SECONDS next=$((SECONDS + step_seconds)) before='  ' after=$'\n'
	[ ! -t 1 ] || before=$'\r  ' after=$'\e[K' next=0

	while sleep "$step_pause" && kill -0 "$2" 2>/dev/null; do
		[ "$SECONDS" -ge "$next" ] || continue
		[ -t 1 ] || next=$((SECONDS + step_seconds))
		read -r last < <(tail -n 1 "$1" | tr -cd '[:print:]' | cut -c 1-60) || :
		printf '%s%d s: %s%s' "$before" "$((SECONDS - began))" "$last" "$after"
	done
}

# Runs a command that takes long, with its output in a log.
step_seconds=10 step_pause=1
long_step() { # what it does, log, command...
	local what=$1 log=$2 status=0 reporter
	shift 2

	echo "$what (all output is in ${log#"$top"/})"
	: >"$log"
	report_step "$log" "$BASHPID" &
	reporter=$!
	("$@") >>"$log" 2>&1 </dev/null || status=$?
	kill "$reporter"
	wait "$reporter" 2>/dev/null || :
	[ ! -t 1 ] || printf '\r\e[K'
	return "$status"
}

# Rows "how-to-tell package": cmd:NAME is a command, lib:NAME a library by
# pkg-config, file:PATH a file, try:WORD a test.
# shellcheck disable=SC2034 # for the scripts that source this
build_needs='
cmd:gcc gcc
file:/usr/include/stdio.h libc6-dev
file:/usr/include/linux/seccomp.h linux-libc-dev
cmd:make make
cmd:autoconf autoconf
cmd:automake automake
cmd:pkg-config pkg-config
lib:libseccomp libseccomp-dev
lib:jansson libjansson-dev
lib:yaml-0.1 libyaml-dev
lib:libunwind-generic libunwind-dev
'

# shellcheck disable=SC2034
check_needs='
cmd:bats bats
cmd:strace strace
cmd:shellcheck shellcheck
cmd:clang clang
try:fuzzer libclang-rt-14-dev
cmd:xz xz-utils
cmd:mandoc mandoc
cmd:tmux tmux
cmd:script bsdutils
cmd:jq jq
cmd:busybox busybox-static
file:/usr/share/containers/seccomp.json golang-github-containers-common
cmd:runc runc
cmd:crun crun
cmd:bwrap bubblewrap
cmd:g++ g++
cmd:podman podman
cmd:containerd containerd
cmd:kubectl kubernetes-client
cmd:dockerd docker.io
cmd:docker docker.io
cmd:catatonit catatonit
cmd:dockerd docker.io
cmd:setpriv util-linux
cmd:systemd-nspawn systemd-container
cmd:firejail firejail
cmd:systemd-analyze systemd
cmd:pgrep procps
cmd:capsh libcap2-bin
cmd:ps procps
cmd:bash bash
cmd:zsh zsh
cmd:fish fish
cmd:find findutils
cmd:tar tar
cmd:gzip gzip
cmd:bzip2 bzip2
cmd:less less
cmd:hostname hostname
cmd:strip binutils
cmd:iconv libc-bin
cmd:openssl openssl
cmd:ssh-keygen openssh-client
cmd:git git
cmd:/usr/bin/python3 python3
file:/usr/lib/python3/dist-packages/yaml/__init__.py python3-yaml
file:/usr/lib/python3/dist-packages/jsonschema/__init__.py python3-jsonschema
cmd:perl perl
cmd:sqlite3 sqlite3
cmd:curl curl
cmd:nginx nginx-light
cmd:wrk wrk
cmd:redis-server redis-server
cmd:redis-benchmark redis-tools
cmd:node nodejs
cmd:go golang-go
file:/usr/lib/python3.11/test/test_signal.py libpython3.11-testsuite
file:/usr/libexec/installed-tests/glib/gsubprocess libglib2.0-tests
file:/usr/lib/systemd/tests/test-process-util systemd-tests
file:/usr/lib/dbus-1.0/debug-build/libexec/installed-tests/dbus/test-fdpass dbus-tests
'

has() { # how-to-tell
	case $1 in
	cmd:/*) [ -x "${1#cmd:}" ] ;;
	cmd:*) command -v "${1#cmd:}" >/dev/null 2>&1 || [ -x "/usr/sbin/${1#cmd:}" ] ;;
	lib:*) pkg-config --exists "${1#lib:}" 2>/dev/null ;;
	file:*) [ -e "${1#file:}" ] ;;
	try:fuzzer) echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
		clang -x c -fsanitize=fuzzer,address -o /dev/null - 2>/dev/null ;;
	esac
}

missing_packages() { # rows
	local how package
	while read -r how package; do
		[ -z "$how" ] || has "$how" || printf '%s\n' "$package"
	done <<<"$1" | sort -u
}

# Installs as root or by sudo; other users get the list of packages.
install_packages() { # rows
	local packages as_root=()
	mapfile -t packages < <(missing_packages "$1")
	if [ ${#packages[@]} -eq 0 ]; then
		echo "every package that is needed is there"
		return 0
	fi
	echo "missing: ${packages[*]}"
	command -v apt-get >/dev/null || die "there is no apt-get here; please install these packages: ${packages[*]}"
	if [ "$(id -u)" -ne 0 ]; then
		as_root=(sudo)
		may_sudo || die "installing packages needs root. Run this as root or with sudo, or install them first:
  apt-get install ${packages[*]}"
	fi
	# do not start services of the packages
	local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive SYSTEMD_OFFLINE=1 RUNLEVEL=1
		apt-get -q -o DPkg::Lock::Timeout=300)
	long_step "fetching the lists of packages" "$top/build/update.log" "${apt[@]}" update || echo "apt-get update failed; trying with the existing lists"
	long_step "installing ${#packages[@]} packages with apt-get" "$top/build/install.log" \
		"${apt[@]}" install -y --no-install-recommends "${packages[@]}" || {
		tail -n 20 "$top/build/install.log" >&2
		die "apt-get could not install: ${packages[*]}"
	}
	mapfile -t packages < <(missing_packages "$1")
	[ ${#packages[@]} -eq 0 ] || die "still missing after installing: ${packages[*]}"
}

# Without a password, or with a terminal to type it.
may_sudo() {
	command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }
}

bootstrap() {
	if [ ! -x "$top/configure" ] || [ -n "$(find "$top/configure.ac" "$top/Makefile.am" "$top"/*/local.mk \
		"$top"/tests/*/local.mk -newer "$top/configure" -print -quit 2>/dev/null)" ]; then
		long_step "making configure" "$top/build/autoreconf.log" autoreconf -fi "$top" || {
			cat "$top/build/autoreconf.log" >&2
			die "autoreconf failed"
		}
	fi
}

configure_and_make() { # folder, configure's arguments
	cd "$1" || return
	shift
	[ -e config.status ] || "$top/configure" "$@" || return
	make --no-print-directory -j"$(nproc)"
}

build_in() { # folder under build/, configure's arguments
	local dir=$top/build/$1
	mkdir -p "$dir"
	long_step "building in build/$1" "$dir.log" configure_and_make "$dir" "${@:2}" || {
		tail -n 40 "$dir.log" >&2
		die "building in $dir failed"
	}
}
