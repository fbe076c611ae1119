/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A stopped task's memory, by whole pages, because the next read is often nearby. Reads only memory
 * that is mapped, and not served by the workload itself, and only a limited number of pages for one
 * capture.
 */
struct target;
struct pages;

struct pages *pages_new(void);
void pages_free(struct pages *);	/* NULL is fine */
void pages_begin(struct pages *);	/* the task has run since the last capture */
bool pages_read(struct pages *, struct target *, uint64_t address, void *to, size_t size);
