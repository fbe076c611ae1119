/* SPDX-License-Identifier: Apache-2.0 */
/*
 * live-filter PID PROFILE: do the filters of a process, as the kernel
 * returns them, have the meaning of the profile for a container with the process's
 * capabilities?  For every number on every ABI of the machine, with arguments at the
 * edges of the profile's conditions.  Status 0, 1, or 77 when the kernel does not say.
 *
 * Only errnos of rules are compared: for numbers that a profile does not name
 * runc answers ENOSYS by itself.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include "base/mem.h"
#include "policy/judge.h"
#include "read/reader.h"
#include "sysdb/sysdb.h"
#include "tests/unit/bpfsim.h"

enum { FILTERS_MAX = 64, NUMBERS = 600, SHOWN = 20, CANNOT = 77 };

static struct { struct sock_filter code[BPF_MAXINSNS]; size_t len; } filters[FILTERS_MAX];
static size_t filter_count, compared, wrong;

static int give_up(const char *what)
{
	fprintf(stderr, "live-filter: %s: %s\n", what, strerror(errno));
	return errno == ESRCH ? 2 : CANNOT;
}

/* Unlike in ptrace(2), the oldest is the first one: between equal actions the newest decides. */
static int fetch(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0 || ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0)
		return give_up("cannot attach");
	if (waitpid(pid, &status, __WALL) < 0 || !WIFSTOPPED(status))
		return give_up("cannot stop it");
	while (filter_count < FILTERS_MAX) {
		long n = ptrace(PTRACE_SECCOMP_GET_FILTER, pid, (void *)filter_count, filters[filter_count].code);

		if (n < 0 && errno == ENOENT && filter_count)
			return 0;
		if (n < 0)
			return give_up("cannot read its filters");
		filters[filter_count++].len = (size_t)n;
	}
	errno = E2BIG;
	return give_up("too many filters");
}

static uint32_t answer_of(const struct arch *arch, uint32_t nr, const uint64_t args[static 6])
{
	struct seccomp_data data = { .nr = (int)nr, .arch = arch->audit };
	uint32_t answer = SECCOMP_RET_ALLOW, one;

	memcpy(data.args, args, sizeof data.args);
	for (size_t i = filter_count; i-- > 0; ) {
		if (!bpfsim_run(filters[i].code, filters[i].len, &data, &one))
			exit(give_up("a filter that the kernel would not take"));
		answer = bpfsim_stricter(answer, one);
	}
	return answer;
}

static bool agree(const struct policy *p, const struct rule *rule, struct verdict judged, uint32_t answer)
{
	if (verdict_kernel(judged) == answer)
		return true;
	return !rule && verdict_equal(judged, policy_default(p)) && answer == (SECCOMP_RET_ERRNO | ENOSYS);
}

static void compare(const struct policy *p, const struct arch *arch, uint32_t nr, const uint64_t args[static 6])
{
	const struct rule *rule;
	struct verdict judged = policy_judge(p, arch, nr, args, &rule);
	uint32_t answer = answer_of(arch, nr, args);
	char name[CALL_NAME_MAX];

	compared++;
	if (agree(p, rule, judged, answer) || wrong++ >= SHOWN)
		return;
	arch_call_name(arch, nr, name);
	printf("%s %s(0x%llx, 0x%llx, 0x%llx): the profile says 0x%08x, the filter 0x%08x\n", arch->name, name,
	       (unsigned long long)args[0], (unsigned long long)args[1], (unsigned long long)args[2],
	       verdict_kernel(judged), answer);
}

/* Around the value of a condition, and with bits of the mask. */
static void compare_edges(const struct policy *p, const struct arch *arch, uint32_t nr, const struct rule *rule)
{
	for (unsigned i = 0; i < rule->conditions; i++) {
		const struct condition *c = &rule->when[i];
		const uint64_t values[] = {
			c->value, c->value - 1, c->value + 1, c->value | (uint64_t)1 << 32, c->value ^ c->mask,
			c->value | (c->mask & -c->mask), ~(uint64_t)0,
		};

		for (size_t v = 0; v < countof(values); v++) {
			uint64_t args[6] = { 0 };

			for (unsigned k = 0; k < rule->conditions; k++)
				args[rule->when[k].arg] = rule->when[k].value;
			args[c->arg] = values[v];
			compare(p, arch, nr, args);
		}
	}
}

static void compare_number(const struct policy *p, const struct arch *arch, uint32_t nr)
{
	static const uint64_t zero[6], ones[6] = { 1, 1, 1, 1, 1, 1 };
	char name[CALL_NAME_MAX];
	const struct rule *r;

	/* rules for a call that libseccomp has no name for are left out by runtimes */
	if (arch_call_name(arch, nr, name) && !libseccomp_knows(name))
		return;
	compare(p, arch, nr, zero);
	compare(p, arch, nr, ones);
	for (struct rule_walk rules = policy_rules_of(p, name); (r = rule_next(&rules)); )
		compare_edges(p, arch, nr, r);
}

static uint64_t bounding_set(pid_t pid)
{
	scoped(freep) char *path = xprintf("/proc/%d/status", pid);
	unsigned long long set = 0;
	FILE *f = fopen(path, "re");
	char line[256];

	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "CapBnd: %llx", &set) == 1)
			break;
	if (f)
		fclose(f);
	return set;
}

int main(int argc, char **argv)
{
	struct parse_notes notes = { 0 };
	struct parse_host host;
	struct policy *p;
	struct err e;
	const struct arch *arch;
	pid_t pid = argc == 3 ? atoi(argv[1]) : 0;

	parse_host_here(&host);
	host.caps = bounding_set(pid);
	if (pid <= 0 || policy_read(argv[2], &host, &p, &notes, &e) < 0) {
		fprintf(stderr, "live-filter: %s\n", pid > 0 ? e.text : "usage: live-filter PID PROFILE");
		return 2;
	}
	int r = fetch(pid);

	if (r)
		return r;
	for (size_t i = 0; (arch = arch_at(i)); i++)
		for (uint32_t nr = 0; (policy_covers(p) & ARCH_BIT(arch)) && nr < NUMBERS; nr++)
			compare_number(p, arch, nr | arch->bit);
	printf("%zu filters, %zu answers, %zu differ\n", filter_count, compared, wrong);
	policy_free(p);
	parse_notes_done(&notes);
	return wrong > 0;
}
