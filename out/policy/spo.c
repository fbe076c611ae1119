/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A SeccompProfile of the security-profiles-operator, which writes it to every node.  Its schema (v1beta1, from
 * v0.8.0 on, where errnoRet is a number) has no errno for the default, no comments, and no values above 2^63 - 1.
 */
#include <errno.h>
#include <inttypes.h>
#include "base/mem.h"
#include "out/escape.h"
#include "out/policy/entries.h"
#include "out/policy/oci.h"
#include "out/policy/pod.h"
#include "out/yamlw.h"
#include "policy/policy.h"

static const char default_name[] = "sctrace";

/* The profile for a runtime in the operator's own examples, "runc-v1.1.5"; NULL: no runtime was
 * named. */
static char *base_profile(const struct wanted *w)
{
	static const char *const runtimes[] = { "runc", "crun" };

	for (size_t i = 0; w->no_runtime && i < countof(runtimes); i++) {
		const struct target_version *t = targets_find(w->targets, runtimes[i]);

		if (t && i == 0)
			return xprintf("%s-v%u.%u.%u", t->name, t->version[0], t->version[1], t->version[2]);
		if (t)
			return t->version[2] ? xprintf("%s-v%u.%u.%u", t->name, t->version[0], t->version[1], t->version[2]) :
					       xprintf("%s-v%u.%u", t->name, t->version[0], t->version[1]);
	}
	return NULL;
}

static int check(const struct wanted *w, struct err *e)
{
	if (w->name && !pod_name_valid(w->name))
		return pod_name_refuse(w->name, e);
	return 0;
}

static void write_condition(struct yamlw *w, const struct condition *c)
{
	bool masked = c->op == CMP_MASKED_EQ;

	yamlw_item(w);
	yamlw_member_uint(w, "index", c->arg);
	yamlw_member(w, "op", cmp_oci(c->op));
	yamlw_member_uint(w, "value", masked ? c->mask : c->value);
	if (masked)
		yamlw_member_uint(w, "valueTwo", c->value);
	yamlw_close(w);
}

static void write_entry(struct yamlw *w, const struct policy *p, size_t first)
{
	const struct rule *rule = policy_rule(p, first);
	scoped(strlist_done) struct strlist calls = { 0 };

	entry_calls(p, first, false, &calls);
	yamlw_item(w);
	yamlw_member(w, "action", action_info(rule->verdict.action)->oci);
	if (action_has_data(rule->verdict.action) && rule->verdict.data)
		yamlw_member_uint(w, "errnoRet", rule->verdict.data);
	yamlw_open(w, "names");
	for (size_t i = 0; i < calls.count; i++)
		yamlw_element(w, calls.items[i]);
	yamlw_close(w);
	if (rule->conditions)
		yamlw_open(w, "args");
	for (unsigned i = 0; i < rule->conditions; i++)
		write_condition(w, &rule->when[i]);
	if (rule->conditions)
		yamlw_close(w);
	yamlw_close(w);
}

static void write_arches(struct yamlw *w, const struct policy *p)
{
	const struct arch *arch;

	if (!policy_arches(p))
		return;
	yamlw_open(w, "architectures");
	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (policy_arches(p) & ARCH_BIT(arch))
			yamlw_element(w, arch->oci);
	yamlw_close(w);
}

static void write_flags(struct yamlw *w, const struct policy *p)
{
	const struct policy_flag *flag;

	if (!policy_flags(p))
		return;
	yamlw_open(w, "flags");
	for (size_t i = 0; (flag = policy_flag_at(i)); i++)
		if (policy_flags(p) & flag->bit)
			yamlw_element(w, flag->oci);
	yamlw_close(w);
}

static void write_entries(struct yamlw *w, const struct policy *p)
{
	if (!policy_rule(p, 0))
		return;
	yamlw_open(w, "syscalls");
	for (size_t i = 0; policy_rule(p, i); i++)
		if (entry_begins(p, i, false))
			write_entry(w, p, i);
	yamlw_close(w);
}

static int emit(const struct shown *s, FILE *f, maybe_unused struct err *e)
{
	struct yamlw w = { .file = f };
	scoped(freep) char *base = base_profile(&s->wanted);

	yamlw_member(&w, "apiVersion", "security-profiles-operator.x-k8s.io/v1beta1");
	yamlw_member(&w, "kind", "SeccompProfile");
	yamlw_open(&w, "metadata");
	yamlw_member(&w, "name", s->wanted.name ? s->wanted.name : default_name);
	yamlw_close(&w);
	yamlw_open(&w, "spec");
	if (base)
		yamlw_member(&w, "baseProfileName", base);
	yamlw_member(&w, "defaultAction", action_info(policy_default(s->policy).action)->oci);
	write_arches(&w, s->policy);
	write_flags(&w, s->policy);
	write_entries(&w, s->policy);
	yamlw_close(&w);
	return 0;
}

static void add_value_losses(const struct policy *p, struct strlist *ret)
{
	const struct rule *r;
	const char *first = NULL;
	size_t n = 0;

	for (size_t i = 0; (r = policy_rule(p, i)); i++) {
		bool large = false;

		for (unsigned c = 0; c < r->conditions; c++)
			large |= r->when[c].value > INT64_MAX || r->when[c].mask > INT64_MAX;
		if (large && n++ == 0)
			first = r->call;
	}
	view_add_loss(ret, "spo", "has no values above 2^63 - 1, so that the API server rejects the object", n, first);
}

static void add_errno_losses(const struct policy *p, struct strlist *ret)
{
	const struct rule *r;
	const char *first = NULL;
	size_t n = 0;

	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		if (action_has_data(r->verdict.action) && r->verdict.data == 0 && n++ == 0)
			first = r->call;
	view_add_loss(ret, "spo", "takes the errno 0 for none: the call gets EPERM", n, first);
}

static void losses(const struct shown *s, struct strlist *ret)
{
	struct verdict otherwise = policy_default(s->policy);

	if (action_has_data(otherwise.action) && otherwise.data != EPERM)
		strlist_add(ret, "the format 'spo' has no errno for calls without a rule: they get EPERM");
	add_errno_losses(s->policy, ret);
	add_value_losses(s->policy, ret);
}

static void remarks(const struct shown *s, struct strlist *ret)
{
	scoped(freep) char *base = base_profile(&s->wanted);

	oci_remarks(s, ret);
	if (s->wanted.no_runtime && !base)
		strlist_add(ret, "the calls of the container runtime are left out (--runtime none): with --target runc=VERSION or "
			    "crun=VERSION the operator's base profile for it is named");
}

static void next(maybe_unused const struct shown *s, const char *path, struct buf *ret)
{
	buf_adds(ret, "kubectl apply -f ");
	escape_shell(ret, path);
	buf_addf(ret, "; the path for localhostProfile is then in .status.localhostProfile of seccompprofile/%s",
		 s->wanted.name ? s->wanted.name : default_name);
}

const struct view view_policy_spo = {
	.shows = SHOWS_POLICY,
	.name = "spo",
	.suffix = ".yaml",
	.help = "SeccompProfile for the security-profiles-operator of Kubernetes",
	.emit = emit,
	.container = true,
	.can = CAN_ARGS | CAN_ERRNO,
	.actions = ANY_ACTION, .defaults = ANY_ACTION & ~ACTION_BIT(ACT_NOTIFY), .flags = ANY_FLAG,
	.takes = TAKES_NAME,
	.check = check, .losses = losses, .remarks = remarks, .next = next,
};
