/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

struct lint;

#define CHECK(fn, ...) void check_##fn(struct lint *);
#include "lint/checks.def"
#undef CHECK
