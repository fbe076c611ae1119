/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <yaml.h>
#include "base/buf.h"
#include "base/mem.h"

enum { OUT_MAX = 16 << 20 };

enum value_kind { NODE_SCALAR, NODE_SEQUENCE, NODE_MAPPING, NODE_ALIAS };

struct yaml_value {
	enum value_kind kind;
	unsigned line;
	bool plain;			/* a scalar without quotes and without the tag of a string */
	const char *text;		/* scalar, with its length: it may contain NUL */
	size_t len;
	struct yaml_value *first, *last;	/* elements; of a mapping, keys and values alternately */
	struct yaml_value *next;
	const struct yaml_value *same;	/* alias: the node that it refers to */
	size_t count;			/* of elements */
};

struct anchor {
	const char *name;
	const struct yaml_value *node;
};

struct yaml {
	yaml_parser_t parser;
	yaml_event_t event;		/* the last one */
	const char *path;
	struct arena *arena;
	struct anchor anchors[YAML_ANCHORS_MAX];
	size_t anchor_count;
	size_t nodes;			/* that were read or written */
	struct yaml_value documents;		/* its elements */
	struct buf out;
	unsigned line;			/* current line of the output */
};

static int fail(const struct yaml *y, unsigned line, struct err *e, const char *what, const char *word)
{
	scoped(freep) char *clean = clean_dup(word);

	return err_set(e, EINVAL, "%s:%u: %s%.64s%s", y->path, line, what, clean, *word ? "'" : "");
}

static int count_node(struct yaml *y, unsigned line, struct err *e)
{
	return ++y->nodes > YAML_NODES_MAX ? fail(y, line, e, "the YAML has too many nodes, aliases included", "") : 0;
}

/* reading: events become nodes */

static int next_event(struct yaml *y, struct err *e)
{
	const yaml_parser_t *p = &y->parser;

	yaml_event_delete(&y->event);
	if (yaml_parser_parse(&y->parser, &y->event))
		return 0;
	return err_set(e, EINVAL, "%s:%zu:%zu: not valid YAML: %s", y->path, p->problem_mark.line + 1, p->problem_mark.column + 1,
		       p->problem ? p->problem : "out of memory");
}

static unsigned line_of(const struct yaml *y)
{
	return (unsigned)y->event.start_mark.line + 1;
}

static struct yaml_value *new_node(struct yaml *y, enum value_kind kind)
{
	struct yaml_value *n = arena_alloc(y->arena, sizeof *n);

	n->kind = kind;
	n->line = line_of(y);
	return n;
}

static void append(struct yaml_value *to, struct yaml_value *n)
{
	if (to->last)
		to->last->next = n;
	else
		to->first = n;
	to->last = n;
	to->count++;
}

static int read_scalar(struct yaml *y, struct yaml_value **ret)
{
	const char *tag = (const char *)y->event.data.scalar.tag;
	char *text;

	*ret = new_node(y, NODE_SCALAR);
	(*ret)->len = y->event.data.scalar.length;
	(*ret)->text = text = arena_alloc(y->arena, (*ret)->len + 1);
	memcpy(text, y->event.data.scalar.value, (*ret)->len);
	(*ret)->plain = y->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !(tag && (streq(tag, YAML_STR_TAG) || streq(tag, "!")));
	return 0;
}

static int read_alias(struct yaml *y, struct yaml_value **ret, struct err *e)
{
	const char *name = (const char *)y->event.data.alias.anchor;

	*ret = new_node(y, NODE_ALIAS);
	for (size_t i = y->anchor_count; i-- > 0;)
		if (streq(y->anchors[i].name, name)) {
			(*ret)->same = y->anchors[i].node;
			return 0;
		}
	return fail(y, (*ret)->line, e, "there is no complete anchor before the alias '", name);
}

static int add_anchor(struct yaml *y, const char *name, const struct yaml_value *n, struct err *e)
{
	if (y->anchor_count == YAML_ANCHORS_MAX)
		return fail(y, n->line, e, "the YAML has too many anchors", "");
	y->anchors[y->anchor_count++] = (struct anchor){ name, n };
	return 0;
}

static const char *anchor_of(struct yaml *y)
{
	const yaml_event_t *v = &y->event;
	const yaml_char_t *name = v->type == YAML_SCALAR_EVENT ? v->data.scalar.anchor :
		v->type == YAML_SEQUENCE_START_EVENT ? v->data.sequence_start.anchor :
		v->type == YAML_MAPPING_START_EVENT ? v->data.mapping_start.anchor : NULL;

	return name ? arena_strdup(y->arena, (const char *)name) : NULL;
}

