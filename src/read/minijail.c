/* SPDX-License-Identifier: Apache-2.0 */
/*
 * minijail's policies, for minijail0 and for its compile_seccomp_policy.py: "CALL: FILTER" a line,
 * where a filter is 1, `return ERRNO`, another action, or an expression under which the call is allowed.
 * They are for the ABI of the machine alone. What no line is for is killed, unless @default or @denylist say
 * something else.
 *
 * Of a call there may be several filters; the first that matches decides.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include "base/io.h"
#include "base/mem.h"
#include "policy/diagram.h"
#include "policy/lift.h"
#include "read/reader.h"
#include "sysdb/args.h"
#include "sysdb/sysdb.h"

enum { INCLUDES_DEEP = 10, INCLUDE_MAX = 1 << 20, TOKENS_MAX = 4096, ATOMS_ALL = 1 << 16, NESTED_MAX = 32 };

struct atom {
	struct condition when;
	bool holds;			/* or must not */
	bool begins;			/* an alternative to those before it */
};

/* One filter for one call. */
struct filter {
	const char *call;
	size_t first, count;		/* its atoms; none: it always matches */
	struct verdict verdict;
	struct place from;
};

struct token {
	char text[128];
	unsigned line;
};

struct minijail {
	struct profile *profile;
	const char *file;		/* the one that is read; NULL: the profile's */
	struct filter *filters;
	size_t count, room;
	struct atom *atoms;
	size_t atom_count, atom_room;
	struct token *tokens;		/* of a statement */
	size_t token_count, at;
	struct verdict otherwise;
	struct place default_from;
	bool denylist;
	unsigned depth;
	unsigned line;
	struct err *e;
};

static const char *file_name(const struct minijail *m)
{
	return m->file ? m->file : m->profile->file;
}

static int reject(const struct minijail *m, const char *what, const char *word)
{
	return err_set(m->e, EINVAL, "%s:%u: %s%s%s%s", file_name(m), m->line, what, word ? " '" : "", word ? word : "", word ? "'" : "");
}

/* words */

static const char *peek(const struct minijail *m)
{
	return m->at < m->token_count ? m->tokens[m->at].text : "";
}

static bool take_word(struct minijail *m, const char *word)
{
	if (!streq(peek(m), word) || m->at >= m->token_count)
		return false;
	m->line = m->tokens[m->at++].line;
	return true;
}

static int expect(struct minijail *m, const char *word)
{
	if (take_word(m, word))
		return 0;
	return m->at < m->token_count ? err_set(m->e, EINVAL, "%s:%u: '%s' is expected, and not '%s'", file_name(m), m->line, word, peek(m)) :
		err_set(m->e, EINVAL, "%s:%u: '%s' is missing", file_name(m), m->line, word);
}

static size_t word_length(const char *s)
{
	static const char *const signs[] = { "||", "&&", "==", "!=", "<=", ">=" };
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-@";

	for (size_t i = 0; i < countof(signs); i++)
		if (starts_with(s, signs[i]))
			return 2;
	if (strchr(":;,~(){}[]|&<>=", *s))
		return 1;
	if (*s == '/' || starts_with(s, "./"))
		return strcspn(s, " \t");
	return strspn(s, letters);
}

static int add_token(struct minijail *m, const char *s, size_t len)
{
	struct token *t;

	if (len >= sizeof t->text)
		return reject(m, "a word is too long", NULL);
	if (m->token_count >= TOKENS_MAX)
		return reject(m, "the statement is too long", NULL);
	t = &m->tokens[m->token_count++];
	memcpy(t->text, s, len);
	t->text[len] = '\0';
	t->line = m->line;
	return 0;
}

/* The words of a line; *ret_more: it goes on in the next one. */
static int split_line(struct minijail *m, const char *line, bool *ret_more)
{
	*ret_more = false;
	for (size_t len; *line && *line != '#'; line += len) {
		len = strspn(line, " \t\r");
		if (len)
			continue;
		if (streq(line, "\\")) {
			*ret_more = true;
			return 0;
		}
		len = word_length(line);
		if (len == 0) {
			scoped(buf_done) struct buf b = { 0 };
			char one[2] = { *line, '\0' };

			buf_add_clean(&b, one);
			return reject(m, "unexpected character", buf_str(&b));
		}
		int r = add_token(m, line, len);

		if (r < 0)
			return r;
	}
	return 0;
}

