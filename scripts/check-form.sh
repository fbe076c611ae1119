#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The form of the sources, as far as a script can see it: what .editorconfig says, the width of lines, the
# length of functions, and that a struct tag has one meaning.  Prints TAP.
# shellcheck disable=SC2016 # awk programs
set -eu
cd "${srcdir:-.}"
widest=150 longest=45

sources() {
	find src tracer out tests/unit tests/fuzz -name '*.[ch]' | LC_ALL=C sort
}

n=0 status=0
result() { # what, what is wrong
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		echo "$2" | head -n 20 | sed 's/^/# /'
		status=1
	fi
}

# shellcheck disable=SC2046 # names without spaces
over_sources() { # awk program, variables
	LC_ALL=C.UTF-8 awk -v widest="$widest" -v longest="$longest" "$1" $(sources)
}

echo 1..5
result "lines are indented by tabs, and end without spaces" "$(over_sources '
	/^ +[^ *]/ || /[ \t]$/ { print FILENAME ":" FNR }')"
result "lines have at most $widest columns" "$(over_sources '
	FILENAME ~ /^tests/ { next }
	{ line = $0; while (i = index(line, "\t")) line = substr(line, 1, i - 1) sprintf("%" (8 - (i - 1) % 8) "s", "") substr(line, i + 1) }
	length(line) > widest { print FILENAME ":" FNR ": " length(line) }')"
result "files end with a line" "$(sources | while read -r file; do [ -z "$(tail -c 1 "$file")" ] || echo "$file"; done)"
result "functions have at most $longest lines" "$(over_sources '
	FILENAME ~ /^tests/ { next }	# tables of cases are as long as they are
	/^\{/ { from = FNR }
	/^\}/ && from { if (FNR - from - 1 > longest) print FILENAME ":" from ": " FNR - from - 1; from = 0 }')"
result "a struct tag is defined once" "$(sources | grep -v ^tests | xargs grep -E '^(struct|enum|union) [a-z_0-9]+ \{' |
	sed -E 's/^([^:]*):(struct|enum|union) ([a-z_0-9]+).*/\3 \1/' | LC_ALL=C sort |
	awk '{ where[$1] = where[$1] " " $2; if (n[$1]++ == 1) twice[$1] } END { for (tag in twice) print tag ":" where[tag] }')"
exit $status
