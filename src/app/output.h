/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/io.h"
#include "base/opt.h"

/*
 * Where commands write. A command overwrites a file that is empty or, by its content, of the same
 * kind; any other file has another purpose and requires --force. A recording cannot be made again:
 * only `record` overwrites one, and keeps it under another name.
 */
extern bool output_force;

#define opt_force() opt_flag(0, "force", &output_force, "overwrite FILE even if it is of another kind")

/* Can a file in this format ("docker", "text", "recording", ...) be written there? */
int output_check(const char *path, const char *format, struct err *e);

/* The same; never overwrites the inputs `about`, even with --force. */
int output_check_about(const char *path, const char *format, int count, const char *const *about, struct err *e);

/* Like io_create(), if output_check_about() finds no problem. */
int output_create(struct io_out *, const char *path, const char *format, int count, const char *const *about,
		  struct err *e);
