/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include "tracer/stack/image.h"

/*
 * What is peculiar to Go programs: a table of functions of their own, which stays when
 * a program is stripped, and names that tell whose a function is.
 */

/* Find the table in what was read of a file, and leave nothing before it; false: there is none. */
bool golang_table(struct piece *);

/* The function that has this address, by the table (.gopclntab); NULL: none has. */
const char *golang_find(const struct piece *, uint64_t address, uint64_t *ret_offset);

/* Of what a stack shows, from the call outwards: the runtime and what makes calls for
 * all others; the rest of the standard library; the program. */
enum golang_layer { GOLANG_RUNTIME, GOLANG_LIBRARY, GOLANG_PROGRAM };

enum golang_layer golang_layer(const char *function);

/* Is it where Go leaves its stack for C?  What it calls is a stub that cgo made. */
bool golang_calls_c(const char *function);