/* The node that an alias refers to. */
static const struct yaml_value *meant(const struct yaml_value *n)
{
	while (n->kind == NODE_ALIAS)
		n = n->same;
	return n;
}

static int by_key(const void *va, const void *vb)
{
	const struct yaml_value *a = meant(*(const struct yaml_value *const *)va), *b = meant(*(const struct yaml_value *const *)vb);
	int order = strcmp(a->text, b->text);

	return order ? order : (a->line > b->line) - (a->line < b->line);
}

static bool is_merge(const struct yaml_value *key)
{
	return key->kind == NODE_SCALAR && key->plain && streq(key->text, "<<");
}

static int check_key(const struct yaml *y, const struct yaml_value *key, struct err *e)
{
	const struct yaml_value *n = meant(key);

	if (n->kind != NODE_SCALAR)
		return fail(y, key->line, e, "a key that is a list or a mapping", "");
	return strlen(n->text) != n->len ? fail(y, key->line, e, "a key with a NUL character", "") : 0;
}

static int check_keys(const struct yaml *y, const struct yaml_value *map, struct err *e)
{
	size_t count = map->count / 2, i = 0;
	int r = count > YAML_KEYS_MAX ? fail(y, map->line, e, "a mapping with too many keys", "") : 0;

	if (r < 0)
		return r;
	scoped(freep) const struct yaml_value **keys = xcalloc(count + 1, sizeof *keys);

	for (const struct yaml_value *n = map->first; n && r == 0; n = n->next->next) {
		keys[i++] = n;
		r = check_key(y, n, e);
	}
	if (r < 0)
		return r;
	sort_items(keys, count, sizeof *keys, by_key);
	for (i = 1; i < count; i++)
		if (streq(meant(keys[i])->text, meant(keys[i - 1])->text))
			return fail(y, keys[i]->line, e, "this mapping has twice the key '", meant(keys[i])->text);
	return 0;
}

static int read_node(struct yaml *y, unsigned depth, struct yaml_value **ret, struct err *e);

static int read_elements(struct yaml *y, yaml_event_type_t end, unsigned depth, struct yaml_value *into, struct err *e)
{
	struct yaml_value *n;
	int r = depth > YAML_DEPTH_MAX ? fail(y, into->line, e, "the YAML is nested too deeply", "") : next_event(y, e);

	while (r == 0 && y->event.type != end) {
		r = read_node(y, depth, &n, e);
		if (r == 0)
			append(into, n);
		r = r < 0 ? r : next_event(y, e);
	}
	return r;
}

/* From the current event to the last one of the node. */
static int read_node(struct yaml *y, unsigned depth, struct yaml_value **ret, struct err *e)
{
	const char *anchor = anchor_of(y);
	int r = count_node(y, line_of(y), e);

	if (r < 0)
		return r;
	switch (y->event.type) {
	case YAML_SCALAR_EVENT:
		r = read_scalar(y, ret);
		break;
	case YAML_SEQUENCE_START_EVENT:
		r = read_elements(y, YAML_SEQUENCE_END_EVENT, depth + 1, *ret = new_node(y, NODE_SEQUENCE), e);
		break;
	case YAML_MAPPING_START_EVENT:
		r = read_elements(y, YAML_MAPPING_END_EVENT, depth + 1, *ret = new_node(y, NODE_MAPPING), e);
		r = r < 0 ? r : check_keys(y, *ret, e);
		break;
	default:
		return read_alias(y, ret, e);
	}
	return r < 0 || !anchor ? r : add_anchor(y, anchor, *ret, e);
}

static bool is_null(const struct yaml_value *n)
{
	return n->kind == NODE_SCALAR && n->plain &&
	       (n->len == 0 || streq(n->text, "~") || streq(n->text, "null") || streq(n->text, "Null") || streq(n->text, "NULL"));
}

static int read_stream(struct yaml *y, struct err *e)
{
	struct yaml_value *n;
	int r;

	while ((r = next_event(y, e)) == 0 && y->event.type != YAML_STREAM_END_EVENT) {
		if (y->event.type != YAML_DOCUMENT_START_EVENT)
			continue;
		y->anchor_count = 0;
		r = next_event(y, e);
		r = r < 0 ? r : read_node(y, 0, &n, e);
		if (r < 0)
			return r;
		if (!is_null(n))
			append(&y->documents, n);
	}
	return r;
}

/* writing: nodes become JSON */

