/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that hand work to a daemon. */
#include "base/attr.h"
#include "sysdb/clients.h"
#include "tests/unit/tap.h"

static bool has_host(void *self, const char *name)
{
	return self && streq(name, "CONTAINER_HOST");
}

TEST(a_client_is_recognized_by_its_subcommand)
{
	static const struct { const char *words[8]; const char *daemon; bool host; } rows[] = {
		{ { "docker", "run", "x" }, "docker", false },       { { "/usr/bin/docker", "-H", "tcp://x", "run" }, "docker", false },
		{ { "docker", "--host=x", "compose", "up" }, "docker", false }, { { "docker", "ps" }, "", false },
		{ { "docker", "inspect", "run" }, "", false },       { { "docker" }, "", false },
		{ { "docker", "--version" }, "", false },            { { "dockerd", "run" }, "", false },
		{ { "podman", "run", "x" }, "", false },             { { "podman", "--remote", "run", "x" }, "podman", false },
		{ { "podman", "--url=ssh://x", "exec" }, "podman", false }, { { "podman", "run", "-c", "512", "x" }, "", false },
		{ { "podman", "run", "x" }, "podman", true },        { { "podman-remote", "build", "." }, "podman", false },
		{ { "nerdctl", "-n", "k8s.io", "run" }, "containerd", false }, { { "ctr", "-a", "x", "task", "start" }, "containerd", false },
		{ { "kubectl", "-n", "default", "exec", "pod" }, "kubernetes", false }, { { "kubectl", "get", "pods" }, "", false },
		{ { "systemd-run", "--scope", "x" }, "systemd", false }, { { "systemctl", "--user", "start", "x" }, "systemd", false },
		{ { "systemctl", "status", "start" }, "", false },   { { "at", "now" }, "jobs", false }, { { "batch" }, "jobs", false },
		{ { "crontab", "-" }, "jobs", false },               { { "runc", "run", "x" }, "", false },
		{ { "crun", "run", "x" }, "", false },               { { "service", "x", "start" }, "", false },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		const struct daemon *d = client_daemon(rows[i].words[0], rows[i].words, has_host, rows[i].host ? &(int){ 1 } : NULL);

		CHECK_FOR(streq(d ? d->id : "", rows[i].daemon), "%s, row %zu: %s", rows[i].words[0], i, d ? d->id : "none");
	}
	for (size_t i = 1; client_at(i); i++)
		CHECK_FOR(strcmp(client_at(i - 1), client_at(i)) < 0, "%s", client_at(i));
}

TEST(a_socket_of_a_daemon_is_recognized_by_the_end_of_its_path)
{
	CHECK_STR(client_socket("/var/run/docker.sock")->id, "docker");
	CHECK_STR(client_socket("/run/user/1000/podman/podman.sock")->id, "podman");
	CHECK_STR(client_socket("/run/systemd/private")->id, "systemd");
	CHECK(!client_socket("/run/user/1000/bus") && !client_socket("") && !client_socket("docker.sock") && !client_socket("/docker.sock/x"));
	CHECK(!client_socket("/run/nscd/socket") && !client_socket("/run/systemd/notify"));
}
