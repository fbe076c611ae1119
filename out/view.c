/* SPDX-License-Identifier: Apache-2.0 */
#include "out/view.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include "base/mem.h"
#include "out/fits.h"

/* In the order of lists. */
#define VIEWS(X) \
	X(policy_docker) X(policy_oci) X(policy_kubernetes) X(policy_spo) X(policy_systemd) X(policy_firejail) \
	X(policy_bpf) X(policy_pfc) X(policy_c) X(policy_minijail) X(policy_minijail_frequency) X(policy_text) \
	X(recording_text) X(recording_json) X(recording_names) \
	X(breach_text) X(breach_json) X(breach_sarif) X(breach_github) X(breach_junit) \
	X(finding_text) X(finding_json) X(finding_sarif) \
	X(difference_text) X(difference_markdown) X(difference_json)

#define DECLARE(name) extern const struct view view_##name;
VIEWS(DECLARE)

#define ADDRESS(name) &view_##name,
static const struct view *const views[] = { VIEWS(ADDRESS) };

const struct view *view_at(size_t i)
{
	return i < countof(views) ? views[i] : NULL;
}

const struct view *view_of(enum shows shown, size_t i)
{
	const struct view *v;

	for (size_t k = 0; (v = view_at(k)); k++)
		if (v->shows == shown && i-- == 0)
			return v;
	return NULL;
}

const struct view *view_find(enum shows shown, const char *name)
{
	const struct view *v;

	for (size_t i = 0; (v = view_of(shown, i)); i++)
		if (streq(v->name, name))
			return v;
	return NULL;
}

int view_emit(const struct view *v, const struct shown *s, FILE *f, struct err *e)
{
	assert(v->shows == s->is);
	int r = s->is == SHOWS_POLICY ? view_fits(v, s, e) : 0;

	r = r < 0 ? r : v->emit(s, f, e);
	if (r == 0 && (fflush(f) != 0 || ferror(f)))
		r = err_sys(e, "cannot write the format '%s'", v->name);
	return r;
}

int view_text(const struct view *v, const struct shown *s, struct buf *ret, struct err *e)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return err_sys(e, "cannot write the format '%s'", v->name);
	int r = view_emit(v, s, f, e);

	fclose(f);
	if (r == 0)
		buf_add(ret, text, len);
	free(text);
	return r;
}

/* "'kubernetes' and 'spo'": the formats that accept an option. */
static void add_takers(struct buf *b, unsigned takes)
{
	scoped(strlist_done) struct strlist names = { 0 };
	const struct view *v;

	for (size_t i = 0; (v = view_at(i)); i++)
		if (v->takes & takes)
			strlist_add(&names, v->name);
	for (size_t i = 0; i < names.count; i++)
		buf_addf(b, "%s'%s'", i == 0 ? "" : i + 1 < names.count ? ", " : " and ", names.items[i]);
	buf_adds(b, names.count == 1 ? " does" : " do");
}

int view_check(const struct view *v, const struct wanted *w, struct err *e)
{
	const struct { unsigned takes; const char *option; bool given; } options[] = {
		{ TAKES_NAME, "--name", w->name }, { TAKES_POD, "--pod", w->pod },
	};

	for (size_t i = 0; i < countof(options); i++) {
		scoped(buf_done) struct buf takers = { 0 };

		if (!options[i].given || v->takes & options[i].takes)
			continue;
		add_takers(&takers, options[i].takes);
		return err_set(e, EINVAL, "the format '%s' takes no %s; %s", v->name, options[i].option, buf_str(&takers));
	}
	return v->check ? v->check(w, e) : 0;
}
