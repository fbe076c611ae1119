/* SPDX-License-Identifier: Apache-2.0 */
#include "app/knowledge.h"

#include "base/jsonw.h"
#include "base/log.h"
#include "out/colors.h"
#include "policy/prose.h"
#include "sysdb/action.h"
#include "sysdb/arch.h"
#include "sysdb/args.h"

/* Prints a list without blanks as "name1, name2". */
static void print_list(const char *what, const char *list)
{
	char word[CALL_NAME_MAX];
	const char *before = "";

	if (!*list)
		return;
	printf("  %s: ", what);
	while (list_next(&list, word, sizeof word)) {
		printf("%s%s", before, word);
		before = ", ";
	}
	putchar('\n');
}

/* Includes families that are a part of another one. */
static void print_families(const struct sysdb_call *c)
{
	const char *before = "  families: ", *family;

	for (size_t i = 0; (family = family_at(i)); i++)
		if (family_has(family, c->name)) {
			printf("%s%s-family", before, family);
			before = ", ";
		}
	if (before[0] == ',')
		putchar('\n');
}

static const char *type_name(enum arg_type type)
{
	static const char *const names[] = {
		[ARG_NONE] = "none", [ARG_INT] = "int", [ARG_LONG] = "long", [ARG_FD] = "descriptor", [ARG_POINTER] = "pointer",
	};

	return names[type];
}

static void print_numbers(const struct sysdb_call *c)
{
	const char *before = "  numbers: ";
	const struct arch *arch;
	uint32_t nr;

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (arch_call_number(arch, c->name, &nr)) {
			printf("%s%s %u", before, arch->name, nr & ~arch->bit);
			before = ", ";
		}
	if (before[0] == ',')
		putchar('\n');
	else
		puts("  numbers: none on a known ABI");
}

/* Prints the constants of a set: only some of them, unless all are requested. */
static void print_set(const char *set)
{
	enum { SHOWN = 8 };
	const struct const_row *row;
	size_t n = 0;

	for (size_t i = 0; (row = const_at(i)); i++) {
		if (!streq(row->set, set))
			continue;
		if (n < SHOWN || log_level > LOG_NORMAL)
			printf("%s%s", n ? ", " : ": ", row->name);
		n++;
	}
	if (n > SHOWN && log_level <= LOG_NORMAL)
		printf(" and %zu more (-v)", n - SHOWN);
}

static void print_arguments(const struct sysdb_call *c)
{
	for (unsigned i = 0; i < 6; i++) {
		const struct arg_info *a = sysdb_arg(c->name, i);

		if (!a || a->type == ARG_NONE)
			return;
		printf("  argument %u: %s, %s%s", i, a->name, type_name(a->type),
		       a->flags ? ", flags" : a->type == ARG_POINTER ? ", which no filter can follow" : "");
		if (*a->set)
			print_set(a->set);
		putchar('\n');
	}
}

static void add_denial(struct buf *b, const struct denial *d)
{
	struct condition c = { .arg = d->arg < 0 ? 0 : (unsigned)d->arg, .op = CMP_MASKED_EQ,
			       .value = d->value, .mask = d->mask };

	prose_verdict(b, (struct verdict){ ACT_ERRNO, (uint16_t)d->error });
	if (d->arg >= 0) {
		buf_adds(b, " when ");
		prose_condition(b, NULL, d->call, &c);
	}
}

static void print_denial(const char *before, const struct denial *d)
{
	scoped(buf_done) struct buf b = { 0 };

	add_denial(&b, d);
	printf("%s%s: %s\n", before, buf_str(&b), d->reason);
}

static void print_denials(const struct sysdb_call *c)
{
	char family[CALL_NAME_MAX], before[CALL_NAME_MAX + 32];
	const char *list = c->families;
	const struct denial *row;

	while (list_next(&list, family, sizeof family))
		if (!denial_has(family, c->name))
			printf("  with --deny %s-family: denied with EPERM, whole\n", family);
	for (size_t i = 0; (row = denial_at(i)); i++)
		if (streq(row->call, c->name)) {
			snprintf(before, sizeof before, "  with --deny %s-family: ", row->family);
			print_denial(before, row);
		}
}

static void print_caveats(const char *family)
{
	const char *caveat;

	for (size_t i = 0; (caveat = family_caveat(family, i)); i++)
		printf("  no filter closes: %s\n", caveat);
}

void knowledge_print_call(const struct sysdb_call *c)
{
	const char *why = risk_reason(c->why), *list = c->families;
	char family[CALL_NAME_MAX];

	printf("%s: %s\n", c->name, c->meaning);
	print_numbers(c);
	if (*c->since)
		printf("  since: Linux %s\n", c->since);
	print_families(c);
	print_list("siblings", c->siblings);
	fputs("  risk: ", stdout);
	paint_word(stdout, risk_paint(c->risk), risk_name(c->risk), 0);
	printf("%s%s\n", why ? ": " : "", why ? why : "");
	if (c->probed)
		puts("  fallback: answered ENOSYS, libc uses an older call; EPERM would break programs");
	print_list("asks for", c->gate);
	print_arguments(c);
	print_denials(c);
	while (list_next(&list, family, sizeof family))
		print_caveats(family);
}

