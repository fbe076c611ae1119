/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "check/breach.h"

/* Texts that all views of breaches use; each function appends. */

const char *breach_abi(const struct breach *);

/* "EPERM", "errno 77" */
void breach_errno(struct buf *, int error);

/* "mkdir by /bin/mkdir", "mkdir (x86) by /bin/mkdir" */
void breach_who(struct buf *, const struct breach *);

/* "do_mkdir+0x1b (/usr/bin/mkdir)", "0x4711 (/usr/bin/mkdir)", "fetch (/srv/app.py:12)" */
void breach_frame(struct buf *, const struct rec_frame *);

/* Program, call and count; the lines below, each after `before`: arguments, stack, place. */
void breach_sentence(struct buf *, const struct breach *, bool audit);
void breach_details(struct buf *, const struct breaches *, const struct breach *, const char *before);

/* Both on one line; malloc'ed. */
char *breach_line(const struct breaches *, const struct breach *);

/* 'denied (EPERM): mkdir("/tmp/x", 0755) by /usr/bin/mkdir' */
void breach_announce(struct buf *, const struct breach *, const char *shape, bool audit);

/* "outside profile.json: 2 calls were denied" */
void breaches_result(struct buf *, const struct breaches *);
