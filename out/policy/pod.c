/* SPDX-License-Identifier: Apache-2.0 */
#include "out/policy/pod.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "out/policy/oci.h"
#include "out/yamlw.h"

enum { NAME_MAX_LENGTH = 50 };

bool pod_name_valid(const char *name)
{
	static const char inside[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t len = strlen(name);

	return len > 0 && len <= NAME_MAX_LENGTH && strspn(name, inside) == len && name[0] != '-' && name[len - 1] != '-';
}

int pod_name_refuse(const char *name, struct err *e)
{
	return err_set(e, EINVAL, "'%s' is not a name for Kubernetes: write up to %d of a-z, 0-9 and '-', and no '-' at an end", name,
		       NAME_MAX_LENGTH);
}

/* The first line of a file, by which it is recognized and can be overwritten. */
static void begin(struct yamlw *w, const char *what, const char *kind, const char *name)
{
	scoped(freep) char *line = xprintf("sctrace: %s", what);

	yamlw_comment(w, line);
	yamlw_member(w, "apiVersion", "v1");
	yamlw_member(w, "kind", kind);
	yamlw_open(w, "metadata");
	yamlw_member(w, "name", name);
}

static void write_context(struct yamlw *w, const char *type, const char *file)
{
	yamlw_open(w, "securityContext");
	yamlw_open(w, "seccompProfile");
	yamlw_member(w, "type", type);
	if (file)
		yamlw_member(w, "localhostProfile", file);
	yamlw_close(w);
	yamlw_close(w);
}

/* The rest of a Pod; `type`: of the profile; NULL: the profile is in an annotation. */
static void write_spec(struct yamlw *w, const char *name, const char *type, const char *file)
{
	yamlw_close(w);			/* metadata */
	yamlw_open(w, "spec");
	if (type)
		write_context(w, type, file);
	yamlw_open(w, "containers");
	yamlw_item(w);
	yamlw_member(w, "name", name);
	yamlw_member(w, "image", "IMAGE");
	yamlw_close(w);
	yamlw_close(w);
	yamlw_close(w);
}

static void write_localhost(const struct shown *s, FILE *f)
{
	struct yamlw w = { .file = f };
	scoped(freep) char *file = xprintf("%s.json", s->wanted.name);
	scoped(freep) char *what = xprintf("a Pod under the seccomp profile " KUBELET_FOLDER "/%s of its node", file);

	begin(&w, what, "Pod", s->wanted.name);
	write_spec(&w, s->wanted.name, "Localhost", file);
}

static void write_annotation(const struct shown *s, FILE *f)
{
	struct yamlw w = { .file = f };
	scoped(freep) char *value = xprintf("localhost/%s.json", s->wanted.name);
	scoped(freep) char *what = xprintf("a Pod under the seccomp profile " KUBELET_FOLDER "/%s.json of its node", s->wanted.name);

	begin(&w, what, "Pod", s->wanted.name);
	yamlw_open(&w, "annotations");
	yamlw_member(&w, "seccomp.security.alpha.kubernetes.io/pod", value);
	yamlw_close(&w);
	write_spec(&w, s->wanted.name, NULL, NULL);
}

static void write_runtime_default(const struct shown *s, FILE *f)
{
	struct yamlw w = { .file = f };

	begin(&w, "a Pod under the seccomp profile of the container runtime", "Pod", s->wanted.name);
	write_spec(&w, s->wanted.name, "RuntimeDefault", NULL);
}

/* the profile on every node */

static void write_map(struct yamlw *w, const struct shown *s, const char *object, const char *file)
{
	struct jsonw json = { 0 };
	char *text = NULL;
	size_t len;

	json.file = open_memstream(&text, &len);
	if (!json.file)
		abort();		/* out of memory */
	oci_write(&json, s->policy, s->verbose);
	fclose(json.file);
	begin(w, "the seccomp profile, and what copies it to every node", "ConfigMap", object);
	yamlw_close(w);
	yamlw_open(w, "data");
	yamlw_member_block(w, file, text);
	yamlw_close(w);
	free(text);
}

/* A change of the ConfigMap changes the mounted file, which appears complete or not at all. */
static char *copy_script(const char *file)
{
	return xprintf("trap 'exit 0' TERM\n"
		       "while :; do\n"
		       "  cmp -s /profile/%1$s /node/%1$s || { cp /profile/%1$s /node/.%1$s && mv /node/.%1$s /node/%1$s; }\n"
		       "  sleep 60 & wait $!\n"
		       "done\n", file);
}

static void write_labels(struct yamlw *w, const char *key, const char *object)
{
	yamlw_open(w, key);
	yamlw_member(w, "app", object);
	yamlw_close(w);
}

static void write_mount(struct yamlw *w, const char *name, const char *path, bool read_only)
{
	yamlw_item(w);
	yamlw_member(w, "name", name);
	yamlw_member(w, "mountPath", path);
	if (read_only)
		yamlw_member_bool(w, "readOnly", true);
	yamlw_close(w);
}

/* It writes one folder of the node, and cannot do anything else. */
static void write_copier(struct yamlw *w, const char *file)
{
	scoped(freep) char *script = copy_script(file);

	yamlw_open(w, "containers");
	yamlw_item(w);
	yamlw_member(w, "name", "copy");
	yamlw_member(w, "image", "busybox:1");
	yamlw_open(w, "command");
	yamlw_element(w, "sh");
	yamlw_element(w, "-c");
	yamlw_element(w, script);
	yamlw_close(w);
	yamlw_open(w, "securityContext");
	yamlw_member_bool(w, "allowPrivilegeEscalation", false);
	yamlw_member_bool(w, "readOnlyRootFilesystem", true);
	yamlw_open(w, "capabilities");
	yamlw_open(w, "drop");
	yamlw_element(w, "ALL");
	yamlw_close(w);
	yamlw_close(w);
	yamlw_close(w);
	yamlw_open(w, "volumeMounts");
	write_mount(w, "profile", "/profile", true);
	write_mount(w, "node", "/node", false);
	yamlw_close(w);
	yamlw_close(w);
	yamlw_close(w);
}

static void write_volumes(struct yamlw *w, const char *object)
{
	yamlw_open(w, "volumes");
	yamlw_item(w);
	yamlw_member(w, "name", "profile");
	yamlw_open(w, "configMap");
	yamlw_member(w, "name", object);
	yamlw_close(w);
	yamlw_close(w);
	yamlw_item(w);
	yamlw_member(w, "name", "node");
	yamlw_open(w, "hostPath");
	yamlw_member(w, "path", KUBELET_FOLDER);
	yamlw_member(w, "type", "DirectoryOrCreate");
	yamlw_close(w);
	yamlw_close(w);
	yamlw_close(w);
}

static void write_daemon(struct yamlw *w, const char *object, const char *file)
{
	yamlw_open(w, "spec");
	yamlw_open(w, "selector");
	write_labels(w, "matchLabels", object);
	yamlw_close(w);
	yamlw_open(w, "template");
	yamlw_open(w, "metadata");
	write_labels(w, "labels", object);
	yamlw_close(w);
	yamlw_open(w, "spec");
	yamlw_open(w, "tolerations");	/* on every node, with any taint */
	yamlw_item(w);
	yamlw_member(w, "operator", "Exists");
	yamlw_close(w);
	yamlw_close(w);
	write_context(w, "RuntimeDefault", NULL);
	write_copier(w, file);
	write_volumes(w, object);
	yamlw_close(w);
	yamlw_close(w);
	yamlw_close(w);
}

static void write_install(const struct shown *s, FILE *f)
{
	struct yamlw w = { .file = f };
	scoped(freep) char *object = xprintf("%s-seccomp", s->wanted.name), *file = xprintf("%s.json", s->wanted.name);

	write_map(&w, s, object, file);
	yamlw_document(&w);
	yamlw_member(&w, "apiVersion", "apps/v1");
	yamlw_member(&w, "kind", "DaemonSet");
	yamlw_open(&w, "metadata");
	yamlw_member(&w, "name", object);
	yamlw_close(&w);
	write_daemon(&w, object, file);
}

static const struct { const char *word; void (*write)(const struct shown *, FILE *); } words[] = {
	{ "", write_localhost }, { "annotation", write_annotation }, { "RuntimeDefault", write_runtime_default },
	{ "install", write_install },
};

bool pod_word_known(const char *word)
{
	for (size_t i = 0; i < countof(words); i++)
		if (streq(words[i].word, word))
			return true;
	return false;
}

void pod_write(const struct shown *s, FILE *f)
{
	for (size_t i = 0; i < countof(words); i++)
		if (streq(words[i].word, s->wanted.pod))
			words[i].write(s, f);
}
