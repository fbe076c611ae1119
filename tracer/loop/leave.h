/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/* Letting go what was attached to: every task is made to stop, so that it can be let go
 * (see follow_resume()). */
void leave_begin(struct tracer *);
bool leave_is_over(const struct tracer *);	/* waiting for the rest of them has no sense */
