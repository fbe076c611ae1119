/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * ELF files that tasks have mapped: the tables for unwinding and for names, read at the first use
 * of the file. The file is closed again at once: an open one would keep the workload from
 * unmounting its file system.
 */
struct piece {
	uint64_t at;			/* its address as in the file */
	size_t size;
	unsigned char *bytes;		/* NULL: absent */
};

struct segment {
	uint64_t offset, size, address;
};

struct symbols;

struct image {
	char *name;
	uint64_t device, inode;
	struct image *next;
	bool readable;			/* the file could be read */
	bool wide;			/* 64 bits */
	bool dynamic;			/* it has an interpreter, or is a library */
	struct segment segments[16];
	unsigned segment_count;
	struct piece unwind[2];		/* the search table, .eh_frame */
	uint64_t unwind_base, unwind_table;	/* the base of its rows, and where they are */
	uint32_t unwind_rows;		/* 0: there is no table */
	struct piece symtab, strtab, dynsym, dynstr;
	struct piece lines;		/* .gopclntab, if there is no .symtab */
	bool go;
	char debug_link[64];		/* "": none */
	char build_id[48];		/* hexadecimal */
	struct symbols *symbols;	/* see symbols.h; NULL: not read yet */
	bool python_asked;
	struct python_image *python;	/* see python.h; NULL: not an interpreter, or not known yet */
};

struct devices;

struct images {
	struct image *buckets[64];
	struct devices *devices;
	size_t bytes;			/* of all images */
};

/* A line of /proc/PID/maps with a file or another name. */
struct image_key {
	pid_t tid;			/* the task that has mapped it */
	uint64_t start, end;		/* and where */
	uint64_t device, inode;		/* 0, 0: not a file */
	const char *name;
};

struct image *image_get(struct images *, const struct image_key *);	/* never NULL */
void images_done(struct images *);

/* Can memory of this device be read without the help of the workload? A file system that the
 * workload serves (FUSE) would wait for a task that is stopped. */
bool images_is_safe(struct images *, pid_t tid, uint64_t device);

/* Only the names of an ELF file, for one that was stripped; false if there are none. */
bool image_read_names(struct image *, const char *path);
void image_free(struct image *);

/* The address of a file offset, as in the file. */
uint64_t image_address(const struct image *, uint64_t offset);
