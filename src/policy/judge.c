/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/judge.h"

arch_set policy_covers(const struct policy *p)
{
	return policy_arches(p) | ARCH_BIT(arch_native());
}

/* A tracer sets -1 to skip a call: libseccomp's filters give it the default. */
bool policy_reaches(const struct policy *p, const struct arch *arch, uint32_t nr)
{
	const struct arch *taken = nr == UINT32_MAX ? arch : arch_by_bit(arch, nr);

	return policy_covers(p) & ARCH_BIT(arch) && policy_covers(p) & ARCH_BIT(taken);
}

static bool holds(const struct condition *c, uint64_t arg, uint64_t width)
{
	uint64_t a = arg & width, v = c->value & width;

	switch (c->op) {
	case CMP_EQ: return a == v;
	case CMP_NE: return a != v;
	case CMP_LT: return a < v;
	case CMP_LE: return a <= v;
	case CMP_GT: return a > v;
	case CMP_GE: return a >= v;
	case CMP_MASKED_EQ: return (a & c->mask) == (v & c->mask);
	case CMP_COUNT: break;
	}
	return false;
}

static bool conditions_hold(const struct rule *rule, const struct arch *arch, const uint64_t args[static 6],
			    unsigned first_arg)
{
	uint64_t width = arch->bits == 32 ? UINT32_MAX : UINT64_MAX;

	for (unsigned i = 0; i < rule->conditions; i++)
		if (rule->when[i].arg >= first_arg &&
		    !holds(&rule->when[i], args[rule->when[i].arg], width))
			return false;
	return true;
}

bool rule_matches(const struct rule *rule, const struct arch *arch, const uint64_t args[static 6])
{
	return conditions_hold(rule, arch, args, 0);
}

/* The kernel's numbers, <linux/net.h> and <linux/ipc.h>. */
static const char *const socket_calls[] = {
	NULL, "socket", "bind", "connect", "listen", "accept", "getsockname", "getpeername",
	"socketpair", "send", "recv", "sendto", "recvfrom", "shutdown", "setsockopt",
	"getsockopt", "sendmsg", "recvmsg", "accept4", "recvmmsg", "sendmmsg",
};

static const char *const ipc_calls[] = {
	[1] = "semop", [2] = "semget", [3] = "semctl", [4] = "semtimedop",
	[11] = "msgsnd", [12] = "msgrcv", [13] = "msgget", [14] = "msgctl",
	[21] = "shmat", [22] = "shmdt", [23] = "shmget", [24] = "shmctl",
};

_Static_assert(countof(socket_calls) <= MULTIPLEXED_MAX && countof(ipc_calls) <= MULTIPLEXED_MAX, "all are looked at");

static const struct multiplexer {
	const char *name;
	const char *const *calls;
	size_t count;
} multiplexers[] = {
	{ "socketcall", socket_calls, countof(socket_calls) },
	{ "ipc", ipc_calls, countof(ipc_calls) },
};

const char *multiplexer_at(size_t i)
{
	return i < countof(multiplexers) ? multiplexers[i].name : NULL;
}

static const struct multiplexer *find_multiplexer(const char *call)
{
	for (size_t i = 0; i < countof(multiplexers); i++)
		if (streq(multiplexers[i].name, call))
			return &multiplexers[i];
	return NULL;
}

bool is_multiplexer(const char *call)
{
	return find_multiplexer(call) != NULL;
}

const char *multiplexed(const struct arch *arch, const char *call, uint64_t arg0)
{
	const struct multiplexer *m = find_multiplexer(call);
	uint32_t n = (uint32_t)arg0, nr;

	if (!m || !arch_call_number(arch, call, &nr) || (arch->bits == 64 && arg0 > UINT32_MAX))
		return NULL;
	return n < m->count ? m->calls[n] : NULL;
}

static bool stands_for(const struct multiplexer *m, const char *call)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->calls[i] && streq(m->calls[i], call))
			return true;
	return false;
}

bool is_multiplexed(const struct arch *arch, const char *call)
{
	uint32_t nr;

	for (size_t i = 0; i < countof(multiplexers); i++)
		if (stands_for(&multiplexers[i], call) && arch_call_number(arch, multiplexers[i].name, &nr))
			return true;
	return false;
}

bool is_multiplexed_on(arch_set arches, const char *call)
{
	const struct arch *arch;

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if ((arches & ARCH_BIT(arch)) && is_multiplexed(arch, call))
			return true;
	return false;
}

const struct rule *policy_decider(const struct policy *p, const struct arch *arch, const char *call)
{
	const struct rule *rule;

	for (struct rule_walk rules = policy_rules_of(p, call); (rule = rule_next(&rules)); )
		if (rule->conditions == 0 && rule_on(rule, arch))
			return rule;
	return NULL;
}

bool rule_outranks(const struct rule *rule, const struct rule *other)
{
	if (!other || verdict_stricter(rule->verdict, other->verdict))
		return true;
	return !verdict_stricter(other->verdict, rule->verdict) && rule < other;
}

/* The strictest of `best` and the rules for `call` that match. A rule that decides alone for a call
 * behind a multiplexer is, for the multiplexer, a condition on argument 0. */
static const struct rule *strictest(const struct policy *p, const struct arch *arch, const char *call,
				    const uint64_t args[static 6], unsigned first_arg, const struct rule *best)
{
	const struct rule *rule = policy_decider(p, arch, call);

	if (rule)
		return rule_outranks(rule, best) ? rule : best;
	for (struct rule_walk rules = policy_rules_of(p, call); (rule = rule_next(&rules)); )
		if (rule_on(rule, arch) && conditions_hold(rule, arch, args, first_arg) && rule_outranks(rule, best))
			best = rule;
	return best;
}

struct verdict policy_judge(const struct policy *p, const struct arch *arch, uint32_t nr,
			    const uint64_t args[static 6], const struct rule **ret_rule)
{
	char name[CALL_NAME_MAX];

	if (ret_rule)
		*ret_rule = NULL;
	if (!policy_reaches(p, arch, nr))
		return (struct verdict){ ACT_KILL_THREAD, 0 };
	arch_call_name(arch, nr, name);
	const char *inner = multiplexed(arch, name, args[0]);
	const struct rule *best = strictest(p, arch, name, args, 0, NULL);

	if (inner && !policy_decider(p, arch, name))
		best = strictest(p, arch, inner, args, 1, best);
	if (ret_rule)
		*ret_rule = best;
	return best ? best->verdict : policy_default(p);
}
