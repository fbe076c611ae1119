# SPDX-License-Identifier: Apache-2.0
# A program for each module, linked only with what is below it.
# The longest ones first.
UNIT_TESTS = \
	%D%/test-compile \
	%D%/test-readback \
	%D%/test-differences \
	%D%/test-tighten \
	%D%/test-runtime-filter \
	%D%/test-judge-unknown \
	%D%/test-err \
	%D%/test-buf \
	%D%/test-mem \
	%D%/test-opt \
	%D%/test-io \
	%D%/test-term \
	%D%/test-json \
	%D%/test-yaml \
	%D%/test-sysdb \
	%D%/test-abis \
	%D%/test-actions \
	%D%/test-args \
	%D%/test-clients \
	%D%/test-families \
	%D%/test-systemd \
	%D%/test-target \
	%D%/test-rec \
	%D%/test-policy \
	%D%/test-judge \
	%D%/test-derive \
	%D%/test-runtime \
	%D%/test-narrow \
	%D%/test-plain \
	%D%/test-read \
	%D%/test-lint \
	%D%/test-lists \
	%D%/test-check \
	%D%/test-out \
	%D%/test-yamlw \
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

UNIT_BASE = src/libbase.a $(SECCOMP_LIBS) $(JANSSON_LIBS) $(YAML_LIBS) -lm
UNIT_SYSDB = src/libsysdb.a $(UNIT_BASE)
UNIT_REC = src/librec.a $(UNIT_SYSDB)
UNIT_POLICY = src/libpolicy.a $(UNIT_REC)
UNIT_READ = src/libread.a $(UNIT_POLICY)
UNIT_DIFF = src/libdiff.a $(UNIT_READ)
UNIT_LINT = src/liblint.a $(UNIT_DIFF)
UNIT_CHECK = src/libcheck.a $(UNIT_DIFF)
UNIT_OUT = out/libout.a src/liblint.a $(UNIT_CHECK)
UNIT_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS) $(JANSSON_CFLAGS)
UNIT_COMMON = %D%/tap.h %D%/scratch.c %D%/scratch.h
UNIT_MAKE = %D%/make.c %D%/make.h
UNIT_SIM = %D%/bpfsim.c %D%/bpfsim.h
UNIT_ABI = %D%/tap.h %D%/abi.h
UNIT_VERDICTS = $(UNIT_ABI) %D%/verdicts.h
UNIT_ORACLE = %D%/oracle.c %D%/oracle.h $(UNIT_SIM) $(UNIT_MAKE) $(UNIT_VERDICTS)
UNIT_GOLDEN = %D%/golden.c %D%/golden.h %D%/scratch.c %D%/scratch.h

