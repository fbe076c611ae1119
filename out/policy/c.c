/* SPDX-License-Identifier: Apache-2.0 */
/* The filter in a header for C and C++, with a function that installs it. */
#include <errno.h>
#include <inttypes.h>
#include <linux/seccomp.h>
#include "base/mem.h"
#include "out/escape.h"
#include "out/policy/words.h"
#include "out/view.h"
#include "policy/compile.h"
#include "policy/judge.h"

/* What a compiler defines where the ABI is its own. */
static const struct { const char *arch, *defined; } machines[] = {
	{ "x86_64", "defined __x86_64__ && !defined __ILP32__" },
	{ "x86", "defined __i386__" },
	{ "x32", "defined __x86_64__ && defined __ILP32__" },
	{ "aarch64", "defined __aarch64__" },
	{ "arm", "defined __arm__" },
	{ "riscv64", "defined __riscv && __riscv_xlen == 64" },
	{ "mips", "defined __mips__ && defined __MIPSEB__ && _MIPS_SIM == _ABIO32" },
	{ "mipsel", "defined __mips__ && defined __MIPSEL__ && _MIPS_SIM == _ABIO32" },
	{ "mips64", "defined __mips__ && defined __MIPSEB__ && _MIPS_SIM == _ABI64" },
	{ "mipsel64", "defined __mips__ && defined __MIPSEL__ && _MIPS_SIM == _ABI64" },
	{ "mips64n32", "defined __mips__ && defined __MIPSEB__ && _MIPS_SIM == _ABIN32" },
	{ "mipsel64n32", "defined __mips__ && defined __MIPSEL__ && _MIPS_SIM == _ABIN32" },
	{ "parisc", "defined __hppa__ && !defined __LP64__" },
	{ "parisc64", "defined __hppa__ && defined __LP64__" },
	{ "ppc", "defined __powerpc__ && !defined __powerpc64__" },
	{ "ppc64", "defined __powerpc64__ && defined __BIG_ENDIAN__" },
	{ "ppc64le", "defined __powerpc64__ && defined __LITTLE_ENDIAN__" },
	{ "s390", "defined __s390__ && !defined __s390x__" },
	{ "s390x", "defined __s390x__" },
};

static const char *defined_on(const struct arch *arch)
{
	for (size_t i = 0; i < countof(machines); i++)
		if (streq(machines[i].arch, arch->name))
			return machines[i].defined;
	return "0";
}

/* "(...) || (...)" for each that the filter does not kill. */
static void print_check(const struct policy *p, FILE *f)
{
	const struct arch *arch;
	const char *before = "#if !(";

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (policy_covers(p) & ARCH_BIT(arch)) {
			fprintf(f, "%s(%s)", before, defined_on(arch));
			before = " || \\\n      ";
		}
	fputs(")\n#error \"this filter kills every program of the ABI that is compiled for\"\n#endif\n\n", f);
}

static void print_rules(const struct policy *p, FILE *f)
{
	const struct rule *rule;

	fputs("/*\n", f);
	for (size_t i = 0; (rule = policy_rule(p, i)); i++) {
		scoped(buf_done) struct buf line = { 0 };

		words_rule(&line, rule);
		fputs(" * ", f);
		escape_put(f, buf_str(&line), escape_comment);
		fputc('\n', f);
	}
	scoped(buf_done) struct buf rest = { 0 };

	words_verdict(&rest, policy_default(p));
	fprintf(f, " * %s everything else\n */\n", buf_str(&rest));
}

static const char *const head =
	"#include <errno.h>\n"
	"#include <linux/filter.h>\n"
	"#include <linux/seccomp.h>\n"
	"#include <sys/prctl.h>\n";

static const char *const head_with_flags =
	"#include <sys/syscall.h>\n"
	"#include <unistd.h>\n"
	"#ifndef __cplusplus\n"
	"extern long syscall(long number, ...);	/* hidden by -std=c99 */\n"
	"#endif\n";

