/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the workload are not trusted: broken ones give no names and do no harm. */
#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/mem.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"
#include "tracer/stack/image.h"
#include "tracer/stack/stack.h"
#include "tracer/stack/symbols.h"
#include "tracer/stack/unwind-table.h"

enum { ROUNDS = 150 };

static uint64_t state;

static uint64_t roll(void)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return state >> 33;
}

/* This program itself. */
static unsigned char *read_self(size_t *ret_size)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		abort();
	unsigned char *bytes = xcalloc(1, (size_t)st.st_size);

	if (read(fd, bytes, (size_t)st.st_size) != st.st_size)
		abort();
	close(fd);
	*ret_size = (size_t)st.st_size;
	return bytes;
}

static off_t hole;	/* that follows its bytes */

/* An image of it, as if this process had it mapped. */
static void with_image(const unsigned char *bytes, size_t size, void (*fn)(struct image *))
{
	struct images all = { 0 };
	struct stat st;

	scratch_write_bytes("elf", (const char *)bytes, size);
	if (hole && truncate("elf", hole) < 0)
		abort();
	int fd = open("elf", O_RDONLY | O_CLOEXEC);

	char *at = fd < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

	if (at == MAP_FAILED || fstat(fd, &st) < 0)
		abort();
	scoped(freep) char *path = realpath("elf", NULL);

	fn(image_get(&all, &(struct image_key){
		.tid = getpid(), .start = (uintptr_t)at, .end = (uintptr_t)at + 4096, .device = st.st_dev, .inode = st.st_ino,
		.name = path }));
	munmap(at, 4096);
	close(fd);
	images_done(&all);
	unlink("elf");
}

/* The problem; NULL: none. */
static const char *wrong;

static void is_known(struct image *image)
{
	const struct segment *s = &image->segments[0];
	unsigned named = 0;

	wrong = NULL;
	if (!image->readable)	/* a file system in user space */
		return;
	if (image->segment_count < 2 || image->unwind_rows < 10 || !image->symtab.bytes || !image->wide ||
	    image_address(image, s->offset) != s->address)
		wrong = "tables";
	for (size_t i = 0; !wrong && i < image->symtab.size / sizeof(Elf64_Sym); i++) {
		const Elf64_Sym *sym = (const Elf64_Sym *)image->symtab.bytes + i;
		const char *name = (const char *)image->strtab.bytes + sym->st_name, *found;
		uint64_t offset = 99;

		if (ELF64_ST_TYPE(sym->st_info) != STT_FUNC || sym->st_size < 2 || sym->st_shndx == SHN_UNDEF)
			continue;
		found = symbols_find(image, sym->st_value + 1, &offset);
		if (!found || offset != 1)
			wrong = "a symbol";
		named += found && streq(found, name);
	}
	if (!wrong && named < 10)
		wrong = "names";
}

TEST(tables_of_a_file_are_read)
{
	size_t size;
	scoped(freep) unsigned char *self = read_self(&size);

	with_image(self, size, is_known);
	CHECK_FOR(!wrong, "%s", wrong);
}

static void is_harmless(struct image *image)
{
	uint64_t offset;

	for (int i = 0; i < 50; i++) {
		symbols_find(image, roll() % 3 ? roll() % 0x100000 : roll() << 33 ^ roll(), &offset);
		image_address(image, roll() << (roll() % 33));
	}
}

/* Where the headers are, and anywhere. */
TEST(a_broken_file_does_no_harm)
{
	size_t size;
	scoped(freep) unsigned char *self = read_self(&size);
	const Elf64_Ehdr *h = (const Elf64_Ehdr *)self;
	const size_t places[][2] = { { 0, 64 }, { 64, 800 }, { h->e_shoff, size - h->e_shoff }, { 0, size } };

	for (unsigned round = 0; round < ROUNDS; round++) {
		scoped(freep) unsigned char *copy = xcalloc(1, size);
		const size_t *place = places[round % countof(places)];
		size_t cut = round % 10 ? size : roll() % size;

		state = round;
		memcpy(copy, self, size);
		for (uint64_t n = 1 + roll() % 20; n > 0; n--)
			copy[place[0] + roll() % place[1]] = roll() % 2 ? 0xff : (unsigned char)roll();
		with_image(copy, cut, is_harmless);
	}
}

