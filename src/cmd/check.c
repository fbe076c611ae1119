/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/breach.h"
#include "cmd/cmd.h"
#include "cmd/command.h"
#include "cmd/profile.h"
#include "cmd/recorder.h"
#include "cmd/recordings.h"
#include "cmd/spots.h"
#include "policy/ask.h"
#include "policy/compile.h"
#include "policy/derive.h"
#include "policy/judge.h"
#include "sysdb/sysdb.h"
#include "tracer/stack.h"
#include "tracer/tracer.h"

static const char *arg_profile, *arg_output = "-", *arg_format = "text", *arg_update;
static bool arg_audit, arg_json, arg_stale, arg_errors;

/* What is held against what. */
struct session {
	struct policy *policy;
	struct profile *places;		/* NULL: not known */
	struct recorder *recorder;
	struct tracer *tracer;
	struct rec *rec;		/* what was seen, or is judged */
	struct checked found;
};

static const char *format_name(size_t i, maybe_unused const void *data)
{
	return check_format_at(i) ? check_format_at(i)->name : NULL;
}

static struct place place_of(const struct session *s, const struct rule *rule)
{
	const struct place *p = profile_place(s->places, rule);

	return p ? (struct place){ p->line, clean_dup(p->path) } : (struct place){ 0 };
}

/* A row; what is not part of the key is filled in when it is new. */
static struct breach *add(struct session *s, const struct breach *key, const struct rule *rule, uint64_t count,
			  double seconds)
{
	struct breach *b = breach_get(&s->found, key);

	if (b->count == 0) {
		b->place = place_of(s, rule);
		b->first = seconds;
	}
	b->count += count;
	b->first = seconds < b->first ? seconds : b->first;
	return b;
}

/* ENOSYS by a rule of its own is meant for who then does without the call. */
static enum breach_kind kind_of(const char *call, struct verdict v, const struct rule *rule)
{
	const struct sysdb_call *known = sysdb_find(call);

	return v.action == ACT_ERRNO && v.data == ENOSYS && rule && known && known->probed ? BREACH_ABSENT : BREACH_REFUSED;
}

static bool makes_the_call(struct verdict v)
{
	return v.action >= ACT_LOG;
}

/* a command */

/* The row of a call that is stopped, with its arguments. */
static void tell(struct session *s, struct breach *key, const struct tracer_call *call, const struct rule *rule)
{
	struct buf shape = { 0 };
	struct breach *b;

	key->audit = call->arch;
	key->nr = call->nr;
	key->program = tracer_program(s->tracer, call->program);
	call_print(&shape, key->arch, key->name, call->args);
	b = add(s, key, rule, 1, call->seconds);
	breach_add_shape(b, buf_str(&shape));
	if (b->count == 1)
		b->stack = stack_capture(tracer_stacks(s->tracer), call->tid);
	buf_done(&shape);
}

static struct verdict judge(const struct session *s, const struct arch *arch, const struct tracer_call *call,
			    char name[static CALL_NAME_MAX], const struct rule **ret_rule)
{
	*ret_rule = NULL;
	if (arch)
		arch_call_name(arch, call->nr, name);
	else
		snprintf(name, CALL_NAME_MAX, "call_%u", call->nr);
	return arch ? policy_judge(s->policy, arch, call->nr, call->args, ret_rule) : (struct verdict){ ACT_KILL_THREAD, 0 };
}

static uint32_t on_gated(void *self, const struct tracer_call *call)
{
	struct session *s = self;
	char name[CALL_NAME_MAX];
	const struct rule *rule;
	const struct arch *arch = arch_of_call(call->arch, call->nr);
	struct verdict v = judge(s, arch, call, name, &rule);

	if (!makes_the_call(v))
		tell(s, &(struct breach){ .kind = kind_of(name, v, rule), .arch = arch, .name = name, .verdict = v }, call, rule);
	return verdict_kernel(v);
}

static void on_failed(void *self, const struct tracer_call *call, int error)
{
	struct session *s = self;
	char name[CALL_NAME_MAX];
	const struct rule *rule;
	const struct arch *arch = arch_of_call(call->arch, call->nr);

	if (!arg_errors || (error != EPERM && error != EACCES) || !makes_the_call(judge(s, arch, call, name, &rule)))
		return;
	tell(s, &(struct breach){ .kind = BREACH_KERNEL, .arch = arch, .name = name, .verdict = { ACT_ALLOW, 0 },
				  .error = error, .gate = sysdb_missing(name, error) }, call, rule);
}

