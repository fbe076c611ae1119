/* SPDX-License-Identifier: Apache-2.0 */
#include "base/io.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/mem.h"

static int read_fd(int fd, size_t max, struct buf *b, struct err *e)
{
	char chunk[65536];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, "cannot read");
		if (b->len + (size_t)n > max)
			return err_set(e, EFBIG, "larger than %zu MiB, which is more than such a file "
				       "ever needs", max >> 20);
		buf_add(b, chunk, (size_t)n);
	}
	return 0;
}

int io_read_all(const char *path, size_t max, char **ret_text, size_t *ret_len, struct err *e)
{
	struct buf b = { 0 };
	bool standard = streq(path, "-");
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(e, "cannot open '%s'", path);

	int r = read_fd(fd, max, &b, e);
	if (!standard)
		close(fd);
	if (r < 0) {
		buf_done(&b);
		return err_in(e, r, "%s", standard ? "standard input" : path);
	}
	*ret_len = b.len;
	*ret_text = buf_take(&b);
	return 0;
}

/* A new file beside `path`, with the permissions of a plain creat(). */
static int create_beside(const char *path, FILE **ret_file, struct temp *temp, struct err *e)
{
	struct stat old;
	mode_t mask = umask(0);

	umask(mask);
	bool there = stat(path, &old) == 0;
	int fd = temp_open(temp, path);

	errno = -fd;
	if (fd < 0)
		return err_sys(e, "cannot write '%s'", path);
	if (there)
		(void)!fchown(temp->fd, old.st_uid, old.st_gid);
	(void)!fchmod(temp->fd, there ? old.st_mode & 07777 : 0666 & ~mask);

	fd = fcntl(temp->fd, F_DUPFD_CLOEXEC, 0);	/* the lock outlives the stream */
	*ret_file = fd < 0 ? NULL : fdopen(fd, "w");
	if (*ret_file)
		return 0;

	int r = err_sys(e, "cannot write '%s'", path);

	if (fd >= 0)
		close(fd);
	temp_drop(temp);
	return r;
}

/* Renaming is right only if the target is, or will be, a regular file. */
static bool can_rename_over(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 || S_ISREG(st.st_mode);
}

/* The target of a symbolic link, whether it exists or not; otherwise the path. */
static char *follow_links(const char *path)
{
	enum { LINKS_MAX = 40 };
	char target[PATH_MAX], *at = xstrdup(path);

	for (int i = 0; i < LINKS_MAX; i++) {
		ssize_t n = readlink(at, target, sizeof target - 1);

		if (n < 0)
			break;
		size_t folder = *target == '/' ? 0 : folder_length(at);
		char *next = xprintf("%.*s%.*s", (int)folder, at, (int)n, target);

		free(at);
		at = next;
	}
	return at;
}

bool io_is_same(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

size_t io_read_head(const char *path, char *ret, size_t size)
{
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(ret, 1, size - 1, f) : 0;

	if (f)
		fclose(f);
	ret[n] = '\0';
	return n;
}

/* Once is enough, because a command writes into one folder. */
static void sweep_once(const char *path)
{
	static bool swept;

	if (!swept)
		temp_sweep(path);
	swept = true;
}

int io_create(struct io_out *out, const char *path, struct err *e)
{
	struct stat st;

	*out = (struct io_out){ 0 };
	if (streq(path, "-") || !can_rename_over(path)) {
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			return err_set(e, EISDIR, "cannot write '%s': is a directory", path);
		out->path = streq(path, "-") ? NULL : xstrdup(path);
		out->file = open_memstream(&out->memory, &out->memory_len);
		return out->file ? 0 : err_sys(e, "cannot write '%s'", path);
	}
	/* a symbolic link remains: its target is replaced */
	out->path = follow_links(path);
	sweep_once(out->path);
	int r = create_beside(out->path, &out->file, &out->temp, e);
	if (r < 0)
		io_abandon(out);
	else
		out->minds_limit = sigaction(SIGXFSZ, &(struct sigaction){ .sa_handler = SIG_IGN }, &out->before) == 0;
	return r;
}

char *io_old_name(const char *path)
{
	scoped(freep) char *real = follow_links(path);

	return xprintf("%s.old", real);
}

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Copies the memory to standard output or a special file. */
static int commit_memory(struct io_out *out, struct err *e)
{
	if (fclose(take(out->file)) != 0)
		return err_sys(e, "cannot write");

	int fd = out->path ? open(out->path, O_WRONLY | O_CLOEXEC) : STDOUT_FILENO;
	if (fd < 0)
		return err_sys(e, "cannot write '%s'", out->path);

	int r = fflush(stdout) == 0 ? write_all(fd, out->memory, out->memory_len) : -errno;
	if (out->path)
		close(fd);
	errno = -r;
	if (r == 0)
		return 0;
	return out->path ? err_sys(e, "cannot write '%s'", out->path) : err_sys(e, "cannot write standard output");
}

static int commit_file(struct io_out *out, struct err *e)
{
	bool bad = fflush(out->file) != 0 || ferror(out->file);

	/* some file systems cannot sync (EINVAL); a full disk may be reported only here */
	if (!bad && fsync(fileno(out->file)) < 0 && errno != EINVAL && errno != EROFS)
		bad = true;
	if (bad)
		return err_sys(e, "cannot write '%s'", out->path);
	if (fclose(take(out->file)) != 0)
		return err_sys(e, "cannot write '%s'", out->path);

	scoped(freep) char *old = io_old_name(out->path);
	int r = out->keeps_old ? temp_keep(out->path, old) : 0;

	errno = -r;
	if (r < 0)
		return err_sys(e, "cannot keep '%s' as '%s'", out->path, old);
	errno = -temp_put(&out->temp, out->path);
	return errno ? err_sys(e, "cannot write '%s'", out->path) : 0;
}

int io_commit(struct io_out *out, struct err *e)
{
	int r = out->temp.open ? commit_file(out, e) : commit_memory(out, e);

	io_abandon(out);
	return r;
}

void io_abandon(struct io_out *out)
{
	int saved = errno;

	if (out->file)
		fclose(out->file);
	temp_drop(&out->temp);
	if (out->minds_limit)
		sigaction(SIGXFSZ, &out->before, NULL);
	free(out->path);
	free(out->memory);
	*out = (struct io_out){ 0 };
	errno = saved;
}

int io_flush_stdout(struct err *e)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return err_sys(e, "cannot write standard output");
	return 0;
}
