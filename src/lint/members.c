/* SPDX-License-Identifier: Apache-2.0 */
/* Finds fields and actions that consumers interpret differently, or ignore. */
#include "base/mem.h"
#include "base/opt.h"
#include "lint/checks.h"
#include "lint/context.h"

struct members {
	char names[16][32];
	size_t count;
};

static const char *member_name(size_t i, const void *data)
{
	const struct members *m = data;

	return i < m->count ? m->names[i] : NULL;
}

static const char *nearest_member(const char *word, enum profile_part part)
{
	static struct members m;
	const char *list = profile_members(part);

	m.count = 0;
	while (m.count < countof(m.names) && list_next(&list, m.names[m.count], sizeof m.names[0]))
		m.count++;
	return opt_nearest(word, member_name, &m);
}

void check_unknown_key(struct lint *l)
{
	for (size_t i = 0; i < l->profile->remark_count; i++) {
		const struct remark *m = &l->profile->remarks[i];
		const char *near = m->kind == REMARK_MEMBER ? nearest_member(m->word, m->part) : NULL;

		if (m->kind == REMARK_MEMBER)
			find_as(l, near ? SEV_MEDIUM : SEV_INFO, m->place, "nothing reads '%.64s'%s%s", m->word,
				near ? "; the nearest is " : "", near ? near : "");
	}
}

static const char *arch_oci(size_t i, maybe_unused const void *data)
{
	return arch_at(i) ? arch_at(i)->oci : NULL;
}

/* On other machines, a name that no libseccomp has ever had has no effect; the name of a newer ABI
 * is fine. */
void check_unknown_arch(struct lint *l)
{
	for (size_t i = 0; i < l->profile->remark_count; i++) {
		const struct remark *m = &l->profile->remarks[i];
		const char *near = m->kind == REMARK_ARCH || m->kind == REMARK_ARCH_IDLE ? opt_nearest(m->word, arch_oci, NULL) : NULL;

		if (m->kind == REMARK_ARCH_SPELLING)
			find(l, m->place, "'%s' is not how OCI spells %s: runc rejects the profile", m->word, arch_find(m->word)->oci);
		else if (m->kind == REMARK_ARCH)
			find(l, m->place, "'%.64s' is not an architecture%s%s: runc and crun reject the profile", m->word,
			     near ? ", the nearest is " : "", near ? near : "");
		else if (m->kind == REMARK_ARCH_IDLE)
			find_as(l, SEV_LOW, m->place, "'%.64s' is not an architecture%s%s: the entry has no effect", m->word,
				near ? ", the nearest is " : "", near ? near : "");
		else if (m->kind == REMARK_ARCH_NEWER)
			find_as(l, SEV_MEDIUM, m->place, "only libseccomp 2.6 and newer know '%s', and it is not judged here: runc and "
				"crun with an older one reject the profile", m->word);
	}
}

/* One finding for each field, at its first occurrence. */
void check_docker_only(struct lint *l)
{
	static const struct { const char *word; enum severity severity; const char *what; } members[] = {
		{ "name", SEV_MEDIUM, "the rule is silently dropped" },
		{ "includes", SEV_LOW, "the rule applies to every container" },
		{ "excludes", SEV_LOW, "the rule applies to every container" },
		{ "archMap", SEV_LOW, "no ABI but the native one is covered" },
		{ "errno", SEV_MEDIUM, "the errno is EPERM; only Podman reads names" },
		{ "defaultErrno", SEV_MEDIUM, "the errno is EPERM; only Podman reads names" },
	};

	for (size_t k = 0; k < countof(members); k++) {
		const struct remark *first = NULL;
		size_t count = 0;

		for (size_t i = 0; i < l->profile->remark_count; i++) {
			const struct remark *m = &l->profile->remarks[i];

			if (m->kind != REMARK_DOCKER || !streq(m->word, members[k].word))
				continue;
			first = first ? first : m;
			count++;
		}
		if (count > 1)
			find_as(l, members[k].severity, first->place, "containerd, runc and crun do not read '%s': %s (%zu rules)",
				members[k].word, members[k].what, count);
		else if (first)
			find_as(l, members[k].severity, first->place, "containerd, runc and crun do not read '%s': %s",
				members[k].word, members[k].what);
	}
}

