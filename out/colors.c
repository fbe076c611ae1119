/* SPDX-License-Identifier: Apache-2.0 */
#include "out/colors.h"

enum paint risk_paint(enum risk risk)
{
	static const enum paint paints[] = {
		[RISK_NONE] = PAINT_NONE, [RISK_LOW] = PAINT_LOW, [RISK_MEDIUM] = PAINT_MEDIUM, [RISK_HIGH] = PAINT_HIGH,
	};

	return paints[risk];
}

enum paint severity_paint(enum severity s)
{
	static const enum paint paints[SEV_COUNT] = {
		[SEV_INFO] = PAINT_NONE, [SEV_LOW] = PAINT_LOW, [SEV_MEDIUM] = PAINT_MEDIUM, [SEV_HIGH] = PAINT_HIGH,
	};

	return paints[s];
}
