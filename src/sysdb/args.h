/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdint.h>
#include "base/attr.h"
#include "base/buf.h"

/*
 * What the arguments of calls mean (args.tbl), and the names of their values
 * (consts.tbl).
 *
 * The kernel uses the low 32 bits of an INT or FD, whatever the upper 32 bits are,
 * and all bits of a LONG.  A POINTER is also an argument that can be one, depending
 * on another argument (the third of ioctl): no filter sees the memory behind it.
 */
enum arg_type { ARG_NONE, ARG_INT, ARG_LONG, ARG_FD, ARG_POINTER };

struct arg_info {
	const char *name;		/* "" for ARG_NONE */
	enum arg_type type;
	bool flags;			/* values are or'ed together */
	bool text;			/* a POINTER to text that ends with a NUL */
	const char *set;		/* of constants; "": none */
};

struct arch;

/* The argument 0 to 5 of a call; NULL: the call is not known, ARG_NONE: it has
 * no such argument.  sysdb_arg() answers for x86-64, and for a call that it does
 * not have, for an ABI that has it; sysdb_arg_on() for one ABI: 32-bit ones have some
 * arguments elsewhere, and a 64-bit value in two registers. */
const struct arg_info *sysdb_arg(const char *call, unsigned arg);
const struct arg_info *sysdb_arg_on(const struct arch *, const char *call, unsigned arg);

/* Can its value be compared?  Not if it is a pointer, or absent (NULL included). */
bool arg_is_plain(const struct arg_info *);

/* The bits that the kernel uses, 0: none: on 64-bit ABIs and x32, and on a
 * given ABI.  Of a register of i386 or arm it uses no more than 32, though a filter
 * can see the whole register. */
uint64_t arg_mask(const struct arg_info *);
uint64_t arg_mask_on(const struct arch *, const struct arg_info *);

/* A constant of any set, as the native ABI has it; false: unknown.  What is
 * negative in C is given in 32 bits: AT_FDCWD is 0xffffff9c. */
bool const_value(const char *name, uint64_t *ret);

/* The value by its names: "CLONE_NEWNS|CLONE_NEWUSER|0x1", "AF_VSOCK", "17";
 * of several names of one value the first in the table.  const_parse() reads
 * it back, and any other mix of names and numbers (C's notation), those with more
 * bits than the kernel looks at, too; false: *ret_wrong is a word that is neither,
 * or the beginning of one. */
void const_print(struct buf *, const struct arg_info *, uint64_t value);

/* Values that were kept of the bits in `mask`: "AF_UNIX AF_INET", "PROT_WRITE, or none of
 * PROT_WRITE|PROT_EXEC". */
void values_print(struct buf *, const struct arg_info *, uint64_t mask, const uint64_t *values, size_t count);
/* The same, and in hexadecimal what has no names: a pointer, what has more bits than
 * the kernel looks at, an unknown argument (NULL). */
void arg_print(struct buf *, const struct arg_info *, uint64_t value);

enum { CONST_NAME_MAX = 64 };
bool const_parse(const char *text, uint64_t *ret, char ret_wrong[static CONST_NAME_MAX]);

/* The tables, for tests: the i-th constant, and the i-th row of arguments with
 * the ABIs it is for (comma separated, "" for those without a row of their own);
 * false past the end. */
struct const_row {
	const char *set, *name;
	uint64_t value, field;		/* field: the bits which the value fills; 0: its own */
	const char *abis;		/* where it is so; "": everywhere */
};

const struct const_row *const_at(size_t i);		/* NULL past the end */

struct args_row {
	const char *call, *abis;
	struct arg_info arg[6];
};

const struct args_row *args_at(size_t i);		/* NULL past the end */
