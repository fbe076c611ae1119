/* SPDX-License-Identifier: Apache-2.0 */
#include "app/show.h"

#include <unistd.h>
#include "app/usage.h"
#include "base/mem.h"
#include "base/term.h"

static const char *name_of(enum shows shown, size_t i)
{
	const struct view *v = view_of(shown, i);

	return v ? v->name : NULL;
}

#define WORDS(thing, shown) \
	const char *show_##thing##_word(size_t i, maybe_unused const void *data) { return name_of(shown, i); }
WORDS(policy, SHOWS_POLICY)
WORDS(recording, SHOWS_RECORDING)
WORDS(breach, SHOWS_BREACH)
WORDS(finding, SHOWS_FINDING)
WORDS(difference, SHOWS_DIFFERENCE)

static opt_words *const words[SHOWS_COUNT] = {
	[SHOWS_POLICY] = show_policy_word, [SHOWS_RECORDING] = show_recording_word,
	[SHOWS_BREACH] = show_breach_word, [SHOWS_FINDING] = show_finding_word, [SHOWS_DIFFERENCE] = show_difference_word,
};

/* "valid are: docker, oci and text" */
static void add_names(struct buf *b, enum shows shown)
{
	buf_adds(b, "valid are: ");
	for (size_t i = 0; view_of(shown, i); i++)
		buf_addf(b, "%s%s", i == 0 ? "" : view_of(shown, i + 1) ? ", " : " and ", name_of(shown, i));
}

int show_find(enum shows shown, const char *name, const struct view **ret, struct err *e)
{
	struct buf names = { 0 };
	int r = 0;

	*ret = view_find(shown, name);
	add_names(&names, shown);
	if (!*ret)
		r = usage_unknown(e, "format", name, words[shown], buf_str(&names));
	buf_done(&names);
	return r;
}

int show(const struct view *v, const struct shown *s, FILE *file, int fd, struct err *e)
{
	struct shown shown = *s;
	FILE *to = term_begin(file, v->is_text, fd);

	shown.columns = term_width(fd);
	int r = view_emit(v, &shown, to, e);

	term_end(to, file);
	return r;
}

int show_commit(const struct view *v, const struct shown *s, struct io_out *out, const char *path, struct err *e)
{
	int r = show(v, s, out->file, streq(path, "-") ? STDOUT_FILENO : -1, e);

	/* it also reports a failed write, with the path */
	if (r == 0 || ferror(out->file))
		return io_commit(out, e);
	io_abandon(out);
	return r;
}
