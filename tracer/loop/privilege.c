/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/privilege.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include "tracer/tracee/proc.h"

enum { EFFECTIVE = 1 };

/* On a file system mounted nosuid, no file gives a privilege. */
static bool gives_nothing(const char *exe)
{
	struct statvfs fs;

	return statvfs(exe, &fs) == 0 && fs.f_flag & ST_NOSUID;
}

static bool is_not(pid_t tid, const char *key, unsigned id)
{
	return proc_number_at(tid, key, EFFECTIVE, 10) != (long)id;
}

static bool lacks_capabilities(pid_t tid)
{
	return proc_number_at(tid, "CapPrm:", 0, 16) == 0;
}

bool privilege_lost(pid_t tid)
{
	char exe[64];
	struct stat st;

	snprintf(exe, sizeof exe, "/proc/%d/exe", tid);
	if (stat(exe, &st) < 0)
		return false;
	bool lost = (st.st_mode & S_ISUID && is_not(tid, "Uid:", st.st_uid)) ||
		    (st.st_mode & S_ISGID && st.st_mode & S_IXGRP && is_not(tid, "Gid:", st.st_gid)) ||
		    (getxattr(exe, "security.capability", NULL, 0) > 0 && lacks_capabilities(tid));

	return lost && !gives_nothing(exe);
}
