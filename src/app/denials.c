/* SPDX-License-Identifier: Apache-2.0 */
#include "app/denials.h"

#include <errno.h>
#include <string.h>
#include "base/mem.h"
#include "app/usage.h"

static bool refuses(enum action a)
{
	return a != ACT_ALLOW && a != ACT_NOTIFY && a != ACT_TRACE;
}

const char *denial_action(size_t i, maybe_unused const void *data)
{
	for (size_t a = 0; a < ACT_COUNT; a++)
		if (refuses((enum action)a) && i-- == 0)
			return action_info((enum action)a)->name;
	return NULL;
}

static int read_errno(const char *word, uint16_t *ret, struct err *e)
{
	int error = errno_find(word);

	if (error < 0)
		return usage_error(e, "unknown errno '%s'; write a name such as EACCES, or a number up to 4094", word);
	if (error == 0)
		return usage_error(e, "with errno 0 a denied call would seem to succeed");
	*ret = (uint16_t)error;
	return 0;
}

static int read_action(const char *word, enum action *ret, struct err *e)
{
	if (!action_find(word, ret))
		return usage_error(e, "unknown action '%s'; 'sctrace list actions' prints them", word);
	if (!refuses(*ret))
		return usage_error(e, "the action '%s' denies nothing by itself", word);
	return 0;
}

/* Options that apply to all words can be given once. */
static int only_one(const struct strlist *values, const char *option, const char *example, const char **ret,
		    struct err *e)
{
	if (values->count > 1)
		return usage_error(e, "%s is given more than once; write --deny WORD:%s to deny one word in another way",
				   option, example);
	*ret = values->count ? values->items[0] : NULL;
	return 0;
}

static int read_for_all(struct denials *d, const struct strlist *actions, const struct strlist *errnos, struct err *e)
{
	const char *action = NULL, *error = NULL;
	int r = only_one(actions, "--action", "kill-process", &action, e);

	r = r < 0 ? r : only_one(errnos, "--errno", "EROFS", &error, e);
	d->given = action || error;
	d->verdict = (struct verdict){ ACT_ERRNO, EPERM };
	if (r == 0 && error)
		r = read_errno(error, &d->verdict.data, e);
	if (r == 0 && action)
		r = read_action(action, &d->verdict.action, e);
	if (r < 0 || d->verdict.action == ACT_ERRNO)
		return r;
	if (error)
		return usage_error(e, "--errno has no effect with --action %s", action);
	d->verdict.data = 0;
	return 0;
}

/* HOW is an action if it is the name of one, otherwise an errno. */
static int read_how(const char *how, struct verdict *ret, struct err *e)
{
	*ret = (struct verdict){ ACT_ERRNO, EPERM };
	if (!action_find(how, &ret->action))
		return read_errno(how, &ret->data, e);
	if (ret->action != ACT_ERRNO)
		ret->data = 0;
	return read_action(how, &ret->action, e);
}

/* "mount-family:EROFS": leaves the word. */
static int read_own(struct denials *d, struct strlist *words, size_t i, struct err *e)
{
	char *colon = strchr(words->items[i], ':');

	if (!colon)
		return 0;
	*colon = '\0';
	d->own[i] = &d->verdicts[i];
	return read_how(colon + 1, &d->verdicts[i], e);
}

static int check_twice(const struct denials *d, const struct strlist *words, struct err *e)
{
	for (size_t i = 0; i < words->count; i++)
		for (size_t k = 0; k < i; k++)
			if (streq(words->items[i], words->items[k]) && (d->own[i] || d->own[k]) &&
			    !(d->own[i] && d->own[k] && verdict_equal(*d->own[i], *d->own[k])))
				return usage_error(e, "'%s' is denied twice, in different ways", words->items[i]);
	return 0;
}

int denials_read(struct denials *d, struct strlist *words, const struct strlist *actions, const struct strlist *errnos,
		 struct err *e)
{
	int r = read_for_all(d, actions, errnos, e);

	d->verdicts = xcalloc(words->count + 1, sizeof *d->verdicts);
	d->own = xcalloc(words->count + 1, sizeof *d->own);
	for (size_t i = 0; r == 0 && i < words->count; i++)
		r = read_own(d, words, i, e);
	return r < 0 ? r : check_twice(d, words, e);
}

void denials_done(struct denials *d)
{
	free(d->verdicts);
	free(d->own);
}
