/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An OCI runtime in front of another one.  The process that the engine started becomes that runtime, by exec, so that
 * the engine deals with what it knows: its number, its descriptors, its status.  Where a container is to be
 * recorded, a tracer is left behind before that, which goes with the container to its end.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "app/installs.h"
#include "app/kept.h"
#include "app/oci-bundle.h"
#include "app/oci-line.h"
#include "app/recorder.h"
#include "app/recordings.h"
#include "app/runtime-conf.h"
#include "app/workload.h"
#include "base/exec.h"
#include "base/io.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "tracer/tracer.h"

#define FLUSH 10.0	/* seconds */
#define TICK  1.0

enum { LOG_MAX = 1 << 20 };

static const char *arg_real, *arg_dir, *arg_keep;
static bool arg_keep_filter;

/* One call of the runtime. */
struct call_plan {
	struct runtime_conf conf;
	struct oci_line line;
	char *real, *folder;
	char **argv;			/* of the real runtime; NULL-terminated, borrowed but for the first */
};

/* One that is recorded. */
struct following {
	const struct call_plan *plan;
	struct recorder *recorder;
	bool executes;			/* something in a container that is there */
	struct kept container;
	struct strlist command;
	char *path;			/* where the recording goes */
	int busy;
	int *inherited;			/* descriptors that are the runtime's, and not the tracer's */
	size_t inherited_count;
	double flushed;			/* when, and with how many calls */
	uint64_t flushed_calls;
};

static void call_plan_done(struct call_plan *p)
{
	runtime_conf_done(&p->conf);
	free(p->real);
	free(p->folder);
	free(p->argv);
}

/* what is told to whom */

/* Only the last line of the log that it named is what an engine shows of a failure. */
static void tell_engine(const struct oci_line *line, const char *text)
{
	FILE *f = line->log ? fopen(line->log, "ae") : NULL;
	char when[32];
	time_t now = time(NULL);

	if (!f)
		return;
	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	scoped(freep) char *clean = clean_dup(text), *whole = xprintf("sctrace: %s", clean);
	if (line->log_format && streq(line->log_format, "json")) {
		struct jsonw w = { .file = f };

		jsonw_open_inline(&w, '{');
		jsonw_member(&w, "level", "error");
		jsonw_member(&w, "msg", whole);
		jsonw_member(&w, "time", when);
		jsonw_close(&w, '}');
		jsonw_end(&w);
	} else {
		fprintf(f, "time=\"%s\" level=error msg=\"%s\"\n", when, whole);
	}
	fclose(f);
}