/* Its notes are very long, and a hole. */
TEST(an_endless_file_is_read_quickly)
{
	size_t size;
	scoped(freep) unsigned char *self = read_self(&size);
	Elf64_Ehdr *h = (Elf64_Ehdr *)self;
	Elf64_Phdr *p = (Elf64_Phdr *)(self + h->e_phoff);

	for (unsigned i = 0; i < h->e_phnum; i++)
		if (p[i].p_type == PT_NOTE) {
			p[i].p_offset = (size + 4095) & ~(size_t)4095;
			p[i].p_filesz = (uint64_t)1 << 36;
		}
	hole = (off_t)1 << 37;
	with_image(self, size, is_harmless);
	hole = 0;
}

/* Functions by turns have one and the other of two common entries, whose text does not end. */
TEST(an_endless_table_is_made_quickly)
{
	enum { HALF = 4 << 20, SIZE = 2 * HALF };
	scoped(freep) unsigned char *bytes = xcalloc(1, SIZE);
	uint32_t entry[2] = { HALF - 4, 0 };
	struct piece table;

	memset(bytes, 0x80, SIZE);
	memcpy(bytes, entry, sizeof entry);
	entry[0] = 12;
	for (size_t at = HALF; at < SIZE; at += 16) {
		entry[1] = (uint32_t)(at + 4 - (at / 16 % 2 ? 16 : 32));
		memcpy(bytes + at, entry, sizeof entry);
	}
	CHECK(unwind_table_make(&(struct piece){ 0x1000, SIZE, bytes }, &table) == 0);
	free(table.bytes);
}

TEST(a_missing_table_is_made)
{
	/* a common entry with 'R' = relative to itself, 4 bytes; two functions, in the wrong order */
	static unsigned char frames[] = {
		0x14, 0, 0, 0, 0, 0, 0, 0, 1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, 0, 0, 0, 0, 0, 0, 0,
		0x0c, 0, 0, 0, 0x1c, 0, 0, 0, 0xe0, 0x0f, 0, 0, 0x10, 0, 0, 0,		/* at 0x1018, of 0x2000 */
		0x0c, 0, 0, 0, 0x2c, 0, 0, 0, 0xd0, 0x07, 0, 0, 0x10, 0, 0, 0,		/* at 0x1028, of 0x1800 */
		0, 0, 0, 0,
	};
	const struct piece whole = { 0x1000, sizeof frames, frames };
	struct piece table;
	int32_t rows[4];

	CHECK(unwind_table_make(&whole, &table) == 2 && table.size == sizeof rows);
	memcpy(rows, table.bytes, sizeof rows);
	CHECK(rows[0] == 0x800 && rows[1] == 0x28 && rows[2] == 0x1000 && rows[3] == 0x18);
	free(table.bytes);
	for (unsigned round = 0; round < 3000; round++) {
		size_t size = round % 3 ? sizeof frames : roll() % sizeof frames + 1;
		scoped(freep) unsigned char *copy = xcalloc(1, size);

		memcpy(copy, frames, size);
		for (uint64_t n = 1 + roll() % 4; n > 0; n--)
			copy[roll() % size] = (unsigned char)roll();
		CHECK(unwind_table_make(&(struct piece){ 0x1000, size, copy }, &table) <= 12);
		free(table.bytes);
	}
}

TEST(without_libunwind_there_are_no_stacks)
{
	CHECK(!stack_capture(NULL, getpid()));
	stacks_stale(NULL);
	stacks_free(NULL);

	struct stacks *stacks = stacks_new();

	/* of a task that is not stopped */
	CHECK(!stack_capture(stacks, getpid()));
	stacks_free(stacks);
}
