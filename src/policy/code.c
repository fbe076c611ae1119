/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/code.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include "base/mem.h"

enum { STEPS_MAX = 1 << 20 };

void code_add(struct code *c, struct sock_filter one)
{
	c->items = grow(c->items, c->count, &c->room, sizeof *c->items);
	c->items[c->count++] = one;
}

/* what the kernel takes */

static bool is_in(uint16_t code, const uint16_t *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == code)
			return true;
	return false;
}

/* seccomp(2) and the kernel's seccomp_check_filter(): words of the data, no packets. */
static const uint16_t plain_codes[] = {
	BPF_LD | BPF_IMM, BPF_LDX | BPF_IMM, BPF_LD | BPF_W | BPF_LEN, BPF_LDX | BPF_W | BPF_LEN,
	BPF_RET | BPF_K, BPF_RET | BPF_A, BPF_MISC | BPF_TAX, BPF_MISC | BPF_TXA,
	BPF_ALU | BPF_ADD | BPF_K, BPF_ALU | BPF_ADD | BPF_X, BPF_ALU | BPF_SUB | BPF_K, BPF_ALU | BPF_SUB | BPF_X,
	BPF_ALU | BPF_MUL | BPF_K, BPF_ALU | BPF_MUL | BPF_X, BPF_ALU | BPF_DIV | BPF_X, BPF_ALU | BPF_AND | BPF_K,
	BPF_ALU | BPF_AND | BPF_X, BPF_ALU | BPF_OR | BPF_K, BPF_ALU | BPF_OR | BPF_X, BPF_ALU | BPF_XOR | BPF_K,
	BPF_ALU | BPF_XOR | BPF_X, BPF_ALU | BPF_LSH | BPF_X, BPF_ALU | BPF_RSH | BPF_X, BPF_ALU | BPF_NEG,
};
static const uint16_t memory_codes[] = { BPF_LD | BPF_MEM, BPF_LDX | BPF_MEM, BPF_ST, BPF_STX };
static const uint16_t jump_codes[] = {
	BPF_JMP | BPF_JEQ | BPF_K, BPF_JMP | BPF_JEQ | BPF_X, BPF_JMP | BPF_JGT | BPF_K, BPF_JMP | BPF_JGT | BPF_X,
	BPF_JMP | BPF_JGE | BPF_K, BPF_JMP | BPF_JGE | BPF_X, BPF_JMP | BPF_JSET | BPF_K, BPF_JMP | BPF_JSET | BPF_X,
};

/* What is wrong with it; NULL: nothing. */
static const char *fault_of(const struct sock_filter *f, size_t left)
{
	if (is_in(f->code, plain_codes, countof(plain_codes)))
		return NULL;
	if (f->code == (BPF_LD | BPF_W | BPF_ABS))
		return f->k % 4 || f->k >= sizeof(struct seccomp_data) ? "it loads from outside the call's data" : NULL;
	if (is_in(f->code, memory_codes, countof(memory_codes)))
		return f->k >= BPF_MEMWORDS ? "there is no such memory" : NULL;
	if (f->code == (BPF_JMP | BPF_JA))
		return f->k >= left ? "it jumps behind the end" : NULL;
	if (is_in(f->code, jump_codes, countof(jump_codes)))
		return f->jt >= left || f->jf >= left ? "it jumps behind the end" : NULL;
	if (f->code == (BPF_ALU | BPF_DIV | BPF_K))
		return f->k == 0 ? "it divides by 0" : NULL;
	if (f->code == (BPF_ALU | BPF_LSH | BPF_K) || f->code == (BPF_ALU | BPF_RSH | BPF_K))
		return f->k >= 32 ? "it shifts by more than a word has" : NULL;
	return "seccomp does not know this instruction";
}

/* Is memory read that was not written on every way there?  `written` has a bit a word, for each instruction. As the
 * kernel has it, what follows a return counts as a way, too. */
