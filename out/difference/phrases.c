/* SPDX-License-Identifier: Apache-2.0 */
#include "out/difference/phrases.h"

#include "sysdb/args.h"

enum { HIDDEN_SHOWN = 8 };

void difference_subject(struct buf *b, const struct differences *all, const struct difference *d)
{
	static const char *const words[] = {
		[SUBJECT_DEFAULT] = "all other calls", [SUBJECT_ABI] = "the ABI", [SUBJECT_FLAGS] = "flags",
		[SUBJECT_SPOT] = "blind spot ",
	};
	const struct arch *arch;
	bool some = false;

	buf_addf(b, "%s%s", d->call ? d->call : words[d->subject], d->spot ? d->spot : "");
	if (d->subject == SUBJECT_FLAGS || d->subject == SUBJECT_SPOT ||
	    (d->subject != SUBJECT_ABI && d->arches == differences_arches(all)))
		return;
	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (d->arches & ARCH_BIT(arch)) {
			buf_addf(b, "%s%s", some ? ", " : d->subject == SUBJECT_ABI ? " " : " [", arch->name);
			some = true;
		}
	buf_adds(b, d->subject == SUBJECT_ABI ? "" : "]");
}

void difference_example(struct buf *b, const struct difference *d)
{
	bool some = false;

	buf_addf(b, "%s(", d->call);
	for (unsigned i = 0; i < 6; i++) {
		const struct arg_info *info = sysdb_arg_on(d->on, d->call, i);

		if (!(d->known & 1u << i))
			continue;
		buf_adds(b, some ? ", " : "");
		if (info && *info->name)
			buf_addf(b, "%s=", info->name);
		else
			buf_addf(b, "argument %u=", i);
		arg_print(b, info, d->args[i]);
		some = true;
	}
	buf_adds(b, ")");
}

/* "hides now: mount, umount2 and 30 more" */
static void add_hidden(struct buf *b, const struct difference *d)
{
	size_t n = 0;

	buf_adds(b, d->change == CHANGE_WEAKER ? "hides now: " : "hides no longer: ");

	for (; d->hidden[n]; n++)
		if (n < HIDDEN_SHOWN)
			buf_addf(b, "%s%s", n ? ", " : "", d->hidden[n]);
	if (n > HIDDEN_SHOWN)
		buf_addf(b, " and %zu more", n - HIDDEN_SHOWN);
}

void difference_note(struct buf *b, const struct difference *d)
{
	if (d->guessed)
		buf_adds(b, "too many conditions to compare: it may be so");
	if (d->hidden)
		add_hidden(b, d);
	if (!d->on)
		return;
	buf_adds(b, b->len ? "; for example " : "for example ");
	difference_example(b, d);
}

bool difference_grows(const struct difference *d)
{
	return d->change == CHANGE_ADDED || d->change == CHANGE_WIDENED;
}

const char *difference_risk(const struct difference *d)
{
	return d->subject == SUBJECT_SPOT && d->risk == RISK_NONE ? "" : risk_name(d->risk);
}

void differences_counts(struct buf *b, const struct differences *all)
{
	size_t counts[CHANGE_COUNT] = { 0 };
	const struct difference *d;

	for (size_t i = 0; (d = difference_at(all, i)); i++)
		counts[d->change]++;
	for (size_t i = 0; i < CHANGE_COUNT; i++)
		if (counts[i])
			buf_addf(b, "%s%zu %s", b->len ? ", " : "", counts[i], change_name((enum change)i));
}