static void on_first(void *self, const struct first_call *call)
{
	recorder_first(((struct session *)self)->recorder, call);
}

/* recordings */

static void add_site(struct breach *b, const struct rec_call *call, const char *program)
{
	for (size_t i = 0; i < call->site_count && b->frames.count == 0; i++) {
		const struct rec_site *site = &call->sites[i];

		for (size_t f = 0; streq(site->program, program) && f < site->depth; f++)
			breach_add_frame(b, &site->frames[f], f == site->through);
		b->partial = b->frames.count && site->partial;
	}
}

static void judge_seen(struct session *s, const struct rec_call *call, const struct answer *a)
{
	bool open = answer_allows(a) == HOLDS_MAYBE;
	struct verdict v = a->verdict;
	const struct rule *rule = a->by;

	/* of what may be, the refusal is what matters */
	for (size_t i = 0; open && makes_the_call(v) && i < a->maybe_count; i++) {
		v = a->maybe[i]->verdict;
		rule = a->maybe[i];
	}
	for (size_t i = 0; i < call->seen_count; i++) {
		const struct rec_seen *seen = &call->seen[i];

		struct breach *b = add(s, &(struct breach){
			.kind = open ? BREACH_OPEN : kind_of(call->name, v, rule), .arch = call->arch, .audit = call->arch->audit,
			.nr = call->nr, .name = call->name, .program = seen->program, .verdict = v,
		}, rule, seen->count, seen->first);

		add_site(b, call, seen->program);
	}
}

/* The arguments on which it depends, all of whose values the recording has; of several it
 * does not tell which values were there together. */
struct deciding {
	const struct rec_arg *args[6];
	unsigned count;
	size_t combinations;
};

enum { COMBINATIONS_MAX = 4096 };

/* Of an int the upper half of the register was not kept: of a negative one it may be
 * anything, and a filter that does not mask it looks at it. */
static bool is_negative(const struct rec_call *call, const struct rec_arg *arg, uint64_t value)
{
	return call->arch->bits != 32 && arg->mask <= UINT32_MAX && value & 0x80000000u;
}

/* The bits that are known of all its values. */
static uint64_t bits_known(const struct rec_call *call, const struct rec_arg *arg)
{
	for (size_t i = 0; i < arg->value_count; i++)
		if (is_negative(call, arg, arg->values[i]))
			return arg->mask;
	return arg->mask | ~(uint64_t)UINT32_MAX;
}

/* All values of an argument, with at least these bits of it. */
static const struct rec_arg *exact_arg(const struct rec_call *call, unsigned arg, uint64_t bits)
{
	for (size_t i = 0; i < call->arg_count; i++)
		if (call->args[i].arg == arg && !call->args[i].summary && rec_arg_is_exact(call, &call->args[i]) &&
		    !(bits & ~bits_known(call, &call->args[i])))
			return &call->args[i];
	return NULL;
}

/* False: there is one of which not all is known that is asked for. */
static bool find_deciding(const struct rec_call *call, const struct answer *a, struct deciding *ret)
{
	uint64_t asked[6] = { 0 };

	*ret = (struct deciding){ .combinations = 1 };
	for (size_t i = 0; i < a->maybe_count; i++)
		for (unsigned c = 0; c < a->maybe[i]->conditions; c++) {
			const struct condition *when = &a->maybe[i]->when[c];

			asked[when->arg] |= when->op == CMP_MASKED_EQ ? when->mask : UINT64_MAX;
		}
	for (unsigned i = 0; i < 6; i++) {
		if (!asked[i])
			continue;
		ret->args[ret->count] = exact_arg(call, i, asked[i]);
		if (!ret->args[ret->count])
			return false;
		ret->combinations *= ret->args[ret->count++]->value_count;
		if (ret->combinations > COMBINATIONS_MAX)
			return false;
	}
	return ret->combinations > 0;
}

/* The place of an argument's value in a combination. */
static size_t place_in(const struct deciding *d, unsigned i, size_t combination)
{
	for (unsigned before = 0; before < i; before++)
		combination /= d->args[before]->value_count;
	return combination % d->args[i]->value_count;
}

