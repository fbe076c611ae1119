/* SPDX-License-Identifier: Apache-2.0 */
/* Compose files: the `security_opt` of each service. */
#include <errno.h>
#include "base/mem.h"
#include "read/assigned.h"
#include "read/document.h"

enum { EXTENDS_MAX = 20 };

/* The state of reading a file. */
struct compose {
	struct profile *profile;
	struct assignments all;
	struct json_at root, services;
};

/* "seccomp:FILE" or "seccomp=FILE"; false: another option. */
static bool is_seccomp(const char *option, const char **ret_value)
{
	size_t n = strcspn(option, "=:");

	/* as in compose: the first "=" separates, a ":" only without one */
	if (strchr(option, '='))
		n = strcspn(option, "=");
	*ret_value = option[n] ? option + n + 1 : option + n;
	return n == strlen("seccomp") && strncmp(option, "seccomp", n) == 0;
}

/* Does the name look like a mistyped one? */
static bool is_almost_seccomp(const char *option)
{
	scoped(freep) char *name = xstrndup(option, strcspn(option, "=:"));

	return assigned_resembles(name, "seccomp") || assigned_resembles(name, "seccomp-profile") || streq(name, "secomp") ||
	       streq(name, "seccom");
}

/* dockerd uses the last one. */
static int find_option(struct compose *c, const struct json_at *service, struct json_at *ret, const char **ret_value, struct err *e)
{
	struct json_at options = json_member(service, "security_opt"), one = { 0 };
	const char *text = NULL, *value;
	int r = json_want_list(&options, e);

	*ret_value = NULL;
	while (r == 0 && json_present(&options) && json_each(&options, &one)) {
		r = json_want_string(&one, &text, e);
		if (r < 0)
			return r;
		if (is_seccomp(text, &value)) {
			*ret = *document_keep(c->profile, &one);
			*ret_value = value;
		} else if (is_almost_seccomp(text)) {
			return json_fail(&one, e, "dockerd rejects the option '%.100s': write seccomp=FILE", text);
		}
	}
	return r;
}

/* "$$" is a dollar; any other dollar is a variable. */
static char *without_dollars(const char *text)
{
	struct buf b = { 0 };

	for (; *text; text++) {
		if (*text == '$' && *++text != '$') {
			buf_done(&b);
			return NULL;
		}
		buf_add(&b, text, 1);
	}
	return buf_take(&b);
}

static int read_file(struct compose *c, const struct json_at *at, const char *value, struct assignment *ret, struct err *e)
{
	scoped(freep) char *path = without_dollars(value);
	const char *home = getenv("HOME");

	if (!*value)
		return json_fail(at, e, "dockerd rejects the option: it names no file");
	if (!path) {
		ret->kind = ASSIGNED_UNKNOWN;
		ret->what = "the name of the profile has a variable: give sctrace what 'docker compose config' prints";
		return 0;
	}
	scoped(freep) char *in_home = starts_with(path, "~/") && home ? xprintf("%s%s", home, path + 1) : NULL;

	ret->kind = ASSIGNED_FILE;
	ret->what = arena_strdup(c->profile->arena, in_home ? in_home : path);
	return 0;
}

static int read_option(struct compose *c, const struct json_at *at, const char *value, bool privileged, struct assignment *ret,
		       struct err *e)
{
	ret->place = document_place(c->profile, at);
	if (streq(value, "unconfined")) {
		ret->kind = ASSIGNED_NONE;
		ret->what = "its security_opt is seccomp=unconfined";
		return 0;
	}
	if (streq(value, "builtin") && !privileged) {
		ret->kind = ASSIGNED_DEFAULT;
		ret->what = "docker-default";
		return 0;
	}
	if (streq(value, "builtin")) {
		ret->kind = ASSIGNED_NONE;
		ret->what = "a privileged container has no filter of dockerd's own";
		return 0;
	}
	if (privileged)
		ret->warning = "the service is privileged, and dockerd 20.10 ignores the profile of such a container";
	return read_file(c, at, value, ret, e);
}

static void look_at_spelling(struct compose *c, const struct json_at *service)
{
	static const char *const words[] = { "security_opt", "security_opts", "security_options", "seccomp", "seccomp_profile" };
	const char *key;
	json_t *value;

	json_object_foreach(service->value, key, value)
		for (size_t i = 0; i < countof(words) && !streq(key, "security_opt"); i++)
			if (assigned_resembles(key, words[i])) {
				struct json_at at = json_member(service, key);

				assigned_misspelt(c->profile, &at, "security_opt");
				break;
			}
}

