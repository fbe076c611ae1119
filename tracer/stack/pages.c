/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/stack/pages.h"

#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "tracer/tracee/remote.h"
#include "tracer/stack/target.h"

enum {
	PAGE = 4096,
	SLOTS = 64,
	READS = 1024,			/* pages for one capture: about a millisecond */
};

struct page {
	uint64_t at;
	bool filled;
	unsigned char bytes[PAGE];
};

struct pages {
	unsigned left;
	struct page slots[SLOTS];
};

struct pages *pages_new(void)
{
	return xcalloc(1, sizeof(struct pages));
}

void pages_free(struct pages *p)
{
	free(p);
}

void pages_begin(struct pages *p)
{
	p->left = READS;
	for (size_t i = 0; i < SLOTS; i++)
		p->slots[i].filled = false;
}

static const struct page *page_get(struct pages *p, struct target *v, uint64_t at)
{
	struct page *page = &p->slots[at / PAGE % SLOTS];

	if (page->filled && page->at == at)
		return page;
	if (p->left == 0)
		return NULL;
	p->left--;
	page->at = at;
	page->filled = target_may_read(v, at) && remote_read((struct remote){ v->tid, at }, page->bytes, PAGE) == 0;
	return page->filled ? page : NULL;
}

bool pages_read(struct pages *p, struct target *v, uint64_t address, void *to, size_t size)
{
	if (address + size < address)
		return false;
	for (unsigned char *at = to; size > 0;) {
		size_t inside = address % PAGE, n = size < PAGE - inside ? size : PAGE - inside;
		const struct page *page = page_get(p, v, address - inside);

		if (!page)
			return false;
		memcpy(at, page->bytes + inside, n);
		at += n, address += n, size -= n;
	}
	return true;
}
