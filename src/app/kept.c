/* SPDX-License-Identifier: Apache-2.0 */
#include "app/kept.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/io.h"
#include "base/json.h"
#include "base/jsonw.h"
#include "base/mem.h"

#define DEFAULT_FOLDER "/var/lib/sctrace"

enum { ID_MAX = 255, ABOUT_MAX = 65536, SHOWN_MAX = 8, WAIT_TRIES = 1000, WAIT_MS = 10 };

/* What container.json has besides whether there was a profile. */
static const struct {
	const char *key;
	size_t offset;
} fields[] = {
	{ "id", offsetof(struct kept, id) },       { "name", offsetof(struct kept, name) },
	{ "image", offsetof(struct kept, image) }, { "namespace", offsetof(struct kept, namespace) },
	{ "pod", offsetof(struct kept, pod) },
};

static char **field(const struct kept *c, size_t i)
{
	return (char **)((char *)c + fields[i].offset);
}

void kept_done(struct kept *c)
{
	for (size_t i = 0; i < countof(fields); i++)
		free(*field(c, i));
	free(c->recording);
	*c = (struct kept){ 0 };
}

/* In a user namespace of its own, as rootless engines have it, root is somebody else outside. */
static bool is_real_root(void)
{
	char map[64];
	unsigned inside, outside, count;

	return geteuid() == 0 && io_read_head("/proc/self/uid_map", map, sizeof map) > 0 &&
	       sscanf(map, "%u %u %u", &inside, &outside, &count) == 3 && outside == 0;
}

int kept_folder(const char *configured, char **ret, struct err *e)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (configured)
		*ret = xstrdup(configured);
	else if (is_real_root())
		*ret = xstrdup(DEFAULT_FOLDER);
	else if (state && *state == '/')
		*ret = xprintf("%s/sctrace", state);
	else if (home && *home == '/')
		*ret = xprintf("%s/.local/state/sctrace", home);
	else
		return err_set(e, ENOENT, "neither XDG_STATE_HOME nor HOME says where to keep recordings; use --dir");
	return 0;
}

bool kept_is_id(const char *word)
{
	size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-.");

	return n && !word[n] && n <= ID_MAX && *word != '.';
}

static char *in_folder(const char *folder, const char *id, const char *name)
{
	return xprintf("%s/%s/%s", folder, id, name);
}

/* what is known of it */

static int write_about(const char *path, const struct kept *c, struct err *e)
{
	struct io_out out;
	mode_t mask = umask(077);
	int r = io_create(&out, path, e);

	umask(mask);
	if (r < 0)
		return r;

	struct jsonw w = { .file = out.file };

	jsonw_open(&w, '{');
	for (size_t i = 0; i < countof(fields); i++)
		if (*field(c, i))
			jsonw_member(&w, fields[i].key, *field(c, i));
	jsonw_key(&w, "filtered");
	jsonw_bool(&w, c->filtered);
	jsonw_close(&w, '}');
	jsonw_end(&w);
	return io_commit(&out, e);
}

/* Anybody can have written it. */
static int read_about(const char *path, struct kept *ret, struct err *e)
{
	struct json_doc doc;
	int r = json_doc_read(&doc, path, ABOUT_MAX, e);

	if (r < 0)
		return r;

	struct json_at root = json_root(&doc);

	for (size_t i = 0; i < countof(fields); i++) {
		struct json_at at = json_member(&root, fields[i].key);
		const char *text = json_string_value(at.value);

		if (text && !*field(ret, i))
			*field(ret, i) = clean_dup(text);
	}
	ret->filtered = json_is_true(json_member(&root, "filtered").value);
	json_doc_done(&doc);
	return 0;
}

static void clean(struct kept *c)
{
	for (size_t i = 0; i < countof(fields); i++)
		if (*field(c, i)) {
			char *text = clean_dup(*field(c, i));

			free(*field(c, i));
			*field(c, i) = text;
		}
}

/* its folder */

