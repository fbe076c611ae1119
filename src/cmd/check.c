/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "app/workload.h"
#include "app/elsewhere.h"
#include "app/left.h"
#include "app/output.h"
#include "app/profile.h"
#include "app/recorder.h"
#include "app/recordings.h"
#include "app/show.h"
#include "app/spots.h"
#include "app/stopped.h"
#include "check/breach.h"
#include "out/breach/phrases.h"
#include "policy/compile.h"
#include "policy/judge.h"
#include "sysdb/sysdb.h"
#include "tracer/tracer.h"

static const char *arg_profile, *arg_output = "-", *arg_format = "text", *arg_update;
static bool arg_until_exit, arg_audit, arg_json, arg_stale, arg_errors;

/* The profile, the command or recordings, and the result. */
struct rehearsal {
	const struct view *view;
	struct profile *profile;
	struct breaches found;
	struct stopped_stacks stacks;	/* of the breaches */
	struct recorder *recorder;
	struct tracer *tracer;
	struct rec *rec;		/* the recording of the command, or to be judged */
	int exhausted;			/* see command_exhausted() */
	struct err why;
	unsigned said;			/* number of denied calls that were reported at once */
};

/* a command */

/* Reports the first breach of each kind at once, because a workload may run for hours or forever.
 * The number is bounded, so that a hostile one cannot flood the terminal. */
static void say_now(struct rehearsal *s, const struct breach *b, const char *shape)
{
	enum { SAID_MAX = 50 };
	struct buf line = { 0 };

	if (b->kind != BREACH_REFUSED || b->count > 1 || s->said > SAID_MAX)
		return;
	breach_announce(&line, b, shape, arg_audit);
	if (s->said++ < SAID_MAX)
		log_info("%s", buf_str(&line));
	else
		log_info("more calls are denied; the summary at the end has them");
	buf_done(&line);
}

/* The row of a stopped call, with its arguments. */
static void tell(struct rehearsal *s, struct breach *key, const struct tracer_call *call, const struct rule *rule)
{
	struct buf shape = { 0 };
	struct census_program program;
	struct breach *b;

	key->audit = call->arch;
	key->nr = call->nr;
	key->program = census_program_at(tracer_census(s->tracer), call->program, &program) ? program.path : NULL;
	b = breaches_add(&s->found, key, rule, 1, call->seconds);
	if (!b->more_shapes) {
		stopped_print(&shape, key->arch, key->name, call->args, call->tid);
		breach_add_shape(b, buf_str(&shape));
	}
	say_now(s, b, buf_str(&shape));
	if (b->count == 1)
		stopped_capture(&s->stacks, b, tracer_stacks(s->tracer), call->tid);
	buf_done(&shape);
}

static struct verdict judge(const struct rehearsal *s, const struct arch *arch, const struct tracer_call *call,
			    char name[static CALL_NAME_MAX], const struct rule **ret_rule)
{
	*ret_rule = NULL;
	if (arch)
		arch_call_name(arch, call->nr, name);
	else
		snprintf(name, CALL_NAME_MAX, "call_%u", call->nr);
	return arch ? policy_judge(s->found.policy, arch, call->nr, call->args, ret_rule) : (struct verdict){ ACT_KILL_THREAD, 0 };
}

static uint32_t on_gated(void *self, const struct tracer_call *call)
{
	struct rehearsal *s = self;
	char name[CALL_NAME_MAX];
	const struct rule *rule;
	const struct arch *arch = arch_of_call(call->arch, call->nr);
	struct verdict v = judge(s, arch, call, name, &rule);

	if (!verdict_passes(v))
		tell(s, &(struct breach){ .kind = breach_kind_of(arch, call->nr, v, rule), .arch = arch, .name = name, .verdict = v }, call, rule);
	return verdict_kernel(v);
}

