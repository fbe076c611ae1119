/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "app/container.h"
#include "app/elsewhere.h"
#include "app/joins.h"
#include "app/left.h"
#include "app/output.h"
#include "app/recorder.h"
#include "app/recordings.h"
#include "app/spots.h"
#include "app/workload.h"
#include "policy/runtime.h"
#include "rec/rec.h"
#include "tracer/tracer.h"

#define STATUS_TICK 0.25	/* seconds between updates of the status line */
#define FLUSH_TICK  1.0

#define LOOK_FOR_MEMBERS 0.005	/* seconds between looks for processes that joined a container */

static const char *arg_output, *arg_update, *arg_user, *arg_for, *arg_container, *arg_flush = "10", *arg_engine = "auto",
	*arg_scope = "all", *arg_stacks = "first", *arg_args = "default";
static struct strlist arg_attach;
static bool arg_until_exit;

/* The parsed options and operands. */
struct record_plan {
	struct tracer_opts tracer;
	struct tracer_user user;
	struct strlist command;		/* of the attached process */
	pid_t *pids;
	size_t pids_room;
	struct container *container;	/* NULL: --container was not given */
	struct joins *joins;
	char *path, *scope_name;
	double flush;
};

struct session {
	const struct record_plan *plan;
	struct recorder *recorder;
	double flush, flushed;		/* seconds: period, last time */
	bool status_line;		/* there is a terminal for it */
	bool shares_terminal;		/* the workload writes to it, too */
	bool shown;
	struct recording_file file;
};

static void erase_status(struct session *s)
{
	if (s->shown)
		fputs("\r\033[K", stderr);
	fflush(stderr);
	s->shown = false;
}

/* Truncated to fit; the names are clean and short. */
static void add_left(char *line, size_t size, const struct tracer *t)
{
	scoped(buf_done) struct buf left = { 0 };

	left_add(&left, t);
	snprintf(line, size, "sctrace: the command has ended, %s", buf_str(&left));
}

static void show_status(struct session *s, const struct tracer *t, const struct census_stats *st)
{
	struct winsize w = { 0 };
	char line[256];

	if (st->first_ended && s->plan->tracer.path)
		add_left(line, sizeof line, t);
	else
		snprintf(line, sizeof line, "sctrace: %" PRIu64 " call%s, %zu distinct, %u process%s, last new call %.0f s ago",
		 st->calls, plural(st->calls), recorder_distinct(s->recorder), st->processes, plural_es(st->processes),
		 st->seconds - st->last_first);
	ioctl(STDERR_FILENO, TIOCGWINSZ, &w);
	fprintf(stderr, "\r\033[K%.*s", w.ws_col > 1 ? w.ws_col - 1 : 79, line);
	fflush(stderr);
	s->shown = true;
}

/* If the workload shares the terminal, its first output ends the status line for good: from then on
 * the position of the cursor is unknown, and the workload's output must not be overwritten. The
 * call is still stopped, so this is in time. */
static void mind_terminal(struct session *s)
{
	static const char *const writers[] = { "write", "writev", "sendfile", "sendfile64", "splice", "pwritev2" };
	const char *name = recorder_last_name(s->recorder);

	for (size_t i = 0; s->status_line && s->shares_terminal && i < countof(writers); i++)
		if (streq(name, writers[i])) {
			erase_status(s);
			s->status_line = false;
		}
}

static void on_first(void *self, const struct first_call *call)
{
	struct session *s = self;

	recorder_first(s->recorder, call);
	mind_terminal(s);
}

static void on_late_stack(void *self, const struct first_call *call)
{
	recorder_late_stack(((struct session *)self)->recorder, call);
}

static bool is_attached(const struct record_plan *p, long pid)
{
	for (size_t i = 0; i < p->tracer.attach_count; i++)
		if (p->pids[i] == pid)
			return true;
	return false;
}

/* /proc lists children by thread: a child belongs to the thread that created it. */
static unsigned count_others(const struct record_plan *p, const char *path)
{
	unsigned others = 0;
	int child;
	FILE *f = fopen(path, "re");

	while (f && fscanf(f, "%d", &child) == 1)
		others += !is_attached(p, child);
	if (f)
		fclose(f);
	return others;
}

