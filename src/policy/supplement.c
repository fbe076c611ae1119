/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/supplement.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include "base/mem.h"

struct writer {
	struct code code;
	const struct policy *policy;
	struct diagram *diagram;
	const struct policy_call *lost;	/* the call whose rules are too large */
};

/* A jump to the end of the ABI's calls, patched later. */
enum { OUT = UINT32_MAX };

#define LOAD(offset) ((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset))
#define JUMP(op, k, t, f) ((struct sock_filter)BPF_JUMP(BPF_JMP | (op) | BPF_K, k, t, f))

/* A jump of any distance; aim() sets its target. */
static size_t leave(struct writer *w)
{
	code_add(&w->code, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, OUT));
	return w->code.count - 1;
}

static void aim(struct writer *w, size_t at)
{
	w->code.items[at].k = (uint32_t)(w->code.count - at - 1);
}

static void write_answer(struct writer *w, const struct policy_call *c)
{
	char name[CALL_NAME_MAX];
	scoped(says_done) struct says says;

	arch_call_name(c->arch, c->nr, name);
	says_find(&says, w->policy, c->arch, name);
	diagram_begin(w->diagram, c->arch);
	diagram_node node = says_answers(w->diagram, w->policy, &says);

	if (diagram_is_lost(w->diagram))
		w->lost = c;
	else
		code_write(w->diagram, node, &w->code);
}

/* The accumulator has the number: a binary search, with an answer at each leaf. */
static void write_calls(struct writer *w, const struct policy_call *list, size_t count)
{
	size_t half = count / 2, right;

	if (count == 1) {
		code_add(&w->code, JUMP(BPF_JEQ, list->nr, 1, 0));
		leave(w);
		write_answer(w, list);
		return;
	}
	code_add(&w->code, JUMP(BPF_JGE, list[half].nr, 0, 1));
	right = leave(w);
	write_calls(w, list, half);
	aim(w, right);
	write_calls(w, list + half, count - half);
}

static void write_arch(struct writer *w, const struct policy_call *list, size_t count)
{
	size_t from = w->code.count;

	code_add(&w->code, LOAD(offsetof(struct seccomp_data, arch)));
	code_add(&w->code, JUMP(BPF_JEQ, list->arch->audit, 1, 0));
	leave(w);
	code_add(&w->code, LOAD(offsetof(struct seccomp_data, nr)));
	write_calls(w, list, count);
	for (size_t i = from; i < w->code.count; i++)
		if (w->code.items[i].code == (BPF_JMP | BPF_JA) && w->code.items[i].k == OUT)
			aim(w, i);
}

int supplement_prepend(struct code *f, const struct policy *policy, struct diagram *diagram, const struct policy_call *list,
		       size_t count, struct err *e)
{
	struct writer w = { .policy = policy, .diagram = diagram };
	char name[CALL_NAME_MAX];

	for (size_t i = 0, n; i < count; i += n) {
		for (n = 1; i + n < count && list[i + n].arch->audit == list[i].arch->audit;)
			n++;
		write_arch(&w, list + i, n);
	}
	if (w.lost) {
		free(w.code.items);
		arch_call_name(w.lost->arch, w.lost->nr, name);
		return err_set(e, E2BIG, "the rules for '%s' are too many, or have too many conditions, for a filter",
			       name);
	}
	for (size_t k = 0; k < f->count; k++)
		code_add(&w.code, f->items[k]);
	free(f->items);
	*f = w.code;
	return 0;
}
