/* SPDX-License-Identifier: Apache-2.0 */
#include "app/written.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "app/output.h"
#include "app/profile.h"
#include "policy/lacks.h"
#include "read/layers.h"

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

/* A warning; with --strict an error if more is allowed than in the policy, or nothing starts. */
static int report_lack(const char *text, enum target_effect effect, bool strict, struct err *e)
{
	if (strict && effect != TARGET_IGNORED)
		return err_set(e, EOPNOTSUPP, "%s (--strict)", text);
	log_warning("%s", text);
	return 0;
}

static unsigned needs(const struct shown *s)
{
	unsigned all = s->layers ? NEEDS_CONDITIONS : 0;

	for (size_t i = 0; s->layers && i < s->layers->count; i++)
		all |= strstr(s->layers->items[i].guard, "\"minKernel\"") ? NEEDS_MIN_KERNEL : 0;
	return all;
}

static int report_names(const struct policy *p, const struct target_version *t, bool open, bool strict, struct err *e)
{
	scoped(strlist_done) struct strlist names = { 0 };
	scoped(buf_done) struct buf b = { 0 };

	lacks_names(p, t, open, &names);
	if (names.count == 0)
		return 0;
	target_spell(&b, t);
	buf_addf(&b, " ignores rules for calls that it cannot name, and these stay %s: ", open ? "allowed" : "denied");
	strlist_print(&names, log_level > LOG_NORMAL ? names.count : 8, &b);
	return report_lack(buf_str(&b), open ? TARGET_OPENED : TARGET_IGNORED, strict, e);
}

/* What the targets lack. Names matter if the format has no numbers. */
static int report_lacks(const struct view *view, const struct shown *s, bool strict, struct err *e)
{
	const struct targets *targets = s->wanted.targets;
	scoped(lacks_done) struct lacks lacks = { 0 };
	int r = 0;

	lacks_find(&lacks, s->policy, needs(s), targets);
	for (size_t i = 0; r == 0 && i < lacks.count; i++) {
		scoped(buf_done) struct buf b = { 0 };

		if (!target_loads(lacks.items[i].target, view->name))
			continue;
		lack_words(&b, &lacks.items[i]);
		r = report_lack(buf_str(&b), lacks.items[i].fact->effect, strict, e);
	}
	for (size_t i = 0; r == 0 && targets && i < targets->count && !(view->can & CAN_UNNAMED); i++) {
		if (!target_loads(&targets->items[i], view->name))
			continue;
		r = report_names(s->policy, &targets->items[i], true, strict, e);
		r = r < 0 ? r : report_names(s->policy, &targets->items[i], false, strict, e);
	}
	return r;
}

/* Whatever the format has around them, runtimes get the same rules. */
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
	r = r < 0 ? r : report_lacks(view, s, strict, e);
	r = r < 0 ? r : view_text(view, s, &text, e);
	r = r < 0 ? r : try_in_runtimes(view, s, e);
	r = r < 0 ? r : write_file(path, &text, e);
	if (r == 0)
		report_use(view, s, path);
	return r;
}
