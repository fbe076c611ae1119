/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "app/denials.h"
#include "app/output.h"
#include "app/profile.h"
#include "app/recordings.h"
#include "app/review.h"
#include "app/runtimes.h"
#include "app/show.h"
#include "app/spare.h"
#include "app/spots.h"
#include "app/stricter.h"
#include "app/targets.h"
#include "app/vocabulary.h"
#include "app/written.h"
#include "policy/derive.h"
#include "policy/judge.h"
#include "policy/narrow.h"
#include "policy/runtime.h"
#include "policy/tighten.h"
#include "sysdb/sysdb.h"

static const char *arg_format = "docker", *arg_output = "-", *arg_base, *arg_name, *arg_pod;
static struct strlist arg_target, arg_action, arg_errno, arg_deny, arg_allow, arg_runtime, arg_accept;
static bool arg_annotate, arg_args, arg_exact, arg_strict, arg_minimal, arg_closed;

/* The parsed options. */
struct plan {
	const struct view *view;
	struct wanted wanted;
	struct targets targets;
	struct denials denials;
	arch_set arches;
	const struct policy *base;	/* one of the next two; NULL: none */
	struct profile *profile;	/* of --base */
	struct policy *known;		/* what --closed allows */
	struct parse_host host;		/* the host that the profile was read for */
	struct layers *layers;		/* the base with its conditions, for Docker's format; NULL: it has none */
};

static const char *runtime_word(size_t i, maybe_unused const void *data)
{
	return runtime_name(i);
}

static int plan_arches(struct plan *plan, struct err *e)
{
	const struct arch *arch;
	int r = 0;

	for (size_t i = 0; r == 0 && i < profile_choice.arches.count; i++) {
		r = profile_find_arch(profile_choice.arches.items[i], &arch, e);
		plan->arches |= r == 0 ? ARCH_BIT(arch) : 0;
	}
	return r;
}

static int check_words(struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < arg_deny.count; i++)
		r = deny_word_check(arg_deny.items[i], e);
	for (size_t i = 0; r == 0 && i < arg_allow.count; i++)
		r = deny_word_check(arg_allow.items[i], e);
	if (r < 0)
		return usage_mark(r);
	for (size_t i = 0; r == 0 && i < arg_accept.count; i++)
		r = spots_check_word(arg_accept.items[i], e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < arg_runtime.count; i++)
		if (!runtime_known(arg_runtime.items[i]))
			return usage_unknown(e, "runtime", arg_runtime.items[i], runtime_word,
					     "'sctrace list runtimes' prints them");
	return 0;
}

/* Rejects options that have no effect with others. */
static int check_base(const struct plan *plan, struct err *e)
{
	if (profile_pid_for(&arg_base, "--base", e) < 0)
		return -EINVAL;
	if (!arg_base && profile_choice_given(false))
		return usage_error(e, "%s requires --base: it decides a base's 'includes' and 'excludes'",
				   profile_choice_given(false));
	if (arg_args && arg_deny.count)
		return usage_error(e, "--args cannot be combined with --deny: all else is allowed");
	if (arg_exact && arg_deny.count)
		return usage_error(e, "--exact has no effect with --deny: all other calls are allowed");
	if (arg_minimal && !arg_deny.count)
		return usage_error(e, "--minimal requires --deny");
	if (arg_closed && (!arg_deny.count || arg_base))
		return usage_error(e, arg_base ? "--closed cannot be combined with --base: other calls are as in the base"
				   : "--closed requires --deny: calls that were not recorded are denied already");
	if (arg_base && !arg_deny.count && plan->denials.given)
		return usage_error(e, "with --base, --action and --errno require --deny: other calls are denied as in the base");
	return 0;
}

/* A format may support conditions on the container, but --cap and similar options decide them. */
static bool keeps_conditions(const struct plan *plan)
{
	return arg_deny.count && !profile_choice_given(true) && plan->view->can & CAN_LAYERS;
}

static int plan_base(struct plan *plan, struct err *e)
{
	const struct arch *arch;
	int r = check_base(plan, e);

	if (r == 0 && arg_closed)
		plan->base = plan->known = policy_known(plan->arches);
	if (r < 0 || !arg_base)
		return r;
	r = profile_choose(&plan->host, e);
	if (r == 0 && keeps_conditions(plan))
		r = profile_load_all(arg_base, &plan->host, &plan->profile, e);
	else if (r == 0)
		r = profile_load(arg_base, &plan->host, &plan->profile, e);
	if (r < 0)
		return r;
	plan->base = plan->profile->policy;
	if (keeps_conditions(plan))
		plan->layers = layers_of(plan->profile);
	for (size_t i = 0; r == 0 && (arch = arch_at(i)); i++)
		if ((plan->arches & ~policy_covers(plan->base)) & ARCH_BIT(arch))
			r = usage_error(e, "'%s' does not cover %s, and calls of it are killed: nothing to keep of them",
					arg_base, arch->name);
	return r;
}

