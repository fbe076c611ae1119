/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"
#include "rec/rec.h"

/*
 * Container runtimes, of which we know what they call by themselves once the
 * filter is on (runtimes.tbl).  A spelling is "runc", or "runc:nnp" for when
 * no_new_privs is set.
 */
bool runtime_known(const char *spelling);
const char *runtime_name(size_t i);		/* the spellings; NULL past the end */
void policy_add_runtime(struct policy *, const char *spelling);

/* The runtime whose filter began the run, spelt by the run's no_new_privs; NULL
 * when there was no filter, or it was not a known runtime's. */
const char *runtime_of_run(const struct rec_run *);

/* "runc" for the program that /proc/PID/exe calls so (programs.tbl), or NULL. */
const char *runtime_of_program(const char *path);
