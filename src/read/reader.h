/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "policy/policy.h"
#include "read/host.h"
#include "sysdb/defaults.h"

/*
 * Profiles as they are read, once, by one of the readers in the list of reader.c.  What
 * depends on the host (archMap, includes, excludes) is decided for the given one, as dockerd
 * does.
 *
 * The policy is what applies, and each of its rules knows where it was read.  Beside it is
 * what was written: every rule and every name with its place, whether or not it has an
 * effect, and remarks about the file that its policy does not show.
 */
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
	REMARK_MISSPELT,		/* it looks as if it gave a container its profile, and does not; word: the right one */
	REMARK_IGNORED,			/* systemd ignores it; word: it, and why */
	REMARK_NOT_LOADED,		/* systemd does not start the service; word: a call */
	REMARK_NAME_AND_NAMES,
	REMARK_ARCHES_AND_MAP,
	REMARK_ERRNO,			/* an errno with an action that takes none; word: the action */
	REMARK_FLAG,
	REMARK_ARCH,			/* no libseccomp ever had it, and runtimes ask theirs for it */
	REMARK_ARCH_SPELLING,		/* crun may take it, runc does not */
	REMARK_ARCH_NEWER,		/* only a newer libseccomp has it, and runtimes ask theirs */
	REMARK_ARCH_IDLE,		/* no libseccomp ever had it; it is for another machine */
};

/* Of Docker's format. */
enum profile_part { PART_PROFILE, PART_RULE, PART_FILTER };

struct remark {
	enum remark_kind kind;
	struct place place;
	const char *word;		/* the member, the flag */
	enum profile_part part;
};

/* What is accepted, but not what the author may think: a sentence for each kind. */
struct parse_notes {
	struct strlist warnings;	/* the profile does less, or other things, than it says */
	struct strlist hints;		/* something has no effect, and does no harm */
	struct strlist facts;		/* which of a file's profiles it is, and why */
	unsigned depends;		/* HOST_* */
};

void parse_notes_done(struct parse_notes *);

struct reader;

struct document;

struct profile {
	struct arena *arena;
	const struct reader *reader;	/* that read it */
	struct document *document;	/* read/document.h; NULL: nobody asked for it */
	const char *file;		/* as messages name it: "standard input" */
	char *text;			/* all of it, with a NUL behind it */
	size_t len;
	struct policy *policy;
	struct parse_notes notes;
	struct place otherwise;		/* defaultAction */
	struct place architectures;	/* of the profile, when there are none */
	bool listener;			/* has a listenerPath */
	const char *head;		/* all but `syscalls`, as JSON */
	struct profile_rule *rules;
	struct profile_name *names;
	struct remark *remarks;
	size_t rule_count, name_count, remark_count;
	size_t rule_room, name_room, remark_room;
};

/* To apply a profile, what two runtimes take differently is an error.  To judge the
 * profile itself it is a remark. */
enum read_for { READ_TO_APPLY, READ_TO_JUDGE };

/* How to read, besides the file. */
struct read_opts {
	const struct parse_host *host;
	enum read_for use;
	const struct reader *as;	/* NULL: by the content of the file */
	const char *root;		/* of the profiles that a pod names; NULL: the folder of the pod's file */
	const char *select;		/* which container of several, or the like; NULL: there must be one */
	unsigned depth;			/* of files that name others */
	unsigned systemd;		/* the version that reads a unit; 0: the installed one, or the newest that is known */
};

/*
 * A kind of file.  looks_like() sees the whole text and must not accept one of another kind;
 * read() fills the policy, the places of its rules and of its default, the notes and, for
 * formats that have them, what was written: names, rules, remarks. The rest is there already.
 * What it leaves when it fails is freed.
 */
struct reader {
	const char *name, *help;	/* "docker"; a phrase for lists */
	bool container;			/* runc and crun take these rules, and give them to libseccomp */
	bool (*looks_like)(struct profile *);
	int (*read)(struct profile *, const struct read_opts *, struct err *e);
};

/* By f->reader; a recording is an error. */
int reader_read(struct profile *f, const struct read_opts *how, struct err *e);

extern const struct reader reader_docker, reader_oci, reader_kubernetes, reader_compose, reader_containers_conf,
	reader_systemd, reader_bpf, reader_minijail;

const struct reader *reader_at(size_t i);		/* NULL past the end */
const struct reader *reader_find(const char *name);	/* NULL: there is none */

/* Reads the filters of a process, for the word "pid:12"; `pid` is what follows the colon.  The application sets it. */
#define PID_WORD "pid:"
extern int (*profile_read_process)(const char *pid, struct profile **ret, struct err *e);

/* A file, "-", the word for a process, or the word for an engine's own profile, which is never read as another kind.
 * Errors name the file, the line and the path. */
int profile_read(const char *path, const struct read_opts *, struct profile **ret, struct err *e);

/* The same of bytes, or a text, that are at hand; `name` is for messages. */
int profile_read_bytes(const char *name, const void *bytes, size_t len, const struct read_opts *, struct profile **ret, struct err *e);
int profile_read_text(const char *name, const char *text, const struct read_opts *, struct profile **ret, struct err *e);
void profile_free(struct profile *);		/* NULL is fine */
scoped_pointer(struct profile, profile_free)

/* For readers: there is no filter, and the reason is a clause for a warning. */
void profile_unconfined(struct profile *, struct place, const char *reason);

/* Only the policy of a profile to apply, and the notes unless NULL. */
int policy_read(const char *path, const struct parse_host *, struct policy **ret, struct parse_notes *, struct err *e);
int policy_read_text(const char *name, const char *text, const struct parse_host *, struct policy **ret, struct err *e);

/* Where the rule was read; for NULL, where the default was. */
const struct place *profile_place(const struct profile *, const struct rule *);

/* For readers: lists every rule of the policy as written, for lint and others; but for those of another filter that say what the
 * default says. */
void profile_keep_rules(struct profile *);

/* The name of the file of such a place. */
const char *profile_file(const struct profile *, const struct place *);

/* Is it no file, but the word for the profile that an engine uses by itself?  NULL: no. */
const struct default_profile *profile_default(const char *path);

/* The fields that are read, comma separated. */
const char *profile_members(enum profile_part);

/* Two conditions on one argument: runtimes make each condition a rule of its own. */
bool conditions_fall_apart(const struct condition *, unsigned count);