/* For example the workers of a server, which exist already and are not recorded. */
static void tell_children(const struct record_plan *p, pid_t pid)
{
	scoped(freep) char *pattern = xprintf("/proc/%d/task/*/children", pid);
	unsigned others = 0;
	glob_t files;

	if (glob(pattern, GLOB_NOSORT, NULL, &files))
		return;
	for (size_t i = 0; i < files.gl_pathc; i++)
		others += count_others(p, files.gl_pathv[i]);
	globfree(&files);
	if (others)
		log_info("process %d has %u child process%s that %s not recorded; --attach takes several numbers", pid, others,
			 plural_es(others), plural_is(others));
}

static void on_attached(void *self, unsigned tasks)
{
	const struct session *s = self;

	log_info("attached to %u thread%s; Ctrl-C ends the recording and lets them go on", tasks, plural(tasks));
	for (size_t i = 0; !s->plan->container && i < s->plan->tracer.attach_count; i++)
		tell_children(s->plan, s->plan->pids[i]);
}

static int write_rec(struct session *s, const struct rec *rec, struct err *e)
{
	return arg_update ? recording_update(rec, arg_output, e) : recording_save(&s->file, rec, e);
}

static int save(struct session *s, const struct tracer *t, const int *status, struct err *e)
{
	scoped(rec_freep) struct rec *rec = recorder_make(s->recorder, tracer_census(t), tracer_stacks(t), status);

	return write_rec(s, rec, e);
}

/* Prepares the message for the case that there is no memory left to write the recording. */
static void prepare_for_want(const struct session *s, bool written)
{
	static char text[512];
	scoped(freep) char *path = clean_dup(arg_output);

	snprintf(text, sizeof text, " for sctrace itself (ulimit -H -v): %s%s%.300s%s",
		 s->plan->tracer.path ? "the command was ended" : "the processes go on without it",
		 written ? "; what --flush wrote last is in '" : ", and nothing was written", written ? path : "", written ? "'" : "");
	mem_end_with(STATUS_OURS, text);
}

static void on_tick(void *self, const struct tracer *t)
{
	struct session *s = self;
	struct census_stats st = census_stats(tracer_census(t));
	struct err e;

	if (s->status_line)
		show_status(s, t, &st);
	if (s->flush > 0 && st.seconds - s->flushed >= s->flush) {
		s->flushed = st.seconds;
		if (save(s, t, NULL, &e) < 0) {
			erase_status(s);
			log_warning("%s; trying again later", e.text);
		} else {
			prepare_for_want(s, true);
		}
	}
}

static size_t on_members(void *self, pid_t *ret, size_t room)
{
	const struct record_plan *p = ((struct session *)self)->plan;

	joins_take(p->joins);
	return container_members(p->container, ret, room);
}

static void on_seized(void *self)
{
	joins_release(((struct session *)self)->plan->joins);
}

/* A runtime that executes itself from a detached mount is "/". */
static bool on_counts(maybe_unused void *self, const char *program)
{
	return !runtime_of_program(program) && !streq(program, "/");
}

static void on_executed(void *self, const struct tracer *t, unsigned program, pid_t tid)
{
	recorder_executed(((struct session *)self)->recorder, tracer_census(t), program, tid);
}

static void on_connects(void *self, const struct tracer *t, unsigned program, pid_t tid, const char *address)
{
	recorder_connects(((struct session *)self)->recorder, t, program, tid, address);
}

/* The status line shows them already. */
static void on_left(void *self, const struct tracer *t)
{
	const struct session *s = self;

	if (!s->status_line)
		left_tell(t);
}

