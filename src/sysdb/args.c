/* SPDX-License-Identifier: Apache-2.0 */
#include "sysdb/args.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/mem.h"
#include "sysdb/arch.h"
#include "sysdb/sysdb.h"

static const struct args_row rows[] = {
#define ARG(n, t, f, s) { .name = n, .type = ARG_##t, .flags = f, .set = s }
#define TEXT(n) { .name = n, .type = ARG_POINTER, .text = true, .set = "" }
#define ARGS(c, a, ...) { .call = c, .abis = a, .arg = { __VA_ARGS__ } },
#include "sysdb/args.inc"
#undef ARGS
#undef TEXT
#undef ARG
};

static const struct const_row consts[] = {
#define CONST(s, n, v, f, a) { .set = s, .name = n, .value = v, .field = f, .abis = a },
#include "sysdb/consts.inc"
#undef CONST
};

static const struct arg_info nothing = { .name = "", .type = ARG_NONE, .set = "" };

const struct args_row *args_at(size_t i)
{
	return i < countof(rows) ? &rows[i] : NULL;
}

const struct const_row *const_at(size_t i)
{
	return i < countof(consts) ? &consts[i] : NULL;
}

/* The first row of the call: if there are several, the one for most ABIs. */
static int by_call(const void *item, const void *call)
{
	const struct args_row *row = item;

	return strcmp(row->call, call);
}

static size_t first_row(const char *call)
{
	return lower_bound(call, rows, countof(rows), sizeof *rows, by_call);
}

/* Where ABIs differ, only these 32-bit ones are described. */
static bool is_described(const struct arch *a)
{
	return a->bits == 64 || list_has("arm,x32,x86", a->name);
}

/* The row of the call for this ABI, or else the one for all ABIs without their own. */
static const struct args_row *find_row(const struct arch *a, const char *call)
{
	const struct args_row *common = NULL;
	size_t i, first = first_row(call);

	for (i = first; i < countof(rows) && streq(rows[i].call, call); i++) {
		if (list_has(rows[i].abis, a->name))
			return &rows[i];
		if (!*rows[i].abis)
			common = &rows[i];
	}
	return i - first == 1 || is_described(a) ? common : NULL;
}

static const struct arg_info *pick(const struct args_row *row, unsigned arg)
{
	if (!row)
		return NULL;
	return arg < countof(row->arg) ? &row->arg[arg] : &nothing;
}

const struct arg_info *sysdb_arg_on(const struct arch *a, const char *call, unsigned arg)
{
	return pick(find_row(a, call), arg);
}

const struct arg_info *sysdb_arg(const char *call, unsigned arg)
{
	const struct args_row *row = find_row(arch_find("x86_64"), call);
	size_t first = first_row(call);

	if (!row && first < countof(rows) && streq(rows[first].call, call))
		row = &rows[first];
	return pick(row, arg);
}

bool arg_is_plain(const struct arg_info *a)
{
	return a && a->type != ARG_NONE && a->type != ARG_POINTER;
}

uint64_t arg_mask(const struct arg_info *a)
{
	static const uint64_t masks[] = {
		[ARG_NONE] = 0, [ARG_INT] = UINT32_MAX, [ARG_FD] = UINT32_MAX,
		[ARG_LONG] = UINT64_MAX, [ARG_POINTER] = UINT64_MAX,
	};

	return masks[a->type];
}

uint64_t arg_mask_on(const struct arch *arch, const struct arg_info *a)
{
	bool narrow = arch->bits == 32 && !arch->bit;	/* x32 has 64-bit registers */

	return arg_mask(a) & (narrow ? UINT32_MAX : UINT64_MAX);
}

static bool is_native(const struct const_row *c)
{
	const struct arch *native = arch_native();

	return !*c->abis || (native && list_has(c->abis, native->name));
}

bool const_value(const char *name, uint64_t *ret)
{
	for (size_t i = 0; i < countof(consts); i++)
		if (streq(consts[i].name, name) && is_native(&consts[i])) {
			*ret = consts[i].value;
			return true;
		}
	return false;
}

