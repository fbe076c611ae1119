# SPDX-License-Identifier: Apache-2.0
# base <- sysdb <- rec <- policy <- read <- diff <- lint, check <- app <- cmd: a layer uses only what is to its left.
# Each is an archive: a call upwards is a link error in the unit tests, which link only what is below, and fails
# scripts/check-layers.sh.
noinst_LIBRARIES += %D%/libbase.a %D%/libsysdb.a %D%/librec.a %D%/libpolicy.a \
	%D%/libread.a %D%/libdiff.a %D%/liblint.a %D%/libcheck.a %D%/libapp.a

%C%_libbase_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(YAML_CFLAGS)
%C%_libbase_a_SOURCES = \
	%D%/base/attr.h \
	%D%/base/buf.c %D%/base/buf.h \
	%D%/base/err.c %D%/base/err.h \
	%D%/base/filter.h \
	%D%/base/exec.c %D%/base/exec.h \
	%D%/base/io.c %D%/base/io.h \
	%D%/base/json.c %D%/base/json.h \
	%D%/base/jsonw.c %D%/base/jsonw.h \
	%D%/base/log.c %D%/base/log.h \
	%D%/base/mem.c %D%/base/mem.h \
	%D%/base/opt.c %D%/base/opt.h \
	%D%/base/temp.c %D%/base/temp.h \
	%D%/base/term.c %D%/base/term.h \
	%D%/base/yaml.c %D%/base/yaml.h

%C%_libsysdb_a_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS) $(JANSSON_CFLAGS)
%C%_libsysdb_a_SOURCES = \
	%D%/sysdb/action.c %D%/sysdb/action.h \
	%D%/sysdb/actions.def \
	%D%/sysdb/arch.c %D%/sysdb/arch.h \
	%D%/sysdb/arches.def \
	%D%/sysdb/args.c %D%/sysdb/args.h \
	%D%/sysdb/clients.c %D%/sysdb/clients.def %D%/sysdb/clients.h \
	%D%/sysdb/defaults.c %D%/sysdb/defaults.h \
	%D%/sysdb/family.c \
	%D%/sysdb/narrow.c %D%/sysdb/narrow.h \
	%D%/sysdb/sysdb.c %D%/sysdb/sysdb.h \
	%D%/sysdb/systemd.c %D%/sysdb/systemd.h \
	%D%/sysdb/target.c %D%/sysdb/target.h

%C%_librec_a_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS) $(JANSSON_CFLAGS)
%C%_librec_a_SOURCES = \
	%D%/rec/format.h %D%/rec/read.c %D%/rec/write.c \
	%D%/rec/frames.c \
	%D%/rec/rec.c %D%/rec/rec.h \
	%D%/rec/saturation.c %D%/rec/saturation.h \
	%D%/rec/spots.c %D%/rec/spots.h \
	%D%/rec/strings.c %D%/rec/strings.h

%C%_libpolicy_a_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS) $(JANSSON_CFLAGS)
%C%_libpolicy_a_SOURCES = \
	%D%/policy/code.c %D%/policy/code.h \
	%D%/policy/compile.c %D%/policy/compile.h \
	%D%/policy/cubes.c %D%/policy/cubes.h \
	%D%/policy/derive.c %D%/policy/derive.h \
	%D%/policy/diagram.c %D%/policy/diagram.h \
	%D%/policy/judge.c %D%/policy/judge.h \
	%D%/policy/judge-unknown.c %D%/policy/judge-unknown.h \
	%D%/policy/lacks.c %D%/policy/lacks.h \
	%D%/policy/lift.c %D%/policy/lift.h \
	%D%/policy/narrow.c %D%/policy/narrow.h \
	%D%/policy/plain.c %D%/policy/plain.h \
	%D%/policy/policy.c %D%/policy/policy.h \
	%D%/policy/prose.c %D%/policy/prose.h \
	%D%/policy/runtime.c %D%/policy/runtime.h \
	%D%/policy/says.c %D%/policy/says.h \
	%D%/policy/starts.c %D%/policy/starts.h \
	%D%/policy/supplement.c %D%/policy/supplement.h \
	%D%/policy/tighten.c %D%/policy/tighten.h \
	%D%/policy/timing.c %D%/policy/timing.h

