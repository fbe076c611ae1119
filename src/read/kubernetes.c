/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kubernetes: pods, objects with a template of pods, and the SeccompProfile of the Security
 * Profiles Operator; also in a list or a stream.
 */
#include <errno.h>
#include <strings.h>
#include "base/mem.h"
#include "read/assigned.h"
#include "read/document.h"
#include "read/oci.h"
#include "read/operator.h"

enum { LISTS_MAX = 4 };

/* The path of the pod template. */
static const struct { const char *kind, *template; } kinds[] = {
	{ "Pod", "" }, { "PodTemplate", "template" }, { "Deployment", "spec.template" }, { "ReplicaSet", "spec.template" },
	{ "StatefulSet", "spec.template" }, { "DaemonSet", "spec.template" }, { "Job", "spec.template" },
	{ "ReplicationController", "spec.template" }, { "CronJob", "spec.jobTemplate.spec.template" },
};

/* The state of reading a file. */
struct manifest {
	struct profile *profile;
	struct assignments all;
	struct operators operators;	/* the profiles in the file */
};

static const char *template_of(const char *kind)
{
	for (size_t i = 0; kind && i < countof(kinds); i++)
		if (streq(kinds[i].kind, kind))
			return kinds[i].template;
	return NULL;
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key)) ?: "";
}

/* what a field says */

static int fail_type(const struct json_at *type, const char *word, struct err *e)
{
	return json_fail(type, e, "unknown type '%.64s'; valid are: Localhost, RuntimeDefault and Unconfined", word);
}

/* As in the API server. */
static int check_path(const struct json_at *at, const char *path, struct err *e)
{
	const char *part = path;

	if (!*path)
		return json_fail(at, e, "is empty; it should be the path of a profile");
	if (*path == '/')
		return json_fail(at, e, "the API server rejects '%.200s': the path must be relative to the kubelet's folder of profiles", path);
	for (; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL)
		if (starts_with(part, "..") && (!part[2] || part[2] == '/'))
			return json_fail(at, e, "the API server rejects '%.200s': a path must not contain '..'", path);
	return 0;
}

static void find_inside(struct manifest *m, struct assignment *a)
{
	const struct json_at *spec = operators_installed(&m->operators, a->what);

	if (spec) {
		a->kind = ASSIGNED_INSIDE;
		a->inside = spec;
	}
}

static int read_localhost(struct manifest *m, const struct json_at *at, const char *path, struct assignment *ret, struct err *e)
{
	int r = check_path(at, path, e);

	*ret = (struct assignment){ .kind = ASSIGNED_FILE, .what = path, .place = document_place(m->profile, at) };
	if (r == 0)
		find_inside(m, ret);
	return r;
}

static int read_field(struct manifest *m, const struct json_at *at, struct assignment *ret, struct err *e)
{
	struct json_at type = json_member(at, "type"), path = json_member(at, "localhostProfile");
	const char *word = NULL, *file = NULL;
	int r = json_want_object(at, e);

	r = r < 0 ? r : json_want_string(&type, &word, e);
	if (r < 0)
		return r;
	if (streq(word, "Localhost")) {
		r = json_want_string(&path, &file, e);
		return r < 0 ? r : read_localhost(m, &path, file, ret, e);
	}
	if (!streq(word, "RuntimeDefault") && !streq(word, "Unconfined"))
		return fail_type(&type, word, e);
	if (json_present(&path))
		return json_fail(&path, e, "the API server rejects it: only the type Localhost has a localhostProfile");
	*ret = (struct assignment){
		.kind = streq(word, "Unconfined") ? ASSIGNED_NONE : ASSIGNED_DEFAULT, .place = document_place(m->profile, &type),
		.what = streq(word, "Unconfined") ? "its type is Unconfined" : "docker-default",
	};
	return 0;
}

/* Before Kubernetes 1.19. */
static int read_annotation(struct manifest *m, const struct json_at *at, struct assignment *ret, struct err *e)
{
	const char *word = NULL;
	int r = json_want_string(at, &word, e);

	if (r < 0)
		return r;
	strlist_insert(&m->profile->notes.warnings, "Kubernetes 1.27 and newer ignore annotations for seccomp: write a seccompProfile");
	*ret = (struct assignment){ .kind = ASSIGNED_DEFAULT, .what = "docker-default", .place = document_place(m->profile, at) };
	if (streq(word, "runtime/default") || streq(word, "docker/default"))
		return 0;
	if (starts_with(word, "localhost/"))
		return read_localhost(m, at, word + strlen("localhost/"), ret, e);
	if (!streq(word, "unconfined"))
		return json_fail(at, e, "unknown profile '%.64s'; valid are: runtime/default, localhost/FILE and unconfined", word);
	ret->kind = ASSIGNED_NONE;
	ret->what = "its annotation is unconfined";
	return 0;
}