static int plan_wanted(struct plan *plan, struct err *e)
{
	int r = targets_read(&arg_target, &plan->targets, e);

	if (r == 0 && plan->view->loader)
		targets_add_installed(&plan->targets, plan->view->loader);
	plan->wanted = (struct wanted){ .name = arg_name, .pod = arg_pod, .targets = &plan->targets,
					.exact = arg_exact || arg_strict, .no_runtime = strlist_has(&arg_runtime, "none"),
					.podman = strlist_has(&arg_runtime, "podman") && !strlist_has(&arg_runtime, "docker") };
	if (r == 0 && view_check(plan->view, &plan->wanted, e) < 0)
		r = usage_mark(-EINVAL);
	return r;
}

static int make_plan(struct plan *plan, struct err *e)
{
	int r;

	*plan = (struct plan){ 0 };
	r = show_find(SHOWS_POLICY, arg_format, &plan->view, e);
	r = r < 0 ? r : plan_wanted(plan, e);
	r = r < 0 ? r : denials_read(&plan->denials, &arg_deny, &arg_action, &arg_errno, e);
	r = r < 0 ? r : plan_arches(plan, e);
	r = r < 0 ? r : check_words(e);
	return r < 0 ? r : plan_base(plan, e);
}

/* --allow: a call, or all calls of a family. */
static void allow_word(struct policy *p, const char *word)
{
	const struct sysdb_call *c;
	const char *family = sysdb_find(word) ? NULL : family_find(word);

	if (!family)
		policy_allow(p, word, "asked for by --allow");
	for (size_t i = 0; family && (c = sysdb_at(i)); i++)
		if (family_has(family, c->name))
			policy_allow(p, c->name, "asked for by --allow");
}

/* Before calls without evidence are added, which cannot be narrowed. */
static void narrow(struct policy *p, const struct rec *rec)
{
	scoped(strlist_done) struct strlist narrowed = { 0 }, left = { 0 };

	policy_narrow(p, rec, &narrowed, &left);
	review_narrowed(&narrowed, &left);
}

static void gen_allow(const struct plan *plan, const struct rec *rec, struct policy **ret)
{
	struct policy *p = policy_derive(rec, &(struct derive_opts){ .refuse = plan->denials.verdict,
								.arches = plan->arches, .exact = arg_exact });
	scoped(strlist_done) struct strlist added = { 0 }, runtimes = { 0 };

	if (arg_args)
		narrow(p, rec);
	runtimes_choose(&arg_runtime, plan->view, rec, false, &runtimes);
	runtimes_add(p, &runtimes, policy_default(plan->base ? plan->base : p), &added);
	for (size_t i = 0; i < arg_allow.count; i++)
		allow_word(p, arg_allow.items[i]);
	policy_sort(p);
	if (!plan->base)
		review_allowed(p);
	runtimes_review_filters(rec);
	runtimes_review(&runtimes, &added);
	if (!plan->base && plan->view->container)
		review_names(p);
	if (!plan->base)
		review_no_calls(p, rec);
	spots_review(rec, p, &arg_accept);
	review_unseen(p, rec, plan->arches & ~rec_arches(rec));
	review_saturation(rec);
	*ret = p;
}

static struct denylist plan_denylist(const struct plan *plan, arch_set arches)
{
	return (struct denylist){
		.words = (const char *const *)arg_deny.items, .count = arg_deny.count, .minimal = arg_minimal,
		.verdict = plan->denials.given ? &plan->denials.verdict : NULL, .own = plan->denials.own, .arches = arches,
	};
}

/* The denials on these ABIs. */
static int make_denied(const struct plan *plan, arch_set arches, const struct strlist *runtimes, struct spared *ret_spared,
		       struct policy **ret, struct err *e)
{
	const struct denylist d = plan_denylist(plan, arches);
	int r = policy_deny(&d, ret, e);

	for (size_t i = 0; r == 0 && i < arg_allow.count; i++)
		allow_word(*ret, arg_allow.items[i]);
	for (size_t i = 0; r == 0 && i < runtimes->count; i++)
		policy_spare_runtime(*ret, runtimes->items[i], ret_spared);
	if (r == 0)
		policy_sort(*ret);
	return r;
}

static int deny_in_layers(const struct plan *plan, const struct strlist *runtimes, const struct policy *host_denied,
			  struct err *e)
{
	scoped(policy_freep) struct policy *denied = NULL;
	scoped(spared_done) struct spared spared = { 0 };
	int r = plan->layers ? make_denied(plan, plan->layers->arches, runtimes, &spared, &denied, e) : 0;

