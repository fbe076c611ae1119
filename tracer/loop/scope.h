/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/* From when on, and of which tasks, calls count; see enum tracer_scope. */

/* This task, and with `group` all threads of its process, is in scope. */
void scope_enter(struct tracer *, struct task *, bool group);

/* A child whose parent is known now: it is in scope where the parent was, and is not held any more. */
void scope_inherit(struct tracer *, struct task *child, bool counted);

/* The task has executed the program with which the scope begins, and was not in it. */
bool scope_begins(const struct tracer *, const struct task *);