/* The folder's own log: standard error is the engine's. */
static int open_log(const char *folder)
{
	scoped(freep) char *path = xprintf("%s/log", folder), *old = xprintf("%s/log.old", folder);
	struct stat st;
	struct err e;

	if (kept_make_folder(folder, &e) < 0)
		return -1;
	if (stat(path, &st) == 0 && st.st_size > LOG_MAX)
		rename(path, old);
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* A container that runs without being recorded must leave a trace of that. */
static void note_unrecorded(const struct call_plan *p, const char *why)
{
	int log = open_log(p->folder);
	scoped(freep) char *clean = clean_dup(why);
	char when[32];
	time_t now = time(NULL);

	if (log < 0)
		return;
	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	dprintf(log, "%s %s of container '%s' is not recorded: %s\n", when, p->line.command,
		p->line.id && kept_is_id(p->line.id) ? p->line.id : "?", clean);
	close(log);
}

/* the runtime that does the work */

static bool find_in(const char *folder, const char *name, char **ret)
{
	scoped(freep) char *path = xprintf("%s/%s", folder, name);

	if (access(path, X_OK) < 0)
		return false;
	*ret = take(path);
	return true;
}

/* Debian keeps runc where an ordinary user's PATH does not look. */
static bool find_runtime(const char *name, char **ret)
{
	struct err e;

	return command_find(name, ret, &e) == 0 ||
	       (!strchr(name, '/') && (find_in("/usr/local/sbin", name, ret) || find_in("/usr/sbin", name, ret) ||
				       find_in("/usr/bin", name, ret)));
}

static int find_real(struct call_plan *p, struct err *e)
{
	const char *word = arg_real ? arg_real : p->conf.real;

	if (word ? !find_runtime(word, &p->real) : !find_runtime("runc", &p->real) && !find_runtime("crun", &p->real))
		return err_set(e, ENOENT, "cannot find the runtime '%s' that does the work; name it with --real, or with real= in "
			       RUNTIME_CONF, word ? word : "runc");
	if (io_is_same(p->real, "/proc/self/exe"))
		return err_set(e, ELOOP, "'%s' is sctrace itself; name runc or crun with --real, or with real= in " RUNTIME_CONF,
			       p->real);
	return 0;
}

static int make_plan(struct call_plan *p, int argc, char **argv, struct err *e)
{
	int r = runtime_conf_load(&p->conf, e);

	r = r < 0 || !arg_keep ? r : runtime_conf_keep(arg_keep, &p->conf.keep, e);
	r = r < 0 ? r : find_real(p, e);
	if (r == 0 && arg_dir && *arg_dir != '/')
		r = usage_error(e, "--dir needs an absolute path");
	if (r < 0)
		return r;
	p->conf.keep_filter |= arg_keep_filter;
	p->line = oci_line_read(argv);
	p->argv = xcalloc((size_t)argc + 2, sizeof *p->argv);
	p->argv[0] = p->real;
	for (int i = 0; i < argc; i++)
		p->argv[i + 1] = argv[i];
	return 0;
}

static int pass_on(const struct call_plan *p, struct err *e)
{
	int r = exec_program(p->real, p->argv, environ);

	return err_set(e, -r, "cannot execute '%s': %s", p->real, strerror(-r));
}

/* the tracer's side */

static int save(struct following *s, const struct tracer *t, const int *status, struct err *e)
{
	scoped(rec_freep) struct rec *rec = recorder_make(s->recorder, tracer_census(t), tracer_stacks(t), status);

	return recording_update(rec, s->path, e);
}

static void on_first(void *self, const struct first_call *call)
{
	recorder_first(((struct following *)self)->recorder, call);
}

static void on_late_stack(void *self, const struct first_call *call)
{
	recorder_late_stack(((struct following *)self)->recorder, call);
}

static void on_executed(void *self, const struct tracer *t, unsigned program, pid_t tid)
{
	recorder_executed(((struct following *)self)->recorder, tracer_census(t), program, tid);
}

static void on_connects(void *self, const struct tracer *t, unsigned program, pid_t tid, const char *address)
{
	recorder_connects(((struct following *)self)->recorder, t, program, tid, address);
}

static void on_tick(void *self, const struct tracer *t)
{
	struct following *s = self;
	struct census_stats st = census_stats(tracer_census(t));
	struct err e;

	if (st.seconds - s->flushed < FLUSH || st.calls == s->flushed_calls)
		return;
	s->flushed = st.seconds;
	s->flushed_calls = st.calls;
	if (save(s, t, NULL, &e) < 0)
		log_warning("container '%s': %s; trying again later", s->container.id, e.text);
}

/* Pipes, sockets and terminals that it kept open would never end for the engine. */
static void on_detached(void *self)
{
	struct following *s = self;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), log = open_log(s->plan->folder);

	for (size_t i = 0; i < s->inherited_count; i++)
		if (s->inherited[i] > STDERR_FILENO)
			close(s->inherited[i]);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(log < 0 ? null : log, STDERR_FILENO);
	close(null);
	close(log);
	umask(077);
	if (chdir("/") < 0)
		log_warning("cannot leave the current folder: %s", strerror(errno));
}

/* Except what is opened to read them. */
static int list_descriptors(struct following *s, struct err *e)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t room = 0;
	struct dirent *d;

	if (!dir)
		return err_sys(e, "cannot read /proc/self/fd");
	while ((d = readdir(dir))) {
		int fd = atoi(d->d_name);

		if (*d->d_name == '.' || fd == dirfd(dir))
			continue;
		s->inherited = grow(s->inherited, s->inherited_count, &room, sizeof *s->inherited);
		s->inherited[s->inherited_count++] = fd;
	}
	closedir(dir);
	return 0;
}

/* Without a filter, what counts begins when the container's program is executed. */
static void choose_scope(struct following *s, struct tracer_opts *o, char **ret_scope)
{
	o->scope = SCOPE_SECCOMP;
	if (s->container.filtered || s->command.count == 0) {
		*ret_scope = xstrdup("seccomp");
		return;
	}
	o->scope = SCOPE_EXEC;
	o->scope_name = base_name(s->command.items[0]);
	*ret_scope = xprintf("exec:%s", o->scope_name);
}

