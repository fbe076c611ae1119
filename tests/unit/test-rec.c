/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/mem.h"
#include "rec/rec.h"
#include "rec/saturation.h"
#include "rec/spots.h"
#include "tests/unit/make.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"

enum { ROUNDS = 100 };

static char *bytes_of(const struct rec *rec)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	rec_write(rec, f);
	fclose(f);
	return text;
}

static bool same(const struct rec *a, const struct rec *b)
{
	scoped(freep) char *x = bytes_of(a);
	scoped(freep) char *y = bytes_of(b);

	return streq(x, y);
}

static struct rec *both(const struct rec *a, const struct rec *b)
{
	struct rec *rec = rec_new();

	rec_merge(rec, a);
	rec_merge(rec, b);
	return rec;
}

TEST(a_saved_recording_is_loaded_unchanged)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct dice d = dice_new(i);
		struct rec *rec = make_rec(&d), *back = NULL;
		struct err e = { "" };

		CHECK(rec_save(rec, "r.json", &e) == 0);
		CHECK_FOR(rec_load("r.json", &back, &e) == 0, "%u: %s", i, e.text);
		CHECK_FOR(same(rec, back), "%u", i);
		CHECK(rec_call_count(rec) == rec_call_count(back));
		rec_free(rec);
		rec_free(back);
	}
}

TEST(a_union_does_not_depend_on_order_or_grouping)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct dice d = dice_new(i);
		struct rec *a = make_rec(&d), *b = make_rec(&d), *c = make_rec(&d);
		struct rec *ab = both(a, b), *ba = both(b, a), *bc = both(b, c);
		struct rec *left = both(ab, c), *right = both(a, bc), *twice = both(ab, ab), *again = both(ab, a);

		CHECK_FOR(same(ab, ba), "%u: commutative", i);
		CHECK_FOR(same(left, right), "%u: associative", i);
		CHECK_FOR(same(twice, ab) && same(again, ab), "%u: idempotent", i);
		struct rec *const all[] = { a, b, c, ab, ba, bc, left, right, twice, again };

		for (size_t n = 0; n < countof(all); n++)
			rec_free(all[n]);
	}
}

TEST(a_union_with_itself_changes_nothing)
{
	struct dice d = dice_new(3);
	struct rec *rec = make_rec(&d), *copy = both(rec, rec);

	rec_merge(rec, rec);
	CHECK(same(rec, copy));
	rec_free(rec);
	rec_free(copy);
}

TEST(facts_are_counted_once)
{
	struct rec *rec = rec_new();
	const struct arch *a = arch_find("x86_64");
	const struct rec_call *c;
	struct rec_program p;

	for (int i = 0; i < 3; i++) {
		rec_add_seen(rec, a, 0, &(struct rec_seen){ "r1", "/b", 5, 0.5 });
		rec_add_seen(rec, a, 0, &(struct rec_seen){ "r1", "/a", 2, 0.1 });
		rec_add_seen(rec, a, 0, &(struct rec_seen){ "r0", "/b", 1, 0.2 });
		rec_add_program(rec, "r1", "/b", 2);
		rec_add_program(rec, "r0", "/b", 3);
	}
	CHECK(rec_call_count(rec) == 1);
	c = rec_find_call(rec, "read");
	CHECK(c && c == rec_call_at(rec, 0) && c->count == 8 && c->seen_count == 3);
	CHECK(streq(c->seen[0].run, "r0") && streq(c->seen[1].program, "/a") && streq(c->seen[2].program, "/b"));
	CHECK(rec_program_at(rec, 0, &p) && p.executed == 5 && streq(p.path, "/b"));
	CHECK(!rec_program_at(rec, 1, &p) && !rec_call_at(rec, 1) && !rec_run_at(rec, 0) && !rec_blind_spot_at(rec, 0));
	CHECK(!rec_find_call(rec, "write"));
	rec_free(rec);
	rec_free(NULL);
}

static bool is_list(const char *const *list, const char *spelt)
{
	struct buf b = { 0 };

	for (size_t i = 0; list && list[i]; i++)
		buf_addf(&b, "%s%s", i ? " " : "", list[i]);
	bool same = streq(buf_str(&b), spelt);

	buf_done(&b);
	return same;
}

