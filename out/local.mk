# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libout.a
%C%_libout_a_CFLAGS = $(AM_CFLAGS)
%C%_libout_a_SOURCES = \
	%D%/diff.c	%D%/diff.h \
	%D%/docker.c \
	%D%/out.c	%D%/out.h \
	%D%/report.c	%D%/report.h \
	%D%/text.c
