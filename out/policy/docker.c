/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Docker's profile: OCI's `linux.seccomp`, and rules that depend on the container.  dockerd before 23 ignores
 * defaultErrnoRet.
 */
#include "out/escape.h"
#include "out/policy/oci.h"
#include "read/layers.h"

/* Each rule with its condition on the container. */
static void write_layers(const struct layers *l, bool reasons, FILE *f)
{
	struct jsonw w = { .file = f };

	jsonw_open(&w, '{');
	jsonw_members(&w, l->head);
	jsonw_key(&w, "syscalls");
	jsonw_open(&w, '[');
	for (size_t k = 0; k < l->count; k++)
		oci_write_entries(&w, l->items[k].policy, l->items[k].guard, reasons);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	jsonw_end(&w);
}

static int emit(const struct shown *s, FILE *f, struct err *e)
{
	if (!s->layers)
		return oci_emit(s, f, e);
	write_layers(s->layers, s->verbose, f);
	return 0;
}

static void next(const struct shown *s, const char *path, struct buf *ret)
{
	buf_adds(ret, s->wanted.podman ? "podman" : "docker");
	buf_adds(ret, " run --security-opt seccomp=");
	escape_shell(ret, path);
	buf_adds(ret, " IMAGE");
}

const struct view view_policy_docker = {
	.shows = SHOWS_POLICY,
	.name = "docker",
	.suffix = ".json",
	.help = "profile for docker, podman and nerdctl (--security-opt seccomp=FILE)",
	.emit = emit,
	.container = true,
	.can = CAN_ARGS | CAN_ERRNO | CAN_REASONS | CAN_LAYERS,
	.actions = ANY_ACTION, .defaults = ANY_ACTION, .flags = ANY_FLAG,
	.remarks = oci_remarks, .next = next,
};