static void on_failed(void *self, const struct tracer_call *call, int error)
{
	struct rehearsal *s = self;
	char name[CALL_NAME_MAX];
	const struct rule *rule;
	const struct arch *arch = arch_of_call(call->arch, call->nr);

	if (!arg_errors || (error != EPERM && error != EACCES) || !verdict_passes(judge(s, arch, call, name, &rule)))
		return;
	tell(s, &(struct breach){ .kind = BREACH_KERNEL, .arch = arch, .name = name, .verdict = { ACT_ALLOW, 0 },
				  .error = error, .gate = sysdb_missing(name, error) }, call, rule);
}

static void on_first(void *self, const struct first_call *call)
{
	recorder_first(((struct rehearsal *)self)->recorder, call);
}

static void on_executed(void *self, const struct tracer *t, unsigned program, pid_t tid)
{
	recorder_executed(((struct rehearsal *)self)->recorder, tracer_census(t), program, tid);
}

static void on_connects(void *self, const struct tracer *t, unsigned program, pid_t tid, const char *address)
{
	recorder_connects(((struct rehearsal *)self)->recorder, t, program, tid, address);
}

static void on_left(maybe_unused void *self, const struct tracer *t)
{
	left_tell(t);
}

/* the answer */

/* Suggests what to do about the first breach. */
static void say_next(const struct breaches *found)
{
	const struct breach *b = NULL;

	for (size_t i = 0; !b && i < found->count; i++)
		b = found->items[i]->kind == BREACH_REFUSED ? found->items[i] : NULL;
	if (!b)
		return;
	const char *select = profile_choice.select;

	log_next("'sctrace explain %s%s%s %s' shows why; to allow what is intended, %s ('sctrace gen')", arg_profile,
		 select ? " --select " : "", select ? select : "", b->name,
		 !found->ran ? "make the profile again from the recording" :
		 arg_update ? "make the profile again from what it was added to" :
		 "add it to a recording ('check --audit --update RECORDING') and make the profile again");
}

/* 0: inside; 1: outside; 3: the command failed inside the profile. */
static int status_of(const struct breaches *found)
{
	return breaches_outside(found) ? STATUS_NO : breaches_failed(found) ? STATUS_FAILED : STATUS_DONE;
}

/* The standard output belongs to the command: text goes to standard error. */
static int emit(struct breaches *found, const struct view *view, struct err *e)
{
	const struct shown shown = { .is = SHOWS_BREACH, .breaches = found, .verbose = log_level == LOG_VERBOSE };
	bool aside = found->ran && view->is_text && streq(arg_output, "-");
	struct io_out out;
	struct err ignored;
	int r = 0;

	breaches_sort(found);
	if (aside && (log_level != LOG_QUIET || status_of(found)))
		show(view, &shown, stderr, isatty(STDERR_FILENO) ? STDERR_FILENO : -1, &ignored);
	if (!aside) {
		r = output_create(&out, arg_output, view->name, 1, &arg_profile, e);
		r = r < 0 ? r : show_commit(view, &shown, &out, arg_output, e);
	}
	if (r == 0 && view->is_text)
		say_next(found);
	return r;
}

static void conclude(struct rehearsal *s)
{
	if (arg_stale)
		breaches_find_stale(&s->found, s->rec);
	if (s->found.ran)
		spots_tell(s->rec);
	else
		spots_review(s->rec, s->found.policy, NULL);
	s->found.rec = s->rec;
}