static bool reads_unwritten(const struct code *c, uint16_t *written, size_t i)
{
	const struct sock_filter *f = &c->items[i];
	uint16_t now = written[i];

	if ((f->code == (BPF_LD | BPF_MEM) || f->code == (BPF_LDX | BPF_MEM)) && !(now & 1u << f->k))
		return true;
	if (f->code == BPF_ST || f->code == BPF_STX)
		now |= (uint16_t)(1u << f->k);
	if (f->code == (BPF_JMP | BPF_JA)) {
		written[i + 1 + f->k] &= now;
	} else if (BPF_CLASS(f->code) == BPF_JMP) {
		written[i + 1 + f->jt] &= now;
		written[i + 1 + f->jf] &= now;
	} else if (i + 1 < c->count) {
		written[i + 1] &= now;
	}
	return false;
}

int code_check(const struct code *c, struct err *e)
{
	const char *fault = NULL;
	uint16_t written[BPF_MAXINSNS];

	if (c->count == 0 || c->count > BPF_MAXINSNS)
		return err_set(e, EINVAL, "the filter has %zu instructions; the kernel takes 1 to %d", c->count, BPF_MAXINSNS);
	memset(written, 0xff, sizeof written);
	written[0] = 0;
	for (size_t i = 0; i < c->count; i++) {
		fault = fault_of(&c->items[i], c->count - i - 1);
		if (!fault && reads_unwritten(c, written, i))
			fault = "it reads memory that was not written";
		if (!fault && i + 1 == c->count && BPF_CLASS(c->items[i].code) != BPF_RET)
			fault = "the last one does not return";
		if (fault)
			return err_set(e, EINVAL, "instruction %zu (0x%02x): %s", i + 1, c->items[i].code, fault);
	}
	return 0;
}

/* one call, step by step */

struct machine {
	const struct code_call *call;
	struct code_state *state;
	struct code_fork *ret;
};

static struct code_word number(uint32_t n)
{
	return (struct code_word){ .bits = n };
}

static bool load_data(const struct machine *m, uint32_t offset, struct code_word *ret)
{
	const uint32_t args = offsetof(struct seccomp_data, args), end = sizeof(struct seccomp_data);
	const bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	bool upper = (offset / 4 % 2 == 1) != big;

	if (offset % 4 || offset >= end || (offset < args && offset > offsetof(struct seccomp_data, arch)))
		return false;
	if (offset < args)
		*ret = number(offset == offsetof(struct seccomp_data, nr) ? m->call->nr : m->call->arch->audit);
	else
		*ret = (struct code_word){ .open = true, .arg = (uint8_t)((offset - args) / 8), .upper = upper, .bits = UINT32_MAX };
	if (ret->open && upper && m->call->no_uppers) {
		*ret = number(0);
		m->ret->took_upper = true;
	}
	return true;
}

static bool load(const struct machine *m, const struct sock_filter *f)
{
	struct code_state *s = m->state;
	struct code_word *to = BPF_CLASS(f->code) == BPF_LD ? &s->a : &s->x;

	switch (BPF_MODE(f->code)) {
	case BPF_ABS: return load_data(m, f->k, to);
	case BPF_IMM: *to = number(f->k); return true;
	case BPF_LEN: *to = number(sizeof(struct seccomp_data)); return true;
	case BPF_MEM: *to = s->mem[f->k % BPF_MEMWORDS]; return true;
	default:      return false;
	}
}

static struct code_word operand(const struct machine *m, const struct sock_filter *f)
{
	return BPF_SRC(f->code) == BPF_X ? m->state->x : number(f->k);
}

