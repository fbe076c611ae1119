/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * Was a signal sent to sctrace alone, or to its whole process group? The kernel does not say. So
 * another process joins the group, and only counts its signals: those that it got as well were for
 * the group.
 *
 * It has no open file, ends with sctrace, and the workload sees only one more process in the group.
 * There is one, as there is one group.
 *
 * Its name and arguments differ from sctrace's, so that pkill(1) or pidof(1) by the name sctrace
 * reach sctrace alone.
 */

/* Counts the signals of this set, which are all blocked when this is called. It is a child of
 * sctrace. On failure there is none. */
void witness_start(const sigset_t *counted);
void witness_stop(void);		/* and reap it; does nothing if there is none */
bool witness_ended(pid_t);		/* waitpid() returned this pid: was it the witness? */

/* How often it got the signal since the last call. */
unsigned witness_take(int signal);

/* A question is answered after it has counted all signals that were sent before. Returns the
 * question's number. */
unsigned witness_ask(void);			/* the question's number */
bool witness_answered(unsigned question);	/* also true without a witness */
