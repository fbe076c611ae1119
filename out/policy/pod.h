/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "out/view.h"

/*
 * What Kubernetes needs beside a profile: a Pod that runs under it, or what puts it on every node.  The words
 * of --pod:
 *
 *	""		a Pod with securityContext.seccompProfile, type Localhost
 *	annotation	the same as Kubernetes before 1.19 reads it
 *	RuntimeDefault	a Pod under the runtime's own profile
 *	install		a ConfigMap with the profile, and a DaemonSet that copies it to each node
 *
 * --name is the name of the Pod; the profile on the node is NAME.json.
 */
bool pod_word_known(const char *word);

/* The folder of a kubelet for profiles. */
#define KUBELET_FOLDER "/var/lib/kubelet/seccomp"

/* Is this a valid name of an object, a container and a label: a label of DNS (RFC 1123), with room
 * for a suffix? */
bool pod_name_valid(const char *name);

int pod_name_refuse(const char *name, struct err *e);		/* -EINVAL, with what is valid */

void pod_write(const struct shown *, FILE *);		/* for the word of --pod; the name is valid */
