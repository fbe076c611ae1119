/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "policy/policy.h"
#include "sysdb/defaults.h"

/*
 * Reading profiles: Docker's format (also Podman's) and OCI's `linux.seccomp`,
 * of which it is a superset.  What depends on the host (archMap, includes,
 * excludes) is decided for one that is given, as dockerd does; the machine is arch_native().
 */
struct parse_host {
	uint64_t caps;			/* effective capabilities, a bit each */
	unsigned kernel[2];		/* major, minor */
};

void parse_host_here(struct parse_host *);	/* of this process */

/* What a profile says may depend on, a bit each. */
enum { HOST_CAPS = 1 << 0, HOST_KERNEL = 1 << 1, HOST_ARCH = 1 << 2 };

/* What Docker gives a container by itself, as a set of capabilities. */
#define DOCKER_CAPS ((uint64_t)0xa80425fb)
#define PODMAN_CAPS ((uint64_t)0x800405fb)		/* the same for Podman, since 4.0 */

/* "CAP_SYS_ADMIN" as a bit of `caps`; false: there is none such. */
bool cap_find(const char *name, uint64_t *ret_bit);
const char *cap_name(size_t i);			/* NULL past the end */

/* "5.10", and no more: of dockerd's `minKernel`. */
bool kernel_find(const char *text, unsigned ret[static 2]);

/* Is it no file, but the word for the profile that an engine uses by itself?  NULL: no. */
const struct default_profile *profile_default(const char *path);

/* What is accepted, but not what the author may think: a sentence for each kind. */
struct parse_notes {
	struct strlist warnings;	/* the profile does less, or other things, than it says */
	struct strlist hints;		/* something has no effect, and does no harm */
	unsigned depends;		/* HOST_* */
};

void parse_notes_done(struct parse_notes *);

/* A file, or such a word.  Errors name the file, the line and the JSON path. */
int policy_parse_oci(const char *path, const struct parse_host *, struct policy **ret,
		     struct parse_notes *, struct err *e);

/*
 * The same file as it is written, for who judges the profile itself: every rule
 * and every name with its place, whether or not it has an effect.  What a reader
 * of policies refuses only because two runtimes take it differently is a remark.
 */
struct place {
	unsigned line;
	const char *path;		/* "syscalls[3].names[0]" */
};

struct profile_rule {			/* an element of `syscalls` */
	struct place place, action, args;
	struct verdict verdict;
	bool applies;			/* `includes` and `excludes` hold for the host */
	const char *only;		/* else where they do: "with CAP_BPF, on arm64" */
	const struct condition *when;
	unsigned conditions;		/* may be more than CONDITIONS_MAX */
	const char *guard;		/* its `includes` and `excludes` as JSON; "": it has none */
	const char *comment;		/* NULL: it has none */
};

struct profile_name {
	const char *call;		/* any text */
	size_t rule;
	struct place place;
	bool known;			/* some ABI has the call */
};

enum remark_kind {
	REMARK_MEMBER,			/* nobody reads it */
	REMARK_CASE,			/* only who does not look at the case reads it; word: the right spelling */
	REMARK_REPEATED,		/* it is there more than once */
	REMARK_DOCKER,			/* Docker and Podman read it, runtimes do not */
	REMARK_NAME_AND_NAMES,
	REMARK_ARCHES_AND_MAP,
	REMARK_ERRNO,			/* an errno with an action that takes none; word: the action */
	REMARK_FLAG,
	REMARK_ARCH,			/* no libseccomp ever had it, and runtimes ask theirs for it */
	REMARK_ARCH_SPELLING,		/* crun may take it, runc does not */
	REMARK_ARCH_NEWER,		/* only a newer libseccomp has it, and runtimes ask theirs */
	REMARK_ARCH_IDLE,		/* no libseccomp ever had it; it is for another machine */
};

struct remark {
	enum remark_kind kind;
	struct place place;
	const char *word;		/* the member, the flag */
	bool in_rule;
};

struct profile {
	struct arena *arena;
	struct policy *policy;
	struct place otherwise;		/* defaultAction */
	struct place architectures;	/* of the profile, when there are none */
	bool listener;			/* has a listenerPath */
	const char *head;		/* all but `syscalls`, as JSON */
	unsigned depends;		/* HOST_* */
	struct profile_rule *rules;
	struct profile_name *names;
	struct remark *remarks;
	size_t rule_count, name_count, remark_count;
	size_t rule_room, name_room, remark_room;
};

int profile_read(const char *path, const struct parse_host *, struct profile **ret, struct err *e);
/* The same from a text that is in no file; `name` is for messages. */
int profile_read_text(const char *name, const char *text, const struct parse_host *, struct profile **ret, struct err *e);
void profile_free(struct profile *);		/* NULL is fine */

/* As policy_parse_oci(), of a text that is at hand. */
int policy_parse_text(const char *name, const char *text, const struct parse_host *, struct policy **ret, struct err *e);

/* The members that are read, comma separated: of a rule, or of a profile. */
const char *profile_members(bool of_rule);

/* Two conditions on one argument: runtimes make each condition a rule of its own. */
bool conditions_fall_apart(const struct condition *, unsigned count);
