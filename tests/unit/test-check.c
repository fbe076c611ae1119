/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include "base/mem.h"
#include "check/breach.h"
#include "check/call.h"
#include "tests/unit/tap.h"

/* mkdir is denied, a supervisor is asked for chmod, and a socket is allowed in one domain only. */
static struct policy *some_policy(void)
{
	struct policy *p = policy_new((struct verdict){ ACT_ERRNO, 38 });

	policy_add_rule(p, &(struct rule){ .call = "mkdir", .verdict = { ACT_ERRNO, 1 } });
	policy_add_rule(p, &(struct rule){ .call = "chmod", .verdict = { ACT_NOTIFY, 0 } });
	policy_add_rule(p, &(struct rule){ .call = "kexec_load", .verdict = { ACT_ALLOW, 0 } });
	policy_add_rule(p, &(struct rule){ .call = "read", .verdict = { ACT_ALLOW, 0 } });
	policy_add_rule(p, &(struct rule){ .call = "socket", .verdict = { ACT_ALLOW, 0 }, .conditions = 1,
			.when = { { .arg = 0, .op = CMP_EQ, .value = 1 } } });
	return p;
}

static void made(struct rec *rec, const char *call, const char *run, const char *program, uint64_t count, double first)
{
	uint32_t nr;

	if (arch_call_number(arch_native(), call, &nr))
		rec_add_seen(rec, arch_native(), nr, &(struct rec_seen){ run, program, count, first });
}

static const struct breach *found(const struct breaches *all, const char *name)
{
	for (size_t i = 0; i < all->count; i++)
		if (streq(all->items[i]->name, name))
			return all->items[i];
	return NULL;
}

TEST(a_recording_is_compared_with_a_policy)
{
	static const struct rec_frame frames[] = { { "mkdir", "libc.so", 16, 0 }, { "setup", "app", 4, 0 } };
	struct policy *p = some_policy();
	struct rec *rec = rec_new();
	struct breaches all = { .policy = p };
	uint32_t nr;

	if (!arch_call_number(arch_native(), "mkdir", &nr))
		return;
	made(rec, "mkdir", "r1", "/app", 2, 3);
	made(rec, "mkdir", "r2", "/app", 5, 1);
	made(rec, "chmod", "r1", "/app", 1, 1);
	made(rec, "read", "r1", "/app", 9, 0);
	made(rec, "socket", "r1", "/app", 1, 0);
	rec_add_site(rec, arch_native(), nr, &(struct rec_site){ "/app", true, 1, frames, 2 });
	breaches_find(&all, rec);
	breaches_sort(&all);
	CHECK(all.count == 3 && breaches_outside(&all) == 2 && breaches_failed(&all));

	const struct breach *b = found(&all, "mkdir");

	CHECK(b && b->kind == BREACH_REFUSED && b->count == 7 && b->first == 1 && b->verdict.data == 1);
	CHECK(b->depth == 2 && b->partial && b->through == &b->frames[1] && streq(b->through->function, "setup"));
	CHECK(found(&all, "chmod")->kind == BREACH_ASKED && found(&all, "socket")->kind == BREACH_OPEN);
	breaches_find_stale(&all, rec);
	CHECK(found(&all, "kexec_load")->kind == BREACH_STALE && !found(&all, "read"));
	breaches_done(&all);
	CHECK(!all.items && !breaches_failed(&all));
	rec_free(rec);
	policy_free(p);
}

TEST(breaches_are_bounded_and_their_names_clean)
{
	struct breaches all = { 0 };

	for (unsigned i = 0; i < BREACH_MAX + 10; i++) {
		scoped(freep) char *name = xprintf("call_%u\x1b", 1000 + i);

		breaches_add(&all, &(struct breach){ .kind = BREACH_REFUSED, .nr = i, .name = name, .program = "/p\n" }, NULL, 1, 0);
	}
	CHECK(all.count == BREACH_MAX && all.items[0]->more_shapes && all.items[0]->count == 11);
	CHECK_STR(all.items[0]->name, "call_1000\\x1b");
	CHECK_STR(all.items[0]->program, "/p\\x0a");
	breaches_done(&all);
}

TEST(a_call_is_printed_with_its_arguments)
{
	const char *texts[6] = { "\"/tmp/x\"" };
	struct buf b = { 0 };

	if (arch_native() != arch_find("x86_64"))
		return;
	call_print(&b, arch_native(), "mkdir", (const uint64_t[6]){ 4096, 0755 }, texts);
	CHECK_STR(buf_str(&b), "mkdir(\"/tmp/x\", 0755)");
	buf_done(&b);
	call_print_value(&b, arch_native(), "socket", 0, 17);
	CHECK_STR(buf_str(&b), "socket(domain=AF_PACKET)");
	buf_done(&b);
	call_print(&b, NULL, "call_900", (const uint64_t[6]){ 1 }, texts);
	CHECK_STR(buf_str(&b), "call_900()");
	buf_done(&b);
}
