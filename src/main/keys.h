/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The two kinds of keys of a shop. The suppression key never changes: the hashes of people and of suppressed addresses are
 * made with it, and a database under another key would mail people who said no. The link keys are a ring: the newest signs,
 * all verify. They come from the environment, or from DATA/keys (mode 0600), where they are made when the folder is new. */
#ifndef REKINDLE_MAIN_KEYS_H
#define REKINDLE_MAIN_KEYS_H

#include <stdbool.h>

#include "base/hash.h"
#include "core/token.h"

struct config;

/* "64 hex digits". RC_INVALID otherwise. */
enum rc keys_read_suppression(struct str text, struct hash_key *out);
/* "NUMBER:64 hex digits", more of them after commas or line ends; numbers 1 to 255, each once, at most TOKEN_KEYS_MAX. */
enum rc keys_read_links(struct str text, struct token_keys *out);

struct keys {
    struct hash_key suppression;
    struct token_keys links;
};
/* From the configuration or `folder`/keys; a file that is missing is made when `may_create`. RC_NOT_FOUND,
 * RC_CORRUPT or RC_IO with a sentence in *why. */
enum rc keys_load(const struct config *config, const char *folder, bool may_create, struct arena *arena,
                  struct keys *out, struct str *why);
/* What the database keeps of the suppression key: 16 hex digits that tell two keys apart and give none away. */
struct str keys_fingerprint(const struct hash_key *suppression, struct arena *arena);

/* Both files' names below a data folder. */
#define KEYS_FOLDER "keys"
#define KEYS_SUPPRESSION_FILE "keys/suppression.key"
#define KEYS_LINKS_FILE "keys/link.keys"

#endif
