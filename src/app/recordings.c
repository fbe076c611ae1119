/* SPDX-License-Identifier: Apache-2.0 */
#include "app/recordings.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/mem.h"
#include "app/kept.h"
#include "app/output.h"
#include "app/runtime-conf.h"
#include "rec/spots.h"

/* Not stored in files, because a later file may have the same run completed. */
static void add_unfinished(struct rec *rec)
{
	struct rec_blind_spot spot = *spot_find("unfinished");
	const struct rec_run *run;

	for (size_t i = 0; (run = rec_run_at(rec, i)); i++) {
		struct rec_seen seen = {
			.run = run->id, .program = run->command[0] ? run->command[0] : "",
			.count = 1, .first = run->seconds,
		};

		spot.seen = &seen;
		spot.seen_count = 1;
		if (run->end == REC_RUNNING)
			rec_add_blind_spot(rec, &spot);
	}
}

/* The file to add to must be complete, or absent. */
static int check_earlier(const char *path, struct err *e)
{
	scoped(rec_freep) struct rec *earlier = NULL;
	struct stat st;
	int r = 0;

	if (stat(path, &st) < 0)
		return 0;
	if (!S_ISREG(st.st_mode))
		return err_set(e, EINVAL, "'%s' is not a regular file, and cannot be added to", path);
	if (st.st_size)
		r = rec_load(path, &earlier, e);
	return r;
}

/* The file that would be overwritten by the older recording. */
static int check_old(const char *path, struct err *e)
{
	scoped(freep) char *old = io_old_name(path);
	struct stat st;

	if (output_force || stat(path, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0 || lstat(old, &st) < 0)
		return 0;
	if (S_ISREG(st.st_mode) && !rec_is_foreign(old))
		return 0;
	return err_set(e, EEXIST, "'%s' would be kept as '%s', which is not a recording; name another file with -o, or "
		       "overwrite it with --force", path, old);
}

int recording_check_output(const char *path, bool update, struct err *e)
{
	struct io_out out;
	int r = 0;

	if (update && rec_is_foreign(path))
		return err_set(e, EEXIST, "'%s' exists and is not a recording; name another file with --update", path);
	r = update ? check_earlier(path, e) : output_check(path, "recording", e);
	r = r < 0 || update ? r : check_old(path, e);
	r = r < 0 ? r : io_create(&out, path, e);
	if (r == 0)
		io_abandon(&out);
	return r;
}

/* Locks the folder, because every rename replaces the file. Without locks, or if another process
 * keeps it, only what is written at the same moment is at risk; a workload must not wait for that. */
static int lock_folder(const char *path)
{
	size_t length = folder_length(path);
	scoped(freep) char *folder = length ? xstrndup(path, length) : xstrdup(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (int tries = 0; fd >= 0 && tries < 100 && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK; tries++)
		usleep(10000);
	return fd;
}

int recording_update(const struct rec *rec, const char *path, struct err *e)
{
	int lock = lock_folder(path), r = 0;
	scoped(rec_freep) struct rec *all = NULL;
	struct stat st;

	if (stat(path, &st) == 0 && st.st_size)
		r = rec_load(path, &all, e);
	if (all)
		rec_merge(all, rec);
	r = r < 0 ? r : rec_save(all ? all : rec, path, e);
	if (lock >= 0)
		close(lock);
	return r;
}

/* Does the file have anything that this run has not written? */
static bool holds_other(const struct recording_file *f)
{
	struct stat st;

	return stat(f->path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size &&
	       !(f->written && st.st_dev == f->device && st.st_ino == f->inode);
}

int recording_save(struct recording_file *f, const struct rec *rec, struct err *e)
{
	struct io_out out;
	struct stat st;
	int lock, r = io_create(&out, f->path, e);

	if (r < 0)
		return r;
	rec_write(rec, out.file);
	lock = lock_folder(f->path);
	out.keeps_old = holds_other(f);

	bool keeps = out.keeps_old;
	r = io_commit(&out, e);
	if (r == 0 && stat(f->path, &st) == 0) {
		f->written = true;
		f->device = st.st_dev;
		f->inode = st.st_ino;
		f->kept = f->kept || keeps;
	}
	if (lock >= 0)
		close(lock);
	return r;
}

struct strlist recordings_containers;

static int find_container(const char *word, struct strlist *all, struct err *e)
{
	scoped(runtime_conf_done) struct runtime_conf conf = { 0 };
	scoped(freep) char *folder = NULL, *path = NULL;
	int r = runtime_conf_load(&conf, e);

	r = r < 0 ? r : kept_folder(conf.dir, &folder, e);
	r = r < 0 ? r : kept_find(folder, word, &path, e);
	if (r == 0)
		strlist_add(all, path);
	return r;
}

int recordings_name(int *argc, char ***argv, struct strlist *all, struct err *e)
{
	int r = 0;

	if (recordings_containers.count == 0)
		return 0;
	for (int i = 0; i < *argc; i++)
		strlist_add(all, (*argv)[i]);
	for (size_t i = 0; r == 0 && i < recordings_containers.count; i++)
		r = find_container(recordings_containers.items[i], all, e);
	strlist_terminate(all);
	*argc = (int)all->count;
	*argv = all->items;
	return r;
}

static char *const standard[] = { (char *)RECORDING_DEFAULT };

int recordings_check_output(const char *path, const char *format, int count, char *const *paths, struct err *e)
{
	return output_check_about(path, format, count ? count : 1, (const char *const *)(count ? paths : standard), e);
}

int recordings_load(int count, char *const *paths, struct rec **ret, struct err *e)
{
	scoped(rec_freep) struct rec *all = NULL;

	if (count == 0 && access(RECORDING_DEFAULT, F_OK) < 0)
		return err_set(e, ENOENT, "there is no '" RECORDING_DEFAULT "' here; 'sctrace record -- COMMAND' makes it");
	if (count == 0) {
		count = 1;
		paths = standard;
	}
	for (int i = 0; i < count; i++) {
		scoped(rec_freep) struct rec *one = NULL;
		int r = rec_load(paths[i], &one, e);

		if (r < 0)
			return r;
		if (all)
			rec_merge(all, one);
		else
			all = take(one);
	}
	add_unfinished(all);
	*ret = take(all);
	return 0;
}
