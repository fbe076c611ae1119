/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include "base/mem.h"

static char *reserve(struct buf *b, size_t more)
{
	if (b->len + more + 1 > b->room) {
		b->room = (b->len + more + 1) * 2;
		b->data = xrealloc(b->data, b->room, 1);
	}
	return b->data + b->len;
}

void buf_add(struct buf *b, const char *bytes, size_t len)
{
	memcpy(reserve(b, len), bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	char *end = reserve(b, (size_t)n);

	va_start(ap, fmt);
	vsnprintf(end, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void buf_add_rest(struct buf *b, size_t count, size_t shown)
{
	if (count > shown)
		buf_addf(b, " and %zu more", count - shown);
}

const char *buf_str(const struct buf *b)
{
	return b->data ? b->data : "";
}

char *buf_take(struct buf *b)
{
	char *s = b->data ? b->data : xstrdup("");

	*b = (struct buf){ 0 };
	return s;
}

void buf_done(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}

/* False for characters that control a terminal or are invisible: controls, joiners and spaces
 * without width, marks that reverse text, tags. */
static bool is_shown(uint32_t code)
{
	static const struct { uint32_t from, to; } hidden[] = {
		{ 0, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x61c, 0x61c }, { 0x180e, 0x180e }, { 0x200b, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xd800, 0xdfff }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb },
		{ 0xe0000, 0xe007f }, { 0x110000, UINT32_MAX },
	};

	for (size_t i = 0; i < countof(hidden); i++)
		if (code >= hidden[i].from && code <= hidden[i].to)
			return false;
	return true;
}

/* Length of the UTF-8 sequence at `s` if it can be shown; otherwise 0. */
static size_t shown_at(const unsigned char *s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = *s < 0x80 ? 1 : *s >> 5 == 6 ? 2 : *s >> 4 == 14 ? 3 : *s >> 3 == 30 ? 4 : 0;
	uint32_t code = len == 1 ? *s : *s & (0x7fu >> len);

	for (size_t i = 1; i < len; i++) {
		if (s[i] >> 6 != 2)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	return len && code >= least[len] && is_shown(code) ? len : 0;
}

/* Number of bytes from `s` on that can be shown; fast for plain ASCII. */
static size_t shown_run(const char *s)
{
	size_t len = 0, n;

	while ((n = s[len] >= ' ' && s[len] < 0x7f ? 1 : shown_at((const unsigned char *)s + len)))
		len += n;
	return len;
}

void buf_add_clean(struct buf *b, const char *s)
{
	while (*s) {
		size_t len = shown_run(s);

		buf_add(b, s, len);
		s += len;
		if (*s)
			buf_addf(b, "\\x%02x", (unsigned char)*s++);
	}
}

void buf_add_quoted(struct buf *b, const char *s, bool whole)
{
	static const char escaped[] = "\"\\\n\t\r", by[] = "\"\\ntr";
	const char *at;

	buf_adds(b, "\"");
	while (*s) {
		size_t len = shown_at((const unsigned char *)s);

		if ((at = strchr(escaped, *s)))
			buf_addf(b, "\\%c", by[at - escaped]);
		else if (len)
			buf_add(b, s, len);
		else
			buf_addf(b, "\\x%02x", (unsigned char)*s);
		s += len ? len : 1;
	}
	buf_adds(b, whole ? "\"" : "\"...");
}

char *clean_dup(const char *s)
{
	struct buf b = { 0 };

	buf_add_clean(&b, s);
	return buf_take(&b);
}

void strlist_add(struct strlist *l, const char *s)
{
	l->items = grow(l->items, l->count, &l->room, sizeof *l->items);
	l->items[l->count++] = xstrdup(s);
}

void strlist_done(struct strlist *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->items[i]);
	free(l->items);
	*l = (struct strlist){ 0 };
}

void strlist_terminate(struct strlist *l)
{
	l->items = grow(l->items, l->count, &l->room, sizeof *l->items);
	l->items[l->count] = NULL;
}

static int by_text(const void *item, const void *key)
{
	return strcmp(*(char *const *)item, key);
}

bool strlist_insert(struct strlist *l, const char *s)
{
	size_t at = lower_bound(s, l->items, l->count, sizeof *l->items, by_text);

	if (at < l->count && streq(l->items[at], s))
		return false;
	l->items = grow(l->items, l->count, &l->room, sizeof *l->items);
	memmove(l->items + at + 1, l->items + at, (l->count - at) * sizeof *l->items);
	l->items[at] = xstrdup(s);
	l->count++;
	return true;
}

void strlist_print(const struct strlist *l, size_t shown, struct buf *b)
{
	for (size_t i = 0; i < l->count && i < shown; i++)
		buf_addf(b, "%s%s", i ? ", " : "", l->items[i]);
	buf_add_rest(b, l->count, shown);
}

bool strlist_has(const struct strlist *l, const char *s)
{
	for (size_t i = 0; i < l->count; i++)
		if (streq(l->items[i], s))
			return true;
	return false;
}
