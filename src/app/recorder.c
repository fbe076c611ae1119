/* SPDX-License-Identifier: Apache-2.0 */
#include "app/recorder.h"

#include <signal.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include "base/buf.h"
#include "base/mem.h"
#include "app/elsewhere.h"
#include "app/left.h"
#include "rec/spots.h"
#include "sysdb/narrow.h"
#include "sysdb/sysdb.h"
#include "tracer/stack/stack.h"

enum { FUNCTION_NAME_MAX = 200, RECORD_MAX = 160 };

struct first {
	unsigned program;
	uint32_t arch, nr;
	double seconds;
	struct stack *stack;		/* NULL: none */
};

/* A program talked to a daemon. */
struct talk {
	const struct daemon *with;
	unsigned program;
	uint64_t count;
	double first;
};

struct recorder {
	char *const *command;
	const char *scope;
	char id[17], start[32];
	struct first *firsts;		/* in order of time */
	size_t count, room;
	struct talk *talks;
	size_t talk_count, talk_room;
	struct census_want *wants;
	size_t want_count, want_room;
	struct strlist names;		/* distinct, "abi:name" */
	char last[CALL_NAME_MAX];
};

struct recorder *recorder_new(char *const *command, const char *scope)
{
	struct recorder *r = xcalloc(1, sizeof *r);
	time_t now = time(NULL);
	uint64_t random = 0;

	r->command = command;
	r->scope = scope;
	if (getrandom(&random, sizeof random, 0) != sizeof random)
		random = (uint64_t)now << 20 ^ (uint64_t)clock();
	snprintf(r->id, sizeof r->id, "%016llx", (unsigned long long)random);
	strftime(r->start, sizeof r->start, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	return r;
}

void recorder_free(struct recorder *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++)
		free(r->firsts[i].stack);
	free(r->firsts);
	free(r->talks);
	free(r->wants);
	strlist_done(&r->names);
	free(r);
}

static void want(struct recorder *r, const struct arch *arch, uint32_t nr, unsigned arg, uint64_t mask)
{
	for (size_t i = r->want_count; i > 0 && r->wants[i - 1].nr == nr && r->wants[i - 1].arch == arch->audit; i--)
		if (r->wants[i - 1].arg == arg && r->wants[i - 1].mask == mask)
			return;
	r->wants = grow(r->wants, r->want_count, &r->want_room, sizeof *r->wants);
	r->wants[r->want_count++] = (struct census_want){ arch->audit, nr, arg, mask };
}

static void want_of(struct recorder *r, const struct arch *arch, const char *call, bool all)
{
	const struct narrow *n;
	uint64_t mask;
	unsigned arg;
	uint32_t nr;

	if (!arch_call_number(arch, call, &nr))
		return;
	for (size_t i = 0; (n = narrow_at(i)); i++)
		if (streq(n->call, call) && narrow_place(n, arch, &arg, &mask))
			want(r, arch, nr, arg, mask);
	for (arg = 0; all && arg < 6; arg++)
		if (arg_is_plain(sysdb_arg_on(arch, call, arg)))
			want(r, arch, nr, arg, arg_mask_on(arch, sysdb_arg_on(arch, call, arg)));
}

const struct census_want *recorder_wants(struct recorder *r, bool all, size_t *ret_count)
{
	const struct arch *arch, *native = arch_native();
	const struct sysdb_call *c;

	for (size_t a = 0; (arch = arch_at(a)); a++)
		if (arch == native || arch_is_companion(native, arch))
			for (size_t i = 0; (c = sysdb_at(i)); i++)
				want_of(r, arch, c->name, all);
	*ret_count = r->want_count;
	return r->wants;
}

void recorder_first(struct recorder *r, const struct first_call *call)
{
	const struct arch *arch = arch_of_call(call->arch, call->nr);
	char spelt[2 * CALL_NAME_MAX];

	if (r->count == r->room)	/* a call takes at most this much in the recording */
		mem_keep_reserve(2 * r->room * RECORD_MAX);
	r->firsts = grow(r->firsts, r->count, &r->room, sizeof *r->firsts);
	r->firsts[r->count++] = (struct first){ call->program, call->arch, call->nr, call->seconds, call->stack };
	*r->last = '\0';
	if (arch) {
		arch_call_name(arch, call->nr, r->last);
		snprintf(spelt, sizeof spelt, "%s:%s", arch->name, r->last);
		strlist_insert(&r->names, spelt);
	}
}