TEST(blind_spots_of_one_kind_and_detail_are_united)
{
	struct rec *rec = rec_new();
	const char *many[41] = { NULL };
	char names[40][4];
	const struct rec_blind_spot *s;

	for (int i = 0; i < 2; i++) {
		rec_add_blind_spot(rec, &(struct rec_blind_spot){
			.kind = "k", .detail = "d", .remedy = "a", .calls = (const char *const[]){ "mount", "b", "mount", NULL },
			.seen = (const struct rec_seen[]){ { "r1", "/b", 5, 0.5 }, { "r0", "/b", 1, 1 } }, .seen_count = 2 });
		rec_add_blind_spot(rec, &(struct rec_blind_spot){
			.kind = "k", .detail = "d", .remedy = "z", .calls = (const char *const[]){ "a", "x86:mount", NULL },
			.seen = (const struct rec_seen[]){ { "r1", "/b", 7, 0.25 }, { "r1", "/a", 1, 1 } }, .seen_count = 2 });
		rec_add_blind_spot(rec, &(struct rec_blind_spot){ .kind = "k", .detail = "d", .remedy = "m" });
	}
	rec_add_blind_spot(rec, &(struct rec_blind_spot){ .kind = "k", .detail = "other", .remedy = "m" });
	s = rec_blind_spot_at(rec, 0);
	CHECK_STR(s->detail, "d");
	CHECK_STR(s->remedy, "z");
	CHECK(is_list(s->calls, "a b mount x86:mount"));
	CHECK(s->seen_count == 3 && streq(s->seen[0].run, "r0") && streq(s->seen[1].program, "/a"));
	CHECK(s->seen[2].count == 7 && s->seen[2].first == 0.25);
	s = rec_blind_spot_at(rec, 1);
	CHECK(streq(s->detail, "other") && !s->calls && s->seen_count == 0);
	CHECK(!rec_blind_spot_at(rec, 2));
	for (int i = 0; i < 40; i++) {
		snprintf(names[i], sizeof names[i], "%d", 39 - i);
		many[i] = names[i];
	}
	rec_add_blind_spot(rec, &(struct rec_blind_spot){ .kind = "many", .detail = "d", .calls = many });
	s = rec_blind_spot_at(rec, 2);
	for (int i = 0; i < 39; i++)
		CHECK(strcmp(s->calls[i], s->calls[i + 1]) < 0);
	CHECK(!s->calls[40]);
	rec_free(rec);
}

static void add_one_site(struct rec *rec, const char *program, const char *function, uint64_t offset, bool partial)
{
	rec_add_site(rec, arch_find("x86_64"), 0, &(struct rec_site){
		.program = program, .partial = partial, .frames = &(struct rec_frame){ function, "/lib/x.so", offset, 0 }, .depth = 1 });
}

TEST(the_same_few_of_many_sites_are_kept_in_any_order)
{
	struct rec *up = rec_new(), *down = rec_new();
	const struct rec_call *c;
	const struct rec_frame frame = { "f", "l", 0, 0 };

	for (unsigned i = 0; i < 20; i++) {
		add_one_site(up, "/b", "f", i, i == 0);
		add_one_site(down, "/b", "f", 19 - i, i == 19);
		add_one_site(up, "/a", "g", i / 10, false);
		add_one_site(down, "/a", "g", i % 2, false);
	}
	CHECK(same(up, down));
	c = rec_find_call(up, "read");
	CHECK(c && c->site_count == 2 + REC_SITES_MAX);
	CHECK_STR(c->sites[0].program, "/a");
	CHECK_STR(c->sites[2].program, "/b");
	/* the partial one comes last */
	for (unsigned i = 0; i < REC_SITES_MAX; i++)
		CHECK(!c->sites[2 + i].partial && c->sites[2 + i].frames[0].offset == 1 + i);
	CHECK(!rec_add_site(up, arch_find("x86_64"), 0, &(struct rec_site){ .program = "/a", .frames = &frame }));
	CHECK(!rec_add_site(up, arch_find("x86_64"), 0, &(struct rec_site){ .program = "/a", .frames = &frame, .depth = 1, .through = 1 }));
	CHECK(c->site_count == 2 + REC_SITES_MAX);
	/* an impossible number is not a call */
	CHECK(!rec_add_site(up, arch_find("x86_64"), 1, &(struct rec_site){ .program = "/a", .frames = &frame }));
	CHECK(!rec_find_call(up, "write"));
	rec_free(up);
	rec_free(down);
}

static void add_values(struct rec *rec, const char *run, uint64_t from, size_t count)
{
	uint64_t values[REC_VALUES_MAX], bits = 0;

	for (size_t i = 0; i < count; i++)
		bits |= values[i] = from + i;
	rec_add_arg(rec, arch_find("x86_64"), 41, &(struct rec_arg){
		.arg = 0, .mask = UINT32_MAX, .runs = &run, .run_count = 1, .least = from, .greatest = from + count - 1,
		.bits = bits, .values = values, .value_count = count });
}

