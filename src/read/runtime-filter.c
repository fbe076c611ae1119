/* SPDX-License-Identifier: Apache-2.0 */
#include "read/runtime-filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/io.h"
#include "base/mem.h"
#include "policy/code.h"
#include "policy/judge.h"
#include "policy/says.h"
#include "policy/prose.h"
#include "sysdb/args.h"

/* A rule as libseccomp gets it. */
struct item {
	const char *call;
	struct verdict verdict;
	const struct condition *when;
	unsigned conditions;
	size_t name;			/* of the profile; 0: unknown */
};

struct runtime_filter {
	struct arena *arena;
	const struct policy *policy;	/* the intended meaning */
	const struct profile *profile;
	const struct arch *machine;
	struct item *items;
	size_t item_count, item_room;
	struct code code;		/* the resulting code; empty: none */
	struct diagram *diagram;
	struct deviation *deviations;
	size_t count, room;
};

/* the rules for libseccomp */

static void add_item(struct runtime_filter *f, const struct item *one)
{
	if (verdict_equal(one->verdict, policy_default(f->policy)))
		return;
	f->items = grow(f->items, f->item_count, &f->item_room, sizeof *f->items);
	f->items[f->item_count++] = *one;
}

static void add_rule(struct runtime_filter *f, struct item one)
{
	const struct condition *when = one.when;
	unsigned conditions = one.conditions;

	if (!conditions_fall_apart(when, conditions)) {
		add_item(f, &one);
		return;
	}
	one.conditions = 1;
	for (unsigned i = 0; i < conditions; i++) {
		one.when = &when[i];
		add_item(f, &one);
	}
}

static void collect(struct runtime_filter *f)
{
	const struct profile *p = f->profile;
	const struct rule *rule;

	for (size_t i = 0; p && i < p->name_count; i++) {
		const struct profile_rule *r = &p->rules[p->names[i].rule];

		if (r->applies)
			add_rule(f, (struct item){ p->names[i].call, r->verdict, r->when, r->conditions, i + 1 });
	}
	for (size_t i = 0; !p && (rule = policy_rule(f->policy, i)); i++)
		add_rule(f, (struct item){ rule->call, rule->verdict, rule->when, rule->conditions, 0 });
}

/* libseccomp, in a child process: some rules would take it forever */

struct loaded {
	int error;			/* 0: the filter's code follows */
	size_t item;			/* the rejected one; past the end: none */
};

static int add_arches(scmp_filter_ctx ctx, const struct runtime_filter *f)
{
	arch_set set = policy_arches(f->policy) | ARCH_BIT(f->machine);
	const struct arch *arch;
	int r = 0;

	for (size_t i = 0; r >= 0 && (arch = arch_at(i)); i++)
		if ((set & ARCH_BIT(arch)) && arch != arch_here())
			r = seccomp_arch_add(ctx, arch->scmp);
	if (r >= 0 && !(set & ARCH_BIT(arch_here())))
		r = seccomp_arch_remove(ctx, SCMP_ARCH_NATIVE);
	return r < 0 ? r : 0;
}

static int hand_over(scmp_filter_ctx ctx, const struct item *item)
{
	static const enum scmp_compare ops[CMP_COUNT] = {
		[CMP_EQ] = SCMP_CMP_EQ, [CMP_NE] = SCMP_CMP_NE, [CMP_LT] = SCMP_CMP_LT,
		[CMP_LE] = SCMP_CMP_LE, [CMP_GT] = SCMP_CMP_GT, [CMP_GE] = SCMP_CMP_GE,
		[CMP_MASKED_EQ] = SCMP_CMP_MASKED_EQ,
	};
	struct scmp_arg_cmp args[6];
	int nr = seccomp_syscall_resolve_name(item->call);

	if (nr == __NR_SCMP_ERROR)
		return 0;
	for (unsigned i = 0; i < item->conditions; i++) {
		const struct condition *c = &item->when[i];
		bool masked = c->op == CMP_MASKED_EQ;

		args[i] = (struct scmp_arg_cmp){ .arg = c->arg, .op = ops[c->op], .datum_a = masked ? c->mask : c->value,
						 .datum_b = masked ? c->value : 0 };
	}
	return seccomp_rule_add_array(ctx, verdict_kernel(item->verdict), nr, item->conditions, args);
}

