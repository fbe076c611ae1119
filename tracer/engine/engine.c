/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/engine/engine.h"

#include "base/attr.h"

static const struct engine *const engines[] = { &engine_seccomp, &engine_syscall };

static const struct engine *find(const char *name)
{
	for (size_t i = 0; i < countof(engines); i++)
		if (streq(engines[i]->name, name))
			return engines[i];
	return NULL;
}

const struct engine *engine_choose(const struct tracer_opts *o)
{
	if (o->own_engine)
		return o->own_engine;
	if (o->gate)
		return &engine_gate;
	if (o->engine)
		return find(o->engine);
	return o->path ? &engine_seccomp : &engine_syscall;
}

const char *tracer_engine_name(size_t i)
{
	return i < countof(engines) ? engines[i]->name : NULL;
}

bool tracer_engine_attaches(const char *name)
{
	return find(name) && find(name)->attaches;
}
