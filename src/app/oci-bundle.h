/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "app/kept.h"

/*
 * What the files that an engine hands to an OCI runtime say of a container: config.json in its bundle,
 * and the process.json of an `exec`.
 */

/* Fills the container, except its ID, which has to be there, and adds the words of its command.  The name and image
 * are those of annotations (CRI, CRI-O), or of the engine's own file beside the container's /etc/hosts (Docker).
 * An error: it cannot be read, or is not an object. */
int oci_bundle_read(const char *path, struct kept *, struct strlist *ret_command, struct err *e);

/* The words of the command in a process.json. */
int oci_process_read(const char *path, struct strlist *ret_command, struct err *e);

/* The name that conmon was given, if that is what started us: Podman tells it nobody else. */
char *oci_name_of_parent(void);		/* NULL: none */
