/* SPDX-License-Identifier: Apache-2.0 */
#include "app/installs.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/io.h"
#include "base/mem.h"

enum { FILE_MAX = 1 << 20 };

/* docker: JSON */

static int parse(const char *old, json_t **ret, struct err *e)
{
	json_error_t why;

	*ret = old && *old ? json_loads(old, JSON_REJECT_DUPLICATES, &why) : json_object();
	if (!*ret)
		return err_set(e, EINVAL, "%d:%d: not valid JSON: %s", why.line, why.column, why.text);
	if (json_is_object(*ret))
		return 0;
	json_decref(*ret);
	return err_set(e, EINVAL, "not a JSON object");
}

static int add_to_runtimes(json_t *root, const char *runtime, struct err *e)
{
	json_t *runtimes = json_object_get(root, "runtimes");

	if (!runtimes)
		json_object_set_new(root, "runtimes", runtimes = json_object());
	if (!json_is_object(runtimes))
		return err_set(e, EINVAL, "runtimes: not an object");
	return json_object_set_new(runtimes, "sctrace", json_pack("{s:s}", "path", runtime)) < 0 ?
	       err_set(e, EINVAL, "the path '%s' is not UTF-8", runtime) : 0;
}

static int merge_docker(const char *old, const char *runtime, char **ret, struct err *e)
{
	json_t *root;
	int r = parse(old, &root, e);

	if (r < 0)
		return r;
	r = add_to_runtimes(root, runtime, e);
	if (r == 0) {
		scoped(freep) char *text = json_dumps(root, JSON_INDENT(2));

		*ret = xprintf("%s\n", text);
	}
	json_decref(root);
	return r;
}

/* containerd: TOML, in which a table can be anywhere, but once */

/* The number behind "version =" at the begin of a line; 1 without one. */
static int toml_version(const char *text)
{
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		line += strspn(line, " \t");
		if (starts_with(line, "version") && line[strlen("version") + strspn(line + strlen("version"), " \t")] == '=')
			return atoi(strchr(line, '=') + 1);
	}
	return 1;
}

static char *containerd_lines(int version, const char *runtime)
{
	const char *plugin = version >= 3 ? "io.containerd.cri.v1.runtime" : "io.containerd.grpc.v1.cri";

	return xprintf("[plugins.\"%s\".containerd.runtimes.sctrace]\n"
		       "  runtime_type = \"io.containerd.runc.v2\"\n"
		       "  [plugins.\"%s\".containerd.runtimes.sctrace.options]\n"
		       "    BinaryName = \"%s\"\n", plugin, plugin, runtime);
}

static int merge_containerd(const char *old, const char *runtime, char **ret, struct err *e)
{
	int version = old && *old ? toml_version(old) : 2;
	scoped(freep) char *lines = containerd_lines(version, runtime);

	if (version < 2)
		return err_set(e, EINVAL, "it has no line 'version = 2', and in version 1 plugins have other names");
	if (old && strstr(old, lines))
		*ret = xstrdup(old);
	else if (old && strstr(old, ".runtimes.sctrace"))
		return err_set(e, EEXIST, "it has a runtime 'sctrace' already, which is another one");
	else
		*ret = xprintf("%s\n%s", old && *old ? old : "version = 2\n", lines);
	return 0;
}

/* podman: a file of its own */

static int merge_podman(maybe_unused const char *old, const char *runtime, char **ret, maybe_unused struct err *e)
{
	*ret = xprintf("[engine.runtimes]\nsctrace = [\"%s\"]\n", runtime);
	return 0;
}

static int merge_kubernetes(maybe_unused const char *old, maybe_unused const char *runtime, char **ret, maybe_unused struct err *e)
{
	*ret = xstrdup("apiVersion: node.k8s.io/v1\n"
		       "kind: RuntimeClass\n"
		       "metadata:\n"
		       "  name: sctrace\n"
		       "handler: sctrace\n"
		       "---\n"
		       "apiVersion: v1\n"
		       "kind: Pod\n"
		       "metadata:\n"
		       "  name: learn\n"
		       "spec:\n"
		       "  runtimeClassName: sctrace\n"
		       "  securityContext:\n"
		       "    seccompProfile:\n"
		       "      type: RuntimeDefault\n"
		       "  containers:\n"
		       "  - name: web\n"
		       "    image: nginx\n");
	return 0;
}

