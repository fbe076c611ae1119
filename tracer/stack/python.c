/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/stack/python.h"

#include <stdlib.h>
#include "base/attr.h"
#include "base/mem.h"
#include "tracer/stack/pages.h"
#include "tracer/stack/symbols.h"

enum {
	INTERPRETERS_MAX = 64,
	THREADS_MAX = 4096,		/* in total */
	FRAMES_MAX = 512,		/* that are examined */
	TEXT_ROOM = 64 << 10,		/* bytes for all names of one stack */
	NAME_MAX_CHARS = 200,
	FILE_MAX_CHARS = 1024,
	TABLES_ROOM = 1 << 20,		/* bytes for all line tables */
	OFFSET_MAX = 1 << 16,		/* limit for offsets that an interpreter reports */
	FRAME_SIZE = 112,		/* bytes that are read of each */
	CODE_SIZE = 256,
	SHIM = 3,			/* owner of a frame: the C stack */
	GENERATOR = 1,
	FINAL = 0xc,			/* release level of a version: candidates and releases */
};

/* Differences of versions, as offsets; 0: absent. */
struct layout {
	unsigned minor;
	uint16_t interpreters, next_interpreter, threads;	/* in the runtime, in an interpreter */
	uint16_t next_thread, thread_id, frame;			/* in a thread; its innermost frame, if there are
								   no C frames */
	uint16_t cframe, cframe_frame, cframe_previous;		/* C frames: one on the C stack for each run */
	uint16_t previous, code, at, owner, entry;		/* in a frame */
	uint16_t first_line, file, name, lines, traceable, bytecode;
	uint16_t text, wide_text;				/* where the characters of a string begin */
	enum { LINES_NOTES, LINES_RANGES, LINES_PLACES } kind;
};

static const struct layout layouts[] = {
	{ .minor = 9, .interpreters = 32, .next_interpreter = 0, .threads = 8, .next_thread = 8, .thread_id = 176, .frame = 24,
	  .previous = 24, .code = 32, .at = 104, .first_line = 40, .file = 104, .name = 112, .lines = 120,
	  .text = 48, .wide_text = 72, .kind = LINES_NOTES },
	{ .minor = 10, .interpreters = 32, .next_interpreter = 0, .threads = 8, .next_thread = 8, .thread_id = 176, .frame = 24,
	  .cframe = 48, .cframe_previous = 8,
	  .previous = 24, .code = 32, .at = 96, .first_line = 40, .file = 104, .name = 112, .lines = 120,
	  .text = 48, .wide_text = 72, .kind = LINES_RANGES },
	{ .minor = 11, .interpreters = 40, .next_interpreter = 0, .threads = 16, .next_thread = 8, .thread_id = 152,
	  .cframe = 56, .cframe_frame = 8, .cframe_previous = 16,
	  .previous = 48, .code = 32, .at = 56, .owner = 69, .entry = 68,
	  .first_line = 72, .file = 112, .name = 128, .lines = 136, .traceable = 168, .bytecode = 184,
	  .text = 48, .wide_text = 72, .kind = LINES_PLACES },
	{ .minor = 12, .interpreters = 40, .next_interpreter = 0, .threads = 72, .next_thread = 8, .thread_id = 136,
	  .cframe = 56, .cframe_frame = 0, .cframe_previous = 8,
	  .previous = 8, .code = 0, .at = 56, .owner = 70,
	  .first_line = 68, .file = 112, .name = 128, .lines = 136, .traceable = 176, .bytecode = 192,
	  .text = 40, .wide_text = 56, .kind = LINES_PLACES },
	/* the interpreter itself reports the rest */
	{ .minor = 13, .text = 40, .wide_text = 56, .kind = LINES_PLACES },
};

enum { TYPE = 8, SIZE = 16, LENGTH = 16, STATE = 32, BYTES = 32 };	/* in objects, the same in all versions */

/* Addresses as in the file. */
struct python_image {
	uint64_t runtime, code_type, text_type, bytes_type;
	uint64_t version;		/* 0: not exported; known otherwise: */
	unsigned minor;
};

struct name {
	uint64_t object;
	const char *text;
};

struct python {
	struct pages *pages;
	struct target *target;
	struct layout layout;
	uint64_t code_type, text_type, bytes_type;
	struct name names[2 * STACK_DEPTH];
	unsigned name_count;
	unsigned threads_left;
	size_t text_size, tables_left;
	char text[TEXT_ROOM];
};

/* files */

/* Before 3.11 the version is recognized by functions that were new in it. */
static unsigned minor_by_functions(const struct image *image)
{
	if (symbols_address(image, "PyIter_Send"))
		return 10;
	return symbols_address(image, "PyFrame_GetCode") ? 9 : 0;
}

