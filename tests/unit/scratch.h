/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>

/*
 * A test program that links this runs in an empty directory, which
 * is removed at the end: files are called "p.json" and messages can be compared
 * as a whole.  Errors here end the program.
 */
void scratch_write(const char *name, const char *text);
void scratch_write_bytes(const char *name, const char *bytes, size_t len);
char *scratch_read(const char *name);	/* malloc'ed; NULL: there is no such file */
size_t scratch_files(void);		/* how many files there are */