static bool compute(const struct machine *m, const struct sock_filter *f)
{
	struct code_word *a = &m->state->a, k = operand(m, f);

	/* bits of an argument stay what they are under a mask, and under nothing else */
	if (BPF_OP(f->code) == BPF_AND && a->open != k.open) {
		*a = a->open ? *a : k;
		a->bits = m->state->a.bits & (k.open ? a->bits : k.bits);
		return true;
	}
	if (a->open || (k.open && BPF_OP(f->code) != BPF_NEG))
		return false;
	switch (BPF_OP(f->code)) {
	case BPF_ADD: a->bits += k.bits; return true;
	case BPF_SUB: a->bits -= k.bits; return true;
	case BPF_MUL: a->bits *= k.bits; return true;
	case BPF_DIV: a->bits = k.bits ? a->bits / k.bits : 0; return k.bits != 0;
	case BPF_AND: a->bits &= k.bits; return true;
	case BPF_OR:  a->bits |= k.bits; return true;
	case BPF_XOR: a->bits ^= k.bits; return true;
	case BPF_LSH: a->bits <<= k.bits & 31; return true;
	case BPF_RSH: a->bits >>= k.bits & 31; return true;
	case BPF_NEG: a->bits = -a->bits; return true;
	default:      return false;
	}
}

