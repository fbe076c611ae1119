/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/term.h"
#include "lint/lint.h"
#include "sysdb/sysdb.h"

/* The colors of risks and severities, in lists and reports. */
enum paint risk_paint(enum risk);
enum paint severity_paint(enum severity);
