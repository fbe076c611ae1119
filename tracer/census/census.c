/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/census/census.h"

#include <stdlib.h>
#include <time.h>
#include "base/mem.h"
#include "tracer/census/fill.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* filling */

struct census *census_new(const struct census_want *wants, size_t count)
{
	struct census *c = xcalloc(1, sizeof *c);

	c->values = values_new(wants, count);
	return c;
}

void census_free(struct census *c)
{
	if (!c)
		return;
	programs_done(&c->programs);
	notes_done(&c->notes);
	values_free(c->values);
	free(c);
}

void census_start(struct census *c)
{
	c->start = now();
}

double census_elapsed(const struct census *c)
{
	return now() - c->start;
}

bool census_count(struct census *c, struct program *program, uint32_t arch, uint32_t nr)
{
	int64_t before = tally_add(&program->tally, arch, nr);

	c->stats.calls++;
	if (before < 0)
		census_add_note(c, NOTE_OVERFLOW, program);
	if (before != 0)
		return false;
	c->stats.firsts++;
	c->stats.last_first = census_elapsed(c);
	return true;
}

void census_add_note(struct census *c, enum census_note_kind kind, const struct program *program)
{
	census_add_signal_note(c, kind, program, 0);
}

void census_add_signal_note(struct census *c, enum census_note_kind kind, const struct program *program, int signal)
{
	notes_add(&c->notes, &(struct census_note){
		.kind = kind, .program = program->id, .signal = signal, .first = census_elapsed(c),
	});
}

/* reading */

struct census_stats census_stats(const struct census *c)
{
	struct census_stats s = c->stats;

	if (s.seconds == 0)
		s.seconds = census_elapsed(c);
	return s;
}

static void note_any(void *self, maybe_unused uint32_t arch, maybe_unused uint32_t nr, maybe_unused uint64_t count)
{
	*(bool *)self = true;
}

bool census_program_at(const struct census *c, unsigned i, struct census_program *ret)
{
	const struct program *p = i < c->programs.count ? c->programs.items[i] : NULL;

	if (!p)
		return false;
	*ret = (struct census_program){ .path = p->path, .in_scope = p->execs > 0, .execs = p->execs };
	if (!ret->in_scope)
		tally_each(&p->tally, note_any, &ret->in_scope);
	return true;
}

struct each {
	census_count_fn *fn;
	void *self;
	unsigned program;
};

static void each_count(void *self, uint32_t arch, uint32_t nr, uint64_t count)
{
	struct each *each = self;

	each->fn(each->self, each->program, arch, nr, count);
}

void census_counts(const struct census *c, census_count_fn *fn, void *self)
{
	for (size_t i = 0; i < c->programs.count; i++)
		tally_each(&c->programs.items[i]->tally, each_count, &(struct each){ fn, self, (unsigned)i });
}

bool census_note_at(const struct census *c, size_t i, struct census_note *ret)
{
	if (i >= c->notes.count)
		return false;
	*ret = c->notes.items[i];
	return true;
}

void census_hidden(const struct census *c, enum census_hider hider, census_call_fn *fn, void *self)
{
	for (unsigned abi = 0; abi < TALLY_ABIS; abi++)
		for (uint32_t nr = 0; nr < TALLY_NUMBERS; nr++)
			if (call_set_has(&c->hidden[hider], abi, nr))
				fn(self, machine_arch(abi), nr);
}

struct census_values census_values(const struct census *c, size_t want)
{
	return values_at(c->values, want);
}
