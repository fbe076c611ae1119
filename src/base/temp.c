/* SPDX-License-Identifier: Apache-2.0 */
#include "base/temp.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/mem.h"

#define BEGIN ".sctrace-"
#define END   ".tmp"

enum { TRIES = 100 };

static char *folder_of(const char *path)
{
	size_t length = folder_length(path);

	return length ? xstrndup(path, length) : xstrdup("./");
}

/* Six hexadecimal digits; mkostemps(3) would use other characters. */
static char *name_beside(const char *path)
{
	scoped(freep) char *folder = folder_of(path);
	uint32_t random = 0;

	if (getrandom(&random, sizeof random, 0) != sizeof random)
		random = (uint32_t)getpid();
	return xprintf("%s" BEGIN "%06x" END, folder, random & 0xffffff);
}

static bool lock(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

/* A sweep may lock a new file first: then it takes it for abandoned and removes it. */
static int open_named(const char *beside, char **ret_name)
{
	struct stat st;

	for (int i = 0; i < TRIES; i++) {
		char *name = name_beside(beside);

		memset(name + strlen(name) - strlen(END) - 6, 'X', 6);
		int fd = mkostemps(name, strlen(END), O_CLOEXEC), code = errno;

		if (fd >= 0 && lock(fd) && fstat(fd, &st) == 0 && st.st_nlink) {
			*ret_name = name;
			return fd;
		}
		if (fd >= 0)
			close(fd);
		free(name);
		if (fd < 0)
			return -code;
	}
	return -EEXIST;
}

/* It gets its name through /proc. */
static int open_nameless(const char *beside)
{
	scoped(freep) char *folder = folder_of(beside);
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	scoped(freep) char *link = xprintf("/proc/self/fd/%d", fd);

	if (fd >= 0 && access(link, F_OK) == 0 && lock(fd))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

int temp_open(struct temp *t, const char *beside)
{
	*t = (struct temp){ .fd = open_nameless(beside) };
	if (t->fd < 0)
		t->fd = open_named(beside, &t->name);
	t->open = t->fd >= 0;
	return t->open ? 0 : t->fd;
}

/* A link cannot replace a file, so it gets a temporary name. */
static int link_aside(const char *from, int flags, const char *beside, char **ret_name)
{
	for (int i = 0; i < TRIES; i++) {
		scoped(freep) char *name = name_beside(beside);

		if (linkat(AT_FDCWD, from, AT_FDCWD, name, flags) == 0) {
			*ret_name = take(name);
			return 0;
		}
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

static int copy(int from, int to)
{
	char chunk[65536];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(from, chunk, sizeof chunk, at)) > 0) {
		for (ssize_t done = 0, put; done < n; done += put)
			if ((put = write(to, chunk + done, (size_t)(n - done))) < 0)
				return -errno;
		at += n;
	}
	return n < 0 || (fsync(to) < 0 && errno != EINVAL && errno != EROFS) ? -errno : 0;
}

/* Used if security rules forbid links (AppArmor does). */
static int copy_aside(struct temp *t, const char *beside)
{
	struct temp named = { .open = true };
	struct stat st;
	int r;

	named.fd = open_named(beside, &named.name);
	if (named.fd < 0)
		return named.fd;
	if (fstat(t->fd, &st) == 0) {
		(void)!fchown(named.fd, st.st_uid, st.st_gid);
		(void)!fchmod(named.fd, st.st_mode & 07777);
	}
	r = copy(t->fd, named.fd);
	if (r < 0) {
		temp_drop(&named);
		return r;
	}
	temp_drop(t);
	*t = named;
	return 0;
}

static int give_name(struct temp *t, const char *path)
{
	scoped(freep) char *link = xprintf("/proc/self/fd/%d", t->fd);

	if (linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0)
		return 0;
	int r = errno == EEXIST ? link_aside(link, AT_SYMLINK_FOLLOW, path, &t->name) : -errno;
	return r < 0 ? copy_aside(t, path) : 0;
}

int temp_put(struct temp *t, const char *path)
{
	int r = t->name ? 0 : give_name(t, path);

	if (r < 0 || !t->name)
		return r;
	if (rename(t->name, path) < 0)
		return -errno;
	free(take(t->name));
	return 0;
}

void temp_drop(struct temp *t)
{
	if (t->name)
		unlink(t->name);
	if (t->open)
		close(t->fd);
	free(t->name);
	*t = (struct temp){ 0 };
}

/* On a file system without links, renames the file. */
int temp_keep(const char *path, const char *old)
{
	struct temp t = { .fd = open(path, O_RDONLY | O_CLOEXEC) };	/* for the lock */
	int r;

	t.open = t.fd >= 0;
	if (t.open)
		(void)lock(t.fd);
	r = link_aside(path, 0, old, &t.name);
	if (r < 0)
		r = r == -ENOENT || rename(path, old) == 0 ? 0 : -errno;
	else if (rename(t.name, old) < 0)
		r = -errno;
	temp_drop(&t);		/* the temporary name still exists if both were the same file already */
	return r;
}

/* Removes a file of sctrace whose writer has died. */
static void sweep_one(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlinkat(folder, name, 0);
	close(fd);
}

void temp_sweep(const char *path)
{
	scoped(freep) char *folder = folder_of(path);
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (fnmatch(BEGIN "??????" END, entry->d_name, 0) == 0)
			sweep_one(dirfd(dir), entry->d_name);
	if (dir)
		closedir(dir);
}
