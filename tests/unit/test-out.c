/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include "base/mem.h"
#include "check/breach.h"
#include "lint/lint.h"
#include "out/escape.h"
#include "out/view.h"
#include "policy/judge.h"
#include "read/reader.h"
#include "tests/unit/golden.h"
#include "tests/unit/make.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"

static char *text_of(const struct view *view, const struct shown *s)
{
	struct buf text = { 0 };
	struct err e;

	return view_text(view, s, &text, &e) == 0 ? buf_take(&text) : xstrdup(e.text);
}

static char *emit(const struct policy *p, const struct view *view, bool verbose)
{
	return text_of(view, &(struct shown){ .is = SHOWS_POLICY, .policy = p, .verbose = verbose });
}

static const struct view *format_at(size_t i)
{
	return view_of(SHOWS_POLICY, i);
}

static const struct view *format_find(const char *name)
{
	return view_find(SHOWS_POLICY, name);
}

/* Text that depends on the policy alone, and not on the version of libseccomp or a recording. */
static bool has_golden(const struct view *format)
{
	return !format->is_binary && !streq(format->name, "c") && !streq(format->name, "minijail-frequency");
}

TEST(every_format_writes_its_golden)
{
	const struct view *format;
	struct golden g;

	for (size_t i = 0; golden_open(&g, i); i++) {
		for (size_t n = 0; (format = format_at(n)); n++) {
			if (!has_golden(format))
				continue;
			scoped(freep) char *file = xprintf("%s%s", format->name, format->suffix);
			scoped(freep) char *text = emit(g.policy, format, true);

			if (getenv("UPDATE_GOLDENS"))
				golden_write(&g, file, text);
			scoped(freep) char *want = golden_read(&g, file);

			CHECK_FOR(want, "%s/%s", g.name, file);
			printf("# %s/%s\n", g.name, file);
			CHECK_STR(text, want);
		}
		golden_close(&g);
	}
}

/* 0, or why it cannot be written. */
static int emit_bytes(const struct policy *p, const struct view *view, struct buf *ret)
{
	struct err e;

	return view_text(view, &(struct shown){ .is = SHOWS_POLICY, .policy = p, .verbose = true }, ret, &e);
}

TEST(the_same_policy_gives_the_same_bytes)
{
	const struct view *format;

	for (unsigned i = 0; i < 50; i++)
		for (size_t n = 0; (format = format_at(n)); n++) {
			struct dice d = dice_new(i), same = dice_new(i);
			struct policy *p = make_policy(&d), *q = make_policy(&same);
			scoped(buf_done) struct buf a = { 0 }, b = { 0 };

			CHECK(emit_bytes(p, format, &a) == emit_bytes(q, format, &b));
			CHECK_FOR(a.len == b.len && memcmp(buf_str(&a), buf_str(&b), a.len) == 0, "%s", format->name);
			policy_free(p);
			policy_free(q);
		}
}

static struct policy *parse_again(const char *text)
{
	const struct parse_host host = { 0 };
	struct parse_notes notes = { 0 };
	struct policy *p = NULL;
	struct err e;

	scratch_write("p.json", text);
	if (policy_read("p.json", &host, &p, &notes, &e) < 0)
		printf("# %s\n", e.text);
	parse_notes_done(&notes);
	return p;
}

/* What the format can express: rules for all ABIs, for calls with a name. */
static struct policy *without_losses(const struct policy *p)
{
	struct policy *copy = policy_new(policy_default(p));
	const struct rule *r;

	for (size_t i = 0; arch_at(i); i++)
		if (policy_arches(p) & ARCH_BIT(arch_at(i)))
			policy_add_arch(copy, arch_at(i));
	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		if (!r->arches && !starts_with(r->call, "call_"))
			policy_add_rule(copy, r);
	return copy;
}

static bool same_judgement(struct dice *d, const struct policy *a, const struct policy *b)
{
	for (size_t i = 0; policy_rule(a, i) || i == 0; i++) {
		const struct rule *r = policy_rule(a, i);
		const struct arch *arch;

		for (size_t n = 0; (arch = arch_at(n)) && n < 5; n++) {
			uint32_t nr = arch->bit | dice_below(d, 450);
			uint64_t args[6];

			for (size_t k = 0; k < 6; k++)
				args[k] = r && k < r->conditions ? r->when[k].value : make_value(d);
			if (r && !arch_call_number(arch, r->call, &nr))
				continue;
			if (!verdict_equal(policy_judge(a, arch, nr, args, NULL), policy_judge(b, arch, nr, args, NULL)))
				return false;
		}
	}
	return true;
}

