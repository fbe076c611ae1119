/* SPDX-License-Identifier: Apache-2.0 */
#include "app/live.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include "app/usage.h"
#include "base/mem.h"
#include "read/filter.h"
#include "tracer/probe/live.h"

/* 0: it is not a number of a process. */
static pid_t parse_pid(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	long pid = digits && digits < 10 && text[digits] == '\0' ? strtol(text, NULL, 10) : 0;

	return (pid_t)pid;
}

bool live_word(const char *pid, char ret[static 32])
{
	snprintf(ret, 32, PID_WORD "%d", parse_pid(pid));
	return parse_pid(pid) > 0;
}

static void remark_others(struct profile *f, pid_t other, size_t count)
{
	scoped(freep) char *text = count ? xprintf("%zu other thread%s of the process run%s under other filters: pid:%d is one",
						   count, plural(count), count == 1 ? "s" : "", other) : NULL;

	if (text)
		strlist_add(&f->notes.warnings, text);
}

static int read_filters(const char *who, const struct live_filters *live, struct profile **ret, struct err *e)
{
	struct code *filters = xcalloc(live->count, sizeof *filters);

	for (size_t i = 0; i < live->count; i++)
		filters[i] = (struct code){ .items = live->items[i].code, .count = live->items[i].len };
	int r = profile_read_filters(who, filters, live->count, ret, e);

	free(filters);
	return r;
}

static int read_none(const char *who, struct profile **ret, struct err *e)
{
	struct sock_filter all[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
	struct code code = { .items = all, .count = 1 };
	int r = profile_read_filters(who, &code, 1, ret, e);

	if (r == 0)
		strlist_add(&(*ret)->notes.warnings, "the process runs without a filter: every call is allowed");
	return r;
}

int live_read(const char *text, struct profile **ret, struct err *e)
{
	scoped(live_filters_done) struct live_filters live = { 0 };
	pid_t pid = parse_pid(text), other = 0;
	size_t others;
	char who[32];

	if (pid <= 0)
		return usage_error(e, "'%s' is not the number of a process", text);
	snprintf(who, sizeof who, "process %d", pid);
	int r = live_filters_read(pid, &live, e);

	r = r < 0 ? r : live_filters_others(pid, &live, &other, &others, e);
	r = r < 0 ? r : live.count ? read_filters(who, &live, ret, e) : read_none(who, ret, e);
	if (r == 0)
		remark_others(*ret, other, others);
	return r;
}