/* By an X of 0: it answers 0, which kills the thread. */
static bool divides_by_zero(const struct code_state *s, const struct sock_filter *f)
{
	return f->code == (BPF_ALU | BPF_DIV | BPF_X) && !s->x.open && s->x.bits == 0;
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

static enum code_turn fork_on(const struct machine *m, const struct sock_filter *f, uint32_t k)
{
	static const enum cmp ops[] = { [BPF_JEQ >> 4] = CMP_EQ, [BPF_JGT >> 4] = CMP_GT, [BPF_JGE >> 4] = CMP_GE,
					[BPF_JSET >> 4] = CMP_NE };
	const struct code_word a = m->state->a;
	bool set = BPF_OP(f->code) == BPF_JSET;
	uint32_t next = m->state->at + 1;

	m->ret->half = (struct diagram_half){ a.arg, a.upper, a.bits & (set ? k : UINT32_MAX) };
	m->ret->op = ops[BPF_OP(f->code) >> 4];
	m->ret->value = set ? 0 : k;
	m->ret->yes = next + f->jt;
	m->ret->no = next + f->jf;
	return CODE_FORKS;
}

static enum code_turn answer_with(const struct machine *m, uint32_t answer)
{
	m->ret->answer = verdict_of_kernel(answer);
	return CODE_ANSWERS;
}

/* What changes the state and goes on with the next one; false: stuck. */
static bool step(const struct machine *m, const struct sock_filter *f)
{
	struct code_state *s = m->state;

	switch (BPF_CLASS(f->code)) {
	case BPF_LD:
	case BPF_LDX: return load(m, f);
	case BPF_ALU: return compute(m, f);
	case BPF_ST:  s->mem[f->k % BPF_MEMWORDS] = s->a; return true;
	case BPF_STX: s->mem[f->k % BPF_MEMWORDS] = s->x; return true;
	case BPF_MISC:
		*(BPF_MISCOP(f->code) == BPF_TAX ? &s->x : &s->a) = BPF_MISCOP(f->code) == BPF_TAX ? s->a : s->x;
		return true;
	default:
		return false;
	}
}

enum code_turn code_follow(const struct code *code, const struct code_call *call, struct code_state *s, struct code_fork *ret)
{
	const struct machine m = { call, s, ret };

	for (ret->took_upper = false; s->at < code->count; s->at++) {
		const struct sock_filter *f = &code->items[s->at];
		struct code_word k = operand(&m, f);

		ret->at = s->at;
		if (BPF_CLASS(f->code) == BPF_RET)
			return BPF_RVAL(f->code) == BPF_K ? answer_with(&m, f->k) :
			       s->a.open ? CODE_STUCK : answer_with(&m, s->a.bits);
		if (divides_by_zero(s, f))
			return answer_with(&m, SECCOMP_RET_KILL_THREAD);
		if (BPF_CLASS(f->code) != BPF_JMP) {
			if (!step(&m, f))
				return CODE_STUCK;
		} else if (f->code == (BPF_JMP | BPF_JA)) {
			s->at += f->k;
		} else if (k.open) {
			return CODE_STUCK;
		} else if (s->a.open) {
			return fork_on(&m, f, k.bits);
		} else {
			s->at += compare(BPF_OP(f->code), s->a.bits, k.bits) ? f->jt : f->jf;
		}
	}
	return CODE_STUCK;
}

/* from code to a diagram */

/* A place that was reached before, with this state. */
struct visit {
	bool done;
	diagram_node node;
	struct code_state with;
};

/* How deep this calls itself has a bound, the length of the program: what each needs is not on the stack. */
struct code_walk {
	struct diagram *diagram;
	const struct code *code;
	const struct code_call *call;
	struct code_trail *trail;
	struct code_state now;
	struct visit *visits;		/* by place, once it depends on an argument */
	struct code_state *kept;	/* of the forks that are not through */
	size_t kept_count, kept_room;
	bool stuck, any;
};

static diagram_node walk_on(struct code_walk *w);

static diagram_node stuck(struct code_walk *w)
{
	w->stuck = true;
	return 0;
}

static diagram_node walk_from(struct code_walk *w, uint32_t at)
{
	struct visit *v = at < w->code->count ? &w->visits[at] : NULL;

	if (!v || w->stuck)
		return stuck(w);
	w->now.at = at;
	if (!v->done || memcmp(&v->with, &w->now, sizeof w->now) != 0) {
		v->with = w->now;
		v->done = false;
		diagram_node node = walk_on(w);

		v->node = node;
		v->done = true;
	}
	return v->node;
}

static diagram_node walk_fork(struct code_walk *w, const struct code_fork *f)
{
	if (!w->visits)
		w->visits = xcalloc(w->code->count, sizeof *w->visits);
	w->kept = grow(w->kept, w->kept_count, &w->kept_room, sizeof *w->kept);
	w->kept[w->kept_count++] = w->now;
	diagram_node yes = walk_from(w, f->yes);

	w->now = w->kept[--w->kept_count];
	diagram_node no = walk_from(w, f->no);

	return w->stuck ? 0 : diagram_half(w->diagram, &f->half, f->op, f->value, yes, no);
}

/* Follows the code until it returns or depends on an argument. */
static diagram_node walk_on(struct code_walk *w)
{
	struct code_fork f;
	uint32_t from = w->now.at;
	enum code_turn turn = code_follow(w->code, w->call, &w->now, &f);
	uint32_t steps = f.at >= from ? f.at - from + 1 : 1;

	w->trail->took_upper |= f.took_upper;
	if (!w->any || turn == CODE_STUCK)
		w->trail->at = f.at;
	w->any = true;
	if (turn == CODE_STUCK || steps > w->trail->steps_left || diagram_is_lost(w->diagram))
		return stuck(w);
	w->trail->steps_left -= steps;
	return turn == CODE_ANSWERS ? diagram_constant(w->diagram, f.answer) : walk_fork(w, &f);
}

bool code_answers_of(struct diagram *diagram, const struct code *code, const struct code_call *call, struct code_trail *trail,
		     diagram_node *ret)
{
	struct code_walk w = { .diagram = diagram, .code = code, .call = call, .trail = trail };

	/* the kernel rejects longer ones, and the depth of recursion is bounded */
	if (code->count == 0 || code->count > BPF_MAXINSNS)
		return false;
	*ret = walk_on(&w);
	free(w.visits);
	free(w.kept);
	return !w.stuck && !diagram_is_lost(diagram);
}

bool code_answers(struct diagram *diagram, const struct code *code, const struct arch *arch, uint32_t nr, diagram_node *ret)
{
	struct code_trail trail = { .steps_left = STEPS_MAX };

	return code_answers_of(diagram, code, &(struct code_call){ .arch = arch, .nr = nr }, &trail, ret);
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
