/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Writes YAML in block style, for repositories. Text is plain if every version of YAML reads it as
 * this text, and otherwise quoted as in JSON; what cannot be shown is written as in
 * buf_add_clean(). Zero-initialise all but `file`. Write errors stay in the FILE (ferror).
 */
struct yamlw {
	FILE *file;
	unsigned depth;
	bool after_dash;		/* "- " was written: the next key is on the same line */
};

void yamlw_document(struct yamlw *);				/* "---", between documents */
void yamlw_comment(struct yamlw *, const char *text);		/* on its own line */

/* "key:", with a mapping or a list below it, until yamlw_close(). */
void yamlw_open(struct yamlw *, const char *key);
/* "- ", with a mapping in it, until yamlw_close(). */
void yamlw_item(struct yamlw *);
void yamlw_close(struct yamlw *);

void yamlw_member(struct yamlw *, const char *key, const char *value);
void yamlw_member_uint(struct yamlw *, const char *key, uint64_t value);
void yamlw_member_bool(struct yamlw *, const char *key, bool value);
/* Lines unchanged below "key: |"; text that YAML cannot have there is quoted on one line. */
void yamlw_member_block(struct yamlw *, const char *key, const char *text);
void yamlw_element(struct yamlw *, const char *value);		/* of a list: "- value" */
