/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_BYTES = 64 * 1024 };

bool file_exists(const char *path)
{
    struct stat found;
    return lstat(path, &found) == 0;
}

static enum rc read_all(int fd, size_t max_bytes, struct arena *arena, struct str *out)
{
    char *bytes = arena_new(arena, max_bytes + 2, 1);
    size_t used = 0;
    for (;;) {
        ssize_t got = read(fd, bytes + used, max_bytes + 1 - used);
        if (got < 0)
            return RC_IO;
        if (got == 0)
            break;
        used += (size_t)got;
        if (used > max_bytes)
            return RC_CORRUPT;
    }
    *out = (struct str){bytes, used};
    return RC_OK;
}

enum rc file_read(const char *path, size_t max_bytes, struct arena *arena, struct str *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? RC_NOT_FOUND : RC_IO;
    enum rc rc = read_all(fd, max_bytes, arena, out);
    close(fd);
    return rc;
}

static enum rc write_all(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t put = write(fd, bytes, count);
        if (put < 0)
            return RC_IO;
        bytes += put;
        count -= (size_t)put;
    }
    return RC_OK;
}

static enum rc create(const char *path, mode_t mode, int *fd)
{
    *fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (*fd >= 0)
        return RC_OK;
    return errno == EEXIST ? RC_CONFLICT : RC_IO;
}

/* Syncs and closes; a file that is not whole is taken away again. */
static enum rc finish(int fd, const char *path, enum rc rc)
{
    if (rc == RC_OK && fsync(fd) != 0)
        rc = RC_IO;
    int error = errno;
    close(fd);
    if (rc != RC_OK)
        unlink(path);
    errno = error;
    return rc;
}

enum rc file_create(const char *path, struct str content, mode_t mode)
{
    int fd;
    enum rc rc = create(path, mode, &fd);
    return rc == RC_OK ? finish(fd, path, write_all(fd, content.ptr, content.len)) : rc;
}

enum rc file_copy(const char *from, const char *to, mode_t mode)
{
    int source = open(from, O_RDONLY | O_CLOEXEC), fd;
    if (source < 0)
        return errno == ENOENT ? RC_NOT_FOUND : RC_IO;
    enum rc rc = create(to, mode, &fd);
    if (rc == RC_OK) {
        char bytes[COPY_BYTES];
        ssize_t got = 0;
        while (rc == RC_OK && (got = read(source, bytes, sizeof bytes)) > 0)
            rc = write_all(fd, bytes, (size_t)got);
        rc = finish(fd, to, got < 0 ? RC_IO : rc);
    }
    close(source);
    return rc;
}

bool file_folder_is_empty(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return false;
    bool empty = true;
    for (const struct dirent *entry; empty && (entry = readdir(folder)) != NULL;)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(folder);
    return empty;
}
