/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[4096];
static pid_t owner;

__attribute__((__noreturn__)) static void give_up(const char *what)
{
	printf("Bail out! %s\n", what);
	perror(what);
	exit(99);
}

__attribute__((__constructor__)) static void enter(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(directory, sizeof directory, "%s/unit.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(directory) || chdir(directory) < 0)
		give_up(directory);
	owner = getpid();
}

static int delete(const char *path, const struct stat *st, int kind, struct FTW *place)
{
	(void)st, (void)kind, (void)place;
	return remove(path);
}

/* A forked child that exits must leave the directory to its parent. */
__attribute__((__destructor__)) static void leave(void)
{
	if (getpid() == owner && chdir("/") == 0)
		nftw(directory, delete, 8, FTW_DEPTH | FTW_PHYS);
}

void scratch_write_bytes(const char *name, const char *bytes, size_t len)
{
	FILE *f = fopen(name, "w");

	if (!f || fwrite(bytes, 1, len, f) != len || fclose(f) != 0)
		give_up(name);
}

void scratch_write(const char *name, const char *text)
{
	scratch_write_bytes(name, text, strlen(text));
}

char *scratch_read(const char *name)
{
	FILE *f = fopen(name, "r");
	char *text = NULL;
	size_t len = 0, n;
	char chunk[4096];

	if (!f)
		return NULL;
	FILE *copy = open_memstream(&text, &len);

	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		fwrite(chunk, 1, n, copy);
	fclose(copy);
	fclose(f);
	return text;
}

size_t scratch_files(void)
{
	DIR *d = opendir(".");
	size_t n = 0;

	if (!d)
		give_up(directory);
	for (struct dirent *e; (e = readdir(d)); )
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n;
}
