/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Docker's profile and OCI's `linux.seccomp`: one JSON object.  What is written
 * is the part that both understand; "comment" is a member that all runtimes
 * pass over.
 *
 * Runtimes take the errno EPERM where none is given; it is written all the same,
 * so that a reader need not know.  dockerd before 23 ignores defaultErrnoRet.
 */
#include "base/jsonw.h"
#include "out/fits.h"
#include "read/layers.h"

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

static bool same_text(const char *a, const char *b)
{
	return streq(a ? a : "", b ? b : "");
}

/* Rules that differ in their call only are one entry. */
static bool same_entry(const struct rule *a, const struct rule *b, bool reasons)
{
	return verdict_equal(a->verdict, b->verdict) && conditions_equal(a, b) &&
	       (!reasons || same_text(a->because, b->because));
}

/* A rule here holds on all ABIs.  Where the policy has two for one call, on ABIs
 * of their own, the weaker one is written: view_losses() reports that it holds for all. */
static bool is_outdone(const struct policy *p, const struct rule *rule)
{
	const struct rule *r;

	for (struct rule_walk rules = policy_rules_of(p, rule->call); rule->arches && (r = rule_next(&rules)); )
		if (r->conditions == 0 && verdict_stricter(rule->verdict, r->verdict))
			return true;
	return false;
}

static bool is_said(const struct policy *p, const struct rule *r)
{
	return !starts_with(r->call, "call_") && !is_outdone(p, r);
}

static bool is_first_of_entry(const struct policy *p, size_t i, bool reasons)
{
	const struct rule *r = policy_rule(p, i);

	for (size_t j = 0; j < i; j++)
		if (is_said(p, policy_rule(p, j)) && same_entry(policy_rule(p, j), r, reasons))
			return false;
	return is_said(p, r);
}

static void write_names(struct jsonw *w, const struct policy *p, size_t first, bool reasons)
{
	const struct rule *r, *rule = policy_rule(p, first);
	const char *last = "";

	jsonw_key(w, "names");
	jsonw_open(w, '[');
	for (size_t i = first; (r = policy_rule(p, i)); i++)
		if (is_said(p, r) && same_entry(r, rule, reasons) && !streq(last, r->call)) {
			jsonw_string(w, r->call);
			last = r->call;
		}
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

/* Each rule under its condition on the container. */
static void write_entries(struct jsonw *w, const struct policy *p, const char *guard, bool reasons)
{
	for (size_t i = 0; policy_rule(p, i); i++)
		if (is_first_of_entry(p, i, reasons))
			write_entry(w, p, i, guard, reasons);
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

static int emit(const struct shown *s, FILE *f, maybe_unused struct err *e)
{
	struct jsonw w = { .file = f };

	jsonw_open(&w, '{');
	if (s->layers)
		jsonw_members(&w, s->layers->head);
	else
		write_head(&w, s->policy);
	jsonw_key(&w, "syscalls");
	jsonw_open(&w, '[');
	if (!s->layers)
		write_entries(&w, s->policy, "", s->verbose);
	for (size_t k = 0; s->layers && k < s->layers->count; k++)
		write_entries(&w, s->layers->items[k].policy, s->layers->items[k].guard, s->verbose);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	jsonw_end(&w);
	return 0;
}

const struct view view_policy_docker = {
	.shows = SHOWS_POLICY,
	.name = "docker",
	.suffix = ".json",
	.help = "profile for docker, podman and nerdctl (--security-opt seccomp=FILE)",
	.emit = emit,
	.container = true,
	.can = CAN_ARGS | CAN_ERRNO | CAN_REASONS | CAN_LAYERS,
	.actions = ANY_ACTION, .defaults = ANY_ACTION, .flags = ANY_FLAG,
};

const struct view view_policy_oci = {
	.shows = SHOWS_POLICY,
	.name = "oci",
	.suffix = ".json",
	.help = "the linux.seccomp object of an OCI bundle's config.json",
	.emit = emit,
	.container = true,
	.can = CAN_ARGS | CAN_ERRNO | CAN_REASONS,
	.actions = ANY_ACTION, .defaults = ANY_ACTION, .flags = ANY_FLAG,
};
