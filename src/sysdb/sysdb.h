/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/attr.h"
#include "base/buf.h"
#include "sysdb/arch.h"

/*
 * What is known about system calls, by name: meaning, families, siblings, risk. The data are text
 * in *.tbl, compiled into C tables; comments there explain each column. Numbers are libseccomp's,
 * except for calls that the installed one may not know.
 */
enum risk { RISK_NONE, RISK_LOW, RISK_MEDIUM, RISK_HIGH };

struct sysdb_call {
	const char *name;
	int nr;				/* -1: ask libseccomp (see sysdb/arch.h) */
	const char *nr_arch;		/* the only ABI with this number; "": all */
	const char *since;		/* "6.6"; "": in 2.6.32, or never in a released kernel */
	enum risk risk;
	const char *why;		/* id of a risk reason, or "" */
	const char *gate;		/* "CAP_SYS_ADMIN,...": fails without one of them, or "" */
	bool probed;			/* libc falls back to another call after ENOSYS */
	const char *families, *siblings;	/* comma separated, or "" */
	const char *meaning;
};

const struct sysdb_call *sysdb_at(size_t i);		/* sorted by name; NULL past the end */
const struct sysdb_call *sysdb_find(const char *name);	/* NULL: unknown */
/* "CAP_A,CAP_B": each usually permits what the kernel denies with this errno (EPERM or EACCES); "":
 * none is known. */
const char *sysdb_missing(const char *name, int error);

/* False: the ABI has the call. Otherwise, the calls with the same effect that it has instead. */
bool sysdb_instead(const char *name, const struct arch *, struct strlist *ret);
enum risk sysdb_risk(const char *name);			/* high for an unknown call */
const char *risk_name(enum risk);
const char *risk_reason(const char *why);		/* a sentence; NULL: no such id */

/* A word of a comma separated list: list_next() advances `*list`, a copy of the pointer, and
 * returns false at the end. */
bool list_next(const char **list, char *word, size_t size);
bool list_has(const char *list, const char *word);

/*
 * Families: calls that reach the same effect. A family is written "mount" or "mount-family". Some
 * are a part of another, as "user-namespace" of "namespace": the same calls under narrower
 * conditions; they are not in sysdb_call.families, but family_has() knows them. A denial says how a
 * call is denied if "always, with EPERM" would be wrong or not enough.
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
	int arg;			/* -1: unconditionally */
	uint64_t mask, value;		/* (arg & mask) == value */
	const char *reason;
};

const char *family_find(const char *word);		/* the family's name, or NULL */
const char *family_at(size_t i);			/* sorted; NULL past the end */
const char *family_help(const char *family);
const char *family_caveat(const char *family, size_t i);	/* NULL past the end */
const char *family_whole(const char *part);		/* "namespace" of "user-namespace"; NULL: not a part */
bool family_has(const char *family, const char *call);
const struct denial *denial_at(size_t i);		/* NULL past the end */
bool denial_has(const char *family, const char *call);	/* is there a row? */

/* Is the call in the smallest set whose denial closes the family? The others are useless without
 * one of these. Calls that reach the effect from outside the family (a row of denials.tbl) belong
 * to it. */
bool denial_is_choke(const char *family, const char *call);
