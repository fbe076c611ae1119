/* SPDX-License-Identifier: Apache-2.0 */
#include "read/host.h"

#include <glob.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "base/attr.h"

void parse_host_here(struct parse_host *host)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { 0 };
	struct utsname u;

	*host = (struct parse_host){ 0 };
	if (syscall(SYS_capget, &head, data) == 0)
		host->caps = data[0].effective | (uint64_t)data[1].effective << 32;
	if (uname(&u) == 0)
		sscanf(u.release, "%u.%u", &host->kernel[0], &host->kernel[1]);
}

static const char *const cap_names[] = {
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL",
	"CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER",
	"CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT",
	"CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL",
	"CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
};

const char *cap_name(size_t i)
{
	return i < countof(cap_names) ? cap_names[i] : NULL;
}

bool cap_find(const char *name, uint64_t *ret_bit)
{
	for (size_t i = 0; i < countof(cap_names); i++)
		if (streq(cap_names[i], name)) {
			*ret_bit = (uint64_t)1 << i;
			return true;
		}
	return false;
}

bool kernel_find(const char *text, unsigned ret[static 2])
{
	unsigned major, minor;
	int end = 0;

	if (*text < '0' || *text > '9' || sscanf(text, "%5u.%5u%n", &major, &minor, &end) != 2 || text[end])
		return false;
	ret[0] = major;
	ret[1] = minor;
	return true;
}

static unsigned newest_of(const char *pattern)
{
	glob_t found;
	unsigned newest = 0;

	if (glob(pattern, 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		unsigned version = 0;

		sscanf(strrchr(found.gl_pathv[i], '/'), "/libsystemd-shared-%u", &version);
		newest = version > newest ? version : newest;
	}
	globfree(&found);
	return newest;
}

unsigned host_systemd(void)
{
	/* the second is Debian's */
	unsigned plain = newest_of("/usr/lib/systemd/libsystemd-shared-*.so"), multiarch = newest_of("/usr/lib/*/systemd/libsystemd-shared-*.so");

	return plain ? plain : multiarch;
}
