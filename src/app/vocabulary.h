/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/opt.h"

/* The words that options and operands of several commands accept, for completion. The second
 * argument is not used. */
opt_words vocabulary_arch;		/* ABIs */
opt_words vocabulary_call;
opt_words vocabulary_cap;		/* capabilities, and words for sets of them */
opt_words vocabulary_denial;		/* calls and families */
opt_words vocabulary_errno;
opt_words vocabulary_family;		/* "mount-family" */
opt_words vocabulary_reader;		/* kinds of files that are read as profiles */
opt_words vocabulary_spot;		/* kinds of blind spots */
