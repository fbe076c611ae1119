/* SPDX-License-Identifier: Apache-2.0 */
#include "app/vocabulary.h"

#include "read/reader.h"
#include "rec/spots.h"
#include "sysdb/action.h"
#include "sysdb/arch.h"
#include "sysdb/sysdb.h"

enum { ERRNO_PAST = 4095 };

const char *vocabulary_arch(size_t i, maybe_unused const void *data)
{
	return arch_at(i) ? arch_at(i)->name : NULL;
}

const char *vocabulary_call(size_t i, maybe_unused const void *data)
{
	return sysdb_at(i) ? sysdb_at(i)->name : NULL;
}

const char *vocabulary_cap(size_t i, maybe_unused const void *data)
{
	static const char *const sets[] = { "all", "current", "docker", "none", "podman" };

	return i < countof(sets) ? sets[i] : cap_name(i - countof(sets));
}

const char *vocabulary_family(size_t i, maybe_unused const void *data)
{
	static char spelt[80];
	const char *family = family_at(i);

	snprintf(spelt, sizeof spelt, "%s-family", family ? family : "");
	return family ? spelt : NULL;
}

const char *vocabulary_denial(size_t i, maybe_unused const void *data)
{
	size_t families = 0;

	while (family_at(families))
		families++;
	return i < families ? vocabulary_family(i, NULL) : vocabulary_call(i - families, NULL);
}

const char *vocabulary_errno(size_t i, maybe_unused const void *data)
{
	for (int n = 1; n < ERRNO_PAST; n++)
		if (errno_name(n) && i-- == 0)
			return errno_name(n);
	return NULL;
}

const char *vocabulary_reader(size_t i, maybe_unused const void *data)
{
	return reader_at(i) ? reader_at(i)->name : NULL;
}

const char *vocabulary_spot(size_t i, maybe_unused const void *data)
{
	return spot_at(i) ? spot_at(i)->kind : NULL;
}
