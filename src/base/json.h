/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <jansson.h>
#include <stdint.h>
#include "base/err.h"

/*
 * Reading JSON from an untrusted source.
 *
 * A `json_doc` is a parsed file; a `json_at` is a place in it. Places are on the caller's stack and
 * point to the place above, so that a message can have a path: "p.json:12: syscalls[3].action:
 * unknown action 'ALOW'".
 */
struct json_doc {
	const char *path;		/* owned by the caller; for messages */
	char *text;
	size_t len;
	json_t *root;
	unsigned *large_left;		/* how many numbers of 2^53 and more may still be read */
	bool digits;			/* integers must be written in digits */
};

/* Syntax errors have line and column. Numbers are exact up to 2^64-1. */
int json_doc_read(struct json_doc *, const char *path, size_t max, struct err *e);
/* The same for a malloc'ed text, which the document then owns. */
int json_doc_take(struct json_doc *, const char *path, char *text, size_t len, struct err *e);
void json_doc_done(struct json_doc *);

/* From now on json_want_uint() accepts only digits, like decoders in Go and C, and rejects 1.0 and
 * 1e0. */
void json_doc_want_digits(struct json_doc *);

struct json_at {
	const struct json_doc *doc;
	const struct json_at *up;	/* NULL at the root */
	const char *key;		/* NULL: an element of an array, see index */
	size_t index;
	json_t *value;			/* NULL: absent */
	const char *text;		/* where it begins, if known */
	unsigned line;			/* of `text` */
};

struct json_at json_root(const struct json_doc *);
struct json_at json_member(const struct json_at *object, const char *key);
struct json_at json_element(const struct json_at *array, size_t index);

/* The next element, in a walk that starts with a zeroed `at`; false at the end. It remembers its
 * place in the text: lines of all elements cost one pass. */
bool json_each(const struct json_at *array, struct json_at *at);

/* How often an object has the field: json_member() takes the last one, but other parsers may take
 * the first. */
size_t json_repeats(const struct json_at *object, const char *key);

/* The line and path of the value or, if that is absent, of its container. The path is malloc'ed:
 * "syscalls[3].action"; "" is the root. */
unsigned json_line(const struct json_at *);
char *json_path(const struct json_at *);

/* Returns -EINVAL and an error that begins with file, line and path. */
int json_fail(const struct json_at *, struct err *e, const char *fmt, ...) printf_like(3, 4);

/* Each fails unless the value exists and has this type. */
int json_want_string(const struct json_at *, const char **ret, struct err *e);
int json_want_uint(const struct json_at *, uint64_t max, uint64_t *ret, struct err *e);
int json_want_real(const struct json_at *, double *ret, struct err *e);	/* >= 0 */
int json_want_array(const struct json_at *, struct err *e);
int json_want_list(const struct json_at *, struct err *e);	/* an array, or absent */
int json_want_object(const struct json_at *, struct err *e);

/* Present and not null: some JSON writers use null for "none". */
bool json_present(const struct json_at *);
