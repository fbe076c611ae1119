/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oci.h"

#include <ctype.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <strings.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "base/json.h"
#include "base/mem.h"
#include "sysdb/sysdb.h"

enum { PROFILE_MAX = 4 << 20, RULES_MAX = 20000 };

/* What is accepted, but not what the author may think: a file has one line of each. */
enum notice_kind {
	NOTICE_UNKNOWN, NOTICE_NO_NAME, NOTICE_EMPTY, NOTICE_TWICE, NOTICE_CONTRADICTION, NOTICE_ANY, NOTICE_MEMBER,
	NOTICE_ARCH, NOTICE_ARCH_SPELLING, NOTICE_COUNT
};

static const struct {
	const char *one, *many;		/* before the names */
	const char *then, *then_many;	/* after them */
} notices[NOTICE_COUNT] = {
	[NOTICE_UNKNOWN] = { "unknown call", "unknown calls", "the rule has no effect here", "the rules have no effect here" },
	[NOTICE_NO_NAME] = { "impossible call name", "impossible call names", "it is passed over", "they are passed over" },
	[NOTICE_EMPTY] = { "empty call name", NULL, "it is passed over here, but runc rejects the profile", NULL },
	[NOTICE_TWICE] = { "same rule twice for", "calls have the same rule twice", "the second one has no effect",
			   "the second ones have no effect" },
	[NOTICE_CONTRADICTION] = { "two rules that contradict each other for", "calls have two rules that contradict each other",
				   "the first one stays", "the first ones stay" },
	[NOTICE_ANY] = { "two conditions on one argument for", "calls have two conditions on one argument",
			 "runtimes take ANY of them, not both", "runtimes take ANY of them, not both" },
	[NOTICE_MEMBER] = { "unknown member", "unknown members", "it has no effect", "they have no effect" },
	[NOTICE_ARCH_SPELLING] = { "unusual spelling of an architecture,", "architectures in an unusual spelling",
				   "runc rejects the profile", "runc rejects the profile" },
	[NOTICE_ARCH] = { "unknown architecture", "unknown architectures", "passed over here, but runc and crun reject the profile",
			  "passed over here, but runc and crun reject the profile" },
};

struct parser {
	const struct parse_host *host;
	struct policy *policy;
	struct profile *profile;	/* NULL: only the policy is asked for */
	struct notice {
		struct strlist names;	/* sorted */
		bool harmful;
	} notices[NOTICE_COUNT];
	size_t rules;
	unsigned depends;		/* HOST_* */
};

void parse_host_here(struct parse_host *host)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { 0 };
	struct utsname u;

	*host = (struct parse_host){ 0 };
	if (syscall(SYS_capget, &head, data) == 0)
		host->caps = data[0].effective | (uint64_t)data[1].effective << 32;
	if (uname(&u) == 0)
		sscanf(u.release, "%u.%u", &host->kernel[0], &host->kernel[1]);
}

static void notice(struct parser *p, enum notice_kind kind, const char *name, bool harmful)
{
	strlist_insert(&p->notices[kind].names, name);
	p->notices[kind].harmful |= harmful;
}

/* "unknown call 'a': ...", "5 unknown calls: a, b, c and 2 more; ..." */
static char *notice_text(enum notice_kind kind, const struct strlist *names)
{
	enum { SHOWN = 3, NAME_SHOWN = 64 };
	struct buf b = { 0 };

	if (names->count == 1) {
		buf_addf(&b, "%s '%.*s': %s", notices[kind].one, NAME_SHOWN, names->items[0], notices[kind].then);
		return buf_take(&b);
	}
	buf_addf(&b, "%zu %s:", names->count, notices[kind].many);
	for (size_t i = 0; i < names->count && i < SHOWN; i++)
		buf_addf(&b, "%s %.*s", i ? "," : "", NAME_SHOWN, names->items[i]);
	if (names->count > SHOWN)
		buf_addf(&b, " and %zu more", names->count - SHOWN);
	buf_addf(&b, "; %s", notices[kind].then_many);
	return buf_take(&b);
}

