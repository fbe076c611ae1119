/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the file of a recording. */
#include <errno.h>
#include <sys/stat.h>
#include "base/io.h"
#include "base/json.h"
#include "base/mem.h"
#include "rec/format.h"

enum { FILE_MAX = 256 << 20 };	/* bytes; a large recording has a few hundred KiB */
enum { HEAD_MAX = 128 };		/* where the word for the format is */

/* The beginning of a regular file; false if there is none. */
static bool read_head(const char *path, char *ret, size_t size)
{
	struct stat st;

	if (streq(path, "-") || stat(path, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
		return false;
	return io_read_head(path, ret, size) > 0;
}

bool rec_text_is_recording(const char *text)
{
	scoped(freep) char *head = xstrndup(text, HEAD_MAX - 1);

	return strstr(head, "\"" REC_FORMAT "\"") != NULL;
}

bool rec_is_recording(const char *path)
{
	char head[HEAD_MAX];

	return read_head(path, head, sizeof head) && rec_text_is_recording(head);
}

bool rec_is_foreign(const char *path)
{
	char head[HEAD_MAX];

	return read_head(path, head, sizeof head) && !strstr(head, "\"" REC_FORMAT "\"");
}

/*
 * Every function gets the place of a record and adds it to the recording, or reports what
 * is wrong.
 */
static int string_at(const struct json_at *object, const char *key, const char **ret, struct err *e)
{
	struct json_at at = json_member(object, key);

	return json_want_string(&at, ret, e);
}

static int uint_at(const struct json_at *object, const char *key, uint64_t max, uint64_t *ret, struct err *e)
{
	struct json_at at = json_member(object, key);

	return json_want_uint(&at, max, ret, e);
}

static int seconds_at(const struct json_at *object, const char *key, double *ret, struct err *e)
{
	struct json_at at = json_member(object, key);

	return json_want_real(&at, ret, e);
}

static int strings_at(const struct json_at *object, const char *key, const char ***ret, struct err *e)
{
	struct json_at list = json_member(object, key);
	int r = json_want_array(&list, e);

	if (r < 0)
		return r;
	size_t n = json_array_size(list.value);
	const char **words = xcalloc(n + 1, sizeof *words);

	for (size_t i = 0; i < n && r == 0; i++) {
		struct json_at word = json_element(&list, i);

		r = json_want_string(&word, &words[i], e);
	}
	*ret = words;
	return r;
}

static int read_end(const struct json_at *run, struct rec_run *r, struct err *e)
{
	struct json_at end = json_member(run, "end");
	int code = json_want_object(&end, e);

	if (code < 0)
		return code;
	for (size_t i = 0; i < countof(rec_end_names); i++) {
		struct json_at value = json_member(&end, rec_end_names[i]);
		uint64_t n;

		if (!value.value)
			continue;
		r->end = (enum rec_end)i;
		code = json_want_uint(&value, 255, &n, e);
		r->end_value = code < 0 ? 0 : (unsigned)n;
		return code;
	}
	return json_fail(&end, e, "should say exited, killed, running or left");
}

static int read_cut(const struct json_at *run, struct rec_run *r, struct err *e)
{
	struct json_at cut = json_member(run, "cut");
	int code;

	if (!json_present(&cut))
		return 0;
	code = json_want_object(&cut, e);
	code = code < 0 ? code : string_at(&cut, "by", &r->cut, e);
	return code < 0 ? code : uint_at(&cut, "processes", UINT64_MAX, &r->cut_processes, e);
}

static int read_asked(const struct json_at *run, struct rec_run *r, struct err *e)
{
	struct json_at asked = json_member(run, "asked_to_end");

	return json_present(&asked) ? json_want_real(&asked, &r->asked_to_end, e) : 0;
}

static int read_host(const struct json_at *run, struct rec_run *r, struct err *e)
{
	struct json_at host = json_member(run, "host");
	int code = json_want_object(&host, e);

	code = code < 0 ? code : string_at(&host, "kernel", &r->kernel, e);
	code = code < 0 ? code : string_at(&host, "machine", &r->machine, e);
	return code < 0 ? code : string_at(&host, "libseccomp", &r->libseccomp, e);
}

static int read_filter(const struct json_at *run, struct rec_run *r, struct err *e)
{
	struct json_at filter = json_member(run, "filter");

	if (!json_present(&filter))
		return 0;
	struct json_at nnp = json_member(&filter, "no_new_privs");
	int code = json_want_object(&filter, e);

	r->filter_nnp = json_is_true(nnp.value);
	return code < 0 ? code : string_at(&filter, "program", &r->filter_program, e);
}

static int read_run(struct rec *rec, const struct json_at *at, struct err *e)
{
	struct rec_run r = { 0 };
	struct json_at nnp = json_member(at, "no_new_privs");
	scoped(freep) const char **command = NULL;
	int code = string_at(at, "id", &r.id, e);

	code = code < 0 ? code : strings_at(at, "command", &command, e);
	code = code < 0 ? code : string_at(at, "start", &r.start, e);
	code = code < 0 ? code : seconds_at(at, "seconds", &r.seconds, e);
	code = code < 0 ? code : read_end(at, &r, e);
	code = code < 0 ? code : read_cut(at, &r, e);
	code = code < 0 ? code : read_asked(at, &r, e);
	code = code < 0 ? code : string_at(at, "engine", &r.engine, e);
	code = code < 0 ? code : string_at(at, "scope", &r.scope, e);
	code = code < 0 ? code : read_filter(at, &r, e);
	code = code < 0 ? code : read_host(at, &r, e);
	code = code < 0 ? code : uint_at(at, "tasks", UINT64_MAX, &r.tasks, e);
	code = code < 0 ? code : uint_at(at, "calls", UINT64_MAX, &r.calls, e);
	if (code < 0)
		return code;
	r.no_new_privs = json_is_true(nnp.value);
	r.command = command;
	rec_add_run(rec, &r);
	return 0;
}

static int read_program(struct rec *rec, const struct json_at *at, struct err *e)
{
	const char *path = NULL, *run = NULL;
	uint64_t executed = 0;
	int r = string_at(at, "path", &path, e);

	r = r < 0 ? r : string_at(at, "run", &run, e);
	r = r < 0 ? r : uint_at(at, "executed", UINT64_MAX, &executed, e);
	if (r == 0)
		rec_add_program(rec, run, path, executed);
	return r;
}

static int read_seen(const struct json_at *at, struct rec_seen *ret, struct err *e)
{
	int r = string_at(at, "run", &ret->run, e);

	r = r < 0 ? r : string_at(at, "program", &ret->program, e);
	r = r < 0 ? r : uint_at(at, "count", UINT64_MAX, &ret->count, e);
	return r < 0 ? r : seconds_at(at, "first", &ret->first, e);
}

/* The library is required, because functions are not always known. A frame with a line has no offset. */
static int read_frame(const struct json_at *at, struct rec_frame *ret, struct err *e)
{
	struct json_at function = json_member(at, "function"), line = json_member(at, "line");
	int r = json_want_object(at, e);

	*ret = (struct rec_frame){ .function = "" };
	r = r < 0 || !json_present(&function) ? r : json_want_string(&function, &ret->function, e);
	r = r < 0 ? r : string_at(at, "library", &ret->library, e);
	if (r == 0 && json_present(&line))
		return uint_at(at, "line", UINT32_MAX, &ret->line, e);
	return r < 0 ? r : uint_at(at, "offset", UINT64_MAX, &ret->offset, e);
}

static int read_site(struct rec *rec, const struct arch *arch, uint32_t nr, const struct json_at *at, struct err *e)
{
	struct json_at stack = json_member(at, "stack"), partial = json_member(at, "partial");
	struct rec_frame frames[REC_DEPTH_MAX];
	struct rec_site s = { .frames = frames, .partial = json_is_true(partial.value) };
	uint64_t through = 0;
	int r = json_want_object(at, e);

	r = r < 0 ? r : string_at(at, "program", &s.program, e);
	r = r < 0 ? r : json_want_array(&stack, e);
	if (r < 0)
		return r;
	s.depth = json_array_size(stack.value);
	if (s.depth == 0 || s.depth > REC_DEPTH_MAX)
		return json_fail(&stack, e, "should have 1 to %d frames", REC_DEPTH_MAX);
	for (size_t i = 0; r == 0 && i < s.depth; i++) {
		struct json_at frame = json_element(&stack, i);

		r = read_frame(&frame, &frames[i], e);
	}
	r = r < 0 ? r : uint_at(at, "through", s.depth - 1, &through, e);
	if (r < 0)
		return r;
	s.through = (unsigned)through;
	rec_add_site(rec, arch, nr, &s);
	return 0;
}

static int read_values(const struct json_at *list, uint64_t *values, struct rec_arg *a, struct err *e)
{
	int r = json_want_array(list, e);

	if (r < 0)
		return r;
	a->value_count = json_array_size(list->value);
	a->values = values;
	a->least = UINT64_MAX;
	if (a->value_count > REC_VALUES_MAX)
		return json_fail(list, e, "should be at most %d values", REC_VALUES_MAX);
	for (size_t i = 0; r == 0 && i < a->value_count; i++) {
		struct json_at one = json_element(list, i);

		r = json_want_uint(&one, a->mask, &values[i], e);
		if (r == 0) {
			a->least = values[i] < a->least ? values[i] : a->least;
			a->greatest = values[i] > a->greatest ? values[i] : a->greatest;
			a->bits |= values[i];
		}
	}
	return r;
}

static int read_summary(const struct json_at *summary, struct rec_arg *a, struct err *e)
{
	int r = json_want_object(summary, e);

	a->summary = true;
	r = r < 0 ? r : uint_at(summary, "least", a->mask, &a->least, e);
	r = r < 0 ? r : uint_at(summary, "greatest", a->mask, &a->greatest, e);
	return r < 0 ? r : uint_at(summary, "bits", a->mask, &a->bits, e);
}

static int read_arg(struct rec *rec, const struct arch *arch, uint32_t nr, const struct json_at *at, struct err *e)
{
	struct json_at summary = json_member(at, "summary"), list = json_member(at, "values");
	uint64_t values[REC_VALUES_MAX], arg = 0;
	scoped(freep) const char **runs = NULL;
	struct rec_arg a = { 0 };
	int r = json_want_object(at, e);

	r = r < 0 ? r : uint_at(at, "argument", 5, &arg, e);
	r = r < 0 ? r : uint_at(at, "mask", UINT64_MAX, &a.mask, e);
	r = r < 0 ? r : strings_at(at, "runs", &runs, e);
	if (r == 0)
		r = json_present(&summary) ? read_summary(&summary, &a, e) : read_values(&list, values, &a, e);
	if (r < 0)
		return r;
	a.arg = (unsigned)arg;
	a.runs = runs;
	while (runs[a.run_count])
		a.run_count++;
	rec_add_arg(rec, arch, nr, &a);
	return 0;
}

/* Reads one site or argument of the call. */
typedef int read_part_fn(struct rec *, const struct arch *, uint32_t nr, const struct json_at *, struct err *e);

static int read_parts(struct rec *rec, const struct arch *arch, uint32_t nr, const struct json_at *call, const char *key,
		      read_part_fn *read, struct err *e)
{
	struct json_at list = json_member(call, key);
	int r = json_want_list(&list, e);

	for (size_t i = 0; r == 0 && i < json_array_size(list.value); i++) {
		struct json_at one = json_element(&list, i);

		r = read(rec, arch, nr, &one, e);
	}
	return r;
}

static int read_call(struct rec *rec, const struct json_at *at, struct err *e)
{
	struct json_at abi = json_member(at, "abi"), seen = json_member(at, "seen");
	const char *abi_name = NULL;
	const struct arch *arch;
	uint64_t nr = 0;
	int r = json_want_string(&abi, &abi_name, e);

	r = r < 0 ? r : uint_at(at, "number", UINT32_MAX, &nr, e);
	r = r < 0 ? r : json_want_array(&seen, e);
	if (r < 0)
		return r;
	arch = arch_find(abi_name);
	if (!arch)
		return json_fail(&abi, e, "unknown ABI '%s'; 'sctrace list arches' prints them", abi_name);
	/* an older sctrace took impossible numbers for x32's */
	if (!arch_can_have(arch, (uint32_t)nr))
		arch = arch_of_call(arch->audit, nr);
	if (json_array_size(seen.value) == 0)
		return json_fail(&seen, e, "is empty: which program made the call?");
	for (size_t i = 0; r == 0 && i < json_array_size(seen.value); i++) {
		struct json_at one = json_element(&seen, i);
		struct rec_seen s = { 0 };

		r = read_seen(&one, &s, e);
		if (r == 0)
			rec_add_seen(rec, arch, (uint32_t)nr, &s);
	}
	r = r < 0 ? r : read_parts(rec, arch, (uint32_t)nr, at, "sites", read_site, e);
	return r < 0 ? r : read_parts(rec, arch, (uint32_t)nr, at, "args", read_arg, e);
}

/* An optional array. */
static int read_all_seen(const struct json_at *object, struct rec_seen **ret, size_t *ret_count, struct err *e)
{
	struct json_at list = json_member(object, "seen");
	int r = json_want_list(&list, e);

	if (r < 0)
		return r;
	*ret_count = json_array_size(list.value);
	*ret = xcalloc(*ret_count, sizeof **ret);
	for (size_t i = 0; r == 0 && i < *ret_count; i++) {
		struct json_at one = json_element(&list, i);

		r = read_seen(&one, &(*ret)[i], e);
	}
	return r;
}

static int read_blind_spot(struct rec *rec, const struct json_at *at, struct err *e)
{
	struct rec_blind_spot s = { 0 };
	struct json_at calls = json_member(at, "calls");
	scoped(freep) const char **names = NULL;
	scoped(freep) struct rec_seen *seen = NULL;
	int r = string_at(at, "kind", &s.kind, e);

	r = r < 0 ? r : string_at(at, "detail", &s.detail, e);
	r = r < 0 ? r : string_at(at, "remedy", &s.remedy, e);
	r = r < 0 || !json_present(&calls) ? r : strings_at(at, "calls", &names, e);
	r = r < 0 ? r : read_all_seen(at, &seen, &s.seen_count, e);
	if (r < 0)
		return r;
	s.calls = names;
	s.seen = seen;
	rec_add_blind_spot(rec, &s);
	return 0;
}

typedef int read_fn(struct rec *, const struct json_at *, struct err *);

static int read_each(struct rec *rec, const struct json_at *root, const char *key, read_fn *read, struct err *e)
{
	struct json_at list = json_member(root, key);
	int r = json_want_array(&list, e);

	for (size_t i = 0; r == 0 && i < json_array_size(list.value); i++) {
		struct json_at one = json_element(&list, i);

		r = json_want_object(&one, e);
		r = r < 0 ? r : read(rec, &one, e);
	}
	return r;
}

static int check_format(const struct json_at *root, struct err *e)
{
	struct json_at format = json_member(root, "format"), version = json_member(root, "version");
	uint64_t n;

	if (!json_is_object(root->value) || !json_is_string(format.value) ||
	    !streq(json_string_value(format.value), REC_FORMAT))
		return json_fail(root, e, "not a recording of sctrace; 'sctrace record' makes one");
	int r = json_want_uint(&version, UINT32_MAX, &n, e);
	if (r < 0)
		return r;
	if (n > REC_VERSION)
		return json_fail(&version, e, "written by a newer sctrace (version %u, this one reads up to %d); "
				 "update this one", (unsigned)n, REC_VERSION);
	return n == 0 ? json_fail(&version, e, "there is no version 0") : 0;
}

static int read_all(struct rec *rec, const struct json_at *root, struct err *e)
{
	static const struct { const char *key; read_fn *read; } parts[] = {
		{ "runs", read_run }, { "programs", read_program }, { "calls", read_call },
		{ "blind_spots", read_blind_spot },
	};
	int r = check_format(root, e);

	for (size_t i = 0; r == 0 && i < countof(parts); i++)
		r = read_each(rec, root, parts[i].key, parts[i].read, e);
	return r;
}

int rec_load(const char *path, struct rec **ret, struct err *e)
{
	struct json_doc doc;
	struct rec *rec;
	int r = json_doc_read(&doc, path, FILE_MAX, e);

	if (r < 0)
		return r;
	struct json_at root = json_root(&doc);

	rec = rec_new();
	r = read_all(rec, &root, e);
	json_doc_done(&doc);
	if (r < 0)
		rec_free(rec);
	else
		*ret = rec;
	return r;
}