/* values */

static int parse_value(struct minijail *m, unsigned deep, uint64_t *ret);

static int parse_word_value(struct minijail *m, uint64_t *ret)
{
	char word[sizeof m->tokens->text], wrong[CONST_NAME_MAX];

	if (m->at >= m->token_count)
		return reject(m, "a number or the name of a constant is missing", NULL);
	snprintf(word, sizeof word, "%s", peek(m));
	take_word(m, word);
	if (const_parse(word, ret, wrong))
		return 0;
	if (errno_find(word) > 0) {
		*ret = (uint64_t)errno_find(word);
		return 0;
	}
	return reject(m, "unknown constant", word);
}

static int parse_constant(struct minijail *m, unsigned deep, uint64_t *ret)
{
	bool opposite = take_word(m, "~");
	int r;

	if (deep > NESTED_MAX)
		return reject(m, "parentheses are nested too deep", NULL);
	if (take_word(m, "(")) {
		r = parse_value(m, deep + 1, ret);
		r = r < 0 ? r : expect(m, ")");
	} else {
		r = parse_word_value(m, ret);
	}
	if (r == 0 && opposite)
		*ret = ~*ret;
	return r;
}

static int parse_value(struct minijail *m, unsigned deep, uint64_t *ret)
{
	uint64_t one;
	int r;

	*ret = 0;
	do {
		r = parse_constant(m, deep, &one);
		if (r == 0)
			*ret |= one;
	} while (r == 0 && take_word(m, "|"));
	return r;
}

/* expressions */

/* "arg0 & 6": one of the bits at least; "arg0 in 6": no other bits. */
static int parse_operator(struct minijail *m, struct atom *ret)
{
	static const struct { const char *word; enum cmp op; } ops[] = {
		{ "==", CMP_EQ }, { "!=", CMP_NE }, { "<", CMP_LT }, { "<=", CMP_LE }, { ">", CMP_GT }, { ">=", CMP_GE },
		{ "&", CMP_MASKED_EQ }, { "in", CMP_MASKED_EQ },
	};
	uint64_t value;
	int r;

	for (size_t i = 0; i < countof(ops); i++) {
		if (!take_word(m, ops[i].word))
			continue;
		r = parse_value(m, 0, &value);
		ret->holds = !streq(ops[i].word, "&");
		ret->when.op = ops[i].op;
		ret->when.value = ops[i].op == CMP_MASKED_EQ ? 0 : value;
		ret->when.mask = streq(ops[i].word, "in") ? ~value : ops[i].op == CMP_MASKED_EQ ? value : 0;
		return r;
	}
	return reject(m, "an operator is expected, and not", peek(m));
}

/* "arg0" to "arg9" is a number; -1: no argument. */
static int argument_of(const char *word)
{
	const char *digit = starts_with(word, "arg") ? word + strlen("arg") : "";

	return isdigit((unsigned char)*digit) && strlen(digit) == 1 ? *digit - '0' : -1;
}

static int parse_atom(struct minijail *m, bool begins)
{
	struct atom atom = { .begins = begins };
	int arg = argument_of(peek(m));

	if (arg < 0 || arg > 5)
		return reject(m, "arg0 to arg5 is expected, and not", peek(m));
	atom.when.arg = (unsigned)arg;
	take_word(m, peek(m));
	if (m->atom_count >= ATOMS_ALL)
		return reject(m, "there are too many conditions", NULL);
	int r = parse_operator(m, &atom);

	m->atoms = grow(m->atoms, m->atom_count, &m->atom_room, sizeof *m->atoms);
	m->atoms[m->atom_count++] = atom;
	return r;
}

static int parse_expression(struct minijail *m)
{
	bool begins = true;
	int r;

	do {
		r = parse_atom(m, begins);
		begins = !streq(peek(m), "&&");
	} while (r == 0 && (take_word(m, "&&") || take_word(m, "||")));
	return r;
}

/* actions */