static void go_to_line(struct yaml *y, unsigned line)
{
	for (; y->line < line; y->line++)
		buf_adds(&y->out, "\n");
}

static void add_string(struct buf *b, const char *text, size_t len)
{
	buf_adds(b, "\"");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\')
			buf_addf(b, "\\%c", c);
		else if (c < ' ')
			buf_addf(b, "\\u%04x", c);
		else
			buf_add(b, &text[i], 1);
	}
	buf_adds(b, "\"");
}

/* An integer without its sign; false: not one, or above 2^64-1. */
static bool find_whole(const char *text, uint64_t *ret)
{
	char digits[80], *end;
	size_t n = 0;
	bool first = isdigit((unsigned char)*text);
	int base = 10;

	if (text[0] == '0' && text[1]) {
		base = tolower((unsigned char)text[1]) == 'x' ? 16 : tolower((unsigned char)text[1]) == 'b' ? 2 : 8;
		text += isdigit((unsigned char)text[1]) ? 1 : 2;
		if (isalpha((unsigned char)text[-1]) && !strchr("xXoObB", text[-1]))
			return false;
	}
	for (; *text && n + 1 < sizeof digits; text++)
		if (*text != '_')
			digits[n++] = *text;
	digits[n] = '\0';
	if (*text || !isxdigit((unsigned char)digits[0]) || !first)
		return false;
	errno = 0;
	*ret = strtoull(digits, &end, base);
	return !*end && errno == 0;
}

/* JSON's own numbers remain as they are written: base/json.h distinguishes 1.0 and 1e3. */
static bool is_json_number(const char *s)
{
	s += *s == '-';
	if (!isdigit((unsigned char)*s) || (s[0] == '0' && isdigit((unsigned char)s[1])))
		return false;
	s += strspn(s, "0123456789");
	if (*s == '.' && isdigit((unsigned char)s[1]))
		s += 1 + strspn(s + 1, "0123456789");
	if ((*s == 'e' || *s == 'E') && isdigit((unsigned char)s[1 + (s[1] == '-' || s[1] == '+')]))
		s += 2 + strspn(s + 2, "0123456789");
	return !*s;
}

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789.eE+-") == strlen(text) && strpbrk(text, "0123456789");
}

static bool add_number(struct buf *b, const char *text)
{
	bool signed_one = *text == '-' || *text == '+';
	uint64_t whole;
	char *end;

	if (find_whole(text + signed_one, &whole)) {
		buf_addf(b, "%s%llu", *text == '-' && whole ? "-" : "", (unsigned long long)whole);
		return true;
	}
	if (!is_number(text))
		return false;
	double real = strtod(text, &end);

	if (*end || !isfinite(real))
		return false;
	if (is_json_number(text))
		buf_adds(b, text);
	else
		buf_addf(b, "%.17g", real);
	return true;
}

static void add_scalar(struct buf *b, const struct yaml_value *n)
{
	static const char *const words[][4] = {
		{ "true", "True", "TRUE", NULL }, { "false", "False", "FALSE", NULL },
	};

	if (is_null(n)) {
		buf_adds(b, "null");
		return;
	}
	for (size_t i = 0; n->plain && i < countof(words); i++)
		for (size_t k = 0; words[i][k]; k++)
			if (streq(n->text, words[i][k])) {
				buf_adds(b, words[i][0]);
				return;
			}
	if (!n->plain || strlen(n->text) != n->len || !add_number(b, n->text))
		add_string(b, n->text, n->len);
}

static int write_node(struct yaml *y, const struct yaml_value *n, unsigned depth, struct err *e);

static int write_pair(struct yaml *y, const struct yaml_value *key, unsigned depth, bool *first, struct err *e)
{
	const struct yaml_value *name = meant(key);

	if (!*first)
		buf_adds(&y->out, ",");
	*first = false;
	go_to_line(y, key->line);
	add_string(&y->out, name->text, name->len);
	buf_adds(&y->out, ":");
	return write_node(y, key->next, depth, e);
}

static int write_merged(struct yaml *y, const struct yaml_value *from, unsigned depth, struct strlist *there, bool *first, struct err *e);

/* The first value is kept, as in the specification of "<<". */
static int merge_mapping(struct yaml *y, const struct yaml_value *map, unsigned depth, struct strlist *there, bool *first, struct err *e)
{
	int r = 0;

	for (const struct yaml_value *key = map->first; key && r == 0; key = key->next->next)
		if (!is_merge(key) && strlist_insert(there, meant(key)->text))
			r = write_pair(y, key, depth, first, e);
		else
			r = count_node(y, key->line, e);
	for (const struct yaml_value *key = map->first; key && r == 0; key = key->next->next)
		if (is_merge(key))
			r = write_merged(y, key->next, depth + 1, there, first, e);
	return r;
}

