/* SPDX-License-Identifier: Apache-2.0 */
#include "out/breach/places.h"

#include <string.h>
#include <unistd.h>
#include "base/mem.h"

/* A file in the working folder by its relative path, as reviewers of a checkout need it. */
static const char *in_folder(const char *file)
{
	scoped(freep) char *folder = getcwd(NULL, 0);
	size_t n = folder ? strlen(folder) : 0;

	return n && strncmp(file, folder, n) == 0 && file[n] == '/' ? file + n + 1 : file;
}

/* "<string>" is not a file. */
bool breach_has_source(const struct breach *b)
{
	return b->through && b->through->line && !strchr("<?", *b->through->library);
}

void breach_places(const struct breaches *all, const struct breach *b, struct sarif_result *r)
{
	struct sarif_place profile = {
		.file = breach_file(all, b), .line = b->place.line ? b->place.line : 1, .path = b->place.line ? b->place.path : "",
	};

	r->place = profile;
	if (!breach_has_source(b))
		return;
	r->place = (struct sarif_place){ .file = in_folder(b->through->library), .line = (unsigned)b->through->line, .path = "" };
	r->related = profile;
}
