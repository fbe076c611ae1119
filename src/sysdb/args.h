/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdint.h>
#include "base/attr.h"
#include "base/buf.h"

/*
 * The meaning of arguments (args.tbl), and the names of their values (consts.tbl).
 *
 * The kernel uses the low 32 bits of an INT or FD, and all bits of a LONG. A POINTER may depend on
 * another argument (the third of ioctl): filters cannot see the memory behind it.
 */
enum arg_type { ARG_NONE, ARG_INT, ARG_LONG, ARG_FD, ARG_POINTER };

struct arg_info {
	const char *name;		/* "" for ARG_NONE */
	enum arg_type type;
	bool flags;			/* values are combined with | */
	bool text;			/* a POINTER to a NUL-terminated text */
	const char *set;		/* name of its constants; "": none */
};

struct arch;

/* Argument 0 to 5 of a call. NULL: unknown call; ARG_NONE: the call has no such argument.
 * sysdb_arg() answers for x86-64, or for another ABI if x86-64 does not have the call;
 * sysdb_arg_on() for one ABI: 32-bit ABIs have some arguments in other places, and a 64-bit value
 * in two registers. */
const struct arg_info *sysdb_arg(const char *call, unsigned arg);
const struct arg_info *sysdb_arg_on(const struct arch *, const char *call, unsigned arg);

/* Can a filter compare its value? Not if it is a pointer or absent (also NULL). */
bool arg_is_plain(const struct arg_info *);

/* The bits that the kernel uses; 0: none. arg_mask(): on 64-bit ABIs and x32; the other one on the
 * given ABI. i386 and arm use at most 32 bits, though a filter sees a whole register. */
uint64_t arg_mask(const struct arg_info *);
uint64_t arg_mask_on(const struct arch *, const struct arg_info *);

/* A constant of any set, on the native ABI; false: unknown. Values that are negative in C have 32
 * bits: AT_FDCWD is 0xffffff9c. */
bool const_value(const char *name, uint64_t *ret);

/* Print a value by names: "CLONE_NEWNS|CLONE_NEWUSER|0x1", "AF_VSOCK", "17"; of several names for
 * one value, the first in the table. const_parse() reads this, and any other mix of names and
 * numbers (in C's notation), also with bits that the kernel ignores; false: *ret_wrong is the first
 * word that is neither, or its beginning. */
void const_print(struct buf *, const struct arg_info *, uint64_t value);

/* Print recorded values of the bits in `mask`: "AF_UNIX AF_INET", "PROT_WRITE, or none of
 * PROT_WRITE|PROT_EXEC". */
void values_print(struct buf *, const struct arg_info *, uint64_t mask, const uint64_t *values, size_t count);
/* The same for one value; in hexadecimal if it has no names: a pointer, a value with bits that the
 * kernel ignores, an unknown argument (NULL). */
void arg_print(struct buf *, const struct arg_info *, uint64_t value);

enum { CONST_NAME_MAX = 64 };
bool const_parse(const char *text, uint64_t *ret, char ret_wrong[static CONST_NAME_MAX]);

/* The tables, for tests: the i-th constant, and the i-th row of arguments with its ABIs (comma
 * separated, "" for all without their own row); NULL past the end. */
struct const_row {
	const char *set, *name;
	uint64_t value, field;		/* field: the bits that the value occupies; 0: its own */
	const char *abis;		/* the ABIs with this value; "": all */
};

const struct const_row *const_at(size_t i);		/* NULL past the end */

struct args_row {
	const char *call, *abis;
	struct arg_info arg[6];
};

const struct args_row *args_at(size_t i);		/* NULL past the end */
