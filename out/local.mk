# SPDX-License-Identifier: Apache-2.0
# A file a view, in the folder of what it shows; README.md says how to add one.
noinst_LIBRARIES += %D%/libout.a
EXTRA_DIST += %D%/README.md
%C%_libout_a_CFLAGS = $(AM_CFLAGS)
%C%_libout_a_SOURCES = \
	%D%/breach/github.c \
	%D%/breach/json.c \
	%D%/breach/junit.c \
	%D%/breach/kinds.c %D%/breach/kinds.h \
	%D%/breach/phrases.c %D%/breach/phrases.h \
	%D%/breach/places.c %D%/breach/places.h \
	%D%/breach/sarif.c \
	%D%/breach/stale.c %D%/breach/stale.h \
	%D%/breach/text.c \
	%D%/colors.c %D%/colors.h \
	%D%/difference/json.c \
	%D%/difference/markdown.c \
	%D%/difference/phrases.c %D%/difference/phrases.h \
	%D%/difference/text.c \
	%D%/escape.c %D%/escape.h \
	%D%/finding/json.c \
	%D%/finding/sarif.c \
	%D%/finding/text.c \
	%D%/fits.c %D%/fits.h \
	%D%/policy/bpf.c \
	%D%/policy/c.c \
	%D%/policy/docker.c \
	%D%/policy/entries.c %D%/policy/entries.h \
	%D%/policy/firejail.c \
	%D%/policy/kubernetes.c \
	%D%/policy/minijail.c \
	%D%/policy/oci.c %D%/policy/oci.h \
	%D%/policy/pfc.c \
	%D%/policy/pod.c %D%/policy/pod.h \
	%D%/policy/spo.c \
	%D%/policy/systemd.c \
	%D%/policy/text.c \
	%D%/policy/words.c %D%/policy/words.h \
	%D%/recording/facts.c %D%/recording/facts.h \
	%D%/recording/json.c \
	%D%/recording/names.c \
	%D%/recording/text.c \
	%D%/sarif.c %D%/sarif.h \
	%D%/view.c %D%/view.h \
	%D%/yamlw.c %D%/yamlw.h