/* In the caller's process this returns only if the runtime was not executed, with an error. */
static int trace(struct following *s, struct err *e)
{
	static const struct tracer_sink sink = {
		.first = on_first, .late_stack = on_late_stack, .tick = on_tick, .executed = on_executed,
		.connects = on_connects, .detached = on_detached,
	};
	struct tracer_opts o = {
		.path = s->plan->real, .argv = s->plan->argv, .envp = environ, .stacks = true, .last = true,
		.tick = TICK, .detached = true, .open_filter = !s->plan->conf.keep_filter,
	};
	scoped(freep) char *scope = NULL;
	struct err why;
	int status = 0;

	choose_scope(s, &o, &scope);
	strlist_terminate(&s->command);
	s->recorder = recorder_new(s->command.items, scope);
	o.wants = recorder_wants(s->recorder, false, &o.want_count);

	struct tracer *t = tracer_new(&o, &sink, s);
	int r = tracer_run(t, &status, e);
	bool ours = status == -1;

	if (!ours && !s->executes)
		kept_ends(s->busy);
	if (!ours && r == 0)
		r = save(s, t, &status, &why);
	else if (!ours)
		why = *e;
	if (!ours && r < 0)
		log_error("container '%s': %s", s->container.id, why.text);
	tracer_free(t);
	return ours ? r : 0;
}

/* what is recorded */

static int read_create(struct following *s, struct err *e)
{
	const struct oci_line *l = &s->plan->line;
	const char *config = l->config ? l->config : "config.json";
	scoped(freep) char *path = *config == '/' ? xstrdup(config) : xprintf("%s/%s", l->bundle ? l->bundle : ".", config);
	int r = oci_bundle_read(path, &s->container, &s->command, e);

	if (r == 0 && !s->container.name)
		s->container.name = oci_name_of_parent();
	return r;
}

static int read_exec(struct following *s, struct err *e)
{
	const struct oci_line *l = &s->plan->line;

	/* of a container that was not recorded before; most have one */
	s->container.filtered = true;
	if (l->process)
		return oci_process_read(l->process, &s->command, e);
	for (char *const *word = l->rest; *word; word++)
		strlist_add(&s->command, *word);
	return 0;
}

/* The runtime itself reports what is wrong with its files. */
static int record(const struct call_plan *p, struct err *e)
{
	struct following s = { .plan = p, .busy = -1, .executes = streq(p->line.command, "exec") };
	struct err why;
	int r;

	if (!p->line.id || !kept_is_id(p->line.id)) {
		note_unrecorded(p, p->line.unknown ? "its command line has an option that sctrace does not know" :
				"its command line has no valid ID");
		return pass_on(p, e);
	}
	r = list_descriptors(&s, e);
	if (r < 0)
		return r;
	s.container.id = xstrdup(p->line.id);
	if ((s.executes ? read_exec : read_create)(&s, &why) < 0) {
		note_unrecorded(p, why.text);
		return pass_on(p, e);
	}
	r = kept_add(p->folder, &s.container, !s.executes, &s.busy, &s.path, e);
	if (r == 0 && !s.executes)
		kept_prune(p->folder, p->conf.keep);
	r = r < 0 ? r : trace(&s, e);
	recorder_free(s.recorder);
	kept_done(&s.container);
	strlist_done(&s.command);
	free(s.path);
	free(s.inherited);
	return r;
}

static int restore(const struct call_plan *p, struct err *e)
{
	note_unrecorded(p, "its processes come from a checkpoint, and are not made by the runtime");
	return pass_on(p, e);
}

static int checkpoint(const struct call_plan *p, struct err *e)
{
	if (p->line.id && kept_is_busy(p->folder, p->line.id))
		return err_set(e, EBUSY, "container '%s' is being recorded, and a process that is traced cannot be "
			       "checkpointed; start it under the plain runtime", p->line.id);
	return pass_on(p, e);
}

/* All others are passed on: for them an engine may not even set HOME, which names the folder. */
static const struct {
	const char *name;
	int (*run)(const struct call_plan *, struct err *e);
} acts[] = {
	{ "checkpoint", checkpoint }, { "create", record }, { "exec", record }, { "restore", restore }, { "run", record },
};

static int act(struct call_plan *p, struct err *e)
{
	for (size_t i = 0; p->line.command && i < countof(acts); i++)
		if (streq(acts[i].name, p->line.command)) {
			int r = kept_folder(arg_dir ? arg_dir : p->conf.dir, &p->folder, e);

			return r < 0 ? r : acts[i].run(p, e);
		}
	return pass_on(p, e);
}

/* what an engine has to be told */

