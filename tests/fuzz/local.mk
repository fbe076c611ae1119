# SPDX-License-Identifier: Apache-2.0
# Built by scripts/fuzz, with clang; nothing here is part of a normal build.
EXTRA_DIST += \
	%D%/fuzz-image.c \
	%D%/fuzz-profile.c \
	%D%/fuzz-rec.c \
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
