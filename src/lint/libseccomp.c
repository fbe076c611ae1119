/* SPDX-License-Identifier: Apache-2.0 */
/* Finds rules that the runtimes' libseccomp handles differently. */
#include "base/mem.h"
#include "lint/checks.h"
#include "lint/context.h"

static void tell(struct lint *l, const struct deviation *d, enum severity s)
{
	scoped(buf_done) struct buf b = { 0 };

	deviation_words(&b, d);
	find_as(l, s, d->name ? name_at(l, d->name)->place : l->profile->otherwise, "%s", buf_str(&b));
}

void check_not_loadable(struct lint *l)
{
	const struct deviation *d;

	for (size_t i = 0; (d = runtime_filter_deviation(runtime_of(l), i)); i++)
		if (d->kind == DEVIATION_NOT_LOADED)
			tell(l, d, SEV_HIGH);
}

/* Names that it does not know have their own check. */
void check_libseccomp_differs(struct lint *l)
{
	static const enum severity severities[] = {
		[DEVIATION_WEAKER] = SEV_HIGH, [DEVIATION_STRICTER] = SEV_MEDIUM, [DEVIATION_OTHER] = SEV_LOW,
		[DEVIATION_UNKNOWN] = SEV_MEDIUM,
	};
	const struct deviation *d;

	for (size_t i = 0; (d = runtime_filter_deviation(runtime_of(l), i)); i++)
		if (d->kind != DEVIATION_NOT_LOADED && !d->nameless)
			tell(l, d, severities[d->kind]);
}
