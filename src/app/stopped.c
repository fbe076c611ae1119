/* SPDX-License-Identifier: Apache-2.0 */
#include "app/stopped.h"

#include "base/mem.h"
#include "check/call.h"
#include "sysdb/args.h"
#include "tracer/stack/stack.h"
#include "tracer/tracer.h"

enum { TEXT_SHOWN = 128 };		/* bytes of a path or other text */

struct stopped_stack {
	struct breach *breach;
	struct stack *stack;
};

static char *quoted_text(const struct arg_info *a, uint64_t value, pid_t tid)
{
	char text[TEXT_SHOWN + 1];
	struct buf b = { 0 };
	bool whole;

	if (!a->text || !tracer_read_text(tid, value, text, sizeof text, &whole))
		return NULL;
	buf_add_quoted(&b, text, whole);
	return buf_take(&b);
}

void stopped_print(struct buf *b, const struct arch *arch, const char *name, const uint64_t args[static 6], pid_t tid)
{
	const char *texts[6] = { NULL };
	const struct arg_info *a;

	for (unsigned i = 0; arch && i < 6 && (a = sysdb_arg_on(arch, name, i)) && a->type != ARG_NONE; i++)
		texts[i] = quoted_text(a, args[i] & arg_mask_on(arch, a), tid);
	call_print(b, arch, name, args, texts);
	for (unsigned i = 0; i < 6; i++)
		free((char *)texts[i]);
}

void stopped_capture(struct stopped_stacks *all, struct breach *b, struct stacks *stacks, pid_t tid)
{
	struct stack *stack = stack_capture(stacks, tid);

	if (!stack)
		return;
	all->items = grow(all->items, all->count, &all->room, sizeof *all->items);
	all->items[all->count++] = (struct stopped_stack){ b, stack };
}

static void name_stack(const struct stopped_stack *s, struct stacks *stacks)
{
	struct rec_frame frames[STACK_DEPTH];

	for (unsigned i = 0; i < s->stack->depth; i++) {
		struct stack_place p = stack_place(stacks, &s->stack->frames[i]);

		frames[i] = (struct rec_frame){ p.function, p.library, p.offset, p.line };
	}
	breach_set_frames(s->breach, frames, s->stack->depth, stack_through(stacks, s->stack), s->stack->partial);
}

void stopped_name(struct stopped_stacks *all, struct stacks *stacks)
{
	for (size_t i = 0; i < all->count; i++) {
		name_stack(&all->items[i], stacks);
		free(all->items[i].stack);
	}
	free(all->items);
	*all = (struct stopped_stacks){ 0 };
}
