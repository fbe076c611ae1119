/* SPDX-License-Identifier: Apache-2.0 */
#include "base/jsonw.h"
#include "base/mem.h"
#include "out/difference/phrases.h"
#include "out/view.h"

static void write_example(struct jsonw *w, const struct difference *d)
{
	struct buf text = { 0 };

	difference_example(&text, d);
	jsonw_key(w, "example");
	jsonw_open_inline(w, '{');
	jsonw_member(w, "abi", d->on->name);
	jsonw_member(w, "text", buf_str(&text));
	jsonw_key(w, "arguments");
	jsonw_open_inline(w, '{');
	for (unsigned i = 0; i < 6; i++) {
		const char key[] = { (char)('0' + i), '\0' };

		if (d->known & 1u << i)
			jsonw_member_uint(w, key, d->args[i]);
	}
	jsonw_close(w, '}');
	jsonw_close(w, '}');
	buf_done(&text);
}

static void write_spot(struct jsonw *w, const struct difference *d)
{
	jsonw_member(w, "spot", d->spot);
	if (!d->hidden)
		return;
	jsonw_key(w, "hidden");
	jsonw_open_inline(w, '[');
	for (size_t i = 0; d->hidden[i]; i++)
		jsonw_string(w, d->hidden[i]);
	jsonw_close(w, ']');
}

static void write_difference(struct jsonw *w, const struct difference *d)
{
	static const char *const subjects[] = {
		[SUBJECT_DEFAULT] = "default", [SUBJECT_ABI] = "abi", [SUBJECT_FLAGS] = "flags", [SUBJECT_CALL] = "call",
		[SUBJECT_SPOT] = "blind-spot",
	};
	const struct arch *arch;

	jsonw_open(w, '{');
	jsonw_member(w, "change", change_name(d->change));
	jsonw_member(w, "subject", subjects[d->subject]);
	if (d->call)
		jsonw_member(w, "call", d->call);
	if (d->subject == SUBJECT_SPOT) {
		write_spot(w, d);
	} else {
		jsonw_key(w, "abis");
		jsonw_open_inline(w, '[');
		for (size_t i = 0; (arch = arch_at(i)); i++)
			if (d->arches & ARCH_BIT(arch))
				jsonw_string(w, arch->name);
		jsonw_close(w, ']');
	}
	if (*difference_risk(d))
		jsonw_member(w, "risk", difference_risk(d));
	if (d->reason)
		jsonw_member(w, "reason", d->reason);
	jsonw_member(w, "old", d->old);
	jsonw_member(w, "new", d->now);
	if (d->on)
		write_example(w, d);
	if (d->guessed) {
		jsonw_key(w, "guessed");
		jsonw_bool(w, true);
	}
	jsonw_close(w, '}');
}

static int emit(const struct shown *s, FILE *f, maybe_unused struct err *e)
{
	const struct differences *all = s->differences;
	const struct compared *files = s->compared;
	scoped(freep) char *old = clean_dup(files->old), *now = clean_dup(files->now);
	struct jsonw w = { .file = f };
	const struct difference *d;

	jsonw_open(&w, '{');
	jsonw_member(&w, "old", old);
	jsonw_member(&w, "new", now);
	jsonw_member(&w, "kind", files->recordings ? "recording" : "profile");
	if (files->read_for)
		jsonw_member(&w, "read_for", files->read_for);
	jsonw_key(&w, "different");
	jsonw_bool(&w, difference_at(all, 0));
	jsonw_key(&w, "differences");
	jsonw_open(&w, '[');
	for (size_t i = 0; (d = difference_at(all, i)); i++)
		write_difference(&w, d);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	jsonw_end(&w);
	return 0;
}

const struct view view_difference_json = {
	.shows = SHOWS_DIFFERENCE,
	.name = "json",
	.suffix = ".json",
	.help = "machine-readable, with an example call for what depends on arguments",
	.emit = emit,
};
