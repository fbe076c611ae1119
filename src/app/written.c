/* SPDX-License-Identifier: Apache-2.0 */
#include "app/written.h"

#include <errno.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "app/output.h"
#include "app/profile.h"

static int report_losses(const struct view *view, const struct shown *s, bool strict, struct err *e)
{
	scoped(strlist_done) struct strlist losses = { 0 };
	int r = 0;

	view_losses(view, s, &losses);
	if (strict && losses.count)
		r = err_set(e, EOPNOTSUPP, "%s (--strict)", losses.items[0]);
	for (size_t i = 0; r == 0 && i < losses.count; i++)
		log_warning("%s", losses.items[i]);
	return r;
}

/* Whatever is around it, runtimes get the same rules in the end. */
static int try_in_runtimes(const struct view *view, const struct shown *s, struct err *e)
{
	scoped(buf_done) struct buf text = { 0 };
	int r = 0;

	if (!view->container)
		return 0;
	r = view_text(view_find(SHOWS_POLICY, s->layers ? "docker" : "oci"), s, &text, e);
	return r < 0 ? r : profile_check_made(buf_str(&text), e);
}

static int check_terminal(const struct view *view, const char *path, struct err *e)
{
	if (!view->is_binary || output_force || !streq(path, "-") || !isatty(STDOUT_FILENO))
		return 0;
	return err_set(e, EINVAL, "the format '%s' is binary, and standard output is a terminal; write it to a file with -o",
		       view->name);
}

static int write_file(const char *path, const struct buf *text, struct err *e)
{
	struct io_out out;
	int r = io_create(&out, path, e);

	if (r < 0)
		return r;
	fwrite(buf_str(text), 1, text->len, out.file);
	return io_commit(&out, e);
}

static void report_use(const struct view *view, const struct shown *s, const char *path)
{
	scoped(strlist_done) struct strlist remarks = { 0 };
	scoped(buf_done) struct buf next = { 0 };

	if (view->remarks)
		view->remarks(s, &remarks);
	for (size_t i = 0; i < remarks.count; i++)
		log_info("%s", remarks.items[i]);
	if (view->next && !streq(path, "-"))
		view->next(s, path, &next);
	if (next.len)
		log_next("%s", buf_str(&next));
}

int written_policy(const struct view *view, const struct shown *s, const char *path, bool strict, struct err *e)
{
	scoped(buf_done) struct buf text = { 0 };
	int r = check_terminal(view, path, e);

	r = r < 0 ? r : report_losses(view, s, strict, e);
	r = r < 0 ? r : view_text(view, s, &text, e);
	r = r < 0 ? r : try_in_runtimes(view, s, e);
	r = r < 0 ? r : write_file(path, &text, e);
	if (r == 0)
		report_use(view, s, path);
	return r;
}
