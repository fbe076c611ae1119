/* SPDX-License-Identifier: Apache-2.0 */
/* Docker's and OCI's format: the document, its actions, architectures and flags. */
#include "read/oci.h"

#include <errno.h>
#include "base/mem.h"
#include "read/document.h"
#include "sysdb/sysdb.h"

enum { ERRNO_LAST = 4094 };

static int read_action(const struct json_at *at, enum action *ret, struct err *e)
{
	const char *word = NULL;
	int r = json_want_string(at, &word, e);

	if (r == 0 && !action_find(word, ret))
		r = json_fail(at, e, "unknown action '%s'; 'sctrace list actions' prints them", word);
	return r;
}

/* "38", as a custom resource may have it. */
static int read_number_text(const struct json_at *at, uint64_t *ret, struct err *e)
{
	const char *text = json_string_value(at->value);
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 4 || text[digits])
		return json_fail(at, e, "'%.20s' is not an errno; write a number", text);
	*ret = strtoul(text, NULL, 10);
	return *ret > ERRNO_LAST ? json_fail(at, e, "should be at most %d", ERRNO_LAST) : 0;
}

/* An errno is a number; Podman also writes its name, in a separate field. */
static int read_errno(struct parser *p, const struct json_at *object, const char *number, const char *name, uint16_t *ret,
		      struct err *e)
{
	struct json_at by_number = json_member(object, number), by_name = json_member(object, name);
	bool operators = p->dialect == DIALECT_OPERATOR;
	uint64_t n = EPERM;
	const char *word = NULL;
	int r = 0;

	if (json_present(&by_name) && !oci_is_unread(p, &by_name, name)) {
		r = json_want_string(&by_name, &word, e);
		if (r == 0 && errno_find(word) < 0)
			return json_fail(&by_name, e, "unknown errno '%s'", word);
		n = r == 0 ? (uint64_t)errno_find(word) : 0;
	}
	if (r == 0 && operators && json_is_string(by_number.value))
		r = read_number_text(&by_number, &n, e);
	else if (r == 0 && json_present(&by_number))
		r = json_want_uint(&by_number, ERRNO_LAST, &n, e);
	*ret = (uint16_t)(n == 0 && operators ? EPERM : n);
	return r;
}

/* Without an errno, EPERM, as in all runtimes. */
int oci_read_verdict(struct parser *p, const struct json_at *object, const char *action, const char *number,
			const char *name, struct verdict *ret, struct err *e)
{
	struct json_at at = json_member(object, action), errno_at = json_member(object, number);
	int r = read_action(&at, &ret->action, e);

	if (r < 0)
		return r;
	ret->data = 0;
	if (action_has_data(ret->action)) {
		struct json_at word = json_member(object, name);

		if (json_present(&word) && !json_present(&errno_at))
			oci_remark(p, &word, REMARK_DOCKER, name, streq(action, "action") ? PART_RULE : PART_PROFILE);
		return read_errno(p, object, number, name, &ret->data, e);
	}
	uint64_t n = 0;

	r = json_present(&errno_at) ? json_want_uint(&errno_at, UINT32_MAX, &n, e) : 0;
	if (r < 0 || n == 0)
		return r;
	if (p->use == READ_TO_APPLY)
		return json_fail(&errno_at, e, "an errno is invalid with the action %s",
				 action_info(ret->action)->oci);
	oci_remark(p, &errno_at, REMARK_ERRNO, action_info(ret->action)->oci, PART_RULE);
	return 0;
}

/* An ABI of this machine; those of other machines do not matter. NULL: it is unknown here, and
 * ignored. */
static int read_arch(struct parser *p, const struct json_at *at, const struct arch **ret, struct err *e)
{
	const char *word = NULL;
	int r = json_want_string(at, &word, e);

	if (r < 0)
		return r;
	*ret = arch_find(word);
	if (*ret && streq((*ret)->oci, word))
		return 0;
	if (*ret || !arch_is_newer(word))
		oci_notice(p, *ret ? NOTICE_ARCH_SPELLING : NOTICE_ARCH, word, true);
	oci_remark(p, at, *ret ? REMARK_ARCH_SPELLING : arch_is_newer(word) ? REMARK_ARCH_NEWER : REMARK_ARCH, word, PART_PROFILE);
	return 0;
}

