/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdint.h>
#include "base/attr.h"

/*
 * ABIs, and the meaning of call numbers. The ABI belongs to the call and not to the process: `int
 * $0x80` in a 64-bit program is an x86 call.
 *
 * Numbers are the kernel's; those of x32 have bit 30 set. Names come from libseccomp, and from
 * syscalls.tbl for newer calls.
 */
struct arch {
	const char *name;		/* "x86_64": libseccomp's spelling, and sctrace's */
	const char *oci;		/* "SCMP_ARCH_X86_64" */
	const char *systemd, *go;
	const char *companions;		/* comma separated: 32-bit ABIs of the same kernel */
	uint32_t audit;			/* AUDIT_ARCH_*: what the kernel reports */
	uint32_t scmp;			/* SCMP_ARCH_*: what libseccomp wants */
	uint32_t bit;			/* set in every number of this ABI */
	unsigned bits;			/* 32 or 64: size of a register argument */
};

enum { CALL_NAME_MAX = 64 };

const struct arch *arch_at(size_t i);			/* NULL past the end */
size_t arch_index(const struct arch *);
const struct arch *arch_find(const char *spelling);	/* in any spelling; NULL: unknown */

/* Is it OCI's name for an ABI that libseccomp supports since 2.6 and sctrace does not? */
bool arch_is_newer(const char *oci);

/* The native ABI of this machine, or of the one that arch_assume() has set. */
const struct arch *arch_native(void);
const struct arch *arch_here(void);			/* always of this machine */
void arch_assume(const struct arch *machine);		/* from now on */
bool arch_is_companion(const struct arch *of, const struct arch *);

/* The ABI of a call that the kernel reported; NULL if unknown. An impossible number belongs to the
 * native ABI, whatever its bits are. */
const struct arch *arch_of_call(uint32_t audit, uint64_t nr);

/* Can a kernel have a call with this number, now or later? If not, a program made it up
 * (syscall(-1), as a test), and the kernel answers ENOSYS. */
bool arch_can_have(const struct arch *, uint32_t nr);

/* The ABI to which libseccomp assigns such a number, because of its bit: x32 instead of x86-64;
 * mostly the same one. */
const struct arch *arch_by_bit(const struct arch *, uint32_t nr);

/* The call's name; or "call_470" and false if it has no known name. */
bool arch_call_name(const struct arch *, uint32_t nr, char ret[static CALL_NAME_MAX]);

/* False if the ABI does not have the call. "call_470" is a name for number 470. */
bool arch_call_number(const struct arch *, const char *name, uint32_t *ret_nr);

/* Does libseccomp itself know this name (on any ABI)? */
bool libseccomp_knows(const char *name);
const char *libseccomp_version(void);			/* "2.5.4" */
