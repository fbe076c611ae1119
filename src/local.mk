# SPDX-License-Identifier: Apache-2.0
# base <- sysdb <- rec <- policy <- lint : a layer may use only what is to its left
noinst_LIBRARIES += %D%/libbase.a %D%/libcore.a %D%/liblint.a
%C%_libbase_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_libbase_a_SOURCES = \
	%D%/base/attr.h \
	%D%/base/buf.c		%D%/base/buf.h \
	%D%/base/err.c		%D%/base/err.h \
	%D%/base/exec.c		%D%/base/exec.h \
	%D%/base/io.c		%D%/base/io.h \
	%D%/base/json.c		%D%/base/json.h \
	%D%/base/jsonw.c	%D%/base/jsonw.h \
	%D%/base/log.c		%D%/base/log.h \
	%D%/base/mem.c		%D%/base/mem.h \
	%D%/base/opt.c		%D%/base/opt.h \
	%D%/base/sarif.c	%D%/base/sarif.h \
	%D%/base/temp.c		%D%/base/temp.h \
	%D%/base/term.c		%D%/base/term.h

%C%_libcore_a_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS) $(JANSSON_CFLAGS)
%C%_libcore_a_SOURCES = \
	%D%/sysdb/action.c	%D%/sysdb/action.h	%D%/sysdb/actions.def \
	%D%/sysdb/arch.c	%D%/sysdb/arch.h	%D%/sysdb/arches.def \
	%D%/sysdb/args.c	%D%/sysdb/args.h \
	%D%/sysdb/clients.c	%D%/sysdb/clients.h	%D%/sysdb/clients.def \
	%D%/sysdb/defaults.c	%D%/sysdb/defaults.h \
	%D%/sysdb/family.c \
	%D%/sysdb/narrow.c	%D%/sysdb/narrow.h \
	%D%/sysdb/sysdb.c	%D%/sysdb/sysdb.h \
	%D%/rec/file.c \
	%D%/rec/rec.c		%D%/rec/rec.h \
	%D%/rec/saturation.c	%D%/rec/saturation.h \
	%D%/rec/spots.c		%D%/rec/spots.h \
	%D%/policy/ask.c	%D%/policy/ask.h \
	%D%/policy/code.c	%D%/policy/code.h \
	%D%/policy/compare.c	%D%/policy/compare.h \
	%D%/policy/compile.c	%D%/policy/compile.h \
	%D%/policy/derive.c	%D%/policy/derive.h \
	%D%/policy/judge.c	%D%/policy/judge.h \
	%D%/policy/layers.c	%D%/policy/layers.h \
	%D%/policy/narrow-rules.c	%D%/policy/narrow-rules.h \
	%D%/policy/parse-oci.c	%D%/policy/parse-oci.h \
	%D%/policy/policy.c	%D%/policy/policy.h \
	%D%/policy/runtime.c	%D%/policy/runtime.h \
	%D%/policy/runtime-filter.c	%D%/policy/runtime-filter.h \
	%D%/policy/says.c	%D%/policy/says.h \
	%D%/policy/starts.c	%D%/policy/starts.h \
	%D%/policy/space.c	%D%/policy/space.h \
	%D%/policy/supplement.c	%D%/policy/supplement.h \
	%D%/policy/tighten.c	%D%/policy/tighten.h \
	%D%/policy/timing.c	%D%/policy/timing.h \
	%D%/policy/values.c	%D%/policy/values.h \
	%D%/policy/words.c	%D%/policy/words.h

%C%_liblint_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_liblint_a_SOURCES = \
	%D%/lint/against.c \
	%D%/lint/checks.def	%D%/lint/checks.h \
	%D%/lint/context.c	%D%/lint/context.h \
	%D%/lint/gaps.c \
	%D%/lint/libseccomp.c \
	%D%/lint/lint.c		%D%/lint/lint.h \
	%D%/lint/lists.c \
	%D%/lint/members.c \
	%D%/lint/names.c \
	%D%/lint/rules.c \
	%D%/lint/starts.c \
	%D%/lint/write.c

# Knowledge is text; C sees it as tables.
SYSDB_TABLES = \
	%D%/sysdb/args.tbl %D%/sysdb/consts.tbl \
	%D%/sysdb/defaults.tbl %D%/sysdb/denials.tbl %D%/sysdb/families.tbl %D%/sysdb/missing.tbl \
	%D%/sysdb/programs.tbl %D%/sysdb/releases.tbl %D%/sysdb/risks.tbl %D%/sysdb/runtimes.tbl \
	%D%/sysdb/syscalls.tbl %D%/sysdb/timing.tbl
