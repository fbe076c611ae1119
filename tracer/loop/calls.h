/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/* A stop at the begin or the end of a call: the engine reads it, it is counted and watched, and the
 * task is resumed. */
void calls_stopped(struct tracer *, struct stop);

/* Count a call; report it if it is the program's first of its kind. */
void calls_count(struct tracer *, const struct task *, const struct call *);
