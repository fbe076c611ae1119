/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/runtime.h"

#include "base/buf.h"
#include "policy/derive.h"

static const struct { const char *runtime, *call, *because; } calls[] = {
#define RUNTIME(r, c, b) { r, c, b },
#include "sysdb/runtimes.inc"
#undef RUNTIME
};

enum how { PROGRAM_MEMFD, PROGRAM_PATH };

static const struct { const char *runtime; enum how how; const char *name; } programs[] = {
#define PROGRAM(r, h, n) { r, h, n },
#include "sysdb/programs.inc"
#undef PROGRAM
};

const char *runtime_name(size_t i)
{
	for (size_t n = 0; n < countof(calls); n++)
		if ((n == 0 || !streq(calls[n].runtime, calls[n - 1].runtime)) && i-- == 0)
			return calls[n].runtime;
	return NULL;
}

static const char *spelling_find(const char *spelling)
{
	const char *name;

	for (size_t i = 0; (name = runtime_name(i)); i++)
		if (streq(name, spelling))
			return name;
	return NULL;
}

bool runtime_known(const char *spelling)
{
	return spelling_find(spelling) != NULL;
}

void policy_add_runtime(struct policy *p, const char *spelling)
{
	for (size_t i = 0; i < countof(calls); i++)
		if (streq(calls[i].runtime, spelling))
			policy_allow(p, calls[i].call, calls[i].because);
	policy_sort(p);
}

/* Is the text NAME, or NAME and the mark of a file that is gone? */
static bool is_file(const char *text, const char *name)
{
	return starts_with(text, name) && (streq(text + strlen(name), "") || streq(text + strlen(name), " (deleted)"));
}

static bool is_program(const char *path, enum how how, const char *name)
{
	static const char memfd[] = "/memfd:";
	const char *slash = strrchr(path, '/');

	if (how == PROGRAM_MEMFD)
		return starts_with(path, memfd) && is_file(path + strlen(memfd), name);
	return !starts_with(path, memfd) && is_file(slash ? slash + 1 : path, name);
}

const char *runtime_of_program(const char *path)
{
	for (size_t i = 0; i < countof(programs); i++)
		if (is_program(path, programs[i].how, programs[i].name))
			return programs[i].runtime;
	return NULL;
}

const char *runtime_of_run(const struct rec_run *run)
{
	const char *runtime = run->filter_program ? runtime_of_program(run->filter_program) : NULL;
	struct buf spelling = { 0 };

	if (!runtime)
		return NULL;
	buf_addf(&spelling, "%s%s", runtime, run->filter_nnp ? ":nnp" : "");
	runtime = spelling_find(buf_str(&spelling));
	buf_done(&spelling);
	return runtime;
}
