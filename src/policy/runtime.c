/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/runtime.h"

#include <errno.h>
#include "base/buf.h"
#include "policy/judge-unknown.h"
#include "policy/derive.h"
#include "sysdb/sysdb.h"

static const struct runtime_call calls[] = {
#define RUNTIME(r, v, c, refused, arg, mask, value, b) { r, v, c, refused, arg, mask, value, b },
#include "sysdb/runtimes.inc"
#undef RUNTIME
};

enum how { PROGRAM_MEMFD, PROGRAM_PATH };

static const struct { const char *runtime; enum how how; const char *name; } programs[] = {
#define PROGRAM(r, h, n) { r, h, n },
#include "sysdb/programs.inc"
#undef PROGRAM
};

/* All words, sorted, with the runtimes of the table that they include; NULL: itself. */
static const struct { const char *word, *runtimes, *help; } words[] = {
	{ "auto", "crun,crun:nnp,runc,runc:nnp", "every container, started by runc or by crun" },
	{ "auto:nnp", "crun:nnp,runc:nnp", "the same, only with no_new_privs" },
	{ "containerd", "runc,runc:nnp", "containerd, ctr and Kubernetes, which use runc" },
	{ "crun", NULL, "crun" },
	{ "crun:exec", NULL, "crun exec, as podman exec calls it" },
	{ "crun:nnp", NULL, "crun, only with no_new_privs" },
	{ "docker", "runc,runc:nnp", "docker run and docker exec, which use runc" },
	{ "init", NULL, "tini, docker-init and catatonit: with --init" },
	{ "none", "", "no container: exactly what was recorded, for sctrace run" },
	{ "podman", "crun,crun:exec,crun:nnp,runc,runc:nnp", "podman run and podman exec, which use crun or runc" },
	{ "runc", NULL, "runc" },
	{ "runc:nnp", NULL, "runc, only with no_new_privs" },
};

const char *runtime_name(size_t i)
{
	return i < countof(words) ? words[i].word : NULL;
}

static size_t word_find(const char *word)
{
	size_t i = 0;

	while (i < countof(words) && !streq(words[i].word, word))
		i++;
	return i;
}

bool runtime_known(const char *word)
{
	return word_find(word) < countof(words);
}

const char *runtime_help(const char *word)
{
	return runtime_known(word) ? words[word_find(word)].help : NULL;
}

bool runtime_has(const char *word, const char *runtime)
{
	size_t i = word_find(word);
	const char *runtimes = i < countof(words) ? words[i].runtimes : NULL;

	return runtimes ? list_has(runtimes, runtime) : streq(word, runtime);
}

const struct runtime_call *runtime_call_at(size_t i)
{
	return i < countof(calls) ? &calls[i] : NULL;
}

bool runtime_needs(const char *word, const char *call)
{
	for (size_t i = 0; i < countof(calls); i++)
		if (runtime_has(word, calls[i].runtime) && streq(calls[i].call, call))
			return true;
	return false;
}

struct rule runtime_rule(const struct runtime_call *c)
{
	struct rule rule = { .call = c->call, .verdict = { ACT_ALLOW, 0 }, .because = c->because };

	if (c->arg >= 0) {
		rule.conditions = 1;
		rule.when[0] = (struct condition){ .arg = (unsigned)c->arg, .op = CMP_MASKED_EQ, .mask = c->mask,
						   .value = c->value };
	}
	return rule;
}

/* The errno that each kind tolerates; ANY, NONE. */
enum { NONE = -1, ANY = -2 };
static const struct { int survives; bool always; } kinds[REFUSED_COUNT] = {
	[REFUSED_FATAL]    = { NONE, true },
	[REFUSED_APART]    = { NONE, true },
	[REFUSED_OPTION]   = { NONE, false },
	[REFUSED_FALLBACK] = { ANY, false },
	[REFUSED_TIMING]   = { NONE, false },
	[REFUSED_KILL]     = { EPERM, true },
	[REFUSED_ERRNO]    = { ANY, true },
	[REFUSED_USER]     = { EPERM, false },
};

/* All that were measured: each executes the workload. */
static const char *versions_of(const char *runtime)
{
	for (size_t i = 0; i < countof(calls); i++)
		if (streq(calls[i].runtime, runtime) && streq(calls[i].call, "execve"))
			return calls[i].versions;
	return "";
}

bool runtime_always(const struct runtime_call *c)
{
	return kinds[c->refused].always && streq(c->versions, versions_of(c->runtime));
}

bool runtime_minds(const struct runtime_call *c, struct verdict v)
{
	int survives = kinds[c->refused].survives;

	if (verdict_allows(v))
		return false;
	return v.action != ACT_ERRNO || survives == NONE || (survives != ANY && survives != v.data);
}

/* Does a start work when that is the answer to all that is not allowed?  What is called instead of
 * this call may not be allowed either. */
static bool works_without(const struct runtime_call *c, struct verdict answer)
{
	return kinds[c->refused].survives != NONE && c->refused != REFUSED_FALLBACK && !runtime_minds(c, answer);
}

void policy_add_runtime(struct policy *p, const char *word, struct verdict answer)
{
	for (size_t i = 0; i < countof(calls); i++) {
		struct rule rule = runtime_rule(&calls[i]);

		if (runtime_has(word, calls[i].runtime) && !works_without(&calls[i], answer))
			policy_allow_when(p, &rule);
	}
	policy_sort(p);
}

/* Is the text NAME, or NAME with the mark of a deleted file? */
static bool is_file(const char *text, const char *name)
{
	return starts_with(text, name) && (streq(text + strlen(name), "") || streq(text + strlen(name), " (deleted)"));
}

static bool is_program(const char *path, enum how how, const char *name)
{
	static const char memfd[] = "/memfd:";

	if (how == PROGRAM_MEMFD)
		return starts_with(path, memfd) && is_file(path + strlen(memfd), name);
	return !starts_with(path, memfd) && is_file(base_name(path), name);
}

const char *runtime_of_program(const char *path)
{
	for (size_t i = 0; i < countof(programs); i++)
		if (is_program(path, programs[i].how, programs[i].name))
			return programs[i].runtime;
	return NULL;
}

const char *runtime_of_run(const struct rec_run *run)
{
	const char *runtime = run->filter_program ? runtime_of_program(run->filter_program) : NULL;
	scoped(buf_done) struct buf spelling = { 0 };

	if (!runtime)
		return NULL;
	buf_addf(&spelling, "%s%s", runtime, run->filter_nnp ? ":nnp" : "");
	size_t i = word_find(buf_str(&spelling));

	return runtime_name(i);
}
