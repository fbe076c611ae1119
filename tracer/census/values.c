/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/census/values.h"

#include <stdlib.h>
#include "base/mem.h"
#include "tracer/arch/arch.h"
#include "tracer/census/tally.h"

struct set {
	struct census_want want;
	struct census_values values;
	uint64_t items[CENSUS_VALUES_MAX];
};

struct values {
	struct set *sets;
	size_t count;
	uint16_t first[3][TALLY_NUMBERS], number[3][TALLY_NUMBERS];	/* by ABI and call: its first set, and how
									   many it has */
};

/* x32 and invalid numbers have no sets. */
static bool has_place(uint32_t arch, uint32_t nr)
{
	return machine_abi(arch) != MACHINE_ABI_OTHER && nr < TALLY_NUMBERS;
}

struct values *values_new(const struct census_want *wants, size_t count)
{
	struct values *v;

	if (count == 0)
		return NULL;
	v = xcalloc(1, sizeof *v);
	v->sets = xcalloc(count, sizeof *v->sets);
	v->count = count;
	for (size_t i = 0; i < count && i < UINT16_MAX; i++) {
		const struct census_want *w = &wants[i];

		v->sets[i].want = *w;
		if (!has_place(w->arch, w->nr))
			continue;
		if (v->number[machine_abi(w->arch)][w->nr]++ == 0)
			v->first[machine_abi(w->arch)][w->nr] = (uint16_t)i;
	}
	return v;
}

void values_free(struct values *v)
{
	if (!v)
		return;
	free(v->sets);
	free(v);
}

bool values_wanted(const struct values *v, const struct call *call)
{
	return v && has_place(call->arch, call->nr) && v->number[machine_abi(call->arch)][call->nr];
}

/* Kept sorted. Beyond the limit, only bounds and bits are updated. */
static void add(struct set *set, uint64_t value)
{
	struct census_values *s = &set->values;
	size_t low = 0, high = s->count;

	s->least = s->seen && s->least < value ? s->least : value;
	s->greatest = s->greatest > value ? s->greatest : value;
	s->bits |= value;
	s->seen = true;
	while (low < high) {
		size_t mid = (low + high) / 2;

		if (set->items[mid] < value)
			low = mid + 1;
		else
			high = mid;
	}
	if (s->more || (low < s->count && set->items[low] == value))
		return;
	if (s->count == CENSUS_VALUES_MAX) {
		s->more = true;
		s->count = 0;
		return;
	}
	memmove(&set->items[low + 1], &set->items[low], (s->count - low) * sizeof *set->items);
	set->items[low] = value;
	s->count++;
}

void values_add(struct values *v, const struct call *call)
{
	unsigned abi = machine_abi(call->arch);

	for (unsigned i = 0; i < v->number[abi][call->nr]; i++) {
		struct set *set = &v->sets[v->first[abi][call->nr] + i];

		add(set, call->args[set->want.arg] & set->want.mask);
	}
}

struct census_values values_at(const struct values *v, size_t want)
{
	struct census_values values = v->sets[want].values;

	values.items = v->sets[want].items;
	return values;
}
