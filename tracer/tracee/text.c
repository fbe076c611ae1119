/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "tracer/tracee/remote.h"
#include "tracer/tracer.h"

/* A read across the end of mapped memory fails as a whole, so read page by page. */
bool tracer_read_text(pid_t tid, uint64_t address, char *ret, size_t size, bool *ret_whole)
{
	enum { PAGE = 4096 };
	size_t have = 0;

	while (have < size) {
		uint64_t at = address + have, left = PAGE - at % PAGE;
		size_t step = left < size - have ? (size_t)left : size - have;

		if (remote_read((struct remote){ tid, at }, ret + have, step) < 0)
			break;
		*ret_whole = memchr(ret + have, 0, step);
		if (*ret_whole)
			return true;
		have += step;
	}
	ret[have < size ? have : size - 1] = '\0';
	*ret_whole = false;
	return have > 0;
}
