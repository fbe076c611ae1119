/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/wait.h>
#include "base/jsonw.h"
#include "base/mem.h"
#include "out/breach/kinds.h"
#include "out/breach/phrases.h"
#include "out/breach/places.h"
#include "out/view.h"

static void member_list(struct jsonw *w, const char *key, const struct strlist *list)
{
	if (list->count == 0)
		return;
	jsonw_key(w, key);
	jsonw_open(w, '[');
	for (size_t i = 0; i < list->count; i++)
		jsonw_string(w, list->items[i]);
	jsonw_close(w, ']');
}

static void member_errno(struct jsonw *w, int error)
{
	struct buf t = { 0 };

	if (errno_name(error))
		buf_adds(&t, errno_name(error));
	else
		buf_addf(&t, "%d", error);
	jsonw_member(w, "errno", buf_str(&t));
	buf_done(&t);
}

static void emit_frames(struct jsonw *w, const struct breach *b)
{
	jsonw_key(w, "stack");
	jsonw_open(w, '[');
	for (size_t i = 0; i < b->depth; i++) {
		struct buf t = { 0 };

		breach_frame(&t, &b->frames[i]);
		jsonw_string(w, buf_str(&t));
		buf_done(&t);
	}
	jsonw_close(w, ']');
}

/* Where in the program the call was made. */
static void emit_stack(struct jsonw *w, const struct breach *b)
{
	struct buf through = { 0 };

	if (b->through) {
		breach_frame(&through, b->through);
		jsonw_member(w, "through", buf_str(&through));
	}
	if (breach_has_source(b)) {
		jsonw_key(w, "source");
		jsonw_open_inline(w, '{');
		jsonw_member(w, "file", b->through->library);
		jsonw_member_uint(w, "line", b->through->line);
		jsonw_close(w, '}');
	}
	if (b->depth)
		emit_frames(w, b);
	if (b->partial) {
		jsonw_key(w, "partial");
		jsonw_bool(w, true);
	}
	buf_done(&through);
}

static void emit_answer(struct jsonw *w, const struct breach *b)
{
	if (b->kind == BREACH_KERNEL) {
		member_errno(w, b->error);
		jsonw_member(w, "capability", b->gate);
		return;
	}
	jsonw_member(w, "action", action_info(b->verdict.action)->name);
	if (b->verdict.action == ACT_ERRNO)
		member_errno(w, b->verdict.data);
}

static void emit_breach(struct jsonw *w, const struct breach *b)
{
	jsonw_open(w, '{');
	jsonw_member(w, "abi", breach_abi(b));
	jsonw_member(w, "name", b->name);
	jsonw_member_uint(w, "number", b->nr);
	if (b->kind != BREACH_STALE) {
		jsonw_member(w, "program", b->program);
		emit_answer(w, b);
		jsonw_member_uint(w, "count", b->count);
		jsonw_key(w, "first");
		jsonw_seconds(w, b->first);
	}
	member_list(w, "arguments", &b->shapes);
	emit_stack(w, b);
	if (b->place.line) {
		if (b->place.file)
			jsonw_member(w, "file", b->place.file);
		jsonw_member_uint(w, "line", b->place.line);
		jsonw_member(w, "path", b->place.path);
	}
	jsonw_close(w, '}');
}

static void emit_kind(struct jsonw *w, const struct breaches *all, enum breach_kind kind)
{
	jsonw_key(w, breach_kind_info(kind)->member);
	jsonw_open(w, '[');
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i]->kind == kind)
			emit_breach(w, all->items[i]);
	jsonw_close(w, ']');
}

static void emit_subject(struct jsonw *w, const struct breaches *all)
{
	jsonw_key(w, all->ran ? "command" : "recordings");
	jsonw_open_inline(w, '[');
	for (size_t i = 0; all->subject[i]; i++) {
		char *clean = clean_dup(all->subject[i]);

		jsonw_string(w, clean);
		free(clean);
	}
	jsonw_close(w, ']');
}

static int emit(const struct shown *s, FILE *out, maybe_unused struct err *e)
{
	const struct breaches *all = s->breaches;
	struct jsonw w = { .file = out };

	jsonw_open(&w, '{');
	jsonw_member(&w, "profile", all->profile);
	if (all->read_for)
		jsonw_member(&w, "read_for", all->read_for);
	emit_subject(&w, all);
	jsonw_key(&w, "inside");
	jsonw_bool(&w, breaches_outside(all) == 0);
	if (all->ran) {
		jsonw_key(&w, "audit");
		jsonw_bool(&w, all->audit);
		jsonw_key(&w, "end");
		jsonw_open_inline(&w, '{');
		jsonw_member_uint(&w, WIFSIGNALED(all->wait_status) ? "signal" : "status",
				  (uint64_t)(WIFSIGNALED(all->wait_status) ? WTERMSIG(all->wait_status) :
					     WEXITSTATUS(all->wait_status)));
		jsonw_close(&w, '}');
	}
	for (int kind = 0; kind < BREACH_KINDS; kind++)
		emit_kind(&w, all, (enum breach_kind)kind);
	rec_write_blind_spots(&w, all->rec);
	jsonw_close(&w, '}');
	jsonw_end(&w);
	return 0;
}

const struct view view_breach_json = {
	.shows = SHOWS_BREACH,
	.name = "json",
	.suffix = ".json",
	.help = "machine-readable output",
	.emit = emit,
};
