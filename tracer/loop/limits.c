/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include "base/attr.h"

/* Without the stack's limit: it determines the memory layout of the program. */
static struct {
	int resource;
	struct rlimit before;
	bool raised;
} limits[] = {
	{ .resource = RLIMIT_AS },      { .resource = RLIMIT_CPU },    { .resource = RLIMIT_DATA },
	{ .resource = RLIMIT_FSIZE },   { .resource = RLIMIT_MEMLOCK }, { .resource = RLIMIT_NOFILE },
	{ .resource = RLIMIT_NPROC },   { .resource = RLIMIT_SIGPENDING },
};

/* Leaves a second, and more if the limit is large: writing the recording can take long. */
static rlim_t below_hard(int resource, const struct rlimit *l)
{
	if (resource != RLIMIT_CPU || l->rlim_max == RLIM_INFINITY)
		return l->rlim_max;
	return l->rlim_max > 1 ? l->rlim_max - 1 - (l->rlim_max - 1) / 10 : l->rlim_max;
}

void limits_raise(void)
{
	for (size_t i = 0; i < countof(limits); i++) {
		struct rlimit more;

		if (limits[i].raised || getrlimit((__rlimit_resource_t)limits[i].resource, &limits[i].before) < 0)
			continue;
		more = limits[i].before;
		more.rlim_cur = below_hard(limits[i].resource, &more);
		limits[i].raised = setrlimit((__rlimit_resource_t)limits[i].resource, &more) == 0;
	}
}

void limits_restore(void)
{
	for (size_t i = 0; i < countof(limits); i++)
		if (limits[i].raised)
			setrlimit((__rlimit_resource_t)limits[i].resource, &limits[i].before);
}
