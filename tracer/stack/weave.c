/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One stack of two: that of the machine, in which an interpreter's frames run a
 * program's functions, and that of the functions.
 *
 *	chroot              libc                       chroot
 *	os_chroot           python3, innermost         os_chroot
 *	...                 python3                    App.start      app.py:12
 *	_PyEval_Eval...     python3, runs two    ->    main           app.py:20
 *	...                 python3                    act            _functools
 *	act                 _functools                 <module>       app.py:30
 *	_PyEval_Eval...     python3, runs one          __libc_start_main
 *	__libc_start_main   libc
 *
 * Of the interpreter's own frames the innermost stays, if nothing but libc is within.
 */
#include "tracer/stack/python.h"

#include "base/attr.h"

struct weaving {
	struct target *target;
	const struct stack *from;
	struct python_stack python;
	unsigned places[STACK_DEPTH];	/* for each Python frame, the frame of `from` that it follows; the depth of
					   `from`: at the end */
	struct stack *to;
};

static bool is_python(const struct weaving *w, unsigned i)
{
	return python_is((struct image *)w->from->frames[i].image);
}

/* The frame whose part of the C stack has this address; the depth if none has. */
static unsigned find_owner(const struct weaving *w, uint64_t at, unsigned from)
{
	const uint64_t *sp = w->target->sp;

	for (unsigned i = from; i + 1 < w->from->depth; i++)
		if (at >= sp[i] && at < sp[i + 1])
			return is_python(w, i) ? i : w->from->depth;
	return w->from->depth;
}

static bool is_beyond(const struct weaving *w, uint64_t at)
{
	return w->from->partial && (!at || at >= w->target->sp[w->from->depth - 1]);
}

/* The next frame that runs Python code, by its name; if that is unknown, the next frame of the
 * interpreter. */
static unsigned find_evaluating(const struct weaving *w, unsigned from)
{
	unsigned any = w->from->depth;

	for (unsigned i = from; i < w->from->depth; i++) {
		if (!is_python(w, i))
			continue;
		if (python_evaluates((struct image *)w->from->frames[i].image, w->from->frames[i].address))
			return i;
		any = any < i ? any : i;
	}
	return any;
}

/* A Python frame inside no frame of the C stack, except in the part that could not be unwound, is
 * wrong: it and all further out are dropped. */
static void find_places(struct weaving *w)
{
	struct python_stack *p = &w->python;
	unsigned from = 0;

	for (unsigned i = 0; i < p->depth; i++) {
		const struct python_frame *f = &p->frames[i];
		bool same = i > 0 && f->run == f[-1].run && f->at == f[-1].at;

		if (same)
			w->places[i] = w->places[i - 1];
		else
			w->places[i] = f->at ? find_owner(w, f->at, from) : find_evaluating(w, i ? from + 1 : 0);
		if (w->places[i] == w->from->depth && !is_beyond(w, f->at)) {
			p->depth = i;
			p->partial = true;
			return;
		}
		from = w->places[i];
	}
}

static void put(struct weaving *w, const struct stack_frame *f)
{
	if (w->to->depth < STACK_DEPTH)
		w->to->frames[w->to->depth++] = *f;
	else
		w->to->partial = true;
}

static void put_functions(struct weaving *w, unsigned *next, unsigned place)
{
	for (; *next < w->python.depth && w->places[*next] <= place; (*next)++) {
		const struct python_frame *f = &w->python.frames[*next];

		put(w, &(struct stack_frame){ .function = f->function, .file = f->file, .line = f->line });
	}
}

/* Is there only libc further inside, and is the frame not the one that runs Python code? */
static bool made_the_call(const struct weaving *w, unsigned i, unsigned next)
{
	if (next < w->python.depth && w->places[next] == i)
		return false;
	for (unsigned j = 0; j < i; j++)
		if (!stack_is_libc(&w->from->frames[j]))
			return false;
	return true;
}

void weave(struct target *v, struct python *python, struct stack *s)
{
	union { struct stack stack; unsigned char room[sizeof *s + STACK_DEPTH * sizeof *s->frames]; } u;
	struct weaving w = { .target = v, .from = s, .to = &u.stack };
	unsigned next = 0;

	u.stack = (struct stack){ .partial = s->partial };
	python_read(python, v, v->interpreter, &w.python);
	find_places(&w);
	w.to->partial |= w.python.partial;
	for (unsigned i = 0; i < s->depth; i++) {
		if (w.python.depth == 0 || !is_python(&w, i) || made_the_call(&w, i, next))
			put(&w, &s->frames[i]);
		put_functions(&w, &next, i);
	}
	put_functions(&w, &next, s->depth);
	memcpy(s, w.to, sizeof *s + w.to->depth * sizeof *s->frames);
}
