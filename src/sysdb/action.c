/* SPDX-License-Identifier: Apache-2.0 */
#include "sysdb/action.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>

enum { ERRNO_LAST = 4094 };	/* the largest that libseccomp accepts; the kernel's MAX_ERRNO is 4095 */

static const struct action_info infos[ACT_COUNT] = {
#define ACTION(id, n, k, o, h) [ACT_##id] = { .name = n, .oci = o, .help = h, .kernel = k },
#include "sysdb/actions.def"
#undef ACTION
};

const struct action_info *action_info(enum action a)
{
	return &infos[a];
}

bool action_find(const char *spelling, enum action *ret)
{
	for (size_t i = 0; i < ACT_COUNT; i++)
		if (streq(spelling, infos[i].name) || streq(spelling, infos[i].oci)) {
			*ret = (enum action)i;
			return true;
		}
	if (streq(spelling, "SCMP_ACT_KILL")) {
		*ret = ACT_KILL_THREAD;
		return true;
	}
	return false;
}

bool action_has_data(enum action a)
{
	return a == ACT_ERRNO || a == ACT_TRACE;
}

uint32_t verdict_kernel(struct verdict v)
{
	return infos[v.action].kernel | (action_has_data(v.action) ? v.data : 0);
}

struct verdict verdict_of_kernel(uint32_t value)
{
	for (size_t i = 0; i < ACT_COUNT; i++)
		if (infos[i].kernel == (value & SECCOMP_RET_ACTION_FULL)) {
			struct verdict v = { (enum action)i, 0 };

			if (action_has_data(v.action))
				v.data = value & SECCOMP_RET_DATA;
			return v;
		}
	return (struct verdict){ ACT_KILL_PROCESS, 0 };
}

bool verdict_passes(struct verdict v)
{
	return v.action >= ACT_LOG;
}

bool verdict_equal(struct verdict a, struct verdict b)
{
	return verdict_kernel(a) == verdict_kernel(b);
}

bool verdict_stricter(struct verdict a, struct verdict b)
{
	/* the kernel compares actions as signed values: KILL_PROCESS is the least */
	return (int32_t)verdict_kernel(a) < (int32_t)verdict_kernel(b);
}

const char *errno_name(int n)
{
	return n > 0 && n <= ERRNO_LAST ? strerrorname_np(n) : NULL;
}

int errno_find(const char *word)
{
	static const struct { const char *name; int n; } aliases[] = {
		{ "EDEADLOCK", EDEADLOCK }, { "ENOTSUP", ENOTSUP }, { "EWOULDBLOCK", EWOULDBLOCK },
	};
	char *end;
	long n = strtol(word, &end, 10);

	if (end != word && *end == '\0')
		return n >= 0 && n <= ERRNO_LAST ? (int)n : -1;
	for (int i = 1; i <= ERRNO_LAST; i++)
		if (errno_name(i) && streq(errno_name(i), word))
			return i;
	for (size_t i = 0; i < countof(aliases); i++)
		if (streq(aliases[i].name, word))
			return aliases[i].n;
	return -1;
}
