/* SPDX-License-Identifier: Apache-2.0 */
/* Names, sorted, one on each line: for scripts and diff(1). */
#include "out/recording/facts.h"
#include "out/view.h"

static int emit(const struct shown *s, FILE *f, maybe_unused struct err *e)
{
	const struct rec_call *c;
	struct strlist names = { 0 };

	for (size_t i = 0; (c = rec_call_at(s->rec, i)); i++) {
		struct buf name = { 0 };

		recording_call_name(c, &name);
		strlist_insert(&names, buf_str(&name));
		buf_done(&name);
	}
	for (size_t i = 0; i < names.count; i++)
		fprintf(f, "%s\n", names.items[i]);
	strlist_done(&names);
	return 0;
}

const struct view view_recording_names = {
	.shows = SHOWS_RECORDING,
	.name = "names",
	.suffix = ".txt",
	.help = "names only, sorted, one a line",
	.emit = emit,
};
