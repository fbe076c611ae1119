/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unwinding by the tables of files, with libunwind.
 *
 * Its ready-made accessors ask the kernel for each word. These answer from data read before:
 * registers and stack of this stop, tables of each file. libunwind caches the meaning of each place
 * in the code as long as the same files are mapped at the same addresses.
 */
#include "tracer/stack/target.h"

#include <stdlib.h>
#include "base/attr.h"
#include "base/mem.h"

#ifdef HAVE_LIBUNWIND
#include <libunwind.h>
#include <sys/resource.h>

/* Exported, but in no header. */
#define search_table UNW_OBJ(dwarf_search_unwind_table)
extern int search_table(unw_addr_space_t, unw_word_t ip, unw_dyn_info_t *, unw_proc_info_t *, int need_info, void *);

enum walk { WALK_ON, WALK_ENDED, WALK_BROKEN };

struct unwinder {
	unw_addr_space_t space;
};

static int find_info(unw_addr_space_t space, unw_word_t ip, unw_proc_info_t *info, int need, void *self)
{
	struct target *v = self;
	const struct mapping *m = target_code(v, ip);

	if (!m || !m->image->unwind_rows) {
		v->guessed = true;
		return -UNW_ENOINFO;
	}
	uint64_t bias = mapping_bias(m);
	unw_dyn_info_t table = {
		.start_ip = m->start, .end_ip = m->end, .format = UNW_INFO_FORMAT_REMOTE_TABLE,
		.u.rti = { .segbase = bias + m->image->unwind_base, .table_data = bias + m->image->unwind_table,
			   .table_len = (unw_word_t)m->image->unwind_rows * 8 / sizeof(unw_word_t) },
	};
	int r = search_table(space, ip, &table, info, need, self);

	v->guessed |= r < 0;
	return r;
}

static int read_memory(maybe_unused unw_addr_space_t space, unw_word_t address, unw_word_t *value, int write, void *self)
{
	struct target *v = self;

	if (write || v->reads == 0)
		return -UNW_EINVAL;
	v->reads--;
	return target_code_word(v, address, value) || target_stack_word(v, address, value, sizeof *value) ? 0 : -UNW_EINVAL;
}

static int read_register(maybe_unused unw_addr_space_t space, unw_regnum_t number, unw_word_t *value, int write, void *self)
{
	const struct target *v = self;

	return !write && machine_dwarf_register(&v->regs, number, value) ? 0 : -UNW_EBADREG;
}

static void put_info(maybe_unused unw_addr_space_t space, maybe_unused unw_proc_info_t *info, maybe_unused void *self)
{
}

static int no_list(maybe_unused unw_addr_space_t space, maybe_unused unw_word_t *ret, maybe_unused void *self)
{
	return -UNW_ENOINFO;
}

static int no_float(maybe_unused unw_addr_space_t space, maybe_unused unw_regnum_t number,
		    maybe_unused unw_fpreg_t *value, maybe_unused int write, maybe_unused void *self)
{
	return -UNW_EBADREG;
}

static int no_resume(maybe_unused unw_addr_space_t space, maybe_unused unw_cursor_t *cursor, maybe_unused void *self)
{
	return -UNW_EINVAL;
}

static int no_name(maybe_unused unw_addr_space_t space, maybe_unused unw_word_t address, maybe_unused char *name,
		   maybe_unused size_t size, maybe_unused unw_word_t *offset, maybe_unused void *self)
{
	return -UNW_ENOINFO;
}

/* libunwind opens a pipe for unwinding its own process, which is not needed here: making the space
 * while no descriptor is available prevents this. */
static unw_addr_space_t make_space(unw_accessors_t *accessors)
{
	struct rlimit files, none;
	bool limited = getrlimit(RLIMIT_NOFILE, &files) == 0;

	none = files;
	none.rlim_cur = 0;
	limited = limited && setrlimit(RLIMIT_NOFILE, &none) == 0;
	unw_addr_space_t space = unw_create_addr_space(accessors, 0);

	if (space)
		unw_set_caching_policy(space, UNW_CACHE_GLOBAL);
	if (limited)
		setrlimit(RLIMIT_NOFILE, &files);
	return space;
}

