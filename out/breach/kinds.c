/* SPDX-License-Identifier: Apache-2.0 */
#include "out/breach/kinds.h"

static const struct breach_kind_info kinds[BREACH_KINDS] = {
	[BREACH_REFUSED] = {
		"outside-profile", "refused", "error", "error", "The profile denies a call that was made",
		"The workload made a system call which the profile does not allow, at least with these arguments.",
		"Allow it when it is meant to be made ('check --update', then 'gen'); else find out what makes it.",
		"denied",
	},
	[BREACH_RUNTIME] = {
		"denied-by-runtimes", "runtimes", "error", "error", "The rules allow a call that runc and crun deny",
		"libseccomp makes something else of the rules than they mean, or has no name for the call.",
		"See 'sctrace lint' for the rules, and write them otherwise; a newer libseccomp has more names.",
		"allowed by the rules, denied by what runc and crun make of them",
	},
	[BREACH_ASKED] = {
		"not-decided", "asked", "error", "error", "The profile leaves a call that was made to somebody else",
		"The workload made a system call of which a supervisor (SCMP_ACT_NOTIFY) or a tracer (SCMP_ACT_TRACE) decides.",
		"See that the supervisor allows it; without one the call fails.",
		"left to a supervisor or a tracer",
	},
	[BREACH_ABSENT] = {
		"told-absent", "absent", "note", "notice", "The profile says that a call is not there",
		"The profile answers ENOSYS by a rule of its own, and libc falls back to another call.",
		"Nothing is to be done as long as the workload works.",
		"told to be absent, as is meant",
	},
	[BREACH_NO_CALL] = {
		"no-call", "no_call", "note", "notice", "A number was tried that no kernel has a call for",
		"A program made a call of a number that no kernel has. It fails with ENOSYS, and under the profile with the "
		"errno of its default.",
		"Nothing is to be done as long as the workload works: no profile can name the number.",
		"no call of any kernel, denied like one",
	},
	[BREACH_OPEN] = {
		"depends-on-arguments", "open", "warning", "warning", "Arguments decide, which the recording has not",
		"The profile allows the call with some arguments only, and the recording does not tell which they were.",
		"Run the workload under 'sctrace check', which sees the arguments.",
		"denied or not, by arguments that the recording has not",
	},
	[BREACH_KERNEL] = {
		"kernel-refusal", "kernel", "note", "notice", "The kernel denied a call that the profile allows",
		"The call failed with EPERM or EACCES, and not because of the profile: a capability is missing, or a permission.",
		"Look at capabilities, owners and security modules; the profile is not the reason.",
		"allowed, and denied by the kernel itself",
	},
	[BREACH_STALE] = {
		"never-used", "stale", "note", "notice", "The profile allows a call that was never used",
		"Nothing of what was looked at made the call.",
		"Deny it, when what was looked at is all that the workload does.",
		"allowed, and never used",
	},
};

const struct breach_kind_info *breach_kind_info(enum breach_kind kind)
{
	return &kinds[kind];
}