/* What a service says, with what it extends; what is nearer counts. */
struct said {
	struct json_at option;
	const char *value;			/* of the option; NULL: there is none */
	const struct json_at *privileged, *elsewhere;	/* NULL: not said */
};

static int collect(struct compose *c, const struct json_at *service, unsigned depth, struct said *s, struct err *e);

static int collect_extended(struct compose *c, const struct json_at *extends, unsigned depth, struct said *s, struct err *e)
{
	struct json_at service = json_member(extends, "service"), file = json_member(extends, "file");
	const struct json_at *name = json_is_string(extends->value) ? extends : &service;
	const char *word = NULL;
	int r = json_want_string(name, &word, e);

	if (r < 0)
		return r;
	if (json_present(&file)) {
		s->elsewhere = document_keep(c->profile, &file);
		return 0;
	}
	struct json_at other = json_member(&c->services, word);

	if (!json_present(&other))
		return json_fail(name, e, "unknown service '%.100s'", word);
	if (depth == EXTENDS_MAX)
		return json_fail(name, e, "too many services that extend each other");
	return collect(c, &other, depth + 1, s, e);
}

static int collect(struct compose *c, const struct json_at *service, unsigned depth, struct said *s, struct err *e)
{
	struct json_at privileged = json_member(service, "privileged"), extends = json_member(service, "extends"), at;
	const char *value;
	int r = json_want_object(service, e);

	r = r < 0 ? r : find_option(c, service, &at, &value, e);
	if (r < 0)
		return r;
	if (value && !s->value) {
		s->option = at;
		s->value = value;
	}
	if (json_present(&privileged) && !s->privileged)
		s->privileged = document_keep(c->profile, &privileged);
	return json_present(&extends) ? collect_extended(c, &extends, depth, s, e) : 0;
}

static int decide(struct compose *c, const struct json_at *service, struct assignment *ret, struct err *e)
{
	struct said s = { 0 };
	int r = collect(c, service, 0, &s, e);
	bool privileged = s.privileged && assigned_is_true(s.privileged->value);

	if (r < 0)
		return r;
	if (s.value)
		return read_option(c, &s.option, s.value, privileged, ret, e);
	if (s.elsewhere)
		*ret = (struct assignment){ .kind = ASSIGNED_UNKNOWN, .place = document_place(c->profile, s.elsewhere),
					    .what = "the service extends one of another file: give sctrace what 'docker compose config' prints" };
	else if (privileged)
		*ret = (struct assignment){ .kind = ASSIGNED_NONE, .what = "it is privileged, and has no profile of its own",
					    .place = document_place(c->profile, s.privileged) };
	else
		*ret = (struct assignment){ .kind = ASSIGNED_DEFAULT, .what = "docker-default", .place = document_place(c->profile, service) };
	return 0;
}

static int read_services(struct compose *c, const struct read_opts *how, struct err *e)
{
	struct assignment a = { 0 };
	const char *key;
	json_t *value;
	int r = json_want_object(&c->services, e);

	if (r == 0)
		json_object_foreach(c->services.value, key, value) {
			struct json_at service = json_member(&c->services, key);

			a = (struct assignment){ .name = key };
			look_at_spelling(c, &service);
			r = r < 0 ? r : decide(c, &service, &a, e);
			a.name = key;
			r = r < 0 ? r : assign(c->profile, &c->all, &a, e);
		}
	r = r < 0 ? r : assigned_choose(c->profile, &c->all, how, &a, e);
	return r < 0 ? r : assigned_read(c->profile, &c->all, &a, how, e);
}

static int read_compose(struct profile *f, const struct read_opts *how, struct err *e)
{
	struct compose c = { .profile = f, .all = { .noun = "service", .files = &reader_docker } };
	int r = document_root(f, &c.root, e);

	if (r == 0 && document_of(f)->count > 1)
		return json_fail(&c.root, e, "a compose file is one document");
	if (r == 0 && json_present(&(struct json_at){ .value = json_object_get(c.root.value, "include") }))
		strlist_add(&f->notes.hints, "the services of files that it includes are not read");
	c.services = json_member(&c.root, "services");
	r = r < 0 ? r : read_services(&c, how, e);
	assignments_done(&c.all);
	return r;
}

static bool looks_like_compose(struct profile *f)
{
	const json_t *root = document_at(f, 0);

	if (!root)
		return document_of(f)->failed && document_has_line(f, "services:");
	return json_is_object(json_object_get(root, "services")) && !json_object_get(root, "defaultAction") &&
	       !json_object_get(root, "apiVersion");
}

const struct reader reader_compose = {
	.name = "compose",
	.help = "a compose file, with the security_opt of its services: YAML",
	.container = true,
	.looks_like = looks_like_compose,
	.read = read_compose,
};
