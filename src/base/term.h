/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include "base/buf.h"

/*
 * Text for a terminal: colors, wrapped lines, and plain ASCII if the locale requires it. JSON and
 * other machine formats never use this.
 *
 * A line that is too long continues in the next one, below its last column: that is where text
 * follows two or more blanks, or else four columns from the beginning of the line. The width is
 * that of the terminal, or $COLUMNS, or 80.
 */
enum term_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* Call it once, before anything is printed: --color decides, then CLICOLOR_FORCE and NO_COLOR, then
 * whether the stream is a terminal. */
void term_setup(enum term_color);

/* For text, returns a stream that is written to `to`, otherwise `to` itself; end it before `to`,
 * which the caller still owns. `fd` is standard output or standard error, or -1 for a file. */
FILE *term_begin(FILE *to, bool is_text, int fd);
void term_end(FILE *text, FILE *to);
unsigned term_width(int fd);		/* in columns; -1 for a file */

/* From now on standard output is text; term_finish() writes the rest, and errors stay in the FILE
 * of standard output. */
void term_wrap_stdout(void);
void term_finish(void);

/* Marks the text that follows, until PAINT_END; "" without colors. It has no width. */
enum paint { PAINT_END, PAINT_HIGH, PAINT_MEDIUM, PAINT_LOW, PAINT_NONE, PAINT_STRONG, PAINT_COUNT };

const char *paint(enum paint, const FILE *to);

/* Print the word, padded to `width` columns, in its color. */
void paint_word(FILE *to, enum paint, const char *word, unsigned width);

/* Append one line as on a terminal: wrapped to `width` columns (0: not wrapped), and in ASCII if
 * `ascii` is set. Pure, for tests. */
void term_line(struct buf *to, const char *line, unsigned width, bool ascii);

bool term_is_ascii(void);		/* from the locale */