/* fields that nothing reads */

static void look_for(struct manifest *m, const struct json_at *object, const char *right)
{
	const char *key;
	json_t *value;

	json_object_foreach(object->value, key, value) {
		struct json_at at = json_member(object, key);

		if (!streq(key, right) && assigned_resembles(key, right))
			assigned_misspelt(m->profile, &at, right);
	}
}

static void look_at_spelling(struct manifest *m, const struct json_at *owner)
{
	struct json_at context = json_member(owner, "securityContext"), field = json_member(&context, "seccompProfile");
	struct json_at astray = json_member(owner, "seccompProfile");

	look_for(m, owner, "securityContext");
	look_for(m, &context, "seccompProfile");
	look_for(m, &field, "localhostProfile");
	look_for(m, &field, "type");
	if (astray.value)
		assigned_misspelt(m->profile, &astray, "securityContext.seccompProfile");
}

/* a pod */

struct pod {
	const char *kind, *name;
	const struct json_at *spec, *annotations;
};

static const char *annotation_of(const struct pod *pod, const char *container, char key[static 320])
{
	static const char prefix[] = "container.seccomp.security.alpha.kubernetes.io/", all[] = "seccomp.security.alpha.kubernetes.io/pod";

	snprintf(key, 320, "%s%.253s", prefix, container);
	if (!json_object_get(pod->annotations->value, key))
		snprintf(key, 320, "%s", all);
	return json_object_get(pod->annotations->value, key) ? key : NULL;
}

static int decide(struct manifest *m, const struct pod *pod, const struct json_at *container, const char *name, struct assignment *ret,
		  struct err *e)
{
	struct json_at context = json_member(container, "securityContext"), own = json_member(&context, "seccompProfile");
	struct json_at all = json_member(pod->spec, "securityContext"), common = json_member(&all, "seccompProfile");
	struct json_at privileged = json_member(&context, "privileged");
	char key[320];
	const char *annotation = annotation_of(pod, name, key);

	if (assigned_is_true(privileged.value)) {
		*ret = (struct assignment){ .kind = ASSIGNED_NONE, .what = "a privileged container has no filter, whatever its seccompProfile",
					    .place = document_place(m->profile, &privileged) };
		return 0;
	}
	if (json_present(&own) || json_present(&common))
		return read_field(m, json_present(&own) ? &own : &common, ret, e);
	if (annotation) {
		struct json_at at = json_member(pod->annotations, annotation);

		return read_annotation(m, &at, ret, e);
	}
	*ret = (struct assignment){ .kind = ASSIGNED_NONE, .place = document_place(m->profile, container),
				    .what = "it has no seccompProfile; only a kubelet with seccompDefault gives it the runtime's own" };
	return 0;
}

static int read_container(struct manifest *m, const struct pod *pod, const struct json_at *container, struct err *e)
{
	const char *name = text_of(container->value, "name");
	struct assignment a = { 0 };
	int r = json_want_object(container, e);

	if (r < 0)
		return r;
	look_at_spelling(m, container);
	r = decide(m, pod, container, name, &a, e);
	scoped(freep) char *full = xprintf("%s/%.253s/%.253s", pod->kind, pod->name, name);

	a.name = full;
	return r < 0 ? r : assign(m->profile, &m->all, &a, e);
}

static int read_containers(struct manifest *m, const struct pod *pod, struct err *e)
{
	static const char *const lists[] = { "initContainers", "containers", "ephemeralContainers" };
	int r = 0;

	look_at_spelling(m, pod->spec);
	for (size_t i = 0; r == 0 && i < countof(lists); i++) {
		struct json_at list = json_member(pod->spec, lists[i]), one = { 0 };

		r = json_want_list(&list, e);
		while (r == 0 && json_present(&list) && json_each(&list, &one))
			r = read_container(m, pod, &one, e);
	}
	return r;
}

/* A place that remains valid. */
static const struct json_at *member_of(struct manifest *m, const struct json_at *object, const char *key)
{
	struct json_at at = json_member(object, key);

	return document_keep(m->profile, &at);
}

