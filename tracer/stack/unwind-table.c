/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/stack/unwind-table.h"

#include <stdlib.h>
#include "base/mem.h"

enum { COMMON_MAX = 256 };	/* bytes of a common entry: a hostile one may be endless, and is read for each
				   function */

struct function_row {
	int32_t code, entry;
};

/* Reads a pointer while there is data; past the end all is zero and `failed` is set. */
struct table_reader {
	const unsigned char *at, *end;
	bool failed;
};

static uint64_t read_number(struct table_reader *r, unsigned size)
{
	uint64_t n = 0;

	if ((size_t)(r->end - r->at) < size) {
		r->failed = true;
		return 0;
	}
	memcpy(&n, r->at, size);
	r->at += size;
	return n;
}

static uint64_t read_leb(struct table_reader *r)
{
	uint64_t n = 0;

	for (unsigned shift = 0;; shift += 7) {
		uint64_t byte = read_number(r, 1);

		n |= shift < 64 ? (byte & 0x7f) << shift : 0;
		if (!(byte & 0x80))
			return n;
	}
}

/* DW_EH_PE_*: the low half is the format, 0x10 means relative to its own address. */
static unsigned size_of(unsigned encoding)
{
	switch (encoding & 0x0f) {
	case 0x00: case 0x04: case 0x0c: return 8;
	case 0x03: case 0x0b: return 4;
	case 0x02: case 0x0a: return 2;
	default: return 0;
	}
}

/* The pointer encoding of a common entry's functions; 0xff if it cannot be read. */
static unsigned encoding_of(struct table_reader r)
{
	unsigned version = (unsigned)read_number(&r, 1), encoding = 0;
	const char *letters = (const char *)r.at;

	while (read_number(&r, 1))
		;
	read_leb(&r);
	read_leb(&r);
	if (version == 1)
		read_number(&r, 1);
	else
		read_leb(&r);
	if (r.failed || *letters != 'z')
		return r.failed || *letters ? 0xff : encoding;
	read_leb(&r);
	for (letters++; *letters && !r.failed; letters++)
		if (*letters == 'R')
			return (unsigned)read_number(&r, 1);
		else if (*letters == 'P')
			read_number(&r, size_of((unsigned)read_number(&r, 1)));
		else if (*letters == 'L')
			read_number(&r, 1);
	return r.failed ? 0xff : encoding;
}

/* The code address of a function's entry. */
static bool read_code(const struct piece *p, size_t at, unsigned encoding, uint64_t *ret)
{
	struct table_reader r = { p->bytes + at, p->bytes + p->size, false };
	unsigned size = size_of(encoding);
	uint64_t n = read_number(&r, size);

	if (size == 4 && (encoding & 0x08))
		n = (uint64_t)(int64_t)(int32_t)n;
	if ((encoding & 0x70) == 0x10)
		n += p->at + at;
	*ret = n;
	return !r.failed && size >= 4 && ((encoding & 0x70) == 0x10 || (encoding & 0x70) == 0);
}

static int by_code(const void *a, const void *b)
{
	int32_t x = ((const struct function_row *)a)->code, y = ((const struct function_row *)b)->code;

	return x < y ? -1 : x > y;
}

static struct table_reader common_at(const struct piece *p, size_t at)
{
	size_t left = p->size - at - 8;

	return (struct table_reader){ p->bytes + at + 8, p->bytes + at + 8 + (left < COMMON_MAX ? left : COMMON_MAX), false };
}

uint32_t unwind_table_make(const struct piece *p, struct piece *ret)
{
	struct function_row *rows = NULL;
	size_t count = 0, room = 0, known = SIZE_MAX;
	unsigned encoding = 0xff;
	uint32_t length, id;

	for (size_t at = 0; at + 8 <= p->size; at += 4 + (size_t)length) {
		uint64_t code;

		memcpy(&length, p->bytes + at, 4);
		memcpy(&id, p->bytes + at + 4, 4);
		if (length < 4 || length > p->size - at - 4)
			break;
		if (id == 0 || id > at + 4)
			continue;
		size_t common = at + 4 - id;

		if (common != known && common + 8 <= p->size)
			encoding = encoding_of(common_at(p, common));
		known = common;
		if (encoding == 0xff || !read_code(p, at + 8, encoding, &code))
			continue;
		rows = grow(rows, count, &room, sizeof *rows);
		rows[count++] = (struct function_row){ (int32_t)(code - p->at), (int32_t)at };
	}
	if (count)
		qsort(rows, count, sizeof *rows, by_code);
	*ret = (struct piece){ .size = count * sizeof *rows, .bytes = (unsigned char *)rows };
	return (uint32_t)count;
}
