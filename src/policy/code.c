/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/code.h"

#include <linux/seccomp.h>
#include <stddef.h>
#include "base/mem.h"

enum { STEPS_MAX = 1 << 20 };

/* What is in the accumulator: a number, or bits of half an argument. */
struct value {
	bool open;
	uint32_t number;		/* unless open */
	struct space_half half;		/* if open */
};

/* Where a place was reached already, and with what. */
struct visit {
	bool done;
	struct value with;
	space_node node;
};

struct walk {
	struct space *space;
	const struct code *code;
	const struct arch *arch;
	uint32_t nr;
	struct visit *visits;		/* by place, once it depends on an argument */
	unsigned steps;
	bool stuck;
};

static bool same_value(const struct value *a, const struct value *b)
{
	if (a->open != b->open)
		return false;
	return a->open ? a->half.arg == b->half.arg && a->half.upper == b->half.upper && a->half.mask == b->half.mask :
		a->number == b->number;
}

static bool load(const struct walk *w, uint32_t offset, struct value *ret)
{
	const uint32_t args = offsetof(struct seccomp_data, args), end = sizeof(struct seccomp_data);
	const bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

	*ret = (struct value){ .open = offset >= args };
	if (offset == offsetof(struct seccomp_data, nr))
		ret->number = w->nr;
	else if (offset == offsetof(struct seccomp_data, arch))
		ret->number = w->arch->audit;
	else if (offset < args || offset >= end || offset % 4)
		return false;
	else
		ret->half = (struct space_half){ (offset - args) / 8, (offset / 4 % 2 == 1) != big, UINT32_MAX };
	return true;
}

static void keep_bits(struct value *a, uint32_t mask)
{
	a->number &= mask;
	a->half.mask &= mask;
}

static bool compare(uint16_t op, uint32_t a, uint32_t k)
{
	switch (op) {
	case BPF_JEQ: return a == k;
	case BPF_JGT: return a > k;
	case BPF_JGE: return a >= k;
	default:      return a & k;
	}
}

static space_node walk_from(struct walk *w, size_t at, struct value a);

static space_node stuck(struct walk *w)
{
	w->stuck = true;
	return 0;
}

static space_node fork_at(struct walk *w, size_t at, const struct value *a)
{
	static const enum cmp ops[] = { [BPF_JEQ >> 4] = CMP_EQ, [BPF_JGT >> 4] = CMP_GT, [BPF_JGE >> 4] = CMP_GE,
					[BPF_JSET >> 4] = CMP_NE };
	const struct sock_filter *f = &w->code->items[at];

	if (!w->visits)
		w->visits = xcalloc(w->code->count, sizeof *w->visits);
	space_node yes = walk_from(w, at + 1 + f->jt, *a), no = walk_from(w, at + 1 + f->jf, *a);
	bool set = BPF_OP(f->code) == BPF_JSET;
	struct space_half half = a->half;

	half.mask &= set ? f->k : UINT32_MAX;
	return w->stuck ? 0 : space_half(w->space, &half, ops[BPF_OP(f->code) >> 4], set ? 0 : f->k, yes, no);
}

/* Straight on until it is decided, or depends on an argument. */
static space_node walk_on(struct walk *w, size_t at, struct value a)
{
	for (; at < w->code->count && !w->stuck; at++) {
		const struct sock_filter *f = &w->code->items[at];

		if (++w->steps > STEPS_MAX || space_is_lost(w->space))
			return stuck(w);
		switch (f->code) {
		case BPF_RET | BPF_K:
			return space_constant(w->space, verdict_of_kernel(f->k));
		case BPF_LD | BPF_W | BPF_ABS:
			if (!load(w, f->k, &a))
				return stuck(w);
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			keep_bits(&a, f->k);
			break;
		case BPF_JMP | BPF_JA:
			at += f->k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
		case BPF_JMP | BPF_JGT | BPF_K:
		case BPF_JMP | BPF_JGE | BPF_K:
		case BPF_JMP | BPF_JSET | BPF_K:
			if (a.open)
				return fork_at(w, at, &a);
			at += compare(BPF_OP(f->code), a.number, f->k) ? f->jt : f->jf;
			break;
		default:
			return stuck(w);
		}
	}
	return stuck(w);
}

static space_node walk_from(struct walk *w, size_t at, struct value a)
{
	struct visit *v = at < w->code->count ? &w->visits[at] : NULL;

	if (!v || w->stuck)
		return stuck(w);
	if (!v->done || !same_value(&v->with, &a)) {
		space_node node = walk_on(w, at, a);

		*v = (struct visit){ .done = true, .with = a, .node = node };
	}
	return v->node;
}

bool code_answers(struct space *space, const struct code *code, const struct arch *arch, uint32_t nr, space_node *ret)
{
	struct walk w = { .space = space, .code = code, .arch = arch, .nr = nr };

	/* longer ones the kernel does not take, and how deep this calls itself has a bound */
	if (code->count == 0 || code->count > BPF_MAXINSNS)
		return false;
	*ret = walk_on(&w, 0, (struct value){ 0 });
	free(w.visits);
	return !w.stuck && !space_is_lost(space);
}