void recorder_late_stack(struct recorder *r, const struct first_call *call)
{
	for (size_t i = 0; i < r->count; i++) {
		struct first *f = &r->firsts[i];

		if (f->program == call->program && f->arch == call->arch && f->nr == call->nr && !f->stack) {
			f->stack = call->stack;
			return;
		}
	}
	free(call->stack);
}

static const char *program_path(const struct census *c, unsigned program)
{
	struct census_program p;

	return census_program_at(c, program, &p) ? p.path : NULL;
}

/* There are few daemons, and few programs that talk to them. */
static void add_talk(struct recorder *r, const struct census *c, const struct daemon *with, unsigned program)
{
	if (!with)
		return;
	for (size_t i = 0; i < r->talk_count; i++)
		if (r->talks[i].with == with && r->talks[i].program == program) {
			r->talks[i].count++;
			return;
		}
	r->talks = grow(r->talks, r->talk_count, &r->talk_room, sizeof *r->talks);
	r->talks[r->talk_count++] = (struct talk){ with, program, 1, census_stats(c).seconds };
}

void recorder_executed(struct recorder *r, const struct census *c, unsigned program, pid_t tid)
{
	add_talk(r, c, elsewhere_executed(tid, program_path(c, program)), program);
}

void recorder_connects(struct recorder *r, const struct tracer *t, unsigned program, pid_t tid, const char *address)
{
	add_talk(r, tracer_census(t), elsewhere_connects(t, tid, address), program);
}

const char *recorder_last_name(const struct recorder *r)
{
	return r->last;
}

size_t recorder_distinct(const struct recorder *r)
{
	return r->names.count;
}

static int by_call(const void *va, const void *vb)
{
	const struct first *a = va, *b = vb;

	if (a->program != b->program)
		return a->program < b->program ? -1 : 1;
	if (a->arch != b->arch)
		return a->arch < b->arch ? -1 : 1;
	return a->nr < b->nr ? -1 : a->nr > b->nr;
}

/* The state of recorder_make(). */
struct making {
	struct rec *rec;
	const char *run;
	const struct census *census;
	struct stacks *stacks;
	const struct first *firsts;	/* sorted by_call */
	size_t count;
	uint64_t unknown_abi;
};

/* Symbols that compilers generate can be of any length. */
static void add_site(const struct making *m, const struct arch *abi, const struct first *f)
{
	struct rec_frame frames[STACK_DEPTH];
	char *names[STACK_DEPTH];

	for (unsigned i = 0; i < f->stack->depth; i++) {
		struct stack_place p = stack_place(m->stacks, &f->stack->frames[i]);

		names[i] = xstrndup(p.function, FUNCTION_NAME_MAX);
		frames[i] = (struct rec_frame){ names[i], p.library, p.offset, p.line };
	}
	rec_add_site(m->rec, abi, f->nr, &(struct rec_site){
		.program = program_path(m->census, f->program), .partial = f->stack->partial,
		.through = stack_through(m->stacks, f->stack), .frames = frames, .depth = f->stack->depth,
	});
	for (unsigned i = 0; i < f->stack->depth; i++)
		free(names[i]);
}

static void add_count(void *self, unsigned program, uint32_t arch, uint32_t nr, uint64_t count)
{
	struct making *m = self;
	const struct arch *abi = arch_of_call(arch, nr);
	const struct first key = { .program = program, .arch = arch, .nr = nr };
	const struct first *first = bsearch(&key, m->firsts, m->count, sizeof key, by_call);

	if (!abi) {
		m->unknown_abi += count;
		return;
	}
	rec_add_seen(m->rec, abi, nr, &(struct rec_seen){
		.run = m->run, .program = program_path(m->census, program),
		.count = count, .first = first ? first->seconds : 0,
	});
	if (first && first->stack && !mem_is_low())
		add_site(m, abi, first);
}