static bool find_action(const char *word, struct verdict *ret)
{
	static const struct { const char *word; enum action action; } actions[] = {
		{ "1", ACT_ALLOW }, { "allow", ACT_ALLOW }, { "kill", ACT_KILL_PROCESS }, { "kill-process", ACT_KILL_PROCESS },
		{ "kill-thread", ACT_KILL_THREAD }, { "trap", ACT_TRAP }, { "trace", ACT_TRACE }, { "log", ACT_LOG },
		{ "user-notify", ACT_NOTIFY },
	};

	for (size_t i = 0; i < countof(actions); i++)
		if (streq(actions[i].word, word)) {
			*ret = (struct verdict){ actions[i].action, 0 };
			return true;
		}
	return false;
}

static int parse_action(struct minijail *m, struct verdict *ret)
{
	uint64_t error;
	int r;

	if (take_word(m, "return")) {
		r = parse_word_value(m, &error);
		if (r == 0 && error > 4095)
			r = reject(m, "this is not an errno", NULL);
		*ret = (struct verdict){ ACT_ERRNO, r == 0 ? (uint16_t)error : 0 };
		return r;
	}
	if (m->denylist)
		return reject(m, "with @denylist a filter must end with 'return ERRNO'", NULL);
	if (!find_action(peek(m), ret))
		return reject(m, "an action is expected (1, return ERRNO, kill-process), and not", peek(m));
	take_word(m, peek(m));
	return 0;
}

/* statements */

struct statement {
	struct strlist calls;		/* those for this machine */
	struct place from;
};

static void statement_done(struct statement *s)
{
	strlist_done(&s->calls);
}

static void add_filter(struct minijail *m, const struct statement *s, size_t first, struct verdict verdict)
{
	for (size_t i = 0; i < s->calls.count; i++) {
		m->filters = grow(m->filters, m->count, &m->room, sizeof *m->filters);
		m->filters[m->count] = (struct filter){ .call = arena_strdup(m->profile->arena, s->calls.items[i]), .first = first,
							.count = m->atom_count - first, .verdict = verdict, .from = s->from };
		m->filters[m->count].from.path = m->filters[m->count].call;
		m->count++;
	}
}

/* minijail0 answers what comes behind the semicolon where the expression does not hold; in braces, which only the compiler
 * knows, it is the answer where it holds. */
static int parse_expression_filter(struct minijail *m, const struct statement *s, bool in_braces)
{
	size_t first = m->atom_count;
	struct verdict verdict = { ACT_ALLOW, 0 };
	bool has_action;
	int r = parse_expression(m);

	has_action = r == 0 && take_word(m, ";");
	if (has_action)
		r = parse_action(m, &verdict);
	else if (r == 0 && m->denylist)
		r = reject(m, "with @denylist a filter must end with 'return ERRNO'", NULL);
	if (r < 0)
		return r;
	if (!has_action || in_braces || m->denylist) {
		add_filter(m, s, first, verdict);
		return 0;
	}
	add_filter(m, s, first, (struct verdict){ ACT_ALLOW, 0 });
	add_filter(m, s, m->atom_count, verdict);
	strlist_insert(&m->profile->notes.hints, "what follows ';' applies where the expression does not hold, as minijail0 has it; "
		       "compile_seccomp_policy.py has it the other way round");
	return 0;
}

static int parse_single_filter(struct minijail *m, const struct statement *s, bool in_braces)
{
	struct verdict verdict;
	int r;

	if (argument_of(peek(m)) >= 0)
		return parse_expression_filter(m, s, in_braces);
	r = parse_action(m, &verdict);
	if (r == 0)
		add_filter(m, s, m->atom_count, verdict);
	return r;
}

static int parse_filter(struct minijail *m, const struct statement *s)
{
	int r;

	if (!take_word(m, "{"))
		return parse_single_filter(m, s, false);
	do
		r = parse_single_filter(m, s, true);
	while (r == 0 && take_word(m, ","));
	return r < 0 ? r : expect(m, "}");
}

/* "[arch=x86_64,arm64]": is this machine among them? */
static int parse_metadata(struct minijail *m, bool *ret_here)
{
	*ret_here = !take_word(m, "[");
	if (*ret_here)
		return 0;
	if (!take_word(m, "arch"))
		return reject(m, "only [arch=...] is known, and not", peek(m));
	int r = expect(m, "=");

	while (r == 0 && m->at < m->token_count) {
		const struct arch *arch = arch_find(peek(m));

		*ret_here |= arch == arch_native();
		take_word(m, peek(m));
		if (!take_word(m, ","))
			break;
	}
	return r < 0 ? r : expect(m, "]");
}

