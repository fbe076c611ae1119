/* SPDX-License-Identifier: Apache-2.0 */
#include "out/fits.h"

#include <errno.h>
#include "base/mem.h"
#include "read/layers.h"

static int refuse(const struct view *v, const char *what, const char *name, struct err *e)
{
	return err_set(e, EOPNOTSUPP, "the format '%s' cannot express %s '%s'", v->name, what, name);
}

static int fits(const struct view *v, const struct policy *p, struct err *e)
{
	enum action otherwise = policy_default(p).action;
	const struct rule *r;
	const struct policy_flag *flag;

	if (!(v->defaults & ACTION_BIT(otherwise)))
		return refuse(v, "the default action", action_info(otherwise)->name, e);
	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		if (!(v->actions & ACTION_BIT(r->verdict.action)))
			return err_in(e, refuse(v, "the action", action_info(r->verdict.action)->name, e), "'%s'", r->call);
	for (size_t i = 0; (flag = policy_flag_at(i)); i++)
		if (policy_flags(p) & ~v->flags & flag->bit)
			return refuse(v, "the flag", flag->oci, e);
	return 0;
}

int view_fits(const struct view *v, const struct shown *s, struct err *e)
{
	int r = s->layers ? 0 : fits(v, s->policy, e);

	if (s->layers && !(v->can & CAN_LAYERS))
		return err_set(e, EOPNOTSUPP, "the format '%s' cannot express conditions on the container", v->name);
	for (size_t i = 0; r == 0 && s->layers && i < s->layers->count; i++)
		r = fits(v, s->layers->items[i].policy, e);
	return r;
}

static unsigned needs(const struct rule *r, bool reasons)
{
	return (r->conditions ? CAN_ARGS : 0u) | (r->arches ? CAN_PER_ARCH : 0u) |
	       (r->verdict.action == ACT_ERRNO ? CAN_ERRNO : 0u) |
	       (starts_with(r->call, "call_") ? CAN_UNNAMED : 0u) | (reasons && r->because ? CAN_REASONS : 0u);
}

void view_add_loss(struct strlist *ret, const char *format, const char *what, size_t count, const char *first)
{
	scoped(freep) char *others = count > 1 ? xprintf(" and %zu more", count - 1) : xstrdup("");
	scoped(freep) char *line = xprintf("the format '%s' %s ('%s'%s)", format, what, first, others);

	if (count)
		strlist_add(ret, line);
}

void view_losses(const struct view *v, const struct shown *s, struct strlist *ret)
{
	static const struct { unsigned can; const char *what; } texts[] = {
		{ CAN_ARGS, "cannot express conditions on arguments: the rule applies to all" },
		{ CAN_PER_ARCH, "cannot distinguish ABIs in a rule: it applies to all of them" },
		{ CAN_ERRNO, "cannot give a rule its own errno" },
		{ CAN_UNNAMED, "cannot name a call that has only a number: the rule is left out" },
		{ CAN_REASONS, "has no place for the reason of a rule" },
	};
	const struct rule *r;

	for (size_t t = 0; t < countof(texts); t++) {
		size_t n = 0;
		const char *first = NULL;

		for (size_t i = 0; (r = policy_rule(s->policy, i)); i++)
			if (needs(r, s->verbose) & ~v->can & texts[t].can)
				first = n++ ? first : r->call;
		view_add_loss(ret, v->name, texts[t].what, n, first);
	}
	if (v->losses)
		v->losses(s, ret);
}