struct unwinder *unwinder_new(void)
{
	static unw_accessors_t accessors = {
		.find_proc_info = find_info, .put_unwind_info = put_info, .get_dyn_info_list_addr = no_list,
		.access_mem = read_memory, .access_reg = read_register, .access_fpreg = no_float,
		.resume = no_resume, .get_proc_name = no_name,
	};
	struct unwinder *u = xcalloc(1, sizeof *u);

	u->space = make_space(&accessors);
	if (!u->space) {
		free(u);
		return NULL;
	}
	return u;
}

void unwinder_free(struct unwinder *u)
{
	if (!u)
		return;
	unw_destroy_addr_space(u->space);
	free(u);
}

void unwinder_forget(struct unwinder *u)
{
	unw_flush_cache(u->space, 0, 0);
}

/* One frame outwards. A frame that is not below the last one would lead in circles, except that a
 * signal handler may have a stack of its own. */
static enum walk step(unw_cursor_t *cursor, struct target *v, struct stack *s, unw_word_t *last)
{
	unw_word_t ip, sp;
	bool signal = unw_is_signal_frame(cursor) > 0;
	int r = unw_step(cursor);

	if (r < 0 || v->reads == 0)
		return WALK_BROKEN;
	if (r == 0 || unw_get_reg(cursor, UNW_REG_IP, &ip) < 0 || ip == 0)
		return WALK_ENDED;
	if (unw_get_reg(cursor, UNW_REG_SP, &sp) < 0 || (sp <= *last && !signal))
		return WALK_BROKEN;
	*last = sp;
	return stack_push(v, s, ip, sp) ? WALK_ON : WALK_BROKEN;
}

/* The first function of a process often has no table, and the frame pointer is zero. */
static bool may_be_outermost(unw_cursor_t *cursor)
{
	unw_word_t fp;

	return unw_get_reg(cursor, MACHINE_DWARF_FP, &fp) == 0 && fp == 0;
}

/* Go has no tables, except in its C code, and reliable frame pointers. */
static bool is_go(unw_cursor_t *cursor, struct target *v)
{
	unw_proc_info_t info = { 0 };
	unw_word_t ip;
	const struct mapping *m = unw_get_reg(cursor, UNW_REG_IP, &ip) < 0 ? NULL : target_code(v, ip - 1);

	/* without a table libunwind answers nevertheless: a function of one byte */
	if (!m || !m->image->go || (unw_get_proc_info(cursor, &info) == 0 && info.end_ip - info.start_ip > 1))
		return false;
	return unw_get_reg(cursor, MACHINE_DWARF_FP, &v->fp) == 0;
}

bool unwinder_walk(struct unwinder *u, struct target *v, struct stack *s)
{
	unw_cursor_t cursor;
	unw_word_t last = 0;
	bool guessed = false, outermost = false;
	enum walk how = unw_init_remote(&cursor, u->space, v) < 0 ? WALK_BROKEN : WALK_ON;

	v->guessed = false;
	while (how == WALK_ON) {
		if (is_go(&cursor, v))
			return true;
		guessed = v->guessed;
		outermost = may_be_outermost(&cursor);
		how = step(&cursor, v, s, &last);
	}
	s->partial = how == WALK_BROKEN || guessed || (v->guessed && !outermost);
	return false;
}

#else

struct unwinder *unwinder_new(void)
{
	return NULL;
}

void unwinder_free(maybe_unused struct unwinder *u)
{
}

void unwinder_forget(maybe_unused struct unwinder *u)
{
}

bool unwinder_walk(maybe_unused struct unwinder *u, maybe_unused struct target *v, maybe_unused struct stack *s)
{
	return false;
}
#endif
