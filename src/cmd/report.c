/* SPDX-License-Identifier: Apache-2.0 */
#include "app/output.h"
#include "app/recordings.h"
#include "app/show.h"
#include "cmd/cmd.h"

static const char *arg_format = "text", *arg_output = "-";
static bool arg_json;

static int run(int argc, char **argv, struct err *e)
{
	const struct view *view;
	struct rec *rec;
	struct io_out out;
	scoped(strlist_done) struct strlist named = { 0 };
	int r = show_find(SHOWS_RECORDING, arg_json ? "json" : arg_format, &view, e);

	r = r < 0 ? r : recordings_name(&argc, &argv, &named, e);
	r = r < 0 ? r : recordings_check_output(arg_output, view->name, argc, argv, e);
	r = r < 0 ? r : recordings_load(argc, argv, &rec, e);
	if (r < 0)
		return r;
	r = io_create(&out, arg_output, e);
	r = r < 0 ? r : show_commit(view, &(struct shown){ .is = SHOWS_RECORDING, .rec = rec }, &out, arg_output, e);
	rec_free(rec);
	return r;
}

static const struct opt opts[] = {
	opt_heading("What"),
	opt_container(),
	opt_heading("Output"),
	opt_string('F', "format", "FORMAT", &arg_format, "text (a table, the default), json, or names\n"
		   "(one a line; 'x86:open' is a call of another ABI)", .words = show_recording_word),
	opt_flag(0, "json", &arg_json, "same as -F json"),
	opt_string('o', "output", "FILE", &arg_output, "write to FILE (default: standard output)"),
	opt_force(),
	opt_end(),
};

const struct cmd cmd_report = {
	.name = "report",
	.usage = "[options] [RECORDING...]",
	.summary = "show what a recording contains",
	.details = "Several recordings are shown as one. Without any, it is 'sctrace.json'.",
	.examples =
		"  sctrace report\n"
		"  sctrace report -F names nginx.json\n",
	.opts = opts,
	.run = run,
};
