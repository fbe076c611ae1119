/* SPDX-License-Identifier: Apache-2.0 */
#include "app/stricter.h"

#include <errno.h>
#include "base/mem.h"
#include "diff/policies.h"
#include "out/view.h"
#include "policy/tighten.h"

/* Read the output as its consumer does. */
static int read_back(const struct layers *l, const struct parse_host *host, struct policy **ret, struct err *e)
{
	scoped(buf_done) struct buf text = { 0 };
	int r = view_text(view_find(SHOWS_POLICY, "docker"), &(struct shown){ .is = SHOWS_POLICY, .layers = l }, &text, e);

	return r < 0 ? r : policy_read_text("the result", buf_str(&text), host, ret, e);
}

/* For single containers, the base made stricter and the result for all must be equal. */
static int check_for(const struct layers *l, const struct profile *from, const struct parse_host *host,
		     const struct policy *denied, struct err *e)
{
	scoped(policy_freep) struct policy *base = NULL, *single = NULL, *all = NULL;
	scoped(differences_freep) struct differences *d = NULL;
	int r = policy_read_text(from->file, from->text, host, &base, e);

	r = r < 0 ? r : policy_tighten(base, denied, &single, e);
	r = r < 0 ? r : read_back(l, host, &all, e);
	if (r == 0)
		d = policy_compare(single, all);
	if (d && difference_at(d, 0))
		r = err_set(e, EOPNOTSUPP, "'%s' cannot be combined with the denials for all containers at once (%s); name the "
			    "container's capabilities with --cap", from->file, difference_at(d, 0)->call ? difference_at(d, 0)->call : "its default");
	return r;
}

int stricter_deny(struct layers *l, const struct profile *from, const struct parse_host *host, const struct policy *denied,
		  const struct policy *host_denied, struct err *e)
{
	struct parse_host every = *host, none = *host;
	int r = layers_tighten(l, denied, e);

	every.caps = ~(uint64_t)0;
	none.caps = 0;
	r = r < 0 ? r : check_for(l, from, host, host_denied, e);
	r = r < 0 ? r : check_for(l, from, &every, host_denied, e);
	return r < 0 ? r : check_for(l, from, &none, host_denied, e);
}