int kept_make_folder(const char *path, struct err *e)
{
	scoped(freep) char *part = xstrdup(path);

	for (char *slash = part + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return err_sys(e, "cannot make the folder '%s'", part);
		*slash = '/';
	}
	return mkdir(path, 0700) < 0 && errno != EEXIST ? err_sys(e, "cannot make the folder '%s'", path) : 0;
}

/* Whoever prunes may remove it in the same moment: then it is made again. */
static int lock_busy(const char *folder, const char *id, int *ret, struct err *e)
{
	scoped(freep) char *own = xprintf("%s/%s", folder, id), *path = in_folder(folder, id, "busy");
	struct stat st;
	int r = 0;

	for (int tries = 0; r == 0 && tries < 10; tries++) {
		r = kept_make_folder(folder, e);
		if (r == 0 && mkdir(own, 0700) < 0 && errno != EEXIST)
			r = err_sys(e, "cannot make the folder '%s'", own);
		if (r < 0)
			break;
		*ret = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (*ret < 0 && errno == ENOENT)
			continue;
		if (*ret < 0)
			return err_sys(e, "cannot write '%s'", path);
		if (flock(*ret, LOCK_SH) == 0 && fstat(*ret, &st) == 0 && st.st_nlink)
			return 0;
		close(*ret);
	}
	return r < 0 ? r : err_set(e, EAGAIN, "cannot lock '%s'", path);
}

static bool is_locked(const char *busy)
{
	int fd = open(busy, O_RDWR | O_CLOEXEC);
	bool locked = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;

	if (fd >= 0)
		close(fd);
	return locked;
}

bool kept_is_busy(const char *folder, const char *id)
{
	scoped(freep) char *busy = in_folder(folder, id, "busy");

	return kept_is_id(id) && is_locked(busy);
}

int kept_add(const char *folder, struct kept *c, bool is_new, int *ret_busy, char **ret_path, struct err *e)
{
	scoped(freep) char *about = in_folder(folder, c->id, "container.json");
	int r = lock_busy(folder, c->id, ret_busy, e);

	if (r < 0)
		return r;
	clean(c);
	if (is_new && ftruncate(*ret_busy, 0) < 0)
		r = err_sys(e, "cannot write in the folder of container '%s'", c->id);
	else if (is_new || access(about, F_OK) < 0)
		r = write_about(about, c, e);
	else
		r = read_about(about, c, e);
	if (r < 0)
		close(*ret_busy);
	else
		*ret_path = in_folder(folder, c->id, "recording.json");
	return r;
}

void kept_ends(int busy)
{
	(void)!pwrite(busy, "e", 1, 0);
}

/* Writing takes some milliseconds, and on a slow disk with a large recording some seconds. */
static void wait_for_end(const char *folder, const char *id)
{
	scoped(freep) char *busy = in_folder(folder, id, "busy");
	char byte[2];

	for (int tries = 0; tries < WAIT_TRIES && is_locked(busy) && io_read_head(busy, byte, sizeof byte) > 0; tries++)
		usleep(WAIT_MS * 1000);
}

/* all of them */

struct all {
	struct kept *items;
	size_t count, room;
};

static void all_done(struct all *all)
{
	for (size_t i = 0; i < all->count; i++)
		kept_done(&all->items[i]);
	free(all->items);
}

static void look_at(const char *folder, const char *id, struct kept *ret)
{
	scoped(freep) char *about = in_folder(folder, id, "container.json"), *busy = in_folder(folder, id, "busy");
	char *path = in_folder(folder, id, "recording.json");
	struct stat st;
	struct err e;

	*ret = (struct kept){ .id = xstrdup(id), .busy = is_locked(busy) };
	(void)read_about(about, ret, &e);	/* then nothing is known but its ID */
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
		ret->recording = path;
		ret->written = st.st_mtime;
	} else {
		ret->written = stat(about, &st) == 0 ? st.st_mtime : 0;
		free(path);
	}
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct kept *)a)->id, ((const struct kept *)b)->id);
}

static int by_age(const void *va, const void *vb)
{
	const struct kept *a = va, *b = vb;

	return a->written != b->written ? (a->written < b->written ? -1 : 1) : by_id(a, b);
}

