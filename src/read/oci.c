/* SPDX-License-Identifier: Apache-2.0 */
/* Docker's format and OCI's: the document, its actions, architectures and flags. */
#include "read/oci.h"

#include <errno.h>
#include "base/mem.h"
#include "sysdb/sysdb.h"

static int read_action(const struct json_at *at, enum action *ret, struct err *e)
{
	const char *word = NULL;
	int r = json_want_string(at, &word, e);

	if (r == 0 && !action_find(word, ret))
		r = json_fail(at, e, "unknown action '%s'; 'sctrace list actions' prints them", word);
	return r;
}

/* An errno is a number; Podman also writes a name, in a member of its own. */
static int read_errno(const struct json_at *object, const char *number, const char *name, unsigned otherwise,
		      uint16_t *ret, struct err *e)
{
	struct json_at by_number = json_member(object, number), by_name = json_member(object, name);
	uint64_t n = otherwise;
	const char *word = NULL;
	int r = 0;

	if (json_present(&by_name)) {
		r = json_want_string(&by_name, &word, e);
		if (r == 0 && errno_find(word) < 0)
			return json_fail(&by_name, e, "unknown errno '%s'", word);
		n = r == 0 ? (uint64_t)errno_find(word) : 0;
	}
	if (r == 0 && json_present(&by_number))
		r = json_want_uint(&by_number, 4094, &n, e);
	*ret = (uint16_t)n;
	return r;
}

/* EPERM where nothing is said, as all runtimes have it. */
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
			oci_remark(p, &word, REMARK_DOCKER, name, streq(action, "action"));
		return read_errno(object, number, name, EPERM, &ret->data, e);
	}
	uint64_t n = 0;

	r = json_present(&errno_at) ? json_want_uint(&errno_at, UINT32_MAX, &n, e) : 0;
	if (r < 0 || n == 0)
		return r;
	if (p->use == READ_TO_APPLY)
		return json_fail(&errno_at, e, "an errno has no meaning with the action %s",
				 action_info(ret->action)->oci);
	oci_remark(p, &errno_at, REMARK_ERRNO, action_info(ret->action)->oci, true);
	return 0;
}

/* An architecture that matters: those of other machines are for others to mind.  NULL: it
 * is not known here, and passed over. */
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
	oci_remark(p, at, *ret ? REMARK_ARCH_SPELLING : arch_is_newer(word) ? REMARK_ARCH_NEWER : REMARK_ARCH, word, false);
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

/* Docker's archMap: of its entries the machine's own one applies, with its companions. */
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
		oci_remark(p, &name, REMARK_ARCH_IDLE, word, false);
	if (!arch || arch != arch_native())
		return 0;
	policy_add_arch(p->policy, arch);
	return read_arches(p, &subs, e);
}

static int read_arch_map(struct parser *p, const struct json_at *root, struct err *e)
{
	struct json_at map = json_member(root, "archMap"), archs = json_member(root, "architectures");
	int r;

	if (!json_present(&map))
		return 0;
	r = json_want_array(&map, e);
	if (r == 0 && json_array_size(map.value) > 0)
		oci_remark(p, &map, REMARK_DOCKER, "archMap", false);
	if (json_array_size(map.value) > 0)
		p->profile->notes.depends |= HOST_ARCH;
	if (r == 0 && json_array_size(archs.value) > 0 && json_array_size(map.value) > 0) {
		if (p->use == READ_TO_APPLY)
			return json_fail(&map, e, "'architectures' and 'archMap' exclude each other; leave one out");
		oci_remark(p, &map, REMARK_ARCHES_AND_MAP, "", false);
		return 0;		/* as the runtimes have it: they read architectures only */
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
		oci_remark(p, &one, REMARK_FLAG, word, false);
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

/* A bundle's config.json has the profile inside. */
static struct json_at profile_in(const struct json_at *root, struct json_at *linux_at)
{
	*linux_at = json_member(root, "linux");
	struct json_at inner = json_member(linux_at, "seccomp");

	return inner.value && !json_object_get(root->value, "defaultAction") ? inner : *root;
}

static void keep_head(struct parser *p, const struct json_at *at)
{
	struct json_at otherwise = json_member(at, "defaultAction"), listener = json_member(at, "listenerPath");
	struct json_at archs = json_member(at, "architectures");

	p->profile->head = oci_members_text(p->profile->arena, at->value, "syscalls", false);
	p->profile->otherwise = oci_place(p, &otherwise);
	p->profile->architectures = oci_place(p, json_present(&archs) ? &archs : at);
	p->profile->listener = json_is_string(listener.value) && json_string_length(listener.value) > 0;
}

static int parse(struct parser *p, const struct json_at *root, struct err *e)
{
	struct verdict otherwise;
	struct json_at linux_at, at = profile_in(root, &linux_at), architectures = json_member(&at, "architectures");
	int r = json_want_object(&at, e);

	if (r == 0 && !json_object_get(at.value, "defaultAction") && !json_object_get(at.value, "syscalls"))
		return json_fail(&at, e, "not a seccomp profile: it has neither 'defaultAction' nor 'syscalls'");
	r = r < 0 ? r : oci_read_verdict(p, &at, "defaultAction", "defaultErrnoRet", "defaultErrno", &otherwise, e);
	if (r < 0)
		return r;
	oci_remark_members(p, &at, false);
	keep_head(p, &at);
	p->policy = p->profile->policy = policy_new(otherwise);
	r = read_arches(p, &architectures, e);
	r = r < 0 ? r : read_arch_map(p, &at, e);
	r = r < 0 ? r : read_flags(p, &at, e);
	return r < 0 ? r : oci_read_rules(p, &at, e);
}

static int read_docker(struct profile *f, const struct read_opts *how, struct err *e)
{
	struct parser p = { .host = how->host, .use = how->use, .profile = f };
	struct json_doc doc;
	int r = json_doc_take(&doc, f->file, xmemdup(f->text, f->len), f->len, e);

	if (r < 0)
		return r;
	struct json_at root = json_root(&doc);

	json_doc_want_digits(&doc);
	r = parse(&p, &root, e);
	json_doc_done(&doc);
	oci_take_notices(&p);
	return r;
}

static bool looks_like_json(struct profile *f)
{
	return f->text[strspn(f->text, " \t\r\n")] == '{';
}

const struct reader reader_docker = {
	.name = "docker",
	.help = "JSON of Docker or Podman, or an OCI bundle's config.json",
	.container = true,
	.looks_like = looks_like_json,
	.read = read_docker,
};
