/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/* Releasing attached processes: every task is stopped, so that it can be detached (see
 * follow_resume()). */
void leave_begin(struct tracer *);
bool leave_is_over(const struct tracer *);	/* nothing is left to wait for */