/* How the run ended: by its first process or, after attaching, by the first one attached. */
static void add_end(struct rec_run *run, const struct census_stats *s, const int *status)
{
	if (!status)
		run->end = REC_RUNNING;
	else if (s->let_go)
		run->end = REC_LEFT;
	else if (WIFSIGNALED(*status))
		run->end = REC_KILLED, run->end_value = (unsigned)WTERMSIG(*status);
	else
		run->end = REC_EXITED, run->end_value = (unsigned)WEXITSTATUS(*status);
}

static void add_run(struct rec *rec, const struct recorder *r, const struct census *c, const int *status)
{
	struct census_stats s = census_stats(c);
	struct utsname u = { 0 };
	bool filtered = streq(r->scope, "seccomp") && s.in_scope;

	uname(&u);
	struct rec_run run = {
		.id = r->id, .command = (const char *const *)r->command, .start = r->start, .seconds = s.seconds,
		.asked_to_end = s.asked_to_end,
		.engine = s.engine, .scope = r->scope,
		.filter_program = filtered ? program_path(c, s.scope_program) : NULL, .filter_nnp = s.scope_nnp,
		.kernel = u.release, .machine = u.machine, .libseccomp = libseccomp_version(),
		.no_new_privs = s.no_new_privs, .tasks = s.tasks, .calls = s.calls,
		.cut = left_cut(s.cut), .cut_processes = s.cut_processes,
	};

	add_end(&run, &s, status);
	rec_add_run(rec, &run);
}

/* By name, without impossible numbers: hiding those does no harm. */
static void add_hidden(void *self, uint32_t arch, uint32_t nr)
{
	const struct arch *abi = arch_of_call(arch, nr);
	char name[CALL_NAME_MAX], spelt[2 * CALL_NAME_MAX];

	if (!abi || !arch_call_name(abi, nr, name))
		return;
	snprintf(spelt, sizeof spelt, "%s%s%s", abi == arch_native() ? "" : abi->name, abi == arch_native() ? "" : ":", name);
	strlist_insert(self, spelt);
}

/* One fact of a blind spot. `by`: NULL if it belongs to the whole run. `detail`: NULL for the
 * kind's own. */
static void add_detailed(const struct making *m, const char *kind, const char *detail, const struct rec_seen *by,
			 const struct strlist *calls)
{
	struct rec_blind_spot spot = *spot_find(kind);
	const struct rec_seen whole = { .run = m->run, .program = "", .count = 1 };

	spot.detail = detail ? detail : spot_detail(kind, census_stats(m->census).engine);
	spot.calls = calls && calls->count ? (const char *const *)calls->items : NULL;
	spot.seen = by ? by : &whole;
	spot.seen_count = 1;
	rec_add_blind_spot(m->rec, &spot);
}

static void add_spot(const struct making *m, const char *kind, const struct rec_seen *by, const struct strlist *calls)
{
	add_detailed(m, kind, NULL, by, calls);
}

/* The detail has the signal that natively ends it. */
static void add_pid1(const struct making *m, int signal, const struct rec_seen *by)
{
	static const char *const names[] = {
		[SIGILL] = "SIGILL", [SIGTRAP] = "SIGTRAP", [SIGBUS] = "SIGBUS", [SIGFPE] = "SIGFPE", [SIGSEGV] = "SIGSEGV",
		[SIGSYS] = "SIGSYS",
	};
	scoped(freep) char *detail = xprintf("%s, %s", spot_find("crash")->detail, names[signal]);

	add_detailed(m, "crash", detail, by, NULL);
}

/* The kind of blind spot for each note of the tracer. */
static const char *const note_kinds[] = {
	[NOTE_OWN_FILTER] = "own-filter",        [NOTE_RING] = "io-uring",
	[NOTE_DISPATCH] = "syscall-dispatch",    [NOTE_TRACER_REFUSED] = "nested-tracer",
	[NOTE_POWERLESS] = "setuid",             [NOTE_UNTRACED] = "untraced",
	[NOTE_LOST] = "lost",                    [NOTE_UNREAD] = "unread",
	[NOTE_OVERFLOW] = "odd-numbers",         [NOTE_NO_VSYSCALL] = "vsyscall",
	[NOTE_JOINED] = "joined",
	[NOTE_STRICT_REFUSED] = "strict-mode",   [NOTE_PID1_KILLED] = "crash",
};

