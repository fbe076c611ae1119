/* SPDX-License-Identifier: Apache-2.0 */
#include "sysdb/clients.h"

#include <string.h>
#include "sysdb/sysdb.h"

enum daemon_id {
#define DAEMON(id, name, unseen, remedy) DAEMON_##id,
#define CLIENT(program, when, words, daemon)
#define SOCKET(end, daemon)
#include "sysdb/clients.def"
};

static const struct daemon daemons[] = {
#define DAEMON(id, name, unseen, remedy) { #id, name, unseen, remedy },
#define CLIENT(program, when, words, daemon)
#define SOCKET(end, daemon)
#include "sysdb/clients.def"
};

static const struct client {
	const char *program, *when, *words;
	enum daemon_id daemon;
} clients[] = {
#define DAEMON(id, name, unseen, remedy)
#define CLIENT(program, when, words, daemon) { program, when, words, DAEMON_##daemon },
#define SOCKET(end, daemon)
#include "sysdb/clients.def"
};

static const struct { const char *end; enum daemon_id daemon; } sockets[] = {
#define DAEMON(id, name, unseen, remedy)
#define CLIENT(program, when, words, daemon)
#define SOCKET(end, daemon) { end, DAEMON_##daemon },
#include "sysdb/clients.def"
};

const char *client_at(size_t i)
{
	return i < countof(clients) ? clients[i].program : NULL;
}

/* The index of the subcommand; 0: none. A word that is not an option is the subcommand, or the
 * value of the option before it: which options have one is unknown. */
static size_t find_word(const struct client *c, const char *const *argv)
{
	bool after_option = false;

	for (size_t i = 1; argv[0] && argv[i]; i++) {
		bool option = *argv[i] == '-';

		if (!*c->words || (!option && list_has(c->words, argv[i])))
			return i;
		if (!option && !after_option)
			return 0;
		after_option = option && !strchr(argv[i], '=');
	}
	return 0;
}

/* After the subcommand the same letters have another meaning. */
static bool is_given(const char *option, const char *const *argv, size_t word)
{
	size_t len = strlen(option);

	for (size_t i = 1; i < word; i++)
		if (option[len - 1] == '=' ? starts_with(argv[i], option) : streq(argv[i], option))
			return true;
	return false;
}

static bool holds(const struct client *c, const char *const *argv, size_t at, client_has_variable_fn *has, void *self)
{
	const char *list = c->when;
	char word[64];

	if (!list)
		return true;
	while (list_next(&list, word, sizeof word))
		if (*word == '$' ? has(self, word + 1) : is_given(word, argv, at))
			return true;
	return false;
}

static const struct client *find(const char *path)
{
	for (size_t i = 0; i < countof(clients); i++)
		if (streq(clients[i].program, base_name(path)))
			return &clients[i];
	return NULL;
}

bool client_is(const char *path)
{
	return find(path) != NULL;
}

const struct daemon *client_daemon(const char *path, const char *const *argv, client_has_variable_fn *has, void *self)
{
	const struct client *c = find(path);
	size_t at = c ? find_word(c, argv) : 0;

	if (!c || (*c->words && !at) || !holds(c, argv, at, has, self))
		return NULL;
	return &daemons[c->daemon];
}

const struct daemon *client_socket(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < countof(sockets); i++) {
		size_t end = strlen(sockets[i].end);

		if (len > end && streq(path + len - end, sockets[i].end))
			return &daemons[sockets[i].daemon];
	}
	return NULL;
}
