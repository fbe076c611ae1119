/* SPDX-License-Identifier: Apache-2.0 */
/* Finds denials of the runtime's own calls, which keep a container from starting. */
#include <string.h>
#include "base/mem.h"
#include "lint/checks.h"
#include "lint/context.h"
#include "policy/starts.h"

/* What is denied to one runtime. */
struct refusals {
	struct strlist always, sometimes, partly;
	bool apart;			/* all in `always`: only if create and start are separate */
};

static bool is_chosen(const struct lint *l, const char *runtime)
{
	for (size_t i = 0; l->profile->reader->container && i < l->runtimes->count; i++)
		if (runtime_has(l->runtimes->items[i], runtime))
			return true;
	return false;
}

bool is_runtimes(const struct lint *l, const char *call, bool partly)
{
	const struct runtime_call *c;

	for (size_t i = 0; (c = runtime_call_at(i)); i++)
		if (streq(c->call, call) && (partly || c->arg < 0) && is_chosen(l, c->runtime))
			return true;
	return false;
}

static void collect(const struct lint *l, const char *runtime, struct refusals *ret)
{
	const struct runtime_call *c;

	*ret = (struct refusals){ .apart = true };
	for (size_t i = 0; (c = runtime_call_at(i)); i++) {
		enum start start = streq(c->runtime, runtime) && is_chosen(l, runtime) ?
				   policy_start(l->profile->policy, l->main, c) : START_WORKS;

		if (start == START_PARTLY)
			strlist_insert(&ret->partly, c->call);
		if (start == START_FAILS)
			strlist_insert(runtime_always(c) ? &ret->always : &ret->sometimes, c->call);
		if (start == START_FAILS && runtime_always(c))
			ret->apart &= c->refused == REFUSED_APART;
	}
}

static void refusals_done(struct refusals *r)
{
	strlist_done(&r->always);
	strlist_done(&r->sometimes);
	strlist_done(&r->partly);
}

/* In a deny-list, the first name that denies one of them; otherwise the default. */
static struct place place_of(struct lint *l, const struct strlist *calls)
{
	size_t first = NO_NAME;

	for (size_t i = 0; l->denies && i < calls->count; i++) {
		const struct sysdb_call *c = sysdb_find(calls->items[i]);
		size_t name = c ? call_refuser(l, c) : NO_NAME;

		first = name && (!first || name < first) ? name : first;
	}
	return first ? name_at(l, first)->place : l->profile->otherwise;
}

static void tell(struct lint *l, enum severity severity, const struct strlist *calls, const char *what, const char *runtime)
{
	if (calls->count == 0)
		return;
	scoped(freep) char *names = say_names(calls, 6);

	find_as(l, severity, place_of(l, calls), "under %s %s: %s %s denied", runtime, what, names,
		plural_is(calls->count));
}

/* A runtime, without and with no_new_privs, which needs fewer calls. */
static void check_runtime(struct lint *l, const char *runtime)
{
	scoped(freep) char *with = xprintf("%s:nnp", runtime);
	scoped(freep) char *exec = xprintf("%s:exec", runtime);
	struct refusals plain, nnp, executed;

	collect(l, runtime, &plain);
	collect(l, with, &nnp);
	collect(l, exec, &executed);
	if (nnp.always.count == 0)
		tell(l, SEV_HIGH, &plain.always, is_chosen(l, with) ?
		     "no container starts unless no_new_privs is set" : "no container starts", runtime);
	else
		tell(l, SEV_HIGH, plain.always.count ? &plain.always : &nnp.always, nnp.apart ?
		     "no container starts when create and start are apart, as in Docker and Podman" :
		     "no container starts", runtime);
	if (plain.always.count == 0 && nnp.always.count == 0) {
		tell(l, SEV_MEDIUM, plain.sometimes.count ? &plain.sometimes : &nnp.sometimes,
		     "some containers do not start, by timing, user or version", runtime);
		tell(l, SEV_MEDIUM, plain.partly.count ? &plain.partly : &nnp.partly,
		     "some containers do not start, by arguments", runtime);
	}
	tell(l, SEV_MEDIUM, &executed.always, "exec fails in a container that runs", runtime);
	refusals_done(&plain);
	refusals_done(&nnp);
	refusals_done(&executed);
}

void check_runtime_calls(struct lint *l)
{
	const struct runtime_call *c;
	scoped(strlist_done) struct strlist runtimes = { 0 };

	for (size_t i = 0; (c = runtime_call_at(i)); i++) {
		scoped(freep) char *name = xstrdup(c->runtime);

		name[strcspn(name, ":")] = '\0';
		strlist_insert(&runtimes, name);
	}
	for (size_t i = 0; i < runtimes.count; i++)
		check_runtime(l, runtimes.items[i]);
}
