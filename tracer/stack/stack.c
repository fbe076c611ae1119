/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/stack/stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/sysmacros.h>
#include "base/mem.h"
#include "tracer/stack/golang.h"
#include "tracer/stack/python.h"
#include "tracer/tracee/remote.h"
#include "tracer/stack/target.h"
#include "tracer/stack/symbols.h"

enum {
	STACK_ROOM = 256 << 10,		/* bytes of a stack that are read in total */
	STACK_STEP = 16 << 10,		/* and at a time */
	RED_ZONE = 128,
	READS_MAX = 50000,		/* words of stack and tables for one capture: one or two milliseconds */
	CALLER_FAR = 4096,
	CHANGES_MAX = 8,		/* switches between stacks */
	MAPPINGS_MAX = 65536,
};

/* maps */

static void maps_clear(struct maps *maps)
{
	for (size_t i = 0; i < maps->count; i++)
		free(maps->items[i].name);
	maps->count = 0;
	maps->tid = 0;
}

/* "7f…-7f… r-xp 00001000 08:01 1234    /usr/lib/libc.so.6" */
static bool parse_mapping(char *line, struct mapping *ret)
{
	char *at = line;
	unsigned major, minor;
	bool executable;

	*ret = (struct mapping){ .start = strtoull(at, &at, 16) };
	if (*at++ != '-')
		return false;
	ret->end = strtoull(at, &at, 16);
	if (strlen(at) < 6)
		return false;
	executable = at[3] == 'x';
	at += 5;
	ret->offset = strtoull(at, &at, 16);
	major = (unsigned)strtoul(at, &at, 16);
	if (*at++ != ':')
		return false;
	minor = (unsigned)strtoul(at, &at, 16);
	ret->device = makedev(major, minor);
	ret->inode = strtoull(at, &at, 10);
	ret->executable = executable;
	at += strspn(at, " ");
	at[strcspn(at, "\n")] = '\0';
	if (executable)
		ret->name = xstrdup(*at ? at : "[anonymous]");
	return ret->end > ret->start;
}

static void maps_read(struct maps *maps, pid_t tid)
{
	char path[64], *line = NULL;
	size_t size = 0;

	maps_clear(maps);
	snprintf(path, sizeof path, "/proc/%d/maps", tid);
	FILE *f = fopen(path, "re");

	while (f && maps->count < MAPPINGS_MAX && getline(&line, &size, f) > 0) {
		maps->items = grow(maps->items, maps->count, &maps->room, sizeof *maps->items);
		if (parse_mapping(line, &maps->items[maps->count]))
			maps->count++;
	}
	free(line);
	if (f)
		fclose(f);
	maps->tid = tid;
	maps->stale = false;
}

static struct mapping *maps_find(const struct maps *maps, uint64_t address)
{
	size_t low = 0, high = maps->count;

	while (low < high) {
		size_t mid = (low + high) / 2;
		struct mapping *m = &maps->items[mid];

		if (address < m->start)
			high = mid;
		else if (address >= m->end)
			low = mid + 1;
		else
			return m;
	}
	return NULL;
}

static bool same_code(const struct mapping *a, const struct mapping *b)
{
	return a->start == b->start && a->end == b->end && a->offset == b->offset && a->inode == b->inode &&
	       a->device == b->device && strcmp(a->name, b->name) == 0;
}

/* Is all code of before still in the same place? Additional code does not matter. */
static bool keeps_code(const struct maps *before, const struct maps *now)
{
	for (size_t i = 0; i < before->count; i++) {
		const struct mapping *was = &before->items[i];
		const struct mapping *is = was->executable ? maps_find(now, was->start) : NULL;

		if (was->executable && (!is || !is->executable || !same_code(was, is)))
			return false;
	}
	return true;
}

static void look_again(struct stacks *s, pid_t tid)
{
	struct maps before = s->target.maps;

	s->target.maps = (struct maps){ 0 };
	maps_read(&s->target.maps, tid);
	if (!keeps_code(&before, &s->target.maps))
		unwinder_forget(s->unwinder);
	maps_clear(&before);
	free(before.items);
}

/* the target */

const struct mapping *target_code(struct target *v, uint64_t address)
{
	struct mapping *m = maps_find(&v->maps, address);

	if (!m || !m->executable)
		return NULL;
	if (!m->image)
		m->image = image_get(&v->images, &(struct image_key){
			.tid = v->tid, .start = m->start, .end = m->end, .device = m->device, .inode = m->inode, .name = m->name,
		});
	return v->in = m;
}