/* False: it depends on more. */
static bool judge_one(const struct session *s, const struct rec_call *call, const struct deciding *d, size_t combination,
		      struct verdict *ret, const struct rule **ret_rule)
{
	struct question q = { .arch = call->arch, .call = call->name };
	struct answer a;

	for (unsigned i = 0; i < d->count; i++) {
		q.known |= 1u << d->args[i]->arg;
		q.args[d->args[i]->arg] = d->args[i]->values[place_in(d, i, combination)];
	}
	policy_ask(s->policy, &q, &a);

	bool decided = answer_allows(&a) != HOLDS_MAYBE;

	*ret = a.verdict;
	*ret_rule = a.by;
	answer_done(&a);
	return decided;
}

/* Values are kept for the call and not for each program, nor how often each came. */
static void add_value(struct session *s, const struct rec_call *call, const struct rec_arg *arg, uint64_t value,
		      struct verdict v, const struct rule *rule)
{
	bool one = call->seen_count && streq(call->seen[0].program, call->seen[call->seen_count - 1].program);
	struct breach *b = add(s, &(struct breach){
		.kind = kind_of(call->name, v, rule), .arch = call->arch, .audit = call->arch->audit, .nr = call->nr,
		.name = call->name, .program = one ? call->seen[0].program : "", .verdict = v,
	}, rule, 1, call->seen_count ? call->seen[0].first : 0);
	struct buf shape = { 0 };

	b->count = 1;
	call_print_value(&shape, call->arch, call->name, arg->arg, value);
	breach_add_shape(b, buf_str(&shape));
	buf_done(&shape);
	if (one)
		add_site(b, call, call->seen[0].program);
}

/* Tell of the values with which the call is refused, whatever the other ones are. */
static bool add_refused(struct session *s, const struct rec_call *call, const struct deciding *d, unsigned i)
{
	const struct rec_arg *arg = d->args[i];
	bool any = false;

	for (size_t value = 0; value < arg->value_count; value++) {
		struct verdict v, first = { ACT_ALLOW, 0 };
		const struct rule *rule, *by = NULL;
		bool refused = true;

		for (size_t c = 0; refused && c < d->combinations; c++) {
			if (place_in(d, i, c) != value)
				continue;
			judge_one(s, call, d, c, &v, &rule);
			refused = !makes_the_call(v);
			if (makes_the_call(first)) {
				first = v;
				by = rule;
			}
		}
		if (refused)
			add_value(s, call, arg, arg->values[value], first, by);
		any = any || refused;
	}
	return any;
}

/* False: it stays open. */
static bool judge_values(struct session *s, const struct rec_call *call, const struct answer *open)
{
	bool decided, refused = false, told = false;
	struct deciding d;

	decided = find_deciding(call, open, &d);
	for (size_t c = 0; decided && c < d.combinations; c++) {
		const struct rule *rule;
		struct verdict v;

		decided = judge_one(s, call, &d, c, &v, &rule);
		refused = refused || !makes_the_call(v);
	}
	for (unsigned i = 0; decided && refused && i < d.count; i++)
		told = add_refused(s, call, &d, i) || told;
	return decided && (told || !refused);
}

static void judge_recording(struct session *s, const struct rec *rec)
{
	const struct rec_call *call;

	for (size_t i = 0; (call = rec_call_at(rec, i)); i++) {
		struct question q = { .arch = call->arch, .call = call->name };
		struct answer a;

		policy_ask(s->policy, &q, &a);
		if (answer_allows(&a) == HOLDS_MAYBE ? !judge_values(s, call, &a) : !makes_the_call(a.verdict))
			judge_seen(s, call, &a);
		answer_done(&a);
	}
}

/* what was never used */

static bool is_used(const struct rec *rec, const struct arch *arch, const char *name)
{
	const struct rec_call *call;

	for (size_t i = 0; (call = rec_call_at(rec, i)); i++)
		if (call->arch == arch && (!name || streq(call->name, name)))
			return true;
	return false;
}

static void add_stale(struct session *s, const struct arch *arch, const char *name, const struct rule *rule)
{
	struct breach key = { .kind = BREACH_STALE, .arch = arch, .audit = arch->audit, .name = name, .program = "" };

	if (name)
		arch_call_number(arch, name, &key.nr);
	else
		key.name = "every call";
	add(s, &key, rule, 1, 0);
}

