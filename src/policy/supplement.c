/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/supplement.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include "base/mem.h"
#include "policy/judge.h"

bool supplement_has(const char *call, const struct arch *arch)
{
	return arch != arch_native() && !libseccomp_knows(call);
}

static void emit(struct filter *f, size_t *room, struct sock_filter code)
{
	f->code = grow(f->code, f->len, room, sizeof *f->code);
	f->code[f->len++] = code;
}

#define LOAD(offset) ((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset))
#define JUMP(op, k, t, f) ((struct sock_filter)BPF_JUMP(BPF_JMP | (op) | BPF_K, k, t, f))

/* The jump that goes on when the condition holds; both targets are set later. */
static void emit_condition(struct filter *f, size_t *room, const struct condition *c)
{
	static const struct { uint16_t op; bool negated; } jumps[CMP_COUNT] = {
		[CMP_EQ] = { BPF_JEQ, false }, [CMP_NE] = { BPF_JEQ, true },
		[CMP_GT] = { BPF_JGT, false }, [CMP_LE] = { BPF_JGT, true },
		[CMP_GE] = { BPF_JGE, false }, [CMP_LT] = { BPF_JGE, true },
		[CMP_MASKED_EQ] = { BPF_JEQ, false },
	};
	const size_t low = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : 4;
	uint32_t value = (uint32_t)(c->op == CMP_MASKED_EQ ? c->value & c->mask : c->value);

	emit(f, room, LOAD((uint32_t)(offsetof(struct seccomp_data, args[c->arg]) + low)));
	if (c->op == CMP_MASKED_EQ)
		emit(f, room, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (uint32_t)c->mask));
	emit(f, room, JUMP(jumps[c->op].op, value, jumps[c->op].negated, !jumps[c->op].negated));
}

/* In the rule's code every conditional jump has one way that is 0 (go on) and
 * one that is 1: the latter leaves the rule. */
static void aim_jumps(struct filter *f, size_t from)
{
	for (size_t i = from; i < f->len; i++) {
		uint8_t past = (uint8_t)(f->len - i - 1);

		if (BPF_CLASS(f->code[i].code) == BPF_JMP) {
			f->code[i].jt = f->code[i].jt ? past : 0;
			f->code[i].jf = f->code[i].jf ? past : 0;
		}
	}
}

static void supplement_rule(struct filter *f, size_t *room, const struct rule *rule, const struct arch *arch, uint32_t nr)
{
	size_t from = f->len;

	emit(f, room, LOAD(offsetof(struct seccomp_data, arch)));
	emit(f, room, JUMP(BPF_JEQ, arch->audit, 0, 1));
	emit(f, room, LOAD(offsetof(struct seccomp_data, nr)));
	emit(f, room, JUMP(BPF_JEQ, nr, 0, 1));
	for (unsigned i = 0; i < rule->conditions; i++)
		emit_condition(f, room, &rule->when[i]);
	emit(f, room, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict_kernel(rule->verdict)));
	aim_jumps(f, from);
}

/* A rule for the supplement, on one ABI. */
struct extra {
	const struct rule *rule;
	const struct arch *arch;
	uint32_t nr;
	bool alone;
};

static bool is_extra(const struct policy *p, const struct rule *rule, const struct arch *arch, struct extra *ret)
{
	const struct rule *alone;

	/* few are known to nobody else: that comes first, and asking who decides last */
	if (!(policy_covers(p) & ARCH_BIT(arch)) || !rule_on(rule, arch) || !supplement_has(rule->call, arch))
		return false;
	alone = policy_decider(p, arch, rule->call);
	*ret = (struct extra){ .rule = rule, .arch = arch, .alone = alone == rule };
	return (alone ? ret->alone && !verdict_equal(rule->verdict, policy_default(p)) : true) &&
	       arch_call_number(arch, rule->call, &ret->nr);
}

/* The rules that decide alone come first, then the others from the strictest on. */
static int by_strictness(const void *va, const void *vb)
{
	const struct extra *a = va, *b = vb;

	if (a->alone != b->alone)
		return a->alone ? -1 : 1;
	return verdict_stricter(b->rule->verdict, a->rule->verdict) -
	       verdict_stricter(a->rule->verdict, b->rule->verdict);
}

bool supplement_can(const struct policy *p, const struct rule *rule, const struct arch *arch)
{
	return !supplement_has(rule->call, arch) ||
	       (rule->verdict.action <= policy_default(p).action && (arch->bits == 32 || rule->conditions == 0));
}

/* Every rule for the supplement, in the order in which the code has them. */
static int collect(const struct policy *p, struct extra **ret, size_t *ret_count, struct err *e)
{
	struct extra *extras = NULL;
	size_t count = 0, room = 0;
	const struct rule *rule;
	const struct arch *arch;

	for (size_t i = 0; (rule = policy_rule(p, i)); i++)
		for (size_t a = 0; (arch = arch_at(a)); a++) {
			extras = grow(extras, count, &room, sizeof *extras);
			if (!is_extra(p, rule, arch, &extras[count]))
				continue;
			count++;
			if (supplement_can(p, rule, arch))
				continue;
			free(extras);
			return err_set(e, EOPNOTSUPP, "libseccomp %s does not know '%s', so that it cannot be "
				       "allowed on %s", libseccomp_version(), rule->call, arch->name);
		}
	if (count > 0)
		qsort(extras, count, sizeof *extras, by_strictness);
	*ret = extras;
	*ret_count = count;
	return 0;
}

int supplement_prepend(const struct policy *p, struct filter *f, struct err *e)
{
	scoped(freep) struct extra *extras = NULL;
	struct filter whole = { 0 };
	size_t count = 0, room = 0;
	int r = collect(p, &extras, &count, e);

	if (r < 0 || count == 0)
		return r;
	for (size_t i = 0; i < count; i++)
		supplement_rule(&whole, &room, extras[i].rule, extras[i].arch, extras[i].nr);
	for (size_t i = 0; i < f->len; i++)
		emit(&whole, &room, f->code[i]);
	free(f->code);
	*f = whole;
	return 0;
}