static void take_notices(struct parser *p, struct parse_notes *ret)
{
	for (size_t i = 0; i < NOTICE_COUNT; i++) {
		struct notice *n = &p->notices[i];

		if (ret && n->names.count) {
			scoped(freep) char *text = notice_text((enum notice_kind)i, &n->names);

			strlist_add(n->harmful ? &ret->warnings : &ret->hints, text);
		}
		strlist_done(&n->names);
	}
}

static struct place place_of(struct parser *p, const struct json_at *at)
{
	scoped(freep) char *path = json_path(at);

	return (struct place){ json_line(at), arena_strdup(p->profile->arena, path) };
}

/* Something about the file that its policy does not show. */
static void remark(struct parser *p, const struct json_at *at, enum remark_kind kind, const char *word, bool in_rule)
{
	struct profile *f = p->profile;

	if (!f)
		return;
	f->remarks = grow(f->remarks, f->remark_count, &f->remark_room, sizeof *f->remarks);
	f->remarks[f->remark_count++] = (struct remark){
		.kind = kind, .place = place_of(p, at), .word = arena_strdup(f->arena, word), .in_rule = in_rule,
	};
}

static int read_action(const struct json_at *at, enum action *ret, struct err *e)
{
	const char *word = NULL;
	int r = json_want_string(at, &word, e);

	if (r == 0 && !action_find(word, ret))
		r = json_fail(at, e, "unknown action '%s'; 'sctrace list actions' has those there are", word);
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
static int read_verdict(struct parser *p, const struct json_at *object, const char *action, const char *number,
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
			remark(p, &word, REMARK_DOCKER, name, streq(action, "action"));
		return read_errno(object, number, name, EPERM, &ret->data, e);
	}
	uint64_t n = 0;

	r = json_present(&errno_at) ? json_want_uint(&errno_at, UINT32_MAX, &n, e) : 0;
	if (r < 0 || n == 0)
		return r;
	if (!p->profile)
		return json_fail(&errno_at, e, "an errno has no meaning with the action %s",
				 action_info(ret->action)->oci);
	remark(p, &errno_at, REMARK_ERRNO, action_info(ret->action)->oci, true);
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
		notice(p, *ret ? NOTICE_ARCH_SPELLING : NOTICE_ARCH, word, true);
	remark(p, at, *ret ? REMARK_ARCH_SPELLING : arch_is_newer(word) ? REMARK_ARCH_NEWER : REMARK_ARCH, word, false);
	return 0;
}

static int read_arches(struct parser *p, const struct json_at *list, struct err *e)
{
	int r = json_present(list) ? json_want_array(list, e) : 0;

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
		remark(p, &name, REMARK_ARCH_IDLE, word, false);
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
		remark(p, &map, REMARK_DOCKER, "archMap", false);
	if (json_array_size(map.value) > 0)
		p->depends |= HOST_ARCH;
	if (r == 0 && json_array_size(archs.value) > 0 && json_array_size(map.value) > 0) {
		if (!p->profile)
			return json_fail(&map, e, "'architectures' and 'archMap' exclude each other; leave one out");
		remark(p, &map, REMARK_ARCHES_AND_MAP, "", false);
		return 0;		/* as the runtimes have it: they read architectures only */
	}
	for (size_t i = 0; r == 0 && i < json_array_size(map.value); i++) {
		struct json_at entry = json_element(&map, i);

		r = read_arch_map_entry(p, &entry, e);
	}
	return r;
}

static int read_flags(struct parser *p, const struct json_at *root, struct err *e)
{
	static const struct { const char *name; unsigned flag; } known[] = {
		{ "SECCOMP_FILTER_FLAG_LOG", POLICY_LOG },
		{ "SECCOMP_FILTER_FLAG_SPEC_ALLOW", POLICY_SPEC_ALLOW },
		{ "SECCOMP_FILTER_FLAG_TSYNC", POLICY_TSYNC },
		{ "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", POLICY_WAIT_KILLABLE },
	};
	struct json_at list = json_member(root, "flags");
	int r = json_present(&list) ? json_want_array(&list, e) : 0;

	for (size_t i = 0; r == 0 && i < json_array_size(list.value); i++) {
		struct json_at one = json_element(&list, i);
		const char *word = NULL;
		size_t k = 0;

		r = json_want_string(&one, &word, e);
		while (r == 0 && k < countof(known) && !streq(known[k].name, word))
			k++;
		if (r == 0 && k == countof(known))
			return json_fail(&one, e, "unknown flag '%s'", word);
		if (r == 0) {
			remark(p, &one, REMARK_FLAG, word, false);
			policy_add_flags(p->policy, known[k].flag);
		}
	}
	return r;
}

