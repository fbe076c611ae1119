/* SPDX-License-Identifier: Apache-2.0 */
#include "base/term.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>
#include "base/mem.h"

enum {
	WIDTH_DEFAULT = 80, WIDTH_LEAST = 40, WIDTH_MOST = 100000,
	COLUMN_MAX = 48,	/* no column begins farther to the right */
	COLUMN_LEAST = 12,	/* leading blanks that make a line one column */
	HANG = 4,
};

static enum term_color color;
static bool ascii, forced, refused;

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value && !streq(value, "0");
}

/* NO_COLOR with any value that is not empty counts, also "0" (no-color.org). */
static bool is_nonempty(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value;
}

void term_setup(enum term_color c)
{
	setlocale(LC_CTYPE, "");
	ascii = !streq(nl_langinfo(CODESET), "UTF-8");
	color = c;
	forced = is_set("CLICOLOR_FORCE");
	refused = is_nonempty("NO_COLOR");
}

bool term_is_ascii(void)
{
	return ascii;
}

/* width */

unsigned term_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize w = { 0 };
	unsigned long width = columns ? strtoul(columns, NULL, 10) : 0;

	if (width == 0 && ioctl(fd, TIOCGWINSZ, &w) == 0)
		width = w.ws_col;
	if (width == 0 || width > WIDTH_MOST)
		width = width ? WIDTH_MOST : WIDTH_DEFAULT;
	return width < WIDTH_LEAST ? WIDTH_LEAST : (unsigned)width;
}

/* colors */

static const char *const paints[PAINT_COUNT] = {
	[PAINT_END] = "\033[0m", [PAINT_HIGH] = "\033[1;31m", [PAINT_MEDIUM] = "\033[33m", [PAINT_LOW] = "\033[36m",
	[PAINT_NONE] = "", [PAINT_STRONG] = "\033[1m",
};

static const FILE *opened;	/* the newest text stream, and its destination: */
static int opened_fd = -1;

static int fd_of(const FILE *to)
{
	return to == stderr ? STDERR_FILENO : to == opened ? opened_fd : to == stdout ? STDOUT_FILENO : -1;
}

static bool is_colored(const FILE *to)
{
	const char *term = getenv("TERM");

	if (color != COLOR_AUTO)
		return color == COLOR_ALWAYS;
	if (refused || forced)
		return !refused;
	return isatty(fd_of(to)) && !(term && streq(term, "dumb"));
}

const char *paint(enum paint p, const FILE *to)
{
	return is_colored(to) ? paints[p] : "";
}

void paint_word(FILE *to, enum paint p, const char *word, unsigned width)
{
	if (p == PAINT_NONE)
		fprintf(to, "%-*s", (int)width, word);
	else
		fprintf(to, "%s%-*s%s", paint(p, to), (int)width, word, paint(PAINT_END, to));
}

/* lines */

struct glyph { size_t bytes; unsigned columns; };

/* The glyph at `s`: a color has no width, an invalid byte has one column. */
static struct glyph glyph_at(const char *s)
{
	mbstate_t state = { 0 };
	wchar_t c;

	if (s[0] == '\033' && s[1] == '[') {
		size_t n = 2 + strcspn(s + 2, "m");

		return (struct glyph){ n + (s[n] == 'm'), 0 };
	}
	if ((unsigned char)*s < 0x80)
		return (struct glyph){ 1, 1 };

	size_t n = mbrtowc(&c, s, strlen(s), &state);
	int columns = n == 0 || n > 4 ? 1 : wcwidth(c);

	return (struct glyph){ n == 0 || n > 4 ? 1 : n, columns < 0 ? 1 : (unsigned)columns };
}

/* The non-ASCII characters of sctrace's own text, and their replacements. */
static const struct { const char *utf8, *ascii; } spellings[] = {
	{ "\xe2\x80\xa6", "..." },	/* an ellipsis */
	{ "\xe2\x86\x92", "->" },	/* an arrow */
};

static void add_ascii(struct buf *to, const char *s, size_t bytes)
{
	for (size_t i = 0; i < countof(spellings); i++)
		if (bytes == strlen(spellings[i].utf8) && strncmp(s, spellings[i].utf8, bytes) == 0) {
			buf_adds(to, spellings[i].ascii);
			return;
		}
	for (size_t i = 0; i < bytes; i++)
		buf_addf(to, "\\x%02x", (unsigned char)s[i]);
}

/* Length of a UTF-8 character in any locale, because the text is always UTF-8. */
static size_t utf8_bytes(const char *s)
{
	size_t n = 1;

	while (((unsigned char)s[0] & 0xc0) == 0xc0 && ((unsigned char)s[n] & 0xc0) == 0x80 && n < 4)
		n++;
	return n;
}

