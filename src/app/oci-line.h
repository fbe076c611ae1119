/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The command line with which an engine calls an OCI runtime, as runc 1.1 and crun 1.8 read it:
 * options of the runtime, a command, its options, the container's ID, and what the command needs
 * besides.  Options that are unknown (of a newer version) are passed over by what follows them.
 */
struct oci_line {
	const char *command;		/* "create"; NULL: none */
	const char *id;			/* NULL: none, or it is not certain which word it is */
	char *const *rest;		/* what follows the ID, NULL-terminated; NULL: there is no ID */
	const char *unknown;		/* the first unknown option; NULL: none */
	const char *bundle, *config, *process, *log, *log_format;	/* values of options; NULL: not given */
};

/* `argv` begins behind the program's name, ends with NULL, and must outlive the result. */
struct oci_line oci_line_read(char *const *argv);
