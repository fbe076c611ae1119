/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/profile.h"

#include "base/log.h"
#include "policy/compile.h"

int profile_load(const char *path, const struct parse_host *host, struct policy **ret, struct err *e)
{
	struct strlist warnings = { 0 };
	struct parse_host here;
	int r;

	parse_host_here(&here);
	r = policy_parse_oci(path, host ? host : &here, ret, &warnings, e);
	for (size_t i = 0; i < warnings.count; i++)
		log_warning("%s: %s", path, warnings.items[i]);
	strlist_done(&warnings);
	return r;
}

void profile_fit(const char *path, struct policy *p)
{
	struct strlist calls = { 0 };
	struct buf others = { 0 };

	policy_fit(p, &calls);
	if (calls.count > 1)
		buf_addf(&others, " and %zu more", calls.count - 1);
	if (calls.count)
		log_warning("%s: '%s'%s: unknown to libseccomp %s, so the rule has no effect on other ABIs than %s",
			    path, calls.items[0], buf_str(&others), libseccomp_version(), arch_native()->name);
	buf_done(&others);
	strlist_done(&calls);
}