/* A finding for each remark of a kind; its word is between the two halves. */
static void each_remark(struct lint *l, enum remark_kind kind, const char *before, const char *after)
{
	for (size_t i = 0; i < l->profile->remark_count; i++) {
		const struct remark *m = &l->profile->remarks[i];

		if (m->kind == kind)
			find(l, m->place, "%s%.64s%s", before, m->word, after);
	}
}

void check_repeated_key(struct lint *l)
{
	each_remark(l, REMARK_REPEATED, "'", "' is there more than once: runc takes the last, crun the first");
}

void check_key_case(struct lint *l)
{
	for (size_t i = 0; i < l->profile->remark_count; i++) {
		const struct remark *m = &l->profile->remarks[i];

		if (m->kind == REMARK_CASE && m->part == PART_FILTER)
			find(l, m->place, "Docker and Podman take it for '%s', and it is not read here", m->word);
		else if (m->kind == REMARK_CASE)
			find(l, m->place, "runc takes it for '%s', crun does not read it", m->word);
	}
}

void check_name_and_names(struct lint *l)
{
	each_remark(l, REMARK_NAME_AND_NAMES, "the rule has 'names', and 'name' beside it: ", "");
}

void check_architectures_and_archmap(struct lint *l)
{
	each_remark(l, REMARK_ARCHES_AND_MAP, "the profile has 'architectures', and 'archMap' beside it", "");
}

void check_errno_without_errno(struct lint *l)
{
	each_remark(l, REMARK_ERRNO, "there is no errno with the action ", "");
}

void check_misspelt(struct lint *l)
{
	each_remark(l, REMARK_MISSPELT, "nothing reads this field: write '", "'");
}

void check_ignored(struct lint *l)
{
	for (size_t i = 0; i < l->profile->remark_count; i++)
		if (l->profile->remarks[i].kind == REMARK_IGNORED)
			find(l, l->profile->remarks[i].place, "systemd ignores %.160s", l->profile->remarks[i].word);
}

void check_not_loaded(struct lint *l)
{
	each_remark(l, REMARK_NOT_LOADED, "systemd cannot load the list: '", "' has the answer of all calls that are not listed");
}

void check_flags(struct lint *l)
{
	each_remark(l, REMARK_FLAG, "runc rejects ", "");
}

/* Defaults with this action, and rules with it that apply. */
static void each_action(struct lint *l, enum action action, void (*look)(struct lint *, const struct profile_rule *))
{
	if (policy_default(l->profile->policy).action == action)
		look(l, NULL);
	for (size_t i = 0; i < l->profile->rule_count; i++)
		if (l->profile->rules[i].applies && l->profile->rules[i].verdict.action == action)
			look(l, &l->profile->rules[i]);
}

static void look_at_kill(struct lint *l, const struct profile_rule *r)
{
	find(l, r ? r->action : l->profile->otherwise, "%s kills the thread only: the other threads go on, and hang",
	     r ? "the action" : "the default action");
}

void check_kill_thread(struct lint *l)
{
	each_action(l, ACT_KILL_THREAD, look_at_kill);
}

static void look_for_errno(struct lint *l, const struct profile_rule *r)
{
	struct verdict v = r ? r->verdict : policy_default(l->profile->policy);

	if (v.data == 0)
		find(l, r ? r->action : l->profile->otherwise, "the errno is 0: calls are not made, and seem to succeed");
}

void check_errno_zero(struct lint *l)
{
	each_action(l, ACT_ERRNO, look_for_errno);
}

static void look_at_notify(struct lint *l, const struct profile_rule *r)
{
	if (!r)
		find(l, l->profile->otherwise, "runc takes no SCMP_ACT_NOTIFY as the default");
	for (size_t i = 1; r && i <= l->profile->name_count; i++)
		if (rule_of(l, name_at(l, i)) == r && streq(name_at(l, i)->call, "write"))
			find(l, name_at(l, i)->place, "runc takes no SCMP_ACT_NOTIFY for 'write'");
}

void check_notify_write(struct lint *l)
{
	each_action(l, ACT_NOTIFY, look_at_notify);
}

static void look_for_listener(struct lint *l, const struct profile_rule *r)
{
	if (!l->profile->listener && l->found == 0)
		find(l, r ? r->action : l->profile->otherwise, "no supervisor can be asked: the profile has no 'listenerPath'");
}

void check_notify_without_listener(struct lint *l)
{
	each_action(l, ACT_NOTIFY, look_for_listener);
}
