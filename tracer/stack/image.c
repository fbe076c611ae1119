/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/stack/image.h"

#include <elf.h>
#include <endian.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "base/attr.h"
#include "base/mem.h"
#include "tracer/stack/golang.h"
#include "tracer/stack/symbols.h"
#include "tracer/stack/unwind-table.h"

enum {
	PIECE_MAX = 64 << 20,		/* bytes of one table */
	BYTES_MAX = 512 << 20,		/* and of all together */
	SECTIONS_MAX = 1024,
	PROGRAM_HEADERS_MAX = 64,
	NOTES_MAX = 4096,		/* bytes of one segment: a sparse one may be endless */
};

#define MADE_TABLE 0x100000000000000u

/* devices */

struct devices {
	uint64_t number;
	bool safe;
	struct devices *next;
};

/* File systems whose server may be a process of the workload. */
static bool is_served(const char *type)
{
	return starts_with(type, "fuse");
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw": the type follows the lone dash. */
static bool find_mount(pid_t tid, uint64_t device, bool *ret_safe)
{
	char path[64], line[4096], number[32];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/mountinfo", tid);
	snprintf(number, sizeof number, "%u:%u", major(device), minor(device));
	f = fopen(path, "re");
	while (f && !found && fgets(line, sizeof line, f)) {
		const char *dash = strstr(line, " - ");
		char its[32];

		if (!dash || sscanf(line, "%*s %*s %31s", its) != 1 || !streq(its, number))
			continue;
		found = true;
		*ret_safe = !is_served(dash + 3);
	}
	if (f)
		fclose(f);
	return found;
}

/* Memory files are on an internal mount, which is in no table. */
static bool is_memory(uint64_t device)
{
	int fd = memfd_create("sctrace", MFD_CLOEXEC);
	struct stat st;
	bool same = fd >= 0 && fstat(fd, &st) == 0 && st.st_dev == device;

	if (fd >= 0)
		close(fd);
	return same;
}

bool images_is_safe(struct images *all, pid_t tid, uint64_t device)
{
	struct devices *d;
	bool safe = false;

	if (device == 0)
		return true;
	for (d = all->devices; d; d = d->next)
		if (d->number == device)
			return d->safe;
	if (!find_mount(tid, device, &safe))
		safe = is_memory(device);
	d = xcalloc(1, sizeof *d);
	*d = (struct devices){ device, safe, all->devices };
	all->devices = d;
	return safe;
}

/* reading */

struct elf {
	int fd;
	uint64_t file_size;
	bool wide;
	size_t *bytes;			/* the remaining budget */
	Elf64_Ehdr header;
	Elf64_Phdr programs[PROGRAM_HEADERS_MAX];
	unsigned program_count;
	Elf64_Shdr sections[SECTIONS_MAX];
	unsigned section_count;
};

static bool read_at(const struct elf *f, uint64_t offset, void *to, size_t size)
{
	return offset <= f->file_size && size <= f->file_size - offset && pread(f->fd, to, size, (off_t)offset) == (ssize_t)size;
}

static Elf64_Ehdr widen_header(const Elf32_Ehdr *h)
{
	return (Elf64_Ehdr){
		.e_type = h->e_type, .e_phoff = h->e_phoff, .e_shoff = h->e_shoff, .e_phentsize = h->e_phentsize,
		.e_phnum = h->e_phnum, .e_shentsize = h->e_shentsize, .e_shnum = h->e_shnum, .e_shstrndx = h->e_shstrndx,
	};
}

static Elf64_Phdr widen_program(const Elf32_Phdr *p)
{
	return (Elf64_Phdr){
		.p_type = p->p_type, .p_flags = p->p_flags, .p_offset = p->p_offset, .p_vaddr = p->p_vaddr,
		.p_filesz = p->p_filesz, .p_memsz = p->p_memsz,
	};
}

static Elf64_Shdr widen_section(const Elf32_Shdr *s)
{
	return (Elf64_Shdr){
		.sh_name = s->sh_name, .sh_type = s->sh_type, .sh_flags = s->sh_flags, .sh_addr = s->sh_addr,
		.sh_offset = s->sh_offset, .sh_size = s->sh_size, .sh_link = s->sh_link, .sh_entsize = s->sh_entsize,
	};
}

static bool read_header(struct elf *f)
{
	unsigned char ident[EI_NIDENT];
	Elf32_Ehdr narrow;

	if (!read_at(f, 0, ident, sizeof ident) || memcmp(ident, ELFMAG, SELFMAG) != 0 ||
	    ident[EI_DATA] != (BYTE_ORDER == LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB))
		return false;
	f->wide = ident[EI_CLASS] == ELFCLASS64;
	if (f->wide)
		return read_at(f, 0, &f->header, sizeof f->header);
	if (!read_at(f, 0, &narrow, sizeof narrow))
		return false;
	f->header = widen_header(&narrow);
	return true;
}

static bool read_programs(struct elf *f)
{
	const Elf64_Ehdr *h = &f->header;
	union { Elf64_Phdr wide[PROGRAM_HEADERS_MAX]; Elf32_Phdr narrow[PROGRAM_HEADERS_MAX]; } raw;
	size_t size = f->wide ? sizeof *raw.wide : sizeof *raw.narrow;

	if (h->e_phnum > PROGRAM_HEADERS_MAX || h->e_phentsize != size || !read_at(f, h->e_phoff, &raw, h->e_phnum * size))
		return false;
	f->program_count = h->e_phnum;
	for (unsigned i = 0; i < f->program_count; i++)
		f->programs[i] = f->wide ? raw.wide[i] : widen_program(&raw.narrow[i]);
	return true;
}

/* A file runs without sections; then it has no names. */
static void read_sections(struct elf *f)
{
	const Elf64_Ehdr *h = &f->header;
	size_t size = f->wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
	scoped(freep) char *raw = NULL;

	if (h->e_shnum == 0 || h->e_shnum > SECTIONS_MAX || h->e_shentsize != size)
		return;
	raw = xcalloc(h->e_shnum, size);
	if (!read_at(f, h->e_shoff, raw, h->e_shnum * size))
		return;
	f->section_count = h->e_shnum;
	for (unsigned i = 0; i < f->section_count; i++)
		f->sections[i] = f->wide ? ((Elf64_Shdr *)raw)[i] : widen_section(&((Elf32_Shdr *)raw)[i]);
}

/* Reads whole words, so that no access is partial. */
static void read_piece(struct elf *f, struct piece *ret, uint64_t address, uint64_t offset, uint64_t size)
{
	uint64_t before = address & 7;
	size_t room;

	if (ret->bytes || before > offset || size == 0 || size > PIECE_MAX)
		return;
	room = (before + size + 7) & ~(size_t)7;
	if (*f->bytes + room > BYTES_MAX)
		return;
	unsigned char *bytes = xcalloc(1, room + 8);	/* terminates a string without an end */

	if (!read_at(f, offset - before, bytes, before + size)) {
		free(bytes);
		return;
	}
	*f->bytes += room;
	*ret = (struct piece){ .at = address - before, .size = room, .bytes = bytes };
}

static const Elf64_Phdr *segment_of(const struct elf *f, uint64_t address)
{
	for (unsigned i = 0; i < f->program_count; i++) {
		const Elf64_Phdr *p = &f->programs[i];

		if (p->p_type == PT_LOAD && address >= p->p_vaddr && address - p->p_vaddr < p->p_filesz)
			return p;
	}
	return NULL;
}

/* The only header format in use: version 1, a pointer relative to itself, a count, a table of pairs
 * relative to the header. */
static void read_unwind(struct elf *f, struct image *image, const Elf64_Phdr *p)
{
	struct { uint8_t version, pointer, count, table; int32_t frames; uint32_t rows; } h;

	if (!read_at(f, p->p_offset, &h, sizeof h) || h.version != 1 || h.pointer != 0x1b || h.count != 0x03 || h.table != 0x3b)
		return;
	uint64_t frames = p->p_vaddr + 4 + (uint64_t)(int64_t)h.frames;
	const Elf64_Phdr *in = segment_of(f, frames);

	if (!in || image->unwind[0].bytes || h.rows > (p->p_filesz - sizeof h) / 8 || p->p_filesz < sizeof h)
		return;
	read_piece(f, &image->unwind[0], p->p_vaddr, p->p_offset, p->p_filesz);
	read_piece(f, &image->unwind[1], frames, in->p_offset + (frames - in->p_vaddr), in->p_vaddr + in->p_filesz - frames);
	if (!image->unwind[0].bytes || !image->unwind[1].bytes)
		return;
	image->unwind_base = p->p_vaddr;
	image->unwind_table = p->p_vaddr + sizeof h;
	image->unwind_rows = h.rows;
}

/* Static programs have no such header. The table made here gets an address that no file has. */
static void make_unwind(struct elf *f, struct image *image, const Elf64_Shdr *s)
{
	struct piece *table = &image->unwind[0], *frames = &image->unwind[1];

	read_piece(f, frames, s->sh_addr, s->sh_offset, s->sh_size);
	if (!frames->bytes || (s->sh_addr & 7))
		return;
	image->unwind_rows = unwind_table_make(frames, table);
	*f->bytes += table->size;
	table->at = image->unwind_table = MADE_TABLE;
	image->unwind_base = frames->at;
}

static void read_build_id(const struct elf *f, struct image *image, const Elf64_Phdr *p)
{
	struct { Elf64_Nhdr note; char name[4]; unsigned char id[20]; } n;
	size_t at = 0;
	uint64_t end = p->p_offset + (p->p_filesz < NOTES_MAX ? p->p_filesz : NOTES_MAX);

	for (uint64_t o = p->p_offset; o + sizeof n <= end && read_at(f, o, &n, sizeof n);
	     o += sizeof n.note + ((n.note.n_namesz + 3) & ~3u) + ((n.note.n_descsz + 3) & ~3u)) {
		if (n.note.n_type != NT_GNU_BUILD_ID || n.note.n_namesz != 4 || n.note.n_descsz > sizeof n.id ||
		    memcmp(n.name, "GNU", 4) != 0)
			continue;
		for (unsigned i = 0; i < n.note.n_descsz; i++)
			at += (size_t)snprintf(image->build_id + at, sizeof image->build_id - at, "%02x", n.id[i]);
		return;
	}
}

static void take_programs(struct elf *f, struct image *image)
{
	for (unsigned i = 0; i < f->program_count; i++) {
		const Elf64_Phdr *p = &f->programs[i];

		if (p->p_type == PT_LOAD && image->segment_count < countof(image->segments))
			image->segments[image->segment_count++] = (struct segment){ p->p_offset, p->p_filesz, p->p_vaddr };
		else if (p->p_type == PT_GNU_EH_FRAME)
			read_unwind(f, image, p);
		else if (p->p_type == PT_NOTE && !*image->build_id)
			read_build_id(f, image, p);
		else if (p->p_type == PT_INTERP)
			image->dynamic = true;
	}
}

static void take_symbols(struct elf *f, const Elf64_Shdr *s, struct piece *table, struct piece *strings)
{
	size_t size = f->wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	struct piece names = { 0 };

	if (table->bytes || s->sh_link >= f->section_count || s->sh_entsize != size)
		return;
	read_piece(f, &names, 0, f->sections[s->sh_link].sh_offset, f->sections[s->sh_link].sh_size);
	if (!names.bytes)
		return;
	read_piece(f, table, 0, s->sh_offset, s->sh_size - s->sh_size % size);
	if (!table->bytes) {
		free(names.bytes);
		return;
	}
	table->size = s->sh_size - s->sh_size % size;
	*strings = names;
}

static const char *section_name(const struct elf *f, const struct piece *names, unsigned i)
{
	return names->bytes && f->sections[i].sh_name < names->size ? (const char *)names->bytes + f->sections[i].sh_name : "";
}

/* A linker other than Go's may have put the table among other data. */
static void take_lines(struct elf *f, struct image *image, const Elf64_Shdr *lines)
{
	struct piece *p = &image->lines;

	read_piece(f, p, lines->sh_addr & ~7ul, lines->sh_offset, lines->sh_size);
	if (!p->bytes || golang_table(p))
		return;
	*f->bytes -= p->size;
	free(p->bytes);
	*p = (struct piece){ 0 };
}

static void take_sections(struct elf *f, struct image *image, bool with_unwind)
{
	struct piece names = { 0 };
	const Elf64_Shdr *lines = NULL, *data = NULL;

	if (f->header.e_shstrndx < f->section_count)
		read_piece(f, &names, 0, f->sections[f->header.e_shstrndx].sh_offset, f->sections[f->header.e_shstrndx].sh_size);
	for (unsigned i = 0; i < f->section_count; i++) {
		const Elf64_Shdr *s = &f->sections[i];
		const char *name = section_name(f, &names, i);

		if (s->sh_type == SHT_SYMTAB)
			take_symbols(f, s, &image->symtab, &image->strtab);
		else if (s->sh_type == SHT_DYNSYM)
			take_symbols(f, s, &image->dynsym, &image->dynstr);
		else if (streq(name, ".eh_frame") && s->sh_type == SHT_PROGBITS && with_unwind &&
			 !image->unwind[0].bytes && !image->unwind[1].bytes)
			make_unwind(f, image, s);
		else if (streq(name, ".gnu_debuglink"))
			read_at(f, s->sh_offset, image->debug_link, s->sh_size < sizeof image->debug_link ? s->sh_size : 0);
		else if (streq(name, ".gopclntab") || streq(name, ".data.rel.ro.gopclntab"))
			lines = s;
		else if (streq(name, ".data.rel.ro"))
			data = s;
		else if (streq(name, ".go.buildinfo"))
			image->go = true;
	}
	image->debug_link[sizeof image->debug_link - 1] = '\0';
	image->go |= lines != NULL;
	lines = lines ? lines : image->go ? data : NULL;
	if (lines && !image->symtab.bytes)
		take_lines(f, image, lines);
	free(names.bytes);
}

static bool read_elf(struct image *image, int fd, size_t *bytes, bool names_only)
{
	struct elf *f = xcalloc(1, sizeof *f);
	struct stat st;
	bool ok;

	f->fd = fd;
	f->bytes = bytes;
	ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	f->file_size = ok ? (uint64_t)st.st_size : 0;
	ok = ok && read_header(f) && read_programs(f);
	if (ok) {
		image->wide = f->wide;
		if (!names_only)
			take_programs(f, image);
		read_sections(f);
		take_sections(f, image, !names_only && f->wide);
		image->dynamic |= image->dynsym.bytes && f->header.e_type == ET_DYN;
	}
	free(f);
	return ok;
}

/* Opens only a regular file, and the one that is mapped: the name may now be that of another file,
 * or of a device. */
static int open_checked(const char *path, uint64_t inode)
{
	char again[64];
	struct stat st;
	int fd = -1, place = open(path, O_PATH | O_CLOEXEC);

	if (place < 0)
		return -1;
	snprintf(again, sizeof again, "/proc/self/fd/%d", place);
	if (fstat(place, &st) == 0 && S_ISREG(st.st_mode) && (!inode || st.st_ino == inode))
		fd = open(again, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	close(place);
	return fd;
}

/* Through its mapping, which needs a capability and also finds files without a name; or by name. */
static int open_mapped(const struct image_key *key)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof path, "/proc/%d/map_files/%lx-%lx", key->tid, (unsigned long)key->start, (unsigned long)key->end);
	fd = open_checked(path, 0);
	if (fd >= 0 || *key->name != '/')
		return fd;
	if ((size_t)snprintf(path, sizeof path, "/proc/%d/root%s", key->tid, key->name) >= sizeof path)
		return -1;
	return open_checked(path, key->inode);
}

