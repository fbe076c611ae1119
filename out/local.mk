# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libout.a
%C%_libout_a_CFLAGS = $(AM_CFLAGS)
%C%_libout_a_SOURCES = \
	%D%/difference/diff.c %D%/difference/diff.h \
	%D%/policy/docker.c \
	%D%/policy/out.c %D%/policy/out.h \
	%D%/policy/text.c \
	%D%/recording/report.c %D%/recording/report.h
