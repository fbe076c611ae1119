#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No folder includes a header of a layer above it.  Prints TAP.
set -eu
cd "${srcdir:-.}"
n=0
status=0

check() { # folder, the header prefixes it may not include (a regex)
	n=$((n + 1))
	if hits=$(grep -rnE "#[[:space:]]*include \"($2)/" "$1" --include='*.[ch]'); then
		echo "not ok $n - $1 includes a layer above it"
		echo "$hits" | sed 's/^/# /'
		status=1
	else
		echo "ok $n - $1 looks only down"
	fi
}

echo 1..7
check src/base   'sysdb|rec|policy|lint|out|tracer|cmd'
check src/sysdb  'rec|policy|lint|out|tracer|cmd'
check src/rec    'policy|lint|out|tracer|cmd'
check src/policy 'lint|out|tracer|cmd'
check src/lint   'out|tracer|cmd'
check tracer     'sysdb|rec|policy|lint|out|cmd'
check out        'lint|tracer|cmd'
exit $status