static int read_arches(struct parser *p, const struct json_at *list, struct err *e)
{
	int r = json_want_list(list, e);

	for (size_t i = 0; r == 0 && i < json_array_size(list->value); i++) {
		struct json_at one = json_element(list, i);
		const struct arch *arch = NULL;

		r = read_arch(p, &one, &arch, e);
		if (arch)
			policy_add_arch(p->policy, arch);
	}
	return r;
}

/* Docker's archMap: only the entry of this machine applies, with its companions. */
static int read_arch_map_entry(struct parser *p, const struct json_at *entry, struct err *e)
{
	struct json_at name = json_member(entry, "architecture"), subs = json_member(entry, "subArchitectures");
	const struct arch *arch;
	const char *word = NULL;
	int r = json_want_object(entry, e);

	r = r < 0 ? r : json_want_string(&name, &word, e);
	if (r < 0)
		return r;
	arch = arch_find(word);
	if (!arch && !arch_is_newer(word))
		oci_remark(p, &name, REMARK_ARCH_IDLE, word, PART_PROFILE);
	if (!arch || arch != arch_native())
		return 0;
	policy_add_arch(p->policy, arch);
	return read_arches(p, &subs, e);
}

static int read_arch_map(struct parser *p, const struct json_at *root, struct err *e)
{
	struct json_at map = json_member(root, "archMap"), archs = json_member(root, "architectures");
	int r;

	if (!json_present(&map) || oci_is_unread(p, &map, "archMap"))
		return 0;
	r = json_want_array(&map, e);
	if (r == 0 && json_array_size(map.value) > 0)
		oci_remark(p, &map, REMARK_DOCKER, "archMap", PART_PROFILE);
	if (json_array_size(map.value) > 0)
		p->profile->notes.depends |= HOST_ARCH;
	if (r == 0 && json_array_size(archs.value) > 0 && json_array_size(map.value) > 0) {
		if (p->use == READ_TO_APPLY)
			return json_fail(&map, e, "'architectures' and 'archMap' exclude each other; leave one out");
		oci_remark(p, &map, REMARK_ARCHES_AND_MAP, "", PART_PROFILE);
		return 0;		/* as in the runtimes, which read only `architectures` */
	}
	for (size_t i = 0; r == 0 && i < json_array_size(map.value); i++) {
		struct json_at entry = json_element(&map, i);

		r = read_arch_map_entry(p, &entry, e);
	}
	return r;
}

static const struct policy_flag *find_flag(const char *oci)
{
	const struct policy_flag *flag;

	for (size_t i = 0; (flag = policy_flag_at(i)); i++)
		if (streq(flag->oci, oci))
			return flag;
	return NULL;
}

static int read_flags(struct parser *p, const struct json_at *root, struct err *e)
{
	struct json_at list = json_member(root, "flags");
	int r = json_want_list(&list, e);

	for (size_t i = 0; r == 0 && i < json_array_size(list.value); i++) {
		struct json_at one = json_element(&list, i);
		const struct policy_flag *flag;
		const char *word = NULL;

		r = json_want_string(&one, &word, e);
		if (r < 0)
			return r;
		flag = find_flag(word);
		if (!flag)
			return json_fail(&one, e, "unknown flag '%s'", word);
		oci_remark(p, &one, REMARK_FLAG, word, PART_PROFILE);
		policy_add_flags(p->policy, flag->bit);
	}
	return r;
}

const char *oci_members_text(struct arena *arena, json_t *object, const char *list, bool listed)
{
	json_t *some = json_object(), *value;
	const char *key;

	json_object_foreach(object, key, value)
		if (list_has(list, key) == listed && !(listed && json_object_size(value) == 0))
			json_object_set(some, key, value);
	char *text = json_object_size(some) ? json_dumps(some, JSON_COMPACT) : NULL;
	const char *copy = text ? arena_strdup(arena, text) : "";

	free(text);
	json_decref(some);
	return copy;
}

static void keep_head(struct parser *p, const struct json_at *at)
{
	struct json_at otherwise = json_member(at, "defaultAction"), listener = json_member(at, "listenerPath");
	struct json_at archs = json_member(at, "architectures"), map = json_member(at, "archMap");
	bool mapped = !json_present(&archs) && json_present(&map) && p->dialect == DIALECT_DOCKER;

	p->profile->head = oci_members_text(p->profile->arena, at->value,
					    p->dialect == DIALECT_DOCKER ? "syscalls" : "syscalls,archMap,defaultErrno", false);
	p->profile->otherwise = oci_place(p, &otherwise);
	p->profile->architectures = oci_place(p, mapped ? &map : json_present(&archs) ? &archs : at);
	p->profile->listener = json_is_string(listener.value) && json_string_length(listener.value) > 0;
}

