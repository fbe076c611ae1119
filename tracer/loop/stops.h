/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/* Act on a stop: what each kind means for the task, for others and for what is counted; then
 * the task is resumed, held, or gone. */
void stops_take(struct tracer *, struct stop);

/* Tasks whose parent was killed before it could report them are held for ever
 * otherwise: for every turn of the timer. */
void stops_release_held(struct tracer *);
