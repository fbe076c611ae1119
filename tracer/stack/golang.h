/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include "tracer/stack/image.h"

/*
 * Specific to Go programs: their own table of functions, which remains when a program is stripped,
 * and names that show the package of a function.
 */

/* Find the table in a section of a file, and cut what is before it; false if there is none. */
bool golang_table(struct piece *);

/* The function at this address, from the table (.gopclntab); NULL: none. */
const char *golang_find(const struct piece *, uint64_t address, uint64_t *ret_offset);

/* Layers of a stack, from the call outwards: the runtime and the functions that make calls for all
 * others; the rest of the standard library; the program. */
enum golang_layer { GOLANG_RUNTIME, GOLANG_LIBRARY, GOLANG_PROGRAM };

enum golang_layer golang_layer(const char *function);

/* Does Go leave its stack for C here? It calls a stub that cgo made. */
bool golang_calls_c(const char *function);
