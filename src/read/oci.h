/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/json.h"
#include "read/reader.h"

/* Shared by the files that read Docker's and OCI's format. */

/* Who reads it. Runtimes read less than Docker and Podman do: no includes, excludes, archMap, name and no
 * names of errnos. The Security Profiles Operator has an errno as a string in some versions and a condition without
 * a value, and passes on what runtimes read, but no errno of the default. */
enum dialect { DIALECT_DOCKER, DIALECT_RUNTIME, DIALECT_OPERATOR };

/* The profile at that place of the profile's document. */
int oci_read_at(struct profile *, const struct json_at *, enum dialect, const struct read_opts *, struct err *e);

/* The rules alone, added to those that the profile has. */
int oci_read_more_rules(struct profile *, const struct json_at *, const struct read_opts *, struct err *e);

/* Things that are accepted but may surprise the author: one line of each kind for a file. */
enum notice_kind {
	NOTICE_UNKNOWN, NOTICE_NO_NAME, NOTICE_EMPTY, NOTICE_TWICE, NOTICE_CONTRADICTION, NOTICE_ANY, NOTICE_MEMBER,
	NOTICE_ARCH, NOTICE_ARCH_SPELLING, NOTICE_UNREAD, NOTICE_COUNT
};

struct parser {
	const struct parse_host *host;
	enum read_for use;
	enum dialect dialect;
	struct profile *profile;
	struct policy *policy;		/* the profile's */
	struct notice {
		struct strlist names;	/* sorted */
		bool harmful;
	} notices[NOTICE_COUNT];
	size_t rules, idle_rules;
};

/* A rule of the file, before it is made one for each call. */
struct shape {
	struct verdict verdict;
	struct condition when[32];
	unsigned conditions;
	const char *because;
	struct place place;
	bool idle;			/* `includes` or `excludes` do not match */
};

/* oci-remarks.c */
struct place oci_place(struct parser *, const struct json_at *);
void oci_notice(struct parser *, enum notice_kind, const char *name, bool harmful);
bool oci_is_unread(struct parser *, const struct json_at *, const char *word);
void oci_take_notices(struct parser *);		/* into the profile's notes */
void oci_remark(struct parser *, const struct json_at *, enum remark_kind, const char *word, enum profile_part);
void oci_remark_repeated(struct parser *, const struct json_at *object, const char *members);
void oci_remark_members(struct parser *, const struct json_at *object, enum profile_part);

/* oci-filters.c: `includes` and `excludes` */
int oci_applies(struct parser *, const struct json_at *rule, bool *ret, struct err *e);
char *oci_filter_text(const struct json_at *rule);	/* "with CAP_BPF, on arm64"; malloc'ed */
void oci_remark_filters(struct parser *, const struct json_at *rule);

/* oci-rules.c */
int oci_read_rules(struct parser *, const struct json_at *root, struct err *e);

/* oci.c */
int oci_read_verdict(struct parser *, const struct json_at *object, const char *action, const char *number,
		     const char *name, struct verdict *ret, struct err *e);

/* The listed fields of an object, or all except those, as JSON; in the arena. */
const char *oci_members_text(struct arena *, json_t *object, const char *list, bool listed);