TEST(values_are_exact_up_to_a_bound_and_then_a_summary)
{
	struct rec *rec = rec_new();
	const struct arch *a = arch_find("x86_64");
	const struct rec_call *c;

	rec_add_seen(rec, a, 41, &(struct rec_seen){ "r1", "/a", 1, 0 });
	add_values(rec, "r1", 3, 2);
	add_values(rec, "r1", 1, 3);
	c = rec_find_call(rec, "socket");
	CHECK(c && c->arg_count == 1 && c->args[0].value_count == 4 && !c->args[0].summary);
	for (unsigned i = 0; i < 4; i++)
		CHECK(c->args[0].values[i] == i + 1);
	CHECK(rec_find_arg(c, 0, UINT32_MAX) == &c->args[0] && !rec_find_arg(c, 0, 1) && !rec_find_arg(c, 1, UINT32_MAX));
	CHECK(rec_arg_is_exact(c, &c->args[0]));
	/* a run that made the call and kept no arguments */
	rec_add_seen(rec, a, 41, &(struct rec_seen){ "r2", "/a", 1, 0 });
	CHECK(!rec_arg_is_exact(c, &c->args[0]));
	add_values(rec, "r2", 10, 60);
	CHECK(rec_arg_is_exact(c, &c->args[0]) && c->args[0].value_count == 64);
	add_values(rec, "r2", 1000, 1);
	CHECK(!rec_arg_is_exact(c, &c->args[0]) && c->args[0].summary && c->args[0].value_count == 0);
	CHECK(c->args[0].least == 1 && c->args[0].greatest == 1000 && (c->args[0].bits & 1000) == 1000);
	add_values(rec, "r2", 5, 1);
	CHECK(c->args[0].summary && c->args[0].value_count == 0);
	rec_free(rec);
}

static void add_run_of(struct rec *rec, const char *id, const char *start, double seconds, enum rec_end end)
{
	static const char *const command[] = { "x", NULL };

	rec_add_run(rec, &(struct rec_run){ .id = id, .command = command, .start = start, .seconds = seconds, .end = end });
}

static bool text_is(const struct saturation *s, const char *want)
{
	scoped(freep) char *text = saturation_text(s);

	return streq(text, want);
}

TEST(late_new_calls_are_reported)
{
	struct rec *rec = rec_new();
	const struct arch *a = arch_find("x86_64");
	struct saturation s = rec_saturation(rec);

	CHECK(!s.run && !s.looks_unfinished && text_is(&s, ""));
	add_run_of(rec, "r2", "2026-01-01T00:00:00Z", 5, REC_KILLED);
	rec_add_seen(rec, a, 0, &(struct rec_seen){ "r2", "/a", 1, 0.5 });
	rec_add_seen(rec, a, 1, &(struct rec_seen){ "r2", "/a", 1, 4.75 });
	rec_add_seen(rec, a, 1, &(struct rec_seen){ "r2", "/b", 1, 4.5 });
	rec_add_seen(rec, a, 231, &(struct rec_seen){ "r2", "/a", 1, 5 });
	s = rec_saturation(rec);
	CHECK(s.runs == 1 && s.calls == 3 && s.in_one_run == 0 && s.first == 4.5 && s.before_end == 0.5 && s.looks_unfinished);
	CHECK(text_is(&s, "the last new call (write) came 0.5 s before the end of the run"));
	/* a later run that brings nothing new */
	add_run_of(rec, "r1", "2026-01-02T00:00:00Z", 9, REC_EXITED);
	rec_add_seen(rec, a, 1, &(struct rec_seen){ "r1", "/a", 1, 8 });
	s = rec_saturation(rec);
	CHECK(s.runs == 2 && s.in_one_run == 2 && !s.in_last_run && !s.looks_unfinished);
	CHECK(text_is(&s, "2 of 3 calls were seen in one run only; the last new call (write) came 0.5 s before the end of run r2"));
	/* and one that does */
	rec_add_seen(rec, a, 2, &(struct rec_seen){ "r1", "/a", 1, 1 });
	s = rec_saturation(rec);
	CHECK(s.in_last_run && s.looks_unfinished && s.before_end == 8 && streq(s.last->name, "open"));
	CHECK(rec_runs_of(rec_find_call(rec, "write")) == 2 && rec_runs_of(s.last) == 1);
	rec_free(rec);
}

static struct rec *killed_after(double seconds, double asked_to_end, const char *cut, enum rec_end end)
{
	static const char *const command[] = { "x", NULL };
	struct rec *rec = rec_new();

	rec_add_run(rec, &(struct rec_run){ .id = "r1", .command = command, .start = "2026-01-01T00:00:00Z", .seconds = seconds,
					    .end = end, .cut = cut, .asked_to_end = asked_to_end });
	rec_add_seen(rec, arch_find("x86_64"), 0, &(struct rec_seen){ "r1", "/a", 1, 0.5 });
	return rec;
}