/* Up to the end of the stack's mapping. */
static void extend(struct target *v)
{
	struct snapshot *s = &v->stack;
	uint64_t left = s->limit - (s->start + s->size), room = STACK_ROOM - s->size;
	uint64_t step = left < STACK_STEP ? left : STACK_STEP;

	if (step > room)
		step = room;
	if (step == 0 || remote_read((struct remote){ v->tid, s->start + s->size }, s->bytes + s->size, step) < 0)
		s->limit = s->start + s->size;
	else
		s->size += step;
}

/* Does not touch memory that the workload serves itself (see images_is_safe()). */
static void take_stack(struct target *v, uint64_t sp)
{
	struct snapshot *s = &v->stack;
	const struct mapping *m = maps_find(&v->maps, sp);

	s->start = s->limit = s->size = 0;
	if (!m || m->executable || (m->inode && !images_is_safe(&v->images, v->tid, m->device)))
		return;
	s->start = (sp - m->start > RED_ZONE ? sp - RED_ZONE : m->start) & ~7ul;
	s->limit = m->end;
	extend(v);
}

/* Continue on another stack, from which a signal handler or coroutine came. */
static bool change_stack(struct target *v, uint64_t address, size_t size)
{
	const struct snapshot *s = &v->stack;

	if (address >= s->start && address < s->limit && s->limit - address >= size)
		return true;
	if (v->changes == 0)
		return false;
	v->changes--;
	take_stack(v, address);
	return address >= s->start && address < s->limit && s->limit - address >= size;
}

bool target_stack_word(struct target *v, uint64_t address, void *to, size_t size)
{
	struct snapshot *s = &v->stack;

	if (!change_stack(v, address, size))
		return false;
	while (s->start + s->size < address + size) {
		uint64_t before = s->size;

		extend(v);
		if (s->size == before)
			return false;
	}
	memcpy(to, s->bytes + (address - s->start), size);
	return true;
}

static bool piece_word(const struct piece *p, uint64_t address, uint64_t *ret)
{
	if (!p->bytes || address < p->at || address - p->at > p->size - sizeof *ret)
		return false;
	memcpy(ret, p->bytes + (address - p->at), sizeof *ret);
	return true;
}

/* Tables have pointers in the file's data to exception handlers, whose targets do not matter. */
static bool is_data_of(const struct mapping *m, const struct mapping *code)
{
	return m && code && !m->executable && m->inode && m->inode == code->inode && m->device == code->device;
}

bool target_code_word(struct target *v, uint64_t address, uint64_t *ret)
{
	const struct mapping *in = v->in, *m;

	if (in) {
		uint64_t at = address - in->start + image_address(in->image, in->offset);

		if (piece_word(&in->image->unwind[0], at, ret) || piece_word(&in->image->unwind[1], at, ret))
			return true;
	}
	m = maps_find(&v->maps, address);
	if (is_data_of(m, in)) {
		*ret = 0;
		return true;
	}
	return m && m->executable && m->image && (m->image->readable || !m->inode) && m->end - address >= sizeof *ret &&
	       remote_read((struct remote){ v->tid, address }, ret, sizeof *ret) == 0;
}

/* capture */

bool target_may_read(struct target *v, uint64_t page)
{
	const struct mapping *m = maps_find(&v->maps, page);

	return m && images_is_safe(&v->images, v->tid, m->inode ? m->device : 0);
}

bool stack_push(struct target *v, struct stack *s, uint64_t address, uint64_t sp)
{
	static struct image nowhere = { .name = (char *)"[nowhere]", .python_asked = true };
	const struct mapping *m;

	if (s->depth == (v->interpreter ? WALK_DEPTH : STACK_DEPTH))
		return false;
	/* a call may be the last instruction of a function: its return address is then in the next
	 * one */
	m = target_code(v, address - 1);
	if (m && !v->interpreter && python_is(m->image))
		v->interpreter = m;
	v->sp[s->depth] = sp;
	s->frames[s->depth++] = m
		? (struct stack_frame){ .image = m->image, .address = image_address(m->image, address - m->start + m->offset) }
		: (struct stack_frame){ .image = &nowhere, .address = address };
	return m;
}

/* Outwards on this stack; in Go also to another stack (one for C, and one for each goroutine), as
 * often as target_stack_word() allows. */
static bool leads_on(const struct target *v, uint64_t from, uint64_t to)
{
	return to >= from || (v->in && v->in->image->go && to < v->stack.start);
}

/* Follows the chain of frame pointers: for 32-bit programs, Go, and code without tables. All Go
 * code has them, and there they end at zero. */
