/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/opt.h"

/* The words that options and operands of more than one command may be, for shells
 * to offer.  The second argument is not looked at. */
opt_words vocabulary_arch;		/* ABIs */
opt_words vocabulary_call;
opt_words vocabulary_cap;		/* capabilities, and words for sets of them */
opt_words vocabulary_denial;		/* calls and families */
opt_words vocabulary_errno;
opt_words vocabulary_family;		/* "mount-family" */
opt_words vocabulary_spot;		/* kinds of blind spots */
