/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the file of a recording. */
#include "base/io.h"
#include "base/jsonw.h"
#include "rec/format.h"
#include "sysdb/args.h"

static void write_filter(struct jsonw *w, const struct rec_run *r)
{
	jsonw_key(w, "filter");
	jsonw_open_inline(w, '{');
	jsonw_member(w, "program", r->filter_program);
	jsonw_key(w, "no_new_privs");
	jsonw_bool(w, r->filter_nnp);
	jsonw_close(w, '}');
}

static void write_cut(struct jsonw *w, const struct rec_run *r)
{
	jsonw_key(w, "cut");
	jsonw_open_inline(w, '{');
	jsonw_member(w, "by", r->cut);
	jsonw_member_uint(w, "processes", r->cut_processes);
	jsonw_close(w, '}');
}

static void write_run(struct jsonw *w, const struct rec_run *r)
{
	jsonw_open(w, '{');
	jsonw_member(w, "id", r->id);
	jsonw_key(w, "command");
	jsonw_open_inline(w, '[');
	for (size_t i = 0; r->command[i]; i++)
		jsonw_string(w, r->command[i]);
	jsonw_close(w, ']');
	jsonw_member(w, "start", r->start);
	jsonw_key(w, "seconds");
	jsonw_seconds(w, r->seconds);
	jsonw_key(w, "end");
	jsonw_open_inline(w, '{');
	jsonw_member_uint(w, rec_end_names[r->end], r->end_value);
	jsonw_close(w, '}');
	if (*r->cut)
		write_cut(w, r);
	if (r->asked_to_end >= 1e-6) {	/* the resolution of the file */
		jsonw_key(w, "asked_to_end");
		jsonw_seconds(w, r->asked_to_end);
	}
	jsonw_member(w, "engine", r->engine);
	jsonw_member(w, "scope", r->scope);
	if (r->filter_program)
		write_filter(w, r);
	jsonw_key(w, "host");
	jsonw_open_inline(w, '{');
	jsonw_member(w, "kernel", r->kernel);
	jsonw_member(w, "machine", r->machine);
	jsonw_member(w, "libseccomp", r->libseccomp);
	jsonw_close(w, '}');
	jsonw_key(w, "no_new_privs");
	jsonw_bool(w, r->no_new_privs);
	jsonw_member_uint(w, "tasks", r->tasks);
	jsonw_member_uint(w, "calls", r->calls);
	jsonw_close(w, '}');
}

