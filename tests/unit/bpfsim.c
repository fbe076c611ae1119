/* SPDX-License-Identifier: Apache-2.0 */
#include "bpfsim.h"

#include <string.h>

enum { STEPS_MAX = 65536 };

struct cpu {
	uint32_t a, x, mem[BPF_MEMWORDS];
};

static bool load(struct cpu *c, const struct sock_filter *f, const struct seccomp_data *data)
{
	switch (f->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		if (f->k % 4 || f->k >= sizeof *data)
			return false;
		memcpy(&c->a, (const char *)data + f->k, 4);
		return true;
	case BPF_LD | BPF_IMM:           c->a = f->k; return true;
	case BPF_LDX | BPF_IMM:          c->x = f->k; return true;
	case BPF_LD | BPF_W | BPF_LEN:   c->a = sizeof *data; return true;
	case BPF_LDX | BPF_W | BPF_LEN:  c->x = sizeof *data; return true;
	case BPF_LD | BPF_MEM:
	case BPF_LDX | BPF_MEM:
		if (f->k >= BPF_MEMWORDS)
			return false;
		*(BPF_CLASS(f->code) == BPF_LD ? &c->a : &c->x) = c->mem[f->k];
		return true;
	default:
		return false;
	}
}

static bool compute(struct cpu *c, const struct sock_filter *f)
{
	uint32_t k = BPF_SRC(f->code) == BPF_X ? c->x : f->k;

	switch (BPF_OP(f->code)) {
	case BPF_ADD: c->a += k; return true;
	case BPF_SUB: c->a -= k; return true;
	case BPF_MUL: c->a *= k; return true;
	case BPF_DIV: c->a = k ? c->a / k : 0; return k != 0;	/* by X: see divides_by_zero() */
	case BPF_AND: c->a &= k; return true;
	case BPF_OR:  c->a |= k; return true;
	case BPF_XOR: c->a ^= k; return true;
	case BPF_LSH: c->a <<= k & 31; return BPF_SRC(f->code) == BPF_X || k < 32;
	case BPF_RSH: c->a >>= k & 31; return BPF_SRC(f->code) == BPF_X || k < 32;
	case BPF_NEG: c->a = -c->a; return true;
	default:      return false;
	}
}

static bool jump(const struct cpu *c, const struct sock_filter *f, size_t *pc)
{
	uint32_t k = BPF_SRC(f->code) == BPF_X ? c->x : f->k;
	bool yes;

	switch (BPF_OP(f->code)) {
	case BPF_JA:   *pc += f->k; return true;
	case BPF_JEQ:  yes = c->a == k; break;
	case BPF_JGT:  yes = c->a > k; break;
	case BPF_JGE:  yes = c->a >= k; break;
	case BPF_JSET: yes = c->a & k; break;
	default:       return false;
	}
	*pc += yes ? f->jt : f->jf;
	return true;
}

/* It ends the program, with 0. */
static bool divides_by_zero(const struct cpu *c, const struct sock_filter *f)
{
	return f->code == (BPF_ALU | BPF_DIV | BPF_X) && c->x == 0;
}

bool bpfsim_run(const struct sock_filter *program, size_t len, const struct seccomp_data *data, uint32_t *ret)
{
	struct cpu c = { 0 };
	size_t pc = 0;

	for (int steps = 0; steps < STEPS_MAX && pc < len; steps++) {
		const struct sock_filter *f = &program[pc++];
		bool right;

		if (divides_by_zero(&c, f)) {
			*ret = SECCOMP_RET_KILL_THREAD;
			return true;
		}
		switch (BPF_CLASS(f->code)) {
		case BPF_RET:
			*ret = BPF_RVAL(f->code) == BPF_A ? c.a : f->k;
			return true;
		case BPF_ST:
		case BPF_STX:
			right = f->k < BPF_MEMWORDS;
			if (right)
				c.mem[f->k] = BPF_CLASS(f->code) == BPF_ST ? c.a : c.x;
			break;
		case BPF_LD:
		case BPF_LDX:  right = load(&c, f, data); break;
		case BPF_ALU:  right = compute(&c, f); break;
		case BPF_JMP:  right = jump(&c, f, &pc); break;
		case BPF_MISC:
			right = true;
			*(BPF_MISCOP(f->code) == BPF_TAX ? &c.x : &c.a) = BPF_MISCOP(f->code) == BPF_TAX ? c.a : c.x;
			break;
		default:       right = false;
		}
		if (!right)
			return false;
	}
	return false;
}

uint32_t bpfsim_stricter(uint32_t a, uint32_t b)
{
	/* the kernel compares actions as signed numbers: KILL_PROCESS is the least */
	int32_t x = (int32_t)(a & SECCOMP_RET_ACTION_FULL), y = (int32_t)(b & SECCOMP_RET_ACTION_FULL);

	return y < x ? b : a;
}
