/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/stack/golang.h"

#include "base/attr.h"
#include "base/mem.h"

/*
 * The table of Go 1.18 and later: a header, then a sorted table of pairs of 32 bits (where a
 * function begins, where its record is), and at last where the last function ends. The second word
 * of a record is where its name is.
 */
struct header {
	uint32_t magic;
	uint8_t pad[2], quantum, pointer_size;
	uint64_t functions, files, text, names, units, file_table, pc_table, lines;
};

struct number_pair {
	uint32_t first, second;
};

static bool read_header(const struct piece *p, size_t at, struct header *ret)
{
	size_t size = p->size - at;

	if (size < sizeof *ret)
		return false;
	memcpy(ret, p->bytes + at, sizeof *ret);
	return (ret->magic == 0xfffffff0 || ret->magic == 0xfffffff1) && ret->pointer_size == 8 && ret->lines <= size &&
	       ret->names <= size && ret->functions < (size - ret->lines) / sizeof(struct number_pair);
}

bool golang_table(struct piece *p)
{
	struct header h;

	for (size_t at = 0; at < p->size; at += 8) {
		if (!read_header(p, at, &h))
			continue;
		p->at += at;
		p->size -= at;
		memmove(p->bytes, p->bytes + at, p->size);
		return true;
	}
	return false;
}

static struct number_pair pair_at(const struct piece *p, uint64_t at)
{
	struct number_pair pair;

	memcpy(&pair, p->bytes + at, sizeof pair);
	return pair;
}

const char *golang_find(const struct piece *p, uint64_t address, uint64_t *ret_offset)
{
	struct header h;
	uint64_t low = 0, high;

	if (!read_header(p, 0, &h) || address < h.text)
		return NULL;
	/* the row past the last one has only its first half: the end */
	for (high = h.functions + 1; low < high;) {
		uint64_t mid = (low + high) / 2;

		if (pair_at(p, h.lines + mid * sizeof(struct number_pair)).first <= address - h.text)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == 0 || low > h.functions)
		return NULL;

	struct number_pair row = pair_at(p, h.lines + (low - 1) * sizeof row), record;

	if (row.second > p->size - h.lines - sizeof record)
		return NULL;
	record = pair_at(p, h.lines + row.second);
	if (record.second >= p->size - h.names)
		return NULL;
	*ret_offset = address - h.text - row.first;
	return (const char *)p->bytes + h.names + record.second;
}

/* Is the function in this package or one below it? "net" has "net.Dial" and "net/http.Get". */
static bool is_in(const char *function, const char *package)
{
	size_t n = strlen(package);

	return strncmp(function, package, n) == 0 && (function[n] == '.' || function[n] == '/');
}

static bool is_in_any(const char *function, const char *const *packages, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_in(function, packages[i]))
			return true;
	return false;
}

/* What cgo makes of C.mkdir: a function in Go, a stub in C. */
static bool is_stub(const char *function)
{
	const char *dot = strchr(function, '.');

	return starts_with(function, "_cgo_") || starts_with(function, "x_cgo_") || starts_with(function, "_cgoexp_") ||
	       (dot && starts_with(dot, "._Cfunc_"));
}

enum golang_layer golang_layer(const char *function)
{
	static const char *const runtime[] = { "runtime", "syscall", "internal", "golang.org/x/sys" };
	/* keep sorted */
	static const char *const library[] = {
		"archive", "bufio", "bytes", "cmp", "compress", "container", "context", "crypto", "database", "debug",
		"embed", "encoding", "errors", "expvar", "flag", "fmt", "go", "hash", "html", "image", "index", "io",
		"iter", "log", "maps", "math", "mime", "net", "os", "path", "plugin", "reflect", "regexp", "slices",
		"sort", "strconv", "strings", "structs", "sync", "testing", "text", "time", "unicode", "unique", "weak",
	};

	if (is_in_any(function, runtime, countof(runtime)) || is_stub(function))
		return GOLANG_RUNTIME;
	return is_in_any(function, library, countof(library)) ? GOLANG_LIBRARY : GOLANG_PROGRAM;
}

bool golang_calls_c(const char *function)
{
	return streq(function, "runtime.asmcgocall") || streq(function, "runtime.asmcgocall.abi0");
}
