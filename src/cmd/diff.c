/* SPDX-License-Identifier: Apache-2.0 */
#include "app/output.h"
#include "app/profile.h"
#include "app/recordings.h"
#include "app/show.h"
#include "app/vocabulary.h"
#include "base/log.h"
#include "cmd/cmd.h"
#include "diff/policies.h"
#include "diff/recordings.h"
#include "sysdb/sysdb.h"

static const char *arg_format, *arg_output = "-";
static struct strlist arg_only;
static bool arg_json;

static const char *change_word(size_t i, maybe_unused const void *data)
{
	return i < CHANGE_COUNT ? change_name((enum change)i) : NULL;
}

static int choose_view(const struct view **ret, struct err *e)
{
	if (arg_json && arg_format && !streq(arg_format, "json"))
		return usage_error(e, "either --json or -F %s", arg_format);
	return show_find(SHOWS_DIFFERENCE, arg_json ? "json" : arg_format ? arg_format : "text", ret, e);
}

#define CHANGES "added, widened, removed, narrowed, changed, and of recordings weaker and stronger"

/* The requested changes, one bit each; all if none was named. */
static int choose_changes(unsigned *ret, struct err *e)
{
	unsigned all = (1u << CHANGE_COUNT) - 1, chosen = 0;
	enum change change;
	char word[32];

	for (size_t i = 0; i < arg_only.count; i++) {
		const char *list = arg_only.items[i];

		if (!*list)
			return usage_error(e, "--only needs a value; valid are: " CHANGES);
		while (list_next(&list, word, sizeof word)) {
			if (!change_find(word, &change))
				return usage_unknown(e, "change", word, change_word, "valid are: " CHANGES);
			chosen |= 1u << change;
		}
	}
	*ret = chosen ? chosen : all;
	return 0;
}

static int compare_profiles(const char *old_path, const char *now_path, struct differences **ret, struct err *e)
{
	struct profile *old = NULL, *now = NULL;
	struct parse_host host;
	int r = profile_choose(&host, e);

	r = r < 0 ? r : profile_load_all(old_path, &host, &old, e);
	r = r < 0 ? r : profile_load_all(now_path, &host, &now, e);
	if (r == 0) {
		profile_tell_hosts(old_path, old->notes.depends, now_path, now->notes.depends, &host);
		*ret = policy_compare(old->policy, now->policy);
	}
	profile_free(old);
	profile_free(now);
	return r;
}

static int compare_recordings(const char *old_path, const char *now_path, struct differences **ret, struct err *e)
{
	struct rec *old = NULL, *now = NULL;
	int r = rec_load(old_path, &old, e);

	r = r < 0 ? r : rec_load(now_path, &now, e);
	if (r == 0)
		*ret = rec_compare(old, now);
	rec_free(old);
	rec_free(now);
	return r;
}

/* If one operand is a pipe, the kind of the other one decides. */
static int choose_kind(char *const *paths, bool *ret_recordings, struct err *e)
{
	bool recording[2] = { rec_is_recording(paths[0]), rec_is_recording(paths[1]) };

	if (streq(paths[0], "-") && streq(paths[1], "-"))
		return usage_error(e, "only one of the two can be standard input");
	for (int i = 0; i < 2; i++)
		if (recording[i] && rec_is_foreign(paths[1 - i]))
			return usage_error(e, "'%s' is a recording, and '%s' is not; 'sctrace gen' makes a profile from it",
					   paths[i], paths[1 - i]);
	*ret_recordings = recording[0] || recording[1];
	if (*ret_recordings && profile_choice_given(true))
		return usage_error(e, "%s cannot be used with recordings", profile_choice_given(true));
	return 0;
}

static int write_view(const struct view *view, const struct differences *d, const struct compared *files, struct err *e)
{
	const struct shown shown = { .is = SHOWS_DIFFERENCE, .differences = d, .compared = files };
	struct io_out out;
	int r = output_create(&out, arg_output, view->name, 2, (const char *const[]){ files->old, files->now }, e);

	return r < 0 ? r : show_commit(view, &shown, &out, arg_output, e);
}

static int run(int argc, char **argv, struct err *e)
{
	const struct view *view;
	struct differences *d = NULL;
	struct compared files = { 0 };
	unsigned changes = 0;
	scoped(strlist_done) struct strlist named = { 0 };
	int r = choose_view(&view, e);

	r = r < 0 ? r : recordings_name(&argc, &argv, &named, e);
	r = r < 0 ? r : choose_changes(&changes, e);
	r = r < 0 ? r : profile_add_pids(&argc, &argv, false, e);
	if (r < 0)
		return r;
	if (argc != 2)
		return usage_error(e, "give two files to compare, OLD and NEW");
	files.old = argv[0];
	files.now = argv[1];
	r = choose_kind(argv, &files.recordings, e);
	r = r < 0 ? r : (files.recordings ? compare_recordings : compare_profiles)(argv[0], argv[1], &d, e);
	if (r < 0)
		return r;
	differences_keep(d, changes);
	files.read_for = profile_read_for();
	r = write_view(view, d, &files, e);
	if (r == 0 && !difference_at(d, 0))
		log_info("no difference%s", arg_only.count ? " of that kind" : files.recordings ? "" : " in meaning");
	if (r == 0)
		r = difference_at(d, 0) ? STATUS_NO : STATUS_DONE;
	differences_free(d);
	return r;
}

static const struct opt opts[] = {
	opt_heading("Differences"),
	opt_list(0, "only", "CHANGE", &arg_only, "only these: added, removed, widened, narrowed,\n"
		 "changed, weaker, stronger (repeatable, or a list;\n"
		 "added ones are also widened, removed ones narrowed)",
		 .words = change_word),
	opt_container(),
	profile_opts,
	opt_heading("Output"),
	opt_string('F', "format", "FORMAT", &arg_format, "text (default), markdown, or json", .words = show_difference_word),
	opt_flag(0, "json", &arg_json, "same as -F json"),
	opt_string('o', "output", "FILE", &arg_output, "write to FILE (default: standard output)"),
	opt_force(),
	opt_end(),
};

const struct cmd cmd_diff = {
	.name = "diff",
	.usage = "[options] OLD NEW",
	.summary = "compare two profiles, or two recordings, by meaning",
	.details =
		"Profiles are compared by meaning, for each call on each ABI with all arguments;\n"
		"how they are written does not matter. Recordings are compared with their blind\n"
		"spots: a new one makes weaker evidence. The exit status is 0 without differences\n"
		"(of those asked for), 1 with one, and 2 if sctrace fails.",
	.examples =
		"  sctrace gen -o new.json\n"
		"  sctrace diff profile.json new.json || echo different\n"
		"  sctrace diff --only widened -F markdown profile.json new.json || echo wider\n",
	.opts = opts,
	.run = run,
};