static void find_stale_on(struct session *s, const struct rec *rec, const struct arch *arch)
{
	const struct rule *rule;
	uint32_t nr;

	if (arch != arch_native() && !is_used(rec, arch, NULL)) {
		add_stale(s, arch, NULL, NULL);
		return;
	}
	for (size_t i = 0; (rule = policy_rule(s->policy, i)); i++)
		if (makes_the_call(rule->verdict) && rule_on(rule, arch) && arch_call_number(arch, rule->call, &nr) &&
		    !is_used(rec, arch, rule->call) && !derive_needs(rule->call))
			add_stale(s, arch, rule->call, rule);
}

static void find_stale(struct session *s, const struct rec *rec)
{
	const struct arch *arch;

	for (size_t i = 0; arg_stale && (arch = arch_at(i)); i++)
		if (policy_covers(s->policy) & ARCH_BIT(arch))
			find_stale_on(s, rec, arch);
}

/* the answer */

/* What a command writes to standard output is its own: text goes beside it. */
static int emit(struct checked *found, struct err *e)
{
	const struct check_format *format = check_format_find(arg_format);
	struct io_out out;
	int r;

	checked_sort(found);
	if (found->ran && streq(format->name, "text") && streq(arg_output, "-")) {
		if (log_level != LOG_QUIET || checked_status(found))
			format->emit(found, stderr);
		return 0;
	}
	r = report_create(&out, arg_output, 1, &arg_profile, e);
	if (r < 0)
		return r;
	format->emit(found, out.file);
	return io_commit(&out, e);
}

static void conclude(struct session *s)
{
	find_stale(s, s->rec);
	spots_tell(s->rec);
	s->found.rec = s->rec;
}

static int trace(struct session *s, char *path, char **argv, const struct filters *filters, struct err *e)
{
	const struct tracer_sink sink = { .first = on_first, .gated = on_gated, .failed = on_failed };
	struct tracer_filter *list = xcalloc(filters_count(filters), sizeof *list);
	struct tracer_gate gate = {
		.filters = list, .count = filters_count(filters), .flags = filters_flags(filters),
		.audit = arg_audit, .every = arg_errors || arg_stale,
	};
	struct tracer_opts opts = { .path = path, .argv = argv, .envp = environ, .gate = &gate, .stacks = true };
	int r;

	for (size_t i = 0; i < gate.count; i++)
		list[i].code = filters_at(filters, i, &list[i].len);
	s->recorder = recorder_new(argv, "all");
	opts.wants = recorder_wants(s->recorder, false, &opts.want_count);
	s->tracer = tracer_new(&opts, &sink, s);
	r = tracer_run(s->tracer, &s->found.wait_status, e);
	if (r >= 0) {
		s->rec = recorder_make(s->recorder, s->tracer, &s->found.wait_status);
		conclude(s);
		r = arg_update ? recording_update(s->rec, arg_update, e) : 0;
	}
	checked_name_stacks(&s->found, tracer_stacks(s->tracer));
	tracer_free(s->tracer);
	recorder_free(s->recorder);
	free(list);
	return r;
}

static int check_command(struct session *s, char **argv, struct err *e)
{
	scoped(freep) char *path = NULL;
	struct filters *filters = NULL;
	int r = profile_enforceable(arg_profile, s->policy, e);

	s->found.ran = true;
	s->found.audit = arg_audit;
	s->found.subject = (const char *const *)argv;
	r = r < 0 ? r : policy_compile(s->policy, &filters, e);
	r = r < 0 ? r : command_find(argv[0], &path, e);
	if (r == 0) {
		filters_defer(filters, TRACER_GATE_DATA);
		r = trace(s, path, argv, filters, e);
	}
	filters_free(filters);
	return r;
}

static int check_recordings(struct session *s, int argc, char **argv, struct err *e)
{
	int r = recordings_load(argc, argv, &s->rec, e);

	if (r < 0)
		return r;
	s->found.subject = (const char *const *)argv;
	judge_recording(s, s->rec);
	conclude(s);
	return 0;
}