static void walk_chain(struct target *v, struct stack *s)
{
	size_t word = machine_is_narrow(&v->regs) ? 4 : 8;
	uint64_t fp = v->fp, least = machine_sp(&v->regs), pair[2] = { 0 };
	uint32_t narrow[2];

	s->partial = true;
	while (leads_on(v, least, fp) && target_stack_word(v, fp, word == 4 ? (void *)narrow : (void *)pair, 2 * word)) {
		if (word == 4)
			pair[0] = narrow[0], pair[1] = narrow[1];
		if (!target_code(v, pair[1] - 1) || !stack_push(v, s, pair[1], fp + 2 * word))
			break;
		s->partial = !v->in->image->go || pair[0];
		least = fp + 1;
		fp = pair[0];
	}
}

/* Code that makes calls often has no frame of its own: then the return address of its caller is at
 * the top of the stack. It is trusted if the instruction before it is a call to a nearby function. */
static void push_caller(struct target *v, struct stack *s)
{
	uint64_t caller = 0, bytes, target, ip = machine_ip(&v->regs);
	size_t word = machine_is_narrow(&v->regs) ? 4 : 8;

	if (target_stack_word(v, machine_sp(&v->regs), &caller, word) && target_code(v, caller - 1) &&
	    target_code_word(v, caller - sizeof bytes, &bytes) && machine_call_target(caller, bytes, &target) &&
	    ip - target < CALLER_FAR)
		stack_push(v, s, caller, machine_sp(&v->regs) + word);
}

static void walk(struct stacks *st, struct stack *s)
{
	struct target *v = &st->target;
	uint64_t ip = machine_ip(&v->regs);
	const struct mapping *m;

	v->fp = machine_fp(&v->regs);
	stack_push(v, s, ip, machine_sp(&v->regs));
	m = target_code(v, ip - 1);
	if (m && !machine_is_narrow(&v->regs) && m->image->unwind_rows && !unwinder_walk(st->unwinder, v, s))
		return;
	if (s->depth == 1)
		push_caller(v, s);
	walk_chain(v, s);
}

static size_t text_size(const struct stack_frame *f)
{
	return f->image ? 0 : strlen(f->function) + 1 + strlen(f->file) + 1;
}

static const char *put_text(char **at, const char *text)
{
	char *to = *at;

	*at = stpcpy(to, text) + 1;
	return to;
}

/* In one block, with the names that were read. */
static struct stack *copy_of(const struct stack *s)
{
	size_t size = sizeof *s + s->depth * sizeof *s->frames, text = 0;

	for (unsigned i = 0; i < s->depth; i++)
		text += text_size(&s->frames[i]);
	struct stack *copy = xcalloc(1, size + text);
	char *at = (char *)copy + size;

	memcpy(copy, s, size);
	for (unsigned i = 0; i < s->depth; i++)
		if (!s->frames[i].image) {
			copy->frames[i].function = put_text(&at, s->frames[i].function);
			copy->frames[i].file = put_text(&at, s->frames[i].file);
		}
	return copy;
}

/* For stacks that could not be followed to the interpreter: finds it by name. */
static const struct mapping *find_interpreter(struct target *v)
{
	const struct maps *all = &v->maps;

	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].executable && strstr(base_name(all->items[i].name), "python") &&
		    python_is(target_code(v, all->items[i].start)->image))
			return &all->items[i];
	return NULL;
}

static void add_python(struct stacks *st, struct stack *s)
{
	if (!st->target.interpreter && s->partial)
		st->target.interpreter = find_interpreter(&st->target);
	if (!st->target.interpreter)
		return;
	if (!st->python)
		st->python = python_new();
	weave(&st->target, st->python, s);
}

struct stack *stack_capture(struct stacks *st, pid_t tid)
{
	union { struct stack stack; unsigned char room[sizeof(struct stack) + WALK_DEPTH * sizeof(struct stack_frame)]; } u;
	struct stack *s = &u.stack;
	struct target *v = st ? &st->target : NULL;

	if (!st || ptrace(MACHINE_GETREGS, tid, 0, &v->regs) < 0)
		return NULL;
	v->tid = tid;
	v->reads = READS_MAX;
	v->changes = CHANGES_MAX;
	v->in = v->interpreter = NULL;
	if (v->maps.stale || v->maps.tid != tid || !target_code(v, machine_ip(&v->regs) - 1) ||
	    !maps_find(&v->maps, machine_sp(&v->regs)))
		look_again(st, tid);
	take_stack(v, machine_sp(&v->regs));
	*s = (struct stack){ 0 };
	walk(st, s);
	add_python(st, s);
	return copy_of(s);
}

void stacks_stale(struct stacks *st)
{
	if (st)
		st->target.maps.stale = true;
}

struct stacks *stacks_new(void)
{
	struct unwinder *unwinder = unwinder_new();
	struct stacks *st;

