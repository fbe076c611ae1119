/* SPDX-License-Identifier: Apache-2.0 */
#include "rec/rec.h"

#include "base/buf.h"
#include "base/mem.h"
#include "rec/strings.h"

/* Sorted vectors. */
struct vec {
	void *items;
	size_t count, room;
};

/* How often a program was executed in a run. */
struct execs {
	const char *run, *path;
	uint64_t executed;
};

struct entry {
	struct rec_call call;
	struct vec seen;
	struct vec sites;		/* struct rec_site */
	struct vec args;		/* struct arg */
	struct rec_arg *arg_list;	/* the same for readers */
};

struct arg {
	struct rec_arg arg;
	struct vec runs;		/* const char * */
	struct vec values;		/* uint64_t */
};

struct spot {
	struct rec_blind_spot spot;
	struct vec calls;		/* const char *, and a NULL that is not counted */
	struct vec seen;
};

struct rec {
	struct arena *arena;
	struct strings strings;
	struct vec runs;		/* struct rec_run * */
	struct vec programs;		/* struct execs */
	struct vec calls;		/* struct entry * */
	struct vec blind_spots;		/* struct spot * */
};

/* The index of `key`; *ret_found: whether it is there. */
static size_t position(const struct vec *v, size_t size, const void *key, compare_fn *compare, bool *ret_found)
{
	size_t at = lower_bound(key, v->items, v->count, size, compare);

	*ret_found = at < v->count && compare((const char *)v->items + at * size, key) == 0;
	return at;
}

/* The element equal to `key`, which is inserted if there is none. */
static void *insert(struct vec *v, size_t size, const void *key, compare_fn *compare, bool *ret_new)
{
	bool found;
	size_t at = position(v, size, key, compare, &found);
	char *slot;

	if (!found) {
		v->items = grow(v->items, v->count, &v->room, size);
		slot = (char *)v->items + at * size;
		memmove(slot + size, slot, (v->count - at) * size);
		memcpy(slot, key, size);
		v->count++;
	}
	*ret_new = !found;
	return (char *)v->items + at * size;
}

static int by_run(const void *a, const void *b)
{
	const struct rec_run *x = *(struct rec_run *const *)a, *y = *(struct rec_run *const *)b;
	int c = strcmp(x->start, y->start);

	return c ? c : strcmp(x->id, y->id);
}

static int by_path(const void *a, const void *b)
{
	const struct execs *x = a, *y = b;
	int c = strcmp(x->path, y->path);

	return c ? c : strcmp(x->run, y->run);
}

static int by_call(const void *a, const void *b)
{
	const struct rec_call *x = &(*(struct entry *const *)a)->call, *y = &(*(struct entry *const *)b)->call;
	int c = x->arch == y->arch ? strcmp(x->name, y->name) : x->arch < y->arch ? -1 : 1;

	return c ? c : x->nr < y->nr ? -1 : x->nr > y->nr;
}

static int by_seen(const void *a, const void *b)
{
	const struct rec_seen *x = a, *y = b;
	int c = strcmp(x->run, y->run);

	return c ? c : strcmp(x->program, y->program);
}

static int compare_frames(const struct rec_frame *x, const struct rec_frame *y)
{
	int c = strcmp(x->function, y->function);

	c = c ? c : strcmp(x->library, y->library);
	c = c ? c : x->offset < y->offset ? -1 : x->offset > y->offset;
	return c ? c : x->line < y->line ? -1 : x->line > y->line;
}

/* Complete stacks come first. */
static int by_site(const void *a, const void *b)
{
	const struct rec_site *x = a, *y = b;
	int c = strcmp(x->program, y->program);

	c = c ? c : (int)x->partial - (int)y->partial;
	for (size_t i = 0; !c && i < x->depth && i < y->depth; i++)
		c = compare_frames(&x->frames[i], &y->frames[i]);
	c = c ? c : (x->depth > y->depth) - (x->depth < y->depth);
	return c ? c : (x->through > y->through) - (x->through < y->through);
}