static bool is_unfinished_with(struct rec *rec, const char *call, double first)
{
	const struct arch *a = arch_find("x86_64");
	uint32_t nr = UINT32_MAX;

	arch_call_number(a, call, &nr);
	rec_add_seen(rec, a, nr, &(struct rec_seen){ "r1", "/a", 1, first });
	return rec_saturation(rec).looks_unfinished;
}

TEST(calls_at_the_end_of_a_program_are_not_new)
{
	static const struct { const char *call; double asked_to_end, first; const char *cut; enum rec_end end; bool unfinished; } rows[] = {
		/* what a handler does, and at exit */
		{ "unlink", 8, 8, "", REC_KILLED, false },
		{ "unlink", 8, 9.5, "for", REC_EXITED, false },
		{ "unlink", 8, 7.9, "", REC_KILLED, true },
		{ "unlink", 8, 4.1, "for", REC_EXITED, true },
		{ "unlink", 8, 3.9, "signal", REC_EXITED, false },
		/* no signal asked for the end */
		{ "unlink", 0, 9.5, "", REC_KILLED, true },
		{ "unlink", 0, 9.5, "until-exit", REC_EXITED, false },
		/* abort(3): no signal comes before these */
		{ "tgkill", 0, 9.5, "", REC_KILLED, false },
		{ "rt_sigprocmask", 0, 9.5, "", REC_KILLED, false },
		{ "tgkill", 0, 8.5, "", REC_KILLED, true },
		{ "tgkill", 0, 9.5, "", REC_LEFT, true },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct rec *rec = killed_after(10, rows[i].asked_to_end, rows[i].cut, rows[i].end);

		CHECK_FOR(is_unfinished_with(rec, rows[i].call, rows[i].first) == rows[i].unfinished, "row %zu", i);
		rec_free(rec);
	}
}

TEST(a_command_that_ended_by_itself_is_not_unfinished)
{
	struct rec *rec = rec_new();

	add_run_of(rec, "r1", "2026-01-01T00:00:00Z", 1, REC_EXITED);
	rec_add_seen(rec, arch_find("x86_64"), 0, &(struct rec_seen){ "r1", "/a", 1, 1 });
	CHECK(!rec_saturation(rec).looks_unfinished);
	rec_free(rec);
}

TEST(the_kinds_of_blind_spots_are_sorted_and_have_words)
{
	const struct rec_blind_spot *s;

	for (size_t i = 0; (s = spot_at(i)); i++) {
		CHECK_FOR(i == 0 || strcmp(spot_at(i - 1)->kind, s->kind) < 0, "%s", s->kind);
		CHECK_FOR(*s->kind && strspn(s->kind, "abcdefghijklmnopqrstuvwxyz-") == strlen(s->kind), "%s", s->kind);
		CHECK_FOR(*s->detail && strlen(s->detail) < 120 && !strchr(s->detail, '\n'), "%s", s->kind);
		CHECK_FOR(s->remedy && *s->remedy && !strchr(s->remedy, '\n'), "%s", s->kind);
		CHECK_FOR(strlen(spot_detail(s->kind, "syscall")) < 120 && strlen(spot_detail(s->kind, "gate")) < 120, "%s", s->kind);
		CHECK_FOR(spot_find(s->kind) == s && !s->calls && !s->seen_count, "%s", s->kind);
	}
	CHECK(!streq(spot_detail("untraced", "seccomp"), spot_detail("untraced", "syscall")));
	CHECK(streq(spot_detail("lost", "seccomp"), spot_find("lost")->detail));
	CHECK(spot_find("unfinished") && spot_find("outer-filter") && !spot_find("") && !spot_find("outer"));
}

TEST(the_programs_of_a_blind_spot_are_summarized)
{
	static const struct rec_seen seen[] = {
		{ "r1", "/b", 1, 0 }, { "r1", "", 1, 0 }, { "r2", "/b", 1, 0 }, { "r2", "/a", 1, 0 }, { "r2", "/c", 1, 0 },
	};
	static const char *const told[] = { "", " (by /b)", " (by /b)", " (by /b)", " (by /a and 1 more)",
					    " (by /a and 2 more)" };

	for (size_t i = 0; i <= countof(seen); i++) {
		struct buf b = { 0 };

		spot_add_programs(&(struct rec_blind_spot){ .seen = seen, .seen_count = i }, &b);
		bool right = streq(buf_str(&b), told[i]);

		buf_done(&b);
		CHECK_FOR(right, "%zu", i);
	}
}

