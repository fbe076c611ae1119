/* SPDX-License-Identifier: Apache-2.0 */
#include "app/spare.h"

#include <errno.h>
#include <string.h>
#include "base/log.h"
#include "base/mem.h"
#include "policy/judge-unknown.h"
#include "sysdb/sysdb.h"

/* Does this word deny the call? */
static bool is_of(const char *word, const char *call)
{
	const char *family = sysdb_find(word) ? NULL : family_find(word);

	return family ? family_has(family, call) || denial_has(family, call) : streq(word, call);
}

static void spared_of(const struct spared *s, const char *word, struct strlist *ret)
{
	for (size_t i = 0; i < s->calls.count; i++)
		if (is_of(word, s->calls.items[i]))
			strlist_insert(ret, s->calls.items[i]);
}

static bool is_needed(const char *word, const struct strlist *calls)
{
	const struct runtime_call *c;

	for (size_t i = 0; (c = runtime_call_at(i)); i++)
		if (runtime_has(word, c->runtime) && strlist_has(calls, c->call))
			return true;
	return false;
}

/* "crun and runc": those of the words' runtimes that make one of the calls. */
static char *say_runtimes(const struct strlist *words, const struct strlist *calls)
{
	const struct runtime_call *c;
	scoped(strlist_done) struct strlist names = { 0 };
	struct buf b = { 0 };

	for (size_t w = 0; w < words->count; w++)
		for (size_t i = 0; (c = runtime_call_at(i)); i++)
			if (runtime_has(words->items[w], c->runtime) && strlist_has(calls, c->call)) {
				scoped(freep) char *name = xstrdup(c->runtime);

				name[strcspn(name, ":")] = '\0';
				strlist_insert(&names, name);
			}
	for (size_t i = 0; i < names.count; i++)
		buf_addf(&b, "%s%s", i == 0 ? "" : i + 1 < names.count ? ", " : " and ", names.items[i]);
	buf_adds(&b, names.count > 1 ? " start" : " starts");
	return buf_take(&b);
}

/* "--runtime crun or auto:nnp denies it as well": runtimes that do not need the calls. */
static char *say_remedy(const struct strlist *calls)
{
	static const char *const words[] = { "crun", "auto:nnp" };
	struct buf b = { 0 };

	for (size_t i = 0; i < countof(words); i++)
		if (!is_needed(words[i], calls))
			buf_addf(&b, "%s %s", b.len ? " or" : "--runtime", words[i]);
	if (b.len == 0)
		buf_adds(&b, "only --runtime none, with which no container starts,");
	buf_addf(&b, " denies %s as well", plural_them(calls->count));
	return buf_take(&b);
}

static const char *reason_of(const struct strlist *words, const char *call)
{
	const struct runtime_call *c;

	for (size_t w = 0; w < words->count; w++)
		for (size_t i = 0; (c = runtime_call_at(i)); i++)
			if (runtime_has(words->items[w], c->runtime) && streq(c->call, call))
				return c->because;
	return "";
}

static void review_call(const struct spared *s, const struct strlist *words, const char *call)
{
	log_more("%s: %s; with it a program can still %s%s", call, reason_of(words, call), sysdb_find(call)->meaning,
		 strlist_has(&s->narrowed, call) ? ", but only with such arguments" : "");
}

/* Calls with the same effect that are denied in vain, while one of these is allowed. */
static void review_vain(const struct policy *p, const struct spared *s, const struct strlist *calls)
{
	scoped(strlist_done) struct strlist vain = { 0 };
	char word[CALL_NAME_MAX];
	const struct rule *r;

	for (size_t i = 0; i < calls->count; i++) {
		const char *list = strlist_has(&s->narrowed, calls->items[i]) ? "" : sysdb_find(calls->items[i])->siblings;

		while (list_next(&list, word, sizeof word))
			for (struct rule_walk rules = policy_rules_of(p, word); (r = rule_next(&rules)); )
				if (!verdict_allows(r->verdict) && r->conditions == 0)
					strlist_insert(&vain, word);
	}
	log_names(&vain, "denied, but not needed by a program that uses what stays allowed");
}

static int review_word(const struct policy *p, const struct spared *s, const char *word, const struct strlist *words,
		      bool strict, struct err *e)
{
	scoped(strlist_done) struct strlist calls = { 0 };
	int r = 0;

	spared_of(s, word, &calls);
	if (calls.count) {
		scoped(freep) char *runtimes = say_runtimes(words, &calls);
		scoped(freep) char *remedy = say_remedy(&calls);
		scoped(freep) char *what = calls.count == 1 ?
			xprintf("'%s' stays allowed, because %s no container without it", calls.items[0], runtimes) :
			xprintf("%zu calls stay allowed, because %s no container without them", calls.count, runtimes);

		if (strict)
			r = err_set(e, EOPNOTSUPP, "%s: %s; %s (--strict)", word, what, remedy);
		else
			log_warning("%s: %s; %s", word, what, remedy);
		for (size_t i = 0; r == 0 && i < calls.count; i++)
			review_call(s, words, calls.items[i]);
		if (r == 0)
			review_vain(p, s, &calls);
	}
	return r;
}

int review_spared(const struct policy *denied, const struct denylist *d, const struct strlist *words,
		  const struct spared *spared, bool strict, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < d->count; i++)
		r = review_word(denied, spared, d->words[i], words, strict, e);
	return r;
}

/* The runtime's calls that are denied at every start. */
static void refused_to(const struct policy *p, const char *runtime, struct strlist *ret)
{
	const struct runtime_call *c;

	for (size_t i = 0; (c = runtime_call_at(i)); i++)
		if (streq(c->runtime, runtime) && runtime_always(c) &&
		    policy_start(p, arch_native(), c) == START_FAILS)
			strlist_insert(ret, c->call);
}

void review_starts(const struct policy *p, const struct strlist *words)
{
	const struct runtime_call *c;
	const char *last = "";

	for (size_t w = 0; w < words->count; w++)
		for (size_t i = 0; (c = runtime_call_at(i)); i++) {
			scoped(strlist_done) struct strlist refused = { 0 };

			if (runtime_has(words->items[w], c->runtime) && !streq(last, c->runtime))
				refused_to(p, last = c->runtime, &refused);
			if (refused.count)
				log_warning("%s starts no container: it calls what is denied", c->runtime);
			log_names(&refused, "denied");
		}
}
