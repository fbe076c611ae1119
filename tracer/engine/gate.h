/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/engine/engine.h"

/*
 * A program under filters that answer TRACE where they would refuse: see struct
 * tracer_gate.  Each such call stops once, and gets the answer that the sink gives.
 *
 * Killing and SIGSYS are the kernel's own doing: in front of the filters is one of
 * ours, with a few numbers that no call has, chosen anew in each run, for which it kills
 * or traps.  The number of a call that is to end so is replaced by one of these, and the
 * kernel asks the filters again.
 *
 * The same filter stops the calls that the loop watches and that would pass.
 */
enum gate_answer { GATE_KILL_PROCESS, GATE_KILL_THREAD, GATE_TRAP, GATE_ANSWERS };

enum { GATE_GUARD_MAX = 96 };

/* Pure: the filter for numbers from `first` on; returns its length. */
size_t gate_guard(uint32_t first, struct sock_filter ret[static GATE_GUARD_MAX]);