TEST(written_policies_are_read_with_the_same_meaning)
{
	static const char *const names[] = { "docker", "oci" };

	for (unsigned i = 0; i < 600; i++) {
		struct dice d = dice_new(i);
		struct policy *made = make_policy(&d), *p = without_losses(made);
		scoped(freep) char *text = emit(p, format_find(names[i % 2]), i % 3);
		struct policy *back = parse_again(text);

		CHECK_FOR(back, "%s", text);
		if (!same_judgement(&d, p, back)) {
			tap_quote("policy", text);
			CHECK_FOR(false, "policy %u", i);
		}
		policy_free(made);
		policy_free(p);
		policy_free(back);
	}
}

TEST(formats_have_names_suffixes_and_help)
{
	const struct view *v, *last = NULL;

	for (size_t i = 0; (v = view_at(i)); last = v, i++) {
		CHECK(view_find(v->shows, v->name) == v);
		CHECK_FOR(!last || last->shows <= v->shows, "%s", v->name);
		CHECK_FOR(v->suffix[0] == '.' && *v->help && v->emit, "%s", v->name);
		CHECK_FOR((v->shows == SHOWS_POLICY) == (v->actions && v->defaults), "%s", v->name);
	}
	CHECK(format_find("docker") && format_find("oci") && format_find("text") && !format_find("") && !format_find("Docker"));
}

TEST(what_a_format_cannot_express_is_reported)
{
	struct policy *p = policy_new((struct verdict){ ACT_ERRNO, 1 });
	const struct shown s = { .is = SHOWS_POLICY, .policy = p };
	struct strlist losses = { 0 };

	policy_add_rule(p, &(struct rule){ .call = "read", .verdict = { ACT_ALLOW, 0 } });
	view_losses(format_find("docker"), &s, &losses);
	CHECK(losses.count == 0);
	policy_add_rule(p, &(struct rule){ .call = "call_900", .verdict = { ACT_ALLOW, 0 } });
	policy_add_rule(p, &(struct rule){ .call = "write", .verdict = { ACT_ALLOW, 0 }, .arches = 1 });
	policy_add_rule(p, &(struct rule){ .call = "open", .verdict = { ACT_ALLOW, 0 }, .arches = 2 });
	view_losses(format_find("docker"), &s, &losses);
	CHECK(losses.count == 2);
	CHECK_STR(losses.items[0], "the format 'docker' cannot distinguish ABIs in a rule: it applies to all of them "
		  "('write' and 1 more)");
	CHECK_STR(losses.items[1], "the format 'docker' cannot name a call that has only a number: the rule is left "
		  "out ('call_900')");
	strlist_done(&losses);
	view_losses(format_find("text"), &s, &losses);
	CHECK(losses.count == 0);
	policy_free(p);
}

/* A view with the abilities of Docker's, except those that the row removes. */
TEST(what_a_format_cannot_express_at_all_is_an_error)
{
	static const struct { unsigned actions, defaults, flags; const char *want; } rows[] = {
		{ ACTION_BIT(ACT_LOG), 0, 0, "'read': the format 'docker' cannot express the action 'log'" },
		{ 0, ACTION_BIT(ACT_ERRNO), 0, "the format 'docker' cannot express the default action 'errno'" },
		{ 0, 0, POLICY_TSYNC, "the format 'docker' cannot express the flag 'SECCOMP_FILTER_FLAG_TSYNC'" },
		{ ACTION_BIT(ACT_ERRNO), ACTION_BIT(ACT_LOG), POLICY_LOG, NULL },
	};
	struct policy *p = policy_new((struct verdict){ ACT_ERRNO, 1 });

	policy_add_rule(p, &(struct rule){ .call = "read", .verdict = { ACT_LOG, 0 } });
	policy_add_flags(p, POLICY_TSYNC);
	for (size_t i = 0; i < countof(rows); i++) {
		struct view v = *format_find("docker");
		scoped(buf_done) struct buf text = { 0 };
		struct err e = { "" };

		v.actions &= ~rows[i].actions;
		v.defaults &= ~rows[i].defaults;
		v.flags &= ~rows[i].flags;
		CHECK((view_text(&v, &(struct shown){ .is = SHOWS_POLICY, .policy = p }, &text, &e) == 0) == !rows[i].want);
		CHECK_STR(e.text, rows[i].want ? rows[i].want : "");
		CHECK(!text.len == !!rows[i].want);
	}
	policy_free(p);
}

