/* SPDX-License-Identifier: Apache-2.0 */
#include "app/container.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/buf.h"
#include "base/exec.h"
#include "base/mem.h"
#include "app/workload.h"

enum { ID_LEN = 64, LINE_SIZE = 4096, DEEPEST = 16 };

struct container {
	char *id;
	char *folder;		/* of its group, in one hierarchy */
};

/* What engines put around an ID in the name of a group. */
static const char *const prefixes[] = { "docker-", "libpod-", "cri-containerd-", "crio-", "nerdctl-" };

/* "docker-0123….scope" is of the container 0123…. */
static void id_of_group(const char *component, size_t len, char *ret, size_t size)
{
	static const char suffix[] = ".scope";
	const size_t n = strlen(suffix);

	for (size_t i = 0; i < countof(prefixes); i++)
		if (len > strlen(prefixes[i]) && starts_with(component, prefixes[i])) {
			component += strlen(prefixes[i]);
			len -= strlen(prefixes[i]);
			break;
		}
	if (len > n && strncmp(component + len - n, suffix, n) == 0)
		len -= n;
	snprintf(ret, size, "%.*s", (int)len, component);
}

static bool is_id(const char *text)
{
	return strlen(text) == ID_LEN && strspn(text, "0123456789abcdef") == ID_LEN;
}

struct wish {
	const char *word;
	bool beginning;		/* of an ID; else all of an ID, or the name of a group */
};

/* A name that is no ID must be the last one of a path: before others it could be the group of all containers. */
static bool is_wished(const struct wish *w, const char *id, bool last)
{
	if (w->beginning)
		return is_id(id) && *w->word && starts_with(id, w->word);
	return (last || is_id(id)) && streq(id, w->word);
}

/* The length of the beginning of a path that ends with the group of the container; 0: the path has none. */
static size_t match(const char *path, const struct wish *wish, char *ret_id, size_t size)
{
	for (const char *at = path; *at; at += strcspn(at, "/")) {
		at += strspn(at, "/");
		size_t len = strcspn(at, "/");

		id_of_group(at, len, ret_id, size);
		if (len && is_wished(wish, ret_id, !at[len]))
			return (size_t)(at + len - path);
	}
	return 0;
}

/* Where a hierarchy is mounted: by its controllers ("pids", "name=systemd"), or the one of version 2 ("").
 * NULL: nowhere that starts at its root. */
static char *mount_of(const char *controllers)
{
	char line[LINE_SIZE], root[LINE_SIZE], point[LINE_SIZE], type[32], options[LINE_SIZE];
	char *found = NULL;
	FILE *f = fopen("/proc/self/mountinfo", "re");

	while (f && !found && fgets(line, sizeof line, f)) {
		const char *rest = strstr(line, " - ");

		if (!rest || sscanf(line, "%*d %*d %*s %4095s %4095s", root, point) != 2 ||
		    sscanf(rest, " - %31s %*s %4095s", type, options) != 2 || !streq(root, "/"))
			continue;
		if (*controllers ? streq(type, "cgroup") && strstr(options, controllers) : streq(type, "cgroup2"))
			found = xstrdup(point);
	}
	if (f)
		fclose(f);
	return found;
}

static bool has_processes_file(const char *folder)
{
	scoped(freep) char *path = xprintf("%s/cgroup.procs", folder);
	struct stat st;

	return stat(path, &st) == 0;
}

/* The folder of a line of /proc/PID/cgroup, "4:pids:/docker/0123…", for a container that matches; NULL: none. */
static char *folder_of(char *line, const struct wish *wish, char *ret_id, size_t size)
{
	char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;

	if (!path)
		return NULL;
	*path++ = '\0';
	path[strcspn(path, "\n")] = '\0';
	size_t len = match(path, wish, ret_id, size);
	scoped(freep) char *mount = len ? mount_of(controllers + 1) : NULL;
	scoped(freep) char *folder = mount ? xprintf("%s%.*s", mount, (int)len, path) : NULL;

	return folder && has_processes_file(folder) ? take(folder) : NULL;
}

struct container_ids {
	struct strlist ids;
	char *folder;		/* of the first */
};

static void look_at_process(struct container_ids *found, const char *pid, const struct wish *wish)
{
	scoped(freep) char *path = xprintf("/proc/%s/cgroup", pid), *folder = NULL;
	char line[LINE_SIZE], id[LINE_SIZE];
	FILE *f = fopen(path, "re");

	while (f && !folder && fgets(line, sizeof line, f))
		folder = folder_of(line, wish, id, sizeof id);
	if (f)
		fclose(f);
	if (!folder)
		return;
	if (!found->folder)
		found->folder = take(folder);
	strlist_insert(&found->ids, id);
}

static int find_by_group(const char *word, bool beginning, struct container_ids *ret, struct err *e)
{
	const struct wish wish = { word, beginning };
	const struct dirent *entry;
	DIR *dir = opendir("/proc");

	if (!dir)
		return err_sys(e, "cannot read /proc");
	while ((entry = readdir(dir)))
		if (strspn(entry->d_name, "0123456789") == strlen(entry->d_name))
			look_at_process(ret, entry->d_name, &wish);
	closedir(dir);
	return 0;
}

