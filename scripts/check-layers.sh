#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The order of the folders, by their includes and, where it runs in a build folder, by the symbols of their archives: each
# uses only those before it and itself.  Prints TAP, and as remarks the order; a circle or a step upwards fails.
set -eu
build=$PWD
cd "${srcdir:-.}"

# The order; the tracer knows only base.
tracer='tracer tracer/arch tracer/tracee tracer/census tracer/stack tracer/filter tracer/signals tracer/engine tracer/loop tracer/probe'
src="base $tracer sysdb rec policy read diff lint check out out/policy out/recording out/breach out/finding out/difference app cmd src"

# "folder included-folder", without src/, each pair once; a machine's folder is part of arch
edges() {
	find src tracer out -name '*.[ch]' | sort | while read -r file; do
		folder=$(dirname "$file" | sed 's,^src/,,; s,^\(tracer/arch\)/.*,\1,')
		sed -nE 's,^#[[:space:]]*include "([a-z0-9/_-]+)/[^/"]+".*,\1,p' "$file" | sed 's,^\(tracer/arch\)/.*,\1,' |
			sort -u | sed "s,^,$folder ,"
	done | sort -u | awk '$1 != $2'
}

# "archive used-archive symbol"; a linker reports a step upwards only if nothing else has brought in the other archive's object.
# shellcheck disable=SC2046 # names without spaces
uses() {
	find "$build/src" "$build/tracer" "$build/out" -name 'lib*.a' | while read -r archive; do
		nm -g --format=posix "$archive" 2>/dev/null | sed "s,^,$(basename "$archive" .a | sed 's/^lib//') ,"
	done >"$work/symbols"
	nm -g --format=posix $(find "$build/src/cmd" "$build/src" -maxdepth 1 -name '*.o' ! -name 'lib*') 2>/dev/null |
		sed 's/^/cmd /' >>"$work/symbols"
	awk '$3 ~ /^[TDBRVWC]$/ { of[$2] = $1 } $3 == "U" && !($1 SUBSEP $2 in seen) { seen[$1, $2]; uses[++n] = $1 " " $2 }
		END { for (i = 1; i <= n; i++) { split(uses[i], u, " "); if (u[2] in of && of[u[2]] != u[1]) print u[1], of[u[2]], u[2] } }' \
		"$work/symbols" | LC_ALL=C sort -u
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0 status=0
result() { # what, what is wrong
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		echo "$2" | sed 's/^/# /'
		status=1
	fi
}

pairs=$(edges)
echo 1..6
result "no folder includes one above it" "$(echo "$pairs" | awk -v order="$src" '
	BEGIN { split(order, names, " "); for (i in names) rank[names[i]] = i + 0 }
	!($1 in rank) || !($2 in rank) { print $1 " includes " $2 ": one has no place in the order"; next }
	rank[$2] > rank[$1] { print $1 " includes " $2 }')"
result "the tracer includes base and itself" "$(echo "$pairs" | awk '$1 ~ /^tracer/ && $2 !~ /^(base|tracer.*)$/ { print $1 " includes " $2 }')"
result "only app and cmd include the tracer" "$(echo "$pairs" | awk '$2 ~ /^tracer/ && $1 !~ /^(tracer.*|app|cmd)$/ { print $1 " includes " $2 }')"
result "the folders include each other in no circle" "$(echo "$pairs" | tsort 2>&1 >/dev/null | grep -v 'input contains a loop' || :)"
result "a folder's state.h is included by nobody else" "$(grep -rnE '^#include "[a-z0-9/_-]+/state.h"' src out tracer tests --include='*.[ch]' |
	sed -nE '/^(src\/)?([a-z0-9\/_-]+)\/[^\/]+:[0-9]+:#include "\2\/state.h"/d; p')"
if [ -e "$build/src/libbase.a" ]; then
	uses >"$work/uses"
	result "no archive uses a symbol of one above it" "$(awk -v order="$(echo "$src" | sed 's,tracer/,,g')" '
		BEGIN { split(order, names, " "); for (i in names) rank[names[i]] = i + 0 }
		{ lines++ }
		!($1 in rank) || !($2 in rank) { print $1 " uses " $3 " of " $2 ": one has no place in the order"; next }
		rank[$2] > rank[$1] { print $1 " uses " $3 " of " $2 }
		END { if (lines < 100) print "only " lines + 0 " uses were found" }' "$work/uses")"
else
	n=$((n + 1))
	echo "ok $n - no archive uses a symbol of one above it # SKIP not in a build folder"
fi
echo "$pairs" | tsort 2>/dev/null | awk '{ line = $1 (NR > 1 ? " <- " line : "") } END { print "# " line }'
exit $status
