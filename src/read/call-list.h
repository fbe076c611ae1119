/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"

/* A list of calls, as SystemCallFilter= and SystemCallLog= have it: each call is there once. */
enum { KILL = 1 << 16, NO_ERRNO = -1 };

struct listed {
	const char *call;
	int error;			/* NO_ERRNO, KILL or an errno */
	const char *group;		/* that it came by; NULL: none */
	struct place from;
};

struct call_list {
	bool begun, allow;
	struct listed *items;		/* sorted */
	size_t count, room;
	struct place from;
};

/* In place of an entry for the same call. */
void call_list_put(struct call_list *, const struct listed *);
void call_list_remove(struct call_list *, const char *call);
const struct listed *call_list_find(const struct call_list *, const char *call);	/* NULL: it is not there */
void call_list_clear(struct call_list *);
