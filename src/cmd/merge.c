/* SPDX-License-Identifier: Apache-2.0 */
/* Merges recordings; at most one is in memory besides the result. */
#include <errno.h>
#include <unistd.h>
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "app/output.h"
#include "rec/rec.h"

static const char *arg_output = "-";

/* What a run of a file added. */
struct share {
	const char *id;
	size_t at;			/* its position among the runs */
	size_t calls;
	struct strlist added;
};

struct merge {
	struct rec *all;
	struct strlist runs, calls;	/* of `all`; a call is "abi:number" */
	size_t files;
};

static int by_id(const void *va, const void *vb)
{
	const struct share *a = va, *b = vb;

	return strcmp(a->id, b->id);
}

static int by_place(const void *va, const void *vb)
{
	const struct share *a = va, *b = vb;

	return a->at < b->at ? -1 : a->at > b->at;
}

static struct share *shares_new(const struct rec *rec, size_t *ret_count)
{
	const struct rec_run *run;
	struct share *shares;
	size_t n = 0;

	while (rec_run_at(rec, n))
		n++;
	shares = xcalloc(n, sizeof *shares);
	for (size_t i = 0; (run = rec_run_at(rec, i)); i++)
		shares[i] = (struct share){ .id = run->id, .at = i };
	sort_items(shares, n, sizeof *shares, by_id);
	*ret_count = n;
	return shares;
}

static struct share *share_of(struct share *shares, size_t count, const char *run)
{
	const struct share key = { .id = run };

	return count ? bsearch(&key, shares, count, sizeof key, by_id) : NULL;
}

/* A new call counts for the first run that has it. */
static void share_call(struct merge *m, struct share *shares, size_t count, const struct rec_call *c)
{
	struct share *first = NULL, *one, *last = NULL;
	char key[2 * CALL_NAME_MAX];

	for (size_t i = 0; i < c->seen_count; i++) {
		one = share_of(shares, count, c->seen[i].run);
		if (one && one != last)		/* those of one run are adjacent */
			one->calls++;
		last = one;
		if (one && (!first || one->at < first->at))
			first = one;
	}
	snprintf(key, sizeof key, "%s:%u", c->arch->name, c->nr);
	if (!strlist_insert(&m->calls, key) || !first)
		return;
	snprintf(key, sizeof key, "%s%s%s", c->arch == arch_native() ? "" : c->arch->name,
		 c->arch == arch_native() ? "" : ":", c->name);
	strlist_add(&first->added, key);
}

static void tell_share(const struct rec *rec, const char *path, struct share *s, bool is_new)
{
	const struct rec_run *run = rec_run_at(rec, s->at);

	if (is_new)
		log_info("%s: run %s of '%s': %zu calls, %zu new", path, s->id, run->command[0] ? run->command[0] : "",
			 s->calls, s->added.count);
	else if (s->added.count)	/* the file was written before that run had ended */
		log_info("%s: run %s was already included, except %zu calls", path, s->id, s->added.count);
	else
		log_info("%s: run %s was already included", path, s->id);
	if (log_level == LOG_VERBOSE)
		log_names(&s->added, "new");
}

static void add(struct merge *m, const char *path, const struct rec *rec)
{
	const struct rec_call *c;
	size_t count;
	struct share *shares = shares_new(rec, &count);

	for (size_t i = 0; (c = rec_call_at(rec, i)); i++)
		share_call(m, shares, count, c);
	sort_items(shares, count, sizeof *shares, by_place);
	if (count == 0)
		log_info("%s: no run", path);
	for (size_t i = 0; i < count; i++) {
		tell_share(rec, path, &shares[i], strlist_insert(&m->runs, shares[i].id));
		strlist_done(&shares[i].added);
	}
	free(shares);
	m->files++;
}

static int merge_all(struct merge *m, int count, char *const *paths, struct err *e)
{
	for (int i = 0; i < count; i++) {
		scoped(rec_freep) struct rec *one = NULL;
		int r = rec_load(paths[i], &one, e);

		if (r < 0)
			return r;
		add(m, paths[i], one);
		if (m->all)
			rec_merge(m->all, one);
		else
			m->all = take(one);
	}
	return 0;
}

/* Nothing is lost: a recording is overwritten only by one that includes it. */
static int check_output(int count, char *const *paths, struct err *e)
{
	int r = output_check(arg_output, "recording", e);

	if (r < 0 || output_force)
		return r;
	if (!rec_is_recording(arg_output))
		return 0;
	for (int i = 0; i < count; i++)
		if (io_is_same(arg_output, paths[i]))
			return 0;
	return err_set(e, EEXIST, "'%s' is a recording and not among those that are merged; name it as well, or another file "
		       "with -o, or overwrite it with --force", arg_output);
}

static int run(int argc, char **argv, struct err *e)
{
	struct merge m = { 0 };
	int r;

	if (argc == 0)
		return usage_error(e, "give the recordings to merge");
	r = check_output(argc, argv, e);
	r = r < 0 ? r : merge_all(&m, argc, argv, e);
	r = r < 0 ? r : rec_save(m.all, arg_output, e);
	if (r == 0)
		log_info("%zu recording%s, %zu run%s, %zu distinct calls%s%s", m.files, plural(m.files),
			 m.runs.count, plural(m.runs.count), rec_call_count(m.all),
			 streq(arg_output, "-") ? "" : "; written to ", streq(arg_output, "-") ? "" : arg_output);
	rec_free(m.all);
	strlist_done(&m.runs);
	strlist_done(&m.calls);
	return r;
}

static const struct opt opts[] = {
	opt_heading("Output"),
	opt_string('o', "output", "FILE", &arg_output, "write to FILE (default: standard output)"),
	opt_force(),
	opt_end(),
};

const struct cmd cmd_merge = {
	.name = "merge",
	.usage = "-o FILE RECORDING...",
	.summary = "make one recording of many",
	.details =
		"The order does not matter, and what is in two of them is not counted twice. The\n"
		"summary shows what each run added, with -v by name. FILE can be one of the\n"
		"recordings.",
	.examples =
		"  sctrace record -o a.json -- ls\n"
		"  sctrace record -o b.json -- ls -l\n"
		"  sctrace merge -o all.json a.json b.json\n",
	.opts = opts,
	.run = run,
};