void knowledge_print_family(const char *family)
{
	const struct sysdb_call *c;
	const struct denial *row;
	char before[CALL_NAME_MAX + 32];

	printf("%s-family: %s\n", family, family_help(family));
	for (size_t i = 0; (c = sysdb_at(i)); i++)
		if (family_has(family, c->name))
			printf("  %s%s: %s\n", c->name, denial_is_choke(family, c->name) ? "" : " (not with --minimal)",
			       c->meaning);
	for (size_t i = 0; (row = denial_at(i)); i++)
		if (streq(row->family, family)) {
			snprintf(before, sizeof before, "  %s is ", row->call);
			print_denial(before, row);
		}
	if (family_whole(family))
		printf("  a part of: %s-family\n", family_whole(family));
	else
		puts("  all others are denied whole, with EPERM");
	print_caveats(family);
}

static void write_list(struct jsonw *w, const char *key, const char *list)
{
	char word[CALL_NAME_MAX];

	jsonw_key(w, key);
	jsonw_open_inline(w, '[');
	while (list_next(&list, word, sizeof word))
		jsonw_string(w, word);
	jsonw_close(w, ']');
}

static void write_denials(struct jsonw *w, const char *family, const char *call)
{
	const struct denial *row;

	jsonw_key(w, "denials");
	jsonw_open(w, '[');
	for (size_t i = 0; (row = denial_at(i)); i++) {
		scoped(buf_done) struct buf b = { 0 };

		if ((family && !streq(row->family, family)) || (call && !streq(row->call, call)))
			continue;
		add_denial(&b, row);
		jsonw_open_inline(w, '{');
		jsonw_member(w, "family", row->family);
		jsonw_member(w, "call", row->call);
		jsonw_member(w, "how", buf_str(&b));
		jsonw_member(w, "reason", row->reason);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

static void write_arguments(struct jsonw *w, const struct sysdb_call *c)
{
	jsonw_key(w, "arguments");
	jsonw_open(w, '[');
	for (unsigned i = 0; i < 6; i++) {
		const struct arg_info *a = sysdb_arg(c->name, i);

		if (!a || a->type == ARG_NONE)
			break;
		jsonw_open_inline(w, '{');
		jsonw_member(w, "name", a->name);
		jsonw_member(w, "type", type_name(a->type));
		jsonw_member(w, "constants", a->set);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

void knowledge_write_call(const struct sysdb_call *c, FILE *f)
{
	struct jsonw w = { .file = f };
	const char *why = risk_reason(c->why);
	const struct arch *arch;
	uint32_t nr;

	jsonw_open(&w, '{');
	jsonw_member(&w, "call", c->name);
	jsonw_member(&w, "meaning", c->meaning);
	jsonw_key(&w, "numbers");
	jsonw_open(&w, '{');
	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (arch_call_number(arch, c->name, &nr))
			jsonw_member_uint(&w, arch->name, nr);
	jsonw_close(&w, '}');
	jsonw_member(&w, "since", c->since);
	write_list(&w, "families", c->families);
	write_list(&w, "siblings", c->siblings);
	jsonw_member(&w, "risk", risk_name(c->risk));
	jsonw_member(&w, "why", why ? why : "");
	jsonw_key(&w, "fallback");
	jsonw_bool(&w, c->probed);
	write_list(&w, "gate", c->gate);
	write_arguments(&w, c);
	write_denials(&w, NULL, c->name);
	jsonw_close(&w, '}');
	jsonw_end(&w);
}

void knowledge_write_family(const char *family, FILE *f)
{
	struct jsonw w = { .file = f };
	const struct sysdb_call *c;
	const char *caveat;

	jsonw_open(&w, '{');
	jsonw_member(&w, "family", family);
	jsonw_member(&w, "meaning", family_help(family));
	jsonw_key(&w, "calls");
	jsonw_open(&w, '[');
	for (size_t i = 0; (c = sysdb_at(i)); i++)
		if (family_has(family, c->name)) {
			jsonw_open_inline(&w, '{');
			jsonw_member(&w, "name", c->name);
			jsonw_key(&w, "minimal");
			jsonw_bool(&w, denial_is_choke(family, c->name));
			jsonw_close(&w, '}');
		}
	jsonw_close(&w, ']');
	write_denials(&w, family, NULL);
	jsonw_key(&w, "caveats");
	jsonw_open(&w, '[');
	for (size_t i = 0; (caveat = family_caveat(family, i)); i++)
		jsonw_string(&w, caveat);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	jsonw_end(&w);
}