static int find_all(const char *folder, struct all *ret, struct err *e)
{
	DIR *dir = opendir(folder);
	struct dirent *d;

	*ret = (struct all){ 0 };
	if (!dir)
		return errno == ENOENT ? 0 : err_sys(e, "cannot read the folder '%s'", folder);
	while ((d = readdir(dir))) {
		scoped(freep) char *about = in_folder(folder, d->d_name, "container.json");

		if (!kept_is_id(d->d_name) || access(about, F_OK) < 0)
			continue;
		ret->items = grow(ret->items, ret->count, &ret->room, sizeof *ret->items);
		look_at(folder, d->d_name, &ret->items[ret->count++]);
	}
	closedir(dir);
	sort_items(ret->items, ret->count, sizeof *ret->items, by_id);
	return 0;
}

int kept_each(const char *folder, kept_fn *fn, void *self, struct err *e)
{
	scoped(all_done) struct all all;
	int r = find_all(folder, &all, e);

	for (size_t i = 0; i < all.count; i++)
		fn(self, &all.items[i]);
	return r;
}

/* Unless somebody began to record it in the meantime. */
static void remove_one(const char *folder, const char *id)
{
	static const char *const files[] = { "recording.json", "container.json", "busy" };
	scoped(freep) char *busy = in_folder(folder, id, "busy"), *own = xprintf("%s/%s", folder, id);
	int fd = open(busy, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		for (size_t i = 0; i < countof(files); i++) {
			scoped(freep) char *path = in_folder(folder, id, files[i]);

			unlink(path);
		}
		rmdir(own);
	}
	if (fd >= 0)
		close(fd);
}

void kept_prune(const char *folder, unsigned keep)
{
	scoped(all_done) struct all all;
	struct err e;

	if (find_all(folder, &all, &e) < 0 || all.count <= keep)
		return;
	qsort(all.items, all.count, sizeof *all.items, by_age);
	for (size_t i = 0; i < all.count - keep; i++)
		if (!all.items[i].busy)
			remove_one(folder, all.items[i].id);
}

/* The one that is meant: its name, its whole ID, or a beginning that no other ID has. */
static bool is_meant(const struct kept *c, const char *word, bool exactly)
{
	return streq(c->id, word) || (c->name && streq(c->name, word)) || (!exactly && starts_with(c->id, word));
}

static int ambiguous(const struct strlist *found, const char *word, struct err *e)
{
	scoped(buf_done) struct buf text = { 0 };

	strlist_print(found, SHOWN_MAX, &text);
	return err_set(e, EINVAL, "'%s' can be each of the containers %s", word, buf_str(&text));
}

static const struct kept *choose(const struct all *all, const char *word, bool exactly, struct strlist *found)
{
	const struct kept *meant = NULL;

	for (size_t i = 0; i < all->count; i++)
		if (is_meant(&all->items[i], word, exactly)) {
			scoped(freep) char *spelt = xprintf("%.12s%s%s%s", all->items[i].id, all->items[i].name ? " (" : "",
							    all->items[i].name ? all->items[i].name : "", all->items[i].name ? ")" : "");

			meant = &all->items[i];
			strlist_add(found, spelt);
		}
	return meant;
}

int kept_find(const char *folder, const char *word, char **ret_path, struct err *e)
{
	scoped(all_done) struct all all = { 0 };
	scoped(strlist_done) struct strlist exact = { 0 }, prefix = { 0 };
	int r = find_all(folder, &all, e);

	if (r < 0)
		return r;

	const struct kept *c = choose(&all, word, true, &exact);

	c = c || !*word ? c : choose(&all, word, false, &prefix);
	if (!c)
		return err_set(e, ENOENT, "no container '%s' is recorded in '%s'; 'sctrace list containers' shows them", word, folder);
	if (exact.count + prefix.count > 1)
		return ambiguous(exact.count ? &exact : &prefix, word, e);
	wait_for_end(folder, c->id);

	scoped(freep) char *path = in_folder(folder, c->id, "recording.json");

	if (access(path, F_OK) < 0)
		return err_set(e, ENOENT, "container '%s' has no recording yet: it is written every 10 seconds, and at its end", word);
	*ret_path = take(path);
	return 0;
}