static struct python_image *look_at(const struct image *image)
{
	struct python_image p = { .runtime = symbols_address(image, "_PyRuntime") };

	if (!image->readable || !image->wide || !p.runtime)
		return NULL;
	p.code_type = symbols_address(image, "PyCode_Type");
	p.text_type = symbols_address(image, "PyUnicode_Type");
	p.bytes_type = symbols_address(image, "PyBytes_Type");
	p.version = symbols_address(image, "Py_Version");
	p.minor = p.version ? 0 : minor_by_functions(image);
	if (!p.code_type || !p.text_type || !p.bytes_type || (!p.version && !p.minor))
		return NULL;
	struct python_image *copy = xcalloc(1, sizeof *copy);

	*copy = p;
	return copy;
}

static const struct python_image *of_image(struct image *image)
{
	if (!image->python_asked) {
		image->python_asked = true;
		image->python = look_at(image);
	}
	return image->python;
}

bool python_is(struct image *image)
{
	return of_image(image);
}

bool python_evaluates(struct image *image, uint64_t address)
{
	uint64_t offset;
	const char *name = python_is(image) ? symbols_find(image, address - 1, &offset) : NULL;

	return name && starts_with(name, "_PyEval_EvalFrameDefault");
}

/* memory */

static bool get(struct python *p, uint64_t address, void *to, size_t size)
{
	return pages_read(p->pages, p->target, address, to, size);
}

/* 0 if it cannot be read; in all that is read here, 0 means only an end. */
static uint64_t word(struct python *p, uint64_t address)
{
	uint64_t value;

	return get(p, address, &value, sizeof value) ? value : 0;
}

static uint64_t word_in(const unsigned char *bytes, size_t at)
{
	uint64_t value;

	memcpy(&value, bytes + at, sizeof value);
	return value;
}

static uint32_t half_in(const unsigned char *bytes, size_t at)
{
	uint32_t value;

	memcpy(&value, bytes + at, sizeof value);
	return value;
}

/* versions */

/* What 3.13 reports at the begin of its runtime, in words of 8 bytes. */
static const struct said {
	unsigned word;
	size_t field;			/* in our layout */
	unsigned below;			/* limit for the value */
} saids[] = {
	{ 5, offsetof(struct layout, interpreters), OFFSET_MAX },
	{ 8, offsetof(struct layout, next_interpreter), OFFSET_MAX },
	{ 9, offsetof(struct layout, threads), OFFSET_MAX },
	{ 21, offsetof(struct layout, next_thread), OFFSET_MAX },
	{ 23, offsetof(struct layout, frame), OFFSET_MAX },
	{ 24, offsetof(struct layout, thread_id), OFFSET_MAX },
	{ 29, offsetof(struct layout, previous), FRAME_SIZE - 8 },
	{ 30, offsetof(struct layout, code), FRAME_SIZE - 8 },
	{ 31, offsetof(struct layout, at), FRAME_SIZE - 8 },
	{ 33, offsetof(struct layout, owner), FRAME_SIZE - 8 },
	{ 35, offsetof(struct layout, file), CODE_SIZE - 8 },
	{ 37, offsetof(struct layout, name), CODE_SIZE - 8 },
	{ 38, offsetof(struct layout, lines), CODE_SIZE - 8 },
	{ 39, offsetof(struct layout, first_line), CODE_SIZE - 8 },
	{ 43, offsetof(struct layout, bytecode), CODE_SIZE - 8 },
};

static bool ask_layout(struct python *p, uint64_t runtime)
{
	enum { COOKIE, VERSION_OF_IT, FREE_THREADED, OBJECT_TYPE = 45, WORDS };
	uint64_t w[WORDS];

	if (!get(p, runtime, w, sizeof w) || memcmp(&w[COOKIE], "xdebugpy", 8) != 0 || w[VERSION_OF_IT] >> 16 != 0x030d ||
	    w[FREE_THREADED] || w[OBJECT_TYPE] != TYPE)
		return false;
	for (size_t i = 0; i < countof(saids); i++) {
		uint16_t value = (uint16_t)w[saids[i].word];

		if (w[saids[i].word] >= saids[i].below)
			return false;
		memcpy((char *)&p->layout + saids[i].field, &value, sizeof value);
	}
	p->layout.traceable = (uint16_t)(p->layout.bytecode - 16);	/* the field before the last */
	return p->layout.owner && p->layout.bytecode > 16;
}

