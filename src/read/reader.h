/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "policy/policy.h"
#include "read/host.h"
#include "sysdb/defaults.h"

/*
 * Reads profiles, with one of the readers in the list of reader.c. Conditions on the host (archMap,
 * includes, excludes) are decided for the given one, as in dockerd.
 *
 * The policy has what applies, and each of its rules has its place in the file. Beside it there is
 * what was written: every rule and name with its place, whether or not it has an effect, and
 * remarks about the file that its policy does not show.
 */
struct profile_rule {			/* an element of `syscalls` */
	struct place place, action, args;
	struct verdict verdict;
	bool applies;			/* `includes` and `excludes` match the host */
	const char *only;		/* otherwise, where they match: "with CAP_BPF, on arm64" */
	const struct condition *when;
	unsigned conditions;		/* may be more than CONDITIONS_MAX */
	const char *guard;		/* its `includes` and `excludes` as JSON; "": none */
	const char *comment;		/* NULL: none */
};

struct profile_name {
	const char *call;		/* any text */
	size_t rule;
	struct place place;
	bool known;			/* some ABI has the call */
};

enum remark_kind {
	REMARK_MEMBER,			/* unknown field */
	REMARK_CASE,			/* only readers that ignore the case read it; word: the right spelling */
	REMARK_REPEATED,		/* it is repeated */
	REMARK_DOCKER,			/* Docker and Podman read it, runtimes do not */
	REMARK_MISSPELT,		/* it looks as if it gave a container its profile, and does not; word: the right one */
	REMARK_IGNORED,			/* systemd ignores it; word: it, and why */
	REMARK_NOT_LOADED,		/* systemd does not start the service; word: a call */
	REMARK_NAME_AND_NAMES,
	REMARK_ARCHES_AND_MAP,
	REMARK_ERRNO,			/* an errno with an action that has none; word: the action */
	REMARK_FLAG,
	REMARK_ARCH,			/* no libseccomp knows it, and runtimes look it up */
	REMARK_ARCH_SPELLING,		/* crun may accept it, runc does not */
	REMARK_ARCH_NEWER,		/* only a newer libseccomp knows it, and runtimes look it up */
	REMARK_ARCH_IDLE,		/* no libseccomp knows it; it is for another machine */
};

/* Of Docker's format. */
enum profile_part { PART_PROFILE, PART_RULE, PART_FILTER };

struct remark {
	enum remark_kind kind;
	struct place place;
	const char *word;		/* the field, the flag */
	enum profile_part part;
};

/* Things that are accepted but may surprise the author: a sentence for each kind. */
struct parse_notes {
	struct strlist warnings;	/* the profile does less than it says, or something else */
	struct strlist hints;		/* something has no effect, and is harmless */
	struct strlist facts;		/* which of a file's profiles it is, and why */
	unsigned depends;		/* HOST_* */
};

void parse_notes_done(struct parse_notes *);

struct reader;

struct document;

struct profile {
	struct arena *arena;
	const struct reader *reader;	/* the reader that was used */
	struct document *document;	/* read/document.h; NULL: nobody asked for it */
	const char *file;		/* name in messages: "standard input" */
	char *text;			/* the whole file, NUL-terminated */
	size_t len;
	struct policy *policy;
	struct parse_notes notes;
	struct place otherwise;		/* defaultAction */
	struct place architectures;	/* place of the profile, if it has none */
	bool listener;			/* has a listenerPath */
	const char *head;		/* everything except `syscalls`, as JSON */
	struct profile_rule *rules;
	struct profile_name *names;
	struct remark *remarks;
	size_t rule_count, name_count, remark_count;
	size_t rule_room, name_room, remark_room;
};

/* To apply a profile, differences between runtimes are errors. To judge it, they are remarks. */
enum read_for { READ_TO_APPLY, READ_TO_JUDGE };

/* How to read, besides the file. */
struct read_opts {
	const struct parse_host *host;
	enum read_for use;
	const struct reader *as;	/* NULL: chosen by the content of the file */
	const char *root;		/* of the profiles that a pod names; NULL: the folder of the pod's file */
	const char *select;		/* which container of several, or the like; NULL: there must be one */
	unsigned depth;			/* of files that name others */
	unsigned systemd;		/* the version that reads a unit; 0: the installed one, or the newest that is known */
};

/*
 * A kind of file. looks_like() sees the whole text and must not accept another kind; read() fills
 * the policy, the places of its rules and of its default, the notes and, for formats that have
 * them, what was written: names, rules, remarks. The rest is set already. After a failure
 * everything is freed.
 */
struct reader {
	const char *name, *help;	/* "docker"; a phrase for lists */
	bool container;			/* runc and crun use these rules, with libseccomp */
	bool (*looks_like)(struct profile *);
	int (*read)(struct profile *, const struct read_opts *, struct err *e);
};

/* By f->reader; a recording is an error. */
int reader_read(struct profile *f, const struct read_opts *how, struct err *e);

extern const struct reader reader_docker, reader_oci, reader_kubernetes, reader_compose, reader_containers_conf,
	reader_systemd, reader_bpf, reader_minijail;

const struct reader *reader_at(size_t i);		/* NULL past the end */
const struct reader *reader_find(const char *name);	/* NULL: unknown */

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

/* The place of a rule; for NULL, of the default. */
const struct place *profile_place(const struct profile *, const struct rule *);

/* For readers: lists every rule of the policy as written, for lint and others; but for those of another filter that say what the
 * default says. */
void profile_keep_rules(struct profile *);

/* The file of such a place, for messages. */
const char *profile_file(const struct profile *, const struct place *);

/* Is the path the name of an engine's default profile? NULL: no. */
const struct default_profile *profile_default(const char *path);

/* The fields that are read, comma separated. */
const char *profile_members(enum profile_part);

/* Two conditions on one argument: runtimes make a separate rule of each. */
bool conditions_fall_apart(const struct condition *, unsigned count);