%C%_libread_a_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS) $(JANSSON_CFLAGS)
%C%_libread_a_SOURCES = \
	%D%/read/assigned.c %D%/read/assigned.h \
	%D%/read/compose.c \
	%D%/read/containers-conf.c \
	%D%/read/document.c %D%/read/document.h \
	%D%/read/bpf.c \
	%D%/read/filter.c %D%/read/filter.h \
	%D%/read/call-list.c %D%/read/call-list.h \
	%D%/read/host.c %D%/read/host.h \
	%D%/read/kubernetes.c \
	%D%/read/layers.c %D%/read/layers.h \
	%D%/read/minijail.c \
	%D%/read/oci.c %D%/read/oci.h \
	%D%/read/oci-filters.c %D%/read/oci-remarks.c %D%/read/oci-rules.c \
	%D%/read/operator.c %D%/read/operator.h \
	%D%/read/reader.c %D%/read/reader.h \
	%D%/read/runtime-filter.c %D%/read/runtime-filter.h \
	%D%/read/systemd.c %D%/read/systemd-others.c %D%/read/systemd.h \
	%D%/read/unit.c %D%/read/unit.h

%C%_libdiff_a_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS) $(JANSSON_CFLAGS)
%C%_libdiff_a_SOURCES = \
	%D%/diff/difference.c %D%/diff/difference.h %D%/diff/policies.c %D%/diff/policies.h \
	%D%/diff/recordings.c %D%/diff/recordings.h

%C%_liblint_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_liblint_a_SOURCES = \
	%D%/lint/against.c \
	%D%/lint/checks.def %D%/lint/checks.h \
	%D%/lint/context.c %D%/lint/context.h \
	%D%/lint/gaps.c \
	%D%/lint/libseccomp.c \
	%D%/lint/lint.c %D%/lint/lint.h \
	%D%/lint/lists.c \
	%D%/lint/members.c \
	%D%/lint/names.c \
	%D%/lint/rules.c \
	%D%/lint/starts.c \
	%D%/lint/targets.c

%C%_libcheck_a_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS) $(JANSSON_CFLAGS)
%C%_libcheck_a_SOURCES = \
	%D%/check/breach.c %D%/check/breach.h \
	%D%/check/call.c %D%/check/call.h \
	%D%/check/recording.c \
	%D%/check/stale.c

%C%_libapp_a_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS) $(JANSSON_CFLAGS)
%C%_libapp_a_SOURCES = \
	%D%/app/asked.c \
	%D%/app/container.c %D%/app/container.h \
	%D%/app/denials.c %D%/app/denials.h \
	%D%/app/elsewhere.c %D%/app/elsewhere.h \
	%D%/app/explanation.h %D%/app/explanation-json.c %D%/app/explanation-text.c \
	%D%/app/host.c %D%/app/host.h \
	%D%/app/installs.c %D%/app/installs.h \
	%D%/app/joins.c %D%/app/joins.h \
	%D%/app/kept.c %D%/app/kept.h \
	%D%/app/knowledge.c %D%/app/knowledge.h \
	%D%/app/live.c %D%/app/live.h \
	%D%/app/left.c %D%/app/left.h \
	%D%/app/oci-bundle.c %D%/app/oci-bundle.h \
	%D%/app/oci-line.c %D%/app/oci-line.h \
	%D%/app/output.c %D%/app/output.h \
	%D%/app/profile.c %D%/app/profile.h \
	%D%/app/recorder.c %D%/app/recorder.h \
	%D%/app/recordings.c %D%/app/recordings.h \
	%D%/app/review.c %D%/app/review.h %D%/app/review-allowed.c \
	%D%/app/runtime-conf.c %D%/app/runtime-conf.h \
	%D%/app/runtimes.c %D%/app/runtimes.h \
	%D%/app/show.c %D%/app/show.h \
	%D%/app/spare.c %D%/app/spare.h \
	%D%/app/spots.c %D%/app/spots.h \
	%D%/app/stopped.c %D%/app/stopped.h \
	%D%/app/stricter.c %D%/app/stricter.h \
	%D%/app/targets.c %D%/app/targets.h \
	%D%/app/usage.c %D%/app/usage.h \
	%D%/app/vocabulary.c %D%/app/vocabulary.h \
	%D%/app/workload.c %D%/app/workload.h \
	%D%/app/written.c %D%/app/written.h

# Knowledge is text; C sees it as tables.
SYSDB_TABLES = \
	%D%/sysdb/args.tbl %D%/sysdb/consts.tbl \
	%D%/sysdb/defaults.tbl %D%/sysdb/denials.tbl %D%/sysdb/families.tbl %D%/sysdb/missing.tbl \
	%D%/sysdb/programs.tbl %D%/sysdb/releases.tbl %D%/sysdb/risks.tbl %D%/sysdb/runtimes.tbl \
	%D%/sysdb/syscalls.tbl %D%/sysdb/systemd-groups.tbl %D%/sysdb/targets.tbl %D%/sysdb/timing.tbl
