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

# cmd/: a command's answers; live/: what the kernel really does, compared with strace; e2e/: real consumers
# of profiles, and what the documents show.  A test's first word is its file.
# The longest come first, so that none of them runs alone at the end.
BATS_TESTS = \
	%D%/live/suites.bats \
	%D%/e2e/scope.bats \
	%D%/e2e/runtimes.bats \
	%D%/cmd/record.bats \
	%D%/cmd/check.bats \
	%D%/cmd/lint.bats \
	%D%/live/attacks.bats \
	%D%/live/corners.bats \
	%D%/e2e/starts.bats \
	%D%/live/attach.bats \
	%D%/cmd/arguments.bats \
	%D%/cmd/completion.bats \
	%D%/cmd/diff.bats \
	%D%/cmd/doctor.bats \
	%D%/cmd/explain.bats \
	%D%/cmd/formats.bats \
	%D%/cmd/filters.bats \
	%D%/cmd/gen.bats \
	%D%/cmd/list.bats \
	%D%/cmd/merge.bats \
	%D%/cmd/narrow.bats \
	%D%/cmd/output.bats \
	%D%/cmd/profiles.bats \
	%D%/cmd/readers.bats \
	%D%/cmd/report.bats \
	%D%/cmd/run.bats \
	%D%/cmd/runtime.bats \
	%D%/cmd/sarif.bats \
	%D%/cmd/terminal.bats \
	%D%/cmd/text.bats \
	%D%/cmd/timing.bats \
	%D%/e2e/container.bats \
	%D%/e2e/defaults.bats \
	%D%/e2e/docs.bats \
	%D%/e2e/firejail.bats \
	%D%/e2e/guides.bats \
	%D%/e2e/filters.bats \
	%D%/e2e/install.bats \
	%D%/e2e/kubernetes.bats \
	%D%/e2e/readers.bats \
	%D%/e2e/ociruntime.bats \
	%D%/e2e/rehearsal.bats \
	%D%/e2e/static.bats \
	%D%/e2e/systemd.bats \
	%D%/e2e/targets.bats \
	%D%/live/engines.bats \
	%D%/live/facts.bats \
	%D%/live/golang.bats \
	%D%/live/oracle.bats \
	%D%/live/pid1.bats \
	%D%/live/pipeline.bats \
	%D%/live/python.bats \
	%D%/live/run.bats \
	%D%/live/stacks.bats \
	%D%/live/strace.bats

EXTRA_DIST += $(BATS_TESTS) %D%/README.md %D%/lib %D%/schemas %D%/profiles %D%/seeds %D%/systemd %D%/timing
if HAVE_BATS
TESTS += $(BATS_TESTS)
endif
TESTS += scripts/check-tables.sh scripts/check-layers.sh scripts/check-form.sh

# the part that needs nothing but the compiler
check-unit:
	$(MAKE) check TESTS='$(UNIT_TESTS) scripts/check-tables.sh scripts/check-layers.sh scripts/check-form.sh'
.PHONY: check-unit
