/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/* A task has executed a program: switch its counts to the new program, drop the other threads,
 * check whether the scope begins; resume it. */
void exec_stopped(struct tracer *, struct stop);
