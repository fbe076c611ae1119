#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The folders' order, as their includes make it: each may include headers of those before it
# and of itself.  Prints TAP, and as remarks the order; a circle or a step upwards fails.
set -eu
cd "${srcdir:-.}"

# In which order they may be; the tracer knows base alone.
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
echo 1..4
result "no folder includes one above it" "$(echo "$pairs" | awk -v order="$src" '
	BEGIN { split(order, names, " "); for (i in names) rank[names[i]] = i + 0 }
	!($1 in rank) || !($2 in rank) { print $1 " includes " $2 ": one has no place in the order"; next }
	rank[$2] > rank[$1] { print $1 " includes " $2 }')"
result "the tracer includes base and itself" "$(echo "$pairs" | awk '$1 ~ /^tracer/ && $2 !~ /^(base|tracer.*)$/ { print $1 " includes " $2 }')"
result "the folders include each other in no circle" "$(echo "$pairs" | tsort 2>&1 >/dev/null | grep -v 'input contains a loop' || :)"
result "a folder's state.h is included by nobody else" "$(grep -rnE '^#include "[a-z0-9/_-]+/state.h"' src out tracer tests --include='*.[ch]' |
	sed -nE '/^(src\/)?([a-z0-9\/_-]+)\/[^\/]+:[0-9]+:#include "\2\/state.h"/d; p')"
echo "$pairs" | tsort 2>/dev/null | awk '{ line = $1 (NR > 1 ? " <- " line : "") } END { print "# " line }'
exit $status
