# SPDX-License-Identifier: Apache-2.0
# A program for each layer, linked with that layer and those below it only: a
# call upwards is a link error.
UNIT_TESTS = \
	%D%/test-oracles \
	%D%/test-base \
	%D%/test-json \
	%D%/test-sysdb \
	%D%/test-rec \
	%D%/test-policy \
	%D%/test-lint \
	%D%/test-check \
	%D%/test-out \
	%D%/test-arch \
	%D%/test-call \
	%D%/test-tracee \
	%D%/test-census \
	%D%/test-engines \
	%D%/test-loop \
	%D%/test-stacks \
	%D%/test-filters
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
check_PROGRAMS += %D%/live-filter	# for defaults.bats

UNIT_BASE = src/libbase.a $(SECCOMP_LIBS) $(JANSSON_LIBS) -lm
UNIT_SYSDB = src/libsysdb.a $(UNIT_BASE)
UNIT_REC = src/librec.a $(UNIT_SYSDB)
UNIT_POLICY = src/libpolicy.a $(UNIT_REC)
UNIT_DIFF = src/libdiff.a src/libread.a $(UNIT_POLICY)
UNIT_LINT = src/liblint.a $(UNIT_DIFF)
UNIT_CHECK = src/libcheck.a $(UNIT_DIFF)
UNIT_OUT = out/libout.a src/liblint.a $(UNIT_CHECK)
UNIT_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS) $(JANSSON_CFLAGS)
UNIT_COMMON = %D%/tap.h %D%/scratch.c %D%/scratch.h
UNIT_MAKE = %D%/make.c %D%/make.h
UNIT_SIM = %D%/bpfsim.c %D%/bpfsim.h

%C%_test_base_SOURCES = %D%/test-base.c $(UNIT_COMMON)
%C%_test_base_LDADD = $(UNIT_BASE)
%C%_test_json_SOURCES = %D%/test-json.c $(UNIT_COMMON)
%C%_test_json_CFLAGS = $(UNIT_CFLAGS)
%C%_test_json_LDADD = $(UNIT_BASE)
%C%_test_sysdb_SOURCES = %D%/test-sysdb.c %D%/tap.h
%C%_test_sysdb_CFLAGS = $(UNIT_CFLAGS)
%C%_test_sysdb_LDADD = $(UNIT_SYSDB)
%C%_test_rec_SOURCES = %D%/test-rec.c $(UNIT_COMMON) $(UNIT_MAKE)
%C%_test_rec_LDADD = $(UNIT_POLICY)	# make.c makes policies, too
%C%_test_policy_SOURCES = %D%/test-policy.c $(UNIT_COMMON) $(UNIT_MAKE)
%C%_test_policy_LDADD = $(UNIT_DIFF)
%C%_test_lint_SOURCES = %D%/test-lint.c $(UNIT_COMMON)
%C%_test_lint_CFLAGS = $(UNIT_CFLAGS)
%C%_test_lint_LDADD = $(UNIT_LINT)
%C%_test_check_SOURCES = %D%/test-check.c %D%/tap.h
%C%_test_check_LDADD = $(UNIT_CHECK)
%C%_test_out_SOURCES = %D%/test-out.c %D%/golden.c %D%/golden.h $(UNIT_COMMON) $(UNIT_MAKE)
%C%_test_out_LDADD = $(UNIT_OUT)
UNIT_TRACER = $(TRACER_ARCHIVES) src/libbase.a $(UNWIND_LIBS)
%C%_test_arch_SOURCES = %D%/test-arch.c %D%/tap.h
%C%_test_arch_CFLAGS = $(UNIT_CFLAGS)
%C%_test_arch_LDADD = tracer/arch/libarch.a $(UNIT_BASE)
%C%_test_call_SOURCES = %D%/test-call.c %D%/tap.h
%C%_test_call_CFLAGS = $(UNIT_CFLAGS)
%C%_test_call_LDADD = tracer/tracee/libtracee.a tracer/arch/libarch.a $(UNIT_BASE)
%C%_test_tracee_SOURCES = %D%/test-tracee.c %D%/tap.h
%C%_test_tracee_LDADD = tracer/tracee/libtracee.a tracer/arch/libarch.a src/libbase.a
%C%_test_census_SOURCES = %D%/test-census.c %D%/tap.h
%C%_test_census_LDADD = $(TRACER_BOTTOM) src/libbase.a
%C%_test_engines_SOURCES = %D%/test-engines.c %D%/tap.h $(UNIT_SIM)
%C%_test_engines_LDADD = $(UNIT_TRACER)
%C%_test_loop_SOURCES = %D%/test-loop.c %D%/tap.h
%C%_test_loop_LDADD = $(UNIT_TRACER)
%C%_test_stacks_SOURCES = %D%/test-stacks.c $(UNIT_COMMON)
%C%_test_stacks_LDADD = tracer/stack/libstack.a $(TRACER_BOTTOM) src/libbase.a $(UNWIND_LIBS)
%C%_test_filters_SOURCES = %D%/test-filters.c %D%/tap.h $(UNIT_SIM)
%C%_test_filters_CFLAGS = $(UNIT_CFLAGS)
%C%_test_filters_LDADD = tracer/filter/libfilter.a $(TRACER_BOTTOM) $(UNIT_BASE)
%C%_test_oracles_SOURCES = %D%/test-oracles.c %D%/golden.c %D%/golden.h $(UNIT_COMMON) $(UNIT_MAKE) $(UNIT_SIM)
%C%_test_oracles_LDADD = $(UNIT_OUT)
%C%_live_filter_SOURCES = %D%/live-filter.c $(UNIT_SIM)
%C%_live_filter_CFLAGS = $(UNIT_CFLAGS)
%C%_live_filter_LDADD = $(UNIT_DIFF)

# What is written is reviewed as a diff.
.PHONY: update-goldens
update-goldens: %D%/test-out$(EXEEXT) %D%/test-lint$(EXEEXT)
	SRCDIR='$(abs_top_srcdir)' UPDATE_GOLDENS=1 %D%/test-out$(EXEEXT)
	SRCDIR='$(abs_top_srcdir)' UPDATE_GOLDENS=1 %D%/test-lint$(EXEEXT)

# profiles and what is found in them, see test-lint.c
EXTRA_DIST += tests/lint %D%/recording.json

# a folder is a case, see golden.h
EXTRA_DIST += tests/golden
