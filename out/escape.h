/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdio.h>
#include "base/buf.h"

/*
 * Untrusted text, such as names of files and programs, must stay text in each format. All functions
 * append. For JSON, base/jsonw.h escapes; for terminals, buf_add_clean() cleans.
 */
void escape_markdown(struct buf *, const char *);		/* also cleans it */
void escape_shell(struct buf *, const char *word);		/* as a user would type it */
void escape_xml(struct buf *, const char *);			/* for an element or an attribute; drops control
								   characters */
void escape_github(struct buf *, const char *);			/* the message of a workflow command */
void escape_github_property(struct buf *, const char *);	/* a property of one, "file=..." */

/* Inside a comment of C. */
void escape_comment(struct buf *, const char *);

/* A path as a URI reference: a colon in its first part would end a scheme, so it is
 * percent-encoded, like all characters that a URI cannot have. */
void escape_uri(struct buf *, const char *path);

/* A message of SARIF, in which braces are arguments, and "[text](address)" is a link. */
void escape_sarif(struct buf *, const char *);

/* Write the text to a FILE, escaped by one of these functions. */
void escape_put(FILE *, const char *text, void (*escape)(struct buf *, const char *));
