/* SPDX-License-Identifier: Apache-2.0 */
/* Only part of sctrace-static, which runs in the root of any container. */
#include <nss.h>
#include <stddef.h>

/* Reads user names from the files there. glibc would load the modules in nsswitch.conf: libraries
 * of that root, made for another libc. */
__attribute__((constructor)) static void look_up_in_files(void)
{
	static const char *const databases[] = { "passwd", "group", "initgroups" };

	for (size_t i = 0; i < sizeof databases / sizeof *databases; i++)
		__nss_configure_lookup(databases[i], "files");
}
