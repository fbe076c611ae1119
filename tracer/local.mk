# SPDX-License-Identifier: Apache-2.0
# the tracer knows only base
noinst_LIBRARIES += %D%/libtracer.a
%C%_libtracer_a_CFLAGS = $(AM_CFLAGS)
%C%_libtracer_a_SOURCES = \
	%D%/engine.h		%D%/engine-seccomp.c \
	%D%/launch.c		%D%/launch.h \
	%D%/machine.h \
	%D%/place.c		%D%/place.h \
	%D%/probe.c \
	%D%/relay.c		%D%/relay.h \
	%D%/stop.c		%D%/stop.h \
	%D%/tally.c		%D%/tally.h \
	%D%/task.c		%D%/task.h \
	%D%/tracer.c		%D%/tracer.h \
	%D%/untraced.c		%D%/untraced.h
EXTRA_DIST += %D%/README.md
