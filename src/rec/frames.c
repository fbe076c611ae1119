/* SPDX-License-Identifier: Apache-2.0 */
/* Frames and sites in words. */
#include <inttypes.h>
#include "base/buf.h"
#include "rec/rec.h"

void rec_frame_print(struct buf *to, const struct rec_frame *f)
{
	if (f->line)
		buf_addf(to, "%s (%s:%" PRIu64 ")", f->function, base_name(f->library), f->line);
	else if (*f->function)
		buf_addf(to, "%s (%s)", f->function, base_name(f->library));
	else
		buf_addf(to, "0x%" PRIx64 " (%s)", f->offset, base_name(f->library));
}

/* A source file is not a file of the program, but its name is enough. */
static void add_through(const struct rec_site *s, struct buf *ret)
{
	const struct rec_frame *f = &s->frames[s->through];

	rec_frame_print(ret, f);
	if (!f->line && !streq(base_name(s->program), base_name(f->library)))
		buf_addf(ret, " of %s", base_name(s->program));
}

/* Sorted, without duplicates: several stacks can lead through the same function. */
void rec_through(const struct rec_call *c, struct strlist *ret)
{
	for (size_t i = 0; i < c->site_count; i++) {
		scoped(buf_done) struct buf text = { 0 };

		add_through(&c->sites[i], &text);
		strlist_insert(ret, buf_str(&text));
	}
}
