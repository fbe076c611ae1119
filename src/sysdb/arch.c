/* SPDX-License-Identifier: Apache-2.0 */
#include "sysdb/arch.h"

#include <linux/audit.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include "sysdb/sysdb.h"

static const struct arch arches[] = {
#define ARCH(id, n, a, b, s, g, w, c) \
	{ .name = n, .oci = "SCMP_ARCH_" #id, .systemd = s, .go = g, .companions = c, \
	  .audit = a, .scmp = SCMP_ARCH_##id, .bit = b, .bits = w },
#include "sysdb/arches.def"
#undef ARCH
};

const struct arch *arch_at(size_t i)
{
	return i < countof(arches) ? &arches[i] : NULL;
}

size_t arch_index(const struct arch *a)
{
	return (size_t)(a - arches);
}

const struct arch *arch_find(const char *spelling)
{
	/* as in Debian, gcc and the kernel */
	if (streq(spelling, "i386"))
		spelling = "x86";
	for (size_t i = 0; i < countof(arches); i++) {
		const struct arch *a = &arches[i];

		if (streq(spelling, a->name) || streq(spelling, a->oci) ||
		    streq(spelling, a->systemd) || streq(spelling, a->go))
			return a;
	}
	return NULL;
}

bool arch_is_newer(const char *oci)
{
	return list_has("SCMP_ARCH_LOONGARCH64,SCMP_ARCH_M68K,SCMP_ARCH_SH,SCMP_ARCH_SHEB", oci);
}

static const struct arch *assumed;

void arch_assume(const struct arch *machine)
{
	assumed = machine;
}

const struct arch *arch_native(void)
{
	return assumed ? assumed : arch_here();
}

const struct arch *arch_here(void)
{
	uint32_t native = seccomp_arch_native();

	for (size_t i = 0; i < countof(arches); i++)
		if (arches[i].scmp == native)
			return &arches[i];
	return NULL;
}

bool arch_is_companion(const struct arch *of, const struct arch *a)
{
	return list_has(of->companions, a->name);
}

/* Of two ABIs with the same token, numbers from the bit on belong to the one with this bit, as in
 * libseccomp. */
static const struct arch *by_bit(uint32_t audit, uint64_t nr)
{
	const struct arch *found = NULL;

	for (size_t i = 0; i < countof(arches); i++)
		if (arches[i].audit == audit && nr >= arches[i].bit &&
		    (!found || arches[i].bit))
			found = &arches[i];
	return found;
}

const struct arch *arch_by_bit(const struct arch *a, uint32_t nr)
{
	return by_bit(a->audit, nr);
}

const struct arch *arch_of_call(uint32_t audit, uint64_t nr)
{
	const struct arch *found = by_bit(audit, nr);

	return found && found->bit && !arch_can_have(found, (uint32_t)nr) ? by_bit(audit, 0) : found;
}

/* Is the row's number valid on this ABI? */
static bool row_has_number(const struct sysdb_call *row, const struct arch *a)
{
	return row->nr >= 0 && (!*row->nr_arch || streq(row->nr_arch, a->name));
}

bool arch_call_name(const struct arch *a, uint32_t nr, char ret[static CALL_NAME_MAX])
{
	/* in libseccomp, negative numbers are names of calls that this ABI does not have */
	char *name = nr <= INT32_MAX ? seccomp_syscall_resolve_num_arch(a->scmp, (int)nr) : NULL;
	const struct sysdb_call *row;

	if (name) {
		snprintf(ret, CALL_NAME_MAX, "%s", name);
		free(name);
		return true;
	}
	for (size_t i = 0; (nr & a->bit) == a->bit && (row = sysdb_at(i)); i++)
		if (row_has_number(row, a) && (uint32_t)row->nr == (nr & ~a->bit)) {
			snprintf(ret, CALL_NAME_MAX, "%s", row->name);
			return true;
		}
	snprintf(ret, CALL_NAME_MAX, "call_%u", nr);
	return false;
}

/* "call_470"; only in one spelling, so that names can be compared as strings. The number shows
 * whether it is x86-64's or x32's. */
static bool read_number(const struct arch *a, const char *name, uint32_t *ret_nr)
{
	char again[CALL_NAME_MAX];

	*ret_nr = (uint32_t)strtoul(name + strlen("call_"), NULL, 10);
	snprintf(again, sizeof again, "call_%u", *ret_nr);
	return streq(again, name) && arch_of_call(a->audit, *ret_nr) == a;
}

/* On ABIs with socketcall(2) and ipc(2), libseccomp returns -101 (socket) to -224 (shmctl) for the
 * calls behind them, even if the ABI also has the call itself. */
static bool find_beside_multiplexer(const struct arch *a, const char *name, uint32_t *ret_nr)
{
	bool found = false;

	for (uint32_t nr = 300; !found && nr < 430; nr++) {
		char *there = seccomp_syscall_resolve_num_arch(a->scmp, (int)nr);

		found = there && streq(there, name);
		if (found)
			*ret_nr = nr;
		free(there);
	}
	return found;
}

static bool resolve(const struct arch *a, const char *name, const struct sysdb_call *row, uint32_t *ret_nr)
{
	/* libseccomp returns a negative pseudo number for a call that only other ABIs have */
	int nr = seccomp_syscall_resolve_name_arch(a->scmp, name);
	if (nr >= 0) {
		*ret_nr = (uint32_t)nr;
		return true;
	}
	if (nr <= -100 && nr > -300)
		return find_beside_multiplexer(a, name, ret_nr);
	if (nr != __NR_SCMP_ERROR || !row || !row_has_number(row, a))
		return false;
	*ret_nr = (uint32_t)row->nr | a->bit;
	return true;
}

/* libseccomp compares a name with all names that it has, and a judge looks up the same few hundred
 * again and again. */
static struct judgement {
	enum { NOT_ASKED, HAS_NUMBER, HAS_NONE } is;
	uint32_t nr;
} answers[32][1024];		/* [arch_index()][index of the row in sysdb] */

bool arch_call_number(const struct arch *a, const char *name, uint32_t *ret_nr)
{
	const struct sysdb_call *row;
	size_t i;

	if (starts_with(name, "call_"))
		return read_number(a, name, ret_nr);
	row = sysdb_find(name);
	i = row ? (size_t)(row - sysdb_at(0)) : 0;
	if (!row || i >= countof(answers[0]) || arch_index(a) >= countof(answers))
		return resolve(a, name, row, ret_nr);

	struct judgement *answer = &answers[arch_index(a)][i];

	if (answer->is == NOT_ASKED)
		answer->is = resolve(a, name, row, &answer->nr) ? HAS_NUMBER : HAS_NONE;
	if (answer->is == HAS_NUMBER)
		*ret_nr = answer->nr;
	return answer->is == HAS_NUMBER;
}

/* MIPS starts at 4000, 5000 and 6000, depending on the ABI; and some ABIs have a few calls far above. */
bool arch_can_have(const struct arch *a, uint32_t nr)
{
	enum { NUMBERS = 1024 };	/* more than any kernel has */
	char name[CALL_NAME_MAX];
	uint32_t first = a->bit;

	if (arch_call_number(a, "read", &first))
		first -= (first & ~a->bit) % 1000;
	return nr >= first && (nr - first < NUMBERS || arch_call_name(a, nr, name));
}

bool libseccomp_knows(const char *name)
{
	return seccomp_syscall_resolve_name(name) != __NR_SCMP_ERROR;
}

const char *libseccomp_version(void)
{
	static char text[32];
	const struct scmp_version *v = seccomp_version();

	snprintf(text, sizeof text, "%u.%u.%u", v->major, v->minor, v->micro);
	return text;
}
