/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "check/breach.h"

/* Names and levels of the kinds of breaches. */
struct breach_kind_info {
	const char *id, *member;	/* of the rule; in JSON */
	const char *level;		/* SARIF's */
	const char *annotation;		/* GitHub's */
	const char *title, *explanation, *remedy;	/* a phrase; sentences */
	const char *heading;		/* above breaches of this kind, in text */
};

const struct breach_kind_info *breach_kind_info(enum breach_kind);
