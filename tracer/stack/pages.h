/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A stopped task's memory, by whole pages: what lies beside what was asked for is often
 * asked for next.  Only what is mapped, and by nothing that the workload serves itself,
 * is read, and no more than a bounded number of pages for one capture.
 */
struct target;
struct pages;

struct pages *pages_new(void);
void pages_free(struct pages *);	/* NULL is fine */
void pages_begin(struct pages *);	/* the task has run since */
bool pages_read(struct pages *, struct target *, uint64_t address, void *to, size_t size);
