# SPDX-License-Identifier: Apache-2.0
# Built by `make fuzz-targets`, which scripts/fuzz calls after it configured for clang and its
# fuzzer; nothing here is part of a normal build.
FUZZ_TARGETS = \
	%D%/fuzz-image \
	%D%/fuzz-profile \
	%D%/fuzz-rec
EXTRA_PROGRAMS += $(FUZZ_TARGETS)

FUZZ_LIBS = $(UNIT_OUT)
FUZZ_LDFLAGS = -fsanitize=fuzzer
%C%_fuzz_image_LDADD = tracer/stack/libstack.a $(TRACER_BOTTOM) $(FUZZ_LIBS) $(UNWIND_LIBS)
%C%_fuzz_image_LDFLAGS = $(FUZZ_LDFLAGS)
%C%_fuzz_profile_LDADD = $(FUZZ_LIBS)
%C%_fuzz_profile_LDFLAGS = $(FUZZ_LDFLAGS)
%C%_fuzz_rec_LDADD = $(FUZZ_LIBS)
%C%_fuzz_rec_LDFLAGS = $(FUZZ_LDFLAGS)

fuzz-targets: $(FUZZ_TARGETS)
.PHONY: fuzz-targets

EXTRA_DIST += \
	%D%/corpus/profile/args.json \
	%D%/corpus/profile/basic.json \
	%D%/corpus/profile/bundle.json \
	%D%/corpus/profile/docker-features.json \
	%D%/corpus/profile/five-calls.json \
	%D%/corpus/profile/idle-nameless.json \
	%D%/corpus/profile/new-mount.json \
	%D%/corpus/profile/no-effect.json \
	%D%/corpus/profile/ptrace-kexec.json \
	%D%/corpus/profile/repeated-key.json \
	%D%/corpus/profile/three-abis.json \
	%D%/corpus/rec/empty.json \
	%D%/corpus/rec/evidence.json \
	%D%/corpus/rec/newer.json \
	%D%/corpus/rec/small.json