static void add_to_golden(struct rec *rec)
{
	const char *command[] = { "sh", "-c", "true", NULL };

	rec_add_run(rec, &(struct rec_run){
		.id = "r1", .command = command, .start = "2026-01-31T12:00:00Z", .seconds = 1.25, .end = REC_KILLED,
		.end_value = 9, .asked_to_end = 1.125, .engine = "seccomp", .scope = "seccomp", .filter_program = "/usr/bin/runc",
		.filter_nnp = true, .kernel = "6.1.0", .machine = "x86_64",
		.libseccomp = "2.5.4", .no_new_privs = true, .tasks = 2, .calls = 3 });
	rec_add_program(rec, "r1", "/bin/sh", 1);
	rec_add_seen(rec, arch_find("x86"), 5, &(struct rec_seen){ "r1", "/bin/sh", 3, 0.5 });
	rec_add_seen(rec, arch_find("x86_64"), 900, &(struct rec_seen){ "r1", "/bin/sh", 1, 0 });
}

static void add_evidence_to_golden(struct rec *rec)
{
	rec_add_site(rec, arch_find("x86_64"), 900, &(struct rec_site){
		.program = "/bin/sh", .partial = true, .through = 1, .depth = 3,
		.frames = (const struct rec_frame[]){
			{ "open", "/lib/libc.so.6", 12, 0 }, { "App.fetch", "/srv/app.py", 0, 7 }, { "", "/bin/sh", 4096, 0 } } });
	rec_add_arg(rec, arch_find("x86"), 5, &(struct rec_arg){
		.arg = 1, .mask = UINT32_MAX, .runs = (const char *const[]){ "r1" }, .run_count = 1, .least = 0, .greatest = 64,
		.bits = 64, .values = (const uint64_t[]){ 0, 64 }, .value_count = 2 });
	rec_add_arg(rec, arch_find("x86"), 5, &(struct rec_arg){
		.arg = 2, .mask = 7, .runs = (const char *const[]){ "r1" }, .run_count = 1, .summary = true, .greatest = 6, .bits = 7 });
}

static void add_blind_spots_to_golden(struct rec *rec)
{
	rec_add_blind_spot(rec, &(struct rec_blind_spot){ .kind = "kind", .detail = "detail", .remedy = "remedy" });
	rec_add_blind_spot(rec, &(struct rec_blind_spot){
		.kind = "hides", .detail = "two", .remedy = "",
		.calls = (const char *const[]){ "x86:mount", "mount", NULL },
		.seen = &(struct rec_seen){ "r1", "/bin/sh", 3, 0.5 }, .seen_count = 1 });
}

/* recording.json, beside this file */
TEST(the_file_is_readable_and_stable)
{
	struct rec *rec = rec_new();
	struct err e;

	add_to_golden(rec);
	add_evidence_to_golden(rec);
	add_blind_spots_to_golden(rec);
	CHECK(rec_save(rec, "r.json", &e) == 0);
	rec_free(rec);
	scoped(freep) char *path = xprintf("%s/tests/unit/recording.json", getenv("SRCDIR"));
	scoped(freep) char *want = scratch_read(path), *text = scratch_read("r.json");

	CHECK_STR(text, want);
}

TEST(hostile_names_are_cleaned)
{
	struct rec *rec = rec_new();
	struct rec_program p;
	const char *command[] = { "\x1b]0;title\a", NULL };

	rec_add_run(rec, &(struct rec_run){ .id = "r\n", .command = command, .filter_program = "\r" });
	rec_add_program(rec, "r\n", "/tmp/\x1b[2J", 1);
	rec_add_seen(rec, arch_find("x86_64"), 0, &(struct rec_seen){ "r\n", "/tmp/\xff", 1, 0 });
	rec_add_blind_spot(rec, &(struct rec_blind_spot){
		.kind = "a\x7f", .detail = "b\r", .calls = (const char *const[]){ "\x1b", NULL },
		.seen = &(struct rec_seen){ "r\n", "\a", 1, 0 }, .seen_count = 1 });
	rec_add_site(rec, arch_find("x86_64"), 0, &(struct rec_site){
		.program = "\a", .frames = &(struct rec_frame){ "f\x1b", "/l\xff", 0, 0 }, .depth = 1 });
	CHECK_STR(rec_call_at(rec, 0)->sites[0].program, "\\x07");
	CHECK_STR(rec_call_at(rec, 0)->sites[0].frames[0].function, "f\\x1b");
	CHECK_STR(rec_call_at(rec, 0)->sites[0].frames[0].library, "/l\\xff");
	CHECK_STR(rec_run_at(rec, 0)->id, "r\\x0a");
	CHECK_STR(rec_run_at(rec, 0)->command[0], "\\x1b]0;title\\x07");
	CHECK_STR(rec_run_at(rec, 0)->engine, "");
	CHECK(rec_program_at(rec, 0, &p));
	CHECK_STR(p.path, "/tmp/\\x1b[2J");
	CHECK_STR(rec_call_at(rec, 0)->seen[0].program, "/tmp/\\xff");
	CHECK_STR(rec_blind_spot_at(rec, 0)->kind, "a\\x7f");
	CHECK_STR(rec_blind_spot_at(rec, 0)->remedy, "");
	CHECK_STR(rec_blind_spot_at(rec, 0)->calls[0], "\\x1b");
	CHECK_STR(rec_blind_spot_at(rec, 0)->seen[0].run, "r\\x0a");
	CHECK_STR(rec_blind_spot_at(rec, 0)->seen[0].program, "\\x07");
	CHECK_STR(rec_run_at(rec, 0)->filter_program, "\\x0d");
	rec_free(rec);
}