static int parse_call(struct minijail *m, struct statement *s)
{
	const char *call = peek(m);
	bool here;
	uint32_t nr;

	if (strchr(call, '@'))
		return reject(m, "groups of calls are defined elsewhere and are not known:", call);
	if (!call_exists_on(call, ANY_ARCH) || starts_with(call, "call_"))
		return reject(m, *call ? "unknown call" : "a call is missing", *call ? call : NULL);
	if (!s->from.line)
		s->from = (struct place){ .line = m->tokens[m->at].line, .file = m->file };
	take_word(m, call);
	int r = parse_metadata(m, &here);

	if (r == 0 && here && arch_call_number(arch_native(), call, &nr))
		strlist_add(&s->calls, call);
	return r;
}

static int parse_filters(struct minijail *m)
{
	scoped(statement_done) struct statement s = { 0 };
	int r;

	if (!take_word(m, "{")) {
		r = parse_call(m, &s);
	} else {
		do
			r = parse_call(m, &s);
		while (r == 0 && take_word(m, ","));
		r = r < 0 ? r : expect(m, "}");
	}
	r = r < 0 ? r : expect(m, ":");
	return r < 0 ? r : parse_filter(m, &s);
}

static int read_included(struct minijail *m);

static int parse_default(struct minijail *m)
{
	m->default_from = (struct place){ .line = m->line, .path = "@default", .file = m->file };
	if (!find_action(peek(m), &m->otherwise) || verdict_passes(m->otherwise))
		return reject(m, "kill-process, kill-thread, trap or user-notify is expected, and not", peek(m));
	take_word(m, peek(m));
	return 0;
}

static int parse_statement(struct minijail *m)
{
	int r = 0;

	m->at = 0;
	m->line = m->tokens[0].line;
	if (take_word(m, "@include")) {
		r = read_included(m);
	} else if (take_word(m, "@default")) {
		r = parse_default(m);
	} else if (take_word(m, "@denylist")) {
		m->denylist = true;
		m->otherwise = (struct verdict){ ACT_ALLOW, 0 };
		m->default_from = (struct place){ .line = m->line, .path = "@denylist", .file = m->file };
	} else if (take_word(m, "@frequency")) {
		m->at = m->token_count;		/* how often calls are made changes no meaning */
	} else {
		r = parse_filters(m);
	}
	return r < 0 || m->at == m->token_count ? r : reject(m, "unexpected word", peek(m));
}

static int parse_text(struct minijail *m, const char *text)
{
	unsigned line = 0;
	bool more = false;
	int r = 0;

	while (r == 0 && *text) {
		size_t len = strcspn(text, "\n");
		scoped(freep) char *copy = xstrndup(text, len);

		if (len && copy[len - 1] == '\r')
			copy[len - 1] = '\0';
		m->token_count = more ? m->token_count : 0;
		m->line = ++line;
		r = split_line(m, copy, &more);
		if (r == 0 && !more && m->token_count)
			r = parse_statement(m);
		text += len + (text[len] == '\n');
	}
	return r == 0 && more ? reject(m, "the last line goes on, and nothing follows", NULL) : r;
}

/* A path that begins with "./" is beside the file that names it. */
static int read_included(struct minijail *m)
{
	const char *path = peek(m), *file = file_name(m), *slash = strrchr(file, '/');
	struct minijail before = *m;
	scoped(freep) char *whole = NULL, *text = NULL;
	size_t len;
	int r;

	if (*path != '/' && !starts_with(path, "./"))
		return reject(m, "@include takes a path that begins with / or ./, and not", path);
	if (m->depth >= INCLUDES_DEEP)
		return reject(m, "@include is nested too deep", NULL);
	whole = *path == '/' || !slash ? xstrdup(path) : xprintf("%.*s/%s", (int)(slash - file), file, path + 2);
	take_word(m, path);
	if (m->at != m->token_count)
		return reject(m, "unexpected word", peek(m));
	r = io_read_all(whole, INCLUDE_MAX, &text, &len, m->e);
	if (r < 0)
		return err_in(m->e, r, "%s:%u", file, m->line);
	if (strlen(text) != len)
		return reject(m, "this is not a text:", whole);
	m->file = arena_strdup(m->profile->arena, whole);
	m->depth++;
	m->tokens = xcalloc(TOKENS_MAX, sizeof *m->tokens);
	m->token_count = 0;
	r = parse_text(m, text);
	free(m->tokens);
	m->file = before.file;
	m->depth--;
	m->tokens = before.tokens;
	m->token_count = m->at = before.token_count;
	m->line = before.line;
	return r;
}