static int trace(struct rehearsal *s, char *path, char **argv, const struct compiled *filter, struct err *e)
{
	const struct tracer_sink sink = { .first = on_first, .gated = on_gated, .failed = on_failed, .left = on_left,
					  .executed = on_executed, .connects = on_connects };
	struct tracer_filter one = { 0 };
	struct tracer_gate gate = {
		.filters = &one, .count = 1, .flags = compiled_flags(filter),
		.audit = arg_audit, .every = arg_errors || arg_stale,
	};
	struct tracer_opts opts = { .path = path, .argv = argv, .envp = environ, .gate = &gate, .stacks = true,
				   .grace = LEFT_GRACE, .until_exit = arg_until_exit };
	int r;

	one.code = compiled_code(filter, &one.len);
	elsewhere_warn(path, argv);
	s->recorder = recorder_new(argv, "all");
	opts.wants = recorder_wants(s->recorder, false, &opts.want_count);
	s->tracer = tracer_new(&opts, &sink, s);
	r = tracer_run(s->tracer, &s->found.wait_status, e);
	if (r >= 0) {
		s->rec = recorder_make(s->recorder, tracer_census(s->tracer), tracer_stacks(s->tracer),
				       &s->found.wait_status);
		conclude(s);
		left_conclude(s->tracer);
		r = arg_update ? recording_update(s->rec, arg_update, e) : 0;
		s->exhausted = r == 0 ? command_exhausted(s->tracer, &s->why) : 0;
	}
	stopped_name(&s->stacks, tracer_stacks(s->tracer));
	tracer_free(s->tracer);
	recorder_free(s->recorder);
	return r;
}

static int check_command(struct rehearsal *s, char **argv, struct err *e)
{
	scoped(freep) char *path = NULL;
	struct compiled *filter = NULL;
	int r = profile_enforceable(arg_profile, s->found.policy, e);

	s->found.ran = true;
	s->found.audit = arg_audit;
	s->found.subject = (const char *const *)argv;
	r = r < 0 ? r : policy_compile(s->found.policy, &filter, e);
	r = r < 0 ? r : command_find(argv[0], &path, e);
	if (r == 0) {
		compiled_defer(filter, TRACER_GATE_DATA);
		r = trace(s, path, argv, filter, e);
	}
	compiled_free(filter);
	return r;
}

static int check_recordings(struct rehearsal *s, int argc, char **argv, struct err *e)
{
	int r = recordings_load(argc, argv, &s->rec, e);

	if (r < 0)
		return r;
	s->found.subject = (const char *const *)argv;
	breaches_find(&s->found, s->rec);
	conclude(s);
	return 0;
}

/* Options end at the first word, so -p after the command belongs to the command. */
static int no_profile(int argc, char **argv, struct err *e)
{
	for (int i = 1; i < argc; i++)
		if (streq(argv[i], "-p") || streq(argv[i], "--profile") || starts_with(argv[i], "--profile="))
			return usage_error(e, "give a profile with -p, before the command: 'sctrace check -p FILE %s'", argv[0]);
	return usage_error(e, "give a profile with -p");
}

/* Before anything runs. */
static int check_options(bool recordings, int argc, char **argv, const struct view **ret_view, struct err *e)
{
	struct io_out out;
	int r = show_find(SHOWS_BREACH, arg_json ? "json" : arg_format, ret_view, e);

	if (r < 0)
		return r;
	if (profile_pid_for(&arg_profile, "-p", e) < 0)
		return -EINVAL;
	if (!arg_profile)
		return no_profile(argc, argv, e);
	if (argc == 0)
		return usage_error(e, "give a command or recordings to check");
	if (recordings && (arg_audit || arg_errors || arg_update || arg_until_exit))
		return usage_error(e, "%s is for a command; nothing is run when recordings are judged", arg_audit ? "--audit" :
				   arg_errors ? "--explain-errors" : arg_update ? "--update" : "--until-exit");
	if (arg_update && streq(arg_update, "-"))
		return usage_error(e, "--update needs a file: its content is kept");
	r = arg_update ? recording_check_output(arg_update, true, e) : 0;
	r = r < 0 || !recordings ? r : output_check_about(arg_output, (*ret_view)->name, argc, (const char *const *)argv, e);
	r = r < 0 ? r : output_create(&out, arg_output, (*ret_view)->name, 1, &arg_profile, e);
	if (r == 0)
		io_abandon(&out);
	return r;
}