static int find_user(const char *word, struct tracer_user *ret, struct err *e)
{
	char *end;
	unsigned long uid = strtoul(word, &end, 10);
	const struct passwd *pw = getpwnam(word);

	if (!pw && *word && *end == '\0')
		pw = getpwuid((uid_t)uid);
	if (!pw)
		return usage_error(e, "unknown user '%s'", word);
	if (geteuid() != 0 && pw->pw_uid != geteuid())
		return usage_error(e, "cannot become user '%s': only root can", word);
	*ret = (struct tracer_user){ xstrdup(pw->pw_name), pw->pw_uid, pw->pw_gid };
	setenv("HOME", pw->pw_dir, 1);
	setenv("USER", pw->pw_name, 1);
	setenv("LOGNAME", pw->pw_name, 1);
	return 0;
}

/* Only a regular file can be written repeatedly. */
static bool can_flush(void)
{
	struct stat st;

	return !streq(arg_output, "-") && (stat(arg_output, &st) < 0 || S_ISREG(st.st_mode));
}

static int cannot_execute(int code, const struct err *e)
{
	log_error("%s", e->text);
	return command_status(code);
}

/* Saves the recording elsewhere if its disk is full. */
static int rescue(const struct rec *rec, int failed, struct err *e)
{
	const char *dir = getenv("TMPDIR");
	scoped(freep) char *path = xprintf("%s/sctrace-%s.json", dir && *dir ? dir : "/tmp", rec_run_at(rec, 0)->id);
	struct err why = *e, again;

	if (rec_save(rec, path, &again) == 0)
		err_set(e, -failed, "%s; the recording is in '%s' instead", why.text, path);
	return failed;
}

static void tell_kept(const struct recording_file *file)
{
	scoped(freep) char *old = io_old_name(file->path);

	if (file->kept)
		log_info("the previous recording is kept in %s; 'record --update %s' adds to a recording instead", old, file->path);
}

static int conclude(struct session *s, struct tracer *t, int status, struct err *e)
{
	struct census_stats st = census_stats(tracer_census(t));
	scoped(rec_freep) struct rec *rec = recorder_make(s->recorder, tracer_census(t), tracer_stacks(t), &status);
	struct rec_program last;
	size_t programs = 0;
	int r = write_rec(s, rec, e);

	if (r < 0)
		r = rescue(rec, r, e);
	while (rec_program_at(rec, programs, &last))
		programs++;
	if (r == 0) {
		log_info("%" PRIu64 " call%s, %zu distinct, by %zu program%s in %.1f s%s; %s %s",
			 st.calls, plural(st.calls), rec_call_count(rec), programs, plural(programs), st.seconds,
			 st.cut == CUT_LIMIT ? " (ended by --for)" : "", arg_update ? "added to" : "written to",
			 streq(arg_output, "-") ? "standard output" : arg_output);
		left_conclude(t);
		tell_kept(&s->file);
		spots_tell(rec);
	}
	return r < 0 ? r : command_exhausted(t, e);
}

static const char *engine_name(size_t i, maybe_unused const void *data)
{
	return i == 0 ? "auto" : tracer_engine_name(i - 1);
}

static int plan_engine(struct record_plan *p, struct err *e)
{
	int i = usage_one_of(e, "engine", arg_engine, engine_name, "valid are: auto, seccomp and syscall");

	if (i < 0)
		return i;
	p->tracer.engine = i == 0 ? NULL : arg_engine;
	if ((arg_attach.count || arg_container) && p->tracer.engine && !tracer_engine_attaches(arg_engine))
		return usage_error(e, "the engine '%s' cannot attach to a running process; --attach uses 'syscall'",
				   arg_engine);
	return 0;
}

/* The kernel executes a program by its real path, and a script by its own name, so these are
 * compared. A path that does not exist here may be one of a container. */
static char *scope_name(const char *word)
{
	scoped(freep) char *real = strchr(word, '/') ? realpath(word, NULL) : NULL;
	char head[3];

	if (real && io_read_head(real, head, sizeof head) > 0 && streq(head, "#!"))
		return xstrdup(base_name(real));
	return xstrdup(real ? real : word);
}

static const char *args_word(size_t i, maybe_unused const void *data)
{
	static const char *const words[] = { "default", "full", "none" };

	return i < countof(words) ? words[i] : NULL;
}

