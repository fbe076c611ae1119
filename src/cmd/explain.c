/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <unistd.h>
#include "base/jsonw.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/term.h"
#include "cmd/cmd.h"
#include "app/knowledge.h"
#include "app/profile.h"
#include "app/vocabulary.h"
#include "policy/judge-unknown.h"
#include "policy/derive.h"
#include "policy/judge.h"
#include "policy/prose.h"
#include "sysdb/args.h"
#include "sysdb/sysdb.h"

static bool arg_json;

/* The question and the profile. */
struct asked {
	struct profile *profile;
	const struct policy *policy;	/* the profile's */
	struct runtime_filter *runtime;	/* what runc and crun make of it */
	struct partial_call q;
	int count;			/* number of arguments as written */
};

static const char *const_name(size_t i, maybe_unused const void *data)
{
	return const_at(i) ? const_at(i)->name : NULL;
}

/* arguments */

/* "A|B|0x1", "_" for any value. */
static int parse_argument(struct partial_call *q, unsigned arg, const char *text, struct err *e)
{
	char wrong[CONST_NAME_MAX];
	const char *near;

	if (streq(text, "_"))
		return 0;
	q->known |= 1u << arg;
	if (const_parse(text, &q->args[arg], wrong))
		return 0;
	if (isdigit((unsigned char)wrong[*wrong == '-']))
		return usage_error(e, "'%s' is not a number; write 10, -1 or 0x1f", wrong);
	near = opt_nearest(wrong, const_name, NULL);
	return usage_error(e, "unknown constant '%s'%s%s", wrong, near ? "; the nearest is " : "", near ? near : "");
}

static int parse_arguments(struct partial_call *q, int argc, char *const *argv, struct err *e)
{
	const struct arg_info *a = sysdb_arg(q->call, 0);
	int most = 6, r = 0;

	while (a && most > 0 && sysdb_arg(q->call, (unsigned)most - 1)->type == ARG_NONE)
		most--;
	if (argc > most)
		return usage_error(e, "unexpected argument '%s': %s has %d argument%s", argv[most], q->call, most,
				   plural(most));
	for (int i = 0; r == 0 && i < argc; i++)
		r = parse_argument(q, (unsigned)i, argv[i], e);
	return r;
}

/* rules in words */

static void add_place(struct buf *b, const struct asked *a, const struct place *place)
{
	buf_addf(b, "%s:%u: ", profile_file(a->profile, place), place->line);
	if (*place->path)
		buf_addf(b, "%s: ", place->path);
}

/* "profile.json:12: syscalls[3]: clone is denied with EPERM when flags has CLONE_NEWUSER" */
static void add_rule(struct buf *b, const struct asked *a, const struct rule *rule, const struct arch *arch)
{
	add_place(b, a, profile_place(a->profile, rule));
	buf_addf(b, "%s is ", rule ? rule->call : "every other call");
	prose_verdict(b, rule ? rule->verdict : policy_default(a->policy));
	if (rule && rule->conditions) {
		buf_adds(b, " when ");
		prose_conditions(b, arch, rule->call, rule);
	}
}

static void print_line(const char *before, struct buf *b)
{
	scoped(freep) char *clean = clean_dup(buf_str(b));

	printf("%s%s\n", before, clean);
	buf_done(b);
}

/* the answer on one ABI */

static void add_answer(struct buf *b, const struct judgement *answer)
{
	prose_verdict(b, answer->verdict);
	if (answer->maybe_count)
		buf_adds(b, ", if none of these applies:");
}

static void print_rule(const char *before, const struct asked *a, const struct rule *rule)
{
	struct buf b = { 0 };

	add_rule(&b, a, rule, a->q.arch);
	print_line(before, &b);
}

