/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a file that a task has mapped, or a Go program's table of functions:
 * they name functions or do not, and nothing is read beyond them. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/mem.h"
#include "tracer/stack/golang.h"
#include "tracer/stack/image.h"
#include "tracer/stack/symbols.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Names must be strings that end. */
static void ask(struct image *image, uint64_t address)
{
	uint64_t offset = 0;
	const char *name = symbols_find(image, address, &offset);

	assert(!name || (strlen(name) < SIZE_MAX && offset <= address));
	(void)image_address(image, address);
}

static void as_file(const uint8_t *bytes, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct images all = { 0 };
	char path[64];

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/%d/fd/%d", getpid(), fd);

	struct image *image = image_get(&all, &(struct image_key){ .tid = getpid(), .name = path });

	for (uint64_t i = 0; i < 64; i++)
		ask(image, i * 97);
	for (unsigned i = 0; i < image->segment_count; i++)
		ask(image, image->segments[i].address + image->segments[i].size / 2);
	(void)symbols_address(image, "_PyRuntime");
	images_done(&all);
	close(fd);
}

static void as_table(const uint8_t *bytes, size_t size)
{
	/* a piece is followed by zeros */
	struct piece p = { .size = size, .bytes = xcalloc(1, size + 8) };
	uint64_t offset;

	memcpy(p.bytes, bytes, size);
	if (golang_table(&p))
		for (uint64_t i = 0; i < 64; i++) {
			const char *name = golang_find(&p, i * 16, &offset);

			assert(!name || strlen(name) <= p.size);
		}
	free(p.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	as_file(bytes, size);
	as_table(bytes, size);
	return 0;
}
