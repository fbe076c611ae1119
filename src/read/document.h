/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/json.h"
#include "read/reader.h"

/*
 * The file of a profile as JSON or, if it does not begin with a brace, as YAML: parsed once, for
 * all readers.
 */
struct document {
	struct json_doc doc;
	size_t count;			/* number of documents: if there are several, the root is an array of them */
	bool yaml;
	const char **lines;		/* of YAML, in the text of the profile; made when a comment is needed */
	size_t line_count, line_room;
	bool failed;			/* neither JSON nor YAML */
	struct err why;
};

/* Never NULL; the profile owns it. */
const struct document *document_of(struct profile *);
void document_free(struct document *);		/* NULL is fine */

/* The i-th document; NULL past the end or if the text is neither. */
const json_t *document_at(struct profile *, size_t i);

/* -EINVAL with the reason if the text is neither; otherwise the place of the root. */
int document_root(struct profile *, struct json_at *ret, struct err *e);

/* As document_root(), for what its consumers read as JSON only. */
int document_root_json(struct profile *, struct json_at *ret, struct err *e);

/* Does a line of the text begin like this? For YAML that cannot be parsed. */
bool document_has_line(const struct profile *, const char *start);

/* A copy of a place that lives as long as the profile. */
struct json_at *document_keep(struct profile *, const struct json_at *);

/* The comment on the lines directly above, if the document is YAML; in the arena, NULL: none. */
const char *document_comment(struct profile *, const struct json_at *);

/* Its place, for a rule or a remark. */
struct place document_place(struct profile *, const struct json_at *);
