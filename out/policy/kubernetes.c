/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file that a kubelet finds in its folder for profiles. It passes it to containerd or CRI-O,
 * which read OCI's `linux.seccomp` and do not know Docker's conditions on the container. With
 * --pod, the Pod that uses it.
 */
#include <errno.h>
#include "base/mem.h"
#include "diff/policies.h"
#include "out/escape.h"
#include "out/policy/oci.h"
#include "out/policy/pod.h"
#include "read/reader.h"

static int check(const struct wanted *w, struct err *e)
{
	if (w->pod && !pod_word_known(w->pod))
		return err_set(e, EINVAL, "unknown pod '%s'; write --pod, or --pod=annotation, RuntimeDefault or install", w->pod);
	if (w->pod && !w->name)
		return err_set(e, EINVAL, "--pod needs --name NAME, for the Pod and for the profile NAME.json on the node");
	if (w->name && !pod_name_valid(w->name))
		return pod_name_refuse(w->name, e);
	return 0;
}

static int emit(const struct shown *s, FILE *f, struct err *e)
{
	if (!s->wanted.pod)
		return oci_emit(s, f, e);
	pod_write(s, f);
	return 0;
}

static bool is_pod(const struct wanted *w, const char *word)
{
	return w->pod && streq(w->pod, word);
}

/* Clusters that ignore parts of the output. */
static void losses(const struct shown *s, struct strlist *ret)
{
	const struct target_version *t = targets_find(s->wanted.targets, "kubernetes");

	if (t && is_pod(&s->wanted, "annotation") && !target_before(t, 1, 27, 0))
		strlist_add(ret, "Kubernetes from 1.27 on ignores the annotation: the Pod would run without the profile; use --pod");
	if (t && (is_pod(&s->wanted, "") || is_pod(&s->wanted, "RuntimeDefault")) && target_before(t, 1, 19, 0))
		strlist_add(ret, "Kubernetes before 1.19 has no seccompProfile: the Pod would run without the profile; use --pod=annotation");
}

/* "a, b and 3 more": the calls with this change. */
static char *changed(const struct differences *all, enum change change)
{
	scoped(strlist_done) struct strlist calls = { 0 };
	const struct difference *d;
	struct buf b = { 0 };

	for (size_t i = 0; (d = difference_at(all, i)); i++)
		if (d->subject == SUBJECT_CALL && d->change == change)
			strlist_insert(&calls, d->call);
	strlist_print(&calls, 8, &b);
	return b.len ? buf_take(&b) : NULL;
}

/* What the policy allows and the runtime's own profile denies to a container. */
static char *compare_default(const struct policy *own, const struct policy *p)
{
	scoped(differences_freep) struct differences *all = policy_compare_known(own, p);
	scoped(freep) char *denied = changed(all, CHANGE_ADDED), *narrower = changed(all, CHANGE_WIDENED);

	if (denied)
		return xprintf("RuntimeDefault is not enough: Docker's default, which containerd's follows, denies %s", denied);
	if (narrower)
		return xprintf("RuntimeDefault is enough, unless the workload uses arguments that Docker's default, which containerd's "
			       "follows, denies: of %s", narrower);
	return xstrdup("RuntimeDefault is enough: Docker's default, which containerd's follows, denies nothing that the profile allows");
}

static void add_comparison(const struct policy *p, struct strlist *ret)
{
	scoped(policy_freep) struct policy *own = NULL;
	scoped(freep) char *line = NULL;
	struct parse_host host;
	struct err ignored;

	parse_host_here(&host);
	host.caps = DOCKER_CAPS;
	if (policy_read("docker-default", &host, &own, NULL, &ignored) < 0)
		return;
	line = compare_default(own, p);
	strlist_add(ret, line);
}

static void remarks(const struct shown *s, struct strlist *ret)
{
	if (!is_pod(&s->wanted, "RuntimeDefault"))
		oci_remarks(s, ret);
	else
		add_comparison(s->policy, ret);
	if (is_pod(&s->wanted, ""))
		strlist_add(ret, "'podman kube play' ignores seccompProfile; it reads the annotation (--pod=annotation)");
}

static void next(const struct shown *s, const char *path, struct buf *ret)
{
	scoped(freep) char *own = s->wanted.name ? xprintf("%s.json", s->wanted.name) : NULL;

	if (s->wanted.pod && !is_pod(&s->wanted, "install"))
		buf_adds(ret, "write the image into it, then kubectl apply -f ");
	else if (s->wanted.pod)
		buf_adds(ret, "kubectl apply -n kube-system -f ");
	else
		buf_adds(ret, "on every node, install -D -m 644 ");
	escape_shell(ret, path);
	if (!s->wanted.pod) {
		buf_adds(ret, " " KUBELET_FOLDER "/");
		escape_shell(ret, own ? own : base_name(path));
	}
}

const struct view view_policy_kubernetes = {
	.shows = SHOWS_POLICY,
	.name = "kubernetes",
	.suffix = ".json",
	.help = "profile for a kubelet, or with --pod a Pod that runs under it",
	.emit = emit,
	.container = true,
	.can = CAN_ARGS | CAN_ERRNO | CAN_REASONS,
	.actions = ANY_ACTION, .defaults = ANY_ACTION, .flags = ANY_FLAG,
	.takes = TAKES_NAME | TAKES_POD,
	.check = check, .losses = losses, .remarks = remarks, .next = next,
};