static const char *stacks_word(size_t i, maybe_unused const void *data)
{
	static const char *const words[] = { "first", "none" };

	return i < countof(words) ? words[i] : NULL;
}

static int plan_evidence(struct record_plan *p, struct err *e)
{
	int r = usage_one_of(e, "--args", arg_args, args_word, "valid are: default, full and none");

	r = r < 0 ? r : usage_one_of(e, "--stacks", arg_stacks, stacks_word, "valid are: first and none");
	p->tracer.stacks = streq(arg_stacks, "first");
	p->tracer.last = true;
	return r < 0 ? r : 0;
}

/* After "exec:" any name is possible. */
static const char *scope_word(size_t i, maybe_unused const void *data)
{
	static const char *const words[] = { "all", "exec:", "seccomp" };

	return i < countof(words) ? words[i] : NULL;
}

static int plan_scope(struct record_plan *p, struct err *e)
{
	if (streq(arg_scope, "all"))
		return 0;
	if (streq(arg_scope, "seccomp")) {
		p->tracer.scope = SCOPE_SECCOMP;
		return 0;
	}
	if (!starts_with(arg_scope, "exec:") || !arg_scope[strlen("exec:")])
		return usage_error(e, "unknown scope '%s'; valid are: all, exec:NAME and seccomp", arg_scope);
	p->tracer.scope = SCOPE_EXEC;
	p->scope_name = scope_name(arg_scope + strlen("exec:"));
	p->tracer.scope_name = p->scope_name;
	return 0;
}

/* The arguments of the attached process, for the recording. */
static void read_command(pid_t pid, struct strlist *ret)
{
	char path[64], text[4096];

	snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
	size_t n = io_read_head(path, text, sizeof text);

	for (size_t at = 0; at < n; at += strlen(text + at) + 1)
		strlist_add(ret, text + at);
	if (ret->count == 0)
		strlist_add(ret, "?");
}

/* One or several, separated by spaces (pidof(1)) or commas. */
static int plan_pids(struct record_plan *p, const char *word, struct err *e)
{
	const char *at = word + strspn(word, " ,\n");

	do {
		char *end;
		long pid = strtol(at, &end, 10);

		if (pid <= 0 || pid > INT_MAX || end == at || !strchr(" ,\n", *end))
			return usage_error(e, "'%s' is not a process number", word);
		p->pids = grow(p->pids, p->tracer.attach_count, &p->pids_room, sizeof *p->pids);
		p->pids[p->tracer.attach_count++] = (pid_t)pid;
		at = end + strspn(end, " ,\n");
	} while (*at);
	return 0;
}

static int plan_attach(struct record_plan *p, int argc, struct err *e)
{
	if (argc)
		return usage_error(e, "COMMAND and --attach exclude each other; give one");
	if (arg_until_exit)
		return usage_error(e, "--until-exit cannot be combined with --attach");
	if (arg_user)
		return usage_error(e, "--user cannot be combined with --attach");
	for (size_t i = 0; i < arg_attach.count; i++)
		if (plan_pids(p, arg_attach.items[i], e) < 0)
			return -EINVAL;
	read_command(p->pids[0], &p->command);
	p->tracer.attach = p->pids;
	return 0;
}

/* Its first process is attached as with --attach; the others are members, and so are those that join later. */
static int plan_container(struct record_plan *p, int argc, struct err *e)
{
	if (argc || arg_attach.count)
		return usage_error(e, "--container and %s exclude each other; give one", argc ? "COMMAND" : "--attach");
	if (arg_until_exit || arg_user || !streq(arg_scope, "all"))
		return usage_error(e, "--container cannot be combined with --until-exit, --user or --scope");
	p->pids = xcalloc(1, sizeof *p->pids);
	if (container_find(arg_container, &p->container, e) < 0)
		return -EINVAL;
	if (container_members(p->container, p->pids, 1) == 0)
		return err_set(e, ESRCH, "the container '%s' has ended", arg_container);
	read_command(p->pids[0], &p->command);
	p->tracer.attach = p->pids;
	p->tracer.attach_count = 1;
	p->tracer.scope = SCOPE_MEMBERS;
	p->tracer.members_every = LOOK_FOR_MEMBERS;
	p->joins = joins_open(p->container, p->pids[0]);
	p->tracer.members_fd = joins_fd(p->joins);
	return 0;
}