%C%_test_err_SOURCES = %D%/test-err.c %D%/tap.h
%C%_test_err_LDADD = $(UNIT_BASE)
%C%_test_buf_SOURCES = %D%/test-buf.c %D%/tap.h
%C%_test_buf_LDADD = $(UNIT_BASE)
%C%_test_mem_SOURCES = %D%/test-mem.c %D%/tap.h
%C%_test_mem_LDADD = $(UNIT_BASE)
%C%_test_opt_SOURCES = %D%/test-opt.c $(UNIT_COMMON)
%C%_test_opt_LDADD = $(UNIT_BASE)
%C%_test_io_SOURCES = %D%/test-io.c $(UNIT_COMMON)
%C%_test_io_LDADD = $(UNIT_BASE)
%C%_test_term_SOURCES = %D%/test-term.c %D%/tap.h
%C%_test_term_LDADD = $(UNIT_BASE)
%C%_test_json_SOURCES = %D%/test-json.c $(UNIT_COMMON)
%C%_test_json_CFLAGS = $(UNIT_CFLAGS)
%C%_test_json_LDADD = $(UNIT_BASE)
%C%_test_sysdb_SOURCES = %D%/test-sysdb.c $(UNIT_ABI)
%C%_test_yaml_SOURCES = %D%/test-yaml.c %D%/tap.h
%C%_test_yaml_CFLAGS = $(UNIT_CFLAGS)
%C%_test_yaml_LDADD = $(UNIT_BASE)
%C%_test_sysdb_CFLAGS = $(UNIT_CFLAGS)
%C%_test_sysdb_LDADD = $(UNIT_SYSDB)
%C%_test_abis_SOURCES = %D%/test-abis.c $(UNIT_ABI)
%C%_test_abis_CFLAGS = $(UNIT_CFLAGS)
%C%_test_abis_LDADD = $(UNIT_SYSDB)
%C%_test_actions_SOURCES = %D%/test-actions.c $(UNIT_ABI)
%C%_test_actions_LDADD = $(UNIT_SYSDB)
%C%_test_args_SOURCES = %D%/test-args.c $(UNIT_ABI)
%C%_test_args_LDADD = $(UNIT_SYSDB)
%C%_test_clients_SOURCES = %D%/test-clients.c $(UNIT_ABI)
%C%_test_clients_LDADD = $(UNIT_SYSDB)
%C%_test_families_SOURCES = %D%/test-families.c $(UNIT_ABI)
%C%_test_families_LDADD = $(UNIT_SYSDB)
%C%_test_systemd_SOURCES = %D%/test-systemd.c %D%/tap.h
%C%_test_systemd_LDADD = $(UNIT_SYSDB)
%C%_test_target_SOURCES = %D%/test-target.c %D%/tap.h
%C%_test_target_CFLAGS = $(UNIT_CFLAGS)
%C%_test_target_LDADD = $(UNIT_SYSDB)
%C%_test_rec_SOURCES = %D%/test-rec.c $(UNIT_COMMON) $(UNIT_MAKE)
%C%_test_rec_LDADD = $(UNIT_POLICY)	# make.c makes policies, too
%C%_test_policy_SOURCES = %D%/test-policy.c $(UNIT_MAKE) $(UNIT_VERDICTS)
%C%_test_policy_LDADD = $(UNIT_POLICY)
%C%_test_judge_SOURCES = %D%/test-judge.c $(UNIT_VERDICTS)
%C%_test_judge_LDADD = $(UNIT_POLICY)
%C%_test_runtime_SOURCES = %D%/test-runtime.c $(UNIT_VERDICTS)
%C%_test_runtime_LDADD = $(UNIT_POLICY)
%C%_test_derive_SOURCES = %D%/test-derive.c $(UNIT_ORACLE)
%C%_test_derive_LDADD = $(UNIT_POLICY)
%C%_test_narrow_SOURCES = %D%/test-narrow.c $(UNIT_ORACLE)
%C%_test_narrow_LDADD = $(UNIT_POLICY)
%C%_test_judge_unknown_SOURCES = %D%/test-judge-unknown.c $(UNIT_ORACLE) $(UNIT_GOLDEN)
%C%_test_judge_unknown_LDADD = $(UNIT_READ)	# for the goldens
%C%_test_compile_SOURCES = %D%/test-compile.c $(UNIT_ORACLE) $(UNIT_GOLDEN)
%C%_test_compile_LDADD = $(UNIT_READ)	# for the goldens
%C%_test_tighten_SOURCES = %D%/test-tighten.c $(UNIT_ORACLE) $(UNIT_GOLDEN)
%C%_test_tighten_LDADD = $(UNIT_READ)	# for the goldens
%C%_test_plain_SOURCES = %D%/test-plain.c $(UNIT_MAKE) $(UNIT_VERDICTS)
%C%_test_plain_LDADD = $(UNIT_POLICY)
%C%_test_read_SOURCES = %D%/test-read.c %D%/scratch.c %D%/scratch.h $(UNIT_VERDICTS)
%C%_test_read_LDADD = $(UNIT_READ)
%C%_test_runtime_filter_SOURCES = %D%/test-runtime-filter.c $(UNIT_ORACLE)
%C%_test_runtime_filter_CFLAGS = $(UNIT_CFLAGS)
%C%_test_runtime_filter_LDADD = $(UNIT_READ)
%C%_test_differences_SOURCES = %D%/test-differences.c $(UNIT_ORACLE) $(UNIT_GOLDEN)
%C%_test_differences_LDADD = $(UNIT_DIFF)
%C%_test_readback_SOURCES = %D%/test-readback.c $(UNIT_ORACLE) $(UNIT_GOLDEN)
%C%_test_readback_LDADD = $(UNIT_DIFF)
%C%_test_lint_SOURCES = %D%/test-lint.c $(UNIT_COMMON)
%C%_test_lint_CFLAGS = $(UNIT_CFLAGS)
%C%_test_lint_LDADD = $(UNIT_LINT)
%C%_test_check_SOURCES = %D%/test-check.c %D%/tap.h
%C%_test_check_LDADD = $(UNIT_CHECK)
%C%_test_out_SOURCES = %D%/test-out.c %D%/golden.c %D%/golden.h $(UNIT_COMMON) $(UNIT_MAKE)
%C%_test_out_LDADD = $(UNIT_OUT)
%C%_test_lists_SOURCES = %D%/test-lists.c $(UNIT_COMMON) $(UNIT_MAKE)
%C%_test_lists_LDADD = $(UNIT_OUT)
UNIT_TRACER = $(TRACER_ARCHIVES) src/libbase.a $(UNWIND_LIBS)
%C%_test_yamlw_SOURCES = %D%/test-yamlw.c %D%/tap.h
%C%_test_yamlw_LDADD = $(UNIT_OUT)
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
