/* SPDX-License-Identifier: Apache-2.0 */
#include "app/host.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/exec.h"
#include "base/io.h"
#include "base/mem.h"
#include "app/workload.h"
#include "sysdb/arch.h"

/* the kernel's seccomp */

/* The spelling of actions_avail (Documentation/userspace-api/seccomp_filter.rst). */
static const char *const kernel_words[ACT_COUNT] = {
	[ACT_KILL_PROCESS] = "kill_process", [ACT_KILL_THREAD] = "kill_thread", [ACT_TRAP] = "trap",
	[ACT_ERRNO] = "errno", [ACT_NOTIFY] = "user_notif", [ACT_TRACE] = "trace", [ACT_LOG] = "log",
	[ACT_ALLOW] = "allow",
};

/* The first line of a file, without newline; "" if it cannot be read. */
static char *first_line(const char *path)
{
	char text[512];

	io_read_head(path, text, sizeof text);
	text[strcspn(text, "\n")] = '\0';
	return clean_dup(text);
}

static char *actions(const char *which)
{
	scoped(freep) char *path = xprintf("/proc/sys/kernel/seccomp/actions_%s", which);

	return first_line(path);
}

static bool has_word(const char *list, const char *word)
{
	const size_t n = strlen(word);

	for (const char *at = list; *at; at += strcspn(at, " "), at += strspn(at, " "))
		if (strcspn(at, " ") == n && strncmp(at, word, n) == 0)
			return true;
	return false;
}

bool host_has_action(enum action action)
{
	scoped(freep) char *list = actions("avail");
	uint32_t kernel = action_info(action)->kernel;

	if (*list)
		return has_word(list, kernel_words[action]);
	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &kernel) == 0;
}

/* A number in /proc/self/status; -1 if there is none. */
static int own_status(const char *key)
{
	char text[8192];
	const char *at;

	io_read_head("/proc/self/status", text, sizeof text);
	at = strstr(text, key);
	return at ? atoi(at + strlen(key)) : -1;
}

static const char *mode_name(int mode)
{
	static const char *const names[] = { "none", "strict", "filter" };

	return mode >= 0 && (size_t)mode < countof(names) ? names[mode] : "unknown";
}

/* programs */

/* The first word that begins with a digit, or with "v" and a digit. */
static char *version_in(const char *text)
{
	while (*text && *text != '\n') {
		const char *word = text + (*text == 'v');
		size_t n = strcspn(word, " ,\n()");

		if (*word >= '0' && *word <= '9') {
			scoped(freep) char *raw = xstrndup(word, n);

			return clean_dup(raw);
		}
		text += strcspn(text, " \n");
		text += strspn(text, " ");
	}
	return xstrdup("?");
}

/* As runc prints it: "libseccomp: 2.5.4". */
static char *libseccomp_in(const char *text)
{
	static const char key[] = "libseccomp: ";
	const char *at = strstr(text, key);
	scoped(freep) char *raw = at ? xstrndup(at + strlen(key), strcspn(at + strlen(key), " \n")) : NULL;

	return raw ? clean_dup(raw) : NULL;
}

/* Programs that take profiles, or pass them on; `shared`: in Debian it is linked with the same
 * libseccomp as sctrace, and does not print its version. */
static const struct taker { const char *name; bool shared; } takers[] = {
	{ "runc", false }, { "crun", true }, { "docker", false }, { "dockerd", false }, { "podman", false },
	{ "containerd", false }, { "nerdctl", false }, { "bwrap", false }, { "firejail", false }, { "systemd-nspawn", true },
};

struct taken_program { char *version, *libseccomp; bool guessed; };

static bool is_linked_with(const char *path, const char *library)
{
	char *text = NULL;
	size_t len = 0;
	struct err e;
	bool found;

	if (io_read_all(path, 64 << 20, &text, &len, &e) < 0)
		return false;
	found = memmem(text, len, library, strlen(library)) != NULL;
	free(text);
	return found;
}

char *host_version_of(const char *program)
{
	scoped(freep) char *path = NULL, *version = NULL;
	char text[4096];
	struct err e;

	if (command_find(program, &path, &e) < 0)
		return NULL;
	exec_read_output(path, (const char *const[]){ program, "--version", NULL }, text, sizeof text);
	version = version_in(text);
	return streq(version, "?") ? NULL : take(version);
}

static bool find_program(const struct taker *t, struct taken_program *ret)
{
	scoped(freep) char *path = NULL;
	char text[4096];
	struct err e;

	if (command_find(t->name, &path, &e) < 0)
		return false;
	exec_read_output(path, (const char *const[]){ t->name, "--version", NULL }, text, sizeof text);
	*ret = (struct taken_program){ .version = version_in(text), .libseccomp = libseccomp_in(text) };
	if (!ret->libseccomp && t->shared && is_linked_with(path, "libseccomp.so.2")) {
		ret->libseccomp = xstrdup(libseccomp_version());
		ret->guessed = true;
	}
	return true;
}

static void program_done(struct taken_program *p)
{
	free(p->version);
	free(p->libseccomp);
}

/* the kernel's configuration */

