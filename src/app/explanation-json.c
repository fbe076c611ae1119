/* SPDX-License-Identifier: Apache-2.0 */
#include "app/explanation.h"

#include <stdio.h>
#include "base/jsonw.h"
#include "base/mem.h"
#include "policy/prose.h"
#include "read/runtime-filter.h"
#include "sysdb/action.h"
#include "sysdb/sysdb.h"

static void write_verdict(struct jsonw *w, struct verdict v)
{
	jsonw_member(w, "action", action_info(v.action)->oci);
	if (action_has_data(v.action))
		jsonw_member_uint(w, "errno", v.data);
}

static void write_rule(struct jsonw *w, const struct asked *a, const struct rule *rule)
{
	const struct place *place = profile_place(a->profile, rule);
	scoped(freep) char *path = clean_dup(place->path);
	scoped(buf_done) struct buf b = { 0 };

	jsonw_open(w, '{');
	write_verdict(w, rule ? rule->verdict : policy_default(a->policy));
	if (rule) {
		scoped(freep) char *call = clean_dup(rule->call);

		jsonw_member(w, "call", call);
		prose_conditions(&b, a->q.arch, rule->call, rule);
		jsonw_member(w, "when", buf_str(&b));
	}
	if (place->file)
		jsonw_member(w, "file", place->file);
	jsonw_member_uint(w, "line", place->line);
	jsonw_member(w, "path", path);
	jsonw_close(w, '}');
}

/* The same for JSON, with an example. */
static void write_runtimes(struct jsonw *w, const struct asked *a)
{
	const struct deviation *first = runtime_filter_deviation(a->runtime, 0);
	bool loaded = !first || first->kind != DEVIATION_NOT_LOADED;
	struct deviation d;
	scoped(buf_done) struct buf b = { 0 };

	jsonw_key(w, "runtimes");
	jsonw_open(w, '{');
	jsonw_key(w, "loaded");
	jsonw_bool(w, loaded);
	if (!loaded) {
		deviation_words(&b, first);
		jsonw_member(w, "reason", buf_str(&b));
	} else if (runtime_filter_deviates(a->runtime, &a->q, DEVIATION_ANY, &d)) {
		deviation_example(&b, &d);
		jsonw_member(w, "example", buf_str(&b));
		write_verdict(w, d.made);
	}
	jsonw_close(w, '}');
}

static void write_answer(struct jsonw *w, const struct asked *a, const struct judgement *answer)
{
	static const char *const words[] = { [HOLDS_NEVER] = "never", [HOLDS_MAYBE] = "sometimes", [HOLDS_ALWAYS] = "always" };
	const struct sysdb_call *c = sysdb_find(a->q.call);
	scoped(strlist_done) struct strlist ways = { 0 };
	struct judgement other;

	jsonw_open(w, '{');
	jsonw_member(w, "abi", a->q.arch->name);
	jsonw_member(w, "allowed", words[judgement_allows(answer)]);
	write_verdict(w, answer->verdict);
	if (answer->covered) {
		jsonw_key(w, answer->by ? "rule" : "default");
		write_rule(w, a, answer->by);
	}
	jsonw_key(w, "unless");
	jsonw_open(w, '[');
	for (size_t i = 0; i < answer->maybe_count; i++)
		write_rule(w, a, answer->maybe[i]);
	jsonw_close(w, ']');
	if (c)
		asked_ways(c, &ways);
	if (c && asked_ring_reason(c))
		strlist_insert(&ways, "io_uring_setup");
	write_runtimes(w, a);
	jsonw_key(w, "others");
	jsonw_open(w, '{');
	for (size_t i = 0; i < ways.count; i++)
		if (asked_other(a, ways.items[i], &other)) {
			jsonw_member(w, ways.items[i], words[judgement_allows(&other)]);
			judgement_done(&other);
		}
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

void explanation_write(struct asked *a, const struct arch *const *arches, struct judgement *answers, size_t n)
{
	struct jsonw w = { .file = stdout };

	jsonw_open(&w, '{');
	jsonw_member(&w, "call", a->q.call);
	if (profile_read_for())
		jsonw_member(&w, "read_for", profile_read_for());
	jsonw_key(&w, "answers");
	jsonw_open(&w, '[');
	for (size_t i = 0; i < n; i++) {
		a->q.arch = arches[i];
		write_answer(&w, a, &answers[i]);
	}
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	jsonw_end(&w);
}
