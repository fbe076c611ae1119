/* SPDX-License-Identifier: Apache-2.0 */
#include "app/profile.h"

#include <ctype.h>
#include <errno.h>
#include <unistd.h>
#include <stdio.h>
#include <strings.h>
#include "base/log.h"
#include "base/mem.h"
#include "app/live.h"
#include "app/usage.h"
#include "policy/judge-unknown.h"
#include "policy/judge.h"
#include "sysdb/sysdb.h"

struct profile_choice profile_choice;

const char *profile_choice_given(bool arch)
{
	return profile_choice.caps.count ? "--cap" : profile_choice.kernel ? "--kernel" :
	       arch && profile_choice.arches.count ? "--arch" : NULL;
}

/* "CAP_SYS_ADMIN", or "sys_admin" as in docker run. */
static bool find_cap(const char *word, uint64_t *ret)
{
	char name[64];
	size_t n = strlen(word);

	if (n + strlen("CAP_") >= sizeof name)
		return false;
	snprintf(name, sizeof name, "%s%s", strncasecmp(word, "CAP_", 4) == 0 ? "" : "CAP_", word);
	for (char *c = name; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return cap_find(name, ret);
}

static uint64_t all_caps(void)
{
	size_t n = 0;

	while (cap_name(n))
		n++;
	return ((uint64_t)1 << n) - 1;
}

static int add_cap(const char *word, const struct parse_host *here, uint64_t *caps, struct err *e)
{
	const struct { const char *word; uint64_t caps; } sets[] = {
		{ "none", 0 }, { "docker", DOCKER_CAPS }, { "podman", PODMAN_CAPS }, { "current", here->caps }, { "all", all_caps() },
	};
	uint64_t bit = 0;
	size_t i = 0;

	while (i < countof(sets) && !streq(sets[i].word, word))
		i++;
	if (i == countof(sets) && !find_cap(word, &bit))
		return usage_unknown(e, "capability", word, vocabulary_cap,
				     "write a name such as CAP_SYS_ADMIN, or docker, podman, current, all or none");
	*caps |= i < countof(sets) ? sets[i].caps : bit;
	return 0;
}

static int choose_caps(struct parse_host *host, struct err *e)
{
	const struct parse_host here = *host;
	const struct strlist *words = &profile_choice.caps;
	char word[64];
	int r = 0;

	host->caps = words->count ? 0 : DOCKER_CAPS;
	for (size_t i = 0; r == 0 && i < words->count; i++) {
		const char *list = words->items[i];

		if (!*list)
			return usage_error(e, "--cap needs a value");
		while (r == 0 && list_next(&list, word, sizeof word))
			r = add_cap(word, &here, &host->caps, e);
	}
	return r;
}

static int choose_kernel(struct parse_host *host, struct err *e)
{
	const char *word = profile_choice.kernel;
	scoped(freep) char *version = word ? xstrndup(word, strspn(word, "0123456789.")) : NULL;
	char *patch = version && strchr(version, '.') ? strchr(strchr(version, '.') + 1, '.') : NULL;

	/* as uname prints it: "5.10.0-8-amd64" */
	if (patch)
		*patch = '\0';
	if (version && !kernel_find(version, host->kernel))
		return usage_error(e, "'%s' is not a kernel version; write 5.10", word);
	return 0;
}

int profile_find_arch(const char *word, const struct arch **ret, struct err *e)
{
	*ret = arch_find(word);
	return *ret ? 0 : usage_unknown(e, "architecture", word, vocabulary_arch, "'sctrace list arches' prints them");
}

/* This machine, if one of them is its ABI; otherwise the first one. */
static int choose_machine(const struct arch **ret, struct err *e)
{
	const struct strlist *words = &profile_choice.arches;

	const struct arch *arch;
	int r = 0;

	*ret = words->count ? NULL : arch_here();
	for (size_t i = 0; r == 0 && i < words->count; i++) {
		r = profile_find_arch(words->items[i], &arch, e);
		if (r == 0 && (arch == arch_here() || arch_is_companion(arch_here(), arch)))
			*ret = arch_here();
		else if (!*ret)
			*ret = arch;
	}
	return r;
}

static int choose_reader(struct err *e)
{
	const char *word = profile_choice.read_as;

	return !word || reader_find(word) ? 0
		: usage_unknown(e, "kind of profile", word, vocabulary_reader, "'sctrace list readers' prints them");
}

struct read_opts profile_reading(const struct parse_host *host, enum read_for use)
{
	return (struct read_opts){
		.host = host, .use = use, .select = profile_choice.select, .root = profile_choice.root,
		.as = profile_choice.read_as ? reader_find(profile_choice.read_as) : NULL, .systemd = profile_choice.systemd,
	};
}

static int pid_words(struct strlist *ret, struct err *e)
{
	char word[32];

	for (size_t i = 0; i < profile_choice.pids.count; i++) {
		if (!live_word(profile_choice.pids.items[i], word))
			return usage_error(e, "'%s' is not the number of a process", profile_choice.pids.items[i]);
		strlist_add(ret, word);
	}
	return 0;
}

int profile_add_pids(int *argc, char ***argv, bool before, struct err *e)
{
	static struct strlist words;
	int r = 0;

	for (int i = 0; !before && i < *argc; i++)
		strlist_add(&words, (*argv)[i]);
	r = pid_words(&words, e);
	for (int i = 0; before && i < *argc; i++)
		strlist_add(&words, (*argv)[i]);
	strlist_terminate(&words);
	*argc = (int)words.count;
	*argv = words.items;
	return r;
}

int profile_pid_for(const char **path, const char *option, struct err *e)
{
	static struct strlist words;
	int r = pid_words(&words, e);

	if (r < 0 || words.count == 0)
		return r;
	if (*path || words.count > 1)
		return usage_error(e, *path ? "either %s or --pid" : "%s and --pid take one profile", option);
	*path = words.items[0];
	return 0;
}

int profile_choose(struct parse_host *ret, struct err *e)
{
	const struct arch *machine;
	int r = choose_machine(&machine, e);

	profile_read_process = live_read;
	parse_host_here(ret);
	r = r < 0 ? r : choose_caps(ret, e);
	r = r < 0 ? r : choose_kernel(ret, e);
	r = r < 0 ? r : choose_reader(e);
	if (r == 0 && machine != arch_here())
		arch_assume(machine);
	return r;
}

int profile_choose_here(struct parse_host *ret, struct err *e)
{
	int r = profile_choose(ret, e);

	if (r == 0 && arch_native() != arch_here())
		return usage_error(e, "a command can run only on this machine, which is %s and not %s", arch_here()->name,
				   arch_native()->name);
	return r;
}

/* The capabilities beyond Docker's default, or all; names a few. */
static void add_caps_text(struct buf *b, uint64_t caps)
{
	enum { SHOWN = 4 };
	bool docker = (caps & DOCKER_CAPS) == DOCKER_CAPS;
	uint64_t rest = docker ? caps & ~DOCKER_CAPS : caps;
	size_t count = (size_t)__builtin_popcountll(rest), n = 0;

	if (docker && !rest)
		buf_adds(b, "a plain Docker container");
	else if (caps == PODMAN_CAPS)
		buf_adds(b, "a plain Podman container");
	else if (caps == all_caps())
		buf_adds(b, "a container with all capabilities");
	else if (!caps)
		buf_adds(b, "a container without capabilities");
	if (!rest || caps == all_caps() || caps == PODMAN_CAPS)
		return;
	buf_adds(b, docker ? "a container with Docker's capabilities" : "a container with");
	for (size_t i = 0; cap_name(i); i++)
		if (rest & (uint64_t)1 << i && n++ < SHOWN)
			buf_addf(b, "%s%s", n > 1 ? ", " : docker ? " and " : " ", cap_name(i));
	buf_add_rest(b, count, SHOWN);
}

static char *host_text(const struct parse_host *host, unsigned depends)
{
	struct buf b = { 0 };

	if (!depends)
		return NULL;
	if (depends & HOST_CAPS)
		add_caps_text(&b, host->caps);
	if (depends & HOST_KERNEL)
		buf_addf(&b, "%skernel %u.%u", b.len ? ", " : "", host->kernel[0], host->kernel[1]);
	if (depends & HOST_ARCH)
		buf_addf(&b, "%s%s", b.len ? ", " : "", arch_native()->name);
	return buf_take(&b);
}

static unsigned told;			/* HOST_*, of all profiles */
static struct parse_host told_host;	/* of the command */

const char *profile_read_for(void)
{
	static char *text;

	free(text);
	text = host_text(&told_host, told);
	return text;
}

/* `subject`: with its verb, "p.json is". */
static void tell_host(const char *subject, const struct parse_host *host, unsigned depends)
{
	scoped(freep) char *text = host_text(host, depends);
	scoped(buf_done) struct buf options = { 0 };

	told |= depends;
	told_host = *host;
	if (!text)
		return;
	buf_adds(&options, depends & HOST_CAPS ? ", --cap" : "");
	buf_adds(&options, depends & HOST_KERNEL ? ", --kernel" : "");
	buf_adds(&options, depends & HOST_ARCH ? ", --arch" : "");
	log_info("%s read for %s (see %s)", subject, text, buf_str(&options) + strlen(", "));
}

void profile_tell_host(const char *path, const struct parse_host *host, unsigned depends)
{
	scoped(freep) char *subject = xprintf("%s is", path);

	tell_host(subject, host, depends);
}

void profile_tell_hosts(const char *one, unsigned depends, const char *other, unsigned others, const struct parse_host *host)
{
	scoped(freep) char *both = xprintf("%s and %s are", one, other);

	if (depends && others) {
		tell_host(both, host, depends | others);
		return;
	}
	profile_tell_host(one, host, depends);
	profile_tell_host(other, host, others);
}

int profile_load_all(const char *path, const struct parse_host *host, struct profile **ret, struct err *e)
{
	const struct read_opts how = profile_reading(host, READ_TO_APPLY);
	int r = profile_read(path, &how, ret, e);

	if (r < 0 || profile_default(path))
		return r;
	for (size_t i = 0; i < (*ret)->notes.warnings.count; i++)
		log_warning("%s: %s", path, (*ret)->notes.warnings.items[i]);
	for (size_t i = 0; i < (*ret)->notes.facts.count; i++)
		log_info("%s: %s", path, (*ret)->notes.facts.items[i]);
	for (size_t i = 0; i < (*ret)->notes.hints.count; i++)
		log_hint("%s: %s", path, (*ret)->notes.hints.items[i]);
	return 0;
}

int profile_load(const char *path, const struct parse_host *host, struct profile **ret, struct err *e)
{
	int r = profile_load_all(path, host, ret, e);

	if (r == 0)
		profile_tell_host(path, host, (*ret)->notes.depends);
	return r;
}

/* The command runs under the exact rules, so -q silences this. */
static void warn_of_deviation(const char *path, const struct deviation *d)
{
	scoped(buf_done) struct buf b = { 0 };

	deviation_words(&b, d);
	log_hint("%s: %s", path, buf_str(&b));
}

/* lint reports the opposite case, and so does check if such a call was made. */
static void warn_of_names(const char *path, const struct strlist *calls)
{
	enum { SHOWN = 4 };
	scoped(buf_done) struct buf names = { 0 };

	strlist_print(calls, SHOWN, &names);
	if (calls->count)
		log_hint("%s: denied here, but not in a container: libseccomp %s has no name for %s, and runtimes that use it let "
			    "%s through; 'gen --closed' makes a list that does not", path, libseccomp_version(), buf_str(&names),
			    calls->count == 1 ? "it" : "them");
}

struct runtime_filter *profile_runtime_filter(const struct profile *profile)
{
	return profile->reader->container ? runtime_filter_new(profile->policy, profile, arch_native()) : NULL;
}

struct runtime_filter *profile_runtimes(const char *path, const struct profile *profile)
{
	enum { SHOWN = 4 };
	struct runtime_filter *f = profile_runtime_filter(profile);
	scoped(strlist_done) struct strlist open = { 0 };
	const struct deviation *d;
	size_t others = 0;

	for (size_t i = 0; (d = runtime_filter_deviation(f, i)); i++) {
		if (d->nameless && d->kind == DEVIATION_WEAKER)
			strlist_insert(&open, d->call);
		else if (d->nameless && d->kind != DEVIATION_NOT_LOADED)
			continue;
		else if (others++ < SHOWN)
			warn_of_deviation(path, d);
	}
	if (others > SHOWN)
		log_hint("%s: and %zu more like this; 'sctrace lint' prints them all", path, others - SHOWN);
	warn_of_names(path, &open);
	return f;
}

static bool is_unusable(const struct deviation *d)
{
	return d->kind == DEVIATION_NOT_LOADED || (d->kind == DEVIATION_UNKNOWN && !d->call);
}

static int read_made(const char *text, struct profile **ret, struct err *e)
{
	struct parse_host host;
	int r = profile_choose(&host, e);

	return r < 0 ? r : profile_read_text("the profile", text, &(struct read_opts){ .host = &host, .use = READ_TO_JUDGE }, ret, e);
}

static bool is_for_another_machine(const struct policy *p)
{
	return policy_arches(p) && !(policy_arches(p) & ARCH_BIT(arch_native()));
}

int profile_check_made(const char *text, struct err *e)
{
	scoped(profile_freep) struct profile *made = NULL;
	scoped(runtime_filter_freep) struct runtime_filter *f = NULL;
	const struct deviation *d;
	scoped(buf_done) struct buf b = { 0 };
	int r = read_made(text, &made, e);

	if (r == 0 && !is_for_another_machine(made->policy))
		f = runtime_filter_new(made->policy, made, arch_native());
	for (size_t i = 0; r == 0 && f && (d = runtime_filter_deviation(f, i)); i++) {
		if (is_unusable(d)) {
			deviation_words(&b, d);
			r = err_set(e, EOPNOTSUPP, "cannot make the profile: %s; deny whole calls, or use fewer conditions", buf_str(&b));
		} else if (!d->nameless) {
			warn_of_deviation("the profile", d);
		}
	}
	return r;
}

int profile_enforceable(const char *path, const struct policy *p, struct err *e)
{
	const uint64_t args[6] = { 0 };
	const struct rule *r;
	uint32_t nr;

	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		if (r->verdict.action == ACT_NOTIFY)
			return err_set(e, EOPNOTSUPP, "%s: the rule for '%s' asks a supervisor (SCMP_ACT_NOTIFY), "
				       "and there is none here; runc and crun can have one", path, r->call);
	if (policy_default(p).action == ACT_NOTIFY)
		return err_set(e, EOPNOTSUPP, "%s: the default asks a supervisor (SCMP_ACT_NOTIFY), and there is none here",
			       path);
	arch_call_number(arch_native(), "execve", &nr);
	if (!verdict_passes(policy_judge(p, arch_native(), nr, args, NULL)))
		log_warning("%s denies execve: the command cannot start", path);
	return 0;
}