/* Rules of the profile for the call in other containers, or on other kernels or machines. */
static void print_elsewhere(const struct asked *a)
{
	enum { SHOWN = 8 };
	const struct profile *f = a->profile;
	size_t n = 0;

	for (size_t i = 0; i < f->name_count; i++) {
		const struct profile_rule *r = &f->rules[f->names[i].rule];
		struct buf b = { 0 };

		if (r->applies || !streq(f->names[i].call, a->q.call) || (n++ >= SHOWN && log_level <= LOG_NORMAL))
			continue;
		add_place(&b, a, &r->place);
		buf_addf(&b, "%s is ", a->q.call);
		prose_verdict(&b, r->verdict);
		buf_addf(&b, "%s, but only %s", r->conditions ? " with some arguments" : "", r->only);
		print_line("  elsewhere: ", &b);
	}
	if (n > SHOWN && log_level <= LOG_NORMAL)
		printf("  and %zu more elsewhere (-v shows them)\n", n - SHOWN);
}

/* Rules for the call that do not matter here. */
static void print_others(const struct asked *a, const struct judgement *answer)
{
	enum { SHOWN = 8 };
	size_t n = 0, count;
	scoped(freep) const struct rule **rules = policy_rules_about(a->policy, &a->q, &count);

	for (size_t i = 0; i < count; i++) {
		bool used = rules[i] == answer->by;

		for (size_t k = 0; k < answer->maybe_count; k++)
			used |= rules[i] == answer->maybe[k];
		if (used || (n++ >= SHOWN && log_level <= LOG_NORMAL))
			continue;
		print_rule(rule_holds(rules[i], &a->q) == HOLDS_NEVER ? "  not met: " : "  outdone: ", a, rules[i]);
	}
	if (n > SHOWN && log_level <= LOG_NORMAL)
		printf("  and %zu more that do not match or are overridden (-v shows them)\n", n - SHOWN);
}

static struct verdict judge(const struct asked *a, const struct partial_call *q)
{
	scoped(judgement_done) struct judgement answer;

	policy_judge_unknown(a->policy, q, &answer);
	return answer.verdict;
}

/* The kernel uses half of an int, but a comparison the whole register. */
static bool is_half(const struct asked *a, unsigned arg)
{
	const struct arg_info *info = sysdb_arg_on(a->q.arch, a->q.call, arg);

	return a->q.arch->bits == 64 && info && (info->type == ARG_INT || info->type == ARG_FD);
}

static bool upper_half_matters(const struct asked *a, unsigned arg, struct verdict *ret_other)
{
	struct partial_call other = a->q;

	if (!is_half(a, arg) || !(a->q.known & 1u << arg))
		return false;
	other.args[arg] ^= (uint64_t)1 << 32;
	*ret_other = judge(a, &other);
	return !verdict_equal(*ret_other, judge(a, &a->q));
}

static bool compares_upper_half(const struct asked *a, const struct judgement *answer, unsigned arg)
{
	bool found = false;

	if (!is_half(a, arg) || (a->q.known & 1u << arg))
		return false;
	for (size_t i = 0; i < answer->maybe_count; i++)
		for (unsigned k = 0; k < answer->maybe[i]->conditions; k++) {
			const struct condition *c = &answer->maybe[i]->when[k];

			found |= c->arg == arg && (c->op != CMP_MASKED_EQ || c->mask > UINT32_MAX);
		}
	return found;
}

static void print_halves(const struct asked *a, const struct judgement *answer)
{
	struct verdict other;

	for (unsigned arg = 0; arg < 6; arg++) {
		struct buf b = { 0 };
		const struct arg_info *info = sysdb_arg_on(a->q.arch, a->q.call, arg);

		if (upper_half_matters(a, arg, &other)) {
			buf_addf(&b, "the kernel uses only the low 32 bits of %s, the rules compare all 64: with other upper "
				 "32 bits the same call is ", info->name);
			prose_verdict(&b, other);
			print_line("  note: ", &b);
		} else if (compares_upper_half(a, answer, arg)) {
			buf_addf(&b, "the kernel uses only the low 32 bits of %s, the conditions compare all 64: bits in the "
				 "upper half get past them", info->name);
			print_line("  note: ", &b);
		}
	}
}

/* other ways */

