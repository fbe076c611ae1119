/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include "base/attr.h"

/*
 * Writes readable JSON for repositories: indented, but with a record on one line where the caller
 * requests it; fields in the order of writing. Zero-initialise all but `file`. Write errors stay in
 * the FILE (ferror).
 */
struct jsonw {
	FILE *file;
	unsigned depth;
	unsigned inline_depth;	/* from this depth on everything is on one line; 0: nothing */
	bool need_comma;
	bool after_key;
};

void jsonw_open(struct jsonw *, char bracket);		/* '{' or '[' */
void jsonw_open_inline(struct jsonw *, char bracket);	/* with its contents on one line */
void jsonw_close(struct jsonw *, char bracket);		/* '}' or ']' */
void jsonw_key(struct jsonw *, const char *key);
void jsonw_string(struct jsonw *, const char *);	/* must be UTF-8, see buf_add_clean() */
void jsonw_uint(struct jsonw *, uint64_t);
void jsonw_seconds(struct jsonw *, double);		/* to the microsecond */
void jsonw_bool(struct jsonw *, bool);
/* A key and its string value. */
void jsonw_member(struct jsonw *, const char *key, const char *value);
void jsonw_member_uint(struct jsonw *, const char *key, uint64_t value);
/* The fields of a JSON object; innermost values on one line each. */
void jsonw_members(struct jsonw *, const char *object);
void jsonw_end(struct jsonw *);				/* the last newline */
