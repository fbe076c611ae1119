/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include "policy/policy.h"

/*
 * The syntax of systemd's units and drop-ins: sections, "Key=value", lines that go on behind a
 * backslash, comments between those.  What `systemctl cat` prints is several files, each behind its
 * name as a comment: such a comment ends the section, and lines are counted from it.
 */
struct unit {
	const char *file;		/* as messages name it */
	char *origin;			/* the file behind such a comment; NULL: there was none */
	const char *at, *end;		/* the text that is left */
	unsigned line;			/* of what was read last */
	struct buf text;		/* the line, with those that it goes on with */
	struct unit_piece {
		size_t at;		/* where it begins in the text */
		unsigned line;
	} *pieces;
	size_t piece_count, piece_room;
	char section[64];		/* "Service"; "": none */
};

/* Of the line that was read last; valid until the next one is. */
struct unit_line {
	const char *key;		/* NULL: the line is not an assignment, see `what` */
	char *value;			/* without blanks around it */
	unsigned line;
	const char *what;		/* why systemd ignores the line */
};

void unit_begin(struct unit *, const char *file, const char *text, size_t len);
void unit_done(struct unit *);

/* The next assignment, or line that systemd ignores.  1: there was one; 0: at the end; -EINVAL where systemd
 * rejects the file. */
int unit_next(struct unit *, struct unit_line *ret, struct err *e);

/* The line of the file in which a part of the value is. */
unsigned unit_line_of(const struct unit *, const char *in_value);

/* The next word of a value, as systemd splits it: at blanks, a backslash keeps the character behind it; with
 * `quotes`, they hold words together.  1, 0 at the end, -EINVAL: the rest is ignored.  The word is a part of the
 * value, in place. */
int unit_word(char **value, bool quotes, char **ret);
