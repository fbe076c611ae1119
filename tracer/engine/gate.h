/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/engine/engine.h"

/*
 * Runs a program under filters that return TRACE for every denied call: see struct tracer_gate.
 * Each such call stops once, and gets the answer of the sink.
 *
 * The kernel itself kills and sends SIGSYS: sctrace puts a filter in front, which kills or traps
 * for a few numbers that are not calls, chosen at random in each run. The gate replaces the number
 * of a call with one of these, and the kernel asks the filters again.
 *
 * The same filter stops allowed calls that the loop watches.
 */
enum gate_answer { GATE_KILL_PROCESS, GATE_KILL_THREAD, GATE_TRAP, GATE_ANSWERS };

enum { GATE_GUARD_MAX = 96 };

/* Pure: the filter for numbers from `first` on; returns its length. */
size_t gate_guard(uint32_t first, struct sock_filter ret[static GATE_GUARD_MAX]);