	if (r == 0 && plan->layers)
		r = stricter_deny(plan->layers, plan->profile, &plan->host, denied, host_denied, e);
	return r;
}

static void review_deny(const struct plan *plan, const struct policy *denied, const struct policy *p, const struct rec *rec)
{
	const struct denylist d = plan_denylist(plan, 0);
	scoped(freep) char *rest = arg_base ? xprintf("all else is as in %s", arg_base) :
		xstrdup(arg_closed ? "every other known call is allowed, and unknown ones get ENOSYS" : "all else is allowed");

	review_denied(denied, &d, rest);
	if (plan->layers)
		log_more("its conditions on capabilities, machine and kernel are kept: it applies to every container");
	if (plan->view->container)
		review_names(p);
	if (!arg_base && plan->view->container)
		review_opened(p);
	if (!rec)
		return;
	review_losses(p, plan->base, rec);
	spots_review(rec, p, &arg_accept);
}

static int gen_deny(const struct plan *plan, const struct rec *rec, struct policy **ret, struct err *e)
{
	struct policy *denied = NULL, *p = NULL;
	scoped(strlist_done) struct strlist runtimes = { 0 };
	scoped(spared_done) struct spared spared = { 0 };

	runtimes_choose(&arg_runtime, plan->view, NULL, true, &runtimes);
	int r = make_denied(plan, plan->base ? policy_covers(plan->base) : plan->arches, &runtimes, &spared, &denied, e);
	const struct denylist d = plan_denylist(plan, 0);

	r = r < 0 ? r : review_spared(denied, &d, &runtimes, &spared, arg_strict, e);
	if (r == 0 && plan->base)
		r = policy_tighten(plan->base, denied, &p, e);
	r = r < 0 ? r : deny_in_layers(plan, &runtimes, denied, e);
	if (r == 0)
		review_deny(plan, denied, plan->base ? p : denied, rec);
	if (r == 0 && plan->base)
		review_starts(p, &runtimes);
	if (!plan->base)
		p = take(denied);
	policy_free(denied);
	*ret = p;
	return r;
}

/* What both the base and the recording allow. */
static int gen_common(const struct plan *plan, const struct rec *rec, struct policy **ret, struct err *e)
{
	scoped(policy_freep) struct policy *seen = NULL;
	arch_set arches = policy_arches(plan->base) & (rec_arches(rec) | plan->arches | ARCH_BIT(arch_native()));
	scoped(policy_freep) struct policy *base = policy_copy(plan->base, arches);
	scoped(strlist_done) struct strlist runtimes = { 0 };
	int r;

	gen_allow(plan, rec, &seen);
	r = policy_tighten(base, seen, ret, e);
	runtimes_choose(&arg_runtime, plan->view, rec, false, &runtimes);
	if (r == 0) {
		review_common(plan->base, *ret, arg_base);
		review_losses(*ret, plan->base, rec);
		review_starts(*ret, &runtimes);
	}
	return r;
}

/* For a deny-list a recording is optional, and only compared. Recordings with blind spots are
 * rejected before any other report. */
static int load(int argc, char **argv, struct rec **ret, struct err *e)
{
	scoped(rec_freep) struct rec *rec = NULL;
	int r;

	if (arg_deny.count && argc == 0 && access(RECORDING_DEFAULT, F_OK) < 0)
		return 0;
	r = recordings_load(argc, argv, &rec, e);
	r = r < 0 || !arg_strict ? r : spots_refuse(rec, &arg_accept, e);
	if (r < 0)
		return r;
	if (arg_deny.count)
		log_info("compared with %s%s", argc ? argv[0] : RECORDING_DEFAULT, argc > 1 ? " and others" : "");
	*ret = take(rec);
	return 0;
}

static int write_result(const struct plan *plan, const struct policy *p, const struct rec *rec, struct err *e)
{
	struct shown shown = { .is = SHOWS_POLICY, .policy = p, .layers = plan->layers, .verbose = arg_annotate,
			       .wanted = plan->wanted };

	shown.wanted.rec = rec;
	return written_policy(plan->view, &shown, arg_output, arg_strict, e);
}

