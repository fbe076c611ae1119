/* SPDX-License-Identifier: Apache-2.0 */
#include "make.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct dice dice_new(uint64_t salt)
{
	const char *seed = getenv("SEED");

	return (struct dice){ (seed ? strtoull(seed, NULL, 0) : 1) * 0x9e3779b97f4a7c15 ^ salt };
}

uint64_t dice_u64(struct dice *d)		/* splitmix64 */
{
	uint64_t z = d->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

uint32_t dice_below(struct dice *d, uint32_t n)
{
	return (uint32_t)(dice_u64(d) >> 32) % n;
}

#define PICK(d, array) ((array)[dice_below(d, countof(array))])

/* recordings */

/* Of several runs or of one; with no, few, or many calls and programs. */
static void make_spots(struct rec *rec, struct dice *d, unsigned i, const char *id)
{
	static const char *const calls[] = {
		"mount", "x86:mount", "umount2", "call_470", "swapon", "a", "b", "c", "d", "e", "f", "g", "h", "i",
		"j", "k", "l", "m", "n", "o", "p", "q", "r", "s",
	};
	static const char *const remedies[] = { "none", "", "another" };
	const char *hidden[countof(calls) + 1] = { NULL };
	struct rec_seen seen[3];
	uint32_t n = dice_below(d, 3) ? 0 : dice_below(d, countof(calls));

	for (uint32_t k = 0; k < n; k++)
		hidden[k] = PICK(d, calls);
	n = dice_below(d, countof(seen) + 1);
	for (uint32_t k = 0; k < n; k++)
		seen[k] = (struct rec_seen){ id, PICK(d, calls), 1 + dice_below(d, 9), dice_below(d, 9) * 0.125 };
	rec_add_blind_spot(rec, &(struct rec_blind_spot){
		.kind = "filter", .detail = "the same in all", .remedy = remedies[i % countof(remedies)],
		.calls = n % 2 ? NULL : hidden, .seen = seen, .seen_count = n });
	if (i % 2)
		rec_add_blind_spot(rec, &(struct rec_blind_spot){
			.kind = "io_uring", .detail = id, .remedy = "look \x07 there", .calls = hidden });
}

/* Few different ones, so that some are equal, and more than are kept. */
static void make_site(struct rec *rec, struct dice *d, const struct arch *a, uint32_t nr, const char *program)
{
	static const char *const names[] = { "main", "", "a\x1b[0m", "std::vector<\xff>", "write" };
	struct rec_frame frames[3];
	size_t depth = 1 + dice_below(d, countof(frames));

	for (uint32_t n = dice_below(d, 8); n > 0; n--) {
		for (size_t i = 0; i < depth; i++) {
			uint32_t at = dice_below(d, 3), line = dice_below(d, 2);

			frames[i] = (struct rec_frame){ PICK(d, names), PICK(d, names), line ? 0 : at, line ? at + 1 : 0 };
		}
		rec_add_site(rec, a, nr, &(struct rec_site){
			.program = program, .partial = dice_below(d, 2), .through = dice_below(d, (uint32_t)depth),
			.frames = frames, .depth = depth });
	}
}

/* Values of each run: sets, some with more than are kept after merging, and summaries. */
static void make_args(struct rec *rec, struct dice *d, const struct arch *a, uint32_t nr, const char *id)
{
	uint64_t values[REC_VALUES_MAX], bits = 0;
	const uint64_t step = 1 + dice_below(d, 3), base = dice_below(d, 40);
	uint32_t n = dice_below(d, 3) ? 0 : 1 + dice_below(d, REC_VALUES_MAX);

	for (uint32_t i = 0; i < n; i++)
		bits |= values[i] = base + i * step;
	if (n)
		rec_add_arg(rec, a, nr, &(struct rec_arg){
			.arg = dice_below(d, 2), .mask = dice_below(d, 2) ? UINT32_MAX : UINT64_MAX, .runs = &id, .run_count = 1,
			.summary = n == 7, .least = base, .greatest = values[n - 1], .bits = bits,
			.values = values, .value_count = n == 7 ? 0 : n });
}

static void make_run(struct rec *rec, unsigned i)
{
	static const char *const programs[] = { "/bin/sh", "/bin/chmod", "/opt/\x1b[2Jevil", "/usr/bin/caf\xc3\xa9" };
	static const char *const abis[] = { "x86_64", "x86", "x32", "aarch64" };
	struct dice d = dice_new(1000 + i);
	char id[8], start[32];
	const char *command[] = { PICK(&d, programs), "-c", "a \"b\" \n", NULL };

	snprintf(id, sizeof id, "r%u", i);
	snprintf(start, sizeof start, "2026-01-%02uT12:00:00Z", 1 + i / 2);
	rec_add_run(rec, &(struct rec_run){
		.id = id, .command = command, .start = start, .seconds = i * 0.25, .end = (enum rec_end)(i % 4),
		.end_value = i, .engine = "seccomp", .scope = "all",
		.filter_program = i % 3 ? NULL : PICK(&d, programs), .filter_nnp = i & 2, .kernel = "6.1.0", .machine = "x86_64",
		.libseccomp = "2.5.4", .no_new_privs = i & 1, .tasks = i + 1, .calls = UINT64_MAX - i });
	for (unsigned n = dice_below(&d, 40); n > 0; n--) {
		const struct arch *a = arch_find(i == 0 ? "x86_64" : PICK(&d, abis));
		const char *program = PICK(&d, programs);
		uint32_t nr = a->bit | (dice_below(&d, 20) ? dice_below(&d, 480) : 700 + dice_below(&d, 99));

		rec_add_seen(rec, a, nr, &(struct rec_seen){ id, program, 1 + dice_below(&d, 9), n * 0.125 });
		rec_add_program(rec, id, program, dice_below(&d, 5));
		make_site(rec, &d, a, nr, program);
		make_args(rec, &d, a, nr, id);
	}
	make_spots(rec, &d, i, id);
}

struct rec *make_rec(struct dice *d)
{
	struct rec *rec = rec_new();

	for (uint32_t n = dice_below(d, 4); n > 0; n--)
		make_run(rec, dice_below(d, 6));
	return rec;
}

/* policies */

static struct verdict make_verdict(struct dice *d)
{
	static const struct verdict verdicts[] = {
		{ ACT_ALLOW, 0 }, { ACT_ALLOW, 0 }, { ACT_ERRNO, EPERM }, { ACT_ERRNO, ENOSYS }, { ACT_ERRNO, 0 },
		{ ACT_LOG, 0 }, { ACT_TRAP, 0 }, { ACT_KILL_THREAD, 0 }, { ACT_KILL_PROCESS, 0 }, { ACT_TRACE, 7 },
	};

	return PICK(d, verdicts);
}

uint64_t make_value(struct dice *d)
{
	static const uint64_t edges[] = {
		0, 1, 2, 7, 0x80, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x100000001, 0x1ffffffff,
		0x7fffffffffffffff, 0x8000000000000000, 0xffffffff00000000, UINT64_MAX - 1, UINT64_MAX,
	};

	switch (dice_below(d, 4)) {
	case 0:  return dice_below(d, 8);
	case 1:  return dice_u64(d) >> dice_below(d, 64);
	default: return PICK(d, edges);
	}
}

static void make_conditions(struct dice *d, struct rule *rule)
{
	static const unsigned counts[] = { 0, 0, 1, 1, 1, 2, 3 };
	unsigned first = dice_below(d, 6);

	rule->conditions = PICK(d, counts);
	for (unsigned i = 0; i < rule->conditions; i++) {
		struct condition *c = &rule->when[i];

		c->arg = (first + i) % 6;
		c->op = (enum cmp)dice_below(d, CMP_COUNT);
		c->value = make_value(d);
		c->mask = c->op == CMP_MASKED_EQ ? make_value(d) : 0;
		c->value = c->op == CMP_MASKED_EQ && dice_below(d, 4) ? c->value & c->mask : c->value;
	}
}

struct policy *make_policy(struct dice *d)
{
	static const char *const calls[] = {
		"read", "write", "openat", "open", "clone", "clone3", "mount", "mmap", "mmap2", "socketcall",
		"socket", "bind", "accept", "accept4", "sendmmsg", "ipc", "semop", "shmat", "fchmodat2",
		"file_setattr", "uretprobe", "call_500", "call_999", "no_such_call", "umount", "clock_gettime64",
		"getpid", "personality",
	};
	static const char *const sets[][3] = {
		{ NULL }, { "x86_64" }, { "x86_64", "x86" }, { "x86_64", "x86", "x32" }, { "x86", "x32" }, { "x86" },
		{ "x32" }, { "aarch64" }, { "aarch64", "arm" }, { "riscv64" },
	};
	const char *const *set = PICK(d, sets);
	static const char *const some[] = { "x86_64", "x86", "x32", "aarch64" };
	struct policy *p = policy_new(make_verdict(d));
	const char *few[4];

	for (size_t i = 0; i < 3 && set[i]; i++)
		policy_add_arch(p, arch_find(set[i]));
	for (size_t i = 0; i < countof(few); i++)
		few[i] = PICK(d, calls);
	for (uint32_t n = dice_below(d, 12); n > 0; n--) {
		struct rule rule = { .call = PICK(d, few), .verdict = make_verdict(d) };

		if (!dice_below(d, 4))
			rule.arches = ARCH_BIT(arch_find(PICK(d, some)));
		make_conditions(d, &rule);
		policy_add_rule(p, &rule);
	}
	return p;
}
