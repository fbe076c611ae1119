/* SPDX-License-Identifier: Apache-2.0 */
#include "read/operator.h"

#include <errno.h>
#include <unistd.h>
#include "base/mem.h"
#include "read/document.h"
#include "read/oci.h"

int operators_add(struct operators *all, struct profile *f, const struct json_at *object, struct err *e)
{
	struct json_at metadata = json_member(object, "metadata"), name = json_member(&metadata, "name");
	struct json_at space = json_member(&metadata, "namespace"), spec = json_member(object, "spec");
	const char *word = NULL;
	int r = json_want_string(&name, &word, e);

	r = r < 0 ? r : json_want_object(&spec, e);
	if (r == 0 && all->count == OPERATORS_MAX)
		return json_fail(object, e, "more than %d profiles", OPERATORS_MAX);
	if (r < 0)
		return r;
	all->items = grow(all->items, all->count, &all->room, sizeof *all->items);
	all->items[all->count++] = (struct operator_profile){
		.name = word, .space = json_string_value(space.value) ?: "", .spec = document_keep(f, &spec), .place = document_place(f, &spec),
	};
	return 0;
}

void operators_done(struct operators *all)
{
	free(all->items);
	*all = (struct operators){ 0 };
}

/* Without a namespace in the file, any matches. */
static bool is_installed_as(const struct operator_profile *p, const char *path)
{
	size_t n = strlen(p->name);
	const char *suffix = n > 5 && streq(p->name + n - 5, ".json") ? "" : ".json";
	scoped(freep) char *file = xprintf("%s%s", p->name, suffix);
	const char *slash = strrchr(path, '/');

	if (!starts_with(path, "operator/") || !slash || !streq(slash + 1, file))
		return false;
	path += strlen("operator/");
	return path > slash || !*p->space || (strlen(p->space) == (size_t)(slash - path) && strncmp(p->space, path, strlen(p->space)) == 0);
}

const struct json_at *operators_installed(const struct operators *all, const char *path)
{
	for (size_t i = 0; i < all->count; i++)
		if (is_installed_as(&all->items[i], path))
			return all->items[i].spec;
	return NULL;
}

static const struct json_at *find(const struct operators *all, const char *name)
{
	for (size_t i = 0; i < all->count; i++)
		if (streq(all->items[i].name, name))
			return all->items[i].spec;
	return NULL;
}

bool operators_is_base(const struct operators *all, const struct operator_profile *p)
{
	for (size_t i = 0; i < all->count; i++) {
		const char *base = json_string_value(json_object_get(all->items[i].spec->value, "baseProfileName"));

		if (base && streq(base, p->name) && &all->items[i] != p)
			return true;
	}
	return false;
}

/* another file */

static struct place moved(struct profile *into, const struct profile *from, struct place place)
{
	return (struct place){
		.line = place.line, .path = arena_strdup(into->arena, place.path), .file = arena_strdup(into->arena, profile_file(from, &place)),
	};
}

static void move_rules(struct profile *into, const struct profile *from)
{
	for (size_t i = 0; i < from->rule_count; i++) {
		struct profile_rule r = from->rules[i];
		struct condition *when = arena_alloc(into->arena, (r.conditions + 1) * sizeof *when);

		memcpy(when, r.when, r.conditions * sizeof *when);
		r.when = when;
		r.place = moved(into, from, r.place);
		r.action = moved(into, from, r.action);
		r.args = moved(into, from, r.args);
		r.only = r.only ? arena_strdup(into->arena, r.only) : NULL;
		r.guard = arena_strdup(into->arena, r.guard);
		r.comment = r.comment ? arena_strdup(into->arena, r.comment) : NULL;
		into->rules = grow(into->rules, into->rule_count, &into->rule_room, sizeof *into->rules);
		into->rules[into->rule_count++] = r;
	}
}

static void add_file(struct profile *into, const struct profile *from)
{
	size_t first = into->rule_count;
	const struct rule *rule;

	move_rules(into, from);
	for (size_t i = 0; i < from->name_count; i++) {
		struct profile_name n = from->names[i];

		n.call = arena_strdup(into->arena, n.call);
		n.rule += first;
		n.place = moved(into, from, n.place);
		into->names = grow(into->names, into->name_count, &into->name_room, sizeof *into->names);
		into->names[into->name_count++] = n;
	}
	for (size_t i = 0; (rule = policy_rule(from->policy, i)); i++) {
		struct rule copy = *rule;

		copy.from = moved(into, from, rule->from);
		policy_add_rule(into->policy, &copy);
	}
}

static char *file_beside(const struct profile *f, const char *name)
{
	static const char *const suffixes[] = { "yaml", "yml", "json" };
	const char *slash = strrchr(f->file, '/');
	int folder = slash ? (int)(slash - f->file) + 1 : 0;

	if (strchr(name, '/') || *name == '.')
		return NULL;
	for (size_t i = 0; i < countof(suffixes); i++) {
		char *path = xprintf("%.*s%s.%s", folder, f->file, name, suffixes[i]);

		if (access(path, F_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

static int read_beside(struct profile *f, const char *path, const char *name, const struct read_opts *how, struct err *e)
{
	scoped(profile_freep) struct profile *base = NULL;
	struct read_opts next = *how;

	next.select = name;
	next.as = &reader_kubernetes;
	next.depth++;
	int r = profile_read(path, &next, &base, e);

	if (r == 0)
		add_file(f, base);
	return r;
}

static void warn_of_base(struct profile *f, const char *name)
{
	scoped(freep) char *clean = clean_dup(name);
	scoped(freep) char *text = xprintf("its base profile '%.200s' is not in the file or beside it: the base's rules are missing", clean);

	strlist_insert(&f->notes.warnings, text);
}

static int read_base(const struct operators *all, struct profile *f, const struct json_at *spec, const struct read_opts *how,
		     unsigned depth, struct err *e)
{
	struct json_at base = json_member(spec, "baseProfileName");
	const struct json_at *inside;
	const char *name = NULL;
	int r = json_present(&base) ? json_want_string(&base, &name, e) : 0;

	if (r < 0 || !name || !*name)
		return r;
	if (depth + how->depth >= BASES_MAX)
		return json_fail(&base, e, "more than %d base profiles, one of the other", BASES_MAX);
	inside = find(all, name);
	if (inside) {
		r = oci_read_more_rules(f, inside, how, e);
		return r < 0 ? r : read_base(all, f, inside, how, depth + 1, e);
	}
	scoped(freep) char *path = file_beside(f, name);

	if (path)
		return read_beside(f, path, name, how, e);
	warn_of_base(f, name);
	return 0;
}

int operators_read(const struct operators *all, struct profile *f, const struct json_at *spec, const struct read_opts *how, struct err *e)
{
	int r = oci_read_at(f, spec, DIALECT_OPERATOR, how, e);

	if (r == 0 && json_is_true(json_object_get(spec->value, "disabled")))
		strlist_insert(&f->notes.warnings, "it is disabled: the operator does not install it");
	return r < 0 ? r : read_base(all, f, spec, how, 0, e);
}
