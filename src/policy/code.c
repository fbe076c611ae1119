/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/code.h"

#include <linux/seccomp.h>
#include <stddef.h>
#include "base/mem.h"

enum { STEPS_MAX = 1 << 20 };

void code_add(struct code *c, struct sock_filter one)
{
	c->items = grow(c->items, c->count, &c->room, sizeof *c->items);
	c->items[c->count++] = one;
}

/* from code to a diagram */

/* The accumulator: a number, or bits of half an argument. */
struct value {
	bool open;
	uint32_t number;		/* unless open */
	struct diagram_half half;		/* if open */
};

/* A place that was reached before, with this accumulator. */
struct visit {
	bool done;
	struct value with;
	diagram_node node;
};

struct code_walk {
	struct diagram *diagram;
	const struct code *code;
	const struct arch *arch;
	uint32_t nr;
	struct visit *visits;		/* by place, from the first dependence on an argument on */
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

static bool load(const struct code_walk *w, uint32_t offset, struct value *ret)
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
		ret->half = (struct diagram_half){ (offset - args) / 8, (offset / 4 % 2 == 1) != big, UINT32_MAX };
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

static diagram_node walk_from(struct code_walk *w, size_t at, struct value a);

static diagram_node stuck(struct code_walk *w)
{
	w->stuck = true;
	return 0;
}

static diagram_node fork_at(struct code_walk *w, size_t at, const struct value *a)
{
	static const enum cmp ops[] = { [BPF_JEQ >> 4] = CMP_EQ, [BPF_JGT >> 4] = CMP_GT, [BPF_JGE >> 4] = CMP_GE,
					[BPF_JSET >> 4] = CMP_NE };
	const struct sock_filter *f = &w->code->items[at];

	if (!w->visits)
		w->visits = xcalloc(w->code->count, sizeof *w->visits);
	diagram_node yes = walk_from(w, at + 1 + f->jt, *a), no = walk_from(w, at + 1 + f->jf, *a);
	bool set = BPF_OP(f->code) == BPF_JSET;
	struct diagram_half half = a->half;

	half.mask &= set ? f->k : UINT32_MAX;
	return w->stuck ? 0 : diagram_half(w->diagram, &half, ops[BPF_OP(f->code) >> 4], set ? 0 : f->k, yes, no);
}

/* Follows the code until it returns or depends on an argument. */
static diagram_node walk_on(struct code_walk *w, size_t at, struct value a)
{
	for (; at < w->code->count && !w->stuck; at++) {
		const struct sock_filter *f = &w->code->items[at];

		if (++w->steps > STEPS_MAX || diagram_is_lost(w->diagram))
			return stuck(w);
		switch (f->code) {
		case BPF_RET | BPF_K:
			return diagram_constant(w->diagram, verdict_of_kernel(f->k));
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

static diagram_node walk_from(struct code_walk *w, size_t at, struct value a)
{
	struct visit *v = at < w->code->count ? &w->visits[at] : NULL;

	if (!v || w->stuck)
		return stuck(w);
	if (!v->done || !same_value(&v->with, &a)) {
		diagram_node node = walk_on(w, at, a);

		*v = (struct visit){ .done = true, .with = a, .node = node };
	}
	return v->node;
}

bool code_answers(struct diagram *diagram, const struct code *code, const struct arch *arch, uint32_t nr, diagram_node *ret)
{
	struct code_walk w = { .diagram = diagram, .code = code, .arch = arch, .nr = nr };

	/* the kernel rejects longer ones, and the depth of recursion is bounded */
	if (code->count == 0 || code->count > BPF_MAXINSNS)
		return false;
	*ret = walk_on(&w, 0, (struct value){ 0 });
	free(w.visits);
	return !w.stuck && !diagram_is_lost(diagram);
}

/* from a diagram to code */

/*
 * A row of nodes tests successive bits of half an argument. It is a comparison with a number
 * (above, below, equal) if all edges that leave the row at a 1 in place of a 0 lead to one node,
 * and all that leave it at a 0 in place of a 1 to one node (or to the same).
 */
struct row {
	unsigned arg;
	bool upper;
	uint32_t mask, value;
	bool has_above, has_below;
	diagram_node above, below, equal;
};

/* The program is written from its end, so that the targets of jumps exist already. */
struct maker {
	const struct diagram *diagram;
	struct code back;		/* in reverse order */
	struct made { diagram_node node; size_t at; } *made;
	size_t made_count, made_room;
};

/* How well does an edge to `to` fit the row here? Negative: not at all. */
static int fit_of(bool has, diagram_node to, diagram_node there, bool has_other, diagram_node other, bool farther)
{
	if (has && to != there)
		return -1;
	return 4 * has + 2 * (has_other && to == other) + farther;
}

static bool is_farther(const struct diagram *s, diagram_node a, diagram_node b)
{
	struct diagram_step x, y;

	if (!diagram_step_at(s, a, &x))
		return true;
	return diagram_step_at(s, b, &y) && (x.arg != y.arg ? x.arg > y.arg : x.bit < y.bit);
}

static bool add_to_row(struct row *r, const struct diagram *s, const struct diagram_step *step)
{
	int high = fit_of(r->has_above, step->high, r->above, r->has_below, r->below, is_farther(s, step->high, step->low));
	int low = fit_of(r->has_below, step->low, r->below, r->has_above, r->above, is_farther(s, step->low, step->high));
	uint32_t bit = (uint32_t)1 << step->bit % 32;

	if (high < 0 && low < 0)
		return false;
	r->mask |= bit;
	if (high >= low) {
		r->has_above = true;
		r->above = step->high;
		r->equal = step->low;
	} else {
		r->has_below = true;
		r->below = step->low;
		r->equal = step->high;
		r->value |= bit;
	}
	return true;
}

static struct row row_of(const struct diagram *s, diagram_node n)
{
	struct diagram_step step;
	struct row r = { .equal = n };

	diagram_step_at(s, n, &step);
	r.arg = step.arg;
	r.upper = step.bit >= 32;
	while (diagram_step_at(s, r.equal, &step) && step.arg == r.arg && (step.bit >= 32) == r.upper && add_to_row(&r, s, &step))
		;
	return r;
}

static size_t make_code(struct maker *m, uint16_t code, uint8_t jt, uint8_t jf, uint32_t k)
{
	code_add(&m->back, (struct sock_filter){ code, jt, jf, k });
	return m->back.count - 1;
}

/* Makes a place that the next two instructions can reach with eight bits. */
static size_t make_near(struct maker *m, size_t to)
{
	enum { NEAR = 250 };

	return m->back.count - to < NEAR ? to : make_code(m, BPF_JMP | BPF_JA, 0, 0, (uint32_t)(m->back.count - to - 1));
}

static size_t make_jump(struct maker *m, uint16_t op, uint32_t k, size_t yes, size_t no)
{
	yes = make_near(m, yes);
	no = make_near(m, no);
	return make_code(m, (uint16_t)(BPF_JMP | op | BPF_K), (uint8_t)(m->back.count - yes - 1), (uint8_t)(m->back.count - no - 1), k);
}

static size_t make_node(struct maker *m, diagram_node n);

static void make_row(struct maker *m, const struct row *r)
{
	const bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	size_t equal = make_node(m, r->equal), above = r->has_above ? make_node(m, r->above) : 0;
	size_t below = r->has_below ? make_node(m, r->below) : 0;
	bool one_bit = (r->mask & (r->mask - 1)) == 0;

	if (!r->has_below) {
		make_jump(m, BPF_JSET, r->mask, above, equal);
	} else if (!r->has_above && one_bit) {
		make_jump(m, BPF_JSET, r->mask, equal, below);
	} else {
		size_t rest = make_jump(m, BPF_JEQ, r->value, equal, below);

		if (r->has_above && above != below)
			make_jump(m, BPF_JGT, r->value, above, rest);
		if (r->mask != UINT32_MAX)
			make_code(m, BPF_ALU | BPF_AND | BPF_K, 0, 0, r->mask);
	}
	make_code(m, BPF_LD | BPF_W | BPF_ABS, 0, 0,
		  (uint32_t)(offsetof(struct seccomp_data, args) + 8 * r->arg + (r->upper != big ? 4 : 0)));
}

/* Each node once. */
static size_t make_node(struct maker *m, diagram_node n)
{
	struct diagram_step step;

	for (size_t i = 0; i < m->made_count; i++)
		if (m->made[i].node == n)
			return m->made[i].at;
	if (diagram_step_at(m->diagram, n, &step)) {
		struct row row = row_of(m->diagram, n);

		make_row(m, &row);
	} else {
		make_code(m, BPF_RET | BPF_K, 0, 0, verdict_kernel(diagram_at(m->diagram, n, (const uint64_t[6]){ 0 })));
	}
	m->made = grow(m->made, m->made_count, &m->made_room, sizeof *m->made);
	m->made[m->made_count++] = (struct made){ n, m->back.count - 1 };
	return m->back.count - 1;
}

void code_write(const struct diagram *s, diagram_node n, struct code *ret)
{
	struct maker m = { .diagram = s };

	make_node(&m, n);
	for (size_t i = m.back.count; i-- > 0;)
		code_add(ret, m.back.items[i]);
	free(m.back.items);
	free(m.made);
}