static int by_arg(const void *a, const void *b)
{
	const struct rec_arg *x = &((const struct arg *)a)->arg, *y = &((const struct arg *)b)->arg;

	if (x->arg != y->arg)
		return x->arg < y->arg ? -1 : 1;
	return x->mask < y->mask ? -1 : x->mask > y->mask;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int by_blind_spot(const void *a, const void *b)
{
	const struct rec_blind_spot *x = &(*(struct spot *const *)a)->spot, *y = &(*(struct spot *const *)b)->spot;
	int c = strcmp(x->kind, y->kind);

	return c ? c : strcmp(x->detail, y->detail);
}

struct rec *rec_new(void)
{
	struct rec *rec = xcalloc(1, sizeof *rec);

	rec->arena = arena_new();
	rec->strings.arena = rec->arena;
	return rec;
}

static struct entry *entry_at(const struct rec *rec, size_t i)
{
	return ((struct entry **)rec->calls.items)[i];
}

static struct spot *spot_item(const struct rec *rec, size_t i)
{
	return ((struct spot **)rec->blind_spots.items)[i];
}

static void free_args(struct entry *entry)
{
	struct arg *args = entry->args.items;

	for (size_t i = 0; i < entry->args.count; i++) {
		free(args[i].runs.items);
		free(args[i].values.items);
	}
	free(args);
	free(entry->arg_list);
}

void rec_free(struct rec *rec)
{
	if (!rec)
		return;
	for (size_t i = 0; i < rec->calls.count; i++) {
		free(entry_at(rec, i)->seen.items);
		free(entry_at(rec, i)->sites.items);
		free_args(entry_at(rec, i));
	}
	for (size_t i = 0; i < rec->blind_spots.count; i++) {
		free(spot_item(rec, i)->calls.items);
		free(spot_item(rec, i)->seen.items);
	}
	strings_done(&rec->strings);
	free(rec->runs.items);
	free(rec->programs.items);
	free(rec->calls.items);
	free(rec->blind_spots.items);
	arena_free(rec->arena);
	free(rec);
}

void rec_add_run(struct rec *rec, const struct rec_run *run)
{
	struct rec_run *r = arena_alloc(rec->arena, sizeof *r);
	bool is_new;

	*r = *run;
	r->id = strings_clean(&rec->strings, run->id);
	r->command = strings_clean_all(&rec->strings, run->command);
	r->start = strings_clean(&rec->strings, run->start);
	r->cut = strings_clean(&rec->strings, run->cut);
	r->engine = strings_clean(&rec->strings, run->engine);
	r->scope = strings_clean(&rec->strings, run->scope);
	r->filter_program = run->filter_program ? strings_clean(&rec->strings, run->filter_program) : NULL;
	r->filter_nnp = run->filter_program && run->filter_nnp;
	r->kernel = strings_clean(&rec->strings, run->kernel);
	r->machine = strings_clean(&rec->strings, run->machine);
	r->libseccomp = strings_clean(&rec->strings, run->libseccomp);
	struct rec_run **slot = insert(&rec->runs, sizeof r, &r, by_run, &is_new);

	/* the file that was written later has more */
	if (!is_new && r->seconds > (*slot)->seconds)
		*slot = r;
}

void rec_add_program(struct rec *rec, const char *run, const char *path, uint64_t executed)
{
	struct execs x = { strings_clean(&rec->strings, run), strings_clean(&rec->strings, path), executed };
	bool is_new;

	struct execs *there = insert(&rec->programs, sizeof x, &x, by_path, &is_new);

	if (executed > there->executed)
		there->executed = executed;
}

/* Uses the current name of the call, whatever name the file has. */
static struct entry *entry_get(struct rec *rec, const struct arch *arch, uint32_t nr)
{
	char name[CALL_NAME_MAX];
	struct entry key = { .call = { .arch = arch, .nr = nr, .name = name } }, *p = &key;
	bool found;

	arch_call_name(arch, nr, name);
	size_t at = position(&rec->calls, sizeof p, &p, by_call, &found);
	if (found)
		return entry_at(rec, at);

	p = arena_alloc(rec->arena, sizeof *p);
	p->call = (struct rec_call){ .arch = arch, .nr = nr, .name = arena_strdup(rec->arena, name),
				     .nonsense = !arch_can_have(arch, nr) };
	insert(&rec->calls, sizeof p, &p, by_call, &found);
	return p;
}

/* Returns the increase of the count. */
static uint64_t add_seen(struct rec *rec, struct vec *to, const struct rec_seen *seen)
{
	scoped(freep) char *run = clean_dup(seen->run), *program = clean_dup(seen->program);
	struct rec_seen key = { .run = run, .program = program, .count = seen->count, .first = seen->first };
	bool is_new;
	struct rec_seen *s = insert(to, sizeof *s, &key, by_seen, &is_new);

	if (!is_new) {
		/* a recording was saved while the workload ran, and again later */
		uint64_t grown = key.count > s->count ? key.count - s->count : 0;

		s->count += grown;
		s->first = key.first < s->first ? key.first : s->first;
		return grown;
	}
	s->run = strings_keep(&rec->strings, run);
	s->program = strings_keep(&rec->strings, program);
	return key.count;
}

void rec_add_seen(struct rec *rec, const struct arch *arch, uint32_t nr, const struct rec_seen *seen)
{
	struct entry *entry = entry_get(rec, arch, nr);

	entry->call.count += add_seen(rec, &entry->seen, seen);
	entry->call.seen = entry->seen.items;
	entry->call.seen_count = entry->seen.count;
}

/* Sites of one program are adjacent: if there are too many, the last one is dropped. The caller
 * owns the frames until the site is kept. */
static void insert_site(struct rec *rec, struct vec *sites, struct rec_site *site)
{
	struct rec_site *s = sites->items;
	size_t n = 0, end = 0, at, size = site->depth * sizeof *site->frames;
	bool found;

	for (size_t i = 0; i < sites->count; i++)
		if (streq(s[i].program, site->program))
			n++, end = i + 1;
	at = position(sites, sizeof *s, site, by_site, &found);
	if (found || (n == REC_SITES_MAX && at == end))
		return;
	if (n == REC_SITES_MAX) {
		memmove(&s[end - 1], &s[end], (sites->count - end) * sizeof *s);
		sites->count--;
	}
	site->frames = memcpy(arena_alloc(rec->arena, size), site->frames, size);
	insert(sites, sizeof *s, site, by_site, &found);
}

bool rec_add_site(struct rec *rec, const struct arch *arch, uint32_t nr, const struct rec_site *site)
{
	struct rec_frame frames[REC_DEPTH_MAX];
	struct rec_site clean = *site;
	struct entry *entry;

	if (site->depth == 0 || site->depth > REC_DEPTH_MAX || site->through >= site->depth)
		return false;
	for (size_t i = 0; i < site->depth; i++)
		frames[i] = (struct rec_frame){ strings_clean(&rec->strings, site->frames[i].function),
						strings_clean(&rec->strings, site->frames[i].library),
						site->frames[i].offset, site->frames[i].line };
	clean.program = strings_clean(&rec->strings, site->program);
	clean.frames = frames;
	entry = entry_get(rec, arch, nr);
	insert_site(rec, &entry->sites, &clean);
	entry->call.sites = entry->sites.items;
	entry->call.site_count = entry->sites.count;
	return true;
}

static void add_values(struct arg *to, const struct rec_arg *from)
{
	bool is_new, first = to->arg.run_count == 0 && to->values.count == 0 && !to->arg.summary;

	if (!from->summary && from->value_count == 0)
		return;
	to->arg.least = first || from->least < to->arg.least ? from->least : to->arg.least;
	to->arg.greatest = first || from->greatest > to->arg.greatest ? from->greatest : to->arg.greatest;
	to->arg.bits |= from->bits;
	to->arg.summary |= from->summary;
	for (size_t i = 0; i < from->value_count && !to->arg.summary; i++) {
		insert(&to->values, sizeof *from->values, &from->values[i], by_value, &is_new);
		to->arg.summary = to->values.count > REC_VALUES_MAX;
	}
	if (to->arg.summary)
		to->values.count = 0;
}

/* The vectors move when they grow. */
static void show_args(struct entry *entry)
{
	struct arg *args = entry->args.items;

	entry->arg_list = xrealloc(entry->arg_list, entry->args.count, sizeof *entry->arg_list);
	for (size_t i = 0; i < entry->args.count; i++) {
		args[i].arg.runs = args[i].runs.items;
		args[i].arg.run_count = args[i].runs.count;
		args[i].arg.values = args[i].values.items;
		args[i].arg.value_count = args[i].values.count;
		entry->arg_list[i] = args[i].arg;
	}
	entry->call.args = entry->arg_list;
	entry->call.arg_count = entry->args.count;
}

void rec_add_arg(struct rec *rec, const struct arch *arch, uint32_t nr, const struct rec_arg *from)
{
	struct entry *entry = entry_get(rec, arch, nr);
	struct arg key = { .arg = { .arg = from->arg, .mask = from->mask } };
	bool is_new;
	struct arg *to = insert(&entry->args, sizeof key, &key, by_arg, &is_new);

	add_values(to, from);
	for (size_t i = 0; i < from->run_count; i++) {
		scoped(freep) char *clean = clean_dup(from->runs[i]);
		const char *run = clean;
		const char **slot = insert(&to->runs, sizeof run, &run, by_name, &is_new);

		if (is_new)
			*slot = strings_keep(&rec->strings, clean);
	}
	show_args(entry);
}

const struct rec_arg *rec_find_arg(const struct rec_call *c, unsigned arg, uint64_t mask)
{
	for (size_t i = 0; i < c->arg_count; i++)
		if (c->args[i].arg == arg && c->args[i].mask == mask)
			return &c->args[i];
	return NULL;
}

bool rec_arg_is_exact(const struct rec_call *c, const struct rec_arg *a)
{
	const struct vec runs = { .items = (void *)a->runs, .count = a->run_count };

	for (size_t i = 0; i < c->seen_count; i++) {
		bool found;

		position(&runs, sizeof *a->runs, &c->seen[i].run, by_name, &found);
		if (!found)
			return false;
	}
	return !a->summary && a->value_count;
}

static struct spot *spot_get(struct rec *rec, const struct rec_blind_spot *spot)
{
	scoped(freep) char *kind = clean_dup(spot->kind), *detail = clean_dup(spot->detail);
	struct spot key = { .spot = { .kind = kind, .detail = detail } }, *p = &key;
	bool found;
	size_t at = position(&rec->blind_spots, sizeof p, &p, by_blind_spot, &found);

	if (found)
		return spot_item(rec, at);
	p = arena_alloc(rec->arena, sizeof *p);
	p->spot = (struct rec_blind_spot){ .kind = arena_strdup(rec->arena, kind),
					   .detail = arena_strdup(rec->arena, detail), .remedy = "" };
	insert(&rec->blind_spots, sizeof p, &p, by_blind_spot, &found);
	return p;
}

static void add_hidden_call(struct rec *rec, struct vec *calls, const char *name)
{
	scoped(freep) char *clean = clean_dup(name);
	const char *key = clean;
	bool is_new;
	const char **slot = insert(calls, sizeof key, &key, by_name, &is_new);

	if (is_new)
		*slot = strings_keep(&rec->strings, clean);
	calls->items = grow(calls->items, calls->count, &calls->room, sizeof key);
	((const char **)calls->items)[calls->count] = NULL;
}

void rec_add_blind_spot(struct rec *rec, const struct rec_blind_spot *spot)
{
	struct spot *to = spot_get(rec, spot);
	const char *remedy = strings_clean(&rec->strings, spot->remedy);

	/* the result must not depend on the order */
	if (strcmp(remedy, to->spot.remedy) > 0)
		to->spot.remedy = remedy;
	for (size_t i = 0; spot->calls && spot->calls[i]; i++)
		add_hidden_call(rec, &to->calls, spot->calls[i]);
	for (size_t i = 0; i < spot->seen_count; i++)
		add_seen(rec, &to->seen, &spot->seen[i]);
	to->spot.calls = to->calls.items;
	to->spot.seen = to->seen.items;
	to->spot.seen_count = to->seen.count;
}

static void merge_call(struct rec *into, const struct rec_call *call)
{
	for (size_t i = 0; i < call->seen_count; i++)
		rec_add_seen(into, call->arch, call->nr, &call->seen[i]);
	for (size_t i = 0; i < call->site_count; i++)
		rec_add_site(into, call->arch, call->nr, &call->sites[i]);
	for (size_t i = 0; i < call->arg_count; i++) {
		const struct rec_arg copy = call->args[i];	/* `into` may be the source */

		rec_add_arg(into, call->arch, call->nr, &copy);
	}
}

void rec_merge(struct rec *into, const struct rec *from)
{
	const struct execs *programs = from->programs.items;

	for (size_t i = 0; i < from->runs.count; i++)
		rec_add_run(into, rec_run_at(from, i));
	for (size_t i = 0; i < from->programs.count; i++)
		rec_add_program(into, programs[i].run, programs[i].path, programs[i].executed);
	for (size_t i = 0; i < from->calls.count; i++)
		merge_call(into, rec_call_at(from, i));
	for (size_t i = 0; i < from->blind_spots.count; i++)
		rec_add_blind_spot(into, rec_blind_spot_at(from, i));
}

const struct rec_run *rec_run_at(const struct rec *rec, size_t i)
{
	return i < rec->runs.count ? ((struct rec_run **)rec->runs.items)[i] : NULL;
}

/* Rows of one path are adjacent. */
bool rec_program_at(const struct rec *rec, size_t i, struct rec_program *ret)
{
	const struct execs *x = rec->programs.items;
	size_t n = rec->programs.count, at = 0;

	for (;;) {
		if (at == n)
			return false;
		*ret = (struct rec_program){ .path = x[at].path };
		do
			ret->executed += x[at++].executed;
		while (at < n && streq(x[at].path, ret->path));
		if (i-- == 0)
			return true;
	}
}

bool rec_execs_at(const struct rec *rec, size_t i, const char **ret_run, const char **ret_path, uint64_t *ret_executed)
{
	const struct execs *x = rec->programs.items;

	if (i >= rec->programs.count)
		return false;
	*ret_run = x[i].run;
	*ret_path = x[i].path;
	*ret_executed = x[i].executed;
	return true;
}

const struct rec_call *rec_call_at(const struct rec *rec, size_t i)
{
	return i < rec->calls.count ? &entry_at(rec, i)->call : NULL;
}

bool rec_is_call(const struct rec_call *c)
{
	return !c->nonsense;
}

enum risk rec_risk(const struct rec_call *c)
{
	return rec_is_call(c) ? sysdb_risk(c->name) : RISK_NONE;
}

const struct rec_call *rec_call_named(const struct rec *rec, const struct arch *arch, const char *name, size_t i)
{
	struct entry key = { .call = { .arch = arch, .name = name } }, *p = &key;
	const struct rec_call *c;
	bool found;

	i += position(&rec->calls, sizeof p, &p, by_call, &found);
	c = rec_call_at(rec, i);
	return c && c->arch == arch && streq(c->name, name) ? c : NULL;
}

size_t rec_call_count(const struct rec *rec)
{
	return rec->calls.count;
}

const struct rec_blind_spot *rec_blind_spot_at(const struct rec *rec, size_t i)
{
	return i < rec->blind_spots.count ? &spot_item(rec, i)->spot : NULL;
}

const struct rec_call *rec_find_call(const struct rec *rec, const char *name)
{
	for (size_t i = 0; i < rec->calls.count; i++)
		if (streq(entry_at(rec, i)->call.name, name))
			return &entry_at(rec, i)->call;
	return NULL;
}
