/* SPDX-License-Identifier: Apache-2.0 */
#include "out/sarif.h"

#include "out/escape.h"

static void emit_message(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_open_inline(w, '{');
	jsonw_member(w, "text", text);
	jsonw_close(w, '}');
}

static void emit_plain(struct jsonw *w, const char *text)
{
	struct buf t = { 0 };

	escape_sarif(&t, text);
	emit_message(w, "message", buf_str(&t));
	buf_done(&t);
}

static void emit_rule(struct jsonw *w, const struct sarif_rule *rule)
{
	jsonw_open(w, '{');
	jsonw_member(w, "id", rule->id);
	emit_message(w, "shortDescription", rule->title);
	emit_message(w, "fullDescription", rule->explanation);
	emit_message(w, "help", rule->remedy);
	jsonw_key(w, "defaultConfiguration");
	jsonw_open_inline(w, '{');
	jsonw_member(w, "level", rule->level);
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

static void emit_uri(struct jsonw *w, const char *path)
{
	struct buf uri = { 0 };

	escape_uri(&uri, path);
	jsonw_member(w, "uri", buf_str(&uri));
	buf_done(&uri);
}

static void emit_locations(struct jsonw *w, const char *key, const struct sarif_place *r)
{
	if (!r->file)
		return;
	jsonw_key(w, key);
	jsonw_open(w, '[');
	jsonw_open(w, '{');
	jsonw_key(w, "physicalLocation");
	jsonw_open(w, '{');
	jsonw_key(w, "artifactLocation");
	jsonw_open_inline(w, '{');
	emit_uri(w, r->file);
	jsonw_close(w, '}');
	jsonw_key(w, "region");
	jsonw_open_inline(w, '{');
	jsonw_member_uint(w, "startLine", r->line);
	jsonw_close(w, '}');
	jsonw_close(w, '}');
	if (*r->path) {
		jsonw_key(w, "logicalLocations");
		jsonw_open_inline(w, '[');
		jsonw_open(w, '{');
		jsonw_member(w, "fullyQualifiedName", r->path);
		jsonw_close(w, '}');
		jsonw_close(w, ']');
	}
	jsonw_close(w, '}');
	jsonw_close(w, ']');
}

static void emit_driver(struct jsonw *w, const struct sarif_rule *(*next)(size_t i))
{
	const struct sarif_rule *rule;

	jsonw_key(w, "tool");
	jsonw_open(w, '{');
	jsonw_key(w, "driver");
	jsonw_open(w, '{');
	jsonw_member(w, "name", "sctrace");
	jsonw_member(w, "version", PACKAGE_VERSION);
	jsonw_key(w, "rules");
	jsonw_open(w, '[');
	for (size_t i = 0; (rule = next(i)); i++)
		emit_rule(w, rule);
	jsonw_close(w, ']');
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

void sarif_begin(struct jsonw *w, const struct sarif_rule *(*next)(size_t i))
{
	jsonw_open(w, '{');
	jsonw_member(w, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	jsonw_member(w, "version", "2.1.0");
	jsonw_key(w, "runs");
	jsonw_open(w, '[');
	jsonw_open(w, '{');
	emit_driver(w, next);
	jsonw_key(w, "results");
	jsonw_open(w, '[');
}

void sarif_result_begin(struct jsonw *w, const struct sarif_result *r)
{
	jsonw_open(w, '{');
	jsonw_member(w, "ruleId", r->id);
	jsonw_member_uint(w, "ruleIndex", r->rule);
	jsonw_member(w, "level", r->level);
	emit_plain(w, r->text);
	emit_locations(w, "locations", &r->place);
	emit_locations(w, "relatedLocations", &r->related);
	jsonw_key(w, "properties");
	jsonw_open_inline(w, '{');
}

void sarif_result_end(struct jsonw *w)
{
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

void sarif_end(struct jsonw *w, const char *read_for)
{
	jsonw_close(w, ']');
	if (read_for) {
		jsonw_key(w, "properties");
		jsonw_open_inline(w, '{');
		jsonw_member(w, "read_for", read_for);
		jsonw_close(w, '}');
	}
	jsonw_close(w, '}');
	jsonw_close(w, ']');
	jsonw_close(w, '}');
	jsonw_end(w);
}