static void add_way(struct strlist *ways, const struct sysdb_call *c)
{
	const char *list = c->siblings, *families = c->families;
	char word[CALL_NAME_MAX];
	const struct denial *row;

	while (list_next(&list, word, sizeof word))
		strlist_insert(ways, word);
	while (list_next(&families, word, sizeof word))
		for (size_t i = 0; (row = denial_at(i)); i++)
			if (streq(row->family, word) && !family_has(word, row->call) && !streq(row->call, "io_uring_setup"))
				strlist_insert(ways, row->call);
}

/* The reason why io_uring reaches a family of the call, or NULL. */
static const char *ring_reason(const struct sysdb_call *c)
{
	const char *families = c->families;
	char word[CALL_NAME_MAX];
	const struct denial *row;

	while (list_next(&families, word, sizeof word))
		for (size_t i = 0; (row = denial_at(i)); i++)
			if (streq(row->family, word) && streq(row->call, "io_uring_setup") && !family_has(word, row->call))
				return row->reason;
	return NULL;
}

static bool ask_other(const struct asked *a, const char *call, struct judgement *ret)
{
	struct partial_call q = { .arch = a->q.arch, .call = call };
	uint32_t nr;

	if (!arch_call_number(q.arch, call, &nr))
		return false;
	policy_judge_unknown(a->policy, &q, ret);
	return true;
}

static const char *answer_word(const struct judgement *answer)
{
	static const char *const words[] = {
		[HOLDS_NEVER] = "denied", [HOLDS_MAYBE] = "denied or allowed, depending on arguments", [HOLDS_ALWAYS] = "allowed",
	};

	return words[judgement_allows(answer)];
}

static void print_ways(const struct asked *a)
{
	const struct sysdb_call *c = sysdb_find(a->q.call);
	scoped(strlist_done) struct strlist ways = { 0 };
	struct judgement answer;

	if (!c)
		return;
	add_way(&ways, c);
	for (size_t i = 0; i < ways.count; i++) {
		struct buf b = { 0 };

		if (!ask_other(a, ways.items[i], &answer))
			continue;
		if (judgement_allows(&answer) == HOLDS_MAYBE || answer.maybe_count)
			buf_adds(&b, answer_word(&answer));
		else
			prose_verdict(&b, answer.verdict);
		printf("  %s %s: ", list_has(c->siblings, ways.items[i]) ? "sibling" : "reaches it too:", ways.items[i]);
		print_line("", &b);
		judgement_done(&answer);
	}
	if (ring_reason(c) && ask_other(a, "io_uring_setup", &answer)) {
		printf("  io_uring: %s; io_uring_setup is %s\n", ring_reason(c), answer_word(&answer));
		judgement_done(&answer);
	}
}

static void print_call(const struct asked *a)
{
	struct buf b = { 0 };

	buf_addf(&b, "%s(", a->q.call);
	for (unsigned i = 0; i < 6; i++) {
		const struct arg_info *info = sysdb_arg_on(a->q.arch, a->q.call, i);

		if (info ? info->type == ARG_NONE : (int)i >= a->count)
			break;
		buf_addf(&b, "%s%s%s", i ? ", " : "", info ? info->name : "", info ? "=" : "");
		if (!(a->q.known & 1u << i))
			buf_adds(&b, "any");
		else
			arg_print(&b, info, a->q.args[i]);
	}
	buf_adds(&b, ")");
	print_line("", &b);
}

/* What runc and crun do differently from the rules. */
static void print_runtimes(const struct asked *a)
{
	struct deviation d;
	struct buf b = { 0 };

	if (!runtime_filter_deviates(a->runtime, &a->q, DEVIATION_ANY, &d))
		return;
	deviation_words(&b, &d);
	print_line("  but: ", &b);
}

static void print_loaded(const struct asked *a)
{
	const struct deviation *first = runtime_filter_deviation(a->runtime, 0);
	struct buf b = { 0 };

	if (!first || first->kind != DEVIATION_NOT_LOADED)
		return;
	deviation_words(&b, first);
	print_line("  but: ", &b);
}

