/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/data_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "main/file.h"

enum { OWNER_MAX_BYTES = 1000 };

const char *data_folder_file(const struct data_folder *folder, const char *name, struct arena *arena)
{
    return arena_printf(arena, "%s/%s", folder->path, name).ptr;
}

/* Lines "name value"; what is not there stays absent. */
static void read_owner(const char *lock_path, struct arena *arena, struct folder_owner *owner)
{
    struct str lines = STR_NONE;
    if (file_read(lock_path, OWNER_MAX_BYTES, arena, &lines) != RC_OK)
        return;
    while (!str_is_none(lines)) {
        struct str value = str_cut(&lines, '\n'), name = str_cut(&value, ' ');
        if (str_equal(name, STR("pid")))
            str_to_i64(value, &owner->pid);
        else if (str_equal(name, STR("command")))
            owner->command = value;
        else if (str_equal(name, STR("currency")))
            owner->currency = value;
        else if (str_equal(name, STR("time_zone")))
            owner->time_zone = value;
    }
}

static enum rc fault(const char *what, const char *path, struct arena *arena, struct str *why)
{
    *why = arena_printf(arena, "cannot %s %s: %s", what, path, strerror(errno));
    return RC_IO;
}

enum rc data_folder_open(struct str path, struct arena *arena, struct data_folder *out, struct folder_owner *owner,
                         struct str *why)
{
    *out = (struct data_folder){.path = arena_str(arena, path).ptr, .lock_fd = -1};
    *owner = (struct folder_owner){.pid = 0};
    if (mkdir(out->path, 0700) != 0 && errno != EEXIST)
        return fault("make the data folder", out->path, arena, why);
    const char *lock_path = data_folder_file(out, "lock", arena);
    int fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fault("open", lock_path, arena, why);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        enum rc rc = errno == EWOULDBLOCK ? RC_BUSY : fault("lock", lock_path, arena, why);
        close(fd);
        if (rc == RC_BUSY)
            read_owner(lock_path, arena, owner);
        return rc;
    }
    out->lock_fd = fd;
    out->is_new = !file_exists(data_folder_file(out, DATABASE_FILE, arena));
    return RC_OK;
}

static void add_line(char *text, size_t size, const char *name, struct str value)
{
    size_t used = strlen(text);
    if (!str_is_empty(value))
        snprintf(text + used, size - used, "%s %.*s\n", name, STR_ARG(value));
}

enum rc data_folder_describe(const struct data_folder *folder, const struct folder_owner *self)
{
    char text[OWNER_MAX_BYTES] = "";
    snprintf(text, sizeof text, "pid %lld\n", (long long)self->pid);
    add_line(text, sizeof text, "command", self->command);
    add_line(text, sizeof text, "currency", self->currency);
    add_line(text, sizeof text, "time_zone", self->time_zone);
    size_t length = strlen(text);
    if (ftruncate(folder->lock_fd, 0) != 0 || pwrite(folder->lock_fd, text, length, 0) != (ssize_t)length)
        return RC_IO;
    return RC_OK;
}

void data_folder_close(struct data_folder *folder)
{
    if (folder->lock_fd < 0)
        return;
    /* nobody is misled by an old pid; a failure changes nothing */
    if (ftruncate(folder->lock_fd, 0) == 0)
        folder->is_new = false;
    close(folder->lock_fd);
    folder->lock_fd = -1;
}
