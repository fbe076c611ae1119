/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A filter only jumps forward, so one pass from the first instruction to the last reaches each one
 * after all its predecessors. The state at an instruction is what all of them agree on.
 */
#include "tracer/filter/bpf.h"

#include <linux/seccomp.h>
#include <string.h>
#include "base/mem.h"
#include "tracer/arch/arch.h"

struct word {
	bool known;
	uint32_t v;
};

struct state {
	bool reached;
	struct word a, x, mem[BPF_MEMWORDS];
};

struct scan {
	const struct sock_filter *program;
	size_t len;
	struct state *at;		/* [len] */
	uint32_t arch, nr;
	bool refuses, other_than_kill;	/* found so far */
};

static const struct word unknown;

static struct word known(uint32_t v)
{
	return (struct word){ true, v };
}

static void join(struct word *into, struct word v)
{
	if (!v.known || into->v != v.v)
		into->known = false;
}

static void reach(struct scan *w, size_t pc, const struct state *from)
{
	struct state *to;

	if (pc >= w->len)
		return;
	to = &w->at[pc];
	if (!to->reached) {
		*to = *from;
		to->reached = true;
		return;
	}
	join(&to->a, from->a);
	join(&to->x, from->x);
	for (size_t i = 0; i < BPF_MEMWORDS; i++)
		join(&to->mem[i], from->mem[i]);
}

static struct word loaded(const struct scan *w, const struct state *s, const struct sock_filter *f)
{
	switch (BPF_MODE(f->code)) {
	case BPF_IMM: return known(f->k);
	case BPF_LEN: return known(sizeof(struct seccomp_data));
	case BPF_MEM: return f->k < BPF_MEMWORDS ? s->mem[f->k] : unknown;
	case BPF_ABS: break;
	default:      return unknown;
	}
	if (f->k == offsetof(struct seccomp_data, nr))
		return known(w->nr);
	return f->k == offsetof(struct seccomp_data, arch) ? known(w->arch) : unknown;
}

static struct word operand(const struct state *s, const struct sock_filter *f)
{
	return BPF_SRC(f->code) == BPF_X ? s->x : known(f->k);
}

static struct word computed(const struct state *s, const struct sock_filter *f)
{
	struct word k = operand(s, f);
	uint32_t a = s->a.v;

	if (BPF_OP(f->code) == BPF_NEG)
		return s->a.known ? known(-a) : unknown;
	if (!s->a.known || !k.known)
		return unknown;
	switch (BPF_OP(f->code)) {
	case BPF_ADD: return known(a + k.v);
	case BPF_SUB: return known(a - k.v);
	case BPF_MUL: return known(a * k.v);
	case BPF_DIV: return k.v ? known(a / k.v) : unknown;
	case BPF_AND: return known(a & k.v);
	case BPF_OR:  return known(a | k.v);
	case BPF_XOR: return known(a ^ k.v);
	case BPF_LSH: return known(a << (k.v & 31));	/* as the machine does */
	case BPF_RSH: return known(a >> (k.v & 31));
	default:      return unknown;
	}
}

static void branch(struct scan *w, size_t pc, const struct state *s, const struct sock_filter *f)
{
	struct word k = operand(s, f);
	bool yes = false;

	if (BPF_OP(f->code) == BPF_JA) {
		reach(w, pc + 1 + (size_t)f->k, s);
		return;
	}
	if (!s->a.known || !k.known) {
		reach(w, pc + 1 + f->jt, s);
		reach(w, pc + 1 + f->jf, s);
		return;
	}
	switch (BPF_OP(f->code)) {
	case BPF_JEQ:  yes = s->a.v == k.v; break;
	case BPF_JGT:  yes = s->a.v > k.v; break;
	case BPF_JGE:  yes = s->a.v >= k.v; break;
	case BPF_JSET: yes = s->a.v & k.v; break;
	}
	reach(w, pc + 1 + (yes ? f->jt : f->jf), s);
}

static void answered(struct scan *w, struct word v)
{
	uint32_t action = v.known ? v.v & SECCOMP_RET_ACTION_FULL : SECCOMP_RET_ERRNO;

	if (action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG)
		return;
	w->refuses = true;
	if (action != SECCOMP_RET_KILL_PROCESS && action != SECCOMP_RET_KILL_THREAD)
		w->other_than_kill = true;
}

static struct word answer(const struct state *s, const struct sock_filter *f)
{
	return BPF_RVAL(f->code) == BPF_A ? s->a : known(f->k);
}

/* Division by zero in X ends the filter with 0, which kills. False if this always happens. */
static bool divide(struct scan *w, const struct state *s, const struct sock_filter *f)
{
	if (f->code != (BPF_ALU | BPF_DIV | BPF_X) || (s->x.known && s->x.v))
		return true;
	answered(w, known(SECCOMP_RET_KILL_THREAD));
	return !s->x.known;
}

static void step(struct scan *w, size_t pc)
{
	const struct sock_filter *f = &w->program[pc];
	struct state s = w->at[pc];

	switch (BPF_CLASS(f->code)) {
	case BPF_RET: answered(w, answer(&s, f)); return;
	case BPF_JMP: branch(w, pc, &s, f); return;
	case BPF_LD:  s.a = loaded(w, &s, f); break;
	case BPF_LDX: s.x = loaded(w, &s, f); break;
	case BPF_ALU:
		if (!divide(w, &s, f))
			return;
		s.a = computed(&s, f);
		break;
	case BPF_ST:
	case BPF_STX:
		if (f->k < BPF_MEMWORDS)
			s.mem[f->k] = BPF_CLASS(f->code) == BPF_ST ? s.a : s.x;
		break;
	case BPF_MISC:
		if (BPF_MISCOP(f->code) == BPF_TAX)
			s.x = s.a;
		else
			s.a = s.x;
	}
	reach(w, pc + 1, &s);
}

static bool may_refuse(struct scan *w)
{
	const struct state first = { .a = known(0), .x = known(0) };

	for (size_t i = 0; i < w->len; i++)
		w->at[i].reached = false;
	w->refuses = false;
	reach(w, 0, &first);
	for (size_t pc = 0; pc < w->len; pc++)
		if (w->at[pc].reached)
			step(w, pc);
	return w->refuses;
}

static void hidden_on(struct scan *w, unsigned abi, struct call_set *ret)
{
	struct call_set refused = { 0 };
	unsigned count = 0;

	w->arch = machine_arch(abi);
	w->other_than_kill = false;
	for (w->nr = 0; w->nr < TALLY_NUMBERS; w->nr++)
		if (may_refuse(w)) {
			call_set_add(&refused, abi, w->nr);
			count++;
		}
	if (abi == MACHINE_ABI_OWN || count < TALLY_NUMBERS || w->other_than_kill)
		call_set_unite(ret, &refused);
}

void bpf_hidden(const struct sock_filter *program, size_t len, struct call_set *ret)
{
	struct scan w = { .program = program, .len = len, .at = xcalloc(len, sizeof *w.at) };

	*ret = (struct call_set){ 0 };
	for (unsigned abi = 0; abi < TALLY_ABIS; abi++)
		hidden_on(&w, abi, ret);
	free(w.at);
}
