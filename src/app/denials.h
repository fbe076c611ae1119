/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include "sysdb/action.h"

/*
 * How calls are denied: --action and --errno for all, and --deny WORD:HOW for one word,
 * where HOW is an errno or an action.
 */
struct denials {
	struct verdict verdict;			/* from --action and --errno; by default EPERM */
	bool given;				/* one of them was given */
	struct verdict *verdicts;		/* one for each word */
	const struct verdict **own;		/* the same; NULL for words without HOW */
};

/* Fills it, and removes ":HOW" from the words. */
int denials_read(struct denials *, struct strlist *words, const struct strlist *actions, const struct strlist *errnos,
		 struct err *e);
void denials_done(struct denials *);

/* The actions that --action accepts, one by one. */
const char *denial_action(size_t i, const void *data);
