/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/oracle.h"

#include <stdio.h>
#include "base/buf.h"
#include "policy/prose.h"
#include "tests/unit/bpfsim.h"

static const struct rule no_rule = { .call = "getppid" };

bool simulate(const struct compiled *f, const struct call *c, uint32_t *ret)
{
	struct seccomp_data data = { .nr = (int)c->nr, .arch = c->arch->audit };
	size_t len;
	const struct sock_filter *code = compiled_code(f, &len);

	memcpy(data.args, c->args, sizeof data.args);
	return len <= BPF_MAXINSNS && bpfsim_run(code, len, &data, ret);
}

void print_policy(const struct policy *p)
{
	scoped(buf_done) struct buf text = { 0 };
	const struct rule *rule;

	prose_verdict(&text, policy_default(p));
	for (size_t i = 0; (rule = policy_rule(p, i)); i++) {
		buf_addf(&text, "\n#   %s on 0x%x: ", rule->call, rule->arches);
		prose_verdict(&text, rule->verdict);
		buf_adds(&text, rule->conditions ? " if " : "");
		prose_conditions(&text, NULL, rule->call, rule);
	}
	printf("# policy: %s\n", buf_str(&text));
}

bool oracle_deferred;

static uint32_t expected_answer(struct verdict v)
{
	return oracle_deferred && v.action < ACT_LOG ? SECCOMP_RET_TRACE | DEFERRED : verdict_kernel(v);
}

bool agree(const struct policy *p, const struct compiled *f, const struct call *c)
{
	uint32_t judged = expected_answer(policy_judge(p, c->arch, c->nr, c->args, NULL)), simulated = 0;
	bool right = simulate(f, c, &simulated);
	char name[CALL_NAME_MAX];

	if (right && simulated == judged)
		return true;
	arch_call_name(c->arch, c->nr, name);
	print_policy(p);
	printf("# %s %s %u (0x%llx", c->arch->name, name, c->nr, (unsigned long long)c->args[0]);
	for (int i = 1; i < 6; i++)
		printf(", 0x%llx", (unsigned long long)c->args[i]);
	printf("): the judge says 0x%08x, the filter %s 0x%08x\n", judged, right ? "says" : "is broken:", simulated);
	return false;
}

void aim(struct dice *d, const struct rule *rule, struct call *c)
{
	for (unsigned i = 0; i < 6; i++)
		c->args[i] = make_value(d);
	for (unsigned i = 0; i < rule->conditions; i++) {
		const struct condition *w = &rule->when[i];
		uint64_t v = w->value;

		switch (dice_below(d, 8)) {
		case 0: v++; break;
		case 1: v--; break;
		case 2: v ^= dice_u64(d) << 32; break;
		case 3: v ^= (uint64_t)1 << dice_below(d, 64); break;
		case 4: v = w->op == CMP_MASKED_EQ ? (v & w->mask) | (dice_u64(d) & ~w->mask) : v; break;
		default: break;
		}
		c->args[w->arg] = v;
	}
}

bool choose(struct dice *d, const struct rule *rule, struct call *c)
{
	static const char *const muxes[] = { "socketcall", "ipc" };
	const char *mux = muxes[dice_below(d, 2)];

	if (dice_below(d, 3) == 0 && arch_call_number(c->arch, mux, &c->nr)) {
		uint32_t tries = 0;

		for (c->args[0] = dice_below(d, 26); tries < 26; tries++, c->args[0] = (c->args[0] + 1) % 26) {
			const char *inner = multiplexed(c->arch, mux, c->args[0]);

			if (inner && streq(inner, rule->call))
				break;
		}
		if (dice_below(d, 4) == 0)
			c->args[0] |= dice_u64(d) << 32;
		return true;
	}
	return arch_call_number(c->arch, rule->call, &c->nr);
}

/* Mostly near real numbers; some programs use -1 and other impossible ones. */
static uint32_t any_number(struct dice *d, const struct arch *arch)
{
	switch (dice_below(d, 8)) {
	case 0:  return UINT32_MAX;
	case 1:  return dice_below(d, UINT32_MAX);
	case 2:  return arch->bit | (1u << dice_below(d, 32));
	default: return arch->bit | dice_below(d, 1200);
	}
}

bool holds_on_calls(struct dice *d, const struct policy *p, unsigned calls, check_fn *check, const void *context)
{
	const struct arch *arch;
	size_t rules = 0;

	while (policy_rule(p, rules))
		rules++;
	for (unsigned i = 0; i < calls; i++) {
		const struct rule *rule = rules ? policy_rule(p, dice_below(d, (uint32_t)rules)) : &no_rule;

		for (size_t a = 0; (arch = arch_at(a)) && a < 6; a++) {
			struct call c = { .arch = arch };

			aim(d, rule, &c);
			if (dice_below(d, 8) == 0 || !choose(d, rule, &c))
				c.nr = any_number(d, arch);
			c.arch = arch_of_call(arch->audit, c.nr);
			if (!check(d, p, context, &c))
				return false;
		}
	}
	return true;
}

static bool agrees(struct dice *d, const struct policy *p, const void *filters, struct call *c)
{
	(void)d;
	return agree(p, filters, c);
}

bool agree_on_calls(struct dice *d, const struct policy *p, const struct compiled *f, unsigned calls)
{
	return holds_on_calls(d, p, calls, agrees, f);
}

const struct rule *any_rule(struct dice *d, const struct policy *p)
{
	size_t n = 0;

	while (policy_rule(p, n))
		n++;
	return n ? policy_rule(p, dice_below(d, (uint32_t)n)) : &no_rule;
}
