/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/keys.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/rand.h"
#include "main/config.h"
#include "main/file.h"

enum { KEY_FILE_MAX_BYTES = 4096 };

enum rc keys_read_suppression(struct str text, struct hash_key *out)
{
    return hash_from_hex(str_trim(text), out->bytes, sizeof out->bytes);
}

static enum rc read_link(struct str line, struct token_keys *out)
{
    struct str hex = str_trim(line), number = str_cut(&hex, ':');
    int64_t id;
    if (out->count == TOKEN_KEYS_MAX || str_is_none(hex) || str_to_i64(number, &id) != RC_OK || id < 1 || id > 255)
        return RC_INVALID;
    for (size_t i = 0; i < out->count; i++)
        if (out->keys[i].id == (uint8_t)id)
            return RC_INVALID;
    out->keys[out->count].id = (uint8_t)id;
    enum rc rc = hash_from_hex(str_trim(hex), out->keys[out->count].key.bytes, HASH_BYTES);
    if (rc == RC_OK)
        out->count++;
    return rc;
}

enum rc keys_read_links(struct str text, struct token_keys *out)
{
    *out = (struct token_keys){.count = 0};
    struct str lines = str_trim(text);
    while (!str_is_none(lines)) {
        struct str line = str_cut(&lines, '\n');
        while (!str_is_none(line)) {
            enum rc rc = read_link(str_cut(&line, ','), out);
            if (rc != RC_OK)
                return rc;
        }
    }
    return out->count > 0 ? RC_OK : RC_INVALID;
}

struct place {
    const char *folder, *path; /* DATA/keys and the file in it */
    bool may_create;
};

/* A fresh key file; `before` stands ahead of the hex digits. */
static enum rc create(const char *path, const char *before, struct arena *arena)
{
    uint8_t bytes[HASH_BYTES];
    rand_bytes(bytes, sizeof bytes);
    struct str hex = hash_to_hex(bytes, sizeof bytes, arena);
    return file_create(path, arena_printf(arena, "%s%.*s\n", before, STR_ARG(hex)), 0600);
}

/* The text of a key: the variable's, else the file's, else a new one when `may_create`. RC_NOT_FOUND when there is none. */
static enum rc find_text(const struct config *config, enum config_key key, const struct place *place,
                         struct arena *arena, struct str *text)
{
    *text = config_text(config, key);
    if (!str_is_none(*text))
        return RC_OK;
    enum rc rc = file_read(place->path, KEY_FILE_MAX_BYTES, arena, text);
    if (rc != RC_NOT_FOUND || !place->may_create)
        return rc;
    if (mkdir(place->folder, 0700) != 0 && errno != EEXIST)
        return RC_IO;
    rc = create(place->path, key == CONFIG_LINK_KEYS ? "1:" : "", arena);
    return rc == RC_OK ? file_read(place->path, KEY_FILE_MAX_BYTES, arena, text) : RC_IO;
}

static enum rc fault(enum rc rc, const char *path, enum config_key key, struct arena *arena, struct str *why)
{
    const char *name = CONFIG_VARIABLES[key].name;
    if (rc == RC_NOT_FOUND)
        *why =
            arena_printf(arena,
                         "%s is missing, but the data folder has a database that was made with it: put the file back "
                         "from a backup, or set %s",
                         path, name);
    else if (rc == RC_IO)
        *why = arena_printf(arena, "cannot read or make %s: %s", path, strerror(errno));
    else
        *why = arena_printf(arena, "%s does not hold a key: it must be %s", path, CONFIG_VARIABLES[key].rule);
    return rc;
}

enum rc keys_load(const struct config *config, const char *folder, bool may_create, struct arena *arena,
                  struct keys *out, struct str *why)
{
    struct place place = {.folder = arena_printf(arena, "%s/" KEYS_FOLDER, folder).ptr, .may_create = may_create};
    struct str text;
    place.path = arena_printf(arena, "%s/" KEYS_SUPPRESSION_FILE, folder).ptr;
    enum rc rc = find_text(config, CONFIG_SUPPRESSION_KEY, &place, arena, &text);
    if (rc == RC_OK && keys_read_suppression(text, &out->suppression) != RC_OK)
        rc = RC_CORRUPT;
    if (rc != RC_OK)
        return fault(rc, place.path, CONFIG_SUPPRESSION_KEY, arena, why);
    place.path = arena_printf(arena, "%s/" KEYS_LINKS_FILE, folder).ptr;
    rc = find_text(config, CONFIG_LINK_KEYS, &place, arena, &text);
    if (rc == RC_OK && keys_read_links(text, &out->links) != RC_OK)
        rc = RC_CORRUPT;
    return rc == RC_OK ? RC_OK : fault(rc, place.path, CONFIG_LINK_KEYS, arena, why);
}

struct str keys_fingerprint(const struct hash_key *suppression, struct arena *arena)
{
    struct str hex = hash_hmac_hex(suppression, STR("rekindle suppression key fingerprint"), arena);
    return (struct str){hex.ptr, 16};
}
