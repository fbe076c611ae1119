/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/judge.h"

arch_set policy_covers(const struct policy *p)
{
	return policy_arches(p) | ARCH_BIT(arch_native());
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

/* The kernel's numbering, <linux/net.h> and <linux/ipc.h>. */
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

const char *multiplexed(const struct arch *arch, const char *call, uint64_t arg0)
{
	uint32_t n = (uint32_t)arg0, nr;

	if (!arch_call_number(arch, call, &nr) || (arch->bits == 64 && arg0 > UINT32_MAX))
		return NULL;
	if (streq(call, "socketcall"))
		return n < countof(socket_calls) ? socket_calls[n] : NULL;
	if (streq(call, "ipc"))
		return n < countof(ipc_calls) ? ipc_calls[n] : NULL;
	return NULL;
}

static bool has_call(const char *const *calls, size_t count, const char *call)
{
	for (size_t i = 0; i < count; i++)
		if (calls[i] && streq(calls[i], call))
			return true;
	return false;
}

bool is_multiplexed(const struct arch *arch, const char *call)
{
	uint32_t nr;

	return (arch_call_number(arch, "socketcall", &nr) && has_call(socket_calls, countof(socket_calls), call)) ||
	       (arch_call_number(arch, "ipc", &nr) && has_call(ipc_calls, countof(ipc_calls), call));
}

const struct rule *policy_decider(const struct policy *p, const struct arch *arch, const char *call)
{
	const struct rule *rule;

	for (size_t i = 0; (rule = policy_rule(p, i)); i++)
		if (rule->conditions == 0 && streq(rule->call, call) && rule_on(rule, arch))
			return rule;
	return NULL;
}

/* Does a rule for `call` hold?  What decides alone for a call that came through
 * a multiplexer is, to the multiplexer, a condition on argument 0. */
static bool bears(const struct policy *p, const struct rule *rule, const struct arch *arch, const char *call,
		  const uint64_t args[static 6], unsigned first_arg)
{
	const struct rule *alone;

	if (!streq(rule->call, call) || !rule_on(rule, arch) || !conditions_hold(rule, arch, args, first_arg))
		return false;
	alone = policy_decider(p, arch, call);
	return !alone || alone == rule;
}

struct verdict policy_judge(const struct policy *p, const struct arch *arch, uint32_t nr,
			    const uint64_t args[static 6], const struct rule **ret_rule)
{
	char name[CALL_NAME_MAX];
	const struct rule *rule, *best = NULL;

	if (ret_rule)
		*ret_rule = NULL;
	if (!(policy_covers(p) & ARCH_BIT(arch)))
		return (struct verdict){ ACT_KILL_THREAD, 0 };
	arch_call_name(arch, nr, name);
	const char *inner = multiplexed(arch, name, args[0]);
	const struct rule *alone = policy_decider(p, arch, name);

	for (size_t i = 0; !alone && (rule = policy_rule(p, i)); i++)
		if ((!best || verdict_stricter(rule->verdict, best->verdict)) &&
		    (bears(p, rule, arch, name, args, 0) || (inner && bears(p, rule, arch, inner, args, 1))))
			best = rule;
	best = alone ? alone : best;
	if (ret_rule)
		*ret_rule = best;
	return best ? best->verdict : policy_default(p);
}
