/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/json.h"

/*
 * Reading YAML from an untrusted source, into the same document as JSON: the YAML becomes JSON in
 * which every value begins on its line in the YAML, so that lines and paths of base/json.h apply to
 * the YAML.
 *
 * Plain scalars are null, booleans and numbers as in the core schema of YAML 1.2, and numbers also
 * as in Go's readers (0x1f, 0o17, 017, 0b1, 1_000); all others are strings, and so are keys. An
 * alias becomes a copy, on the line of the alias; "<<" merges. Errors are: syntax, a repeated key,
 * an alias without an anchor that ended before it, and exceeded limits: levels of nesting, nodes
 * (also those of aliases), anchors, keys of a mapping.
 */
enum { YAML_DEPTH_MAX = 100, YAML_NODES_MAX = 200000, YAML_ANCHORS_MAX = 256, YAML_KEYS_MAX = 5000 };

/* `path` is for messages. For several documents the root is an array; *ret_documents is their
 * number, without empty ones. */
int yaml_doc_read(struct json_doc *, const char *path, const char *text, size_t len, size_t *ret_documents, struct err *e);
