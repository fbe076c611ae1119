/* SPDX-License-Identifier: Apache-2.0 */
#include "app/targets.h"

#include "app/host.h"
#include "app/profile.h"
#include "app/usage.h"
#include "base/mem.h"
#include "sysdb/arch.h"

/* The program of each target that prints its version. */
static const struct { const char *target, *program; } programs[] = {
	{ "containerd", "containerd" }, { "crun", "crun" }, { "docker", "dockerd" }, { "firejail", "firejail" },
	{ "kubernetes", "kubelet" }, { "podman", "podman" }, { "runc", "runc" }, { "systemd", "systemctl" },
};

static void add_version(const char *name, const char *version, struct targets *ret)
{
	scoped(freep) char *word = xprintf("%s=%s", name, version);
	struct target_version t;

	if (!target_parse(word, &t))
		return;
	t.here = true;
	targets_add(ret, &t);
}

static void add_installed(size_t i, struct targets *ret)
{
	scoped(freep) char *version = host_version_of(programs[i].program);

	if (version)
		add_version(programs[i].target, version, ret);
}

void targets_of_host(struct targets *ret)
{
	add_version("libseccomp", libseccomp_version(), ret);
	for (size_t i = 0; i < countof(programs); i++)
		add_installed(i, ret);
}

void targets_add_installed(struct targets *ret, const char *name)
{
	for (size_t i = 0; i < countof(programs) && !targets_find(ret, name); i++)
		if (streq(programs[i].target, name))
			add_installed(i, ret);
}

const char *targets_word(size_t i, maybe_unused const void *data)
{
	static char spelt[32];

	if (i == 0)
		return "host";
	snprintf(spelt, sizeof spelt, "%s=", target_name(i - 1) ? target_name(i - 1) : "");
	return target_name(i - 1) ? spelt : NULL;
}

static const char *name_at(size_t i, maybe_unused const void *data)
{
	return i == 0 ? "host" : target_name(i - 1);
}

static bool is_name(const char *word)
{
	for (size_t i = 0; target_name(i); i++)
		if (streq(target_name(i), word))
			return true;
	return false;
}

static int read_word(const char *word, struct targets *ret, struct err *e)
{
	scoped(freep) char *name = xstrndup(word, strcspn(word, "="));
	struct target_version t;

	if (!is_name(name))
		return usage_unknown(e, "target", name, name_at, "write NAME=VERSION, as systemd=252, or host");
	if (!target_parse(word, &t))
		return usage_error(e, "'%s' names no version; write it as in %s=1.2.3", word, name);
	targets_add(ret, &t);
	return 0;
}

/* Named targets override installed ones. */
int targets_read(const struct strlist *words, struct targets *ret, struct err *e)
{
	int r = 0;

	*ret = (struct targets){ .count = 0 };
	if (strlist_has(words, "host"))
		targets_of_host(ret);
	for (size_t i = 0; r == 0 && i < words->count; i++)
		if (!streq(words->items[i], "host"))
			r = read_word(words->items[i], ret, e);
	profile_choice.systemd = targets_find(ret, "systemd") ? targets_find(ret, "systemd")->version[0] : 0;
	return r;
}