/* Standard input and pipes are recordings: they cannot be executed, and are not read to find out. */
static bool is_to_judge(const char *word)
{
	struct stat st;

	return streq(word, "-") || (stat(word, &st) == 0 && S_ISFIFO(st.st_mode)) || rec_is_recording(word);
}

static int run(int argc, char **argv, struct err *e)
{
	/* after `--` comes a command, whatever its name is */
	bool recordings = recordings_containers.count ||
		(argc > 0 && !streq(argv[-1], "--") && is_to_judge(argv[0]));
	scoped(strlist_done) struct strlist named = { 0 };
	struct rehearsal s = { 0 };
	struct parse_host host;
	int r = recordings_name(&argc, &argv, &named, e);

	r = r < 0 ? r : check_options(recordings, argc, argv, &s.view, e);

	r = r < 0 ? r : recordings ? profile_choose(&host, e) : profile_choose_here(&host, e);
	r = r < 0 ? r : profile_load(arg_profile, &host, &s.profile, e);
	if (r < 0)
		return r;
	s.found = (struct breaches){
		.policy = s.profile->policy, .places = s.profile, .runtime = profile_runtimes(arg_profile, s.profile),
		.profile = clean_dup(s.profile->file), .read_for = profile_read_for(),
	};
	r = recordings ? check_recordings(&s, argc, argv, e) : check_command(&s, argv, e);
	r = r < 0 ? r : emit(&s.found, s.view, e);
	r = r < 0 ? r : status_of(&s.found);
	if (r >= 0 && s.exhausted) {
		r = s.exhausted;
		*e = s.why;
	}
	runtime_filter_free(s.found.runtime);
	breaches_done(&s.found);
	rec_free(s.rec);
	profile_free(s.profile);
	return r;
}

static const struct opt opts[] = {
	opt_heading("Profile"),
	opt_string('p', "profile", "FILE", &arg_profile, "Docker or OCI JSON, or a bundle's config.json"),
	profile_opts,
	opt_heading("What to check"),
	opt_container(),
	opt_flag(0, "audit", &arg_audit, "let denied calls through, and report them all"),
	opt_flag(0, "explain-errors", &arg_errors, "distinguish what the kernel itself denies, and which\n"
		 "capability is usually missing; every call stops"),
	opt_flag(0, "stale", &arg_stale, "list what is allowed and was never used; with a\n"
		 "command, every call stops"),
	opt_flag(0, "until-exit", &arg_until_exit, "end what the command leaves behind when it has ended:\n"
		 "SIGTERM, and SIGKILL 5 seconds later"),
	opt_heading("Output"),
	opt_string('F', "format", "FORMAT", &arg_format, "text (default), json, sarif, github or junit",
		   .words = show_breach_word),
	opt_flag(0, "json", &arg_json, "same as -F json"),
	opt_string('o', "output", "FILE", &arg_output, "write to FILE (default: standard output; text about\n"
		   "a command: standard error)"),
	opt_force(),
	opt_string(0, "update", "FILE", &arg_update, "add the denied calls to a recording, for gen"),
	opt_end(),
};

const struct cmd cmd_check = {
	.name = "check",
	.usage = "-p PROFILE [options] [--] COMMAND [ARG...] | RECORDING...",
	.summary = "report whether a workload stays within a profile",
	.details =
		"Allowed calls run at native speed; a denied one is reported and gets the answer\n"
		"of the profile. If the first operand is a recording and no '--' precedes it, the\n"
		"recordings are judged and nothing runs. The exit status is 0 inside the profile,\n"
		"1 outside, 2 if sctrace fails, 3 if the command failed without leaving it.",
	.examples =
		"  sctrace check -p profile.json -- ls -l\n"
		"  sctrace check -p profile.json -F sarif -o check.sarif -- ls -l\n"
		"  sctrace check -p profile.json --stale sctrace.json\n",
	.opts = opts,
	.runs_command = true,
	.answers = true,
	.run = run,
};