static int check_nothing(const struct wanted *w, struct err *e)
{
	return w->name && streq(w->name, "bad") ? err_set(e, EINVAL, "checked") : 0;
}

TEST(an_option_that_a_format_does_not_take_is_an_error)
{
	struct view v = *format_find("text");
	struct err e = { "" };

	CHECK(view_check(&v, &(struct wanted){ 0 }, &e) == 0);
	CHECK(view_check(&v, &(struct wanted){ .name = "x" }, &e) == -EINVAL);
	CHECK_FOR(starts_with(e.text, "the format 'text' takes no --name; "), "%s", e.text);
	CHECK(view_check(&v, &(struct wanted){ .pod = "" }, &e) == -EINVAL);
	CHECK_FOR(starts_with(e.text, "the format 'text' takes no --pod; "), "%s", e.text);
	v.takes = TAKES_NAME;
	v.check = check_nothing;
	CHECK(view_check(&v, &(struct wanted){ .name = "x" }, &e) == 0);
	CHECK(view_check(&v, &(struct wanted){ .name = "bad" }, &e) == -EINVAL);
	CHECK_STR(e.text, "checked");
}

static void lose_two(const struct shown *s, struct strlist *ret)
{
	view_add_loss(ret, "x", "cannot say", policy_flags(s->policy) ? 2 : 0, "a");
}

TEST(a_format_has_losses_of_its_own)
{
	struct view v = *format_find("docker");
	struct policy *p = policy_new((struct verdict){ ACT_ALLOW, 0 });
	const struct shown s = { .is = SHOWS_POLICY, .policy = p };
	struct strlist losses = { 0 };

	v.losses = lose_two;
	view_losses(&v, &s, &losses);
	CHECK(losses.count == 0);
	policy_add_flags(p, POLICY_LOG);
	view_losses(&v, &s, &losses);
	CHECK(losses.count == 1);
	CHECK_STR(losses.items[0], "the format 'x' cannot say ('a' and 1 more)");
	strlist_done(&losses);
	policy_free(p);
}

TEST(a_failed_write_is_an_error)
{
	struct policy *p = policy_new((struct verdict){ ACT_ALLOW, 0 });
	FILE *full = fopen("/dev/full", "we");
	struct err e = { "" };

	CHECK(view_emit(format_find("text"), &(struct shown){ .is = SHOWS_POLICY, .policy = p }, full, &e) == -ENOSPC);
	CHECK_STR(e.text, "cannot write the format 'text': No space left on device");
	fclose(full);
	policy_free(p);
}

TEST(a_reason_cannot_reach_the_terminal)
{
	struct policy *p = policy_new((struct verdict){ ACT_ALLOW, 0 });

	policy_add_rule(p, &(struct rule){ .call = "read", .verdict = { ACT_LOG, 0 }, .because = "\x1b[2J\nallow x" });
	scoped(freep) char *text = emit(p, format_find("text"), true);

	CHECK_STR(text, "log            read\t# \\x1b[2J\\x0aallow x\nallow          everything else\n");
	policy_free(p);
}

static char *report(const struct rec *rec, const char *view, unsigned columns)
{
	return text_of(view_find(SHOWS_RECORDING, view), &(struct shown){ .is = SHOWS_RECORDING, .rec = rec, .columns = columns });
}

TEST(views_of_any_recording_are_written)
{
	for (unsigned i = 0; i < 30; i++) {
		struct dice d = dice_new(i);
		struct rec *rec = make_rec(&d);

		for (size_t v = 0; view_of(SHOWS_RECORDING, v); v++) {
			scoped(freep) char *text = report(rec, view_of(SHOWS_RECORDING, v)->name, i * 7);

			for (const char *s = text; *s; s++)
				CHECK(*s == '\n' || ((unsigned char)*s >= 0x20 && *s != 0x7f));
		}
		rec_free(rec);
	}
	CHECK(!view_find(SHOWS_RECORDING, "html"));
}

