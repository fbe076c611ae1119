/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/stack/image.h"

/*
 * Names of functions: from .symtab and .dynsym, from the separate debug file where one
 * is installed, and from a Go program's own table where it was stripped of the rest.
 */
struct symbols;

/* The function that has this address of the file; NULL: not known.  The string lives
 * as long as the image. */
const char *symbols_find(struct image *, uint64_t address, uint64_t *ret_offset);

/* Where a file has what it exports by this name, function or data; 0: it does not. */
uint64_t symbols_address(const struct image *, const char *name);
void symbols_free(struct symbols *);	/* NULL is fine */
