/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/io.h"
#include "base/opt.h"

/*
 * Where commands write.  A file is overwritten when it is empty or of the kind that is
 * written, which its content tells; anything else somebody made for another purpose, and
 * it takes --force.  A recording cannot be had again: only `record`, which keeps it under
 * another name, overwrites one.
 */
extern bool output_force;

#define opt_force() opt_flag(0, "force", &output_force, "overwrite FILE even if it is of another kind")

/* Can a file of that format ("docker", "text", "recording", ...) be written there? */
int output_check(const char *path, const char *format, struct err *e);

/* The same, and none of the files `about` which something is written is it, --force or not. */
int output_check_about(const char *path, const char *format, int count, const char *const *about, struct err *e);

/* As io_create(), where output_check_about() finds nothing. */
int output_create(struct io_out *, const char *path, const char *format, int count, const char *const *about,
		  struct err *e);