static int plan_durations(struct record_plan *p, struct err *e)
{
	if (arg_for && opt_duration(arg_for, &p->tracer.limit, e) < 0)
		return usage_mark(err_in(e, -EINVAL, "--for"));
	if (opt_duration(arg_flush, &p->flush, e) < 0)
		return usage_mark(err_in(e, -EINVAL, "--flush"));
	p->tracer.grace = LEFT_GRACE;
	p->tracer.until_exit = arg_until_exit;
	return 0;
}

static int plan_output(struct err *e)
{
	if (arg_output && arg_update)
		return usage_error(e, "-o and --update exclude each other; give one");
	if (arg_update && streq(arg_update, "-"))
		return usage_error(e, "--update needs a file: its content is kept");
	if (arg_update && output_force)
		return usage_error(e, "--force has no effect with --update: the content of the file is kept");
	if (!arg_output)
		arg_output = arg_update ? arg_update : RECORDING_DEFAULT;
	return 0;
}

static int make_plan(struct record_plan *p, int argc, char **argv, struct err *e)
{
	int r = plan_durations(p, e);

	r = r < 0 ? r : plan_output(e);
	r = r < 0 ? r : plan_engine(p, e);
	r = r < 0 ? r : plan_evidence(p, e);
	r = r < 0 ? r : plan_scope(p, e);
	if (r == 0 && arg_container)
		return plan_container(p, argc, e);
	if (r < 0 || arg_attach.count)
		return r < 0 ? r : plan_attach(p, argc, e);
	if (argc == 0)
		return usage_error(e, "give a command to record");
	if (arg_user && find_user(arg_user, &p->user, e) < 0)
		return -EINVAL;
	p->tracer.user = arg_user ? &p->user : NULL;
	p->tracer.argv = argv;
	p->tracer.envp = environ;
	return 0;
}

static void plan_done(struct record_plan *p)
{
	strlist_done(&p->command);
	free(p->pids);
	joins_close(p->joins);
	container_free(p->container);
	free(p->path);
	free(p->scope_name);
	free((char *)p->user.name);
}

/* Returns 0 if the workload ran, or the exit status if it could not be executed. */
static int record(struct record_plan *p, int *ret_status, struct err *e)
{
	bool attached = p->tracer.attach_count;
	strlist_terminate(&p->command);
	struct session s = {
		.recorder = recorder_new(attached ? p->command.items : p->tracer.argv, arg_scope),
		.plan = p, .flush = can_flush() ? p->flush : 0,
		.status_line = isatty(STDERR_FILENO) && log_level != LOG_QUIET,
		.shares_terminal = isatty(STDOUT_FILENO), .file.path = arg_output,
	};
	if (!streq(arg_args, "none"))
		p->tracer.wants = recorder_wants(s.recorder, streq(arg_args, "full"), &p->tracer.want_count);

	const struct tracer_sink sink = {
		.first = on_first, .late_stack = on_late_stack, .tick = on_tick, .left = on_left,
		.executed = on_executed, .connects = on_connects, .attached = on_attached,
		.members = on_members, .seized = on_seized, .counts = on_counts,
	};

	p->tracer.tick = s.status_line ? STATUS_TICK : s.flush > 0 ? FLUSH_TICK : 0;
	struct tracer *t = tracer_new(&p->tracer, &sink, &s);

	if (!attached)
		log_debug("executing '%s' under the engine '%s'", p->path, census_stats(tracer_census(t)).engine);

	prepare_for_want(&s, false);
	int r = tracer_run(t, ret_status, e);

	erase_status(&s);
	if (r == 0)
		r = conclude(&s, t, *ret_status, e);
	else if (census_stats(tracer_census(t)).not_executed)
		r = cannot_execute(r, e);
	tracer_free(t);
	recorder_free(s.recorder);
	return r;
}