	if (!unwinder)
		return NULL;
	st = xcalloc(1, sizeof *st);
	st->unwinder = unwinder;
	st->target.stack.bytes = xcalloc(1, STACK_ROOM);
	return st;
}

void stacks_free(struct stacks *st)
{
	if (!st)
		return;
	maps_clear(&st->target.maps);
	free(st->target.maps.items);
	images_done(&st->target.images);
	free(st->target.stack.bytes);
	unwinder_free(st->unwinder);
	python_free(st->python);
	free(st);
}

/* names */

struct stack_place stack_place(maybe_unused struct stacks *st, const struct stack_frame *f)
{
	if (!f->image)
		return (struct stack_place){ .function = f->function, .library = f->file, .line = f->line };

	struct stack_place p = { .function = "", .library = f->image->name, .offset = f->address };
	const char *name;
	uint64_t offset;

	/* the call, not its return address */
	name = f->image->readable ? symbols_find((struct image *)f->image, f->address - 1, &offset) : NULL;
	if (name) {
		p.function = name;
		p.offset = offset + 1;
	}
	return p;
}

static bool is_any(const char *name, const char *const *prefixes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (starts_with(name, prefixes[i]))
			return true;
	return false;
}

static bool is_libc(const char *library)
{
	static const char *const names[] = { "libc.so", "libc-", "libc.musl", "ld-linux", "ld-musl", "ld-2", "ld.so", "libpthread" };

	return streq(library, "[vdso]") || is_any(base_name(library), names, countof(names));
}

bool stack_is_libc(const struct stack_frame *f)
{
	return f->image && is_libc(f->image->name);
}

enum frame_layer { LAYER_UNDER, LAYER_LIBRARY, LAYER_OWN };

static const char *function_at(struct stacks *st, const struct stack *s, unsigned i)
{
	return i < s->depth ? stack_place(st, &s->frames[i]).function : "";
}

/* Libc inside the executable: its own helpers begin with an underscore. */
static bool is_static_libc(const struct image *image, const char *function, unsigned i)
{
	return image->readable && !image->dynamic && (i == 0 || *function == '_');
}

static enum frame_layer layer_of(struct stacks *st, const struct stack *s, unsigned i)
{
	static const enum frame_layer of_go[] = {
		[GOLANG_RUNTIME] = LAYER_UNDER, [GOLANG_LIBRARY] = LAYER_LIBRARY, [GOLANG_PROGRAM] = LAYER_OWN,
	};
	const struct image *image = s->frames[i].image;
	const char *function = function_at(st, s, i);

	if (is_libc(image->name))
		return LAYER_UNDER;
	if (image->go && (strchr(function, '.') || golang_layer(function) == GOLANG_RUNTIME))
		return of_go[golang_layer(function)];
	if (image->go && golang_calls_c(function_at(st, s, i + 1)))
		return LAYER_UNDER;
	return is_static_libc(image, function, i) ? LAYER_UNDER : LAYER_OWN;
}

static bool ends_in_library(const char *path, const char *end)
{
	static const char *const names[] = { "/lib", "/lib64" };

	for (size_t i = 0; i < countof(names); i++) {
		size_t n = strlen(names[i]);

		if ((size_t)(end - path) >= n && memcmp(end - n, names[i], n) == 0)
			return true;
	}
	return false;
}

/* ".../lib/python3.11/os.py" and "<frozen os>", but not packages that are installed beside it:
 * ".../lib/python3.11/site-packages/requests/api.py" */
static bool is_python_library(const char *file)
{
	const char *at = file;

	if (starts_with(file, "<frozen "))
		return true;
	while ((at = strstr(at, "/python3."))) {
		const char *rest = at + strlen("/python3.") + strspn(at + strlen("/python3."), "0123456789");

		if (*rest == '/' && ends_in_library(file, at))
			return !starts_with(rest, "/site-packages/") && !starts_with(rest, "/dist-packages/");
		at = rest;
	}
	return false;
}

/* Returns the depth if there is none. */
static unsigned find_python(const struct stack *s, bool any)
{
	unsigned i = 0;

	while (i < s->depth && (s->frames[i].image || (!any && is_python_library(s->frames[i].file))))
		i++;
	return i;
}

unsigned stack_through(struct stacks *st, const struct stack *s)
{
	unsigned python = find_python(s, false);

	python = python < s->depth ? python : find_python(s, true);
	if (python < s->depth)
		return python;
	for (enum frame_layer layer = LAYER_OWN; layer > LAYER_UNDER; layer--)
		for (unsigned i = 0; i < s->depth; i++)
			if (layer_of(st, s, i) == layer)
				return i;
	return s->depth > 1 && !is_libc(s->frames[0].image->name) ? 1 : 0;
}
