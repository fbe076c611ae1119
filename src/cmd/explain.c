/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/term.h"
#include "cmd/cmd.h"
#include "app/explanation.h"
#include "app/knowledge.h"
#include "app/vocabulary.h"
#include "policy/judge-unknown.h"
#include "policy/derive.h"
#include "policy/judge.h"
#include "sysdb/args.h"
#include "sysdb/sysdb.h"

static bool arg_json;

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

/* answers */

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
		explanation_write(a, arches, answers, n);
	else
		explanation_print(a, arches, answers, n);
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
	struct parse_host host;
	int r = profile_add_pids(&argc, &argv, true, e);
	bool known = r == 0 && argc > 0 && (sysdb_find(argv[0]) || family_find(argv[0]));

	if (r < 0)
		return r;
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
	profile_opts_file,
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