/* meaning */

/* Where one of its alternatives holds, its verdict; elsewhere what follows. */
static diagram_node draw_filter(struct diagram *d, const struct minijail *m, const struct filter *f, diagram_node rest)
{
	diagram_node match = diagram_constant(d, f->verdict), result = rest, so_far = match;

	if (f->count == 0)
		return match;
	for (size_t i = f->first + f->count; i-- > f->first;) {
		const struct atom *a = &m->atoms[i];

		so_far = a->holds ? diagram_when(d, &a->when, so_far, result) : diagram_when(d, &a->when, result, so_far);
		if (a->begins) {
			result = so_far;
			so_far = match;
		}
	}
	return result;
}

/* The rules of one call, by its filters from the last to the first. */
static int lift_call(const struct minijail *m, struct diagram *d, const struct filter *first)
{
	const struct rule like = { .call = first->call, .from = first->from };
	scoped(rules_done) struct rules rules = { 0 };

	diagram_begin(d, arch_native());
	diagram_node node = diagram_constant(d, m->otherwise);

	for (size_t i = m->count; i-- > 0;)
		if (streq(m->filters[i].call, first->call))
			node = draw_filter(d, m, &m->filters[i], node);
	if (diagram_is_lost(d) || !lift_rules(d, node, arch_native(), &m->otherwise, &like, &rules))
		return err_set(m->e, EOPNOTSUPP, "%s:%u: the filters for '%s' are too many", profile_file(m->profile, &first->from),
			       first->from.line, first->call);
	for (size_t i = 0; i < rules.count; i++)
		policy_add_rule(m->profile->policy, &rules.items[i]);
	return 0;
}

static int lift_all(const struct minijail *m)
{
	scoped(diagram_freep) struct diagram *d = diagram_new();
	scoped(strlist_done) struct strlist done = { 0 };
	int r = 0;

	m->profile->policy = policy_new(m->otherwise);
	m->profile->otherwise = m->default_from.line ? m->default_from : (struct place){ .line = 1, .path = "the end" };
	policy_add_arch(m->profile->policy, arch_native());
	for (size_t i = 0; r == 0 && i < m->count; i++)
		if (strlist_insert(&done, m->filters[i].call))
			r = lift_call(m, d, &m->filters[i]);
	policy_sort(m->profile->policy);
	profile_keep_rules(m->profile);
	return r;
}

static int read_policy(struct profile *f, maybe_unused const struct read_opts *how, struct err *e)
{
	struct minijail m = { .profile = f, .otherwise = { ACT_KILL_PROCESS, 0 }, .e = e };
	int r;

	m.tokens = xcalloc(TOKENS_MAX, sizeof *m.tokens);
	r = strlen(f->text) == f->len ? parse_text(&m, f->text) : err_set(e, EINVAL, "%s: this is not a text", f->file);
	if (r == 0 && m.count == 0)
		r = err_set(e, EINVAL, "%s: the policy names no call of %s", f->file, arch_native()->name);
	r = r < 0 ? r : lift_all(&m);
	free(m.tokens);
	free(m.filters);
	free(m.atoms);
	return r;
}

/* The first line that is not empty or a comment is a statement: "@default ...", "{a, b}: ...", "read: 1". */
static bool looks_like(struct profile *f)
{
	const char *s = f->text;
	size_t len;
	char call[CALL_NAME_MAX];

	if (strlen(s) != f->len)
		return false;
	while (*(s += strspn(s, " \t\r\n")) == '#')
		s += strcspn(s, "\n");
	if (starts_with(s, "@include") || starts_with(s, "@default") || starts_with(s, "@denylist") || starts_with(s, "@frequency"))
		return true;
	s += *s == '{' ? 1 + strspn(s + 1, " \t") : 0;
	len = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	snprintf(call, sizeof call, "%.*s", (int)len, s);
	return len && len < sizeof call && call_exists_on(call, ANY_ARCH) && strchr(":,[} \t", s[len]);
}

const struct reader reader_minijail = {
	.name = "minijail",
	.help = "a policy of minijail",
	.looks_like = looks_like,
	.read = read_policy,
};
