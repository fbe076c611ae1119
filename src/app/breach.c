/* SPDX-License-Identifier: Apache-2.0 */
#include "app/breach.h"

#include <inttypes.h>
#include <sys/wait.h>
#include "base/mem.h"
#include "app/usage.h"
#include "rec/rec.h"
#include "sysdb/args.h"
#include "tracer/tracer.h"

static int compare(const struct breach *a, const struct breach *b)
{
	int r = (int)a->kind - (int)b->kind;

	r = r ? r : strcmp(a->name, b->name);
	r = r ? r : a->audit < b->audit ? -1 : a->audit > b->audit;
	r = r ? r : a->nr < b->nr ? -1 : a->nr > b->nr;
	r = r ? r : strcmp(a->program, b->program);
	r = r ? r : (int)verdict_kernel(a->verdict) - (int)verdict_kernel(b->verdict);
	return r ? r : a->error - b->error;
}

static int by_key(const void *va, const void *vb)
{
	return compare(*(const struct breach *const *)va, *(const struct breach *const *)vb);
}

struct breach *breach_get(struct checked *all, const struct breach *key)
{
	scoped(freep) char *name = clean_dup(key->name), *program = clean_dup(key->program);
	struct breach clean = *key, *b;

	clean.name = name;
	clean.program = program;
	for (size_t i = 0; i < all->count; i++)
		if (compare(all->items[i], &clean) == 0)
			return all->items[i];
	/* whoever makes calls of endless different numbers must not fill our memory */
	for (size_t i = 0; all->count >= BREACH_MAX && i < all->count; i++)
		if (all->items[i]->kind == key->kind) {
			all->items[i]->more_shapes = true;
			return all->items[i];
		}
	b = xcalloc(1, sizeof *b);
	*b = clean;
	b->name = take(name);
	b->program = take(program);
	all->items = grow(all->items, all->count, &all->room, sizeof(struct breach *));
	return all->items[all->count++] = b;
}

void breach_add_shape(struct breach *b, const char *shape)
{
	if (strlist_has(&b->shapes, shape))
		return;
	if (b->shapes.count < BREACH_SHAPES)
		strlist_add(&b->shapes, shape);
	else
		b->more_shapes = true;
}

/* A constant's name stands for itself, a number has the argument's in front. */
static void print_value(struct buf *b, const struct arg_info *a, uint64_t value, bool named)
{
	bool mode = streq(a->set, "MODE");
	struct buf t = { 0 };

	if (!*a->set && (a->type == ARG_FD || a->type == ARG_INT))
		buf_addf(&t, "%d", (int32_t)value);
	else if (mode)
		buf_addf(&t, value ? "0%" PRIo64 : "%" PRIo64, value);
	else
		const_print(&t, a, value);
	if (named || (!mode && strchr("-0123456789", *buf_str(&t))))
		buf_addf(b, "%s=", a->name);
	buf_adds(b, buf_str(&t));
	buf_done(&t);
}

/* Where a pointer points to differs from run to run, and says nothing. */
static void print_argument(struct buf *b, const struct arg_info *a, uint64_t value, pid_t tid)
{
	char text[TEXT_SHOWN + 1];
	bool whole;

	if (a->type != ARG_POINTER)
		print_value(b, a, value, false);
	else if (value == 0)
		buf_addf(b, "%s%sNULL", a->text ? "" : a->name, a->text ? "" : "=");
	else if (a->text && tid && tracer_read_text(tid, value, text, sizeof text, &whole))
		buf_add_quoted(b, text, whole);
	else
		buf_adds(b, a->name);
}

void call_print(struct buf *b, const struct arch *arch, const char *name, const uint64_t args[static 6], pid_t tid)
{
	const struct arg_info *a;

	buf_addf(b, "%s(", name);
	for (unsigned i = 0; arch && i < 6 && (a = sysdb_arg_on(arch, name, i)) && a->type != ARG_NONE; i++) {
		buf_adds(b, i ? ", " : "");
		print_argument(b, a, args[i] & arg_mask_on(arch, a), tid);
	}
	buf_adds(b, ")");
}

void call_print_value(struct buf *b, const struct arch *arch, const char *name, unsigned arg, uint64_t value)
{
	const struct arg_info *a = sysdb_arg_on(arch, name, arg);

	buf_addf(b, "%s(", name);
	if (arg_is_plain(a))
		print_value(b, a, value & arg_mask_on(arch, a), true);
	buf_adds(b, ")");
}

/* "do_mkdir+0x1b (/usr/bin/mkdir)", "0x4711 (/usr/bin/mkdir)", "fetch (/srv/app.py:12)" */
static void print_frame(struct buf *t, const struct rec_frame *f)
{
	buf_add_clean(t, f->function);
	if (!f->line)
		buf_addf(t, "%s0x%" PRIx64, *f->function ? "+" : "", f->offset);
	buf_adds(t, " (");
	buf_add_clean(t, f->library);
	if (f->line)
		buf_addf(t, ":%" PRIu64, f->line);
	buf_adds(t, ")");
}

/* "<string>" is no file. */
static void keep_through(struct breach *b, const struct rec_frame *f, const char *text)
{
	b->through = xstrdup(text);
	if (!f->line || strchr("<?", *f->library))
		return;
	b->source = clean_dup(f->library);
	b->source_line = f->line;
}

void breach_add_frame(struct breach *b, const struct rec_frame *f, bool through)
{
	struct buf t = { 0 };

	print_frame(&t, f);
	strlist_add(&b->frames, buf_str(&t));
	if (through && !b->through)
		keep_through(b, f, buf_str(&t));
	buf_done(&t);
}

static void name_stack(struct breach *b, struct stacks *stacks)
{
	unsigned through = stack_through(stacks, b->stack);

	for (unsigned i = 0; i < b->stack->depth; i++) {
		struct stack_place p = stack_place(stacks, &b->stack->frames[i]);

		breach_add_frame(b, &(struct rec_frame){ p.function, p.library, p.offset, p.line }, i == through);
	}
	b->partial = b->stack->partial;
}

void checked_name_stacks(struct checked *all, struct stacks *stacks)
{
	for (size_t i = 0; stacks && i < all->count; i++)
		if (all->items[i]->stack)
			name_stack(all->items[i], stacks);
}

void checked_sort(struct checked *all)
{
	if (all->count)
		qsort(all->items, all->count, sizeof(struct breach *), by_key);
}

void checked_done(struct checked *all)
{
	for (size_t i = 0; i < all->count; i++) {
		struct breach *b = all->items[i];

		free((char *)b->name);
		free((char *)b->program);
		free(b->stack);
		free(b->through);
		free(b->source);
		free((char *)b->place.path);
		strlist_done(&b->shapes);
		strlist_done(&b->frames);
		free(b);
	}
	free(all->items);
	free((char *)all->profile);
	*all = (struct checked){ 0 };
}

size_t checked_count(const struct checked *all, enum breach_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < all->count; i++)
		n += all->items[i]->kind == kind;
	return n;
}

bool is_outside(enum breach_kind kind)
{
	return kind == BREACH_REFUSED || kind == BREACH_RUNTIME || kind == BREACH_ASKED;
}

size_t checked_outside(const struct checked *all)
{
	size_t n = 0;

	for (size_t i = 0; i < all->count; i++)
		n += is_outside(all->items[i]->kind);
	return n;
}

int checked_status(const struct checked *all)
{
	if (checked_outside(all))
		return STATUS_NO;
	return all->ran && all->wait_status ? STATUS_FAILED : STATUS_DONE;
}
