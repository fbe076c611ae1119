/* SPDX-License-Identifier: Apache-2.0 */
#include "base/jsonw.h"
#include "out/recording/facts.h"
#include "out/view.h"
#include "rec/saturation.h"
#include "sysdb/sysdb.h"

static void write_list(struct jsonw *w, const char *key, const struct strlist *l)
{
	jsonw_key(w, key);
	jsonw_open_inline(w, '[');
	for (size_t i = 0; i < l->count; i++)
		jsonw_string(w, l->items[i]);
	jsonw_close(w, ']');
}

static void write_call(struct jsonw *w, const struct rec_call *c)
{
	const struct sysdb_call *known = sysdb_find(c->name);
	struct strlist programs = { 0 }, families = { 0 };
	const char *list = known ? known->families : "";
	char family[64];

	recording_programs(c, &programs);
	while (list_next(&list, family, sizeof family))
		strlist_add(&families, family);
	jsonw_open(w, '{');
	jsonw_member(w, "abi", c->arch->name);
	jsonw_member(w, "name", c->name);
	jsonw_member_uint(w, "number", c->nr);
	jsonw_member_uint(w, "count", c->count);
	jsonw_key(w, "first");
	jsonw_seconds(w, recording_first_seen(c->seen, c->seen_count));
	jsonw_member_uint(w, "runs", rec_runs_of(c));
	write_list(w, "programs", &programs);
	write_list(w, "families", &families);
	jsonw_member(w, "risk", risk_name(rec_risk(c)));
	if (known && *known->why)
		jsonw_member(w, "reason", risk_reason(known->why));
	rec_write_sites(c, w);
	rec_write_args(c, w);
	jsonw_close(w, '}');
	strlist_done(&programs);
	strlist_done(&families);
}

static void write_blind_spot(struct jsonw *w, const struct rec_blind_spot *s)
{
	struct strlist hidden = { 0 };

	for (size_t i = 0; s->calls && s->calls[i]; i++)
		strlist_add(&hidden, s->calls[i]);
	jsonw_open(w, '{');
	jsonw_member(w, "kind", s->kind);
	jsonw_member(w, "detail", s->detail);
	jsonw_member(w, "remedy", s->remedy);
	if (hidden.count)
		write_list(w, "calls", &hidden);
	jsonw_key(w, "seen");
	jsonw_open(w, '[');
	for (size_t i = 0; i < s->seen_count; i++) {
		jsonw_open_inline(w, '{');
		jsonw_member(w, "run", s->seen[i].run);
		jsonw_member(w, "program", s->seen[i].program);
		jsonw_member_uint(w, "count", s->seen[i].count);
		jsonw_key(w, "first");
		jsonw_seconds(w, s->seen[i].first);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
	jsonw_close(w, '}');
	strlist_done(&hidden);
}

static void write_saturation(struct jsonw *w, const struct rec *rec)
{
	const struct saturation s = rec_saturation(rec);

	jsonw_key(w, "saturation");
	jsonw_open(w, '{');
	jsonw_member_uint(w, "runs", s.runs);
	jsonw_member_uint(w, "calls", s.calls);
	jsonw_member_uint(w, "in_one_run", s.in_one_run);
	if (s.run) {
		jsonw_key(w, "last_new");
		jsonw_open_inline(w, '{');
		jsonw_member(w, "call", s.last->name);
		jsonw_member(w, "run", s.run->id);
		jsonw_key(w, "seconds");
		jsonw_seconds(w, s.first);
		jsonw_key(w, "before_end");
		jsonw_seconds(w, s.before_end);
		jsonw_close(w, '}');
	}
	jsonw_key(w, "looks_unfinished");
	jsonw_bool(w, s.looks_unfinished);
	jsonw_close(w, '}');
}

static int emit(const struct shown *s, FILE *f, maybe_unused struct err *e)
{
	const struct rec *rec = s->rec;
	struct jsonw w = { .file = f };
	const struct rec_call *c;
	const struct rec_blind_spot *spot;
	struct rec_program p;

	jsonw_open(&w, '{');
	jsonw_key(&w, "calls");
	jsonw_open(&w, '[');
	for (size_t i = 0; (c = rec_call_at(rec, i)); i++)
		write_call(&w, c);
	jsonw_close(&w, ']');
	write_saturation(&w, rec);
	jsonw_key(&w, "programs");
	jsonw_open(&w, '[');
	for (size_t i = 0; rec_program_at(rec, i, &p); i++) {
		jsonw_open_inline(&w, '{');
		jsonw_member(&w, "path", p.path);
		jsonw_member_uint(&w, "executed", p.executed);
		jsonw_close(&w, '}');
	}
	jsonw_close(&w, ']');
	jsonw_key(&w, "blind_spots");
	jsonw_open(&w, '[');
	for (size_t i = 0; (spot = rec_blind_spot_at(rec, i)); i++)
		write_blind_spot(&w, spot);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	jsonw_end(&w);
	return 0;
}

const struct view view_recording_json = {
	.shows = SHOWS_RECORDING,
	.name = "json",
	.suffix = ".json",
	.help = "the same, machine-readable, with families, risk and reason",
	.emit = emit,
};
