/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a profile in Docker's format can depend on: the capabilities of a container and the kernel.
 * The machine is arch_native().
 */
struct parse_host {
	uint64_t caps;			/* effective capabilities, one bit each */
	unsigned kernel[2];		/* major, minor */
};

void parse_host_here(struct parse_host *);	/* those of this process */

/* What the rules of a profile can depend on, one bit each. */
enum { HOST_CAPS = 1 << 0, HOST_KERNEL = 1 << 1, HOST_ARCH = 1 << 2 };

/* The default capabilities of a Docker container. */
#define DOCKER_CAPS ((uint64_t)0xa80425fb)
#define PODMAN_CAPS ((uint64_t)0x800405fb)		/* the same for Podman, since 4.0 */

/* The installed version of systemd, from the name of its library; 0: not found. */
unsigned host_systemd(void);

/* "CAP_SYS_ADMIN" as a bit of `caps`; false: unknown. */
bool cap_find(const char *name, uint64_t *ret_bit);
const char *cap_name(size_t i);			/* NULL past the end */

/* "5.10", nothing longer: dockerd's `minKernel`. */
bool kernel_find(const char *text, unsigned ret[static 2]);

