/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/attr.h"

/*
 * One failure, reported once.
 *
 * The caller owns a `struct err` on its stack and lends it down.  A function
 * that fails fills it and returns a negative errno; a function that succeeds
 * leaves it alone.  Nothing is allocated, so nothing is freed.
 */
struct err {
	char text[1024];		/* "profile.json:3: unknown action 'ALOW'" */
};

/* Describe the failure; returns -code so that `return err_set(...)` reads well. */
int err_set(struct err *e, int code, const char *fmt, ...) printf_like(3, 4);

/* As err_set(), with ": strerror(errno)" appended; returns -errno. */
int err_sys(struct err *e, const char *fmt, ...) printf_like(2, 3);

/* Say where it happened, in front of what happened; returns `code` unchanged. */
int err_in(struct err *e, int code, const char *fmt, ...) printf_like(3, 4);
