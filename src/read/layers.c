/* SPDX-License-Identifier: Apache-2.0 */
#include "read/layers.h"

#include "base/json.h"
#include "base/mem.h"
#include "policy/judge-unknown.h"
#include "policy/tighten.h"

static void add_arch(struct layers *l, const json_t *name)
{
	const struct arch *arch = json_is_string(name) ? arch_find(json_string_value(name)) : NULL;

	if (arch)
		l->arches |= ARCH_BIT(arch);
}

static void add_arches(struct layers *l, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		add_arch(l, json_array_get(list, i));
}

/* The ABIs that the head names. */
static void find_arches(struct layers *l, const json_t *head)
{
	const json_t *map = json_object_get(head, "archMap");

	add_arches(l, json_object_get(head, "architectures"));
	for (size_t i = 0; i < json_array_size(map); i++) {
		add_arch(l, json_object_get(json_array_get(map, i), "architecture"));
		add_arches(l, json_object_get(json_array_get(map, i), "subArchitectures"));
	}
	l->arches |= ARCH_BIT(arch_native());
}

static struct layer *new_layer(struct layers *l, const char *guard, struct verdict otherwise)
{
	l->items = grow(l->items, l->count, &l->room, sizeof *l->items);
	struct layer *layer = &l->items[l->count++];

	*layer = (struct layer){ .guard = arena_strdup(l->arena, guard), .policy = policy_new(otherwise) };
	policy_add_arches(layer->policy, l->arches);
	return layer;
}

/* The last layer with this guard; but rules for one call keep their order: runtimes use the first
 * of two that contradict each other. */
static struct layer *layer_for(struct layers *l, const char *guard, const char *call, struct verdict otherwise)
{
	for (size_t i = l->count; i-- > 0;) {
		if (streq(l->items[i].guard, guard))
			return &l->items[i];
		if (policy_first_rule(l->items[i].policy, call))
			break;
	}
	return new_layer(l, guard, otherwise);
}

/* Does a rule that always applies decide for the call, whatever comes after it? */
static bool is_decided(const struct layers *l, const char *call)
{
	const struct rule *r;

	for (size_t i = 0; i < l->count; i++) {
		struct rule_walk rules = policy_rules_of(l->items[i].policy, call);

		while (!*l->items[i].guard && (r = rule_next(&rules)))
			if (r->conditions == 0)
				return true;
	}
	return false;
}

static void add_name(struct layers *l, const struct profile *p, const struct profile_name *name)
{
	const struct profile_rule *from = &p->rules[name->rule];
	struct rule rule = { .call = name->call, .verdict = from->verdict, .because = from->comment };
	bool apart = conditions_fall_apart(from->when, from->conditions);

	if (is_decided(l, name->call))
		return;
	struct layer *layer = layer_for(l, from->guard, name->call, policy_default(p->policy));

	rule.conditions = apart ? 1 : from->conditions;
	for (unsigned i = 0; i < (apart ? from->conditions : 1); i++) {
		if (from->conditions)
			memcpy(rule.when, apart ? &from->when[i] : from->when, rule.conditions * sizeof *rule.when);
		policy_add_rule(layer->policy, &rule);
	}
}

static bool depends(const struct profile *p, const json_t *head)
{
	for (size_t i = 0; i < p->rule_count; i++)
		if (*p->rules[i].guard)
			return true;
	return json_array_size(json_object_get(head, "archMap")) > 0;
}

struct layers *layers_of(const struct profile *p)
{
	json_t *head = json_loads(*p->head ? p->head : "{}", JSON_DECODE_ANY, NULL);
	struct layers *l = NULL;

	if (depends(p, head)) {
		l = xcalloc(1, sizeof *l);
		l->arena = arena_new();
		l->head = arena_strdup(l->arena, p->head);
		find_arches(l, head);
		for (size_t i = 0; i < p->name_count; i++)
			add_name(l, p, &p->names[i]);
	}
	json_decref(head);
	return l;
}

void layers_free(struct layers *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->count; i++)
		policy_free(l->items[i].policy);
	arena_free(l->arena);
	free(l->items);
	free(l);
}

/* If a profile allows by default, an allowing rule of one layer would override denials of another;
 * by itself it repeats the default. */
static struct policy *without_allowed(const struct policy *from, const struct policy *limit)
{
	struct policy *p = policy_new(policy_default(from));
	const struct rule *r;

	policy_add_arches(p, policy_arches(from));
	for (size_t i = 0; (r = policy_rule(from, i)); i++)
		if (!verdict_allows(r->verdict) || !policy_first_rule(limit, r->call))
			policy_add_rule(p, r);
	return p;
}

/* In a base that allows by default, calls are denied once, in a layer that always applies, which is
 * the first: the first of two rules for a call counts. */
static int tighten_open(struct layers *l, const struct policy *limit, struct err *e)
{
	struct verdict otherwise = policy_default(l->items[0].policy);
	struct policy *all = NULL;

	if (*l->items[0].guard) {
		struct layer first = *new_layer(l, "", otherwise);

		memmove(&l->items[1], &l->items[0], (l->count - 1) * sizeof *l->items);
		l->items[0] = first;
	}
	int r = policy_tighten(l->items[0].policy, limit, &all, e);

	if (r < 0)
		return r;
	policy_free(l->items[0].policy);
	l->items[0].policy = all;
	for (size_t i = 1; i < l->count; i++) {
		struct policy *p = without_allowed(l->items[i].policy, limit);

		policy_free(l->items[i].policy);
		l->items[i].policy = p;
	}
	return 0;
}

int layers_tighten(struct layers *l, const struct policy *limit, struct err *e)
{
	int r = 0;

	if (l->count == 0)
		return 0;
	if (verdict_allows(policy_default(l->items[0].policy)))
		return tighten_open(l, limit, e);
	for (size_t i = 0; r == 0 && i < l->count; i++) {
		struct policy *p = NULL;

		r = policy_tighten(l->items[i].policy, limit, &p, e);
		if (r < 0)
			break;
		policy_free(l->items[i].policy);
		l->items[i].policy = p;
	}
	return r;
}
