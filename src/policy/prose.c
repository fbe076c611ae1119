/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/prose.h"

#include "sysdb/args.h"

void prose_verdict(struct buf *b, struct verdict v)
{
	static const char *const words[ACT_COUNT] = {
		[ACT_KILL_PROCESS] = "killed: SIGSYS ends the process", [ACT_KILL_THREAD] = "killed: SIGSYS ends the thread",
		[ACT_TRAP] = "denied with the signal SIGSYS", [ACT_NOTIFY] = "left to a supervisor",
		[ACT_TRACE] = "left to a tracer; without one it fails with ENOSYS",
		[ACT_LOG] = "logged and allowed", [ACT_ALLOW] = "allowed",
	};

	if (v.action != ACT_ERRNO)
		buf_adds(b, words[v.action]);
	else if (v.data == 0)
		buf_adds(b, "not made, though it seems to succeed (errno 0)");
	else if (errno_name(v.data))
		buf_addf(b, "denied with %s", errno_name(v.data));
	else
		buf_addf(b, "denied with errno %u", v.data);
}

/* Prints the value as the kernel compares it, or unchanged. */
static void add_value(struct buf *b, const struct arg_info *a, uint64_t value)
{
	if (a && arg_is_plain(a) && (value & ~arg_mask(a)) == 0)
		const_print(b, a, value);
	else if (value < 1 << 17)
		buf_addf(b, "%llu", (unsigned long long)value);
	else
		buf_addf(b, "0x%llx", (unsigned long long)value);
}

/* Prints the constant with exactly these bits, or else the number. */
static void add_bits(struct buf *b, const struct arg_info *a, uint64_t bits)
{
	const struct const_row *row;

	for (size_t i = 0; a && (row = const_at(i)); i++)
		if (streq(row->set, a->set) && row->value == bits) {
			buf_adds(b, row->name);
			return;
		}
	add_value(b, a, bits);
}

static void add_masked(struct buf *b, const struct arg_info *a, const struct condition *c)
{
	uint64_t value = c->value & c->mask, all = a && arg_is_plain(a) ? arg_mask(a) : UINT64_MAX;

	if ((c->mask & all) == all) {
		buf_adds(b, " is ");
		add_value(b, a, value & all);
	} else if (value == c->mask && c->mask) {
		buf_adds(b, " has ");
		add_bits(b, a, value);
	} else if (value == 0) {
		buf_adds(b, c->mask & (c->mask - 1) ? " has none of " : " has no ");
		add_bits(b, a, c->mask);
	} else {
		buf_adds(b, " & ");
		add_value(b, a, c->mask);
		buf_adds(b, " is ");
		add_value(b, a, value);
	}
}

void prose_condition(struct buf *b, const struct arch *arch, const char *call, const struct condition *c)
{
	static const char *const ops[CMP_COUNT] = {
		[CMP_EQ] = "is", [CMP_NE] = "is not", [CMP_LT] = "<", [CMP_LE] = "<=", [CMP_GT] = ">", [CMP_GE] = ">=",
	};
	const struct arg_info *a = arch ? sysdb_arg_on(arch, call, c->arg) : sysdb_arg(call, c->arg);

	if (a && *a->name)
		buf_adds(b, a->name);
	else
		buf_addf(b, "argument %u", c->arg);
	if (c->op == CMP_MASKED_EQ) {
		add_masked(b, a, c);
		return;
	}
	buf_addf(b, " %s ", ops[c->op]);
	add_value(b, a, c->value);
}

void prose_conditions(struct buf *b, const struct arch *arch, const char *call, const struct rule *rule)
{
	bool through = !streq(rule->call, call), some = through;

	if (through)
		buf_addf(b, "it is %s", rule->call);
	for (unsigned i = 0; i < rule->conditions; i++) {
		if (through && rule->when[i].arg == 0)
			continue;
		buf_adds(b, some ? " and " : "");
		prose_condition(b, arch, rule->call, &rule->when[i]);
		some = true;
	}
}
