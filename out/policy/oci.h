/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/jsonw.h"
#include "out/view.h"
#include "policy/policy.h"

/*
 * OCI's `linux.seccomp`: one JSON object, which Docker, Podman and the kubelet read as well. All of
 * them ignore the field "comment".
 *
 * Without an errno, runtimes use EPERM; it is written nevertheless, so that readers need not know
 * this.
 */
void oci_write(struct jsonw *, const struct policy *, bool reasons);		/* everything */

/* The elements of `syscalls`; `guard`: additional fields of each as a JSON object, or "". */
void oci_write_entries(struct jsonw *, const struct policy *, const char *guard, bool reasons);

/* view.remarks of every format that container runtimes read. */
void oci_remarks(const struct shown *, struct strlist *ret);

/* view.emit of a format that has only this object. */
int oci_emit(const struct shown *, FILE *, struct err *);
