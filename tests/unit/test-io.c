/* SPDX-License-Identifier: Apache-2.0 */
/* Files. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"

static int save(const char *path, const char *text, struct err *e)
{
	struct io_out out;
	int r = io_create(&out, path, e);

	if (r < 0)
		return r;
	fputs(text, out.file);
	return io_commit(&out, e);
}

TEST(a_file_appears_when_it_is_complete)
{
	struct io_out out;
	struct err e;

	scratch_write("f", "old");
	CHECK(io_create(&out, "f", &e) == 0);
	fputs("new", out.file);
	fflush(out.file);
	scoped(freep) char *before = scratch_read("f");

	CHECK_STR(before, "old");
	CHECK(io_commit(&out, &e) == 0);
	scoped(freep) char *after = scratch_read("f");

	CHECK_STR(after, "new");
	CHECK(scratch_files() == 1);
	unlink("f");
}

TEST(an_abandoned_file_leaves_no_trace)
{
	struct io_out out;
	struct err e;

	CHECK(io_create(&out, "f", &e) == 0);
	fputs("half", out.file);
	io_abandon(&out);
	io_abandon(&out);
	CHECK(scratch_files() == 0);
}

TEST(a_symbolic_link_remains)
{
	struct err e;
	struct stat st;

	CHECK(mkdir("d", 0755) == 0);
	scratch_write("d/real", "old");
	CHECK(symlink("d/real", "link") == 0);
	CHECK(save("link", "new", &e) == 0);
	CHECK(lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
	scoped(freep) char *text = scratch_read("d/real");

	CHECK_STR(text, "new");
	unlink("link");
	unlink("d/real");
	CHECK(rmdir("d") == 0);
}

TEST(a_link_to_a_missing_file_remains)
{
	struct err e;
	struct stat st;

	CHECK(symlink("later", "link") == 0);
	CHECK(save("link", "new", &e) == 0);
	CHECK(lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
	scoped(freep) char *text = scratch_read("later");

	CHECK(text);
	CHECK_STR(text, "new");
	unlink("link");
	unlink("later");
}

TEST(the_mode_of_a_file_is_kept_and_a_new_one_obeys_the_umask)
{
	struct err e;
	struct stat st;
	mode_t old = umask(027);

	scratch_write("f", "old");
	chmod("f", 0604);
	CHECK(save("f", "new", &e) == 0);
	CHECK(stat("f", &st) == 0 && (st.st_mode & 07777) == 0604);
	unlink("f");
	CHECK(save("f", "new", &e) == 0);
	CHECK(stat("f", &st) == 0 && (st.st_mode & 07777) == 0640);
	unlink("f");
	umask(old);
}

TEST(a_full_disk_is_an_error_and_the_old_file_stays)
{
	/* a limit on the size of files is like a full disk */
	struct rlimit old, small;
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	struct io_out out;
	struct err e;

	scratch_write("f", "old");
	CHECK(getrlimit(RLIMIT_FSIZE, &old) == 0);
	small = (struct rlimit){ 4096, old.rlim_max };
	CHECK(io_create(&out, "f", &e) == 0);
	setrlimit(RLIMIT_FSIZE, &small);
	for (int i = 0; i < 4096; i++)
		fputs("line\n", out.file);
	int r = io_commit(&out, &e);

	setrlimit(RLIMIT_FSIZE, &old);
	signal(SIGXFSZ, handler);
	CHECK(r < 0);
	CHECK(starts_with(e.text, "cannot write '"));
	scoped(freep) char *text = scratch_read("f");

	CHECK_STR(text, "old");
	CHECK(scratch_files() == 1);
	unlink("f");
}

/* A separate device: as root, a mistake would replace
 * /dev/full.  Others cannot make one, and cannot replace that one either. */
static const char *device(const char *name, unsigned minor, const char *system)
{
	int fd = -1;

	if (mknod(name, S_IFCHR | 0600, makedev(1, minor)) == 0)
		fd = open(name, O_WRONLY);
	if (fd < 0)
		return geteuid() == 0 ? NULL : system;	/* a file system without devices */
	close(fd);
	return name;
}

TEST(a_full_device_is_an_error_and_remains)
{
	const char *full = device("full", 7, "/dev/full"), *null = device("null", 3, "/dev/null");
	struct err e;
	struct stat st;

	if (full && null) {
		CHECK(save(full, "text", &e) == -ENOSPC);
		CHECK(starts_with(e.text, "cannot write '") && strstr(e.text, "full': No space left on device"));
		CHECK(save(null, "text", &e) == 0);
		CHECK(stat(full, &st) == 0 && S_ISCHR(st.st_mode));
		CHECK(stat(null, &st) == 0 && S_ISCHR(st.st_mode));
	}
	unlink("full");
	unlink("null");
}

TEST(a_fifo_is_written_to_and_not_replaced)
{
	struct err e;
	struct stat st;
	char text[8] = "";

	CHECK(mkfifo("fifo", 0600) == 0);
	int fd = open("fifo", O_RDONLY | O_NONBLOCK);

	CHECK(fd >= 0);
	CHECK(save("fifo", "text", &e) == 0);
	CHECK(read(fd, text, sizeof text - 1) == 4);
	CHECK_STR(text, "text");
	CHECK(stat("fifo", &st) == 0 && S_ISFIFO(st.st_mode));
	close(fd);
	unlink("fifo");
}

TEST(an_unwritable_place_is_named)
{
	struct err e;

	CHECK(save("no/such", "x", &e) == -ENOENT);
	CHECK_STR(e.text, "cannot write 'no/such': No such file or directory");
	CHECK(save(".", "x", &e) == -EISDIR);
	CHECK_STR(e.text, "cannot write '.': is a directory");
}

/* Status of a child whose standard output is `path` and which saves to "-". */
static int save_to_stdout(const char *path)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		struct err e;
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		dup2(fd, STDOUT_FILENO);
		_exit(save("-", "to stdout", &e) == 0 ? 0 : streq(e.text,
		      "cannot write standard output: No space left on device") ? 1 : 2);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

TEST(a_dash_is_standard_output_and_its_errors_are_seen)
{
	fflush(stdout);
	CHECK(save_to_stdout("f") == 0);
	scoped(freep) char *text = scratch_read("f");

	CHECK_STR(text, "to stdout");
	unlink("f");
	CHECK(save_to_stdout("/dev/full") == 1);
}

TEST(a_file_is_read_with_its_nul_bytes)
{
	scoped(freep) char *text = NULL;
	size_t len = 0;
	struct err e;

	scratch_write_bytes("f", "a\0b", 3);
	CHECK(io_read_all("f", 3, &text, &len, &e) == 0);
	CHECK(len == 3 && memcmp(text, "a\0b", 4) == 0);
	unlink("f");
}

TEST(an_unreadable_file_is_named)
{
	char *text = NULL;
	size_t len = 0;
	struct err e;

	CHECK(io_read_all("f", 9, &text, &len, &e) == -ENOENT);
	CHECK_STR(e.text, "cannot open 'f': No such file or directory");
	CHECK(io_read_all(".", 9, &text, &len, &e) == -EISDIR);
	CHECK_STR(e.text, ".: cannot read: Is a directory");
	scratch_write("f", "four");
	CHECK(io_read_all("f", 3, &text, &len, &e) == -EFBIG);
	CHECK(starts_with(e.text, "f: larger than "));
	/* endless input ends, too */
	CHECK(io_read_all("/dev/zero", 1 << 20, &text, &len, &e) == -EFBIG);
	CHECK(!text);
	unlink("f");
}