SYSDB_ROWS = $(SYSDB_TABLES:.tbl=.inc)
nodist_%C%_libsysdb_a_SOURCES = $(SYSDB_ROWS)
SUFFIXES = .tbl .inc
.tbl.inc:
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)LC_ALL=C $(AWK) -v table=`basename $< .tbl` -f $(top_srcdir)/scripts/gen-sysdb.awk $< > $@-t && mv $@-t $@
$(SYSDB_ROWS): $(top_srcdir)/scripts/gen-sysdb.awk
BUILT_SOURCES += $(SYSDB_ROWS)
.PHONY: sysdb-rows
sysdb-rows: $(SYSDB_ROWS)	# for compiling by hand
CLEANFILES += $(SYSDB_ROWS) $(SYSDB_ROWS:.inc=.inc-t)
EXTRA_DIST += %D%/README.md %D%/man/session.svg $(SYSDB_TABLES)

bin_PROGRAMS += sctrace
sctrace_SOURCES = \
	%D%/main.c \
	%D%/cmd/check.c \
	%D%/cmd/cmd.h \
	%D%/cmd/completion.c \
	%D%/cmd/diff.c \
	%D%/cmd/doctor.c \
	%D%/cmd/explain.c \
	%D%/cmd/gen.c \
	%D%/cmd/lint.c \
	%D%/cmd/list.c \
	%D%/cmd/merge.c \
	%D%/cmd/record.c \
	%D%/cmd/report.c \
	%D%/cmd/run.c \
	%D%/cmd/runtime.c
SRC_ARCHIVES = %D%/liblint.a %D%/libcheck.a %D%/libdiff.a %D%/libread.a %D%/libpolicy.a %D%/librec.a %D%/libsysdb.a %D%/libbase.a
PROGRAM_ARCHIVES = %D%/libapp.a out/libout.a $(TRACER_ARCHIVES) $(SRC_ARCHIVES)
sctrace_LDADD = $(PROGRAM_ARCHIVES) $(SECCOMP_LIBS) $(JANSSON_LIBS) $(YAML_LIBS) $(UNWIND_LIBS) -lm

# The same program for the roots of containers, where no library is.
if STATIC_PROGRAM
bin_PROGRAMS += sctrace-static
else
EXTRA_PROGRAMS += sctrace-static
endif
sctrace_static_SOURCES = %D%/static.c
sctrace_static_LDFLAGS = $(AM_LDFLAGS) -static
sctrace_static_LDADD = $(sctrace_OBJECTS) $(PROGRAM_ARCHIVES) $(STATIC_LIBS) -lm

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

# The name by which engines call it.
all-local: sctrace-runtime
sctrace-runtime: sctrace$(EXEEXT)
	$(AM_V_GEN)ln -sf sctrace$(EXEEXT) $@
CLEANFILES += sctrace-runtime
install-exec-hook:
	ln -sf sctrace$(EXEEXT) $(DESTDIR)$(bindir)/sctrace-runtime
uninstall-hook:
	rm -f $(DESTDIR)$(bindir)/sctrace-runtime

dist_man_MANS += \
	%D%/man/sctrace-check.1 \
	%D%/man/sctrace-completion.1 \
	%D%/man/sctrace-diff.1 \
	%D%/man/sctrace-docker.7 \
	%D%/man/sctrace-doctor.1 \
	%D%/man/sctrace-explain.1 \
	%D%/man/sctrace-formats.7 \
	%D%/man/sctrace-gen.1 \
	%D%/man/sctrace-guides.7 \
	%D%/man/sctrace-filters.7 \
	%D%/man/sctrace-kubernetes.7 \
	%D%/man/sctrace-lint.1 \
	%D%/man/sctrace-list.1 \
	%D%/man/sctrace-merge.1 \
	%D%/man/sctrace-pipeline.7 \
	%D%/man/sctrace-podman.7 \
	%D%/man/sctrace-profiles.7 \
	%D%/man/sctrace-record.1 \
	%D%/man/sctrace-report.1 \
	%D%/man/sctrace-run.1 \
	%D%/man/sctrace-runtime.1 \
	%D%/man/sctrace-systemd.7 \
	%D%/man/sctrace.1
