/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include "tracer/census/census.h"
#include "tracer/tracee/call.h"

/* The values of wanted arguments, one set for each; see struct census_want. */
struct values;

struct values *values_new(const struct census_want *, size_t count);	/* NULL if nothing is wanted */
void values_free(struct values *);

bool values_wanted(const struct values *, const struct call *);	/* NULL is fine */
void values_add(struct values *, const struct call *);
struct census_values values_at(const struct values *, size_t want);
