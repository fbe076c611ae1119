/* SPDX-License-Identifier: Apache-2.0 */
#include "out/breach/phrases.h"

#include <inttypes.h>
#include <string.h>
#include <sys/wait.h>

static bool is_native(const struct breach *b)
{
	return b->arch == arch_native();
}

const char *breach_abi(const struct breach *b)
{
	return b->arch ? b->arch->name : "unknown ABI";
}

void breach_errno(struct buf *t, int error)
{
	if (errno_name(error))
		buf_adds(t, errno_name(error));
	else
		buf_addf(t, "errno %d", error);
}

static void add_verdict(struct buf *t, struct verdict v)
{
	if (v.action == ACT_ERRNO)
		breach_errno(t, v.data);
	else
		buf_adds(t, action_info(v.action)->name);
}

void breach_who(struct buf *t, const struct breach *b)
{
	buf_adds(t, b->name);
	if (!is_native(b))
		buf_addf(t, " (%s)", breach_abi(b));
	if (*b->program)
		buf_addf(t, " by %s", b->program);
}

void breach_sentence(struct buf *t, const struct breach *b, bool audit)
{
	breach_who(t, b);
	switch (b->kind) {
	case BREACH_REFUSED:
	case BREACH_ASKED:
	case BREACH_ABSENT:
	case BREACH_NO_CALL:
		buf_adds(t, audit ? ": would be answered " : ": ");
		add_verdict(t, b->verdict);
		break;
	case BREACH_RUNTIME:
		buf_adds(t, ": ");
		add_verdict(t, b->verdict);
		buf_adds(t, " under runc and crun");
		break;
	case BREACH_OPEN:
		buf_adds(t, ": with some arguments ");
		add_verdict(t, b->verdict);
		break;
	case BREACH_KERNEL:
		buf_adds(t, ": ");
		breach_errno(t, b->error);
		buf_adds(t, " from the kernel, not from the profile");
		break;
	case BREACH_STALE:
		buf_adds(t, ": allowed, and never used");
		break;
	case BREACH_KINDS:
		break;
	}
	if (b->count > 1)
		buf_addf(t, ", %" PRIu64 " times", b->count);
}

void breach_announce(struct buf *t, const struct breach *b, const char *shape, bool audit)
{
	buf_adds(t, audit ? "would be denied (" : "denied (");
	add_verdict(t, b->verdict);
	buf_addf(t, "): %s", shape);
	if (!is_native(b))
		buf_addf(t, " on %s", breach_abi(b));
	if (*b->program)
		buf_addf(t, " by %s", b->program);
}

/* "CAP_SYS_ADMIN", "one of CAP_A, CAP_B" */
static void add_gate(struct buf *t, const char *gate)
{
	const char *comma = strchr(gate, ',');

	buf_adds(t, comma ? "one of " : "");
	for (; *gate; gate += strcspn(gate, ",") + (gate[strcspn(gate, ",")] == ','))
		buf_addf(t, "%.*s%s", (int)strcspn(gate, ","), gate, gate[strcspn(gate, ",")] ? ", " : "");
}

void breach_frame(struct buf *t, const struct rec_frame *f)
{
	buf_adds(t, f->function);
	if (!f->line)
		buf_addf(t, "%s0x%" PRIx64, *f->function ? "+" : "", f->offset);
	buf_addf(t, " (%s", f->library);
	if (f->line)
		buf_addf(t, ":%" PRIu64, f->line);
	buf_adds(t, ")");
}

void breach_details(struct buf *t, const struct breaches *all, const struct breach *b, const char *before)
{
	for (size_t i = 0; i < b->shapes.count; i++)
		buf_addf(t, "%s%s\n", before, b->shapes.items[i]);
	if (b->more_shapes)
		buf_addf(t, "%sand with other arguments\n", before);
	if (b->through) {
		buf_addf(t, "%sthrough ", before);
		breach_frame(t, b->through);
		buf_addf(t, "%s\n", b->partial ? " (the stack is not complete)" : "");
	}
	if (b->kind == BREACH_KERNEL && *b->gate) {
		buf_addf(t, "%susually missing: ", before);
		add_gate(t, b->gate);
		buf_adds(t, "\n");
	}
	if (b->place.line && b->kind != BREACH_KERNEL)
		buf_addf(t, "%s%s:%u%s%s\n", before, breach_file(all, b), b->place.line, *b->place.path ? ": " : "", b->place.path);
}

/* "ended with status 3", "was killed by signal 15 (Terminated)" */
static void add_end(struct buf *t, int status)
{
	if (WIFSIGNALED(status))
		buf_addf(t, "was killed by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		buf_addf(t, "ended with status %d", WEXITSTATUS(status));
}

void breaches_result(struct buf *t, const struct breaches *all)
{
	size_t refused = breaches_count(all, BREACH_REFUSED), open = breaches_count(all, BREACH_OPEN);
	size_t runtimes = breaches_count(all, BREACH_RUNTIME), asked = breaches_count(all, BREACH_ASKED);
	bool outside = breaches_outside(all);

	buf_addf(t, "%s %s", outside ? "outside" : "inside", all->profile);
	if (refused)
		buf_addf(t, ": %zu call%s %s denied", refused, plural(refused),
			 all->audit ? "would be" : refused == 1 ? "was" : "were");
	if (runtimes)
		buf_addf(t, "%s %zu call%s %s denied by runc and crun only", refused ? "," : ":", runtimes, plural(runtimes),
			 plural_is(runtimes));
	if (asked)
		buf_addf(t, "%s %zu call%s %s left to a supervisor or a tracer", refused || runtimes ? "," : ":", asked,
			 plural(asked), plural_is(asked));
	if (open)
		buf_addf(t, "; for %zu the arguments were not recorded", open);
	if (all->ran && all->wait_status) {
		buf_adds(t, outside ? "; the command " : ", but the command ");
		add_end(t, all->wait_status);
	}
}

char *breach_line(const struct breaches *all, const struct breach *b)
{
	struct buf lines = { 0 }, t = { 0 };

	breach_sentence(&lines, b, all->audit);
	buf_adds(&lines, "\n");
	breach_details(&lines, all, b, "");
	for (const char *s = buf_str(&lines); *s; s++)
		if (*s != '\n')
			buf_add(&t, s, 1);
		else if (s[1])
			buf_adds(&t, "; ");
	buf_done(&lines);
	return buf_take(&t);
}
