/* SPDX-License-Identifier: Apache-2.0 */
#include "check/breach.h"

#include <errno.h>
#include <string.h>
#include "base/mem.h"
#include "sysdb/sysdb.h"

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

struct breach *breach_get(struct breaches *all, const struct breach *key)
{
	scoped(freep) char *name = clean_dup(key->name), *program = clean_dup(key->program);
	struct breach clean = *key, *b;

	clean.name = name;
	clean.program = program;
	for (size_t i = 0; i < all->count; i++)
		if (compare(all->items[i], &clean) == 0)
			return all->items[i];
	/* a program that makes calls of endless different numbers must not fill the memory */
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

struct place breach_place_dup(const struct place *p)
{
	return (struct place){ .line = p->line, .path = clean_dup(p->path), .file = p->file ? clean_dup(p->file) : NULL };
}

void breach_move(struct breach *b, const struct place *place)
{
	free((char *)b->place.path);
	free((char *)b->place.file);
	b->place = breach_place_dup(place);
}

const char *breach_file(const struct breaches *s, const struct breach *b)
{
	return b->place.file ? b->place.file : s->profile;
}

static struct place place_of(const struct breaches *s, const struct rule *rule)
{
	return s->places ? breach_place_dup(profile_place(s->places, rule)) : (struct place){ 0 };
}

struct breach *breaches_add(struct breaches *s, const struct breach *key, const struct rule *rule, uint64_t count,
			    double seconds)
{
	struct breach *b = breach_get(s, key);

	if (b->count == 0) {
		b->place = place_of(s, rule);
		b->first = seconds;
	}
	b->count += count;
	b->first = seconds < b->first ? seconds : b->first;
	return b;
}

enum breach_kind breach_kind_of(const struct arch *arch, uint32_t nr, struct verdict v, const struct rule *rule)
{
	char call[CALL_NAME_MAX] = "";
	const struct sysdb_call *known;

	if (arch && v.action == ACT_ERRNO && !arch_can_have(arch, nr))
		return BREACH_NO_CALL;
	if (arch)
		arch_call_name(arch, nr, call);
	known = sysdb_find(call);
	if (v.action == ACT_NOTIFY || v.action == ACT_TRACE)
		return BREACH_ASKED;
	return v.action == ACT_ERRNO && v.data == ENOSYS && rule && known && known->probed ? BREACH_ABSENT : BREACH_REFUSED;
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

void breach_set_frames(struct breach *b, const struct rec_frame *frames, size_t depth, size_t through, bool partial)
{
	if (b->depth || !depth)
		return;
	b->frames = xcalloc(depth, sizeof *b->frames);
	for (; b->depth < depth; b->depth++) {
		const struct rec_frame *f = &frames[b->depth];

		b->frames[b->depth] = (struct rec_frame){ clean_dup(f->function), clean_dup(f->library), f->offset, f->line };
	}
	b->through = through < depth ? &b->frames[through] : NULL;
	b->partial = partial;
}

void breaches_sort(struct breaches *all)
{
	if (all->count)
		qsort(all->items, all->count, sizeof(struct breach *), by_key);
}

static void free_breach(struct breach *b)
{
	for (size_t i = 0; i < b->depth; i++) {
		free((char *)b->frames[i].function);
		free((char *)b->frames[i].library);
	}
	free(b->frames);
	free((char *)b->name);
	free((char *)b->program);
	free((char *)b->place.path);
	free((char *)b->place.file);
	strlist_done(&b->shapes);
	free(b);
}

void breaches_done(struct breaches *all)
{
	for (size_t i = 0; i < all->count; i++)
		free_breach(all->items[i]);
	free(all->items);
	free((char *)all->profile);
	*all = (struct breaches){ 0 };
}

size_t breaches_count(const struct breaches *all, enum breach_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < all->count; i++)
		n += all->items[i]->kind == kind;
	return n;
}

bool breach_is_outside(enum breach_kind kind)
{
	return kind == BREACH_REFUSED || kind == BREACH_RUNTIME || kind == BREACH_ASKED;
}

size_t breaches_outside(const struct breaches *all)
{
	size_t n = 0;

	for (size_t i = 0; i < all->count; i++)
		n += breach_is_outside(all->items[i]->kind);
	return n;
}

bool breaches_failed(const struct breaches *all)
{
	return breaches_outside(all) || (all->ran && all->wait_status);
}
