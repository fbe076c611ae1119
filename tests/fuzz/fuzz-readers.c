/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are read by any reader or are refused, as a profile to apply and as one to judge; each rule
 * and each remark has a place. The first byte is the reader, past the last one: by the content. */
#include <assert.h>
#include "base/mem.h"
#include "read/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_place(const struct profile *f, const struct place *place)
{
	assert(place->line >= 1 && place->path && profile_file(f, place));
}

static void read_as(const char *text, const struct read_opts *how)
{
	scoped(profile_freep) struct profile *f = NULL;
	struct err e = { "" };
	int r = profile_read_text("f", text, how, &f, &e);
	const struct rule *rule;

	assert((r == 0) == (f != NULL) && (r == 0 || *e.text));
	if (r < 0)
		return;
	check_place(f, profile_place(f, NULL));
	for (size_t i = 0; (rule = policy_rule(f->policy, i)); i++)
		check_place(f, &rule->from);
	for (size_t i = 0; i < f->name_count; i++)
		assert(f->names[i].rule < f->rule_count && f->names[i].place.line);
	for (size_t i = 0; i < f->remark_count; i++)
		assert(f->remarks[i].place.line && f->remarks[i].word);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const struct parse_host host = { .caps = DOCKER_CAPS, .kernel = { 6, 1 } };
	struct read_opts how = { .host = &host };
	size_t count = 0;

	if (size == 0)
		return 0;
	while (reader_at(count))
		count++;
	how.as = reader_at((bytes[0] - '0') % (count + 1));
	scoped(freep) char *text = xmemdup((const char *)bytes + 1, size - 1);

	how.use = READ_TO_APPLY;
	read_as(text, &how);
	how.use = READ_TO_JUDGE;
	read_as(text, &how);
	return 0;
}
