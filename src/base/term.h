/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include "base/buf.h"

/*
 * Text for a terminal: colours, lines that wrap, and plain ASCII where the locale has
 * nothing else.  JSON and other formats for machines never go through here.
 *
 * A line that is too long goes on in the next one, below its last column: where text
 * follows two or more blanks, or else four columns to the right of its beginning.
 * The width is that of the terminal, or $COLUMNS, or 80.
 */
enum term_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* Once, before anything is printed: --color, then CLICOLOR_FORCE and NO_COLOR, then
 * whether the stream is a terminal decide. */
void term_setup(enum term_color);

/* For text, a stream that is written to `to`, otherwise `to` itself; end it before `to`,
 * which the caller still owns.  `fd` is standard output or standard error, or -1 for a
 * file. */
FILE *term_begin(FILE *to, bool is_text, int fd);
void term_end(FILE *text, FILE *to);
unsigned term_width(int fd);		/* in columns; of a file: -1 */

/* From now on standard output is text; term_finish() writes what is left of it, and
 * errors stay in standard output's FILE. */
void term_wrap_stdout(void);
void term_finish(void);

/* Marks for the text that follows, until PAINT_END; "" where there are no colours.
 * They take no room in a line. */
enum paint { PAINT_END, PAINT_HIGH, PAINT_MEDIUM, PAINT_LOW, PAINT_NONE, PAINT_STRONG, PAINT_COUNT };

const char *paint(enum paint, const FILE *to);

/* The word, padded to `width` columns, in its colour. */
void paint_word(FILE *to, enum paint, const char *word, unsigned width);

/* One line of text as it goes to a terminal: wrapped to `width` columns (0: not at
 * all), and in ASCII where `ascii` says so.  Pure, for tests. */
void term_line(struct buf *to, const char *line, unsigned width, bool ascii);

bool term_is_ascii(void);		/* by the locale */
