/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are YAML or are refused; what is read is JSON that has no more than the bounds allow, and
 * each of its values is on a line of the text. */
#include <assert.h>
#include "base/mem.h"
#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static size_t count_values(const struct json_at *at, unsigned lines, unsigned depth)
{
	size_t count = 1;
	const char *key;
	json_t *value;

	assert(depth <= YAML_DEPTH_MAX + 2);
	/* a position costs a walk: not that of every value */
	if (count % 64 == 1 && depth < 4)
		assert(json_line(at) >= 1 && json_line(at) <= lines);
	json_object_foreach(at->value, key, value) {
		struct json_at one = json_member(at, key);

		count += count_values(&one, lines, depth + 1);
	}
	for (size_t i = 0; i < json_array_size(at->value); i++) {
		struct json_at one = json_element(at, i);

		count += count_values(&one, lines, depth + 1);
	}
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	scoped(freep) char *text = xmemdup((const char *)bytes, size);
	unsigned lines = 2;
	struct json_doc doc;
	struct err e = { "" };
	size_t documents = 0;
	int r = yaml_doc_read(&doc, "f", text, size, &documents, &e);

	assert(r == 0 || *e.text);
	if (r < 0)
		return 0;
	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n' || text[i] == '\r' || (unsigned char)text[i] == 0x85 || (unsigned char)text[i] == 0xa8 ||
			 (unsigned char)text[i] == 0xa9;
	struct json_at root = json_root(&doc);

	assert(count_values(&root, lines, 0) <= 2 * YAML_NODES_MAX + 2);
	assert(documents <= 1 || (json_is_array(doc.root) && json_array_size(doc.root) == documents));
	json_doc_done(&doc);
	return 0;
}
