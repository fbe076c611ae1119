/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/watch.h"

#include "base/attr.h"

enum column { COLUMN_OWN, COLUMN_COMPAT, COLUMN_X32, COLUMNS };

/* machine_numbers the other way round; made when it is first asked. */
static uint8_t kinds[COLUMNS][TALLY_NUMBERS];

static void fill(void)
{
	for (unsigned kind = CALL_OTHER + 1; kind < CALL_COUNT; kind++)
		for (unsigned column = 0; column < COLUMNS; column++)
			kinds[column][machine_numbers[kind][column]] = (uint8_t)kind;
}

enum machine_call watch_kind(const struct call *call)
{
	enum machine_abi abi = machine_abi(call->arch);
	unsigned column = abi == MACHINE_ABI_OWN ? COLUMN_OWN : COLUMN_COMPAT;
	uint32_t nr = call->nr;

	if (abi == MACHINE_ABI_OTHER)
		return CALL_OTHER;
	if (abi == MACHINE_ABI_OWN && nr & MACHINE_X32_BIT) {
		column = COLUMN_X32;
		nr &= ~MACHINE_X32_BIT;
	}
	if (!kinds[COLUMN_OWN][machine_numbers[CALL_PRCTL][COLUMN_OWN]])
		fill();
	return nr < TALLY_NUMBERS ? kinds[column][nr] : CALL_OTHER;
}
