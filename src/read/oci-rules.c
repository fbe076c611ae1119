/* SPDX-License-Identifier: Apache-2.0 */
/* `syscalls`: rules, their conditions and names. */
#include "read/oci.h"

#include "base/mem.h"
#include "read/document.h"

enum { RULES_MAX = 20000 };

static int read_condition(const struct parser *p, const struct json_at *at, struct condition *ret, struct err *e)
{
	struct json_at index = json_member(at, "index"), op = json_member(at, "op");
	struct json_at value = json_member(at, "value"), two = json_member(at, "valueTwo");
	uint64_t n = 0, v = 0, v2 = 0;
	const char *word = NULL;
	int r = json_want_object(at, e);

	r = r < 0 ? r : json_want_uint(&index, 5, &n, e);
	r = r < 0 ? r : json_want_string(&op, &word, e);
	if (r == 0 && !cmp_find(word, &ret->op))
		return json_fail(&op, e, "unknown comparison '%s'", word);
	if (r == 0 && (value.value || p->dialect != DIALECT_OPERATOR))
		r = json_want_uint(&value, UINT64_MAX, &v, e);
	if (r == 0 && json_present(&two))
		r = json_want_uint(&two, UINT64_MAX, &v2, e);
	if (r < 0)
		return r;
	/* a masked comparison has the mask in `value`, and the value in `valueTwo` */
	ret->arg = (unsigned)n;
	ret->mask = ret->op == CMP_MASKED_EQ ? v : 0;
	ret->value = ret->op == CMP_MASKED_EQ ? v2 : v;
	return 0;
}

static int read_args(struct parser *p, const struct json_at *rule, struct shape *s, struct err *e)
{
	struct json_at list = json_member(rule, "args");
	int r = json_want_list(&list, e);

	if (json_array_size(list.value) > countof(s->when))
		return json_fail(&list, e, "more than %zu conditions", countof(s->when));
	for (size_t i = 0; r == 0 && i < json_array_size(list.value); i++) {
		struct json_at one = json_element(&list, i);

		oci_remark_repeated(p, &one, "index,op,value,valueTwo");
		r = read_condition(p, &one, &s->when[s->conditions++], e);
	}
	return r;
}

bool conditions_fall_apart(const struct condition *when, unsigned count)
{
	unsigned seen = 0;

	for (unsigned i = 0; i < count; i++) {
		if (seen & 1u << when[i].arg)
			return true;
		seen |= 1u << when[i].arg;
	}
	return false;
}

static bool has_twice(const struct shape *s)
{
	return conditions_fall_apart(s->when, s->conditions);
}

/* A rule with unknown names allows nothing in an allow-list, and fails to deny in a deny-list. */
static bool lets_through(const struct parser *p, struct verdict v)
{
	return verdict_passes(policy_default(p->policy)) && !verdict_passes(v);
}

/* With two conditions on one argument, runc and crun make every condition a separate rule, so that
 * ANY of them is enough. So does sctrace, with a notice. */
static void add_call(struct parser *p, const char *call, bool known, const struct shape *s)
{
	struct rule rule = { .call = call, .verdict = s->verdict, .because = s->because, .from = s->place };
	bool apart = has_twice(s);

	if (!known)
		oci_notice(p, NOTICE_UNKNOWN, call, lets_through(p, s->verdict));
	for (unsigned i = 0; apart && i < s->conditions; i++) {
		rule.conditions = 1;
		rule.when[0] = s->when[i];
		policy_add_rule(p->policy, &rule);
	}
	if (apart)
		return;
	rule.conditions = s->conditions;
	memcpy(rule.when, s->when, s->conditions * sizeof *s->when);
	if (policy_add_rule(p->policy, &rule))
		return;
	if (verdict_equal(policy_find(p->policy, &rule)->verdict, rule.verdict))
		oci_notice(p, NOTICE_TWICE, call, false);
	else
		oci_notice(p, NOTICE_CONTRADICTION, call, true);
}

