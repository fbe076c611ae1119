/* SPDX-License-Identifier: Apache-2.0 */
/* `includes` and `excludes`: the containers that a rule applies to. */
#include "read/oci.h"

#include "base/mem.h"
#include "sysdb/sysdb.h"

/* dockerd uses libseccomp's names, except for two of Go's. */
static bool is_native_arch(maybe_unused uint64_t caps, const char *word)
{
	const struct arch *a = arch_native();

	return streq(list_has("x86_64,aarch64", a->name) ? a->go : a->name, word);
}

static bool has_cap_word(uint64_t caps, const char *name)
{
	uint64_t bit;

	/* an unknown capability is never held */
	return cap_find(name, &bit) && (caps & bit);
}

/* How many words of object[key] match the host. */
static int count_true(struct parser *p, const struct json_at *object, const char *key, bool (*is)(uint64_t, const char *),
		      size_t *ret_true, size_t *ret_all, struct err *e)
{
	struct json_at list = json_member(object, key);
	int r = json_want_list(&list, e);

	*ret_true = 0;
	*ret_all = json_array_size(list.value);
	for (size_t i = 0; r == 0 && i < *ret_all; i++) {
		struct json_at one = json_element(&list, i);
		const char *word = NULL;

		r = json_want_string(&one, &word, e);
		*ret_true += r == 0 && is(p->host->caps, word);
	}
	if (*ret_all)
		p->profile->notes.depends |= streq(key, "caps") ? HOST_CAPS : HOST_ARCH;
	return r;
}

static int kernel_at_least(struct parser *p, const struct json_at *object, bool *ret_yes, bool *ret_there,
			   struct err *e)
{
	struct json_at at = json_member(object, "minKernel");
	const unsigned *here = p->host->kernel;
	const char *word = NULL;
	unsigned least[2];
	int r;

	*ret_there = json_present(&at) && !(json_is_string(at.value) && json_string_length(at.value) == 0);
	*ret_yes = true;
	if (!*ret_there)
		return 0;
	r = json_want_string(&at, &word, e);
	if (r == 0 && !kernel_find(word, least))
		return json_fail(&at, e, "'%s' is not a kernel version; write 5.10", word);
	if (r == 0)
		*ret_yes = here[0] > least[0] || (here[0] == least[0] && here[1] >= least[1]);
	p->profile->notes.depends |= HOST_KERNEL;
	return r;
}

/* As in dockerd: all `includes` must match (one of the arches, every capability), and no `excludes`. */
int oci_applies(struct parser *p, const struct json_at *rule, bool *ret, struct err *e)
{
	struct json_at inc = json_member(rule, "includes"), exc = json_member(rule, "excludes");
	size_t yes, all;
	bool kernel = true, there = false;
	int r;

	*ret = true;
	if (p->dialect != DIALECT_DOCKER)
		return 0;
	r = count_true(p, &inc, "arches", is_native_arch, &yes, &all, e);
	*ret &= all == 0 || yes > 0;
	r = r < 0 ? r : count_true(p, &inc, "caps", has_cap_word, &yes, &all, e);
	*ret &= yes == all;
	r = r < 0 ? r : kernel_at_least(p, &inc, &kernel, &there, e);
	*ret &= kernel;
	r = r < 0 ? r : count_true(p, &exc, "arches", is_native_arch, &yes, &all, e);
	*ret &= yes == 0;
	r = r < 0 ? r : count_true(p, &exc, "caps", has_cap_word, &yes, &all, e);
	*ret &= yes == 0;
	r = r < 0 ? r : kernel_at_least(p, &exc, &kernel, &there, e);
	*ret &= !(there && kernel);
	return r;
}

static void add_filter(struct buf *b, const struct json_at *filter, const char *key, const char *before, const char *between)
{
	json_t *list = json_object_get(filter->value, key), *word;
	size_t i;

	json_array_foreach(list, i, word)
		buf_addf(b, "%s%s%.40s", i ? between : b->len ? ", " : "", i ? "" : before, json_string_value(word));
}

static void add_kernel(struct buf *b, const struct json_at *filter, const char *before)
{
	const char *version = json_string_value(json_object_get(filter->value, "minKernel"));

	if (version && *version)
		buf_addf(b, "%s%s%.20s", b->len ? ", " : "", before, version);
}

/* "with CAP_BPF and CAP_PERFMON, from kernel 5.8 on, on amd64 or x32, without CAP_SYS_ADMIN" */
char *oci_filter_text(const struct json_at *rule)
{
	struct json_at inc = json_member(rule, "includes"), exc = json_member(rule, "excludes");
	struct buf b = { 0 };

	add_filter(&b, &inc, "caps", "with ", " and ");
	add_kernel(&b, &inc, "from kernel ");
	add_filter(&b, &inc, "arches", "on ", " or ");
	add_filter(&b, &exc, "caps", "without ", " or ");
	add_kernel(&b, &exc, "before kernel ");
	add_filter(&b, &exc, "arches", "not on ", " or ");
	return buf_take(&b);
}

void oci_remark_filters(struct parser *p, const struct json_at *rule)
{
	static const char *const members[] = { "includes", "excludes" };

	for (size_t i = 0; i < countof(members); i++) {
		struct json_at at = json_member(rule, members[i]);

		if (json_object_size(at.value) == 0)
			continue;
		oci_remark(p, &at, REMARK_DOCKER, members[i], PART_RULE);
		oci_is_unread(p, &at, members[i]);
		oci_remark_members(p, &at, PART_FILTER);
	}
}
