/* SPDX-License-Identifier: Apache-2.0 */
#include "app/left.h"

#include "base/log.h"

/* "sleep (123), nginx (130) and 3 more" */
static void add_names(struct buf *b, const struct tracer_left *left, size_t count)
{
	for (size_t i = 0; i < count && i < TRACER_LEFT_MAX; i++) {
		buf_adds(b, i ? ", " : "");
		buf_add_clean(b, left[i].name);
		buf_addf(b, " (%d)", left[i].pid);
	}
	buf_add_rest(b, count, TRACER_LEFT_MAX);
}

void left_add(struct buf *b, const struct tracer *t)
{
	struct tracer_left left[TRACER_LEFT_MAX];
	size_t count = tracer_left(t, left);

	buf_addf(b, "%zu process%s %s left: ", count, plural_es(count), plural_is(count));
	add_names(b, left, count);
}

void left_tell(const struct tracer *t)
{
	scoped(buf_done) struct buf b = { 0 };

	left_add(&b, t);
	log_info("the command has ended, and %s; sctrace waits until they end (--until-exit ends them, and so does "
		 "SIGTERM or SIGINT, twice)", buf_str(&b));
}

const char *left_cut(enum census_cut cut)
{
	static const char *const words[] = {
		[CUT_NOT] = NULL, [CUT_LIMIT] = "for", [CUT_REST] = "until-exit", [CUT_SIGNAL] = "signal", [CUT_CPU] = "cpu-limit",
		[CUT_MEMORY] = "memory",
	};

	return words[cut];
}

void left_conclude(const struct tracer *t)
{
	enum census_cut cut = census_stats(tracer_census(t)).cut;
	struct tracer_left left[TRACER_LEFT_MAX];
	size_t count = tracer_left(t, left);
	scoped(buf_done) struct buf b = { 0 };

	if ((cut != CUT_REST && cut != CUT_SIGNAL) || count == 0)
		return;
	add_names(&b, left, count);
	log_info("%s ended %zu process%s%s: %s", cut == CUT_REST ? "--until-exit" : "a second signal", count,
		 plural_es(count), cut == CUT_REST ? " that the command left behind" : "", buf_str(&b));
}
