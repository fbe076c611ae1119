# SPDX-License-Identifier: Apache-2.0
# the tracer knows only base
noinst_LIBRARIES += %D%/libtracer.a
%C%_libtracer_a_CFLAGS = $(AM_CFLAGS) $(UNWIND_CFLAGS)
%C%_libtracer_a_SOURCES = \
	%D%/acts.c \
	%D%/attach.c		%D%/attach.h \
	%D%/births.c		%D%/births.h \
	%D%/bpf.c		%D%/bpf.h \
	%D%/ending.c		%D%/ending.h \
	%D%/engine.c		%D%/engine.h \
	%D%/engine-seccomp.c	%D%/engine-syscall.c \
	%D%/gate.c		%D%/gate.h \
	%D%/golang.c		%D%/golang.h \
	%D%/image.c		%D%/image.h \
	%D%/inside.h \
	%D%/launch.c		%D%/launch.h \
	%D%/limits.c		%D%/limits.h \
	%D%/machine.h \
	%D%/minded.c		%D%/minded.h \
	%D%/notes.c		%D%/notes.h \
	%D%/numbers.h \
	%D%/outer.c		%D%/outer.h \
	%D%/pages.c		%D%/pages.h \
	%D%/pid1.c		%D%/pid1.h \
	%D%/peers.c \
	%D%/place.c		%D%/place.h \
	%D%/privilege.c		%D%/privilege.h \
	%D%/probe.c \
	%D%/proc.c		%D%/proc.h \
	%D%/python.c		%D%/python.h \
	%D%/relay.c		%D%/relay.h \
	%D%/remote.h \
	%D%/stack.c		%D%/stack.h \
	%D%/stack-inside.h \
	%D%/standing.c		%D%/standing.h \
	%D%/stop.c		%D%/stop.h \
	%D%/symbols.c		%D%/symbols.h \
	%D%/tally.c		%D%/tally.h \
	%D%/task.c		%D%/task.h \
	%D%/text.c \
	%D%/tracer.c		%D%/tracer.h \
	%D%/unnoticed.c		%D%/unnoticed.h \
	%D%/untraced.c		%D%/untraced.h \
	%D%/unwind.c \
	%D%/values.c		%D%/values.h \
	%D%/unwind-table.c	%D%/unwind-table.h \
	%D%/watch.c		%D%/watch.h \
	%D%/weave.c \
	%D%/witness.c		%D%/witness.h
EXTRA_DIST += %D%/README.md
