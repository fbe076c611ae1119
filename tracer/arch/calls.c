/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/arch/arch.h"

#include <errno.h>

/* 1 + the index of a call's row, by number; filled on first use. */
static uint8_t places[MACHINE_TABLES][MACHINE_NUMBERS];
static uint8_t place_of[CALL_COUNT];
static bool filled;

static uint16_t number_in(const struct machine_row *row, enum machine_table table)
{
	switch (table) {
	case MACHINE_TABLE_OWN:    return row->own;
	case MACHINE_TABLE_COMPAT: return row->compat;
	case MACHINE_TABLE_X32:    return row->x32;
	case MACHINE_TABLES:       break;
	}
	return 0;
}

static void fill(void)
{
	for (size_t i = 0; i < machine_row_count; i++) {
		for (unsigned table = 0; table < MACHINE_TABLES; table++)
			if (number_in(&machine_rows[i], table))
				places[table][number_in(&machine_rows[i], table)] = (uint8_t)(i + 1);
		place_of[machine_rows[i].call] = (uint8_t)(i + 1);
	}
	filled = true;
}

const struct machine_row *machine_row(uint32_t arch, uint32_t nr)
{
	enum machine_abi abi = machine_abi(arch);
	enum machine_table table = abi == MACHINE_ABI_OWN ? MACHINE_TABLE_OWN : MACHINE_TABLE_COMPAT;

	if (abi == MACHINE_ABI_OTHER)
		return NULL;
	if (abi == MACHINE_ABI_OWN && nr & MACHINE_X32_BIT) {
		table = MACHINE_TABLE_X32;
		nr &= ~MACHINE_X32_BIT;
	}
	if (!filled)
		fill();
	return nr < MACHINE_NUMBERS && places[table][nr] ? &machine_rows[places[table][nr] - 1] : NULL;
}

bool machine_has(uint32_t arch, uint32_t nr, enum machine_trait trait)
{
	const struct machine_row *row = machine_row(arch, nr);

	return row && row->traits & trait;
}

uint32_t machine_number(enum machine_call call, enum machine_table table)
{
	if (!filled)
		fill();
	return number_in(&machine_rows[place_of[call] - 1], table) | (table == MACHINE_TABLE_X32 ? MACHINE_X32_BIT : 0);
}

bool machine_waited_for_ever(const machine_regs *regs, uint32_t arch)
{
	const struct machine_row *row = machine_row(arch, machine_call_number(regs));
	enum machine_abi abi = machine_abi(arch);

	if (machine_result(regs) != -EINTR || !row)
		return false;
	switch (row->limit) {
	case LIMIT_NO_WAIT: return false;
	case LIMIT_NEVER:   return true;
	case LIMIT_INT:     return (int)machine_arg(regs, abi, row->limit_arg) < 0;
	case LIMIT_POINTER: return machine_arg(regs, abi, row->limit_arg) == 0;
	case LIMIT_FLAG:    return !(machine_arg(regs, abi, row->limit_arg) & MACHINE_ENTER_EXT_ARG);
	}
	return false;
}

bool machine_in_queueing(const machine_regs *regs)
{
	uint32_t nr = machine_call_number(regs);

	return machine_has(MACHINE_ARCH, nr, MACHINE_QUEUES) || machine_has(MACHINE_COMPAT, nr, MACHINE_QUEUES);
}
