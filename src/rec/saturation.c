/* SPDX-License-Identifier: Apache-2.0 */
#include "rec/saturation.h"

#include "base/buf.h"
#include "base/mem.h"

size_t rec_runs_of(const struct rec_call *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->seen_count; i++)
		n += i == 0 || !streq(c->seen[i].run, c->seen[i - 1].run);
	return n;
}

/* When the call was first made in the run; false if it was not. */
static bool first_in(const struct rec_call *c, const struct rec_run *run, double *ret)
{
	bool found = false;

	for (size_t i = 0; i < c->seen_count; i++)
		if (streq(c->seen[i].run, run->id)) {
			*ret = found && *ret < c->seen[i].first ? *ret : c->seen[i].first;
			found = true;
		}
	return found;
}

/* The calls of abort(3) and raise(3) in glibc and musl, and of a program that sends a signal that
 * it has caught to itself again. */
static bool raises(const char *call)
{
	static const char *const calls[] = {
		"getpid", "gettid", "kill", "rt_sigaction", "rt_sigprocmask", "tgkill", "tkill",
	};

	for (size_t i = 0; i < countof(calls); i++)
		if (streq(calls[i], call))
			return true;
	return false;
}

/* A program raises the signal that ends it at most this long before its end, in seconds. */
#define RAISED_BEFORE 1.0

static bool was_ended(const struct rec_run *run)
{
	return run->end != REC_EXITED || streq(run->cut, "for") || streq(run->cut, "signal");
}

/* The time from which on the program only ends. */
static double end_of(const struct rec_run *run)
{
	bool asked = was_ended(run) && run->asked_to_end > 0 && run->asked_to_end < run->seconds;

	return asked ? run->asked_to_end : run->seconds;
}

/* Does the program make the call only because it ends? */
static bool is_of_the_end(const struct rec_run *run, const struct rec_call *c, double first)
{
	if (streq(c->name, "exit") || streq(c->name, "exit_group"))
		return true;
	if (end_of(run) < run->seconds && first >= end_of(run))
		return true;
	return run->end == REC_KILLED && first >= run->seconds - RAISED_BEFORE && raises(c->name);
}

/* Keep the later of the known call and this new one. */
static void consider(struct saturation *s, const struct rec *rec, const struct rec_call *c, size_t *last)
{
	const struct rec_run *run;
	double first = 0;
	size_t i = 0;

	while ((run = rec_run_at(rec, i)) && !first_in(c, run, &first))
		i++;
	if (!run || is_of_the_end(run, c, first) || (s->run && (i < *last || (i == *last && first <= s->first))))
		return;
	*last = i;
	s->run = run;
	s->last = c;
	s->first = first;
	s->before_end = run->seconds > first ? run->seconds - first : 0;
}

/* A command that ends by itself does new things to its end; a service that was ended should have
 * done nothing new for most of the time. */
static bool looks_unfinished(const struct saturation *s)
{
	if (!s->run)
		return false;
	if (s->runs > 1)
		return s->in_last_run && s->in_one_run;
	return was_ended(s->run) && s->first > end_of(s->run) / 2;
}

struct saturation rec_saturation(const struct rec *rec)
{
	struct saturation s = { 0 };
	const struct rec_call *c;
	size_t last = 0;

	while (rec_run_at(rec, s.runs))
		s.runs++;
	for (; (c = rec_call_at(rec, s.calls)); s.calls++) {
		s.in_one_run += s.runs > 1 && rec_runs_of(c) == 1;
		consider(&s, rec, c, &last);
	}
	s.in_last_run = s.run && last + 1 == s.runs;
	s.looks_unfinished = looks_unfinished(&s);
	return s;
}

char *saturation_text(const struct saturation *s)
{
	struct buf b = { 0 };

	if (s->runs > 1)
		buf_addf(&b, "%zu of %zu calls were seen in one run only", s->in_one_run, s->calls);
	if (s->run)
		buf_addf(&b, "%sthe last new call (%s) came %.1f s before the end of %s%s", b.len ? "; " : "", s->last->name,
			 s->before_end, s->runs > 1 ? "run " : "the run", s->runs > 1 ? s->run->id : "");
	if (s->runs > 1 && s->run)
		buf_adds(&b, s->in_last_run ? ", the last one" : "");
	return buf_take(&b);
}
