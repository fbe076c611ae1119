# SPDX-License-Identifier: Apache-2.0
# The tracer knows only base.  Each folder is an archive, after those that it uses: arch, tracee, census, stack and
# filter, signals, engine, loop, probe; scripts/check-layers.sh checks their symbols.
TRACER_ARCHIVES = %D%/probe/libprobe.a %D%/loop/libloop.a %D%/engine/libengine.a %D%/signals/libsignals.a \
	%D%/filter/libfilter.a %D%/stack/libstack.a $(TRACER_BOTTOM)
TRACER_BOTTOM = %D%/census/libcensus.a %D%/tracee/libtracee.a %D%/arch/libarch.a
noinst_LIBRARIES += $(TRACER_ARCHIVES)

%C%_arch_libarch_a_SOURCES = \
	%D%/arch/arch.h \
	%D%/arch/calls.c \
	%D%/arch/x86_64/calls.c \
	%D%/arch/x86_64/instructions.h \
	%D%/arch/x86_64/registers.h \
	%D%/arch/x86_64/try.c

%C%_tracee_libtracee_a_SOURCES = \
	%D%/tracee/call.c %D%/tracee/call.h \
	%D%/tracee/proc.c %D%/tracee/proc.h \
	%D%/tracee/remote.h \
	%D%/tracee/stop.c %D%/tracee/stop.h \
	%D%/tracee/text.c

%C%_census_libcensus_a_SOURCES = \
	%D%/census/call-set.h \
	%D%/census/census.c %D%/census/census.h \
	%D%/census/fill.h \
	%D%/census/notes.c %D%/census/notes.h \
	%D%/census/programs.c %D%/census/programs.h \
	%D%/census/tally.c %D%/census/tally.h \
	%D%/census/values.c %D%/census/values.h

%C%_stack_libstack_a_CFLAGS = $(AM_CFLAGS) $(UNWIND_CFLAGS)
%C%_stack_libstack_a_SOURCES = \
	%D%/stack/golang.c %D%/stack/golang.h \
	%D%/stack/image.c %D%/stack/image.h \
	%D%/stack/pages.c %D%/stack/pages.h \
	%D%/stack/python.c %D%/stack/python.h \
	%D%/stack/stack.c %D%/stack/stack.h \
	%D%/stack/symbols.c %D%/stack/symbols.h \
	%D%/stack/unwind-table.c %D%/stack/unwind-table.h \
	%D%/stack/unwind.c \
	%D%/stack/target.h \
	%D%/stack/weave.c

%C%_filter_libfilter_a_SOURCES = \
	%D%/filter/bpf.c %D%/filter/bpf.h \
	%D%/filter/outer-filter.c %D%/filter/outer-filter.h

%C%_signals_libsignals_a_SOURCES = \
	%D%/signals/relay.c %D%/signals/relay.h \
	%D%/signals/unnoticed.c %D%/signals/unnoticed.h \
	%D%/signals/witness.c %D%/signals/witness.h

%C%_engine_libengine_a_SOURCES = \
	%D%/engine/engine.c %D%/engine/engine.h \
	%D%/engine/gate.c %D%/engine/gate.h \
	%D%/engine/seccomp.c \
	%D%/engine/syscall.c

%C%_loop_libloop_a_SOURCES = \
	%D%/loop/attach.c %D%/loop/attach.h \
	%D%/loop/births.c %D%/loop/births.h \
	%D%/loop/calls.c %D%/loop/calls.h \
	%D%/loop/ending.c %D%/loop/ending.h \
	%D%/loop/exec.c %D%/loop/exec.h \
	%D%/loop/follow.c %D%/loop/follow.h \
	%D%/loop/launch.c %D%/loop/launch.h \
	%D%/loop/leave.c %D%/loop/leave.h \
	%D%/loop/limits.c %D%/loop/limits.h \
	%D%/loop/opened.c %D%/loop/opened.h \
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
	%D%/tracer.h

%C%_probe_libprobe_a_CFLAGS = $(AM_CFLAGS) $(UNWIND_CFLAGS)
%C%_probe_libprobe_a_SOURCES = \
	%D%/probe/live.c %D%/probe/live.h \
	%D%/probe/probe.c

EXTRA_DIST += %D%/README.md
