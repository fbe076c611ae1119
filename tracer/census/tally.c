/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/census/tally.h"

#include <stdlib.h>
#include "base/mem.h"
#include "tracer/arch/arch.h"

uint64_t *tally_array(struct tally *t, unsigned abi)
{
	if (!t->counts[abi])
		t->counts[abi] = xcalloc(TALLY_NUMBERS, sizeof **t->counts);
	return t->counts[abi];
}

static void drop_array(struct tally *t, unsigned abi)
{
	if (!t->lent[abi])
		free(t->counts[abi]);
}

void tally_lend(struct tally *t, unsigned abi, uint64_t *counts)
{
	for (uint32_t nr = 0; t->counts[abi] && nr < TALLY_NUMBERS; nr++)
		counts[nr] += t->counts[abi][nr];
	drop_array(t, abi);
	t->counts[abi] = counts;
	t->lent[abi] = true;
}

static struct odd_count *odd_slot(struct tally *t, uint32_t arch, uint32_t nr)
{
	const size_t slots = 2 * TALLY_ODD_MAX;
	size_t i = (nr ^ arch) * 2654435761u % slots;

	if (!t->odd)
		t->odd = xcalloc(slots, sizeof *t->odd);
	while (t->odd[i].count && (t->odd[i].arch != arch || t->odd[i].nr != nr))
		i = (i + 1) % slots;
	return &t->odd[i];
}

int64_t tally_add(struct tally *t, uint32_t arch, uint32_t nr)
{
	unsigned abi = machine_abi(arch);

	if (abi < TALLY_ABIS && nr < TALLY_NUMBERS)
		return (int64_t)tally_array(t, abi)[nr]++;

	struct odd_count *odd = odd_slot(t, arch, nr);

	if (!odd->count) {
		if (t->odd_used == TALLY_ODD_MAX)
			return -1;
		t->odd_used++;
		odd->arch = arch;
		odd->nr = nr;
	}
	return (int64_t)odd->count++;
}

void tally_each(const struct tally *t, void (*fn)(void *self, uint32_t arch, uint32_t nr, uint64_t count),
		void *self)
{
	for (unsigned abi = 0; abi < TALLY_ABIS; abi++)
		for (uint32_t nr = 0; t->counts[abi] && nr < TALLY_NUMBERS; nr++)
			if (t->counts[abi][nr])
				fn(self, machine_arch(abi), nr, t->counts[abi][nr]);
	for (size_t i = 0; t->odd && i < 2 * TALLY_ODD_MAX; i++)
		if (t->odd[i].count)
			fn(self, t->odd[i].arch, t->odd[i].nr, t->odd[i].count);
}

void tally_done(struct tally *t)
{
	for (unsigned abi = 0; abi < TALLY_ABIS; abi++)
		drop_array(t, abi);
	free(t->odd);
	*t = (struct tally){ 0 };
}
