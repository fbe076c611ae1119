/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/jsonw.h"
#include "out/view.h"
#include "policy/policy.h"

/*
 * OCI's `linux.seccomp`: one JSON object, which Docker, Podman and the kubelet read as well.  "comment" is a
 * field that all of them pass over.
 *
 * Runtimes take the errno EPERM where none is given; it is written all the same, so that a reader need not
 * know.
 */
void oci_write(struct jsonw *, const struct policy *, bool reasons);		/* all of it */

/* The elements of `syscalls`; `guard`: fields that each of them has as well, as a JSON object, or "". */
void oci_write_entries(struct jsonw *, const struct policy *, const char *guard, bool reasons);

/* view.remarks of every format that container runtimes read. */
void oci_remarks(const struct shown *, struct strlist *ret);

/* view.emit of a format that is this and no more. */
int oci_emit(const struct shown *, FILE *, struct err *);
