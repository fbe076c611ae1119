/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/err.h"
#include "base/opt.h"

/*
 * What an engine has to be told so that it can start containers with `sctrace-runtime`: a few lines in one of
 * its files, or for Kubernetes objects.
 */
struct install {
	const char *name;		/* "docker" */
	const char *what;		/* that is written: "Docker's runtimes" */
	const char *then, *use, *undo;	/* commands and advice, a line each */
	/* What the file holds afterwards: what it holds (NULL: there is none), and the lines. */
	int (*merge)(const char *old, const char *runtime, char **ret, struct err *e);
	const char *root_file, *user_file;	/* the second one in the user's folder of configuration; NULL: none */
};

const struct install *install_at(size_t i);	/* NULL past the end */
opt_words install_word;				/* their names */

/* Where this user's file is; NULL: there is none. */
char *install_file(const struct install *);

/* The path of sctrace-runtime, beside the program that runs. */
int install_runtime(char **ret, struct err *e);

/* Merges the lines into the file, or creates it. */
enum installed { INSTALLED_ALREADY, INSTALLED_NEW, INSTALLED_CHANGED };		/* changed: the old content is in FILE.old */

int install_write(const struct install *, const char *file, const char *runtime, enum installed *ret, struct err *e);