/* Counts and negative numbers in decimal, bits in hexadecimal. */
static void print_number(struct buf *b, const struct arg_info *a, uint64_t value)
{
	enum { SMALL = 1 << 17 };
	uint64_t minus = (0 - value) & arg_mask(a);

	if (value < SMALL)
		buf_addf(b, "%" PRIu64, value);
	else if (arg_is_plain(a) && minus < SMALL)
		buf_addf(b, "-%" PRIu64, minus);
	else
		buf_addf(b, "0x%" PRIx64, value);
}

static void print_one(struct buf *b, const struct arg_info *a, uint64_t value)
{
	for (size_t i = 0; i < countof(consts); i++)
		if (streq(consts[i].set, a->set) && consts[i].value == value && is_native(&consts[i])) {
			buf_adds(b, consts[i].name);
			return;
		}
	print_number(b, a, value);
}

/* Does the value contain this constant? `rest`: the bits without a name yet. */
static bool is_in(const struct const_row *c, uint64_t value, uint64_t rest, uint64_t fields)
{
	if (c->field)
		return (value & c->field) == c->value && !(fields & c->field);
	return c->value && (rest & c->value) == c->value;
}

static void print_flags(struct buf *b, const struct arg_info *a, uint64_t value)
{
	uint64_t rest = value, fields = 0;
	size_t before = b->len;

	for (size_t i = 0; i < countof(consts); i++) {
		const struct const_row *c = &consts[i];

		if (!streq(c->set, a->set) || !is_in(c, value, rest, fields) || !is_native(c))
			continue;
		buf_addf(b, "%s%s", b->len > before ? "|" : "", c->name);
		rest &= ~c->value;
		fields |= c->field;
	}
	if (b->len == before)
		print_number(b, a, value);
	else if (rest)
		buf_addf(b, "|0x%" PRIx64, rest);
}

void const_print(struct buf *b, const struct arg_info *a, uint64_t value)
{
	value &= arg_mask(a);
	/* all ones are a special request (personality), and not a combination of flags */
	if (a->flags && *a->set && value == arg_mask(a))
		buf_addf(b, "0x%" PRIx64, value);
	else if (a->flags && *a->set)
		print_flags(b, a, value);
	else
		print_one(b, a, value);
}

void values_print(struct buf *b, const struct arg_info *a, uint64_t mask, const uint64_t *values, size_t count)
{
	/* if only some flags were kept, 0 does not mean that no flag was set */
	bool some = a->flags && *a->set && (mask & arg_mask(a)) != arg_mask(a);
	bool none = false, any = false;

	for (size_t i = 0; i < count; i++) {
		if (some && values[i] == 0) {
			none = true;
			continue;
		}
		buf_adds(b, any ? " " : "");
		const_print(b, a, values[i]);
		any = true;
	}
	if (none) {
		buf_adds(b, any ? ", or none of " : "none of ");
		const_print(b, a, mask);
	}
}

void arg_print(struct buf *b, const struct arg_info *a, uint64_t value)
{
	if (arg_is_plain(a) && !(value & ~arg_mask(a)))
		const_print(b, a, value);
	else
		buf_addf(b, "0x%" PRIx64, value);
}

static bool parse_number(const char *word, uint64_t *ret)
{
	char *end;

	if (!isdigit((unsigned char)word[*word == '-']))
		return false;
	errno = 0;
	*ret = strtoull(word, &end, 0);
	return !*end && !errno;
}

bool const_parse(const char *text, uint64_t *ret, char ret_wrong[static CONST_NAME_MAX])
{
	uint64_t sum = 0, one;

	do {
		size_t len = strcspn(text, "|");

		snprintf(ret_wrong, CONST_NAME_MAX, "%.*s", (int)len, text);
		if (len >= CONST_NAME_MAX || (!parse_number(ret_wrong, &one) && !const_value(ret_wrong, &one)))
			return false;
		sum |= one;
		text += len;
	} while (*text++ == '|');
	*ret = sum;
	return true;
}
