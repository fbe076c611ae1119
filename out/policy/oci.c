/* SPDX-License-Identifier: Apache-2.0 */
#include "out/policy/oci.h"

#include "out/escape.h"
#include "out/policy/entries.h"

static void write_condition(struct jsonw *w, const struct condition *c)
{
	bool masked = c->op == CMP_MASKED_EQ;

	jsonw_open_inline(w, '{');
	jsonw_member_uint(w, "index", c->arg);
	jsonw_member_uint(w, "value", masked ? c->mask : c->value);
	if (masked)
		jsonw_member_uint(w, "valueTwo", c->value);
	jsonw_member(w, "op", cmp_oci(c->op));
	jsonw_close(w, '}');
}

static void write_names(struct jsonw *w, const struct policy *p, size_t first, bool reasons)
{
	scoped(strlist_done) struct strlist calls = { 0 };

	entry_calls(p, first, reasons, &calls);
	jsonw_key(w, "names");
	jsonw_open(w, '[');
	for (size_t i = 0; i < calls.count; i++)
		jsonw_string(w, calls.items[i]);
	jsonw_close(w, ']');
}

static void write_entry(struct jsonw *w, const struct policy *p, size_t first, const char *guard,
			bool reasons)
{
	const struct rule *rule = policy_rule(p, first);

	jsonw_open(w, '{');
	write_names(w, p, first, reasons);
	jsonw_member(w, "action", action_info(rule->verdict.action)->oci);
	if (action_has_data(rule->verdict.action))
		jsonw_member_uint(w, "errnoRet", rule->verdict.data);
	if (rule->conditions) {
		jsonw_key(w, "args");
		jsonw_open(w, '[');
		for (unsigned i = 0; i < rule->conditions; i++)
			write_condition(w, &rule->when[i]);
		jsonw_close(w, ']');
	}
	if (reasons && rule->because)
		jsonw_member(w, "comment", rule->because);
	if (*guard)
		jsonw_members(w, guard);
	jsonw_close(w, '}');
}

void oci_write_entries(struct jsonw *w, const struct policy *p, const char *guard, bool reasons)
{
	for (size_t i = 0; policy_rule(p, i); i++)
		if (entry_begins(p, i, reasons))
			write_entry(w, p, i, guard, reasons);
}

static void write_arches(struct jsonw *w, const struct policy *p)
{
	const struct arch *arch;

	if (!policy_arches(p))
		return;
	jsonw_key(w, "architectures");
	jsonw_open(w, '[');
	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (policy_arches(p) & ARCH_BIT(arch))
			jsonw_string(w, arch->oci);
	jsonw_close(w, ']');
}

static void write_flags(struct jsonw *w, const struct policy *p)
{
	const struct policy_flag *flag;

	if (!policy_flags(p))
		return;
	jsonw_key(w, "flags");
	jsonw_open(w, '[');
	for (size_t i = 0; (flag = policy_flag_at(i)); i++)
		if (policy_flags(p) & flag->bit)
			jsonw_string(w, flag->oci);
	jsonw_close(w, ']');
}

static void write_head(struct jsonw *w, const struct policy *p)
{
	struct verdict otherwise = policy_default(p);

	jsonw_member(w, "defaultAction", action_info(otherwise.action)->oci);
	if (action_has_data(otherwise.action))
		jsonw_member_uint(w, "defaultErrnoRet", otherwise.data);
	write_arches(w, p);
	write_flags(w, p);
}

void oci_write(struct jsonw *w, const struct policy *p, bool reasons)
{
	jsonw_open(w, '{');
	write_head(w, p);
	jsonw_key(w, "syscalls");
	jsonw_open(w, '[');
	oci_write_entries(w, p, "", reasons);
	jsonw_close(w, ']');
	jsonw_close(w, '}');
	jsonw_end(w);
}

int oci_emit(const struct shown *s, FILE *f, maybe_unused struct err *e)
{
	struct jsonw w = { .file = f };

	oci_write(&w, s->policy, s->verbose);
	return 0;
}

static bool kills_thread(const struct policy *p)
{
	const struct rule *r;

	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		if (r->verdict.action == ACT_KILL_THREAD)
			return true;
	return policy_default(p).action == ACT_KILL_THREAD;
}

void oci_remarks(const struct shown *s, struct strlist *ret)
{
	if (kills_thread(s->policy))
		strlist_add(ret, "a denied call ends only its thread, and others may wait for it; --action kill-process ends the process");
	if (policy_flags(s->policy) && !(policy_flags(s->policy) & POLICY_SPEC_ALLOW))
		strlist_add(ret, "crun adds SECCOMP_FILTER_FLAG_SPEC_ALLOW only to profiles without flags: under this one the kernel "
			    "mitigates Speculative Store Bypass, and the workload can be slower");
}

static void next(maybe_unused const struct shown *s, const char *path, struct buf *ret)
{
	buf_adds(ret, "jq '.linux.seccomp = input' config.json ");
	escape_shell(ret, path);
	buf_adds(ret, " >new.json && mv new.json config.json");
}

const struct view view_policy_oci = {
	.shows = SHOWS_POLICY,
	.name = "oci",
	.suffix = ".json",
	.help = "the linux.seccomp object of an OCI bundle's config.json",
	.emit = oci_emit,
	.container = true,
	.can = CAN_ARGS | CAN_ERRNO | CAN_REASONS,
	.actions = ANY_ACTION, .defaults = ANY_ACTION, .flags = ANY_FLAG,
	.remarks = oci_remarks, .next = next,
};
