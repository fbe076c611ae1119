/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include "policy/policy.h"

/*
 * The syntax of systemd's units and drop-ins: sections, "Key=value", lines that continue after a
 * backslash, comments between them. `systemctl cat` prints several files, each after its name as a
 * comment: such a comment ends the section, and lines are counted from it.
 */
struct unit {
	const char *file;		/* for messages */
	char *origin;			/* the file of such a comment; NULL: none yet */
	const char *at, *end;		/* the remaining text */
	unsigned line;			/* of the last line */
	struct buf text;		/* the line with its continuations */
	struct unit_piece {
		size_t at;		/* where it begins in the text */
		unsigned line;
	} *pieces;
	size_t piece_count, piece_room;
	char section[64];		/* "Service"; "": none */
};

/* The last line; valid until the next one. */
struct unit_line {
	const char *key;		/* NULL: not an assignment, see `what` */
	char *value;			/* without surrounding blanks */
	unsigned line;
	const char *what;		/* why systemd ignores the line */
};

void unit_begin(struct unit *, const char *file, const char *text, size_t len);
void unit_done(struct unit *);

/* The next assignment, or line that systemd ignores. 1: there is one; 0: the end; -EINVAL: systemd
 * rejects the file. */
int unit_next(struct unit *, struct unit_line *ret, struct err *e);

/* The line of the file that has this part of the value. */
unsigned unit_line_of(const struct unit *, const char *in_value);

/* The next word of a value, split as in systemd: at blanks, a backslash keeps the character after
 * it; with `quotes`, quotes keep words together. 1; 0 at the end; -EINVAL: the rest is ignored. The
 * word is a part of the value, in place. */
int unit_word(char **value, bool quotes, char **ret);