bool image_read_names(struct image *image, const char *path)
{
	int fd = open_checked(path, 0);
	size_t bytes = 0;
	bool ok = fd >= 0 && read_elf(image, fd, &bytes, true) && image->symtab.bytes;

	if (fd >= 0)
		close(fd);
	return ok;
}

static struct image *image_new(struct images *all, const struct image_key *key)
{
	struct image *image = xcalloc(1, sizeof *image);
	int fd;

	*image = (struct image){ .name = xstrdup(key->name), .device = key->device, .inode = key->inode };
	if (!key->inode || !images_is_safe(all, key->tid, key->device))
		return image;
	fd = open_mapped(key);
	if (fd < 0)
		return image;
	image->readable = read_elf(image, fd, &all->bytes, false);
	close(fd);
	return image;
}

/* Not by inode alone: a file system may reuse it. */
struct image *image_get(struct images *all, const struct image_key *key)
{
	struct image **bucket = &all->buckets[(key->inode + (unsigned char)*key->name) % countof(all->buckets)];

	for (struct image *i = *bucket; i; i = i->next)
		if (i->inode == key->inode && i->device == key->device && streq(i->name, key->name))
			return i;
	struct image *image = image_new(all, key);

	image->next = *bucket;
	return *bucket = image;
}

uint64_t image_address(const struct image *image, uint64_t offset)
{
	for (unsigned i = 0; i < image->segment_count; i++) {
		const struct segment *s = &image->segments[i];
		uint64_t first = s->offset & ~4095ul;	/* mappings are whole pages */

		if (offset >= first && offset < s->offset + s->size)
			return s->address - s->offset + offset;
	}
	return offset;
}

static void free_pieces(struct image *image)
{
	free(image->unwind[0].bytes);
	free(image->unwind[1].bytes);
	free(image->symtab.bytes);
	free(image->strtab.bytes);
	free(image->dynsym.bytes);
	free(image->dynstr.bytes);
	free(image->lines.bytes);
}

void image_free(struct image *image)
{
	free_pieces(image);
	symbols_free(image->symbols);
	free(image->python);
	free(image->name);
	free(image);
}

void images_done(struct images *all)
{
	for (size_t i = 0; i < countof(all->buckets); i++)
		for (struct image *image = all->buckets[i], *next; image; image = next) {
			next = image->next;
			image_free(image);
		}
	for (struct devices *d = all->devices, *next; d; d = next) {
		next = d->next;
		free(d);
	}
	*all = (struct images){ 0 };
}
