/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "diff/difference.h"
#include "rec/rec.h"

/*
 * The differences between two recordings: calls, values of arguments that both kept, and blind
 * spots. A blind spot that is new or hides more makes a recording weaker evidence. It makes no
 * difference which process had a blind spot, and how often.
 */
struct differences *rec_compare(const struct rec *old, const struct rec *now);