static bool can_be_name(const char *name)
{
	return *name && strlen(name) < CALL_NAME_MAX && strspn(name,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(name);
}

static void keep_name(struct parser *p, const struct json_at *at, const char *call, bool known)
{
	struct profile *f = p->profile;

	f->names = grow(f->names, f->name_count, &f->name_room, sizeof *f->names);
	f->names[f->name_count++] = (struct profile_name){
		.call = arena_strdup(f->arena, call), .rule = f->rule_count - 1, .place = oci_place(p, at), .known = known,
	};
}

static int add_name(struct parser *p, const struct json_at *at, const struct shape *s, struct err *e)
{
	const char *name = NULL;
	int r = json_want_string(at, &name, e);

	if (r == 0 && ++*(s->idle ? &p->idle_rules : &p->rules) > RULES_MAX)
		return json_fail(at, e, "more than %d rules", RULES_MAX);
	if (r < 0)
		return r;
	bool known = can_be_name(name) && call_exists_on(name, ANY_ARCH);

	keep_name(p, at, name, known);
	if (s->idle)
		return 0;
	if (can_be_name(name))
		add_call(p, name, known, s);
	else
		oci_notice(p, *name ? NOTICE_NO_NAME : NOTICE_EMPTY, name, !*name || lets_through(p, s->verdict));
	return 0;
}

static int add_names(struct parser *p, const struct json_at *rule, const struct shape *s, struct err *e)
{
	struct json_at names = json_member(rule, "names"), name = json_member(rule, "name");
	int r;

	if (json_present(&name) && json_is_string(name.value) && json_string_length(name.value) > 0 && p->dialect == DIALECT_DOCKER) {
		if (json_array_size(names.value) == 0) {
			oci_remark(p, &name, REMARK_DOCKER, "name", PART_RULE);
			return add_name(p, &name, s, e);
		}
		if (p->use == READ_TO_APPLY && !s->idle)
			return json_fail(&name, e, "'name' and 'names' exclude each other; leave one out");
		oci_remark(p, &name, REMARK_NAME_AND_NAMES, json_string_value(name.value), PART_RULE);
	}
	if (json_present(&name) && oci_is_unread(p, &name, "name")) {
		oci_remark(p, &name, names.value ? REMARK_NAME_AND_NAMES : REMARK_DOCKER,
			   names.value && json_is_string(name.value) ? json_string_value(name.value) : "name", PART_RULE);
		if (!names.value)
			return 0;
	}
	if (!names.value)
		return json_fail(rule, e, "has neither 'names' nor 'name'");
	struct json_at one = { 0 };

	r = json_want_array(&names, e);
	while (r == 0 && json_each(&names, &one))
		r = add_name(p, &one, s, e);
	return r;
}

static int add_idle_names(struct parser *p, const struct json_at *rule, const struct shape *s)
{
	struct err e;

	(void)add_names(p, rule, s, &e);
	return 0;
}

static struct place keep_rule(struct parser *p, const struct json_at *at, const struct shape *s)
{
	struct json_at action = json_member(at, "action"), args = json_member(at, "args");
	struct profile *f = p->profile;
	struct condition *when = arena_alloc(f->arena, (s->conditions + 1) * sizeof *when);
	scoped(freep) char *only = s->idle ? oci_filter_text(at) : NULL;

	memcpy(when, s->when, s->conditions * sizeof *when);
	f->rules = grow(f->rules, f->rule_count, &f->rule_room, sizeof *f->rules);
	f->rules[f->rule_count++] = (struct profile_rule){
		.place = oci_place(p, at), .action = oci_place(p, &action), .args = oci_place(p, &args),
		.verdict = s->verdict, .applies = !s->idle, .only = only ? arena_strdup(f->arena, only) : NULL,
		.when = when, .conditions = s->conditions,
		.guard = p->dialect == DIALECT_DOCKER ? oci_members_text(f->arena, at->value, "includes,excludes", true) : "",
		.comment = s->because ? arena_strdup(f->arena, s->because) : NULL,
	};
	return f->rules[f->rule_count - 1].place;
}

static int read_rule(struct parser *p, const struct json_at *at, struct err *e)
{
	struct shape s = { 0 };
	struct json_at comment = json_member(at, "comment");
	bool holds = true;
	int r = json_want_object(at, e);

	if (r == 0)
		oci_remark_members(p, at, PART_RULE);
	r = r < 0 ? r : oci_read_verdict(p, at, "action", "errnoRet", "errno", &s.verdict, e);
	r = r < 0 ? r : read_args(p, at, &s, e);
	r = r < 0 ? r : oci_applies(p, at, &holds, e);
	if (r < 0)
		return r;
	s.idle = !holds;
	if (json_is_string(comment.value) && json_string_length(comment.value) > 0)
		s.because = json_string_value(comment.value);
	else
		s.because = document_comment(p->profile, at);
	if (has_twice(&s))
		oci_notice(p, NOTICE_ANY, json_string_value(json_array_get(json_object_get(at->value, "names"), 0)) ?:
				json_string_value(json_object_get(at->value, "name")) ?: "?", true);
	s.place = keep_rule(p, at, &s);
	oci_remark_filters(p, at);
	/* names in rules that do not apply are only listed */
	return holds ? add_names(p, at, &s, e) : add_idle_names(p, at, &s);
}

int oci_read_rules(struct parser *p, const struct json_at *root, struct err *e)
{
	struct json_at list = json_member(root, "syscalls");
	struct json_at one = { 0 };
	int r = json_want_list(&list, e);

	while (r == 0 && json_present(&list) && json_each(&list, &one))
		r = read_rule(p, &one, e);
	return r;
}
