# SPDX-License-Identifier: Apache-2.0
# Every test speaks TAP, so that each of its checks is a line of one summary.
TEST_EXTENSIONS = .bats .sh
TAP_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(TAP_DRIVER)
SH_LOG_DRIVER = $(TAP_DRIVER)
SH_LOG_COMPILER = $(SHELL)
BATS_LOG_DRIVER = $(TAP_DRIVER)
BATS_LOG_COMPILER = $(BATS) --tap
AM_TESTS_ENVIRONMENT = \
	SCTRACE='$(abs_top_builddir)/sctrace$(EXEEXT)'; export SCTRACE; \
	SRCDIR='$(abs_top_srcdir)'; export SRCDIR; \
	FIXTURES='$(abs_top_builddir)/tests/fixtures'; export FIXTURES; \
	UNIT='$(abs_top_builddir)/tests/unit'; export UNIT; \
	LC_ALL=C.UTF-8; export LC_ALL; \
	CC='$(CC)'; export CC;

include tests/unit/local.mk
include tests/fixtures/local.mk
include tests/fuzz/local.mk

# Each file has one subject.  live-*: what the kernel really does, compared with
# strace; e2e-*: real consumers of profiles.
BATS_TESTS = \
	%D%/arguments.bats \
	%D%/attach.bats \
	%D%/attacks.bats \
	%D%/check.bats \
	%D%/completion.bats \
	%D%/corners.bats \
	%D%/defaults.bats \
	%D%/diff.bats \
	%D%/docs.bats \
	%D%/doctor.bats \
	%D%/e2e-runtimes.bats \
	%D%/e2e-scope.bats \
	%D%/e2e-starts.bats \
	%D%/engines.bats \
	%D%/explain.bats \
	%D%/facts.bats \
	%D%/gen.bats \
	%D%/golang.bats \
	%D%/install.bats \
	%D%/lint.bats \
	%D%/list.bats \
	%D%/live-oracle.bats \
	%D%/live-run.bats \
	%D%/live-strace.bats \
	%D%/merge.bats \
	%D%/narrow.bats \
	%D%/pid1.bats \
	%D%/output.bats \
	%D%/pipeline.bats \
	%D%/profiles.bats \
	%D%/python.bats \
	%D%/record.bats \
	%D%/rehearsal.bats \
	%D%/report.bats \
	%D%/run.bats \
	%D%/sarif.bats \
	%D%/stacks.bats \
	%D%/suites.bats \
	%D%/terminal.bats \
	%D%/text.bats \
	%D%/timing.bats

EXTRA_DIST += $(BATS_TESTS) %D%/lib/common.bash
EXTRA_DIST += %D%/lib/bundle.bash
EXTRA_DIST += %D%/lib/docker.bash
EXTRA_DIST += %D%/lib/defaults.bash
EXTRA_DIST += %D%/timing/shell.sh %D%/timing/work.go %D%/timing/work.js %D%/timing/work.py
EXTRA_DIST += %D%/lib/makes.py
EXTRA_DIST += %D%/lib/pipeline.py
EXTRA_DIST += %D%/lib/sarif.jq
EXTRA_DIST += %D%/lib/shells.bash
EXTRA_DIST += %D%/lib/starts.bash
EXTRA_DIST += %D%/lib/strace.bash
EXTRA_DIST += %D%/lib/suite.sh
EXTRA_DIST += %D%/lib/suites.bash
EXTRA_DIST += %D%/lib/timing.bash
EXTRA_DIST += %D%/lib/workload.sh
EXTRA_DIST += %D%/lib/workloads.bash
EXTRA_DIST += %D%/lib/attacks.bash %D%/seeds/README %D%/seeds/chmod-family.json \
	%D%/seeds/chmod-mkdir.json %D%/seeds/five-calls.json %D%/seeds/mount-full.json \
	%D%/seeds/mount-minimal.json %D%/seeds/mount-naive.json %D%/seeds/ptrace-kexec.json %D%/seeds/unshare.json
if HAVE_BATS
TESTS += $(BATS_TESTS)
endif
TESTS += scripts/check-tables.sh scripts/check-layers.sh

# the part that needs nothing but the compiler
check-unit:
	$(MAKE) check TESTS='$(UNIT_TESTS) scripts/check-tables.sh scripts/check-layers.sh'
.PHONY: check-unit