static void print_install(const char *name, unsigned flags, FILE *f)
{
	fprintf(f,
		"/* Puts the filter on the calling thread, for good; what it executes and its child processes inherit it. 0, or -1\n"
		" * with errno. A thread without CAP_SYS_ADMIN gives up new privileges (setuid programs) for it. */\n"
		"__attribute__((__unused__)) static int %s_install(void)\n"
		"{\n"
		"\tconst struct sock_fprog program = {\n"
		"\t\tsizeof %s_filter / sizeof %s_filter[0], (struct sock_filter *)%s_filter\n"
		"\t};\n\n", name, name, name, name);
	if (flags)
		fprintf(f, "\tif (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0x%xul, &program) >= 0)\n", flags);
	else
		fputs("\tif (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0)\n", f);
	fputs("\t\treturn 0;\n"
	      "\tif (errno != EACCES || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)\n"
	      "\t\treturn -1;\n", f);
	if (flags)
		fprintf(f, "\treturn syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0x%xul, &program) >= 0 ? 0 : -1;\n}\n\n", flags);
	else
		fputs("\treturn prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);\n}\n\n", f);
}

static void print_code(const char *name, const struct sock_filter *code, size_t len, FILE *f)
{
	fprintf(f, "static const struct sock_filter %s_filter[] = {\n", name);
	for (size_t i = 0; i < len; i++)
		fprintf(f, "\t{ 0x%02x, %u, %u, 0x%08" PRIx32 " },\n", code[i].code, code[i].jt, code[i].jf, code[i].k);
	fputs("};\n\n", f);
}

/* Letters, digits and underscores, and no digit first. */
static bool is_identifier(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

	return *name && strchr(letters, *name) && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") ==
		strlen(name);
}

static int check(const struct wanted *w, struct err *e)
{
	if (!w->name || is_identifier(w->name))
		return 0;
	return err_set(e, EINVAL, "'%s' cannot be a name in C: give --name letters, digits and underscores", w->name);
}

static const char *name_of(const struct shown *s)
{
	return s->wanted.name ? s->wanted.name : "sctrace";
}

static void next(const struct shown *s, const char *path, struct buf *ret)
{
	buf_adds(ret, "#include ");
	buf_add_quoted(ret, path, true);
	buf_addf(ret, " and call %s_install()", name_of(s));
}

static int emit(const struct shown *s, FILE *f, struct err *e)
{
	scoped(compiled_freep) struct compiled *filter = NULL;
	const char *name = name_of(s);
	size_t len;
	int r = policy_compile(s->policy, &filter, e);

	if (r < 0)
		return r;
	const struct sock_filter *code = compiled_code(filter, &len);

	fprintf(f, "/* A seccomp filter for C and C++: call %s_install(). */\n", name);
	fprintf(f, "#ifndef %s_SECCOMP_FILTER\n#define %s_SECCOMP_FILTER\n", name, name);
	print_check(s->policy, f);
	fputs(head, f);
	if (compiled_flags(filter))
		fputs(head_with_flags, f);
	fputc('\n', f);
	print_rules(s->policy, f);
	print_code(name, code, len, f);
	print_install(name, compiled_flags(filter), f);
	fputs("#endif\n", f);
	return 0;
}

const struct view view_policy_c = {
	.shows = SHOWS_POLICY,
	.name = "c",
	.suffix = ".h",
	.help = "a header for C and C++ with a function that installs the filter",
	.emit = emit,
	.can = CAN_ARGS | CAN_PER_ARCH | CAN_ERRNO | CAN_UNNAMED | CAN_REASONS,
	.actions = ANY_ACTION & ~ACTION_BIT(ACT_NOTIFY), .defaults = ANY_ACTION & ~ACTION_BIT(ACT_NOTIFY),
	.flags = POLICY_LOG | POLICY_SPEC_ALLOW | POLICY_TSYNC,
	.takes = TAKES_NAME,
	.check = check, .next = next,
};
