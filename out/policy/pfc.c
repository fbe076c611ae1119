/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libseccomp's pseudo code of the filter that the format `bpf` writes: its code is followed for each call
 * that a rule is for, so that what is shown is what is enforced.
 */
#include <errno.h>
#include <inttypes.h>
#include "base/mem.h"
#include "out/view.h"
#include "policy/code.h"
#include "policy/compile.h"
#include "policy/judge.h"

enum { LINES_MAX = 20000 };		/* for one call */

struct printer {
	FILE *f;
	struct code code;
	struct code_call call;
	unsigned lines;
	bool failed;
};

static void print_action(FILE *f, struct verdict v)
{
	static const char *const names[ACT_COUNT] = {
		[ACT_KILL_PROCESS] = "KILL_PROCESS", [ACT_KILL_THREAD] = "KILL", [ACT_TRAP] = "TRAP", [ACT_ERRNO] = "ERRNO",
		[ACT_NOTIFY] = "NOTIFY", [ACT_TRACE] = "TRACE", [ACT_LOG] = "LOG", [ACT_ALLOW] = "ALLOW",
	};

	fprintf(f, "action %s", names[v.action]);
	if (action_has_data(v.action))
		fprintf(f, "(%u)", v.data);
	fputs(";\n", f);
}

static void indent(const struct printer *p, unsigned depth)
{
	fprintf(p->f, "%*s", (int)(2 * depth), "");
}

static void print_test(const struct printer *p, const struct code_fork *fork)
{
	const char *half = p->call.arch->bits == 32 ? "" : fork->half.upper ? ".hi32" : ".lo32";

	fprintf(p->f, "if ($a%u%s", fork->half.arg, half);
	if (fork->half.mask != UINT32_MAX)
		fprintf(p->f, " & 0x%08" PRIx32, fork->half.mask);
	fprintf(p->f, " %s %" PRIu32 ")\n", cmp_symbol(fork->op), fork->value);
}

static void print_from(struct printer *p, struct code_state s, unsigned depth)
{
	struct code_fork fork;

	for (;;) {
		enum code_turn turn = code_follow(&p->code, &p->call, &s, &fork);

		if (turn == CODE_STUCK || ++p->lines > LINES_MAX)
			p->failed = true;
		if (p->failed)
			return;
		indent(p, depth);
		if (turn == CODE_ANSWERS) {
			print_action(p->f, fork.answer);
			return;
		}
		print_test(p, &fork);
		struct code_state yes = s;

		yes.at = fork.yes;
		print_from(p, yes, depth + 1);
		indent(p, depth++);
		fputs("else\n", p->f);
		s.at = fork.no;
	}
}

/* Each reason once. */
static void print_reasons(const struct printer *p, const struct policy *policy, const char *call)
{
	scoped(strlist_done) struct strlist reasons = { 0 };
	const struct rule *rule;

	for (struct rule_walk rules = policy_rules_of(policy, call); (rule = rule_next(&rules)); )
		if (rule->because && rule_on(rule, p->call.arch) && !strlist_has(&reasons, rule->because))
			strlist_add(&reasons, rule->because);
	for (size_t i = 0; i < reasons.count; i++) {
		scoped(freep) char *clean = clean_dup(reasons.items[i]);

		fprintf(p->f, "  # %s\n", clean);
	}
}

static bool is_default(const struct printer *p, struct verdict otherwise)
{
	struct code_state s = { 0 };
	struct code_fork fork;

	return code_follow(&p->code, &p->call, &s, &fork) == CODE_ANSWERS && verdict_equal(fork.answer, otherwise);
}

static void print_call(struct printer *p, const struct policy *policy, uint32_t nr)
{
	char name[CALL_NAME_MAX];

	p->call.nr = nr;
	p->lines = 0;
	if (is_default(p, policy_default(policy)))
		return;
	arch_call_name(p->call.arch, nr, name);
	fprintf(p->f, "  # filter for syscall \"%s\" (%" PRIu32 ")\n", name, nr);
	print_reasons(p, policy, name);
	fprintf(p->f, "  if ($syscall == %" PRIu32 ")\n", nr);
	print_from(p, (struct code_state){ 0 }, 2);
}

static void print_arch(struct printer *p, const struct policy *policy, const struct policy_call *calls, size_t count)
{
	const struct arch *arch = p->call.arch;

	fprintf(p->f, "# filter for arch %s (%" PRIu32 ")\nif ($arch == %" PRIu32 "%s)\n", arch->name, arch->audit, arch->audit,
		arch->bit ? " and $syscall >= 0x40000000" : "");
	for (size_t i = 0; i < count; i++)
		if (calls[i].arch == arch)
			print_call(p, policy, calls[i].nr);
	fputs("  # default action\n  ", p->f);
	print_action(p->f, policy_default(policy));
}

static int emit(const struct shown *s, FILE *f, struct err *e)
{
	scoped(compiled_freep) struct compiled *filter = NULL;
	scoped(freep) struct policy_call *calls = NULL;
	struct printer p = { .f = f };
	const struct arch *arch;
	int r = policy_compile(s->policy, &filter, e);

	if (r < 0)
		return r;
	size_t count = policy_calls(s->policy, &calls);

	p.code.items = (struct sock_filter *)compiled_code(filter, &p.code.count);
	fputs("#\n# pseudo filter code start\n#\n# what the filter of 'gen -F bpf' answers\n#\n", f);
	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (policy_covers(s->policy) & ARCH_BIT(arch)) {
			p.call.arch = arch;
			print_arch(&p, s->policy, calls, count);
		}
	fputs("# invalid architecture action\naction KILL;\n#\n# pseudo filter code end\n#\n", f);
	return p.failed ? err_set(e, E2BIG, "the filter is too long for pseudo code; '-F bpf' writes it") : 0;
}

const struct view view_policy_pfc = {
	.shows = SHOWS_POLICY,
	.name = "pfc",
	.suffix = ".pfc",
	.help = "libseccomp's pseudo code of the filter of -F bpf, for reading",
	.emit = emit,
	.can = CAN_ARGS | CAN_PER_ARCH | CAN_ERRNO | CAN_UNNAMED | CAN_REASONS,
	.actions = ANY_ACTION, .defaults = ANY_ACTION, .flags = ANY_FLAG,
};
