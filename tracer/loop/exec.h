/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/* A task has executed a program: whose counts its calls are from now on, what is left of its
 * process, whether the scope begins.  It goes on. */
void exec_stopped(struct tracer *, struct stop);
