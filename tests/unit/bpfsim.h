/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The kernel's answer: runs a classic BPF program for one call, by
 * the rules of seccomp(2) and the kernel's seccomp_check_filter().  It
 * knows only the instructions that are allowed there.
 */

/* False if the kernel would reject the program. */
bool bpfsim_run(const struct sock_filter *program, size_t len, const struct seccomp_data *, uint32_t *ret);

/* The strictest of two answers, as with two filters installed. */
uint32_t bpfsim_stricter(uint32_t a, uint32_t b);