/* Whoever knows containers by name, and prints the ID: %s is the name. */
static const char *const askers[][8] = {
	{ "docker", "inspect", "--type", "container", "--format", "{{.Id}}", "%s" },
	{ "podman", "inspect", "--type", "container", "--format", "{{.Id}}", "%s" },
	{ "nerdctl", "inspect", "--type", "container", "--format", "{{.Id}}", "%s" },
	{ "ctr", "--namespace", "k8s.io", "containers", "list", "--quiet", "labels.\"io.kubernetes.container.name\"==%s" },
	{ "ctr", "--namespace", "default", "containers", "list", "--quiet", "labels.\"nerdctl/name\"==%s" },
};

/* An answer is one or more IDs, a line each. */
static void ask(const char *const *asker, const char *name, struct strlist *ret)
{
	scoped(freep) char *path = NULL, *last = NULL;
	const char *argv[9] = { NULL };
	char text[8192];
	struct err ignored;

	if (command_find(asker[0], &path, &ignored) < 0)
		return;
	for (size_t i = 0; asker[i]; i++)
		argv[i] = asker[i];
	for (size_t i = 0; argv[i]; i++)
		if (strstr(argv[i], "%s")) {
			size_t before = (size_t)(strstr(argv[i], "%s") - argv[i]);

			argv[i] = last = xprintf("%.*s%s", (int)before, argv[i], name);
		}
	exec_read_output(path, argv, text, sizeof text);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		strlist_insert(ret, line);
}

/* A name is no option and nothing that those would read otherwise. */
static bool is_name(const char *word)
{
	return *word && *word != '-' &&
	       strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == strlen(word);
}

static int find_by_name(const char *word, struct container_ids *ret, struct err *e)
{
	scoped(strlist_done) struct strlist ids = { 0 };
	int r = 0;

	for (size_t i = 0; is_name(word) && i < countof(askers) && ids.count == 0; i++)
		ask(askers[i], word, &ids);
	for (size_t i = 0; r == 0 && i < ids.count; i++)
		r = find_by_group(ids.items[i], false, ret, e);
	return r;
}

static int conclude(const char *word, struct container_ids *found, struct container **ret, struct err *e)
{
	scoped(buf_done) struct buf all = { 0 };

	if (found->ids.count == 0)
		return err_set(e, ENOENT, "there is no running container '%s': no process has a control group with this ID, and docker, "
			       "podman, nerdctl and ctr, where they are installed, know no such name", word);
	if (found->ids.count > 1) {
		strlist_print(&found->ids, 4, &all);
		return err_set(e, EEXIST, "'%s' can be any of %zu running containers; write more of the ID: %s", word,
			       found->ids.count, buf_str(&all));
	}
	*ret = xcalloc(1, sizeof **ret);
	**ret = (struct container){ xstrdup(found->ids.items[0]), take(found->folder) };
	return 0;
}

int container_find(const char *word, struct container **ret, struct err *e)
{
	struct container_ids found = { 0 };
	int r = find_by_group(word, false, &found, e);

	/* names before short IDs, as docker has it */
	if (r == 0 && found.ids.count == 0)
		r = find_by_name(word, &found, e);
	if (r == 0 && found.ids.count == 0)
		r = find_by_group(word, true, &found, e);
	r = r < 0 ? r : conclude(word, &found, ret, e);
	strlist_done(&found.ids);
	free(found.folder);
	return r;
}

void container_free(struct container *c)
{
	if (!c)
		return;
	free(c->id);
	free(c->folder);
	free(c);
}

const char *container_id(const struct container *c)
{
	return c->id;
}

struct group_walk {
	void (*fn)(void *self, const char *file);
	void *self;
};

static void walk(const char *folder, unsigned depth, const struct group_walk *w)
{
	scoped(freep) char *file = xprintf("%s/cgroup.procs", folder);
	const struct dirent *entry;
	DIR *dir = depth < DEEPEST ? opendir(folder) : NULL;

	w->fn(w->self, file);
	while (dir && (entry = readdir(dir)))
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.') {
			scoped(freep) char *below = xprintf("%s/%s", folder, entry->d_name);

			walk(below, depth + 1, w);
		}
	if (dir)
		closedir(dir);
}

void container_each_group(const struct container *c, void (*fn)(void *self, const char *file), void *self)
{
	walk(c->folder, 0, &(struct group_walk){ fn, self });
}

struct pids {
	pid_t *items;
	size_t count, room;
};

/* Processes of other PID namespaces are 0 there. */
static void read_processes(void *self, const char *file)
{
	struct pids *all = self;
	FILE *f = fopen(file, "re");
	int pid;

	while (f && all->count < all->room && fscanf(f, "%d", &pid) == 1)
		if (pid > 0)
			all->items[all->count++] = pid;
	if (f)
		fclose(f);
}

static int by_number(const void *a, const void *b)
{
	const pid_t *p = a, *q = b;

	return (*p > *q) - (*p < *q);
}

size_t container_members(const struct container *c, pid_t *ret, size_t room)
{
	struct pids all = { ret, 0, room };

	container_each_group(c, read_processes, &all);
	qsort(ret, all.count, sizeof *ret, by_number);
	return all.count;
}
