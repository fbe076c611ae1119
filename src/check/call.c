/* SPDX-License-Identifier: Apache-2.0 */
#include "check/call.h"

#include <inttypes.h>
#include <string.h>
#include "sysdb/args.h"

/* The name of a constant is printed alone, a number after the name of the argument. */
static void print_value(struct buf *b, const struct arg_info *a, uint64_t value, bool named)
{
	bool mode = streq(a->set, "MODE");
	struct buf t = { 0 };

	if (!*a->set && (a->type == ARG_FD || a->type == ARG_INT))
		buf_addf(&t, "%d", (int32_t)value);
	else if (mode)
		buf_addf(&t, value ? "0%" PRIo64 : "%" PRIo64, value);
	else
		const_print(&t, a, value);
	if (named || (!mode && strchr("-0123456789", *buf_str(&t))))
		buf_addf(b, "%s=", a->name);
	buf_adds(b, buf_str(&t));
	buf_done(&t);
}

/* The address in a pointer differs from run to run, and says nothing. */
static void print_argument(struct buf *b, const struct arg_info *a, uint64_t value, const char *text)
{
	if (a->type != ARG_POINTER)
		print_value(b, a, value, false);
	else if (value == 0)
		buf_addf(b, "%s%sNULL", a->text ? "" : a->name, a->text ? "" : "=");
	else if (text)
		buf_adds(b, text);
	else
		buf_adds(b, a->name);
}

void call_print(struct buf *b, const struct arch *arch, const char *name, const uint64_t args[static 6],
		const char *const texts[static 6])
{
	const struct arg_info *a;

	buf_addf(b, "%s(", name);
	for (unsigned i = 0; arch && i < 6 && (a = sysdb_arg_on(arch, name, i)) && a->type != ARG_NONE; i++) {
		buf_adds(b, i ? ", " : "");
		print_argument(b, a, args[i] & arg_mask_on(arch, a), texts[i]);
	}
	buf_adds(b, ")");
}

void call_print_value(struct buf *b, const struct arch *arch, const char *name, unsigned arg, uint64_t value)
{
	const struct arg_info *a = sysdb_arg_on(arch, name, arg);

	buf_addf(b, "%s(", name);
	if (arg_is_plain(a))
		print_value(b, a, value & arg_mask_on(arch, a), true);
	buf_adds(b, ")");
}
