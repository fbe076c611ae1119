/* SPDX-License-Identifier: Apache-2.0 */
#include "rec/strings.h"

#include "base/buf.h"

static const char **find_slot(const struct strings *s, const char *text)
{
	uint64_t hash = 14695981039346656037u;

	for (const char *c = text; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 1099511628211u;
	for (;; hash++) {
		const char **slot = &s->slots[hash % s->slot_count];

		if (!*slot || streq(*slot, text))
			return slot;
	}
}

static void make_room(struct strings *s)
{
	const char **old = s->slots;
	size_t slots = s->slot_count;

	if (2 * s->count < slots)
		return;
	s->slot_count = slots ? 2 * slots : 64;
	s->slots = xcalloc(s->slot_count, sizeof *s->slots);
	for (size_t i = 0; i < slots; i++)
		if (old[i])
			*find_slot(s, old[i]) = old[i];
	free(old);
}

const char *strings_keep(struct strings *s, const char *clean)
{
	make_room(s);
	const char **slot = find_slot(s, clean);

	if (!*slot) {
		*slot = arena_strdup(s->arena, clean);
		s->count++;
	}
	return *slot;
}

const char *strings_clean(struct strings *s, const char *text)
{
	scoped(freep) char *clean = clean_dup(text ? text : "");

	return strings_keep(s, clean);
}

const char *const *strings_clean_all(struct strings *s, const char *const *texts)
{
	size_t n = 0;

	while (texts && texts[n])
		n++;
	const char **copy = arena_alloc(s->arena, (n + 1) * sizeof *copy);

	for (size_t i = 0; i < n; i++)
		copy[i] = strings_clean(s, texts[i]);
	return copy;
}

void strings_done(struct strings *s)
{
	free(s->slots);
	s->slots = NULL;
}
