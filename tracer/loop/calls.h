/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/* A stop in a call, or at its end: the engine reads it, it is counted and watched, and the task
 * goes on. */
void calls_stopped(struct tracer *, struct stop);

/* A call that counts; a program's first of its kind is reported. */
void calls_count(struct tracer *, const struct task *, const struct call *);
