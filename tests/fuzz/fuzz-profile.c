/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a profile or are rejected; a profile is written and read again
 * with the same meaning, and can be judged, and its findings be written. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/json.h"
#include "base/mem.h"
#include "lint/lint.h"
#include "diff/policies.h"
#include "out/view.h"
#include "policy/judge.h"
#include "read/reader.h"

/* Every format writes it as text, or says what it cannot express. */
static void emit_all(const struct policy *p)
{
	const struct view *v;

	for (size_t i = 0; (v = view_of(SHOWS_POLICY, i)); i++) {
		const struct shown s = { .is = SHOWS_POLICY, .policy = p, .verbose = i % 2 };
		struct strlist losses = { 0 };
		struct buf text = { 0 };
		struct err e = { "" };

		view_losses(v, &s, &losses);
		if (view_text(v, &s, &text, &e) < 0)
			assert(*e.text);
		for (size_t k = 0; k < text.len && !v->is_binary; k++)
			assert(strchr("\n\t", text.data[k]) || ((unsigned char)text.data[k] >= ' ' && text.data[k] != 127));
		strlist_done(&losses);
		buf_done(&text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Bytes as a file; close() it. */
static int as_file(const void *bytes, size_t size, char path[static 32])
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		abort();
	snprintf(path, 32, "/dev/fd/%d", fd);
	return fd;
}

static struct policy *parse(const void *bytes, size_t size)
{
	const struct parse_host host = { .caps = 1 << 21, .kernel = { 6, 1 } };
	struct parse_notes notes = { 0 };
	struct policy *p = NULL;
	struct err e = { "" };
	char path[32];
	int fd = as_file(bytes, size, path);
	int r = policy_read(path, &host, &p, &notes, &e);

	close(fd);
	parse_notes_done(&notes);
	assert((r == 0) == (p != NULL) && (r == 0 || *e.text));
	return p;
}

static char *emit(const struct policy *p, const char *format, size_t *ret_len)
{
	struct buf text = { 0 };
	struct err e;
	int r = view_text(view_find(SHOWS_POLICY, format), &(struct shown){ .is = SHOWS_POLICY, .policy = p }, &text, &e);

	assert(r == 0);
	*ret_len = text.len;
	return buf_take(&text);
}

/* What Docker's format cannot express: a call without a name, a rule for some ABIs only. */
static bool has_more(const struct policy *p)
{
	for (size_t i = 0; policy_rule(p, i); i++)
		if (starts_with(policy_rule(p, i)->call, "call_") || policy_rule(p, i)->arches)
			return true;
	return false;
}

static void compare(const struct policy *p, const struct policy *q)
{
	const struct rule *r;
	const struct arch *a;

	for (size_t i = 0; (r = policy_rule(p, i)) && i < 50; i++)
		for (size_t n = 0; (a = arch_at(n)) && n < 4; n++) {
			uint64_t args[6] = { 0 };
			uint32_t nr;

			for (unsigned c = 0; c < r->conditions; c++)
				args[r->when[c].arg] = r->when[c].value;
			if (arch_call_number(a, r->call, &nr))
				assert(verdict_equal(policy_judge(p, a, nr, args, NULL),
						     policy_judge(q, a, nr, args, NULL)));
		}
}

static void check_text(const char *text, size_t len, bool is_json)
{
	json_t *root = is_json ? json_loadb(text, len, 0, NULL) : NULL;

	assert(!is_json || root);
	json_decref(root);
	for (size_t i = 0; i < len; i++)
		assert(text[i] == '\n' || ((unsigned char)text[i] >= ' ' && text[i] != 127));
}

/* A policy that can be read is a profile that can be judged; so are some others. */
static void check_same(const struct policy *p, const struct policy *q)
{
	struct differences *d = policy_compare(p, q);

	assert(!difference_at(d, 0));
	differences_free(d);
}

static void lint(const uint8_t *bytes, size_t size, bool is_policy)
{
	struct strlist ignored = { 0 };
	struct findings *all = findings_new(SEV_INFO, &ignored);
	const struct finding *f;
	const struct view *v;
	const struct parse_host host = { .caps = DOCKER_CAPS, .kernel = { 6, 1 } };
	struct err e = { "" };
	unsigned line = 0, depends;
	char path[32];
	int fd = as_file(bytes, size, path);
	int r = lint_profile(all, path, &(struct read_opts){ .host = &host }, &depends, &e);

	close(fd);
	assert(!is_policy || r == 0);
	assert(r == 0 || *e.text);
	for (size_t i = 0; (f = findings_at(all, i)); line = f->line, i++)
		assert(f->line >= line && f->line >= 1 && *f->text && f->severity <= f->check->severity);
	for (size_t i = 0; (v = view_of(SHOWS_FINDING, i)); i++) {
		const struct shown s = { .is = SHOWS_FINDING, .findings = all, .verbose = i % 2 };
		struct buf text = { 0 };

		assert(view_text(v, &s, &text, &e) == 0);
		check_text(buf_str(&text), text.len, i > 0);
		buf_done(&text);
	}
	findings_free(all);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct policy *p = parse(bytes, size), *again;
	size_t len = 0, text_len = 0;

	lint(bytes, size, p != NULL);
	if (!p)
		return 0;
	scoped(freep) char *json = emit(p, "docker", &len);
	scoped(freep) char *text = emit(p, "text", &text_len);

	emit_all(p);
	again = parse(json, len);
	assert(again && text && text_len > 0);
	check_same(p, p);
	if (!has_more(p)) {
		compare(p, again);
		check_same(p, again);
	}
	policy_free(p);
	policy_free(again);
	return 0;
}
