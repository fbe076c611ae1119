/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/* When calls begin to count, and of which tasks; see enum tracer_scope. */

/* Put this task, and with `group` all threads of its process, in scope. */
void scope_enter(struct tracer *, struct task *, bool group);

/* The parent of a child is known now: inherit its scope, and release the child if it is held. */
void scope_inherit(struct tracer *, struct task *child, bool counted);

/* The task has executed the program that begins the scope, and was not in scope before. */
bool scope_begins(const struct tracer *, const struct task *);