/* The exit status of attached processes is not passed on. */
static int run(int argc, char **argv, struct err *e)
{
	struct record_plan plan = { 0 };
	int status = 0, r = make_plan(&plan, argc, argv, e);

	if (r == 0 && !plan.tracer.attach_count) {
		r = command_find(argv[0], &plan.path, e);
		if (r < 0) {
			plan_done(&plan);
			return cannot_execute(r, e);
		}
		plan.tracer.path = plan.path;
		elsewhere_warn(plan.path, argv);
	}
	r = r < 0 ? r : recording_check_output(arg_output, arg_update, e);
	r = r < 0 ? r : record(&plan, &status, e);
	bool attached = plan.tracer.attach_count;

	plan_done(&plan);
	return r != 0 ? r : attached ? STATUS_DONE : command_end(status);
}

static const struct opt opts[] = {
	opt_heading("Output"),
	opt_string('o', "output", "FILE", &arg_output,
		   "write the recording to FILE (default: sctrace.json);\nan existing one is kept as FILE.old"),
	opt_string(0, "update", "FILE", &arg_update, "add to the recording in FILE, or create it"),
	opt_flag(0, "force", &output_force, "overwrite FILE even if it is not a recording; it is\nkept as FILE.old"),
	opt_string(0, "flush", "DURATION", &arg_flush,
		   "save the recording every DURATION while running, at\nmost once a second (default: 10s; 0: at the end only)"),
	opt_heading("Workload"),
	opt_list(0, "attach", "PID", &arg_attach,
		 "record this running process, with its threads and\nfuture child processes (name each that exists), and\n"
		 "let it go at the end or at Ctrl-C; repeatable"),
	opt_string(0, "container", "NAME|ID", &arg_container,
		   "record this running container: its processes and\nthose that join it later (exec); let it go at the end\n"
		   "or at Ctrl-C"),
	opt_string(0, "user", "NAME", &arg_user, "run it as this user; needs root", .is = OPT_USER),
	opt_string(0, "for", "DURATION", &arg_for,
		   "end it after this time (30, 1.5s, 2m): SIGTERM,\nand SIGKILL 5 seconds later; with --attach only the\n"
		   "recording ends"),
	opt_flag(0, "until-exit", &arg_until_exit,
		 "end what the command leaves behind when it has ended:\nSIGTERM, and SIGKILL 5 seconds later"),
	opt_heading("Recording"),
	opt_string(0, "scope", "SCOPE", &arg_scope,
		   "what counts: all (default), exec:NAME (once NAME was\nexecuted), or seccomp (once a filter was installed:\n"
		   "what a container's profile will meet)", .words = scope_word),
	opt_string(0, "engine", "NAME", &arg_engine,
		   "auto (default), seccomp (one stop a call), or syscall\n(two; sees also what other filters deny)",
		   .words = engine_name),
	opt_string(0, "stacks", "WHEN", &arg_stacks,
		   "first (default): keep where each program makes each\ncall for the first time; or none", .words = stacks_word),
	opt_string(0, "args", "WHICH", &arg_args,
		   "which arguments' values to keep: default (those that\ngen --args narrows), full (all except pointers),\n"
		   "or none", .words = args_word),
	opt_end(),
};

const struct cmd cmd_record = {
	.name = "record",
	.usage = "[options] [--] COMMAND [ARG...] | --attach|--container ID",
	.summary = "run a command and record every system call it makes",
	.details =
		"Child processes, threads and 32-bit programs are followed until the last one\n"
		"ends, even after the command itself. The exit status is that of the command, or\n"
		"its signal; 125 if sctrace fails, 126 or 127 if the command cannot be run.",
	.examples =
		"  sctrace record -- chmod +x script.sh\n"
		"  sctrace record -o nginx.json --for 30s -- nginx -g 'daemon off;'\n"
		"  sctrace record --user nobody -- ./service\n"
		"  sctrace record --scope seccomp -- runc run ID\n"
		"  sctrace record $(pidof nginx | sed 's/[0-9]*/--attach &/g') --for 1m\n",
	.opts = opts,
	.runs_command = true,
	.run = run,
};
