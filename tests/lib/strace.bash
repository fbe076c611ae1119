# SPDX-License-Identifier: Apache-2.0
# Reading what `strace -f -n` wrote.
# shellcheck shell=bash

# Names of the calls that strace saw.  If a call has two lines, the first has the
# name; '???' is a task that was killed before strace could read its call.  With
# -n there is the number too, for calls newer than strace: sctrace's table of them
# has it, or libseccomp's names are strace's.
strace_names() { # trace
	awk -v table="$SRCDIR/src/sysdb/syscalls.tbl" '
		BEGIN {
			while ((getline line < table) > 0)
				if (split(line, f, " ") > 2 && f[2] ~ /^[0-9]+$/)
					name[f[2]] = f[1]
		}
		{
			sub(/^[0-9]+ +/, "")
			if (/^(---|\+\+\+)/ || !match($0, /^\[ *([0-9]+|\?+)\] /)) {
				if (!/^(---|\+\+\+|\?\?\?)/)
					print "unparsed:" $0
				next
			}
			number = substr($0, 2, RLENGTH - 3) + 0
			call = substr($0, RLENGTH + 1)
			if (call ~ /^(<\.\.\.|\?\?\?)/)
				next
			sub(/\(.*/, "", call)
			print call ~ /^syscall_0x/ ? (number in name ? name[number] : "number:" number) : call
		}' "$1"
}
