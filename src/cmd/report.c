/* SPDX-License-Identifier: Apache-2.0 */
#include "out/recording/report.h"

#include <stdio.h>
#include <unistd.h>
#include "base/io.h"
#include "base/term.h"
#include "cmd/cmd.h"
#include "app/output.h"
#include "app/recordings.h"

static const char *arg_format = "text", *arg_output = "-";
static bool arg_json;

static const char *view_name(size_t i, maybe_unused const void *data)
{
	return report_at(i) ? report_at(i)->name : NULL;
}

static void emit(const struct report_view *view, const struct rec *rec, struct io_out *out)
{
	int fd = streq(arg_output, "-") ? STDOUT_FILENO : -1;
	FILE *to = term_begin(out->file, streq(view->name, "text"), fd);

	view->emit(rec, term_width(fd), to);
	term_end(to, out->file);
}

static int run(int argc, char **argv, struct err *e)
{
	const struct report_view *view = report_find(arg_json ? "json" : arg_format);
	struct rec *rec;
	struct io_out out;
	int r;

	if (!view)
		return usage_unknown(e, "format", arg_format, view_name, "there are text, json and names");
	r = recordings_check_output(arg_output, arg_format, argc, argv, e);
	r = r < 0 ? r : recordings_load(argc, argv, &rec, e);
	if (r < 0)
		return r;
	r = io_create(&out, arg_output, e);
	if (r == 0) {
		emit(view, rec, &out);
		r = io_commit(&out, e);
	}
	rec_free(rec);
	return r;
}

static const struct opt opts[] = {
	opt_heading("Output"),
	opt_string('F', "format", "FORMAT", &arg_format, "text (a table, the default), json, or names\n"
		   "(one a line; 'x86:open' is a call of another ABI)", .words = view_name),
	opt_flag(0, "json", &arg_json, "the same as -F json"),
	opt_string('o', "output", "FILE", &arg_output, "write to FILE (default: standard output)"),
	opt_force(),
	opt_end(),
};

const struct cmd cmd_report = {
	.name = "report",
	.usage = "[options] [RECORDING...]",
	.summary = "show what a recording holds",
	.details = "Several recordings are shown as one. Without any, it is 'sctrace.json'.",
	.examples =
		"  sctrace report\n"
		"  sctrace report -F names nginx.json\n",
	.opts = opts,
	.run = run,
};
