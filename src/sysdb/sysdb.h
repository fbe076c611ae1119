/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/attr.h"
#include "base/buf.h"
#include "sysdb/arch.h"

/*
 * What is known about system calls, by name: meaning, families, siblings, risk.
 * It is text in *.tbl, made into C tables at build time; the comments there say
 * what each column means.  Numbers are libseccomp's, but for the calls that the
 * installed one may not know.
 */
enum risk { RISK_NONE, RISK_LOW, RISK_MEDIUM, RISK_HIGH };

struct sysdb_call {
	const char *name;
	int nr;				/* -1: ask libseccomp (see sysdb/arch.h) */
	const char *nr_arch;		/* the one ABI where `nr` holds; "": on all */
	const char *since;		/* "6.6"; "": in 2.6.32, or never in a released kernel */
	enum risk risk;
	const char *why;		/* id of a risk reason, or "" */
	const char *gate;		/* "CAP_SYS_ADMIN,...": without one of them it fails, or "" */
	bool probed;			/* libc falls back to another call on ENOSYS */
	const char *families, *siblings;	/* comma separated, or "" */
	const char *meaning;
};

const struct sysdb_call *sysdb_at(size_t i);		/* sorted by name; NULL past the end */
const struct sysdb_call *sysdb_find(const char *name);	/* NULL: unknown */
/* "CAP_A,CAP_B", any one of which usually permits what the kernel denies with this errno,
 * EPERM or EACCES; "": none is known. */
const char *sysdb_missing(const char *name, int error);

/* False: the ABI has the call.  Else the calls of the same effect that it has in its place. */
bool sysdb_instead(const char *name, const struct arch *, struct strlist *ret);
enum risk sysdb_risk(const char *name);			/* high for an unknown call */
const char *risk_name(enum risk);
const char *risk_reason(const char *why);		/* a sentence; NULL: no such id */

/* A word of a comma separated list: list_next() walks `*list` from a copy of
 * the pointer and returns false at the end. */
bool list_next(const char **list, char *word, size_t size);
bool list_has(const char *list, const char *word);

/*
 * Families: calls that reach the same effect.  A family is written "mount" or
 * "mount-family".  Some are a part of another, like "user-namespace" of
 * "namespace": the same calls under narrower conditions; sysdb_call.families
 * does not list those, family_has() knows them.  Denials say how each is denied where "every call, as a
 * whole, with EPERM" would be wrong or too little.
 */
enum family_text { FAMILY_HELP, FAMILY_PART, FAMILY_CHOKE, FAMILY_CAVEAT };

struct family_row {
	const char *name;
	enum family_text kind;
	const char *text;
};

struct denial {
	const char *family, *call;
	int error;			/* errno */
	int arg;			/* -1: the whole call */
	uint64_t mask, value;		/* (arg & mask) == value */
	const char *reason;
};

const char *family_find(const char *word);		/* the family's name, or NULL */
const char *family_at(size_t i);			/* sorted; NULL past the end */
const char *family_help(const char *family);
const char *family_caveat(const char *family, size_t i);	/* NULL past the end */
const char *family_whole(const char *part);		/* "namespace" of "user-namespace"; NULL: it is not a part */
bool family_has(const char *family, const char *call);
const struct denial *denial_at(size_t i);		/* NULL past the end */
bool denial_has(const char *family, const char *call);	/* is there a row? */

/* Is the call one of the fewest whose denial closes the family?  The others are
 * useless without one of these.  Calls which reach the effect from
 * outside the family (a row of denials.tbl) belong to it. */
bool denial_is_choke(const char *family, const char *call);