/* Before anything runs. */
static int check_options(bool recordings, int argc, struct err *e)
{
	struct io_out out;
	int r;

	if (arg_json)
		arg_format = "json";
	if (!check_format_find(arg_format))
		return usage_unknown(e, "format", arg_format, format_name, "there are text, json, sarif, github and junit");
	if (!arg_profile)
		return usage_error(e, "which profile? give one with -p");
	if (argc == 0)
		return usage_error(e, "which command, or which recordings, are to be checked?");
	if (recordings && (arg_audit || arg_errors || arg_update))
		return usage_error(e, "%s is for a command; nothing is run when recordings are judged",
				   arg_audit ? "--audit" : arg_errors ? "--explain-errors" : "--update");
	if (arg_update && streq(arg_update, "-"))
		return usage_error(e, "--update needs a file: what is there stays in it");
	r = arg_update ? recording_check_output(arg_update, true, e) : 0;
	r = r < 0 ? r : report_create(&out, arg_output, 1, &arg_profile, e);
	if (r == 0)
		io_abandon(&out);
	return r;
}

/* Standard input and pipes cannot be executed, and are not read to find out. */
static bool is_to_judge(const char *word)
{
	struct stat st;

	return streq(word, "-") || (stat(word, &st) == 0 && S_ISFIFO(st.st_mode)) || rec_is_recording(word);
}

static int run(int argc, char **argv, struct err *e)
{
	/* what follows `--` is a command, whatever its name is */
	bool recordings = argc > 0 && !streq(argv[-1], "--") && is_to_judge(argv[0]);
	struct session s = { 0 };
	struct parse_host host;
	struct err ignored;
	int r = check_options(recordings, argc, e);

	r = r < 0 ? r : profile_load(arg_profile, NULL, &s.policy, e);
	if (r < 0)
		return r;
	profile_fit(arg_profile, s.policy);
	s.found.profile = clean_dup(arg_profile);
	/* standard input can be read once only: then places are not known */
	parse_host_here(&host);
	if (streq(arg_profile, "-") || profile_read(arg_profile, &host, &s.places, &ignored) < 0)
		s.places = NULL;
	r = recordings ? check_recordings(&s, argc, argv, e) : check_command(&s, argv, e);
	r = r < 0 ? r : emit(&s.found, e);
	r = r < 0 ? r : checked_status(&s.found);
	checked_done(&s.found);
	rec_free(s.rec);
	profile_free(s.places);
	policy_free(s.policy);
	return r;
}

static const struct opt opts[] = {
	opt_heading("Profile"),
	opt_string('p', "profile", "FILE", &arg_profile, "Docker or OCI JSON, or a bundle's config.json"),
	opt_heading("What is looked at"),
	opt_flag(0, "audit", &arg_audit, "let refused calls through, and tell of them all"),
	opt_flag(0, "explain-errors", &arg_errors, "tell apart what the kernel itself refuses, and which\n"
		 "capability is usually missing; every call stops"),
	opt_flag(0, "stale", &arg_stale, "list what is allowed and was never used; of a command\n"
		 "every call stops"),
	opt_heading("Output"),
	opt_string('F', "format", "FORMAT", &arg_format, "text (default), json, sarif, github or junit",
		   .words = format_name),
	opt_flag(0, "json", &arg_json, "the same as -F json"),
	opt_string('o', "output", "FILE", &arg_output, "write to FILE (default: standard output; text about\n"
		   "a command: standard error)"),
	opt_string(0, "update", "FILE", &arg_update, "add the refused calls to a recording, for gen"),
	opt_end(),
};

const struct cmd cmd_check = {
	.name = "check",
	.usage = "-p PROFILE [options] [--] COMMAND [ARG...] | RECORDING...",
	.summary = "say whether a workload stays within a profile",
	.details =
		"The command runs under the profile, natively but for what is refused: that is\n"
		"told, and gets the profile's answer. Operands without '--', of which the first\n"
		"is a recording, are judged, and nothing runs. The status is 0 inside the\n"
		"profile, 1 outside, 2 for trouble, 3 when the command failed without leaving it.",
	.examples =
		"  sctrace check -p profile.json -- ls -l\n"
		"  sctrace check -p profile.json -F sarif -o check.sarif -- ls -l\n"
		"  sctrace check -p profile.json --stale sctrace.json\n",
	.opts = opts,
	.runs_command = true,
	.answers = true,
	.run = run,
};