#define HEAD "{\"format\": \"sctrace-recording\",\n\"version\": 1,\n"
#define REST "\"programs\": [],\n\"calls\": [],\n\"blind_spots\": []}\n"
#define RUN(end, tasks) HEAD \
	"\"runs\": [{\"id\": \"r\", \"command\": [\"x\"],\n\"start\": \"s\", \"seconds\": 1,\n\"end\": " end \
	", \"engine\": \"e\", \"scope\": \"s\", \"host\": {\"kernel\": \"k\", \"machine\": \"m\", \"libseccomp\": \"l\"},\n" \
	"\"tasks\": " tasks ", \"calls\": 1}],\n" REST
#define SPOT(more) HEAD "\"runs\": [], \"programs\": [], \"calls\": [],\n" \
	"\"blind_spots\": [{\"kind\": \"k\", \"detail\": \"d\", \"remedy\": \"r\",\n" more "}]}\n"
#define SITE(site) CALL("{\"abi\": \"x86\", \"number\": 1, \"seen\": [" \
	"{\"run\": \"r\", \"program\": \"p\", \"count\": 1, \"first\": 0}],\n\"sites\": [" site "]}")
#define ARG(arg) CALL("{\"abi\": \"x86\", \"number\": 1, \"seen\": [" \
	"{\"run\": \"r\", \"program\": \"p\", \"count\": 1, \"first\": 0}],\n\"args\": [" arg "]}")
#define CALL(call) HEAD "\"runs\": [], \"programs\": [], \"calls\": [\n" call "], \"blind_spots\": []}\n"