static void add_notes(const struct making *m, bool hidden_from)
{
	scoped(strlist_done) struct strlist own = { 0 };
	struct census_note note;

	census_hidden(m->census, HIDER_OWN, add_hidden, &own);
	strlist_terminate(&own);
	for (size_t i = 0; census_note_at(m->census, i, &note); i++) {
		const struct rec_seen by = { m->run, program_path(m->census, note.program), note.count, note.first };
		bool filter = note.kind == NOTE_OWN_FILTER;

		if (note.kind == NOTE_PID1_KILLED)
			add_pid1(m, note.signal, &by);
		else if (!filter || hidden_from)
			add_spot(m, note_kinds[note.kind], &by, filter ? &own : NULL);
	}
}

static void add_args(const struct making *m, const struct recorder *r)
{
	for (size_t i = 0; i < r->want_count; i++) {
		const struct census_want *w = &r->wants[i];
		struct census_values v = census_values(m->census, i);

		if (v.seen)
			rec_add_arg(m->rec, arch_of_call(w->arch, w->nr), w->nr, &(struct rec_arg){
				.arg = w->arg, .mask = w->mask, .runs = &m->run, .run_count = 1, .summary = v.more,
				.least = v.least, .greatest = v.greatest, .bits = v.bits, .values = v.items, .value_count = v.count,
			});
	}
}

static void add_outer(const struct making *m)
{
	scoped(strlist_done) struct strlist outer = { 0 };

	census_hidden(m->census, HIDER_OUTER, add_hidden, &outer);
	strlist_terminate(&outer);
	add_spot(m, "outer-filter", NULL, &outer);
}

static void add_elsewhere(const struct making *m, const struct recorder *r)
{
	for (size_t i = 0; i < r->talk_count; i++) {
		const struct talk *talk = &r->talks[i];
		const struct rec_seen by = { m->run, program_path(m->census, talk->program), talk->count, talk->first };
		scoped(freep) char *detail = elsewhere_detail(talk->with);

		rec_add_blind_spot(m->rec, &(struct rec_blind_spot){
			.kind = "elsewhere", .detail = detail, .remedy = talk->with->remedy, .seen = &by, .seen_count = 1 });
	}
}

static void add_blind_spots(const struct making *m, const int *status)
{
	const struct census_stats s = census_stats(m->census);

	add_notes(m, s.hidden_from);
	if (s.outer_filter && s.hidden_from)
		add_outer(m);
	if (m->unknown_abi)
		add_spot(m, "odd-numbers", NULL, NULL);
	if (s.attached)
		add_spot(m, "attach", NULL, NULL);
	if (s.cut == CUT_CPU || s.cut == CUT_MEMORY)
		add_spot(m, "exhausted", NULL, NULL);
	if (status && !s.in_scope)
		add_spot(m, "scope", NULL, NULL);
}

/* Stacks take most of the memory, and resolving their names would take more. */
static void drop_stacks(struct recorder *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(take(r->firsts[i].stack));
}

struct rec *recorder_make(struct recorder *r, const struct census *c, struct stacks *stacks, const int *status)
{
	if (mem_is_low())
		drop_stacks(r);

	struct making m = { .rec = rec_new(), .run = r->id, .census = c, .stacks = stacks, .count = r->count };
	struct first *sorted = xcalloc(r->count, sizeof *sorted);
	struct census_program p;

	if (r->count)
		memcpy(sorted, r->firsts, r->count * sizeof *sorted);
	qsort(sorted, r->count, sizeof *sorted, by_call);
	m.firsts = sorted;
	add_run(m.rec, r, c, status);
	for (unsigned i = 0; census_program_at(c, i, &p); i++)
		if (p.in_scope)
			rec_add_program(m.rec, r->id, p.path, p.execs);
	census_counts(c, add_count, &m);
	add_args(&m, r);
	add_blind_spots(&m, status);
	add_elsewhere(&m, r);
	free(sorted);
	return m.rec;
}
