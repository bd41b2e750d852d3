/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/demo_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "main/data_folder.h"
#include "main/file.h"

#define MARK "rekindle-demo"
enum { DEPTH_MAX = 4 }; /* maildir/new/FILE is three */

/* Deletes what is in the open folder, links as links; `keep` names one entry that stays. Takes over fd. */
static enum rc empty_folder(int fd, const char *keep, int depth)
{
    DIR *folder = fdopendir(fd);
    enum rc rc = folder && depth < DEPTH_MAX ? RC_OK : RC_IO;
    if (!folder)
        close(fd);
    for (const struct dirent *entry; rc == RC_OK && (entry = readdir(folder)) != NULL;) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || (keep && strcmp(name, keep) == 0))
            continue;
        if (unlinkat(dirfd(folder), name, 0) == 0)
            continue;
        int below = openat(dirfd(folder), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        rc = below < 0 ? RC_IO : empty_folder(below, NULL, depth + 1);
        if (rc == RC_OK && unlinkat(dirfd(folder), name, AT_REMOVEDIR) != 0)
            rc = RC_IO;
    }
    if (folder)
        closedir(folder);
    return rc;
}

static enum rc check_mark(const char *path, const char *mark, struct arena *arena, struct str *why)
{
    if (!file_exists(path) || file_folder_is_empty(path) || file_exists(mark))
        return RC_OK;
    *why =
        arena_printf(arena, "%s is not empty and is no former demo; the demo wants a folder of its own (--data)", path);
    return RC_DENIED;
}

enum rc demo_folder_renew(struct str path, struct arena *arena, struct str *why)
{
    struct data_folder folder = {.lock_fd = -1};
    struct folder_owner owner;
    const char *name = arena_str(arena, path).ptr, *mark = arena_printf(arena, "%s/" MARK, name).ptr;
    enum rc rc = check_mark(name, mark, arena, why);
    if (rc != RC_OK)
        return rc;
    rc = data_folder_open(path, arena, &folder, &owner, why);
    if (rc == RC_BUSY)
        *why = arena_printf(arena, "a demo runs on %s already (pid %lld)", name, (long long)owner.pid);
    if (rc != RC_OK)
        return rc;
    int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    rc = fd < 0 ? RC_IO : empty_folder(fd, "lock", 0);
    if (rc == RC_OK)
        rc = file_create(mark, STR("This folder belongs to `rekindle demo`, which empties it at every start.\n"), 0600);
    if (rc != RC_OK)
        *why = arena_printf(arena, "cannot empty %s: %s", name, strerror(errno));
    data_folder_close(&folder);
    return rc;
}