static int run(int argc, char **argv, struct err *e)
{
	scoped(rec_freep) struct rec *rec = NULL;
	struct plan plan;
	scoped(policy_freep) struct policy *p = NULL;
	scoped(strlist_done) struct strlist named = { 0 };
	int r = make_plan(&plan, e);

	r = r < 0 ? r : recordings_name(&argc, &argv, &named, e);
	r = r < 0 ? r : recordings_check_output(arg_output, arg_format, argc, argv, e);
	r = r < 0 ? r : load(argc, argv, &rec, e);
	if (r == 0 && arg_deny.count)
		r = gen_deny(&plan, rec, &p, e);
	else if (r == 0 && plan.base)
		r = gen_common(&plan, rec, &p, e);
	else if (r == 0 && rec_arches(rec) == 0)
		r = err_set(e, ENODATA, "the recording contains no call: no profile can be made from it ('sctrace report' shows why)");
	else if (r == 0)
		gen_allow(&plan, rec, &p);
	r = r < 0 ? r : write_result(&plan, p, rec, e);
	policy_free(plan.known);
	profile_free(plan.profile);
	layers_free(plan.layers);
	denials_done(&plan.denials);
	return r;
}

static const struct opt opts[] = {
	opt_heading("What"),
	opt_list(0, "deny", "WORD", &arg_deny, "deny a family (mount-family) or a call and allow all\n"
		 "else; repeatable. Recordings are only compared with\n"
		 "it. WORD:HOW denies it with that errno or action",
		 .words = vocabulary_denial),
	opt_flag(0, "minimal", &arg_minimal, "with --deny: of a family deny only the calls without\n"
		 "which the others are useless"),
	opt_flag(0, "closed", &arg_closed, "with --deny: name all that is allowed, so that a call\n"
		 "without a name gets ENOSYS"),
	opt_string(0, "base", "PROFILE", &arg_base, "make this profile stricter: with --deny, deny these\n"
		   "as well; without it, deny what was not recorded;\n"
		   "the engines' own: docker-default, podman-default"),
	profile_opts_file,
	profile_opts_container,
	opt_flag(0, "args", &arg_args, "allow calls like socket, clone, ioctl and prctl only\n"
		 "with the arguments that were seen"),
	opt_flag(0, "exact", &arg_exact, "leave out the calls that depend on timing: allow only\n"
		 "what was recorded and what the kernel needs"),
	opt_container(),
	opt_list(0, "allow", "WORD", &arg_allow, "allow a family or a call in any case; repeatable",
		 .words = vocabulary_denial),
	opt_list(0, "runtime", "NAME", &arg_runtime, "allow what a container runtime itself calls: auto\n"
		 "(default for formats that container runtimes read:\n"
		 "runc and crun), docker, podman, init, none and more\n('sctrace list runtimes')", .words = runtime_word),
	profile_opt_arch("cover this ABI (default: those seen; with --deny the\n"
			 "native one and its 32-bit companions); repeatable.\n"
			 "For another machine: --base as it applies there"),
	opt_list(0, "action", "NAME", &arg_action, "how to deny: errno (default), kill-process,\nkill-thread, trap, log",
		 .words = denial_action),
	opt_list(0, "errno", "NAME", &arg_errno, "the errno of a denied call (default: EPERM, or with\n"
		 "--deny one with which programs fail cleanly)", .words = vocabulary_errno),
	opt_heading("Output"),
	opt_string('F', "format", "FORMAT", &arg_format, "docker (default), or another of\n'sctrace list formats'",
		   .words = show_policy_word),
	opt_string('o', "output", "FILE", &arg_output, "write to FILE (default: standard output)"),
	opt_force(),
	opt_list(0, "target", "NAME=VERSION", &arg_target, "what will load the profile, as systemd=252; or host:\n"
		 "what is installed here; repeatable", .words = targets_word),
	opt_string(0, "name", "TEXT", &arg_name, "kubernetes, spo: the name of the object; systemd: of\nthe service"),
	opt_string(0, "pod", "KIND", &arg_pod, "kubernetes: write a Pod that runs under the profile;\n"
		   "KIND: annotation, RuntimeDefault, or install: what\nputs the profile on every node", .maybe = true),
	opt_flag(0, "annotate", &arg_annotate, "write the reason of each rule into the profile"),
	opt_flag(0, "strict", &arg_strict, "fail when the format cannot express something, or\n"
		 "the recording has a blind spot that is not accepted"),
	opt_list(0, "accept", "KIND", &arg_accept, "a blind spot that does not matter here; repeatable",
		 .words = vocabulary_spot),
	opt_end(),
};

const struct cmd cmd_gen = {
	.name = "gen",
	.usage = "[options] [RECORDING...]",
	.summary = "make a profile from recordings, or from what must be denied",
	.details =
		"The profile goes to standard output, a summary for the reviewer to standard\n"
		"error. Several recordings are merged; without any, it is 'sctrace.json'.",
	.examples =
		"  sctrace gen -o profile.json\n"
		"  sctrace gen --runtime runc --annotate nginx.json\n"
		"  sctrace gen --deny mount-family --deny ptrace-family\n"
		"  sctrace gen --deny mount-family --base docker-default -o nomount.json\n",
	.opts = opts,
	.run = run,
};