TEST(other_files_are_rejected_with_file_line_and_reason)
{
	static const struct { const char *text, *message; } rows[] = {
		{ "", "r.json: the file is empty" },
		{ "{\"format\": \"sctrace-recording\",\n  \"version\": 1,\n  \"runs\": [",
		  "r.json:3:11: not valid JSON: ']' expected near end of file" },
		{ "openat(3, ...) = 4\n", "r.json:1:6: not valid JSON: invalid token near 'openat'" },
		{ "[]", "r.json:1: not a recording of sctrace; 'sctrace record' makes one" },
		{ "{}", "r.json:1: not a recording of sctrace; 'sctrace record' makes one" },
		{ "\n\n{\"format\": 1}", "r.json:3: not a recording of sctrace; 'sctrace record' makes one" },
		{ "{\"defaultAction\": \"SCMP_ACT_ALLOW\"}",
		  "r.json:1: not a recording of sctrace; 'sctrace record' makes one" },
		{ "{\"format\": \"sctrace-recording\",\n\"version\": 2}",
		  "r.json:2: version: written by a newer sctrace (version 2, this one reads up to 1); update this one" },
		{ "{\"format\": \"sctrace-recording\",\n\"version\": 0}", "r.json:2: version: there is no version 0" },
		{ "{\"format\": \"sctrace-recording\",\n\"version\": \"1\"}",
		  "r.json:2: version: should be a whole number, not negative" },
		{ "{\"format\": \"sctrace-recording\"}",
		  "r.json:1: version: is missing; it should be a whole number, not negative" },
		{ HEAD REST, "r.json:1: runs: is missing; it should be an array" },
		{ HEAD "\"runs\": {},\n" REST, "r.json:3: runs: should be an array" },
		{ HEAD "\"runs\": [\n7],\n" REST, "r.json:4: runs[0]: should be an object" },
		{ RUN("{\"exited\": 0}", "-1"), "r.json:6: runs[0].tasks: should be a whole number, not negative" },
		{ RUN("{\"exited\": 256}", "1"), "r.json:5: runs[0].end.exited: should be at most 255" },
		{ RUN("{}", "1"), "r.json:5: runs[0].end: should say exited, killed, running or left" },
		{ RUN("{\"left\": 0}, \"filter\": []", "1"), "r.json:5: runs[0].filter: should be an object" },
		{ RUN("{\"left\": 0},\n\"filter\": {\"program\": 1}", "1"),
		  "r.json:6: runs[0].filter.program: should be a string" },
		{ RUN("{\"left\": 0}, \"filter\": {}", "1"),
		  "r.json:5: runs[0].filter.program: is missing; it should be a string" },
		{ SPOT("\"calls\": \"mount\""), "r.json:5: blind_spots[0].calls: should be an array" },
		{ SPOT("\"calls\": [\"a\",\n7]"), "r.json:6: blind_spots[0].calls[1]: should be a string" },
		{ SPOT("\"seen\": {}"), "r.json:5: blind_spots[0].seen: should be an array" },
		{ SPOT("\"seen\": [1]"), "r.json:5: blind_spots[0].seen[0].run: is missing; it should be a string" },
		{ SPOT("\"seen\": [\n{\"run\": \"r\", \"program\": \"p\", \"count\": -1, \"first\": 0}]"),
		  "r.json:6: blind_spots[0].seen[0].count: should be a whole number, not negative" },
		{ SPOT("\"seen\": [\n{\"run\": \"r\", \"program\": \"p\", \"count\": 1, \"first\": \"\"}]"),
		  "r.json:6: blind_spots[0].seen[0].first: should be a number, not negative" },
		{ CALL("{\"abi\": \"vax\",\n\"number\": 1, \"seen\": []}"),
		  "r.json:4: calls[0].abi: unknown ABI 'vax'; 'sctrace list arches' prints them" },
		{ CALL("{\"abi\": \"x86\",\n\"number\": 4294967296, \"seen\": []}"),
		  "r.json:5: calls[0].number: should be at most 4294967295" },
		{ CALL("{\"abi\": \"x86\", \"number\": 1,\n\"seen\": []}"),
		  "r.json:5: calls[0].seen: is empty: which program made the call?" },
		{ CALL("{\"abi\": \"x86\", \"number\": 1, \"seen\": [\n{\"run\": \"a\\u0000b\"}]}"),
		  "r.json:5: calls[0].seen[0].run: has a NUL character" },
		{ ARG("{\"argument\": 6}"), "r.json:5: calls[0].args[0].argument: should be at most 5" },
		{ ARG("{\"argument\": 0, \"mask\": 7, \"runs\": []}"),
		  "r.json:5: calls[0].args[0].values: is missing; it should be an array" },
		{ ARG("{\"argument\": 0, \"mask\": 7, \"runs\": [],\n\"values\": [1, 8]}"),
		  "r.json:6: calls[0].args[0].values[1]: should be at most 7" },
		{ ARG("{\"argument\": 0, \"mask\": 7, \"runs\": [],\n\"summary\": {\"least\": 0}}"),
		  "r.json:6: calls[0].args[0].summary.greatest: is missing; it should be a whole number, not negative" },
		{ SITE("1"), "r.json:5: calls[0].sites[0]: should be an object" },
		{ SITE("{\"program\": \"p\", \"through\": 0, \"stack\": []}"),
		  "r.json:5: calls[0].sites[0].stack: should have 1 to 64 frames" },
		{ SITE("{\"program\": \"p\", \"through\": 0, \"stack\": [\n{\"function\": 1}]}"),
		  "r.json:6: calls[0].sites[0].stack[0].function: should be a string" },
		{ SITE("{\"program\": \"p\", \"through\": 0, \"stack\": [{\"library\": \"l\", \"line\": -1}]}"),
		  "r.json:5: calls[0].sites[0].stack[0].line: should be a whole number, not negative" },
		{ SITE("{\"program\": \"p\", \"through\": 1, \"stack\": [{\"library\": \"l\", \"offset\": 1}]}"),
		  "r.json:5: calls[0].sites[0].through: should be at most 0" },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct rec *rec = NULL;
		struct err e = { "" };

		scratch_write("r.json", rows[i].text);
		CHECK_FOR(rec_load("r.json", &rec, &e) == -EINVAL, "row %zu", i);
		CHECK_STR(e.text, rows[i].message);
		CHECK(!rec);
	}
}

