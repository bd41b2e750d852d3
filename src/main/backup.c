/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* FILE.keys has one line for each key that lay in the data folder: "suppression_key HEX", "link_keys NUMBER:HEX,...". */
#include "main/backup.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "main/file.h"
#include "main/keys.h"
#include "main/wire.h"

enum { KEYS_MAX_BYTES = 8192 };

static bool is_in_folder(const struct wired *wired, enum config_key key)
{
    return str_is_none(config_text(wired->config, key));
}

static struct str links_text(const struct token_keys *keys, struct arena *arena)
{
    struct str text = STR_NONE;
    for (size_t i = 0; i < keys->count; i++)
        text = arena_printf(arena, "%.*s%s%u:%.*s", STR_ARG(text), i ? "," : "", keys->keys[i].id,
                            STR_ARG(hash_to_hex(keys->keys[i].key.bytes, HASH_BYTES, arena)));
    return text;
}

/* The keys that lie in the folder; those that come from the environment are named as missing. */
static enum rc write_keys(const struct wired *wired, const char *path, struct arena *arena, struct api_backup *out)
{
    struct buf text = {0}, missing = {0};
    struct json_out names;
    json_out_init(&names, &missing);
    json_begin_array(&names);
    if (is_in_folder(wired, CONFIG_SUPPRESSION_KEY))
        buf_printf(&text, "suppression_key %.*s\n",
                   STR_ARG(hash_to_hex(wired->env.suppression_key.bytes, HASH_BYTES, arena)));
    else
        json_put_str(&names, STR("REKINDLE_SUPPRESSION_KEY, which is in the environment"));
    if (is_in_folder(wired, CONFIG_LINK_KEYS))
        buf_printf(&text, "link_keys %.*s\n", STR_ARG(links_text(&wired->env.link_keys, arena)));
    else
        json_put_str(&names, STR("REKINDLE_LINK_KEYS, which is in the environment"));
    json_end_array(&names);
    enum rc rc = text.len > 0 ? file_create(path, buf_str(&text), 0600) : RC_OK;
    out->keys_included = is_in_folder(wired, CONFIG_SUPPRESSION_KEY) && is_in_folder(wired, CONFIG_LINK_KEYS);
    out->missing = out->keys_included ? STR_NONE : arena_str(arena, buf_str(&missing));
    buf_clear(&missing);
    buf_clear(&text);
    return rc;
}

enum rc backup_write(struct wired *wired, const char *path, struct arena *arena, struct api_backup *out)
{
    const char *keys_path = arena_printf(arena, "%s.keys", path).ptr;
    struct stat found;
    *out = (struct api_backup){.bytes = 0};
    if (file_exists(path) || file_exists(keys_path))
        return RC_CONFLICT;
    enum rc rc = wired->env.store->vtable->backup(wired->env.store, path);
    if (rc != RC_OK)
        return rc;
    if ((rc = write_keys(wired, keys_path, arena, out)) != RC_OK) {
        unlink(path);
        return rc;
    }
    out->bytes = stat(path, &found) == 0 ? (int64_t)found.st_size : 0;
    return RC_OK;
}

/* The value of a line of FILE.keys; absent when there is none. */
static struct str key_line(struct str text, struct str wanted)
{
    while (!str_is_none(text)) {
        struct str value = str_cut(&text, '\n'), name = str_cut(&value, ' ');
        if (str_equal(name, wanted))
            return value;
    }
    return STR_NONE;
}

static enum rc put_key(const char *path, struct str value)
{
    if (str_is_none(value))
        return RC_OK;
    enum rc rc = file_create(path, value, 0600);
    return rc == RC_CONFLICT ? RC_OK : rc; /* a key that is there already is held against the database's fingerprint */
}

struct restore {
    const char *database, *keys_folder, *suppression, *links; /* below the data folder */
};

static enum rc put_files(const struct restore *to, const char *path, struct arena *arena)
{
    struct str keys = STR_NONE;
    enum rc rc = file_read(arena_printf(arena, "%s.keys", path).ptr, KEYS_MAX_BYTES, arena, &keys);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (mkdir(to->keys_folder, 0700) != 0 && errno != EEXIST)
        return RC_IO;
    rc = put_key(to->suppression, key_line(keys, STR("suppression_key")));
    if (rc == RC_OK)
        rc = put_key(to->links, key_line(keys, STR("link_keys")));
    return rc == RC_OK ? file_copy(path, to->database, 0600) : rc;
}

/* Opens the restored shop once: the database must be whole and the keys must be its own. */
static enum rc try_restored(const struct config *config, struct arena *arena, struct str *why)
{
    struct wired wired;
    struct folder_owner owner;
    enum rc rc = wire_store(config, "restore", &wired, &owner, why);
    if (rc == RC_OK)
        rc = wired.env.store->vtable->check(wired.env.store);
    *why = arena_str(arena, *why);
    unwire(&wired);
    return rc;
}

enum rc backup_restore(const struct config *config, const char *path, struct arena *arena, struct str *why)
{
    struct data_folder folder;
    struct folder_owner owner;
    *why = STR_NONE;
    if (!file_exists(path)) {
        *why = arena_printf(arena, "there is no file %s", path);
        return RC_NOT_FOUND;
    }
    enum rc rc = data_folder_open(config_text(config, CONFIG_DATA), arena, &folder, &owner, why);
    if (rc == RC_OK && !folder.is_new) {
        *why = arena_printf(arena, "%s has a database already; restore wants a folder without one", folder.path);
        rc = RC_CONFLICT;
    }
    if (rc != RC_OK) {
        if (rc == RC_BUSY)
            *why = arena_printf(arena, "%s is in use (pid %lld)", folder.path, (long long)owner.pid);
        data_folder_close(&folder);
        return rc;
    }
    struct restore to = {.database = data_folder_file(&folder, DATABASE_FILE, arena),
                         .keys_folder = data_folder_file(&folder, KEYS_FOLDER, arena),
                         .suppression = data_folder_file(&folder, KEYS_SUPPRESSION_FILE, arena),
                         .links = data_folder_file(&folder, KEYS_LINKS_FILE, arena)};
    rc = put_files(&to, path, arena);
    if (rc != RC_OK)
        *why = arena_printf(arena, "cannot put %s into %s: %s", path, folder.path, strerror(errno));
    data_folder_close(&folder);
    if (rc == RC_OK)
        rc = try_restored(config, arena, why);
    if (rc != RC_OK && rc != RC_CONFLICT)
        unlink(to.database); /* a shop that cannot be opened is not left behind */
    return rc;
}