static bool choose_layout(struct python *p, const struct python_image *image, uint64_t bias)
{
	unsigned minor = image->minor;
	uint32_t version = 0;

	if (image->version) {
		if (!get(p, bias + image->version, &version, sizeof version) || version >> 24 != 3 || (version >> 4 & 0xf) < FINAL)
			return false;
		minor = version >> 16 & 0xff;
	}
	for (size_t i = 0; i < countof(layouts); i++)
		if (layouts[i].minor == minor) {
			p->layout = layouts[i];
			return layouts[i].interpreters || ask_layout(p, bias + image->runtime);
		}
	return false;
}

/* names */

/* Appends as UTF-8; surrogates that represent invalid bytes of a file name become these bytes
 * again. NUL does not end it. False if there is no room. */
static bool put_char(struct python *p, uint32_t c)
{
	char *to = p->text + p->text_size;
	unsigned char bytes[5];
	size_t n = 0;

	if (c == 0)
		memcpy(bytes, "\\x00", n = 4);
	else if (c < 0x80 || (c >= 0xdc80 && c <= 0xdcff))
		bytes[n++] = (unsigned char)c;
	else if (c < 0x800)
		bytes[n++] = (unsigned char)(0xc0 | c >> 6), bytes[n++] = 0x80 | (c & 0x3f);
	else if (c < 0x10000)
		bytes[n++] = (unsigned char)(0xe0 | c >> 12), bytes[n++] = 0x80 | (c >> 6 & 0x3f), bytes[n++] = 0x80 | (c & 0x3f);
	else
		bytes[n++] = (unsigned char)(0xf0 | (c >> 18 & 7)), bytes[n++] = 0x80 | (c >> 12 & 0x3f),
		bytes[n++] = 0x80 | (c >> 6 & 0x3f), bytes[n++] = 0x80 | (c & 0x3f);
	if (p->text_size + n >= TEXT_ROOM)
		return false;
	memcpy(to, bytes, n);
	p->text_size += n;
	return true;
}

/* The characters of a string, all of the same width. */
static bool put_text(struct python *p, uint64_t object, unsigned max)
{
	unsigned char head[40], raw[4 * FILE_MAX_CHARS];
	const struct layout *l = &p->layout;
	uint64_t length;
	bool ok = get(p, object, head, sizeof head) && word_in(head, TYPE) == p->text_type;
	uint32_t state = ok ? half_in(head, STATE) : 0;
	unsigned width = state >> 2 & 7, n;

	/* compact, with 1, 2 or 4 bytes each */
	if (!ok || !(state & 0x20) || (width != 1 && width != 2 && width != 4))
		return false;
	length = word_in(head, LENGTH);
	n = length < max ? (unsigned)length : max;
	if (!get(p, object + (state & 0x40 ? l->text : l->wide_text), raw, (size_t)n * width))
		return false;
	for (unsigned i = 0; ok && i < n; i++)
		ok = put_char(p, width == 1 ? raw[i] : width == 2 ? (uint32_t)raw[2 * i] | (uint32_t)raw[2 * i + 1] << 8
					    : half_in(raw, 4 * i));
	for (unsigned i = 0; ok && n < length && i < 3; i++)
		ok = put_char(p, '.');
	return ok;
}

static const char *text_of(struct python *p, uint64_t object, unsigned max)
{
	size_t before = p->text_size;

	for (unsigned i = 0; i < p->name_count; i++)
		if (p->names[i].object == object)
			return p->names[i].text;
	if (!put_text(p, object, max) || p->text_size == before) {
		p->text_size = before;
		return "?";
	}
	p->text[p->text_size++] = '\0';
	if (p->name_count < countof(p->names))
		p->names[p->name_count++] = (struct name){ object, p->text + before };
	return p->text + before;
}

/* lines */

struct table {
	struct python *python;
	uint64_t at, end;
	unsigned char block[64];
	unsigned have, used;
};

static bool next(struct table *t, unsigned *ret)
{
	if (t->used == t->have) {
		uint64_t left = t->end - t->at;

		left = left < t->python->tables_left ? left : t->python->tables_left;
		t->have = left < sizeof t->block ? (unsigned)left : sizeof t->block;
		t->python->tables_left -= t->have;
		t->used = 0;
		if (t->have == 0 || !get(t->python, t->at, t->block, t->have)) {
			t->have = 0;
			return false;
		}
		t->at += t->have;
	}
	*ret = t->block[t->used++];
	return true;
}

static void skip(struct table *t, unsigned n)
{
	unsigned ignored;

	while (n-- && next(t, &ignored))
		;
}