TEST(a_complete_small_file_loads)
{
	struct rec *rec = NULL;
	struct err e = { "" };

	scratch_write("r.json", RUN("{\"running\": 0}", "18446744073709551615"));
	CHECK_FOR(rec_load("r.json", &rec, &e) == 0, "%s", e.text);
	CHECK(rec_run_at(rec, 0)->tasks == UINT64_MAX && rec_run_at(rec, 0)->end == REC_RUNNING);
	CHECK(!rec_run_at(rec, 0)->no_new_privs && !rec_run_at(rec, 0)->filter_program);
	rec_free(rec);
	scratch_write("r.json", RUN("{\"left\": 0}, \"filter\": {\"program\": \"/runc\", \"no_new_privs\": true}", "1"));
	CHECK_FOR(rec_load("r.json", &rec, &e) == 0, "%s", e.text);
	CHECK(rec_run_at(rec, 0)->end == REC_LEFT && rec_run_at(rec, 0)->filter_nnp);
	CHECK_STR(rec_run_at(rec, 0)->filter_program, "/runc");
	rec_free(rec);
	/* a file from before spots had programs and calls */
	scratch_write("r.json", SPOT("\"calls\": null"));
	CHECK_FOR(rec_load("r.json", &rec, &e) == 0, "%s", e.text);
	CHECK(!rec_blind_spot_at(rec, 0)->calls && rec_blind_spot_at(rec, 0)->seen_count == 0);
	rec_free(rec);
	CHECK(rec_load("none.json", &rec, &e) == -ENOENT);
	CHECK_STR(e.text, "cannot open 'none.json': No such file or directory");
}

TEST(every_prefix_of_a_recording_is_rejected)
{
	struct dice d = dice_new(5);
	struct rec *rec = make_rec(&d);
	scoped(freep) char *text = bytes_of(rec);
	size_t len = strlen(text);

	rec_free(rec);
	for (size_t cut = 0; cut < len - 1; cut += 1 + cut / 40) {
		struct err e = { "" };

		rec = NULL;
		scratch_write_bytes("r.json", text, cut);
		CHECK_FOR(rec_load("r.json", &rec, &e) == -EINVAL, "%zu bytes", cut);
		CHECK(!rec && starts_with(e.text, "r.json:"));
	}
}

TEST(current_names_replace_those_in_a_file)
{
	struct rec *rec = NULL;
	struct err e = { "" };

	scratch_write("r.json", CALL("{\"abi\": \"x86_64\", \"name\": \"call_452\", \"number\": 452, \"count\": 77, "
				     "\"seen\": [{\"run\": \"r\", \"program\": \"p\", \"count\": 1, \"first\": 0}]}"));
	CHECK_FOR(rec_load("r.json", &rec, &e) == 0, "%s", e.text);
	CHECK_STR(rec_call_at(rec, 0)->name, "fchmodat2");
	CHECK(rec_call_at(rec, 0)->count == 1);
	rec_free(rec);
}

TEST(only_recordings_are_overwritten)
{
	struct dice d = dice_new(5);
	struct rec *rec = make_rec(&d);
	struct err e;

	CHECK(rec_save(rec, "r.json", &e) == 0);
	scratch_write("empty", "");
	scratch_write("thesis.txt", "ten years of work\n");
	CHECK(!rec_is_foreign("r.json") && !rec_is_foreign("empty") && !rec_is_foreign("none") &&
	      !rec_is_foreign("-") && !rec_is_foreign("/dev/null"));
	CHECK(rec_is_foreign("thesis.txt") && !rec_is_recording("thesis.txt"));
	CHECK(rec_is_recording("r.json") && !rec_is_recording("empty") && !rec_is_recording("none"));
	rec_free(rec);
}

TEST(a_call_is_found_by_its_name_on_each_abi)
{
	const struct arch *native = arch_native(), *other = arch_find("aarch64");
	const struct rec_seen seen = { .run = "r", .program = "/bin/p", .count = 1 };
	struct rec *rec = rec_new();
	uint32_t nr;

	for (uint32_t i = 0; i < 40; i++) {
		rec_add_seen(rec, native, i, &seen);
		rec_add_seen(rec, other, i, &seen);
	}
	/* far above those of any kernel */
	rec_add_seen(rec, native, 70000, &seen);
	CHECK(arch_call_number(native, "getpid", &nr) && nr == 39);
	CHECK(rec_call_named(rec, native, "getpid", 0)->nr == 39);
	CHECK(!rec_call_named(rec, native, "getpid", 1));
	CHECK(!rec_call_named(rec, other, "getpid", 0));
	CHECK(rec_call_named(rec, native, "read", 0) && !rec_call_named(rec, native, "reae", 0));
	CHECK(!rec_call_named(rec, native, "", 0) && !rec_call_named(rec, other, "zzz", 0));
	CHECK(!rec_is_call(rec_call_named(rec, native, "call_70000", 0)));
	CHECK(rec_is_call(rec_call_named(rec, native, "read", 0)));
	rec_free(rec);
}
