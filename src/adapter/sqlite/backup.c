/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An online copy of the database: SQLite's backup reads one snapshot beside the writer, so nobody waits and the copy is
 * one moment's state. The file is on the disk when this answers, and never replaces another. */
#include "adapter/sqlite/backend.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

/* Copies all pages in one read transaction of `from`: a copy in steps would begin again with each commit. */
static enum rc copy_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == NULL)
        return sql_fault(to, "backup");
    int code = sqlite3_backup_step(backup, -1);
    if (sqlite3_backup_finish(backup) != SQLITE_OK || code != SQLITE_DONE) {
        enum rc rc = sql_fault(to, "backup");
        return rc == RC_CORRUPT ? rc : RC_IO;
    }
    return RC_OK;
}

static enum rc copy_to(const char *from_path, const char *path)
{
    struct sql_db from = {0};
    sqlite3 *to = NULL;
    enum rc rc = db_open_reader(&from, from_path);
    if (rc == RC_OK && sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        rc = sql_fault(to, "open_backup");
    if (rc == RC_OK)
        rc = copy_pages(from.handle, to);
    if (sqlite3_close(to) != SQLITE_OK && rc == RC_OK)
        rc = RC_IO;
    sql_close(&from);
    return rc;
}

/* The folder's entry too must be on the disk. */
static enum rc sync_folder(const char *path)
{
    struct str folder = str_of(path);
    while (folder.len > 0 && folder.ptr[folder.len - 1] != '/')
        folder.len--;
    struct arena arena = {0};
    int fd = open(folder.len > 0 ? arena_str(&arena, folder).ptr : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum rc rc = fd >= 0 && fsync(fd) == 0 ? RC_OK : RC_IO;
    if (fd >= 0)
        close(fd);
    arena_clear(&arena);
    return rc;
}

enum rc backup_to(struct sqlite_backend *backend, const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return RC_CONFLICT;
    if (fd < 0) {
        log_error("backup_failed", "errno=%d", errno);
        return RC_IO;
    }
    enum rc rc = copy_to(backend->path, path);
    if (rc == RC_OK && (fsync(fd) != 0 || sync_folder(path) != RC_OK)) {
        log_error("backup_failed", "errno=%d", errno);
        rc = RC_IO;
    }
    close(fd);
    if (rc != RC_OK)
        unlink(path);
    return rc;
}
