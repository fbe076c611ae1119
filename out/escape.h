/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdio.h>
#include "base/buf.h"

/*
 * Text that anybody may have chosen, as names of files and programs are, so that it stays text in each
 * format.  All append.  JSON escapes in base/jsonw.h, and what goes to a terminal is clean by
 * buf_add_clean().
 */
void escape_markdown(struct buf *, const char *);		/* also cleans it */
void escape_shell(struct buf *, const char *word);		/* as a user would type it */
void escape_xml(struct buf *, const char *);			/* of an element or an attribute; drops control characters */
void escape_github(struct buf *, const char *);			/* a message of a workflow command */
void escape_github_property(struct buf *, const char *);	/* a property of one, "file=..." */

/* A path as a URI reference: a colon in its first part would be a scheme, and is percent-encoded as all is
 * that no URI may have. */
void escape_uri(struct buf *, const char *path);

/* A message of SARIF: braces would be arguments, and brackets a link, as in "[text](address)". */
void escape_sarif(struct buf *, const char *);

/* The text, escaped by one of them, to a FILE. */
void escape_put(FILE *, const char *text, void (*escape)(struct buf *, const char *));