static int read_condition(const struct json_at *at, struct condition *ret, struct err *e)
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
	r = r < 0 ? r : json_want_uint(&value, UINT64_MAX, &v, e);
	if (r == 0 && json_present(&two))
		r = json_want_uint(&two, UINT64_MAX, &v2, e);
	if (r < 0)
		return r;
	/* a masked comparison has the mask first and the value in valueTwo */
	ret->arg = (unsigned)n;
	ret->mask = ret->op == CMP_MASKED_EQ ? v : 0;
	ret->value = ret->op == CMP_MASKED_EQ ? v2 : v;
	return 0;
}

/* What a rule of the file says, before it is given to each of its calls. */
struct shape {
	struct verdict verdict;
	struct condition when[32];
	unsigned conditions;
	const char *because;
	bool idle;			/* `includes` or `excludes` say that it does not apply */
};

/* Of members that are there twice, one reader takes the first, another the last. */
static void remark_repeated(struct parser *p, const struct json_at *object, const char *members)
{
	char key[32];

	while (p->profile && list_next(&members, key, sizeof key)) {
		struct json_at at = json_member(object, key);

		if (at.value && json_repeats(object, key) > 1)
			remark(p, &at, REMARK_REPEATED, key, true);
	}
}

static int read_args(struct parser *p, const struct json_at *rule, struct shape *s, struct err *e)
{
	struct json_at list = json_member(rule, "args");
	int r = json_present(&list) ? json_want_array(&list, e) : 0;

	if (json_array_size(list.value) > countof(s->when))
		return json_fail(&list, e, "more than %zu conditions", countof(s->when));
	for (size_t i = 0; r == 0 && i < json_array_size(list.value); i++) {
		struct json_at one = json_element(&list, i);

		remark_repeated(p, &one, "index,op,value,valueTwo");
		r = read_condition(&one, &s->when[s->conditions++], e);
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

/* A rule of an allow-list that nobody can follow allows nothing; one of a deny-list lets
 * through what it is to deny. */
static bool lets_through(const struct parser *p, struct verdict v)
{
	return policy_default(p->policy).action >= ACT_LOG && v.action < ACT_LOG;
}

/* Conditions on one argument twice: runc and crun then make every condition a
 * rule of its own, so that ANY of them is enough.  So do we, aloud. */
static void add_call(struct parser *p, const char *call, bool known, const struct shape *s)
{
	struct rule rule = { .call = call, .verdict = s->verdict, .because = s->because };
	bool apart = has_twice(s);

	if (!known)
		notice(p, NOTICE_UNKNOWN, call, lets_through(p, s->verdict));
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
		notice(p, NOTICE_TWICE, call, false);
	else
		notice(p, NOTICE_CONTRADICTION, call, true);
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
		.call = arena_strdup(f->arena, call), .rule = f->rule_count - 1, .place = place_of(p, at), .known = known,
	};
}

static int add_name(struct parser *p, const struct json_at *at, const struct shape *s, struct err *e)
{
	const char *name = NULL;
	int r = json_want_string(at, &name, e);

	if (r == 0 && ++p->rules > RULES_MAX)
		return json_fail(at, e, "more than %d rules", RULES_MAX);
	if (r < 0)
		return r;
	bool known = can_be_name(name) && call_exists_on(name, ANY_ARCH);

	if (p->profile)
		keep_name(p, at, name, known);
	if (s->idle)
		return 0;
	if (can_be_name(name))
		add_call(p, name, known, s);
	else
		notice(p, *name ? NOTICE_NO_NAME : NOTICE_EMPTY, name, !*name || lets_through(p, s->verdict));
	return 0;
}

static int add_names(struct parser *p, const struct json_at *rule, const struct shape *s, struct err *e)
{
	struct json_at names = json_member(rule, "names"), name = json_member(rule, "name");
	int r;

	if (json_present(&name) && json_is_string(name.value) && json_string_length(name.value) > 0) {
		if (json_array_size(names.value) == 0) {
			remark(p, &name, REMARK_DOCKER, "name", true);
			return add_name(p, &name, s, e);
		}
		if (!p->profile)
			return json_fail(&name, e, "'name' and 'names' exclude each other; leave one out");
		remark(p, &name, REMARK_NAME_AND_NAMES, json_string_value(name.value), true);
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

static const char *const cap_names[] = {
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL",
	"CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER",
	"CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT",
	"CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL",
	"CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
};

const char *cap_name(size_t i)
{
	return i < countof(cap_names) ? cap_names[i] : NULL;
}

bool cap_find(const char *name, uint64_t *ret_bit)
{
	for (size_t i = 0; i < countof(cap_names); i++)
		if (streq(cap_names[i], name)) {
			*ret_bit = (uint64_t)1 << i;
			return true;
		}
	return false;
}

/* dockerd's words are libseccomp's, but for two that are Go's. */
static bool is_native_arch(maybe_unused uint64_t caps, const char *word)
{
	const struct arch *a = arch_native();

	return streq(list_has("x86_64,aarch64", a->name) ? a->go : a->name, word);
}

static bool has_cap_word(uint64_t caps, const char *name)
{
	uint64_t bit;

	/* a name we do not know is one that is not held */
	return cap_find(name, &bit) && (caps & bit);
}

/* How many words of object[key] the host answers with yes. */
static int count_true(struct parser *p, const struct json_at *object, const char *key, bool (*is)(uint64_t, const char *),
		      size_t *ret_true, size_t *ret_all, struct err *e)
{
	struct json_at list = json_member(object, key);
	int r = json_present(&list) ? json_want_array(&list, e) : 0;

	*ret_true = 0;
	*ret_all = json_array_size(list.value);
	for (size_t i = 0; r == 0 && i < *ret_all; i++) {
		struct json_at one = json_element(&list, i);
		const char *word = NULL;

		r = json_want_string(&one, &word, e);
		*ret_true += r == 0 && is(p->host->caps, word);
	}
	if (*ret_all)
		p->depends |= streq(key, "caps") ? HOST_CAPS : HOST_ARCH;
	return r;
}

bool kernel_find(const char *text, unsigned ret[static 2])
{
	unsigned major, minor;
	int end = 0;

	if (*text < '0' || *text > '9' || sscanf(text, "%5u.%5u%n", &major, &minor, &end) != 2 || text[end])
		return false;
	ret[0] = major;
	ret[1] = minor;
	return true;
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
	p->depends |= HOST_KERNEL;
	return r;
}

/* As dockerd: `includes` must all hold (one of the arches, every capability),
 * nothing of `excludes` may. */
static int applies(struct parser *p, const struct json_at *rule, bool *ret, struct err *e)
{
	struct json_at inc = json_member(rule, "includes"), exc = json_member(rule, "excludes");
	size_t yes, all;
	bool kernel = true, there = false;
	int r;

	*ret = true;
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
static char *say_filters(const struct json_at *rule)
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

const char *profile_members(bool of_rule)
{
	return of_rule ? "names,name,action,errnoRet,errno,args,comment,includes,excludes" :
		"defaultAction,defaultErrnoRet,defaultErrno,architectures,archMap,flags,syscalls,"
		"listenerPath,listenerMetadata,comment";
}

/* The member that it is if its case is not looked at, as by what is written in Go. */
static bool by_case(bool of_rule, const char *key, char ret[static 32])
{
	const char *members = profile_members(of_rule);

	while (list_next(&members, ret, 32))
		if (strcasecmp(ret, key) == 0)
			return true;
	return false;
}

/* "_comment", "$schema", "//": a remark of the author, by convention. */
static bool is_remark(const char *key)
{
	return *key == '_' || *key == '$' || *key == '#' || starts_with(key, "//");
}

/* A member that nobody reads is most likely a mistyped one. */
static void warn_members(struct parser *p, const struct json_at *object, bool of_rule)
{
	const char *key;
	json_t *value;

	json_object_foreach(object->value, key, value) {
		struct json_at at = json_member(object, key);
		char right[32];

		if (list_has(profile_members(of_rule), key) || is_remark(key))
			continue;
		notice(p, NOTICE_MEMBER, key, false);
		if (by_case(of_rule, key, right))
			remark(p, &at, REMARK_CASE, right, of_rule);
		else
			remark(p, &at, REMARK_MEMBER, key, of_rule);
	}
	remark_repeated(p, object, profile_members(of_rule));
}

/* The members of an object that are listed, or all but those, as JSON. */
static const char *members_text(struct arena *arena, json_t *object, const char *list, bool listed)
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

static void keep_rule(struct parser *p, const struct json_at *at, const struct shape *s)
{
	struct json_at action = json_member(at, "action"), args = json_member(at, "args");
	struct profile *f = p->profile;
	struct condition *when = arena_alloc(f->arena, (s->conditions + 1) * sizeof *when);
	scoped(freep) char *only = s->idle ? say_filters(at) : NULL;

	memcpy(when, s->when, s->conditions * sizeof *when);
	f->rules = grow(f->rules, f->rule_count, &f->rule_room, sizeof *f->rules);
	f->rules[f->rule_count++] = (struct profile_rule){
		.place = place_of(p, at), .action = place_of(p, &action), .args = place_of(p, &args),
		.verdict = s->verdict, .applies = !s->idle, .only = only ? arena_strdup(f->arena, only) : NULL,
		.when = when, .conditions = s->conditions,
		.guard = members_text(f->arena, at->value, "includes,excludes", true),
		.comment = s->because ? arena_strdup(f->arena, s->because) : NULL,
	};
}

static void remark_filters(struct parser *p, const struct json_at *rule)
{
	static const char *const members[] = { "includes", "excludes" };

	for (size_t i = 0; i < countof(members); i++) {
		struct json_at at = json_member(rule, members[i]);

		if (json_object_size(at.value) > 0)
			remark(p, &at, REMARK_DOCKER, members[i], true);
	}
}

static int read_rule(struct parser *p, const struct json_at *at, struct err *e)
{
	struct shape s = { 0 };
	struct json_at comment = json_member(at, "comment");
	bool holds = true;
	int r = json_want_object(at, e);

	if (r == 0)
		warn_members(p, at, true);
	r = r < 0 ? r : read_verdict(p, at, "action", "errnoRet", "errno", &s.verdict, e);
	r = r < 0 ? r : read_args(p, at, &s, e);
	r = r < 0 ? r : applies(p, at, &holds, e);
	if (r < 0)
		return r;
	s.idle = !holds;
	if (json_is_string(comment.value) && json_string_length(comment.value) > 0)
		s.because = json_string_value(comment.value);
	if (has_twice(&s))
		notice(p, NOTICE_ANY, json_string_value(json_array_get(json_object_get(at->value, "names"), 0)) ?:
				json_string_value(json_object_get(at->value, "name")) ?: "?", true);
	if (p->profile) {
		keep_rule(p, at, &s);
		remark_filters(p, at);
	}
	if (holds)
		return add_names(p, at, &s, e);
	/* of what does not apply nobody reads the names but for the record */
	return p->profile ? add_idle_names(p, at, &s) : 0;
}

static int read_rules(struct parser *p, const struct json_at *root, struct err *e)
{
	struct json_at list = json_member(root, "syscalls");
	struct json_at one = { 0 };
	int r = json_present(&list) ? json_want_array(&list, e) : 0;

	while (r == 0 && json_present(&list) && json_each(&list, &one))
		r = read_rule(p, &one, e);
	return r;
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

	p->profile->head = members_text(p->profile->arena, at->value, "syscalls", false);
	p->profile->otherwise = place_of(p, &otherwise);
	p->profile->architectures = place_of(p, json_present(&archs) ? &archs : at);
	p->profile->listener = json_is_string(listener.value) && json_string_length(listener.value) > 0;
}

static int parse(struct parser *p, const struct json_at *root, struct err *e)
{
	struct verdict otherwise;
	struct json_at linux_at, at = profile_in(root, &linux_at), architectures = json_member(&at, "architectures");
	int r = json_want_object(&at, e);

	if (r == 0 && !json_object_get(at.value, "defaultAction") && !json_object_get(at.value, "syscalls"))
		return json_fail(&at, e, "not a seccomp profile: it has neither 'defaultAction' nor 'syscalls'");
	r = r < 0 ? r : read_verdict(p, &at, "defaultAction", "defaultErrnoRet", "defaultErrno", &otherwise, e);
	if (r < 0)
		return r;
	warn_members(p, &at, false);
	if (p->profile)
		keep_head(p, &at);
	p->policy = policy_new(otherwise);
	r = read_arches(p, &architectures, e);
	r = r < 0 ? r : read_arch_map(p, &at, e);
	r = r < 0 ? r : read_flags(p, &at, e);
	return r < 0 ? r : read_rules(p, &at, e);
}

const struct default_profile *profile_default(const char *path)
{
	return access(path, F_OK) < 0 ? default_find(path) : NULL;
}

static int read_document(struct json_doc *doc, const char *path, struct err *e)
{
	const struct default_profile *known = profile_default(path);
	char *text = known ? default_text(known) : NULL;

	if (text)
		return json_doc_take(doc, path, text, strlen(text), e);
	if (access(path, F_OK) < 0 && default_check(path, e) < 0)
		return -EINVAL;
	return json_doc_read(doc, path, PROFILE_MAX, e);
}

static int parse_document(struct parser *p, struct json_doc *doc, struct parse_notes *ret, struct err *e)
{
	struct json_at root = json_root(doc);

	json_doc_want_digits(doc);
	int r = parse(p, &root, e);

	json_doc_done(doc);
	take_notices(p, r < 0 ? NULL : ret);
	if (r == 0 && ret)
		ret->depends = p->depends;
	if (r < 0) {
		policy_free(p->policy);
		p->policy = NULL;
	}
	return r;
}

static int parse_file(struct parser *p, const char *path, struct parse_notes *ret, struct err *e)
{
	struct json_doc doc;
	int r = read_document(&doc, path, e);

	return r < 0 ? r : parse_document(p, &doc, ret, e);
}

int policy_parse_oci(const char *path, const struct parse_host *host, struct policy **ret,
		     struct parse_notes *notes, struct err *e)
{
	struct parser p = { .host = host };
	int r = parse_file(&p, path, notes, e);

	if (r == 0)
		*ret = p.policy;
	return r;
}

void parse_notes_done(struct parse_notes *notes)
{
	strlist_done(&notes->warnings);
	strlist_done(&notes->hints);
}

int policy_parse_text(const char *name, const char *text, const struct parse_host *host, struct policy **ret, struct err *e)
{
	struct parser p = { .host = host };
	struct json_doc doc;
	int r = json_doc_take(&doc, name, xstrdup(text), strlen(text), e);

	r = r < 0 ? r : parse_document(&p, &doc, NULL, e);
	if (r == 0)
		*ret = p.policy;
	return r;
}

static int parse_profile(struct json_doc *doc, const struct parse_host *host, struct profile **ret, struct err *e)
{
	struct parser p = { .host = host, .profile = xcalloc(1, sizeof *p.profile) };

	p.profile->arena = arena_new();
	int r = parse_document(&p, doc, NULL, e);

	p.profile->policy = p.policy;
	p.profile->depends = p.depends;
	if (r < 0)
		profile_free(p.profile);
	else
		*ret = p.profile;
	return r;
}

int profile_read(const char *path, const struct parse_host *host, struct profile **ret, struct err *e)
{
	struct json_doc doc;
	int r = read_document(&doc, path, e);

	return r < 0 ? r : parse_profile(&doc, host, ret, e);
}

int profile_read_text(const char *name, const char *text, const struct parse_host *host, struct profile **ret, struct err *e)
{
	struct json_doc doc;
	int r = json_doc_take(&doc, name, xstrdup(text), strlen(text), e);

	return r < 0 ? r : parse_profile(&doc, host, ret, e);
}

void profile_free(struct profile *f)
{
	if (!f)
		return;
	policy_free(f->policy);
	arena_free(f->arena);
	free(f->rules);
	free(f->names);
	free(f->remarks);
	free(f);
}
