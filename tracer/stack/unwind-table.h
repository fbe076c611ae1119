/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/stack/image.h"

/* The search table of .eh_frame_hdr for an .eh_frame that came without one, as in static
 * programs: rows of two 32-bit words, where a function begins and where its entry is,
 * relative to the .eh_frame, sorted.  Returns how many, 0: none. */
uint32_t unwind_table_make(const struct piece *frames, struct piece *ret);
