#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What must hold in and between the tables of src/sysdb.  Prints TAP, ends
# with 1 when a check failed.  What one table must look like by itself is the
# business of gen-sysdb.awk, which is asked first.
set -u
LC_ALL=C
export LC_ALL

top=${srcdir:-.}
dir=$top/src/sysdb
awk=${AWK:-awk}
number=0
status=0

echo 1..18

for table in args consts syscalls risks families denials runtimes programs; do
	number=$((number + 1))
	what="$number - $table.tbl is well formed and sorted"
	if detail=$("$awk" -v table="$table" -f "$top/scripts/gen-sysdb.awk" "$dir/$table.tbl" 2>&1 >/dev/null); then
		echo "ok $what"
	else
		echo "not ok $what"
		printf '%s\n' "$detail" | sed 's/^/# /'
		status=1
	fi
done

# shellcheck disable=SC2016 # the dollars are awk's
"$awk" -v number="$number" '
	# The trouble noted for this check since the last one
	function report(what)
	{
		number++
		print (trouble == "" ? "ok " : "not ok ") number " - " what
		printf "%s", trouble
		if (trouble != "")
			failed = 1
		trouble = ""
	}

	function note(what)
	{
		trouble = trouble "# " what "\n"
	}

	FNR == 1 {
		table = FILENAME
		sub(/^.*\//, "", table)
	}
	/^#/ || /^$/ { next }

	table == "syscalls.tbl" {
		call[++calls] = $1
		is_call[$1] = 1
		why[$1] = $5
		families_of[$1] = $8
		siblings_of[$1] = $9
	}
	table == "risks.tbl" {
		risk[++risks] = $1
		is_risk[$1] = 1
	}
	table == "families.tbl" {
		if (!($1 in is_family))
			family[++families] = $1
		is_family[$1] = 1
		helps[$1] += ($2 == "help")
	}
	table == "denials.tbl" {
		denial_family[++denials] = $1
		denial_call[denials] = $2
	}

	table == "runtimes.tbl" {
		is_runtime[$1] = 1
	}
	table == "programs.tbl" {
		how[++programs] = $2 " " $3
		runtime_of[programs] = $1
		is_started[$1] = is_started[$1 ":nnp"] = 1
	}

	END {
		for (i = 1; i <= calls; i++) {
			name = call[i]
			n = siblings_of[name] == "-" ? 0 : split(siblings_of[name], item, ",")
			for (j = 1; j <= n; j++) {
				if (!(item[j] in is_call))
					note(name ": its sibling " item[j] " has no row")
			}
		}
		report("every sibling is a call")

		for (i = 1; i <= calls; i++) {
			name = call[i]
			n = siblings_of[name] == "-" ? 0 : split(siblings_of[name], item, ",")
			for (j = 1; j <= n; j++) {
				if (index("," siblings_of[item[j]] ",", "," name ",") == 0)
					note(name " names " item[j] ", which does not name it")
			}
		}
		report("siblings name each other")

		for (i = 1; i <= calls; i++) {
			name = call[i]
			n = families_of[name] == "-" ? 0 : split(families_of[name], item, ",")
			for (j = 1; j <= n; j++) {
				has_member[item[j]] = 1
				if (!(item[j] in is_family))
					note(name ": its family " item[j] " has no row")
			}
		}
		report("every family of a call exists")

		for (i = 1; i <= families; i++)
			if (helps[family[i]] != 1)
				note(family[i] " has " helps[family[i]] " help rows")
		report("every family has one help")

		for (i = 1; i <= families; i++)
			if (!(family[i] in has_member))
				note(family[i] " has no member")
		report("every family has a member")

		for (i = 1; i <= calls; i++) {
			name = call[i]
			if (why[name] == "-")
				continue
			is_used[why[name]] = 1
			if (!(why[name] in is_risk))
				note(name ": its reason " why[name] " has no row")
		}
		report("every reason of a risk exists")

		for (i = 1; i <= risks; i++)
			if (!(risk[i] in is_used))
				note(risk[i] " is the reason of no call")
		report("every reason of a risk is used")

		for (i = 1; i <= denials; i++)
			if (!(denial_call[i] in is_call))
				note(denial_family[i] " " denial_call[i] ": no such call")
		report("every denial names a call")

		for (i = 1; i <= denials; i++)
			if (!(denial_family[i] in is_family))
				note(denial_family[i] " " denial_call[i] ": no such family")
		report("every denial names a family")

		for (i = 1; i <= programs; i++) {
			if (!(runtime_of[i] in is_runtime) || !((runtime_of[i] ":nnp") in is_runtime))
				note("nothing is known of what " runtime_of[i] " calls")
			if (how[i] in owner)
				note(how[i] " is " owner[how[i]] " as well as " runtime_of[i])
			owner[how[i]] = runtime_of[i]
		}
		for (runtime in is_runtime)
			if (!(runtime in is_started))
				note(runtime " has no program")
		report("every runtime has programs, each its own")

		exit failed
	}
' "$dir/syscalls.tbl" "$dir/risks.tbl" "$dir/families.tbl" "$dir/denials.tbl" \
	"$dir/runtimes.tbl" "$dir/programs.tbl" || status=1

exit "$status"
