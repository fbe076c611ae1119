/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdint.h>
#include "base/buf.h"
#include "sysdb/arch.h"

/* "socket(AF_PACKET, SOCK_RAW, protocol=3)"; `text`: for each argument that points to text, this
 * text as it is shown, or NULL: 'mkdir("/tmp/x", 0755)'. */
void call_print(struct buf *, const struct arch *, const char *name, const uint64_t args[static 6],
		const char *const texts[static 6]);

/* The same if one argument is known: "socket(domain=AF_PACKET)" */
void call_print_value(struct buf *, const struct arch *, const char *name, unsigned arg, uint64_t value);
