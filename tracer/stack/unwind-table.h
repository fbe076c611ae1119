/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/stack/image.h"

/* Makes the search table of .eh_frame_hdr for an .eh_frame without one, as in static programs: rows
 * of two 32-bit words (where a function begins, where its entry is), relative to the .eh_frame,
 * sorted. Returns the number of rows; 0: none. */
uint32_t unwind_table_make(const struct piece *frames, struct piece *ret);
