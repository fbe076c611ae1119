/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/engine/engine.h"

#include "base/attr.h"

static const struct engine *const engines[] = { &engine_seccomp, &engine_syscall };

const struct engine *engine_find(const char *name)
{
	for (size_t i = 0; i < countof(engines); i++)
		if (streq(engines[i]->name, name))
			return engines[i];
	return NULL;
}

const char *tracer_engine_name(size_t i)
{
	return i < countof(engines) ? engines[i]->name : NULL;
}

bool tracer_engine_attaches(const char *name)
{
	return engine_find(name) && engine_find(name)->attaches;
}