/* A mapping, or a list of mappings. */
static int write_merged(struct yaml *y, const struct yaml_value *from, unsigned depth, struct strlist *there, bool *first, struct err *e)
{
	const struct yaml_value *n = meant(from);
	int r = count_node(y, from->line, e);

	if (r == 0 && (depth > YAML_DEPTH_MAX || there->count > YAML_KEYS_MAX))
		return fail(y, from->line, e, "the YAML merges too much", "");
	if (r == 0 && n->kind == NODE_MAPPING)
		return merge_mapping(y, n, depth, there, first, e);
	if (r == 0 && n->kind != NODE_SEQUENCE)
		return fail(y, from->line, e, "only a mapping can be merged by '", "<<");
	for (const struct yaml_value *one = n->first; one && r == 0; one = one->next)
		r = meant(one)->kind == NODE_MAPPING ? write_merged(y, one, depth + 1, there, first, e)
			: fail(y, one->line, e, "only a mapping can be merged by '", "<<");
	return r;
}

static int write_mapping(struct yaml *y, const struct yaml_value *map, unsigned depth, struct err *e)
{
	scoped(strlist_done) struct strlist there = { 0 };
	bool merges = false, first = true;
	int r = 0;

	for (const struct yaml_value *key = map->first; key; key = key->next->next)
		merges |= is_merge(key);
	for (const struct yaml_value *key = map->first; merges && key; key = key->next->next)
		if (!is_merge(key))
			strlist_insert(&there, meant(key)->text);
	buf_adds(&y->out, "{");
	for (const struct yaml_value *key = map->first; key && r == 0; key = key->next->next)
		r = is_merge(key) ? write_merged(y, key->next, depth, &there, &first, e) : write_pair(y, key, depth, &first, e);
	buf_adds(&y->out, "}");
	return r;
}

static int write_sequence(struct yaml *y, const struct yaml_value *list, unsigned depth, struct err *e)
{
	int r = 0;

	buf_adds(&y->out, "[");
	for (const struct yaml_value *n = list->first; n && r == 0; n = n->next) {
		r = write_node(y, n, depth, e);
		buf_adds(&y->out, n->next ? "," : "");
	}
	buf_adds(&y->out, "]");
	return r;
}

static int write_node(struct yaml *y, const struct yaml_value *n, unsigned depth, struct err *e)
{
	int r = count_node(y, n->line, e);

	go_to_line(y, n->line);
	n = meant(n);
	if (r == 0 && (depth > YAML_DEPTH_MAX || y->out.len > OUT_MAX))
		return fail(y, y->line, e, "the YAML becomes too large by its aliases", "");
	if (r == 0 && n->kind == NODE_SCALAR)
		add_scalar(&y->out, n);
	else if (r == 0)
		r = (n->kind == NODE_SEQUENCE ? write_sequence : write_mapping)(y, n, depth + 1, e);
	return r;
}

static int write_documents(struct yaml *y, struct err *e)
{
	const struct yaml_value *all = &y->documents;

	y->nodes = 0;
	y->line = 1;
	if (all->count == 0)
		buf_adds(&y->out, "null");
	return all->count == 0 ? 0 : all->count == 1 ? write_node(y, all->first, 0, e) : write_sequence(y, all, 0, e);
}

int yaml_doc_read(struct json_doc *doc, const char *path, const char *text, size_t len, size_t *ret_documents, struct err *e)
{
	struct yaml *y = xcalloc(1, sizeof *y);

	y->path = path;
	y->arena = arena_new();
	if (!yaml_parser_initialize(&y->parser)) {
		arena_free(y->arena);
		free(y);
		return err_set(e, ENOMEM, "%s: out of memory", path);
	}
	yaml_parser_set_input_string(&y->parser, (const unsigned char *)text, len);
	int r = read_stream(y, e);

	r = r < 0 ? r : write_documents(y, e);
	*ret_documents = y->documents.count;
	yaml_event_delete(&y->event);
	yaml_parser_delete(&y->parser);
	arena_free(y->arena);

	size_t out_len = y->out.len;
	char *out = buf_take(&y->out);

	free(y);
	if (r == 0)
		return json_doc_take(doc, path, out, out_len, e);
	free(out);
	return r;
}
