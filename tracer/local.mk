# SPDX-License-Identifier: Apache-2.0
# the tracer knows only base
noinst_LIBRARIES += %D%/libtracer.a
%C%_libtracer_a_CFLAGS = $(AM_CFLAGS) $(UNWIND_CFLAGS)
%C%_libtracer_a_SOURCES = \
	%D%/arch/arch.h \
	%D%/arch/calls.c \
	%D%/arch/x86_64/calls.c \
	%D%/arch/x86_64/instructions.h \
	%D%/arch/x86_64/registers.h \
	%D%/arch/x86_64/try.c \
	%D%/census/call-set.h \
	%D%/census/census.c %D%/census/census.h \
	%D%/census/fill.h \
	%D%/census/notes.c %D%/census/notes.h \
	%D%/census/programs.c %D%/census/programs.h \
	%D%/census/tally.c %D%/census/tally.h \
	%D%/census/values.c %D%/census/values.h \
	%D%/engine/engine.c %D%/engine/engine.h \
	%D%/engine/gate.c %D%/engine/gate.h \
	%D%/engine/seccomp.c \
	%D%/engine/syscall.c \
	%D%/filter/bpf.c %D%/filter/bpf.h \
	%D%/filter/outer-filter.c %D%/filter/outer-filter.h \
	%D%/loop/attach.c %D%/loop/attach.h \
	%D%/loop/births.c %D%/loop/births.h \
	%D%/loop/calls.c %D%/loop/calls.h \
	%D%/loop/ending.c %D%/loop/ending.h \
	%D%/loop/exec.c %D%/loop/exec.h \
	%D%/loop/follow.c %D%/loop/follow.h \
	%D%/loop/launch.c %D%/loop/launch.h \
	%D%/loop/leave.c %D%/loop/leave.h \
	%D%/loop/limits.c %D%/loop/limits.h \
	%D%/loop/peers.c \
	%D%/loop/pid1.c %D%/loop/pid1.h \
	%D%/loop/privilege.c %D%/loop/privilege.h \
	%D%/loop/scope.c %D%/loop/scope.h \
	%D%/loop/standing.c %D%/loop/standing.h \
	%D%/loop/state.h \
	%D%/loop/stops.c %D%/loop/stops.h \
	%D%/loop/task.c %D%/loop/task.h \
	%D%/loop/tracer.c \
	%D%/loop/untraced.c %D%/loop/untraced.h \
	%D%/loop/wait.c %D%/loop/wait.h \
	%D%/loop/watched-calls.c %D%/loop/watched-calls.h \
	%D%/probe/probe.c \
	%D%/signals/relay.c %D%/signals/relay.h \
	%D%/signals/unnoticed.c %D%/signals/unnoticed.h \
	%D%/signals/witness.c %D%/signals/witness.h \
	%D%/stack/golang.c %D%/stack/golang.h \
	%D%/stack/image.c %D%/stack/image.h \
	%D%/stack/pages.c %D%/stack/pages.h \
	%D%/stack/python.c %D%/stack/python.h \
	%D%/stack/stack.c %D%/stack/stack.h \
	%D%/stack/symbols.c %D%/stack/symbols.h \
	%D%/stack/unwind-table.c %D%/stack/unwind-table.h \
	%D%/stack/unwind.c \
	%D%/stack/target.h \
	%D%/stack/weave.c \
	%D%/tracee/call.c %D%/tracee/call.h \
	%D%/tracee/proc.c %D%/tracee/proc.h \
	%D%/tracee/remote.h \
	%D%/tracee/stop.c %D%/tracee/stop.h \
	%D%/tracee/text.c \
	%D%/tracer.h
EXTRA_DIST += %D%/README.md
