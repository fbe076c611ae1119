/* SPDX-License-Identifier: Apache-2.0 */
/* Things that are accepted but may surprise the author: notices for users, remarks for lint. */
#include "read/oci.h"

#include <strings.h>
#include "base/mem.h"
#include "read/document.h"
#include "sysdb/sysdb.h"

static const struct {
	const char *one, *many;		/* before the names */
	const char *then, *then_many;	/* after them */
} notices[NOTICE_COUNT] = {
	[NOTICE_UNKNOWN] = { "unknown call", "unknown calls", "the rule has no effect here", "the rules have no effect here" },
	[NOTICE_NO_NAME] = { "invalid call name", "invalid call names", "it is skipped", "they are skipped" },
	[NOTICE_EMPTY] = { "empty call name", NULL, "it is skipped here, but runc rejects the profile", NULL },
	[NOTICE_TWICE] = { "same rule twice for", "calls have the same rule twice", "the second one has no effect",
			   "the second ones have no effect" },
	[NOTICE_CONTRADICTION] = { "two rules that contradict each other for", "calls have two rules that contradict each other",
				   "the first one stays", "the first ones stay" },
	[NOTICE_ANY] = { "two conditions on one argument for", "calls have two conditions on one argument",
			 "runtimes take ANY of them, not both", "runtimes take ANY of them, not both" },
	[NOTICE_MEMBER] = { "unknown field", "unknown fields", "it has no effect", "they have no effect" },
	[NOTICE_ARCH_SPELLING] = { "unusual spelling of an architecture,", "architectures in an unusual spelling",
				   "runc rejects the profile", "runc rejects the profile" },
	[NOTICE_UNREAD] = { "only Docker and Podman read", "fields that only Docker and Podman read", "runtimes do not, so it has no effect",
			    "runtimes do not, so they have no effect" },
	[NOTICE_ARCH] = { "unknown architecture", "unknown architectures", "skipped here, but runc and crun reject the profile",
			  "skipped here, but runc and crun reject the profile" },
};

void oci_notice(struct parser *p, enum notice_kind kind, const char *name, bool harmful)
{
	strlist_insert(&p->notices[kind].names, name);
	p->notices[kind].harmful |= harmful;
}

/* "unknown call 'a': ...", "5 unknown calls: a, b, c and 2 more; ..." */
static char *notice_text(enum notice_kind kind, const struct strlist *names)
{
	enum { SHOWN = 3, NAME_SHOWN = 64 };
	struct buf b = { 0 };

	if (names->count == 1) {
		buf_addf(&b, "%s '%.*s': %s", notices[kind].one, NAME_SHOWN, names->items[0], notices[kind].then);
		return buf_take(&b);
	}
	buf_addf(&b, "%zu %s:", names->count, notices[kind].many);
	for (size_t i = 0; i < names->count && i < SHOWN; i++)
		buf_addf(&b, "%s %.*s", i ? "," : "", NAME_SHOWN, names->items[i]);
	buf_add_rest(&b, names->count, SHOWN);
	buf_addf(&b, "; %s", notices[kind].then_many);
	return buf_take(&b);
}

void oci_take_notices(struct parser *p)
{
	struct parse_notes *ret = &p->profile->notes;

	for (size_t i = 0; i < NOTICE_COUNT; i++) {
		struct notice *n = &p->notices[i];

		if (n->names.count) {
			scoped(freep) char *text = notice_text((enum notice_kind)i, &n->names);

			strlist_add(n->harmful ? &ret->warnings : &ret->hints, text);
		}
		strlist_done(&n->names);
	}
}

struct place oci_place(struct parser *p, const struct json_at *at)
{
	return document_place(p->profile, at);
}

/* Docker's addition, in a file that Docker does not read. */
bool oci_is_unread(struct parser *p, const struct json_at *at, const char *word)
{
	if (p->dialect == DIALECT_DOCKER)
		return false;
	if (json_present(at))
		oci_notice(p, NOTICE_UNREAD, word, true);
	return true;
}

/* A fact about the file that its policy does not show. */
void oci_remark(struct parser *p, const struct json_at *at, enum remark_kind kind, const char *word, enum profile_part part)
{
	struct profile *f = p->profile;

	f->remarks = grow(f->remarks, f->remark_count, &f->remark_room, sizeof *f->remarks);
	f->remarks[f->remark_count++] = (struct remark){
		.kind = kind, .place = oci_place(p, at), .word = arena_strdup(f->arena, word), .part = part,
	};
}

/* Of repeated fields, one reader takes the first, another the last. */
void oci_remark_repeated(struct parser *p, const struct json_at *object, const char *members)
{
	char key[32];

	while (list_next(&members, key, sizeof key)) {
		struct json_at at = json_member(object, key);

		if (at.value && json_repeats(object, key) > 1)
			oci_remark(p, &at, REMARK_REPEATED, key, PART_RULE);
	}
}

const char *profile_members(enum profile_part part)
{
	static const char *const members[] = {
		[PART_PROFILE] = ("defaultAction,defaultErrnoRet,defaultErrno,architectures,archMap,flags,syscalls,"
				  "listenerPath,listenerMetadata,comment"),
		[PART_RULE] = "names,name,action,errnoRet,errno,args,comment,includes,excludes",
		[PART_FILTER] = "arches,caps,minKernel",
	};

	return members[part];
}

/* The field with this name in another case, as programs in Go match it. */
static bool by_case(enum profile_part part, const char *key, char ret[static 32])
{
	const char *members = profile_members(part);

	while (list_next(&members, ret, 32))
		if (strcasecmp(ret, key) == 0)
			return true;
	return false;
}

/* "_comment", "$schema", "//": by convention, a remark of the author. */
static bool is_remark(const char *key)
{
	return *key == '_' || *key == '$' || *key == '#' || starts_with(key, "//");
}

static bool is_operators(const struct parser *p, enum profile_part part, const char *key)
{
	return p->dialect == DIALECT_OPERATOR && part == PART_PROFILE && list_has("baseProfileName,disabled", key);
}

/* An unknown field is most likely mistyped. */
void oci_remark_members(struct parser *p, const struct json_at *object, enum profile_part part)
{
	const char *key;
	json_t *value;

	json_object_foreach(object->value, key, value) {
		struct json_at at = json_member(object, key);
		char right[32];

		if (list_has(profile_members(part), key) || is_remark(key) || is_operators(p, part, key))
			continue;
		oci_notice(p, NOTICE_MEMBER, key, false);
		if (by_case(part, key, right))
			oci_remark(p, &at, REMARK_CASE, right, part);
		else
			oci_remark(p, &at, REMARK_MEMBER, key, part);
	}
	oci_remark_repeated(p, object, profile_members(part));
}
