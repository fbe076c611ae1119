/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/engine/engine.h"
#include "tracer/arch/machine.h"

/*
 * Calls that are worth a second look: those that make children, programs, filters,
 * rings and tracers.  The rest is only counted.
 */

/* Which of them it is, on whatever ABI; cheap, for every call. */
enum machine_call watch_kind(const struct call *);
