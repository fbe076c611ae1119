/* SPDX-License-Identifier: Apache-2.0 */
/* A test case for each reported call, and one for the whole. */
#include <stdlib.h>
#include "out/breach/kinds.h"
#include "out/breach/phrases.h"
#include "out/escape.h"
#include "out/view.h"

static void emit_case(const struct breaches *all, const struct breach *b, FILE *out)
{
	struct buf who = { 0 };
	char *text = breach_line(all, b);

	breach_who(&who, b);
	fprintf(out, "    <testcase classname=\"sctrace.%s\" name=\"", breach_kind_info(b->kind)->id);
	escape_put(out, buf_str(&who), escape_xml);
	fputs("\">\n      <", out);
	fputs(breach_is_outside(b->kind) ? "failure message=\"" : "system-out>", out);
	escape_put(out, text, escape_xml);
	fputs(breach_is_outside(b->kind) ? "\"/>\n" : "</system-out>\n", out);
	fputs("    </testcase>\n", out);
	free(text);
	buf_done(&who);
}

static void emit_read_for(const struct breaches *all, FILE *out)
{
	if (!all->read_for)
		return;
	fputs("    <properties>\n      <property name=\"read_for\" value=\"", out);
	escape_put(out, all->read_for, escape_xml);
	fputs("\"/>\n    </properties>\n", out);
}

static int emit(const struct shown *s, FILE *out, maybe_unused struct err *e)
{
	const struct breaches *all = s->breaches;
	struct buf result = { 0 };
	bool failed = breaches_failed(all);

	breaches_result(&result, all);
	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		"  <testsuite name=\"sctrace check\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n", all->count + 1,
		breaches_outside(all) + failed);
	emit_read_for(all, out);
	for (size_t i = 0; i < all->count; i++)
		emit_case(all, all->items[i], out);
	fputs("    <testcase classname=\"sctrace\" name=\"", out);
	escape_put(out, all->profile, escape_xml);
	fputs(failed ? "\">\n      <failure message=\"" : "\">\n      <system-out>", out);
	escape_put(out, buf_str(&result), escape_xml);
	fputs(failed ? "\"/>\n" : "</system-out>\n", out);
	fputs("    </testcase>\n  </testsuite>\n</testsuites>\n", out);
	buf_done(&result);
	return 0;
}

const struct view view_breach_junit = {
	.shows = SHOWS_BREACH,
	.name = "junit",
	.suffix = ".xml",
	.help = "JUnit's XML, for CI systems",
	.emit = emit,
};
