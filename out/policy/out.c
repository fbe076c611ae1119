/* SPDX-License-Identifier: Apache-2.0 */
#include "out/policy/out.h"

#include "base/mem.h"

extern const struct out_format out_docker, out_oci, out_text;

static const struct out_format *const formats[] = { &out_docker, &out_oci, &out_text };

const struct out_format *out_at(size_t i)
{
	return i < countof(formats) ? formats[i] : NULL;
}

const struct out_format *out_find(const char *name)
{
	for (size_t i = 0; i < countof(formats); i++)
		if (streq(formats[i]->name, name))
			return formats[i];
	return NULL;
}

static unsigned needs(const struct rule *r)
{
	return (r->conditions ? OUT_CAN_ARGS : 0u) | (r->arches ? OUT_CAN_PER_ARCH : 0u) |
	       (r->verdict.action == ACT_ERRNO ? OUT_CAN_ERRNO : 0u) |
	       (starts_with(r->call, "call_") ? OUT_CAN_UNNAMED : 0u);
}

void out_losses(const struct policy *p, const struct out_format *format, struct strlist *ret)
{
	static const struct { unsigned can; const char *what; } texts[] = {
		{ OUT_CAN_ARGS, "cannot express conditions on arguments: the rule holds for all" },
		{ OUT_CAN_PER_ARCH, "cannot tell ABIs apart in a rule: it holds on all of them" },
		{ OUT_CAN_ERRNO, "cannot give a rule its own errno" },
		{ OUT_CAN_UNNAMED, "cannot name a call that has only a number: the rule is left out" },
	};
	const struct rule *r;

	for (size_t t = 0; t < countof(texts); t++) {
		size_t n = 0;
		const char *first = NULL;

		for (size_t i = 0; (r = policy_rule(p, i)); i++)
			if (needs(r) & ~format->can & texts[t].can) {
				first = n++ ? first : r->call;
			}
		if (n == 0)
			continue;
		scoped(freep) char *others = n > 1 ? xprintf(" and %zu more", n - 1) : xstrdup("");
		scoped(freep) char *line = xprintf("the format '%s' %s ('%s'%s)", format->name, texts[t].what,
						   first, others);

		strlist_add(ret, line);
	}
}
