/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Opening a folder and closing it again. Everything that can fail happens before the writer thread starts. */
#include "adapter/sqlite/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/sqlite/backend.h"
#include "base/mem.h"

/* The sentence for a person: of the thread's last failed opening. */
static _Thread_local char why_text[300];

static enum rc fail(enum rc rc, struct str *why, const char *sentence, int error)
{
    if (error != 0)
        snprintf(why_text, sizeof(why_text), "%s: %s", sentence, strerror(error));
    else
        snprintf(why_text, sizeof(why_text), "%s", sentence);
    *why = str_of(why_text);
    return rc;
}

static char *path_in(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = mem_new(size, 1);
    snprintf(path, size, "%s/%s", folder, name);
    return path;
}

/* One opening at a time: the lock is the kernel's and goes with the process, however that ends. */
static enum rc lock_folder(struct sqlite_backend *backend, const char *folder, struct str *why)
{
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return fail(RC_IO, why, "the data folder cannot be made", errno);
    char *path = path_in(folder, "rekindle.lock");
    backend->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int error = errno;
    mem_free(path);
    if (backend->lock_fd < 0)
        return fail(RC_IO, why, "the data folder cannot be written to", error);
    if (flock(backend->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return RC_OK;
    if (errno == EWOULDBLOCK)
        return fail(RC_BUSY, why, "another Rekindle works on this data folder", 0);
    return fail(RC_IO, why, "the data folder cannot be locked", errno);
}

/* Made here and not by SQLite, so that nobody else can read it; its log and index files take over the mode. */
static enum rc make_file(const char *path, struct str *why)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(RC_IO, why, "rekindle.db cannot be opened", errno);
    close(fd);
    return RC_OK;
}

static enum rc read_opening(struct sql_db *db, int64_t *opening)
{
    sqlite3_stmt *stmt = sql_fixed(db, SQL_OPENINGS);
    enum rc rc = sql_step(stmt);
    if (rc == RC_OK) {
        *opening = sql_i64(stmt, 0);
        rc = sql_step(stmt) == RC_NOT_FOUND ? RC_OK : RC_IO; /* the end of the statement commits it */
    } else if (rc == RC_NOT_FOUND) {
        rc = RC_CORRUPT; /* the one row is missing */
    }
    sql_reset(stmt);
    return rc;
}

static enum rc open_database(struct sqlite_backend *backend, struct str *why)
{
    const char *sentence = "";
    int64_t opening = 0;
    enum rc rc = db_open_writer(&backend->writer.db, backend->path, &sentence);
    if (rc != RC_OK)
        return fail(rc, why, sentence, 0);
    rc = read_opening(&backend->writer.db, &opening);
    if (rc == RC_OK)
        rc = feed_open(backend);
    if (rc == RC_OK)
        rc = queue_open(&backend->jobs, backend->path, opening);
    return rc == RC_OK ? RC_OK : fail(rc, why, "rekindle.db cannot be read", 0);
}

static void free_backend(struct sqlite_backend *backend)
{
    readers_clear(&backend->readers);
    queue_close(&backend->jobs);
    sql_close(&backend->writer.db);
    signal_count_clear(&backend->changed);
    if (backend->lock_fd >= 0)
        close(backend->lock_fd);
    mem_free(backend->path);
    mem_free(backend);
}

/* Before SQLite's first use in this process: no statistics of memory, which would lock at every allocation. */
static void configure(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

static enum rc open_backend(const char *folder, bool references, struct sqlite_backend **out, struct str *why)
{
    static pthread_once_t configured = PTHREAD_ONCE_INIT;
    pthread_once(&configured, configure);
    struct sqlite_backend *backend = mem_new(1, sizeof(*backend));
    backend->store.vtable = &SQLITE_STORE_VTABLE;
    backend->feed.vtable = &SQLITE_FEED_VTABLE;
    backend->queue.vtable = &SQLITE_QUEUE_VTABLE;
    backend->path = path_in(folder, "rekindle.db");
    backend->lock_fd = -1;
    signal_count_init(&backend->changed);
    readers_init(&backend->readers, backend->path);
    lock_init(&backend->jobs.lock);
    enum rc rc = lock_folder(backend, folder, why);
    if (rc == RC_OK)
        rc = make_file(backend->path, why);
    if (rc == RC_OK)
        rc = open_database(backend, why);
    if (rc == RC_OK && references)
        rc = db_enforce_references(&backend->writer.db);
    if (rc != RC_OK) {
        free_backend(backend);
        return rc;
    }
    writer_start(backend);
    *out = backend;
    return RC_OK;
}

enum rc sqlite_open(const char *folder, struct sqlite_backend **out, struct str *why)
{
    return open_backend(folder, true, out, why);
}

enum rc sqlite_open_loose(const char *folder, struct sqlite_backend **out, struct str *why)
{
    return open_backend(folder, false, out, why);
}

void backend_close(struct sqlite_backend *backend)
{
    writer_stop(backend);
    free_backend(backend);
}

struct store *sqlite_store(struct sqlite_backend *backend) { return &backend->store; }
struct feed *sqlite_feed(struct sqlite_backend *backend) { return &backend->feed; }
struct queue *sqlite_queue(struct sqlite_backend *backend) { return &backend->queue; }