SYSDB_ROWS = $(SYSDB_TABLES:.tbl=.inc)
nodist_%C%_libcore_a_SOURCES = $(SYSDB_ROWS)
SUFFIXES = .tbl .inc
.tbl.inc:
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)LC_ALL=C $(AWK) -v table=`basename $< .tbl` -f $(top_srcdir)/scripts/gen-sysdb.awk $< > $@-t && mv $@-t $@
$(SYSDB_ROWS): $(top_srcdir)/scripts/gen-sysdb.awk
BUILT_SOURCES += $(SYSDB_ROWS)
.PHONY: sysdb-rows
sysdb-rows: $(SYSDB_ROWS)	# for who compiles by himself
CLEANFILES += $(SYSDB_ROWS) $(SYSDB_ROWS:.inc=.inc-t)
EXTRA_DIST += $(SYSDB_TABLES)

bin_PROGRAMS += sctrace
sctrace_SOURCES = \
	%D%/main.c \
	%D%/cmd/breach.c	%D%/cmd/breach.h \
	%D%/cmd/breach-write.c \
	%D%/cmd/check.c \
	%D%/cmd/cmd.h \
	%D%/cmd/command.c	%D%/cmd/command.h \
	%D%/cmd/completion.c \
	%D%/cmd/denials.c	%D%/cmd/denials.h \
	%D%/cmd/diff.c \
	%D%/cmd/doctor.c \
	%D%/cmd/elsewhere.c	%D%/cmd/elsewhere.h \
	%D%/cmd/explain.c \
	%D%/cmd/gen.c \
	%D%/cmd/host.c		%D%/cmd/host.h \
	%D%/cmd/judging.c	%D%/cmd/judging.h \
	%D%/cmd/left.c		%D%/cmd/left.h \
	%D%/cmd/lint.c \
	%D%/cmd/knowledge.c	%D%/cmd/knowledge.h \
	%D%/cmd/list.c \
	%D%/cmd/merge.c \
	%D%/cmd/output.c	%D%/cmd/output.h \
	%D%/cmd/profile.c	%D%/cmd/profile.h \
	%D%/cmd/record.c \
	%D%/cmd/recorder.c	%D%/cmd/recorder.h \
	%D%/cmd/recordings.c	%D%/cmd/recordings.h \
	%D%/cmd/report.c \
	%D%/cmd/review.c	%D%/cmd/review.h \
	%D%/cmd/run.c \
	%D%/cmd/spare.c		%D%/cmd/spare.h \
	%D%/cmd/spots.c		%D%/cmd/spots.h \
	%D%/cmd/stricter.c	%D%/cmd/stricter.h \
	%D%/cmd/stale.c \
	%D%/cmd/vocabulary.c	%D%/cmd/vocabulary.h
sctrace_LDADD = out/libout.a tracer/libtracer.a %D%/liblint.a %D%/libcore.a %D%/libbase.a \
	$(SECCOMP_LIBS) $(JANSSON_LIBS) $(UNWIND_LIBS) -lm

# The part of a completion that is the same for every table: shell, as a C string.
COMPLETION_DRIVERS = %D%/cmd/completion.bash %D%/cmd/completion.fish %D%/cmd/completion.zsh
COMPLETION_TEXTS = $(COMPLETION_DRIVERS:=.inc)
nodist_sctrace_SOURCES = $(COMPLETION_TEXTS)
as_c_string = sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/'
%D%/cmd/completion.bash.inc: %D%/cmd/completion.bash
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(as_c_string) $(srcdir)/%D%/cmd/completion.bash > $@-t && mv $@-t $@
%D%/cmd/completion.fish.inc: %D%/cmd/completion.fish
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(as_c_string) $(srcdir)/%D%/cmd/completion.fish > $@-t && mv $@-t $@
%D%/cmd/completion.zsh.inc: %D%/cmd/completion.zsh
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(as_c_string) $(srcdir)/%D%/cmd/completion.zsh > $@-t && mv $@-t $@
BUILT_SOURCES += $(COMPLETION_TEXTS)
CLEANFILES += $(COMPLETION_TEXTS) $(COMPLETION_TEXTS:=-t)
EXTRA_DIST += $(COMPLETION_DRIVERS)

dist_man_MANS += %D%/sctrace.1
