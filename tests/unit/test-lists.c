/* SPDX-License-Identifier: Apache-2.0 */
/* Formats that are plain lists, read back: what is written is what the list says. */
#include <stdlib.h>
#include "base/mem.h"
#include "out/view.h"
#include "policy/judge.h"
#include "policy/plain.h"
#include "read/reader.h"
#include "tests/unit/make.h"
#include "tests/unit/tap.h"

static char *text_of(const struct view *view, const struct shown *s)
{
	struct buf text = { 0 };
	struct err e;

	return view_text(view, s, &text, &e) == 0 ? buf_take(&text) : xstrdup(e.text);
}

/* systemd */

static bool can_be_said(const struct policy *p)
{
	const struct rule *r;

	if (policy_default(p).action == ACT_ERRNO && policy_default(p).data == 0)
		return false;
	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		if (!(view_find(SHOWS_POLICY, "systemd")->actions & 1u << r->verdict.action))
			return false;
	return policy_flags(p) == 0 && policy_default(p).action != ACT_LOG &&
	       view_find(SHOWS_POLICY, "systemd")->defaults & 1u << policy_default(p).action;
}

/* systemd kills the process, and starts the service with execve. */
static struct verdict as_systemd_has_it(const struct policy *p, const struct plain *list, const char *call)
{
	struct verdict v = plain_answer(list, p, call);

	if (streq(call, "execve") && !verdict_passes(policy_default(p)))
		return verdict_passes(v) ? v : (struct verdict){ ACT_ALLOW, 0 };
	return v.action < ACT_ERRNO ? (struct verdict){ ACT_KILL_PROCESS, 0 } : v;
}

TEST(a_drop_in_of_systemd_is_read_as_the_policy_that_it_was_made_of)
{
	static const uint64_t args[6];
	const struct parse_host host = { 0 };
	struct target_version systemd;
	struct targets targets = { 0 };
	size_t compared = 0;
	struct err e;

	/* which groups are used depends on the version that reads them */
	CHECK(target_parse("systemd=252", &systemd));
	targets_add(&targets, &systemd);
	for (uint64_t i = 0; i < 150; i++) {
		struct dice d = dice_new(i);
		struct policy *p = make_policy(&d), *got = NULL;
		const struct arch *native = arch_native();
		struct plain list;
		struct shown s = { .is = SHOWS_POLICY, .policy = p, .wanted = { .exact = true, .targets = host_systemd() == 252 ? &targets : NULL } };

		plain_find(&list, p);
		if (can_be_said(p)) {
			scoped(freep) char *text = text_of(view_find(SHOWS_POLICY, "systemd"), &s);

			CHECK_FOR(policy_read_text("drop-in", text, &host, &got, &e) == 0, "%s: %s", text, e.text);
			for (uint32_t nr = 0; nr < 480; nr++) {
				char call[CALL_NAME_MAX];

				if (!arch_call_name(native, nr, call) || !libseccomp_knows(call) || is_multiplexer(call))
					continue;
				compared++;
				CHECK_FOR(verdict_equal(policy_judge(got, native, nr, args, NULL), as_systemd_has_it(p, &list, call)),
					  "%s, policy %d:\n%s", call, (int)i, text);
			}
			policy_free(got);
		}
		plain_done(&list);
		policy_free(p);
	}
	CHECK(compared > 1000);
}
