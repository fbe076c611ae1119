/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "diff/difference.h"
#include "rec/rec.h"

/*
 * What is different between two recordings: calls, the values of arguments that both kept,
 * and blind spots.  A recording is weaker evidence with a blind spot that was not there or
 * hides more.  Which process had a blind spot, and how often, makes no difference.
 */
struct differences *rec_compare(const struct rec *old, const struct rec *now);