/* The operator knows no errno of the default. */
static int read_default(struct parser *p, const struct json_at *at, struct verdict *ret, struct err *e)
{
	struct json_at number = json_member(at, "defaultErrnoRet");
	bool dropped = p->dialect == DIALECT_OPERATOR && json_present(&number);
	int r = oci_read_verdict(p, at, "defaultAction", dropped ? "" : "defaultErrnoRet", "defaultErrno", ret, e);

	if (dropped)
		oci_notice(p, NOTICE_UNREAD, "defaultErrnoRet", true);
	return r;
}

static int parse(struct parser *p, const struct json_at *at, struct err *e)
{
	struct verdict otherwise;
	struct json_at architectures = json_member(at, "architectures");
	int r = json_want_object(at, e);

	if (r == 0 && !json_object_get(at->value, "defaultAction") && !json_object_get(at->value, "syscalls"))
		return json_fail(at, e, "not a seccomp profile: it has neither 'defaultAction' nor 'syscalls'");
	r = r < 0 ? r : read_default(p, at, &otherwise, e);
	if (r < 0)
		return r;
	oci_remark_members(p, at, PART_PROFILE);
	keep_head(p, at);
	p->policy = p->profile->policy = policy_new(otherwise);
	r = read_arches(p, &architectures, e);
	r = r < 0 ? r : read_arch_map(p, at, e);
	r = r < 0 ? r : read_flags(p, at, e);
	return r < 0 ? r : oci_read_rules(p, at, e);
}

int oci_read_at(struct profile *f, const struct json_at *at, enum dialect dialect, const struct read_opts *how, struct err *e)
{
	struct parser p = { .host = how->host, .use = how->use, .dialect = dialect, .profile = f };
	int r = parse(&p, at, e);

	oci_take_notices(&p);
	return r;
}

int oci_read_more_rules(struct profile *f, const struct json_at *at, const struct read_opts *how, struct err *e)
{
	struct parser p = { .host = how->host, .use = how->use, .dialect = DIALECT_OPERATOR, .profile = f, .policy = f->policy };
	int r = oci_read_rules(&p, at, e);

	oci_take_notices(&p);
	return r;
}

static int read_docker(struct profile *f, const struct read_opts *how, struct err *e)
{
	struct json_at root;
	int r = document_root_json(f, &root, e);

	return r < 0 ? r : oci_read_at(f, &root, DIALECT_DOCKER, how, e);
}

static bool looks_like_json(struct profile *f)
{
	return f->text[strspn(f->text, " \t\r\n")] == '{';
}

const struct reader reader_docker = {
	.name = "docker",
	.help = "a profile of Docker or Podman, or of OCI: JSON",
	.container = true,
	.looks_like = looks_like_json,
	.read = read_docker,
};

/* A bundle's config.json; of another file all of it is the profile. Without one there is no filter. */
static int read_oci(struct profile *f, const struct read_opts *how, struct err *e)
{
	struct json_at root, linux_at, inner;
	int r = document_root_json(f, &root, e);

	if (r < 0)
		return r;
	linux_at = json_member(&root, "linux");
	inner = json_member(&linux_at, "seccomp");
	if (json_object_get(root.value, "defaultAction"))
		return oci_read_at(f, &root, DIALECT_RUNTIME, how, e);
	if (json_present(&inner))
		return oci_read_at(f, &inner, DIALECT_RUNTIME, how, e);
	if (!json_object_get(root.value, "ociVersion"))
		return json_fail(&root, e, "not a bundle's config.json: it has neither 'ociVersion' nor 'linux.seccomp'");
	profile_unconfined(f, document_place(f, &inner),
			   "the bundle has no 'linux.seccomp': it runs without a filter, so that every call is allowed");
	return 0;
}

static bool looks_like_bundle(struct profile *f)
{
	const json_t *root = looks_like_json(f) ? document_at(f, 0) : NULL;

	return root && !json_object_get(root, "defaultAction") &&
	       (json_object_get(root, "ociVersion") || json_object_get(json_object_get(root, "linux"), "seccomp"));
}

const struct reader reader_oci = {
	.name = "oci",
	.help = "a bundle's config.json, or a profile as runc and crun read it: JSON",
	.container = true,
	.looks_like = looks_like_bundle,
	.read = read_oci,
};
