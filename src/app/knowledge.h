/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdio.h>
#include "sysdb/sysdb.h"

/* What is known about a call or a family, as text (on standard output) and as JSON. */
void knowledge_print_call(const struct sysdb_call *);
void knowledge_write_call(const struct sysdb_call *, FILE *);
void knowledge_print_family(const char *family);
void knowledge_write_family(const char *family, FILE *);