static void print_answer(const struct asked *a, const struct judgement *answer, const char *abis)
{
	struct buf b = { 0 };

	buf_addf(&b, "%s: ", abis);
	add_answer(&b, answer);
	print_line("", &b);
	for (size_t i = 0; i < answer->maybe_count; i++)
		print_rule("  if: ", a, answer->maybe[i]);
	if (!answer->covered)
		puts(policy_covers(a->policy) & ARCH_BIT(a->q.arch) ?
		     "  by the filter itself: the number is above those of this ABI, and of no other one that the profile is for" :
		     "  by the filter itself: the profile is not for this ABI");
	else
		print_rule(answer->by ? "  by the rule: " : "  by the default: ", a, answer->by);
	if (answer->covered)
		print_others(a, answer);
	print_halves(a, answer);
}

static void write_verdict(struct jsonw *w, struct verdict v)
{
	jsonw_member(w, "action", action_info(v.action)->oci);
	if (action_has_data(v.action))
		jsonw_member_uint(w, "errno", v.data);
}

static void write_rule(struct jsonw *w, const struct asked *a, const struct rule *rule)
{
	const struct place *place = profile_place(a->profile, rule);
	scoped(freep) char *path = clean_dup(place->path);
	scoped(buf_done) struct buf b = { 0 };

	jsonw_open(w, '{');
	write_verdict(w, rule ? rule->verdict : policy_default(a->policy));
	if (rule) {
		scoped(freep) char *call = clean_dup(rule->call);

		jsonw_member(w, "call", call);
		prose_conditions(&b, a->q.arch, rule->call, rule);
		jsonw_member(w, "when", buf_str(&b));
	}
	if (place->file)
		jsonw_member(w, "file", place->file);
	jsonw_member_uint(w, "line", place->line);
	jsonw_member(w, "path", path);
	jsonw_close(w, '}');
}

/* The same for JSON, with an example. */
static void write_runtimes(struct jsonw *w, const struct asked *a)
{
	const struct deviation *first = runtime_filter_deviation(a->runtime, 0);
	bool loaded = !first || first->kind != DEVIATION_NOT_LOADED;
	struct deviation d;
	scoped(buf_done) struct buf b = { 0 };

	jsonw_key(w, "runtimes");
	jsonw_open(w, '{');
	jsonw_key(w, "loaded");
	jsonw_bool(w, loaded);
	if (!loaded) {
		deviation_words(&b, first);
		jsonw_member(w, "reason", buf_str(&b));
	} else if (runtime_filter_deviates(a->runtime, &a->q, DEVIATION_ANY, &d)) {
		deviation_example(&b, &d);
		jsonw_member(w, "example", buf_str(&b));
		write_verdict(w, d.made);
	}
	jsonw_close(w, '}');
}

