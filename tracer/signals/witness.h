/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * Was a signal sent to us, or to our whole process group?  The kernel does not
 * tell.  So another process is in the group, which does nothing but count the
 * signals that it gets: what it got as well was for the group.
 *
 * It has no open file, ends with us, and is not seen by the workload but as one
 * more member of the group.  There is one, as there is one group.
 *
 * Its name and its arguments are not ours: who signals all that are called sctrace, by
 * pkill(1) or pidof(1), means us alone.
 */

/* Counts the signals of the set; all of them are blocked when this is called.  It
 * is a child of ours.  Failing, it is just absent. */
void witness_start(const sigset_t *counted);
void witness_stop(void);		/* and take note of its end; none is fine */
bool witness_ended(pid_t);		/* waitpid() told of an end: was it the witness's? */

/* How often it got the signal since this was asked last. */
unsigned witness_take(int signal);

/* A question is answered when it has seen to all that was sent to it before. */
unsigned witness_ask(void);			/* the question's number */
bool witness_answered(unsigned question);	/* true when there is nobody to answer */