/* Six bits in each byte, lowest first; the seventh bit: more follow. */
static uint32_t number(struct table *t)
{
	uint32_t value = 0;
	unsigned byte = 0x40;

	for (unsigned shift = 0; (byte & 0x40) && next(t, &byte); shift += 6)
		value |= shift < 32 ? (byte & 0x3f) << shift : 0;
	return value;
}

static int32_t signed_number(struct table *t)
{
	uint32_t n = number(t);

	return n & 1 ? -(int32_t)(n >> 1) : (int32_t)(n >> 1);
}

/* 3.9: pairs of increments, for the code and for the line. */
static int64_t by_notes(struct table *t, int64_t line, uint64_t wanted)
{
	uint64_t at = 0;
	unsigned step, lines;

	while (next(t, &step) && next(t, &lines) && (at += step) <= wanted)
		line += (int8_t)lines;
	return line;
}

/* 3.10: pairs: the length of the range, and its line relative to the one before; -128: no line. */
static int64_t by_ranges(struct table *t, int64_t line, uint64_t wanted)
{
	uint64_t at = 0;
	unsigned step, lines;

	while (next(t, &step) && next(t, &lines)) {
		at += step;
		line += (int8_t)lines == -128 ? 0 : (int8_t)lines;
		if (wanted < at)
			return (int8_t)lines == -128 ? 0 : line;
	}
	return 0;
}

/* 3.11: a byte with the length of the code and the form of the position that follows; columns are
 * skipped. */
static int64_t by_places(struct table *t, int64_t line, uint64_t wanted)
{
	uint64_t at = 0;
	unsigned head;

	while (next(t, &head) && (head & 0x80)) {
		unsigned form = head >> 3 & 15;

		if (form == 14 || form == 13)
			line += signed_number(t);
		if (form == 14)
			number(t), number(t), number(t);
		else if (form >= 10 && form <= 12)
			line += (int)form - 10, skip(t, 2);
		else if (form < 10)
			skip(t, 1);
		at += 2 * ((head & 7) + 1);
		if (wanted < at)
			return form == 15 ? 0 : line;
	}
	return 0;
}

static unsigned line_of(struct python *p, uint64_t object, uint32_t first, uint64_t wanted)
{
	static int64_t (*const kinds[])(struct table *, int64_t, uint64_t) = {
		[LINES_NOTES] = by_notes, [LINES_RANGES] = by_ranges, [LINES_PLACES] = by_places,
	};
	unsigned char head[24];
	struct table t = { .python = p, .at = object + BYTES };
	int64_t line = 0;

	if (first == 0 || first > INT32_MAX)
		first = 1;
	if (get(p, object, head, sizeof head) && word_in(head, TYPE) == p->bytes_type) {
		uint64_t size = word_in(head, SIZE);

		t.end = t.at + (size < TABLES_ROOM ? size : TABLES_ROOM);
		line = kinds[p->layout.kind](&t, first, wanted);
	}
	return line > 0 && line <= INT32_MAX ? (unsigned)line : first;
}

/* frames */

/* The offset in the code, in bytes. False if the frame has not begun yet, and Python itself would
 * not show it. */
static bool place_in_code(const struct layout *l, const unsigned char *frame, const unsigned char *code, uint64_t object,
			  uint64_t *ret)
{
	uint64_t start = object + l->bytecode, at;

	if (!l->bytecode) {
		uint32_t last = half_in(frame, l->at);

		*ret = last > INT32_MAX ? 0 : l->minor == 9 ? last : 2 * (uint64_t)last;
		return true;
	}
	at = word_in(frame, l->at);
	*ret = at < start ? 0 : at - start;
	return frame[l->owner] == GENERATOR || (at >= start && *ret >= 2 * (uint64_t)half_in(code, l->traceable));
}

/* False if it is not a frame. */
static bool add_frame(struct python *p, const unsigned char *frame, struct python_frame *to, bool *ret_begun)
{
	const struct layout *l = &p->layout;
	uint64_t object = word_in(frame, l->code), place;
	unsigned char code[CODE_SIZE];

	if (!get(p, object, code, sizeof code) || word_in(code, TYPE) != p->code_type)
		return false;
	*ret_begun = place_in_code(l, frame, code, object, &place);
	if (!*ret_begun)
		return true;
	to->function = text_of(p, word_in(code, l->name), NAME_MAX_CHARS);
	to->file = text_of(p, word_in(code, l->file), FILE_MAX_CHARS);
	to->line = line_of(p, word_in(code, l->lines), half_in(code, l->first_line), place);
	return true;
}

