/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "rec/rec.h"

/* Facts that several views of a recording show. */

/* "openat"; "x86:open" for a call of another ABI than the native one; "call_470". */
void recording_call_name(const struct rec_call *, struct buf *ret);

/* Distinct programs of a call, by path; free the list after use. */
void recording_programs(const struct rec_call *, struct strlist *ret);

/* The earliest time, in seconds; `count` is at least 1. */
double recording_first_seen(const struct rec_seen *, size_t count);
