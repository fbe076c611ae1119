/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * ELF files that tasks have mapped: the tables for unwinding and for names, read
 * when the file is first met.  It is closed again at once: an open file would keep
 * the workload from unmounting what it lies on.
 */
struct piece {
	uint64_t at;			/* its address in the file's own terms */
	size_t size;
	unsigned char *bytes;		/* NULL: not there */
};

struct segment {
	uint64_t offset, size, address;
};

struct symbols;

struct image {
	char *name;
	uint64_t device, inode;
	struct image *next;
	bool readable;			/* the file was read, and may be */
	bool wide;			/* 64 bits */
	bool dynamic;			/* it has an interpreter, or is a library */
	struct segment segments[16];
	unsigned segment_count;
	struct piece unwind[2];		/* the search table, .eh_frame */
	uint64_t unwind_base, unwind_table;	/* what its rows are relative to, where they are */
	uint32_t unwind_rows;		/* 0: there is no table */
	struct piece symtab, strtab, dynsym, dynstr;
	struct piece lines;		/* .gopclntab, where there is no .symtab */
	bool go;
	char debug_link[64];		/* "": none */
	char build_id[48];		/* in hexadecimal */
	struct symbols *symbols;	/* see symbols.h; NULL: not made yet */
	bool python_asked;
	struct python_image *python;	/* see python.h; NULL: is no interpreter of it, or not known yet */
};

struct devices;

struct images {
	struct image *buckets[64];
	struct devices *devices;
	size_t bytes;			/* that all hold */
};

/* A line of /proc/PID/maps that names a file or something else. */
struct image_key {
	pid_t tid;			/* who has mapped it */
	uint64_t start, end;		/* and where */
	uint64_t device, inode;		/* 0, 0: no file */
	const char *name;
};

struct image *image_get(struct images *, const struct image_key *);	/* never NULL */
void images_done(struct images *);

/* May memory of this device be read without asking the workload itself?  A file
 * system that it serves (FUSE) would wait for a task that waits for us. */
bool images_is_safe(struct images *, pid_t tid, uint64_t device);

/* An ELF file's names alone, for what was stripped of its own; false: there are none. */
bool image_read_names(struct image *, const char *path);
void image_free(struct image *);

/* Where an offset in the file is loaded, in the file's own terms. */
uint64_t image_address(const struct image *, uint64_t offset);
