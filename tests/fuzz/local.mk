# SPDX-License-Identifier: Apache-2.0
# Built by `make fuzz-targets`, which scripts/fuzz calls after it configured for clang and its
# fuzzer; nothing here is part of a normal build.
FUZZ_TARGETS = \
	%D%/fuzz-filter \
	%D%/fuzz-image \
	%D%/fuzz-profile \
	%D%/fuzz-readers \
	%D%/fuzz-rec \
	%D%/fuzz-runtime \
	%D%/fuzz-yaml
EXTRA_PROGRAMS += $(FUZZ_TARGETS)

FUZZ_LIBS = $(UNIT_OUT)
WITH_FUZZER = -fsanitize=fuzzer
%C%_fuzz_filter_SOURCES = %D%/fuzz-filter.c $(UNIT_SIM)
%C%_fuzz_filter_LDADD = $(FUZZ_LIBS)
%C%_fuzz_filter_LDFLAGS = $(WITH_FUZZER)
%C%_fuzz_image_LDADD = tracer/stack/libstack.a $(TRACER_BOTTOM) $(FUZZ_LIBS) $(UNWIND_LIBS)
%C%_fuzz_image_LDFLAGS = $(WITH_FUZZER)
%C%_fuzz_profile_LDADD = $(FUZZ_LIBS)
%C%_fuzz_profile_LDFLAGS = $(WITH_FUZZER)
%C%_fuzz_readers_LDADD = $(FUZZ_LIBS)
%C%_fuzz_readers_LDFLAGS = $(WITH_FUZZER)
%C%_fuzz_rec_LDADD = $(FUZZ_LIBS)
%C%_fuzz_rec_LDFLAGS = $(WITH_FUZZER)
%C%_fuzz_runtime_LDADD = $(sctrace_LDADD)
%C%_fuzz_runtime_LDFLAGS = $(WITH_FUZZER)
%C%_fuzz_yaml_LDADD = $(FUZZ_LIBS)
%C%_fuzz_yaml_LDFLAGS = $(WITH_FUZZER)

fuzz-targets: $(FUZZ_TARGETS)
.PHONY: fuzz-targets

EXTRA_DIST += \
	%D%/corpus/filter/app.policy \
	%D%/corpus/filter/braces.policy \
	%D%/corpus/profile/args.json \
	%D%/corpus/profile/basic.json \
	%D%/corpus/profile/bundle.json \
	%D%/corpus/profile/compose.yaml \
	%D%/corpus/profile/config.json \
	%D%/corpus/profile/containers.conf \
	%D%/corpus/profile/docker-features.json \
	%D%/corpus/profile/five-calls.json \
	%D%/corpus/profile/idle-nameless.json \
	%D%/corpus/profile/list.yaml \
	%D%/corpus/profile/new-mount.json \
	%D%/corpus/profile/no-effect.json \
	%D%/corpus/profile/none.yaml \
	%D%/corpus/profile/pod.yaml \
	%D%/corpus/profile/ptrace-kexec.json \
	%D%/corpus/profile/repeated-key.json \
	%D%/corpus/profile/seccompprofile.yaml \
	%D%/corpus/profile/three-abis.json \
	%D%/corpus/readers/annotations.yaml \
	%D%/corpus/readers/compose.yaml \
	%D%/corpus/readers/config.json \
	%D%/corpus/readers/containers.conf \
	%D%/corpus/readers/deployment.yaml \
	%D%/corpus/readers/list.yaml \
	%D%/corpus/readers/none.yaml \
	%D%/corpus/readers/p.json \
	%D%/corpus/readers/seccompprofile.yaml \
	%D%/corpus/readers/toml.conf \
	%D%/corpus/rec/empty.json \
	%D%/corpus/rec/evidence.json \
	%D%/corpus/rec/newer.json \
	%D%/corpus/rec/small.json \
	%D%/corpus/runtime/bundle \
	%D%/corpus/runtime/conf \
	%D%/corpus/runtime/config \
	%D%/corpus/runtime/daemon \
	%D%/corpus/runtime/line \
	%D%/corpus/yaml/annotations.yaml \
	%D%/corpus/yaml/compose.yaml \
	%D%/corpus/yaml/deployment.yaml \
	%D%/corpus/yaml/kinds.yaml \
	%D%/corpus/yaml/seccompprofile.yaml
