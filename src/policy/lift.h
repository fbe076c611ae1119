/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/cubes.h"
#include "policy/diagram.h"

/*
 * The way back: rules that mean what a diagram says. Each rule is a way through the
 * diagram, so that no two of them match the same arguments, and none of them says what
 * applies to all that no rule matches.
 */

/* Adds rules for that call of an ABI, which is the one that the diagram was begun for, but for what is answered as
 * otherwise (NULL: for all); `like` has what they all have. False: they would be too many, and what was added means nothing. */
bool lift_rules(const struct diagram *, diagram_node, const struct arch *, const struct verdict *otherwise, const struct rule *like,
		struct rules *ret);
