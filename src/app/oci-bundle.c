/* SPDX-License-Identifier: Apache-2.0 */
#include "app/oci-bundle.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include "base/io.h"
#include "base/json.h"
#include "base/mem.h"

enum { CONFIG_MAX = 16 << 20, WORDS_MAX = 4096 };

/* Annotations, and which field each fills; the first one that is there counts. */
static const struct {
	const char *key;
	size_t offset;
} annotations[] = {
#define FIELD(name) offsetof(struct kept, name)
	{ "io.kubernetes.cri.container-name", FIELD(name) },
	{ "io.kubernetes.cri.image-name", FIELD(image) },
	{ "io.kubernetes.cri.sandbox-namespace", FIELD(namespace) },
	{ "io.kubernetes.cri.sandbox-name", FIELD(pod) },
	{ "io.kubernetes.container.name", FIELD(name) },
	{ "io.kubernetes.cri-o.ContainerName", FIELD(name) },
	{ "io.kubernetes.cri-o.ImageName", FIELD(image) },
	{ "io.kubernetes.pod.namespace", FIELD(namespace) },
	{ "io.kubernetes.pod.name", FIELD(pod) },
	{ "org.opencontainers.image.ref.name", FIELD(image) },
#undef FIELD
};

/* The text of a field, if it is one and not empty. */
static const char *text_of(const struct json_at *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object->value, key));

	return text && *text ? text : NULL;
}

static void fill(char **field, const char *text)
{
	if (text && !*field)
		*field = xstrdup(text);
}

static void read_annotations(const struct json_at *root, struct kept *c)
{
	struct json_at all = json_member(root, "annotations");

	for (size_t i = 0; i < countof(annotations); i++)
		fill((char **)((char *)c + annotations[i].offset), text_of(&all, annotations[i].key));
}

/* In CONTAINERS/ID/config.v2.json Docker keeps "Name": "/web", and the image's name. */
static void read_docker(const char *path, struct kept *c)
{
	struct json_doc doc;
	struct err e;

	if (json_doc_read(&doc, path, CONFIG_MAX, &e) < 0)
		return;

	struct json_at root = json_root(&doc), config = json_member(&root, "Config");
	const char *name = text_of(&root, "Name");

	fill(&c->name, name && *name == '/' && name[1] ? name + 1 : name);
	fill(&c->image, text_of(&config, "Image"));
	json_doc_done(&doc);
}

/* Docker mounts its own files into the container: SOURCE is CONTAINERS/ID/hosts. */
static void read_mounts(const struct json_at *root, struct kept *c)
{
	struct json_at mounts = json_member(root, "mounts"), at = { 0 };
	scoped(freep) char *end = xprintf("/%s/", c->id);

	while (json_each(&mounts, &at)) {
		const char *to = text_of(&at, "destination"), *from = text_of(&at, "source");
		const char *own = from ? strstr(from, end) : NULL;

		if (!to || !own || strchr(own + strlen(end), '/') || !starts_with(to, "/etc/"))
			continue;

		scoped(freep) char *path = xprintf("%.*s%sconfig.v2.json", (int)(own - from), from, end);

		if (access(path, R_OK) == 0)
			read_docker(path, c);
		return;
	}
}

static void read_command(const struct json_at *process, struct strlist *ret)
{
	struct json_at args = json_member(process, "args"), at = { 0 };

	while (json_each(&args, &at) && ret->count < WORDS_MAX)
		if (json_string_value(at.value))
			strlist_add(ret, json_string_value(at.value));
}

static bool has_filter(const struct json_at *root)
{
	struct json_at linux_part = json_member(root, "linux"), filter = json_member(&linux_part, "seccomp");

	return text_of(&filter, "defaultAction") != NULL;
}

static int open_object(const char *path, struct json_doc *ret, struct err *e)
{
	int r = json_doc_read(ret, path, CONFIG_MAX, e);
	struct json_at root;

	if (r < 0)
		return r;
	root = json_root(ret);
	r = json_want_object(&root, e);
	if (r < 0)
		json_doc_done(ret);
	return r;
}

int oci_bundle_read(const char *path, struct kept *c, struct strlist *ret_command, struct err *e)
{
	struct json_doc doc;
	int r = open_object(path, &doc, e);

	if (r < 0)
		return r;

	struct json_at root = json_root(&doc), process = json_member(&root, "process");

	read_annotations(&root, c);
	read_mounts(&root, c);
	read_command(&process, ret_command);
	c->filtered = has_filter(&root);
	json_doc_done(&doc);
	return 0;
}

int oci_process_read(const char *path, struct strlist *ret_command, struct err *e)
{
	struct json_doc doc;
	int r = open_object(path, &doc, e);

	if (r < 0)
		return r;

	struct json_at root = json_root(&doc);

	read_command(&root, ret_command);
	json_doc_done(&doc);
	return 0;
}

char *oci_name_of_parent(void)
{
	char path[64], text[8192];

	snprintf(path, sizeof path, "/proc/%d/cmdline", getppid());
	size_t n = io_read_head(path, text, sizeof text);

	if (!n || !streq(base_name(text), "conmon"))
		return NULL;
	for (size_t at = 0; at < n; at += strlen(text + at) + 1) {
		size_t value = at + strlen(text + at) + 1;

		if ((streq(text + at, "-n") || streq(text + at, "--name")) && value < n)
			return xstrdup(text + value);
	}
	return NULL;
}