static void write_answer(struct jsonw *w, const struct asked *a, const struct judgement *answer)
{
	static const char *const words[] = { [HOLDS_NEVER] = "never", [HOLDS_MAYBE] = "sometimes", [HOLDS_ALWAYS] = "always" };
	const struct sysdb_call *c = sysdb_find(a->q.call);
	scoped(strlist_done) struct strlist ways = { 0 };
	struct judgement other;

	jsonw_open(w, '{');
	jsonw_member(w, "abi", a->q.arch->name);
	jsonw_member(w, "allowed", words[judgement_allows(answer)]);
	write_verdict(w, answer->verdict);
	if (answer->covered) {
		jsonw_key(w, answer->by ? "rule" : "default");
		write_rule(w, a, answer->by);
	}
	jsonw_key(w, "unless");
	jsonw_open(w, '[');
	for (size_t i = 0; i < answer->maybe_count; i++)
		write_rule(w, a, answer->maybe[i]);
	jsonw_close(w, ']');
	if (c)
		add_way(&ways, c);
	if (c && ring_reason(c))
		strlist_insert(&ways, "io_uring_setup");
	write_runtimes(w, a);
	jsonw_key(w, "others");
	jsonw_open(w, '{');
	for (size_t i = 0; i < ways.count; i++)
		if (ask_other(a, ways.items[i], &other)) {
			jsonw_member(w, ways.items[i], words[judgement_allows(&other)]);
			judgement_done(&other);
		}
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

/* the ABIs */

static bool same_answer(const struct judgement *a, const struct judgement *b)
{
	bool same = a->covered == b->covered && verdict_equal(a->verdict, b->verdict) && a->by == b->by &&
		    a->maybe_count == b->maybe_count;

	for (size_t i = 0; same && i < a->maybe_count; i++)
		same = a->maybe[i] == b->maybe[i];
	return same;
}

/* The chosen ABIs, or the native one and those of the policy or its kernel. */
static size_t choose_arches(const struct asked *a, const struct arch *ret[static 32])
{
	const struct arch *arch, *native = arch_native();
	size_t n = 0;
	uint32_t nr;

	for (size_t i = 0; i < profile_choice.arches.count && n < 32; i++)
		ret[n++] = arch_find(profile_choice.arches.items[i]);
	if (n)
		return n;
	if (arch_call_number(native, a->q.call, &nr))
		ret[n++] = native;
	for (size_t i = 0; (arch = arch_at(i)) && n < 32; i++)
		if (arch != native && ((policy_covers(a->policy) & ARCH_BIT(arch)) || arch_is_companion(native, arch)) &&
		    arch_call_number(arch, a->q.call, &nr))
			ret[n++] = arch;
	return n;
}

/* Prints equal answers once. */
static void print_answers(struct asked *a, const struct arch *const *arches, struct judgement *answers, size_t n)
{
	bool done[32] = { false };

	a->q.arch = arches[0];
	print_call(a);
	for (size_t i = 0; i < n; i++) {
		scoped(buf_done) struct buf abis = { 0 };
		arch_set these = 0;

		for (size_t k = i; k < n && !done[i]; k++)
			if (!done[k] && same_answer(&answers[i], &answers[k]) && (k == i || arches[i]->bits == arches[k]->bits ||
			    answers[i].maybe_count == 0)) {
				buf_addf(&abis, "%s%s", abis.len ? ", " : "", arches[k]->name);
				these |= ARCH_BIT(arches[k]);
				done[k] = k != i;
			}
		a->q.arch = arches[i];
		if (abis.len)
			print_answer(a, &answers[i], buf_str(&abis));
		for (size_t k = i; k < n; k++) {
			a->q.arch = arches[k];
			if (these & ARCH_BIT(arches[k]))
				print_runtimes(a);
		}
	}
	print_loaded(a);
	a->q.arch = arches[0];
	print_elsewhere(a);
	print_ways(a);
}

static void write_answers(struct asked *a, const struct arch *const *arches, struct judgement *answers, size_t n)
{
	struct jsonw w = { .file = stdout };

	jsonw_open(&w, '{');
	jsonw_member(&w, "call", a->q.call);
	if (profile_read_for())
		jsonw_member(&w, "read_for", profile_read_for());
	jsonw_key(&w, "answers");
	jsonw_open(&w, '[');
	for (size_t i = 0; i < n; i++) {
		a->q.arch = arches[i];
		write_answer(&w, a, &answers[i]);
	}
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	jsonw_end(&w);
}

static bool is_denied_by_runtimes(const struct asked *a)
{
	struct deviation d;

	return runtime_filter_deviates(a->runtime, &a->q, 1u << DEVIATION_STRICTER, &d);
}

/* The exit status is "no" if the call is denied, or may be, on the first ABI or on a chosen one. */
static int answer_all(struct asked *a, struct err *e)
{
	const struct arch *arches[32];
	struct judgement answers[32];
	size_t n = choose_arches(a, arches);
	int status = STATUS_DONE;

	if (n == 0)
		return usage_error(e, "'%s' is not a call of this machine's ABIs; see --arch", a->q.call);
	for (size_t i = 0; i < n; i++) {
		uint32_t nr;

		if (!arch_call_number(arches[i], a->q.call, &nr))
			return usage_error(e, "'%s' is not a call of %s", a->q.call, arches[i]->name);
	}
	for (size_t i = 0; i < n; i++) {
		a->q.arch = arches[i];
		policy_judge_unknown(a->policy, &a->q, &answers[i]);
		if ((i == 0 || profile_choice.arches.count) &&
		    (judgement_allows(&answers[i]) != HOLDS_ALWAYS || is_denied_by_runtimes(a)))
			status = STATUS_NO;
	}
	if (arg_json)
		write_answers(a, arches, answers, n);
	else
		print_answers(a, arches, answers, n);
	for (size_t i = 0; i < n; i++)
		judgement_done(&answers[i]);
	return status;
}

static int explain_profile(const char *path, const struct parse_host *host, int argc, char **argv, struct err *e)
{
	struct asked a = { .q.call = argc > 0 ? argv[0] : NULL, .count = argc - 1 };
	int r;

	if (argc == 0)
		return usage_error(e, "give a call after '%s'", path);
	if (!call_exists_on(a.q.call, ANY_ARCH) && !sysdb_find(a.q.call)) {
		const char *near = opt_nearest(a.q.call, vocabulary_call, NULL);

		return usage_error(e, "unknown call '%s'%s%s", a.q.call, near ? "; the nearest is " : "", near ? near : "");
	}
	r = parse_arguments(&a.q, argc - 1, argv + 1, e);
	r = r < 0 ? r : profile_load(path, host, &a.profile, e);
	if (r < 0)
		return r;
	a.policy = a.profile->policy;
	a.runtime = profile_runtime_filter(a.profile);
	r = answer_all(&a, e);
	runtime_filter_free(a.runtime);
	profile_free(a.profile);
	return r;
}

static int explain_known(const char *word, struct err *e)
{
	const struct sysdb_call *c = sysdb_find(word);
	const char *family = c ? NULL : family_find(word);
	int r = c || family ? 0 : deny_word_check(word, e);

	if (r < 0)
		return usage_mark(r);
	if (c && arg_json)
		knowledge_write_call(c, stdout);
	else if (c)
		knowledge_print_call(c);
	else if (arg_json)
		knowledge_write_family(family, stdout);
	else
		knowledge_print_family(family);
	return STATUS_DONE;
}

static int run(int argc, char **argv, struct err *e)
{
	bool known = argc > 0 && (sysdb_find(argv[0]) || family_find(argv[0]));
	struct parse_host host;
	int r;

	if (argc == 0)
		return usage_error(e, "give a call or a family, or a profile and a call");
	r = profile_choose(&host, e);
	if (r < 0)
		return r;
	if (!arg_json)
		term_wrap_stdout();
	if (profile_choice.arches.count > 32)
		return usage_error(e, "too many ABIs");
	/* a word is first a call, then a file */
	if (!known && (argc > 1 || streq(argv[0], "-") || strchr(argv[0], '/') || access(argv[0], F_OK) == 0))
		return explain_profile(argv[0], &host, argc - 1, argv + 1, e);
	if (argc > 1)
		return usage_error(e, "unexpected argument '%s'; a profile with the name of a call is written './%s'", argv[1],
				   argv[0]);
	return explain_known(argv[0], e);
}

static const struct opt opts[] = {
	opt_heading("What"),
	profile_opt_arch("on this ABI (default: the native one first, then its\n"
			 "companions and the profile's others); repeatable. For\n"
			 "another machine: as the profile applies there"),
	opt_heading("How the profile is read"),
	profile_opt_read_as,
	profile_opts_container,
	opt_heading("Output"),
	opt_flag(0, "json", &arg_json, "machine-readable output"),
	opt_end(),
};

const struct cmd cmd_explain = {
	.name = "explain",
	.usage = "[options] PROFILE CALL [ARG...] | CALL | FAMILY",
	.summary = "explain which rule decides, or what is known about a call",
	.details =
		"An ARG is a number, names of constants joined by '|', or '_' for any, as are\n"
		"those left out. A word that names a call or a family is that, otherwise a file.\n"
		"The exit status is 1 if the call is denied, with some arguments at least.",
	.examples =
		"  sctrace explain profile.json chmod || echo denied\n"
		"  sctrace explain profile.json openat AT_FDCWD _ 'O_RDWR|O_CREAT'\n"
		"  sctrace explain clone\n"
		"  sctrace explain mount-family\n",
	.opts = opts,
	.words = { vocabulary_denial, vocabulary_call },
	.run = run,
};