static const char *const config_keys[] = {
	"CONFIG_SECCOMP", "CONFIG_SECCOMP_FILTER", "CONFIG_IA32_EMULATION", "CONFIG_X86_X32_ABI",
	"CONFIG_CHECKPOINT_RESTORE", "CONFIG_IO_URING", "CONFIG_SECURITY_YAMA",
};

/* malloc'ed; NULL if not found or not readable. */
static char *read_config(char **ret_path)
{
	struct utsname u;
	char *text = NULL;
	size_t len;
	struct err e;

	uname(&u);
	for (int i = 0; i < 3; i++) {
		char *path = i == 0 ? xprintf("/boot/config-%s", u.release) :
			     i == 1 ? xprintf("/usr/lib/modules/%s/config", u.release) : xstrdup("/proc/config.gz");
		scoped(freep) char *zcat = NULL;

		*ret_path = path;
		if (i < 2 && io_read_all(path, 4 << 20, &text, &len, &e) == 0)
			return text;
		if (i == 2 && access(path, R_OK) == 0 && command_find("zcat", &zcat, &e) == 0) {
			text = xcalloc(1, 4 << 20);
			exec_read_output(zcat, (const char *const[]){ "zcat", path, NULL }, text, 4 << 20);
			return text;
		}
		free(path);
	}
	*ret_path = NULL;
	return NULL;
}

/* "y", "m", "n". */
static char config_value(const char *text, const char *key)
{
	scoped(freep) char *set = xprintf("\n%s=", key);
	const char *at = strstr(text, set);

	return at ? at[strlen(set)] : 'n';
}

/* as text and as JSON */

static void print_row(const char *name, const char *text)
{
	printf("     %-15s %s\n", name, *text ? text : "cannot be read");
}

static void print_config(void)
{
	scoped(freep) char *path = NULL, *text = read_config(&path);
	scoped(buf_done) struct buf b = { 0 };

	for (size_t i = 0; text && i < countof(config_keys); i++)
		buf_addf(&b, "%s%s=%c", i ? " " : "", config_keys[i], config_value(text, config_keys[i]));
	if (text)
		buf_addf(&b, " (%s)", path);
	print_row("configuration", buf_str(&b));
}

static void print_programs(void)
{
	struct taken_program p;
	bool any = false;

	for (size_t i = 0; i < countof(takers); i++) {
		if (!find_program(&takers[i], &p))
			continue;
		if (!any)
			puts("\nprograms that take profiles");
		any = true;
		printf("     %-15s %s%s%s%s\n", takers[i].name, p.version, p.libseccomp ? ", libseccomp " : "",
		       p.libseccomp ? p.libseccomp : "", p.guessed ? " (the shared library)" : "");
		program_done(&p);
	}
	if (!any)
		puts("\nno program that takes profiles is installed: no runc, crun, docker, podman, bwrap, firejail");
}

void host_print(void)
{
	scoped(freep) char *avail = actions("avail"), *logged = actions("logged");
	scoped(freep) char *mode = xprintf("%d (%s), with %d filter%s", own_status("\nSeccomp:"), mode_name(own_status("\nSeccomp:")),
					   own_status("\nSeccomp_filters:"), plural(own_status("\nSeccomp_filters:")));

	puts("\nseccomp of this kernel");
	print_row("mode of sctrace", mode);
	print_row("actions", avail);
	print_row("logged", logged);
	print_config();
	print_programs();
	printf("\nlibseccomp %s, ABI %s\n", libseccomp_version(), arch_native()->name);
}

static void write_words(struct jsonw *w, const char *key, const char *list)
{
	jsonw_key(w, key);
	jsonw_open_inline(w, '[');
	for (; *list; list += strcspn(list, " "), list += strspn(list, " ")) {
		scoped(freep) char *word = xstrndup(list, strcspn(list, " "));

		jsonw_string(w, word);
	}
	jsonw_close(w, ']');
}

static void write_config(struct jsonw *w)
{
	scoped(freep) char *path = NULL, *text = read_config(&path);

	jsonw_key(w, "configuration");
	jsonw_open(w, '{');
	for (size_t i = 0; text && i < countof(config_keys); i++) {
		const char value[] = { config_value(text, config_keys[i]), '\0' };

		jsonw_member(w, config_keys[i], value);
	}
	jsonw_close(w, '}');
}

void host_write(struct jsonw *w)
{
	scoped(freep) char *avail = actions("avail"), *logged = actions("logged");
	int mode = own_status("\nSeccomp:");
	struct taken_program p;

	jsonw_member(w, "libseccomp", libseccomp_version());
	jsonw_member(w, "abi", arch_native()->name);
	jsonw_member(w, "mode", mode_name(mode));
	write_words(w, "actions", avail);
	write_words(w, "logged", logged);
	write_config(w);
	jsonw_key(w, "programs");
	jsonw_open(w, '[');
	for (size_t i = 0; i < countof(takers); i++) {
		if (!find_program(&takers[i], &p))
			continue;
		jsonw_open_inline(w, '{');
		jsonw_member(w, "name", takers[i].name);
		jsonw_member(w, "version", p.version);
		jsonw_member(w, "libseccomp", p.libseccomp ? p.libseccomp : "");
		jsonw_close(w, '}');
		program_done(&p);
	}
	jsonw_close(w, ']');
}