static int read_pods(struct manifest *m, const struct json_at *object, const char *kind, const char *template, struct err *e)
{
	scoped(freep) char *path = xstrdup(template), *lower = xstrdup(kind);
	const struct json_at *at = object, *metadata;
	char *rest = path, *key;

	for (char *c = lower; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
	while ((key = strsep(&rest, ".")) && *key)
		at = member_of(m, at, key);
	metadata = member_of(m, at, "metadata");
	const struct pod pod = {
		.kind = lower, .name = text_of(json_object_get(object->value, "metadata"), "name"), .spec = member_of(m, at, "spec"),
		.annotations = member_of(m, metadata, "annotations"),
	};

	if (!json_is_object(pod.spec->value))
		return json_fail(at, e, "a %s without the spec of a pod", kind);
	return read_containers(m, &pod, e);
}

/* the file */

typedef int visit_fn(struct manifest *, const struct json_at *object, const char *kind, struct err *);

static int visit_pod(struct manifest *m, const struct json_at *object, const char *kind, struct err *e)
{
	const char *template = template_of(kind);

	return template ? read_pods(m, object, kind, template, e) : 0;
}

static int visit_profile(struct manifest *m, const struct json_at *object, const char *kind, struct err *e)
{
	return streq(kind, OPERATOR_KIND) ? operators_add(&m->operators, m->profile, object, e) : 0;
}

static int visit(struct manifest *m, const struct json_at *object, visit_fn *fn, unsigned lists, struct err *e)
{
	const char *kind = text_of(object->value, "kind");
	struct json_at items = json_member(object, "items"), one = { 0 };
	size_t n = strlen(kind);
	int r = 0;

	if (n < 4 || !streq(kind + n - 4, "List"))
		return fn(m, object, kind, e);
	r = lists == LISTS_MAX ? json_fail(object, e, "too many lists in lists") : json_want_list(&items, e);
	while (r == 0 && json_present(&items) && json_each(&items, &one))
		r = visit(m, &one, fn, lists + 1, e);
	return r;
}

static int visit_all(struct manifest *m, visit_fn *fn, struct err *e)
{
	struct json_at root, one = { 0 };
	int r = document_root(m->profile, &root, e);

	if (r < 0 || document_of(m->profile)->count <= 1)
		return r < 0 ? r : visit(m, &root, fn, 0, e);
	while (r == 0 && json_each(&root, &one))
		r = visit(m, &one, fn, 0, e);
	return r;
}

/* A file without pods means its profiles, preferably those that are not the base of another one. */
static int assign_profiles(struct manifest *m, bool bases, struct err *e)
{
	int r = 0;

	if (m->operators.count)
		m->all.noun = OPERATOR_KIND;
	for (size_t i = 0; r == 0 && i < m->operators.count; i++) {
		const struct operator_profile *p = &m->operators.items[i];

		if (!bases && operators_is_base(&m->operators, p))
			continue;
		r = assign(m->profile, &m->all, &(struct assignment){ .name = p->name, .kind = ASSIGNED_INSIDE, .what = p->name,
								       .inside = p->spec, .place = p->place }, e);
	}
	return r;
}

static int read_manifest(struct manifest *m, const struct read_opts *how, struct err *e)
{
	struct assignment a;
	int r = visit_all(m, visit_profile, e);

	r = r < 0 ? r : visit_all(m, visit_pod, e);
	if (r == 0 && m->all.count == 0)
		r = assign_profiles(m, how->select != NULL, e);
	if (r == 0 && m->all.count == 0)
		r = assign_profiles(m, true, e);
	r = r < 0 ? r : assigned_choose(m->profile, &m->all, how, &a, e);
	if (r < 0)
		return r;
	return a.kind == ASSIGNED_INSIDE ? operators_read(&m->operators, m->profile, a.inside, how, e)
		: assigned_read(m->profile, &m->all, &a, how, e);
}

static int read_kubernetes(struct profile *f, const struct read_opts *how, struct err *e)
{
	struct manifest m = { .profile = f, .all = { .noun = "container", .files = &reader_oci, .has_root = true } };
	int r = read_manifest(&m, how, e);

	assignments_done(&m.all);
	operators_done(&m.operators);
	return r;
}

static bool looks_like_manifest(struct profile *f)
{
	const json_t *one;

	for (size_t i = 0; (one = document_at(f, i)); i++)
		if (*text_of(one, "apiVersion") && *text_of(one, "kind"))
			return true;
	return document_of(f)->failed && document_has_line(f, "apiVersion:");
}

const struct reader reader_kubernetes = {
	.name = "kubernetes",
	.help = "a pod, what makes pods (a Deployment ...), or a SeccompProfile: YAML or JSON",
	.container = true,
	.looks_like = looks_like_manifest,
	.read = read_kubernetes,
};
