/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/recorder.h"

#include <stdio.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include "base/buf.h"
#include "base/mem.h"
#include "rec/spots.h"

struct first {
	unsigned program;
	uint32_t arch, nr;
	double seconds;
};

struct recorder {
	char *const *command;
	char id[17], start[32];
	struct first *firsts;		/* in order of time */
	size_t count, room;
	struct strlist names;		/* distinct, "abi:name" */
	char last[CALL_NAME_MAX];
};

struct recorder *recorder_new(char *const *command)
{
	struct recorder *r = xcalloc(1, sizeof *r);
	time_t now = time(NULL);
	uint64_t random = 0;

	r->command = command;
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
	free(r->firsts);
	strlist_done(&r->names);
	free(r);
}

void recorder_first(struct recorder *r, const struct first_call *call)
{
	const struct arch *arch = arch_of_call(call->arch, call->nr);
	char spelt[2 * CALL_NAME_MAX];

	r->firsts = grow(r->firsts, r->count, &r->room, sizeof *r->firsts);
	r->firsts[r->count++] = (struct first){ call->program, call->arch, call->nr, call->seconds };
	*r->last = '\0';
	if (arch) {
		arch_call_name(arch, call->nr, r->last);
		snprintf(spelt, sizeof spelt, "%s:%s", arch->name, r->last);
		strlist_insert(&r->names, spelt);
	}
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

/* What tracer_counts() walks over. */
struct making {
	struct rec *rec;
	const char *run;
	const struct tracer *tracer;
	const struct first *firsts;	/* sorted by_call */
	size_t count;
	uint64_t unknown_abi;
};

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
		.run = m->run, .program = tracer_program(m->tracer, program),
		.count = count, .first = first ? first->seconds : 0,
	});
}

static void add_run(struct rec *rec, const struct recorder *r, const struct tracer *t, const int *status)
{
	struct tracer_stats s = tracer_stats(t);
	struct utsname u = { 0 };

	uname(&u);
	rec_add_run(rec, &(struct rec_run){
		.id = r->id, .command = (const char *const *)r->command, .start = r->start, .seconds = s.seconds,
		.end = !status ? REC_RUNNING : WIFSIGNALED(*status) ? REC_KILLED : REC_EXITED,
		.end_value = !status ? 0 : (unsigned)(WIFSIGNALED(*status) ? WTERMSIG(*status) : WEXITSTATUS(*status)),
		.engine = tracer_engine(t), .scope = "all",
		.kernel = u.release, .machine = u.machine, .libseccomp = libseccomp_version(),
		.no_new_privs = s.no_new_privs, .tasks = s.tasks, .calls = s.calls,
	});
}

static void add_blind_spots(struct rec *rec, const struct making *m)
{
	const struct tracer_stats s = tracer_stats(m->tracer);
	const struct {
		bool there;
		const char *kind;
	} spots[] = {
		{ rec_find_call(rec, "io_uring_setup") != NULL, "io-uring" },
		{ rec_find_call(rec, "ptrace") != NULL, "nested-tracer" },
		{ s.outer_filter, "outer-filter" },
		{ s.own_filters > 0, "own-filter" },
		{ s.privileged_execs > 0, "setuid" },
		{ s.untraced > 0, "untraced" },
		{ s.unread > 0, "unread" },
		{ s.overflows > 0 || m->unknown_abi > 0, "odd-numbers" },
	};

	for (size_t i = 0; i < countof(spots); i++)
		if (spots[i].there)
			rec_add_blind_spot(rec, spot_find(spots[i].kind));
}

struct rec *recorder_make(const struct recorder *r, struct tracer *t, const int *status)
{
	struct making m = { .rec = rec_new(), .run = r->id, .tracer = t, .count = r->count };
	struct first *sorted = xcalloc(r->count, sizeof *sorted);
	const char *path;

	if (r->count)
		memcpy(sorted, r->firsts, r->count * sizeof *sorted);
	qsort(sorted, r->count, sizeof *sorted, by_call);
	m.firsts = sorted;
	add_run(m.rec, r, t, status);
	for (unsigned i = 0; (path = tracer_program(t, i)); i++)
		rec_add_program(m.rec, r->id, path, tracer_program_execs(t, i));
	tracer_counts(t, add_count, &m);
	add_blind_spots(m.rec, &m);
	free(sorted);
	return m.rec;
}
