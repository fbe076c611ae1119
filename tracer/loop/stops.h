/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/* Handle a stop: what each kind means for the task, for others and for the counts. Afterwards the
 * task is resumed, held, or gone. */
void stops_take(struct tracer *, struct stop);

/* Tasks whose parent was killed before its event would be held forever: called for every turn of
 * the timer. */
void stops_release_held(struct tracer *);