static const struct install installs[] = {
	{ .name = "docker", .what = "a runtime of Docker's", .root_file = "/etc/docker/daemon.json",
	  .user_file = "docker/daemon.json", .merge = merge_docker,
	  .then = "systemctl reload docker", .use = "docker run --runtime sctrace --name web nginx",
	  .undo = "take \"sctrace\" out of \"runtimes\" again" },
	{ .name = "containerd", .what = "a runtime of containerd's CRI plugin", .root_file = "/etc/containerd/config.toml",
	  .merge = merge_containerd, .then = "systemctl restart containerd",
	  .use = "'sctrace runtime install kubernetes', or without Kubernetes and this file: "
		 "ctr run --seccomp --runc-binary sctrace-runtime IMAGE web",
	  .undo = "take out the two tables of 'runtimes.sctrace' again" },
	{ .name = "podman", .what = "a runtime of Podman's", .root_file = "/etc/containers/containers.conf.d/sctrace.conf",
	  .user_file = "containers/containers.conf.d/sctrace.conf", .merge = merge_podman,
	  .use = "podman --runtime sctrace run --name web nginx", .undo = "remove the file" },
	{ .name = "kubernetes", .what = "objects of Kubernetes", .merge = merge_kubernetes,
	  .then = "on each node first: sctrace runtime install containerd --write",
	  .use = "sctrace runtime install kubernetes | kubectl apply -f -", .undo = "kubectl delete runtimeclass sctrace" },
};

const struct install *install_at(size_t i)
{
	return i < countof(installs) ? &installs[i] : NULL;
}

const char *install_word(size_t i, maybe_unused const void *data)
{
	return i < countof(installs) ? installs[i].name : NULL;
}

char *install_file(const struct install *in)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (geteuid() == 0 || !in->user_file)
		return in->root_file ? xstrdup(in->root_file) : NULL;
	if (config && *config == '/')
		return xprintf("%s/%s", config, in->user_file);
	return xprintf("%s/.config/%s", home ? home : "~", in->user_file);
}

int install_runtime(char **ret, struct err *e)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);

	if (n <= 0 || (size_t)n == sizeof path)
		return err_set(e, ENOENT, "cannot find out where sctrace is installed");
	path[n] = '\0';
	*ret = xprintf("%.*s-runtime", (int)n, path);
	if (access(*ret, X_OK) == 0)
		return 0;
	err_set(e, ENOENT, "there is no '%s': 'make install' makes this link to sctrace", *ret);
	free(take(*ret));
	return -ENOENT;
}

static int make_folder_of(const char *file, struct err *e)
{
	scoped(freep) char *part = xstrdup(file);

	for (char *slash = part + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return err_sys(e, "cannot make the folder '%s'", part);
		*slash = '/';
	}
	return 0;
}

static int put(const char *file, const char *text, bool replaces, struct err *e)
{
	struct io_out out;
	struct stat st;
	bool old = stat(file, &st) == 0;
	int r = io_create(&out, file, e);

	if (r < 0)
		return r;
	if (old && fchmod(fileno(out.file), st.st_mode & 0777) < 0) {
		io_abandon(&out);
		return err_sys(e, "cannot write '%s'", file);
	}
	fputs(text, out.file);
	out.keeps_old = replaces;
	return io_commit(&out, e);
}

/* What is kept there already is not ours to lose. */
static int check_old(const char *file, struct err *e)
{
	scoped(freep) char *old = io_old_name(file);

	return access(old, F_OK) < 0 ? 0 : err_set(e, EEXIST, "the content of '%s' is to be kept as '%s', which exists; move that away",
						   file, old);
}

int install_write(const struct install *in, const char *file, const char *runtime, enum installed *ret, struct err *e)
{
	scoped(freep) char *old = NULL, *text = NULL;
	size_t len;
	int r = access(file, F_OK) == 0 ? io_read_all(file, FILE_MAX, &old, &len, e) : make_folder_of(file, e);

	if (r < 0)
		return r;
	r = in->merge(old, runtime, &text, e);
	if (r < 0)
		return err_in(e, r, "%s", file);
	*ret = !old ? INSTALLED_NEW : streq(old, text) ? INSTALLED_ALREADY : INSTALLED_CHANGED;
	r = *ret == INSTALLED_CHANGED ? check_old(file, e) : 0;
	return r < 0 || *ret == INSTALLED_ALREADY ? r : put(file, text, old != NULL, e);
}