static _Noreturn void load(const struct runtime_filter *f, int fd)
{
	scmp_filter_ctx ctx = seccomp_init(verdict_kernel(policy_default(f->policy)));
	struct loaded loaded = { .error = ctx ? -add_arches(ctx, f) : EINVAL, .item = f->item_count };

	for (size_t i = 0; loaded.error == 0 && i < f->item_count; i++) {
		loaded.error = -hand_over(ctx, &f->items[i]);
		loaded.item = loaded.error ? i : f->item_count;
	}
	if (write(fd, &loaded, sizeof loaded) != sizeof loaded || (loaded.error == 0 && seccomp_export_bpf(ctx, fd) < 0))
		_exit(1);
	_exit(0);
}

/* Limits the CPU time to one second, after which SIGVTALRM ends the process. */
static void limit_time(void)
{
	const struct itimerval limit = { .it_value.tv_sec = 1 };
	sigset_t none;

	sigemptyset(&none);
	signal(SIGVTALRM, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setitimer(ITIMER_VIRTUAL, &limit, NULL);
}

/* The kernel's limit, and one instruction more. */
static size_t read_all(int fd, void *to, size_t size)
{
	size_t done = 0;
	ssize_t n;

	while (done < size && ((n = read(fd, (char *)to + done, size - done)) > 0 || (n < 0 && errno == EINTR)))
		done += n > 0 ? (size_t)n : 0;
	return done;
}

/* False if it took too long, or could not be tried. */
static bool ask_libseccomp(struct runtime_filter *f, struct loaded *ret)
{
	enum { MOST = BPF_MAXINSNS + 1 };
	int fds[2], status = -1;

	if (pipe(fds) < 0)
		return false;
	pid_t pid = fork();

	if (pid == 0) {
		close(fds[0]);
		limit_time();
		load(f, fds[1]);
	}
	close(fds[1]);
	bool there = pid > 0 && read_all(fds[0], ret, sizeof *ret) == sizeof *ret;

	if (there && ret->error == 0) {
		f->code.items = xcalloc(MOST, sizeof *f->code.items);
		f->code.count = read_all(fds[0], f->code.items, MOST * sizeof *f->code.items) / sizeof *f->code.items;
	}
	close(fds[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	/* a longer filter is not read completely */
	return there && (status == 0 || f->code.count == MOST);
}

/* differences */

static void add(struct runtime_filter *f, const struct deviation *d)
{
	for (size_t i = 0; i < f->count; i++) {
		struct deviation *other = &f->deviations[i];

		if (d->call && other->call && streq(d->call, other->call) && d->kind == other->kind &&
		    verdict_equal(d->meant, other->meant) && verdict_equal(d->made, other->made)) {
			other->arches |= d->arches;
			return;
		}
	}
	f->deviations = grow(f->deviations, f->count, &f->room, sizeof *f->deviations);
	f->deviations[f->count] = *d;
	f->deviations[f->count++].call = d->call ? arena_strdup(f->arena, d->call) : NULL;
}

static bool has_conditions(const struct item *item)
{
	return item->conditions > 0;
}

/* The place of rules for the call, or for calls behind it: preferably rules with conditions. */
static size_t place_of(const struct runtime_filter *f, const struct arch *arch, const char *call)
{
	const struct item *best = NULL;

	for (size_t i = 0; i < f->item_count; i++) {
		const struct item *item = &f->items[i];
		bool same = streq(item->call, call);

		if (!same && !(is_multiplexer(call) && is_multiplexed(arch, item->call)))
			continue;
		if (!best || (same && !streq(best->call, call)) ||
		    (same == streq(best->call, call) && has_conditions(item) && !has_conditions(best)))
			best = item;
	}
	return best ? best->name : 0;
}

static bool differs(struct diagram *s, enum deviation_kind kind, diagram_node meant, diagram_node made, struct deviation *ret)
{
	switch (kind) {
	case DEVIATION_WEAKER:   return diagram_farther(s, meant, made, ret->args, &ret->known);
	case DEVIATION_STRICTER: return diagram_farther(s, made, meant, ret->args, &ret->known);
	case DEVIATION_OTHER:    return diagram_differs(s, meant, made, ret->args, &ret->known);
	default:                 return false;
	}
}

/* Makes the two diagrams of a call; false: too large. */
static bool draw(struct runtime_filter *f, const struct arch *arch, const char *call, diagram_node *ret_meant, diagram_node *ret_made)
{
	scoped(says_done) struct says says;
	uint32_t nr;

	says_find(&says, f->policy, arch, call);
	diagram_begin(f->diagram, arch);
	*ret_meant = says_answers(f->diagram, f->policy, &says);
	return !diagram_is_lost(f->diagram) && arch_call_number(arch, call, &nr) &&
	       code_answers(f->diagram, &f->code, arch, nr, ret_made);
}

static struct deviation about(const struct runtime_filter *f, const struct arch *arch, const char *call)
{
	return (struct deviation){ .call = call, .arches = ARCH_BIT(arch), .on = arch, .nameless = !libseccomp_knows(call),
				   .name = f->profile ? place_of(f, arch, call) : 0 };
}

static void compare_call(struct runtime_filter *f, const struct arch *arch, const char *call)
{
	diagram_node meant, made;
	bool any = false;

	if (!draw(f, arch, call, &meant, &made)) {
		struct deviation d = about(f, arch, call);

		d.kind = DEVIATION_UNKNOWN;
		add(f, &d);
		return;
	}
	for (enum deviation_kind kind = DEVIATION_WEAKER; meant != made && kind <= DEVIATION_OTHER; kind++) {
		struct deviation d = about(f, arch, call);

		d.kind = kind;
		if ((any && kind == DEVIATION_OTHER) || !differs(f->diagram, kind, meant, made, &d))
			continue;
		d.meant = diagram_at(f->diagram, meant, d.args);
		d.made = diagram_at(f->diagram, made, d.args);
		add(f, &d);
		any = true;
	}
}

/* The ABI's own name for the call, and the multiplexers through which it can be made. */
static void compare_name(struct runtime_filter *f, const struct arch *arch, const char *call, struct strlist *done)
{
	char name[CALL_NAME_MAX];
	uint32_t nr;

	if (arch_call_number(arch, call, &nr)) {
		arch_call_name(arch, nr, name);
		if (strlist_insert(done, name))
			compare_call(f, arch, name);
	}
	for (size_t i = 0; multiplexer_at(i) && is_multiplexed(arch, call); i++)
		if (arch_call_number(arch, multiplexer_at(i), &nr) && strlist_insert(done, multiplexer_at(i)))
			compare_call(f, arch, multiplexer_at(i));
}

/* Compares the names in the given rules and in the intended ones, because rules may be left out. */
static void compare_on(struct runtime_filter *f, const struct arch *arch)
{
	const char *last = "";
	const struct rule *rule;
	scoped(strlist_done) struct strlist done = { 0 };

	for (size_t i = 0; i < f->item_count; i++)
		if (!streq(f->items[i].call, last))
			compare_name(f, arch, last = f->items[i].call, &done);
	for (size_t i = 0; (rule = policy_rule(f->policy, i)); i++)
		if (policy_first_rule(f->policy, rule->call) == rule)
			compare_name(f, arch, rule->call, &done);
}

static int by_kind(const void *va, const void *vb)
{
	const struct deviation *a = va, *b = vb;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strcmp(a->call ? a->call : "", b->call ? b->call : "");
}

static void find_deviations(struct runtime_filter *f)
{
	arch_set set = policy_arches(f->policy) | ARCH_BIT(f->machine);
	struct loaded loaded = { 0 };
	const struct arch *arch;

	if (!ask_libseccomp(f, &loaded)) {
		add(f, &(struct deviation){ .kind = DEVIATION_UNKNOWN });
	} else if (loaded.error && loaded.item < f->item_count) {
		const struct item *item = &f->items[loaded.item];

		add(f, &(struct deviation){ .kind = DEVIATION_NOT_LOADED, .call = item->call, .name = item->name, .error = loaded.error });
	} else if (loaded.error || f->code.count > BPF_MAXINSNS) {
		add(f, &(struct deviation){ .kind = DEVIATION_NOT_LOADED, .error = loaded.error ? loaded.error : E2BIG });
	} else {
		for (size_t i = 0; (arch = arch_at(i)); i++)
			if (set & ARCH_BIT(arch))
				compare_on(f, arch);
		return;
	}
	f->code.count = 0;
}

struct runtime_filter *runtime_filter_new(const struct policy *p, const struct profile *profile, const struct arch *machine)
{
	struct runtime_filter *f = xcalloc(1, sizeof *f);

	f->arena = arena_new();
	f->profile = profile;
	f->machine = machine;
	f->diagram = diagram_new();
	f->policy = p;
	collect(f);
	find_deviations(f);
	sort_items(f->deviations, f->count, sizeof *f->deviations, by_kind);
	return f;
}

void runtime_filter_free(struct runtime_filter *f)
{
	if (!f)
		return;
	arena_free(f->arena);
	diagram_free(f->diagram);
	free(f->items);
	free(f->code.items);
	free(f->deviations);
	free(f);
}

const struct deviation *runtime_filter_deviation(const struct runtime_filter *f, size_t i)
{
	return f && i < f->count ? &f->deviations[i] : NULL;
}

static bool is_about(const struct deviation *d, const struct partial_call *q)
{
	return d->call && streq(d->call, q->call) && (d->arches & ARCH_BIT(q->arch)) &&
	       d->kind != DEVIATION_NOT_LOADED && d->kind != DEVIATION_UNKNOWN;
}

bool runtime_filter_deviates(struct runtime_filter *f, const struct partial_call *q, unsigned kinds, struct deviation *ret)
{
	diagram_node meant, made;
	bool any = false;

	for (size_t i = 0; f && !any && i < f->count; i++)
		any = is_about(&f->deviations[i], q);
	if (!any || !draw(f, q->arch, q->call, &meant, &made))
		return false;
	*ret = about(f, q->arch, q->call);
	diagram_node asked = diagram_given(f->diagram, meant, q->args, q->known);
	diagram_node got = diagram_given(f->diagram, made, q->args, q->known);

	for (ret->kind = DEVIATION_WEAKER; ret->kind <= DEVIATION_OTHER; ret->kind++) {
		if (!(kinds & 1u << ret->kind) || !differs(f->diagram, ret->kind, asked, got, ret))
			continue;
		ret->meant = diagram_at(f->diagram, meant, ret->args);
		ret->made = diagram_at(f->diagram, made, ret->args);
		return true;
	}
	return false;
}

/* words */

void deviation_example(struct buf *b, const struct deviation *d)
{
	unsigned last = 6;

	buf_adds(b, d->call);
	while (last > 0 && !(d->known & 1u << (last - 1)))
		last--;
	if (last == 0)
		return;
	for (unsigned i = 0; i < last; i++) {
		const struct arg_info *a = sysdb_arg_on(d->on, d->call, i);

		buf_addf(b, "%s%s%s", i ? ", " : "(", a ? a->name : "", a && *a->name ? "=" : "");
		if (d->known & 1u << i)
			arg_print(b, a, d->args[i]);
		else
			buf_adds(b, "any");
	}
	buf_adds(b, ")");
}

static void add_not_loaded(struct buf *b, const struct deviation *d)
{
	const char *version = libseccomp_version();

	if (d->call)
		buf_addf(b, "libseccomp %s rejects the rule for '%s' (%s)", version, d->call, strerror(d->error));
	else if (d->error == E2BIG)
		buf_addf(b, "libseccomp %s makes more than the %d instructions that the kernel accepts", version, BPF_MAXINSNS);
	else
		buf_addf(b, "libseccomp %s rejects the ABIs (%s)", version, strerror(d->error));
	buf_adds(b, ": runc and crun start no container");
}

void deviation_words(struct buf *b, const struct deviation *d)
{
	const char *version = libseccomp_version();

	if (d->kind == DEVIATION_NOT_LOADED) {
		add_not_loaded(b, d);
		return;
	}
	if (d->kind == DEVIATION_UNKNOWN) {
		buf_addf(b, "%s%s%s: it is unknown whether libseccomp %s keeps the meaning of the rules", d->call ? "the rules for '" : "the rules",
			 d->call ? d->call : "", d->call ? "' are too many to compare" : " are too many to load in a second", version);
		return;
	}
	deviation_example(b, d);
	buf_addf(b, " on %s is ", d->on->name);
	prose_verdict(b, d->made);
	buf_addf(b, " under runc and crun with libseccomp %s, and ", version);
	prose_verdict(b, d->meant);
	buf_adds(b, " by the rules");
}
