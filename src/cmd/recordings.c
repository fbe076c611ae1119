/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/recordings.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/mem.h"
#include "rec/spots.h"

int output_create(struct io_out *out, const char *path, struct err *e)
{
	if (rec_is_recording(path))
		return err_set(e, EEXIST, "'%s' is a recording and is not written over; name another file with -o", path);
	return io_create(out, path, e);
}

int report_create(struct io_out *out, const char *path, int count, const char *const *about, struct err *e)
{
	for (int i = 0; i < count; i++)
		if (io_is_same(path, about[i]))
			return err_set(e, EEXIST, "'%s' is what is looked at, and is not written over; name another file with -o", path);
	return output_create(out, path, e);
}

/* It is not stored: the same run may be there in a later state. */
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

/* What is to be added to must be there whole, or not at all. */
static int check_earlier(const char *path, struct err *e)
{
	struct rec *earlier = NULL;
	struct stat st;
	int r = 0;

	if (stat(path, &st) < 0)
		return 0;
	if (!S_ISREG(st.st_mode))
		return err_set(e, EINVAL, "'%s' is no file, and cannot be added to", path);
	if (st.st_size)
		r = rec_load(path, &earlier, e);
	rec_free(earlier);
	return r;
}

int recording_check_output(const char *path, bool update, struct err *e)
{
	struct io_out out;
	int r;

	if (rec_is_foreign(path))
		return err_set(e, EEXIST, "'%s' exists and is not a recording; remove it, or name another file with %s", path,
			       update ? "--update" : "-o");
	r = update ? check_earlier(path, e) : 0;
	r = r < 0 ? r : io_create(&out, path, e);
	if (r == 0)
		io_abandon(&out);
	return r;
}

/* The folder is what is locked: the file is another one after each rename.  Where
 * there are no locks, or somebody else keeps it, only what is written in the same
 * instant is at risk; a workload must not wait for that. */
static int lock_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	scoped(freep) char *folder = slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (int tries = 0; fd >= 0 && tries < 100 && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK; tries++)
		usleep(10000);
	return fd;
}

int recording_update(const struct rec *rec, const char *path, struct err *e)
{
	int lock = lock_folder(path), r = 0;
	struct rec *all = NULL;
	struct stat st;

	if (stat(path, &st) == 0 && st.st_size)
		r = rec_load(path, &all, e);
	if (all)
		rec_merge(all, rec);
	r = r < 0 ? r : rec_save(all ? all : rec, path, e);
	rec_free(all);
	if (lock >= 0)
		close(lock);
	return r;
}

int recordings_load(int count, char *const *paths, struct rec **ret, struct err *e)
{
	static char *const standard[] = { (char *)RECORDING_DEFAULT };
	struct rec *all = NULL;

	if (count == 0 && access(RECORDING_DEFAULT, F_OK) < 0)
		return err_set(e, ENOENT, "there is no '" RECORDING_DEFAULT "' here; 'sctrace record -- COMMAND' makes it");
	if (count == 0) {
		count = 1;
		paths = standard;
	}
	for (int i = 0; i < count; i++) {
		struct rec *one;
		int r = rec_load(paths[i], &one, e);

		if (r < 0) {
			rec_free(all);
			return r;
		}
		if (!all) {
			all = one;
			continue;
		}
		rec_merge(all, one);
		rec_free(one);
	}
	add_unfinished(all);
	*ret = all;
	return 0;
}