static char *in_ascii(const char *line)
{
	struct buf b = { 0 };

	for (size_t n; *line; line += n) {
		n = utf8_bytes(line);
		if ((unsigned char)*line < 0x80)
			buf_add(&b, line, n);
		else
			add_ascii(&b, line, n);
	}
	return buf_take(&b);
}

/* The column at which continuation lines begin. */
static unsigned hang_of(const char *line, unsigned width)
{
	unsigned column = 0, blanks = 0, indent = 0, hang = 0;
	bool text = false;

	for (const char *s = line; *s && column < COLUMN_MAX;) {
		struct glyph g = glyph_at(s);

		if (*s == ' ') {
			blanks++;
		} else if (g.columns) {
			if (!text)
				indent = hang = column;
			else if (blanks >= 2)
				hang = column;
			text = true;
			blanks = 0;
		}
		column += g.columns;
		s += g.bytes;
	}
	if (!text)
		return 0;
	hang = hang > indent || indent >= COLUMN_LEAST ? hang : indent + HANG;
	return hang < width / 2 ? hang : indent + HANG < width / 2 ? indent + HANG : HANG;
}

static void begin_line(struct buf *to, unsigned hang)
{
	buf_addf(to, "\n%*s", (int)hang, "");
}

/* Breaks between words; a word that is wider than a line is not broken. */
static void wrap(struct buf *to, const char *line, unsigned width)
{
	const unsigned hang = hang_of(line, width);
	unsigned column = 0;
	bool begun = false;		/* the line has a word already */

	while (*line) {
		const char *word = line + strspn(line, " "), *end = word;
		unsigned blanks = (unsigned)(word - line), columns = 0;

		while (*end && *end != ' ') {
			struct glyph g = glyph_at(end);

			columns += g.columns;
			end += g.bytes;
		}
		if (begun && columns && column + blanks + columns > width) {
			begin_line(to, hang);
			column = hang;
		} else if (*end || columns) {
			buf_add(to, line, blanks);
			column += blanks;
		}
		buf_add(to, word, (size_t)(end - word));
		column += columns;
		begun |= columns > 0;
		line = end;
	}
}

void term_line(struct buf *to, const char *line, unsigned width, bool plain)
{
	scoped(freep) char *spelt = plain ? in_ascii(line) : NULL;

	if (width)
		wrap(to, spelt ? spelt : line, width);
	else
		buf_adds(to, spelt ? spelt : line);
}

/* streams */

struct text {
	FILE *to;
	struct buf line;
	unsigned width;
};

static int put_line(struct text *t, const char *end)
{
	scoped(buf_done) struct buf out = { 0 };

	term_line(&out, buf_str(&t->line), t->width, ascii);
	buf_adds(&out, end);

	bool good = fwrite(buf_str(&out), 1, out.len, t->to) == out.len;

	t->line.len = 0;
	return good ? 0 : -1;
}

static ssize_t text_write(void *cookie, const char *bytes, size_t size)
{
	struct text *t = cookie;

	for (size_t at = 0; at < size;) {
		const char *newline = memchr(bytes + at, '\n', size - at);
		size_t n = newline ? (size_t)(newline - bytes) - at : size - at;

		buf_add(&t->line, bytes + at, n);
		at += n + (newline != NULL);
		if (newline && put_line(t, "\n") < 0)
			return 0;	/* stdio takes 0 as an error */
	}
	return (ssize_t)size;
}

static int text_close(void *cookie)
{
	struct text *t = cookie;
	int r = t->line.len ? put_line(t, "") : 0;

	buf_done(&t->line);
	free(t);
	return r;
}

static FILE *open_text(FILE *to, int fd)
{
	struct text *t = xcalloc(1, sizeof *t);
	FILE *f;

	t->to = to;
	t->width = term_width(fd);
	f = fopencookie(t, "w", (cookie_io_functions_t){ .write = text_write, .close = text_close });
	if (!f) {
		free(t);
		return to;
	}
	opened = f;
	opened_fd = fd;
	return f;
}

FILE *term_begin(FILE *to, bool is_text, int fd)
{
	return is_text ? open_text(to, fd) : to;
}

void term_end(FILE *text, FILE *to)
{
	if (text == to)
		return;
	fclose(text);
	opened = NULL;
}

static FILE *real_stdout;

void term_wrap_stdout(void)
{
	if (real_stdout)
		return;
	real_stdout = stdout;
	stdout = open_text(stdout, STDOUT_FILENO);
}

void term_finish(void)
{
	if (!real_stdout)
		return;
	term_end(stdout, real_stdout);
	stdout = real_stdout;
	real_stdout = NULL;
}