TEST(findings_in_hostile_profiles_are_written_clean)
{
	const struct parse_host host = { .caps = DOCKER_CAPS, .kernel = { 6, 1 } };
	struct strlist none = { 0 };
	struct findings *all = findings_new(SEV_INFO, &none);
	const struct view *v;
	struct err e;

	scratch_write("p.json", "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"\\u001b[1mkey\": 1, \"syscalls\": [\n"
		      "{\"action\": \"SCMP_ACT_ERRNO\", \"names\": [\"\\u001b]0;x\\u0007\"]}]}");
	CHECK(lint_profile(all, "p.json", &(struct read_opts){ .host = &host }, &(unsigned){ 0 }, &e) == 0 && findings_at(all, 0));
	for (size_t i = 0; (v = view_of(SHOWS_FINDING, i)); i++) {
		scoped(freep) char *text = text_of(v, &(struct shown){ .is = SHOWS_FINDING, .findings = all, .verbose = i % 2 });

		CHECK_FOR(strstr(text, "x1b]0;x") && !strchr(text, 27) && !strchr(text, 7), "%s: %s", v->name, text);
	}
	scoped(freep) char *text = text_of(view_find(SHOWS_FINDING, "text"), &(struct shown){ .is = SHOWS_FINDING, .findings = all });

	CHECK(strstr(text, "p.json:2: high: no-effect: '\\x1b]0;x\\x07' is not a call") && strstr(text, " high,"));
	findings_free(all);
}

TEST(untrusted_names_are_not_markup)
{
	static const struct { void (*escape)(struct buf *, const char *); const char *text, *want; } rows[] = {
		{ escape_markdown, "a|b *c* <d> @e #1 http://f \x1b[1m", "a\\|b \\*c\\* &#60;d&#62; &#64;e &#35;1 http&#58;//f \\\\x1b\\[1m" },
		{ escape_xml, "a<b> & \"c\"\x1b[1m\n", "a&lt;b&gt; &amp; &quot;c&quot;[1m" },
		{ escape_github, "50%: a,b\n::error::", "50%25: a,b%0A::error::" },
		{ escape_github_property, "50%: a,b\r\n", "50%25%3A a%2Cb%0D%0A" },
		{ escape_uri, "/a b/c:d%", "file:///a%20b/c%3Ad%25" },
		{ escape_uri, "c:d", "c%3Ad" },
		{ escape_sarif, "a {0} [b] c", "a {{0}} [b] c" },
		{ escape_sarif, "[a](b)\\", "\\[a\\](b)\\\\" },
		{ escape_shell, "a-b=c", "a-b=c" },
		{ escape_shell, "a b'c", "'a b'\\''c'" },
		{ escape_shell, "", "''" },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct buf b = { 0 };

		rows[i].escape(&b, rows[i].text);
		CHECK_STR(buf_str(&b), rows[i].want);
		buf_done(&b);
	}
}

TEST(breaches_by_hostile_programs_are_written_clean)
{
	struct rec *rec = rec_new();
	struct breaches all = { .profile = "p.json", .subject = (const char *const[]){ "mkdir", "\x1b[1m", NULL }, .ran = true, .rec = rec };
	struct breach *b = breaches_add(&all, &(struct breach){ .kind = BREACH_REFUSED, .arch = arch_native(), .name = "mkdir",
			.program = "/\x1b[1m<a>", .verdict = { ACT_ERRNO, 1 } }, NULL, 2, 0.5);
	const struct view *v;

	breach_set_frames(b, (struct rec_frame[]){ { "", "libc.so", 16, 0 }, { "f\x1b", "/a:b.py", 0, 7 } }, 2, 1, true);
	for (size_t i = 0; (v = view_of(SHOWS_BREACH, i)); i++) {
		scoped(freep) char *text = text_of(v, &(struct shown){ .is = SHOWS_BREACH, .breaches = &all, .verbose = true });

		CHECK_FOR(strstr(text, "x1b (/a") && strstr(text, "b.py:7)") && !strchr(text, 27), "%s: %s", v->name, text);
		CHECK_FOR(!streq(v->name, "junit") || !strstr(text, "<a>"), "%s", text);
		CHECK_FOR(!streq(v->name, "github") || strstr(text, "file=/a%3Ab.py,line=7,"), "%s", text);
	}
	all.profile = NULL;
	breaches_done(&all);
	rec_free(rec);
}

TEST(names_are_sorted_and_foreign_abis_marked)
{
	struct rec *rec = rec_new();

	rec_add_seen(rec, arch_find("x86_64"), 1, &(struct rec_seen){ "r", "/p", 1, 0 });
	rec_add_seen(rec, arch_find("x86_64"), 0, &(struct rec_seen){ "r", "/p", 1, 0 });
	rec_add_seen(rec, arch_find("x86_64"), 900, &(struct rec_seen){ "r", "/p", 1, 0 });
	rec_add_seen(rec, arch_find("x86"), 5, &(struct rec_seen){ "r", "/p", 1, 0 });
	scoped(freep) char *text = report(rec, "names", 0);

	if (arch_native() == arch_find("x86_64"))
		CHECK_STR(text, "call_900\nread\nwrite\nx86:open\n");
	rec_free(rec);
}
