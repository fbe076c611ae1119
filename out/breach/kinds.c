/* SPDX-License-Identifier: Apache-2.0 */
#include "out/breach/kinds.h"

static const struct breach_kind_info kinds[BREACH_KINDS] = {
	[BREACH_REFUSED] = {
		"outside-profile", "refused", "error", "error", "The profile denies a call that was made",
		"The workload made a system call which the profile does not allow, at least with these arguments.",
		"If the call is intended, allow it ('check --update', then 'gen'); otherwise find out what makes it.",
		"denied",
	},
	[BREACH_RUNTIME] = {
		"denied-by-runtimes", "runtimes", "error", "error", "The rules allow a call that runc and crun deny",
		"libseccomp gives the rules another meaning, or has no name for the call.",
		"See 'sctrace lint' for the rules, and rewrite them; a newer libseccomp has more names.",
		"allowed by the rules, denied by what runc and crun make of them",
	},
	[BREACH_ASKED] = {
		"not-decided", "asked", "error", "error", "The profile leaves a call to a supervisor or a tracer",
		"The workload made a system call on which a supervisor (SCMP_ACT_NOTIFY) or a tracer (SCMP_ACT_TRACE) decides.",
		"Make sure that the supervisor allows it; without one the call fails.",
		"left to a supervisor or a tracer",
	},
	[BREACH_ABSENT] = {
		"told-absent", "absent", "note", "notice", "The profile answers that a call does not exist",
		"The profile answers ENOSYS by a rule of its own, and libc falls back to another call.",
		"No action is needed as long as the workload works.",
		"answered ENOSYS, as intended",
	},
	[BREACH_NO_CALL] = {
		"no-call", "no_call", "note", "notice", "A program called a number that no kernel has",
		"A program made a call of a number that no kernel has. It fails with ENOSYS, and under the profile with the "
		"errno of its default.",
		"No action is needed as long as the workload works: no profile can name the number.",
		"not a call of any kernel, but denied",
	},
	[BREACH_OPEN] = {
		"depends-on-arguments", "open", "warning", "warning", "The answer depends on arguments that were not recorded",
		"The profile allows the call with some arguments only, and the recording does not contain them.",
		"Run the workload under 'sctrace check', which sees the arguments.",
		"depends on arguments that were not recorded",
	},
	[BREACH_KERNEL] = {
		"kernel-refusal", "kernel", "note", "notice", "The kernel denied a call that the profile allows",
		"The call failed with EPERM or EACCES, but not because of the profile: a capability or a permission is missing.",
		"Check capabilities, owners and security modules; the profile is not the reason.",
		"allowed, and denied by the kernel itself",
	},
	[BREACH_STALE] = {
		"never-used", "stale", "note", "notice", "The profile allows a call that was never used",
		"Neither the command nor the recordings made the call.",
		"Deny it if that is everything the workload does.",
		"allowed, and never used",
	},
};

const struct breach_kind_info *breach_kind_info(enum breach_kind kind)
{
	return &kinds[kind];
}