static void write_seen(struct jsonw *w, const struct rec_seen *seen, size_t count)
{
	jsonw_key(w, "seen");
	jsonw_open(w, '[');
	for (size_t i = 0; i < count; i++) {
		jsonw_open_inline(w, '{');
		jsonw_member(w, "run", seen[i].run);
		jsonw_member(w, "program", seen[i].program);
		jsonw_member_uint(w, "count", seen[i].count);
		jsonw_key(w, "first");
		jsonw_seconds(w, seen[i].first);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

static void write_site(struct jsonw *w, const struct rec_site *s)
{
	jsonw_open(w, '{');
	jsonw_member(w, "program", s->program);
	if (s->partial) {
		jsonw_key(w, "partial");
		jsonw_bool(w, true);
	}
	jsonw_member_uint(w, "through", s->through);
	jsonw_key(w, "stack");
	jsonw_open(w, '[');
	for (size_t i = 0; i < s->depth; i++) {
		jsonw_open_inline(w, '{');
		if (*s->frames[i].function)
			jsonw_member(w, "function", s->frames[i].function);
		jsonw_member(w, "library", s->frames[i].library);
		jsonw_member_uint(w, s->frames[i].line ? "line" : "offset",
				  s->frames[i].line ? s->frames[i].line : s->frames[i].offset);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
	jsonw_close(w, '}');
}

void rec_write_sites(const struct rec_call *c, struct jsonw *w)
{
	if (c->site_count == 0)
		return;
	jsonw_key(w, "sites");
	jsonw_open(w, '[');
	for (size_t i = 0; i < c->site_count; i++)
		write_site(w, &c->sites[i]);
	jsonw_close(w, ']');
}

static void write_arg(struct jsonw *w, const struct rec_call *c, const struct rec_arg *a)
{
	const struct arg_info *info = sysdb_arg_on(c->arch, c->name, a->arg);

	jsonw_open(w, '{');
	jsonw_member_uint(w, "argument", a->arg);
	if (info && *info->name)
		jsonw_member(w, "name", info->name);
	jsonw_member_uint(w, "mask", a->mask);
	jsonw_key(w, "runs");
	jsonw_open_inline(w, '[');
	for (size_t i = 0; i < a->run_count; i++)
		jsonw_string(w, a->runs[i]);
	jsonw_close(w, ']');
	jsonw_key(w, a->summary ? "summary" : "values");
	jsonw_open_inline(w, a->summary ? '{' : '[');
	for (size_t i = 0; i < a->value_count; i++)
		jsonw_uint(w, a->values[i]);
	if (a->summary) {
		jsonw_member_uint(w, "least", a->least);
		jsonw_member_uint(w, "greatest", a->greatest);
		jsonw_member_uint(w, "bits", a->bits);
	}
	jsonw_close(w, a->summary ? '}' : ']');
	jsonw_close(w, '}');
}

void rec_write_args(const struct rec_call *c, struct jsonw *w)
{
	if (c->arg_count == 0)
		return;
	jsonw_key(w, "args");
	jsonw_open(w, '[');
	for (size_t i = 0; i < c->arg_count; i++)
		write_arg(w, c, &c->args[i]);
	jsonw_close(w, ']');
}

static void write_call(struct jsonw *w, const struct rec_call *c)
{
	jsonw_open(w, '{');
	jsonw_member(w, "abi", c->arch->name);
	jsonw_member(w, "name", c->name);
	jsonw_member_uint(w, "number", c->nr);
	jsonw_member_uint(w, "count", c->count);
	write_seen(w, c->seen, c->seen_count);
	rec_write_sites(c, w);
	rec_write_args(c, w);
	jsonw_close(w, '}');
}

static void write_execs(struct jsonw *w, const struct rec *rec)
{
	const char *run, *path;
	uint64_t executed;

	jsonw_key(w, "programs");
	jsonw_open(w, '[');
	for (size_t i = 0; rec_execs_at(rec, i, &run, &path, &executed); i++) {
		jsonw_open_inline(w, '{');
		jsonw_member(w, "path", path);
		jsonw_member(w, "run", run);
		jsonw_member_uint(w, "executed", executed);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

static void write_blind_spot(struct jsonw *w, const struct rec_blind_spot *s)
{
	jsonw_open(w, '{');
	jsonw_member(w, "kind", s->kind);
	jsonw_member(w, "detail", s->detail);
	jsonw_member(w, "remedy", s->remedy);
	if (s->calls) {
		jsonw_key(w, "calls");
		jsonw_open_inline(w, '[');
		for (size_t i = 0; s->calls[i]; i++)
			jsonw_string(w, s->calls[i]);
		jsonw_close(w, ']');
	}
	write_seen(w, s->seen, s->seen_count);
	jsonw_close(w, '}');
}

void rec_write_blind_spots(struct jsonw *w, const struct rec *rec)
{
	const struct rec_blind_spot *spot;

	jsonw_key(w, "blind_spots");
	jsonw_open(w, '[');
	for (size_t i = 0; (spot = rec_blind_spot_at(rec, i)); i++)
		write_blind_spot(w, spot);
	jsonw_close(w, ']');
}

void rec_write(const struct rec *rec, FILE *file)
{
	struct jsonw w = { .file = file };
	const struct rec_run *run;
	const struct rec_call *call;

	jsonw_open(&w, '{');
	jsonw_member(&w, "format", REC_FORMAT);
	jsonw_member_uint(&w, "version", REC_VERSION);
	jsonw_key(&w, "runs");
	jsonw_open(&w, '[');
	for (size_t i = 0; (run = rec_run_at(rec, i)); i++)
		write_run(&w, run);
	jsonw_close(&w, ']');
	write_execs(&w, rec);
	jsonw_key(&w, "calls");
	jsonw_open(&w, '[');
	for (size_t i = 0; (call = rec_call_at(rec, i)); i++)
		write_call(&w, call);
	jsonw_close(&w, ']');
	rec_write_blind_spots(&w, rec);
	jsonw_close(&w, '}');
	jsonw_end(&w);
}

int rec_save(const struct rec *rec, const char *path, struct err *e)
{
	struct io_out out;
	int r = io_create(&out, path, e);

	if (r < 0)
		return r;
	rec_write(rec, out.file);
	return io_commit(&out, e);
}