static int show_install(const struct install *in, const char *file, const char *runtime, struct err *e)
{
	scoped(freep) char *text = NULL;
	int r = in->merge(NULL, runtime, &text, e);

	if (r < 0)
		return r;
	fputs(text, stdout);
	fflush(stdout);
	if (file)
		log_info("%s: this goes into %s; --write merges it into that file", in->what, file);
	else
		log_info("%s: %s", in->what, in->use);
	return 0;
}

static int write_install(const struct install *in, const char *file, const char *runtime, struct err *e)
{
	enum installed how = INSTALLED_ALREADY;
	int r;

	if (!file)
		return usage_error(e, "--write is for files; of %s: %s", in->name, in->use);
	r = install_write(in, file, runtime, &how, e);
	if (r == 0)
		log_info("%s: %s %s%s", in->what, how == INSTALLED_ALREADY ? "already in" : "written to", file,
			 how == INSTALLED_CHANGED ? ", of which the previous content is kept with .old behind its name" : "");
	return r;
}

static void tell_next(const struct install *in, bool file)
{
	if (in->then)
		log_more("then: %s", in->then);
	if (file)
		log_more("use: %s", in->use);
	log_more("learn: sctrace gen --container web -o profile.json");
	log_more("to take it back: %s%s%s", in->undo, in->then && file ? ", and: " : "", in->then && file ? in->then : "");
}

static int install(int argc, char **argv, struct err *e)
{
	static bool writes;
	static const char *into;
	static const struct opt own[] = {
		opt_flag(0, "write", &writes, "merge it into the engine's file"),
		opt_string(0, "file", "FILE", &into, "the engine's file is FILE"),
		opt_end(),
	};
	const struct opt *const tables[] = { own };
	int first = opt_parse(tables, countof(tables), false, argc, argv, e);

	if (first < 0)
		return usage_mark(first);
	if (first + 1 != argc)
		return usage_error(e, "install for which engine? there are docker, containerd, podman and kubernetes");

	int i = usage_one_of(e, "engine", argv[first], install_word, "there are docker, containerd, podman and kubernetes");

	if (i < 0)
		return i;

	const struct install *in = install_at((size_t)i);
	scoped(freep) char *runtime = NULL, *usual = install_file(in);
	const char *file = into ? into : usual;
	int r = install_runtime(&runtime, e);

	r = r < 0 ? r : (writes ? write_install : show_install)(in, file, runtime, e);
	if (r == 0)
		tell_next(in, file != NULL);
	return r;
}

static int run(int argc, char **argv, struct err *e)
{
	if (argc > 0 && streq(argv[0], "install"))
		return install(argc, argv, e);

	scoped(call_plan_done) struct call_plan plan = { 0 };
	int r = make_plan(&plan, argc, argv, e);

	r = r < 0 ? r : act(&plan, e);
	if (r < 0)
		tell_engine(&plan.line, e->text);
	return r;
}

static const struct opt opts[] = {
	opt_heading("Runtime"),
	opt_string(0, "real", "RUNTIME", &arg_real, "what does the work (default: runc, or crun)"),
	opt_string(0, "dir", "FOLDER", &arg_dir, "keep recordings there (default: /var/lib/sctrace, and\n"
		   "$XDG_STATE_HOME/sctrace for an ordinary user)"),
	opt_string(0, "keep", "N", &arg_keep, "keep recordings of at most N containers (default: 100)"),
	opt_flag(0, "keep-filter", &arg_keep_filter, "leave the container its filter: what that denies is not\n"
		 "seen (default: it lets every call pass)"),
	opt_end(),
};

const struct cmd cmd_runtime = {
	.name = "runtime",
	.usage = "[options] ARG... | install ENGINE [--write] [--file FILE]",
	.summary = "record the containers of an engine, as its OCI runtime",
	.details =
		"Engines call it in place of runc or crun, by the name sctrace-runtime, and it\n"
		"passes everything on to that. What 'create', 'run' and 'exec' start is recorded,\n"
		"for 'gen --container' and its kin; 'sctrace list containers' lists it.\n"
		"'install' prints what docker, containerd, podman or kubernetes needs for that,\n"
		"and merges it into the engine's file with --write.",
	.examples =
		"  sctrace runtime install docker\n"
		"  docker run --runtime sctrace --name web nginx\n"
		"  sctrace gen --container web -o profile.json\n",
	.opts = opts,
	.runs_command = true,
	.passes_on = true,
	.run = run,
};