/* The frames of one run are inside the C frame that runs them. */
static void place_run(struct python_stack *s, unsigned run, uint64_t at)
{
	for (unsigned i = s->depth; i > 0 && s->frames[i - 1].run == run; i--)
		s->frames[i - 1].at = at;
}

/*
 * From the innermost frame outwards. In 3.9 and 3.10 each frame ends a run; in 3.11 a marked one
 * does, in later versions an additional one on the C stack. The position on the C stack is that
 * frame's, or that of a structure in a chain of its own.
 */
static void walk(struct python *p, uint64_t frame, uint64_t cframe, struct python_stack *s, unsigned *run)
{
	const struct layout *l = &p->layout;
	unsigned char f[FRAME_SIZE];
	bool begun, more = true;

	for (unsigned n = 0; frame && more; n++) {
		bool shim, full = s->depth == STACK_DEPTH;

		more = n < FRAMES_MAX && get(p, frame, f, sizeof f);
		if (!more)
			break;
		shim = l->owner && !l->entry && f[l->owner] == SHIM;
		if (!shim && !full) {
			struct python_frame *to = &s->frames[s->depth];

			*to = (struct python_frame){ .run = *run, .at = cframe };
			more = add_frame(p, f, to, &begun);
			if (!more)
				break;
			s->depth += begun;
		} else if (!shim && (cframe || !l->owner)) {
			more = false;
			break;
		} else if (!shim) {
			s->partial = true;
		}
		if (shim || (l->entry ? f[l->entry] : !l->owner)) {
			if (shim && !cframe)
				place_run(s, *run, frame);
			cframe = cframe ? word(p, cframe + l->cframe_previous) : 0;
			(*run)++;
		}
		frame = word_in(f, l->previous);
	}
	(*run)++;
	s->partial |= !more;
}

/* threads */

static uint64_t innermost(struct python *p, uint64_t thread, uint64_t *ret_cframe)
{
	const struct layout *l = &p->layout;

	*ret_cframe = l->cframe ? word(p, thread + l->cframe) : 0;
	return l->frame ? word(p, thread + l->frame) : *ret_cframe ? word(p, *ret_cframe + l->cframe_frame) : 0;
}

/* The innermost frame of an interpreter's thread. A new thread has, for a moment, the address of
 * its creator, and no frames. */
static uint64_t find_frame(struct python *p, uint64_t interpreter, uint64_t *ret_cframe)
{
	const struct layout *l = &p->layout;
	uint64_t me = machine_thread(&p->target->regs), thread = word(p, interpreter + l->threads), frame;

	for (; thread && me && p->threads_left; p->threads_left--, thread = word(p, thread + l->next_thread))
		if (word(p, thread + l->thread_id) == me && (frame = innermost(p, thread, ret_cframe)))
			return frame;
	return 0;
}

/* Stacks of several interpreters, ordered by their positions on the C stack. */
static bool put_in_order(struct python_stack *s)
{
	for (unsigned i = 0; i < s->depth; i++) {
		struct python_frame f = s->frames[i];
		unsigned j = i;

		if (!f.at)
			return false;
		for (; j > 0 && s->frames[j - 1].at > f.at; j--)
			s->frames[j] = s->frames[j - 1];
		s->frames[j] = f;
	}
	return true;
}

void python_read(struct python *p, struct target *v, const struct mapping *m, struct python_stack *ret)
{
	const struct python_image *image = of_image(m->image);
	uint64_t bias = mapping_bias(m), interpreter, frame, cframe;
	unsigned run = 0, threads = 0;

	*ret = (struct python_stack){ 0 };
	p->target = v;
	p->name_count = 0;
	p->text_size = 0;
	p->tables_left = TABLES_ROOM;
	p->threads_left = THREADS_MAX;
	pages_begin(p->pages);
	if (!image || !choose_layout(p, image, bias))
		return;
	p->code_type = bias + image->code_type;
	p->text_type = bias + image->text_type;
	p->bytes_type = bias + image->bytes_type;
	interpreter = word(p, bias + image->runtime + p->layout.interpreters);
	for (unsigned n = 0; interpreter && n < INTERPRETERS_MAX; n++) {
		frame = find_frame(p, interpreter, &cframe);
		if (frame) {
			walk(p, frame, cframe, ret, &run);
			threads++;
		}
		interpreter = word(p, interpreter + p->layout.next_interpreter);
	}
	if (threads > 1 && !put_in_order(ret))
		ret->depth = 0;
}

struct python *python_new(void)
{
	struct python *p = xcalloc(1, sizeof *p);

	p->pages = pages_new();
	return p;
}

void python_free(struct python *p)
{
	if (!p)
		return;
	pages_free(p->pages);
	free(p);
}
