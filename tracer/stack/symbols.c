/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/stack/symbols.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/attr.h"
#include "base/mem.h"
#include "tracer/stack/golang.h"

enum { LOOK_BACK = 16 };	/* functions that may begin inside another one */

struct symbol {
	uint64_t at, size;
	const char *name;
};

struct symbols {
	struct symbol *items;
	size_t count, room;
	struct image *debug;		/* its names are used, too */
};

static unsigned underscores(const char *name)
{
	return (unsigned)strspn(name, "_");
}

/* Of several names for one address, the plainest comes first: "write" before "__write". */
static int by_place(const void *va, const void *vb)
{
	const struct symbol *a = va, *b = vb;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (!a->size != !b->size)
		return a->size ? -1 : 1;
	if (underscores(a->name) != underscores(b->name))
		return underscores(a->name) < underscores(b->name) ? -1 : 1;
	return strcmp(a->name, b->name);
}

static Elf64_Sym symbol_at(const struct piece *table, bool wide, size_t i)
{
	if (wide)
		return ((const Elf64_Sym *)table->bytes)[i];

	const Elf32_Sym *s = &((const Elf32_Sym *)table->bytes)[i];

	return (Elf64_Sym){ .st_name = s->st_name, .st_info = s->st_info, .st_shndx = s->st_shndx,
			    .st_value = s->st_value, .st_size = s->st_size };
}

/* Assembly code often has no type. */
static bool is_function(const Elf64_Sym *s)
{
	unsigned type = ELF64_ST_TYPE(s->st_info);

	return s->st_shndx != SHN_UNDEF && s->st_shndx < SHN_LORESERVE && s->st_value &&
	       (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE);
}

/* Strings are followed by zeros: see read_piece(). */
static void add_all(struct symbols *all, const struct piece *table, const struct piece *names, bool wide)
{
	size_t count = table->bytes ? table->size / (wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym)) : 0;

	for (size_t i = 0; i < count; i++) {
		Elf64_Sym s = symbol_at(table, wide, i);

		if (!is_function(&s) || s.st_name >= names->size || !names->bytes[s.st_name])
			continue;
		all->items = grow(all->items, all->count, &all->room, sizeof *all->items);
		all->items[all->count++] = (struct symbol){ s.st_value, s.st_size, (const char *)names->bytes + s.st_name };
	}
}

/* Where distributions put debug files: by build id, or by name beside the file. */
static struct image *find_debug(const struct image *image)
{
	int folder = (int)folder_length(image->name);
	struct image *debug = xcalloc(1, sizeof *debug);
	char *paths[4] = {
		strlen(image->build_id) > 2
			? xprintf("/usr/lib/debug/.build-id/%.2s/%s.debug", image->build_id, image->build_id + 2) : xstrdup(""),
		xprintf("%.*s%s", folder, image->name, image->debug_link),
		xprintf("%.*s.debug/%s", folder, image->name, image->debug_link),
		xprintf("/usr/lib/debug%.*s%s", folder, image->name, image->debug_link),
	};
	size_t tried = *image->debug_link && folder && !strchr(image->debug_link, '/') ? countof(paths) : 1;
	bool found = false;

	for (size_t i = 0; i < tried && !found; i++)
		found = *paths[i] && image_read_names(debug, paths[i]);
	for (size_t i = 0; i < countof(paths); i++)
		free(paths[i]);
	if (found && debug->wide == image->wide)
		return debug;
	image_free(debug);
	return NULL;
}

/*
 * A program looks up a few dozen addresses in a file with thousands of names, so sorting must be
 * cheap: a radix sort by the bytes of the address, lowest first; only names for the same address
 * are compared.
 */
static void sort_by_byte(struct symbol *to, const struct symbol *from, size_t count, unsigned shift)
{
	size_t next[257] = { 0 };

	for (size_t i = 0; i < count; i++)
		next[(from[i].at >> shift & 0xff) + 1]++;
	for (size_t i = 1; i < countof(next); i++)
		next[i] += next[i - 1];
	for (size_t i = 0; i < count; i++)
		to[next[from[i].at >> shift & 0xff]++] = from[i];
}

static void sort_equal_places(struct symbol *items, size_t count)
{
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && items[end].at == items[i].at; end++)
			;
		if (end - i > 1)
			qsort(items + i, end - i, sizeof *items, by_place);
	}
}

static void sort_all(struct symbols *all)
{
	struct symbol *other = xcalloc(all->count + 1, sizeof *other);
	uint64_t differ = 0;

	for (size_t i = 1; i < all->count; i++)
		differ |= all->items[i].at ^ all->items[0].at;
	for (unsigned shift = 0; shift < 64; shift += 8)
		if (differ >> shift & 0xff) {
			struct symbol *sorted = other;

			sort_by_byte(sorted, all->items, all->count, shift);
			other = all->items;
			all->items = sorted;
		}
	free(other);
	sort_equal_places(all->items, all->count);
}

static struct symbols *make(struct image *image)
{
	struct symbols *all = xcalloc(1, sizeof *all);

	add_all(all, &image->symtab, &image->strtab, image->wide);
	add_all(all, &image->dynsym, &image->dynstr, image->wide);
	if (image->readable && !image->symtab.bytes)
		all->debug = find_debug(image);
	if (all->debug)
		add_all(all, &all->debug->symtab, &all->debug->strtab, image->wide);
	sort_all(all);
	return all;
}

/* How many begin at or before the address. */
static size_t up_to(const struct symbols *all, uint64_t address)
{
	size_t low = 0, high = all->count;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (all->items[mid].at <= address)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* A function without a size extends to the next one. */
static const struct symbol *covering(const struct symbols *all, uint64_t address)
{
	size_t end = up_to(all, address), back = end;

	for (unsigned n = 0; back > 0 && n < LOOK_BACK; n++, back--) {
		const struct symbol *s = &all->items[back - 1];

		if (address - s->at < s->size || (s->size == 0 && s->at == all->items[end - 1].at)) {
			/* the first one with the same address */
			while (s > all->items && s[-1].at == s->at && (s->size == 0 || address - s->at < s[-1].size))
				s--;
			return s;
		}
	}
	return NULL;
}

const char *symbols_find(struct image *image, uint64_t address, uint64_t *ret_offset)
{
	const char *name = image->lines.bytes ? golang_find(&image->lines, address, ret_offset) : NULL;
	const struct symbol *s;

	if (name)
		return name;
	if (!image->symbols)
		image->symbols = make(image);
	s = covering(image->symbols, address);
	if (s)
		*ret_offset = address - s->at;
	return s ? s->name : NULL;
}

uint64_t symbols_address(const struct image *image, const char *name)
{
	const struct piece *table = &image->dynsym, *names = &image->dynstr;
	size_t count = table->bytes ? table->size / (image->wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym)) : 0;

	for (size_t i = 0; i < count; i++) {
		Elf64_Sym s = symbol_at(table, image->wide, i);

		if (s.st_shndx != SHN_UNDEF && s.st_shndx < SHN_LORESERVE && s.st_name < names->size &&
		    streq((const char *)names->bytes + s.st_name, name))
			return s.st_value;
	}
	return 0;
}

void symbols_free(struct symbols *all)
{
	if (!all)
		return;
	if (all->debug)
		image_free(all->debug);
	free(all->items);
	free(all);
}
