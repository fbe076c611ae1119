/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/stack/image.h"

/*
 * Names of functions: from .symtab and .dynsym, from a separate debug file if one is installed, and
 * from a Go program's own table if it was stripped.
 */
struct symbols;

/* The function at this address of the file; NULL if unknown. The string lives as long as the image. */
const char *symbols_find(struct image *, uint64_t address, uint64_t *ret_offset);

/* The address of an exported function or variable, as in the file; 0 if there is none. */
uint64_t symbols_address(const struct image *, const char *name);
void symbols_free(struct symbols *);	/* NULL is fine */
