/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Delivery by the maildir rule: write tmp/NAME, fsync, rename to new/NAME, fsync the folder. Names are made of the email id
 * alone, where maildir wants unique ones: that is on purpose, since rename then replaces the file of an earlier try. A mail
 * program may have moved the file to cur/NAME:2,FLAGS; then it stays there and nothing is written. */
#include "adapter/maildir/maildir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/id.h"
#include "base/mem.h"

#define MESSAGE_MAX_BYTES (4 * 1024 * 1024)

struct maildir {
    struct mailer mailer; /* first: the port points here */
    char *folder;
};

/* A file name must not hold '/' or ':' (flags follow it in cur); record ids have no '/', and ':' becomes ','. */
static enum rc name_of(struct str email_id, struct arena *arena, struct str *name)
{
    if (!id_is_valid(email_id) || email_id.ptr[0] == '.')
        return RC_INVALID;
    *name = arena_printf(arena, "%.*s.eml", STR_ARG(email_id));
    for (char *c = (char *)(uintptr_t)name->ptr; *c != '\0'; c++)
        if (*c == ':')
            *c = ',';
    return RC_OK;
}

static struct str path_of(const char *folder, const char *part, struct str name, struct arena *arena)
{
    return arena_printf(arena, "%s/%s/%.*s", folder, part, STR_ARG(name));
}

/* The path where a mail program keeps the message it has seen; STR_NONE when there is none. */
static struct str find_seen(const char *folder, struct str name, struct arena *arena)
{
    struct str found = STR_NONE;
    DIR *cur = opendir(arena_printf(arena, "%s/cur", folder).ptr);
    for (struct dirent *entry; cur != NULL && (entry = readdir(cur)) != NULL;) {
        struct str file = str_of(entry->d_name);
        if (str_equal(str_cut(&file, ':'), name))
            found = path_of(folder, "cur", str_of(entry->d_name), arena);
    }
    if (cur != NULL)
        closedir(cur);
    return found;
}

/* --- writing ------------------------------------------------------------------------------------------------------- */

static bool write_all(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t written = write(fd, bytes.ptr, bytes.len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes.ptr += written;
        bytes.len -= (size_t)written;
    }
    return true;
}

static bool write_file(const char *path, struct str bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    bool written = write_all(fd, bytes) && fsync(fd) == 0;
    return close(fd) == 0 && written;
}

static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool synced = fsync(fd) == 0;
    close(fd);
    return synced;
}

static bool deliver(const char *folder, struct str name, struct str bytes, struct arena *arena)
{
    struct str tmp = path_of(folder, "tmp", name, arena), target = path_of(folder, "new", name, arena);
    if (!str_is_none(find_seen(folder, name, arena)))
        return true;
    if (write_file(tmp.ptr, bytes) && rename(tmp.ptr, target.ptr) == 0)
        return sync_folder(arena_printf(arena, "%s/new", folder).ptr);
    unlink(tmp.ptr);
    return false;
}

/* --- the port ------------------------------------------------------------------------------------------------------ */

static enum rc maildir_send(struct mailer *mailer, const struct mail *mail, struct arena *arena, struct reply *reply)
{
    const struct maildir *maildir = (const struct maildir *)mailer;
    struct str name;
    *reply = (struct reply){REPLY_OUR_FAULT, REPLY_DOT, 0, STR("the email's id or size is not as promised")};
    if (name_of(mail->email_id, arena, &name) != RC_OK || mail->message.len > MESSAGE_MAX_BYTES)
        return reply_rc(reply->class);
    if (deliver(maildir->folder, name, mail->message, arena))
        *reply = (struct reply){REPLY_ACCEPTED, REPLY_DOT, 250, STR("250 kept for rehearsal")};
    else
        reply->text = arena_printf(arena, "the maildir cannot be written: %s", strerror(errno));
    return reply_rc(reply->class);
}

static enum rc maildir_check(struct mailer *mailer, struct str *why)
{
    const struct maildir *maildir = (const struct maildir *)mailer;
    if (access(maildir->folder, W_OK | X_OK) == 0)
        return RC_OK;
    *why = STR("the maildir of rehearsal cannot be written");
    return RC_IO;
}

static void maildir_close(struct mailer *mailer)
{
    struct maildir *maildir = (struct maildir *)mailer;
    mem_free(maildir->folder);
    mem_free(maildir);
}

static const struct mailer_vtable VTABLE = {.send = maildir_send,
                                            .check = maildir_check,
                                            .close = maildir_close,
                                            .rehearsal = true};

static bool make_folder(const char *path) { return mkdir(path, 0700) == 0 || errno == EEXIST; }

struct mailer *maildir_open(const char *folder)
{
    static const char *const PARTS[] = {"", "/tmp", "/new", "/cur"};
    struct arena arena = {0};
    bool made = true;
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0] && made; i++)
        made = make_folder(arena_printf(&arena, "%s%s", folder, PARTS[i]).ptr);
    int error = errno;
    arena_clear(&arena);
    if (!made) {
        errno = error;
        return NULL;
    }
    struct maildir *maildir = mem_new(1, sizeof *maildir);
    maildir->mailer.vtable = &VTABLE;
    maildir->folder = mem_dup(folder);
    return &maildir->mailer;
}

/* --- reading ------------------------------------------------------------------------------------------------------- */

static enum rc read_file(const char *path, struct arena *arena, struct str *out)
{
    enum rc rc = RC_IO;
    struct stat stat;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? RC_NOT_FOUND : RC_IO;
    if (fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode) || stat.st_size > MESSAGE_MAX_BYTES)
        goto done;
    char *bytes = arena_new(arena, (size_t)stat.st_size + 1, 1);
    size_t len = 0;
    while (len < (size_t)stat.st_size) {
        ssize_t got = read(fd, bytes + len, (size_t)stat.st_size - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            goto done;
        len += (size_t)got;
    }
    *out = (struct str){bytes, len};
    rc = RC_OK;
done:
    close(fd);
    return rc;
}

enum rc maildir_find(const char *folder, struct str email_id, struct arena *arena, struct str *message)
{
    struct str name;
    if (name_of(email_id, arena, &name) != RC_OK)
        return RC_NOT_FOUND;
    enum rc rc = read_file(path_of(folder, "new", name, arena).ptr, arena, message);
    if (rc != RC_NOT_FOUND)
        return rc;
    struct str seen = find_seen(folder, name, arena);
    return str_is_none(seen) ? RC_NOT_FOUND : read_file(seen.ptr, arena, message);
}

enum rc maildir_remove(const char *folder, struct str email_id)
{
    static const char *const PARTS[] = {"tmp", "new"};
    struct arena arena = {0};
    struct str name, seen = STR_NONE;
    enum rc rc = RC_OK;
    if (name_of(email_id, &arena, &name) != RC_OK)
        goto done;
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++)
        if (unlink(path_of(folder, PARTS[i], name, &arena).ptr) != 0 && errno != ENOENT)
            rc = RC_IO;
    seen = find_seen(folder, name, &arena);
    if (!str_is_none(seen) && unlink(seen.ptr) != 0 && errno != ENOENT)
        rc = RC_IO;
done:
    arena_clear(&arena);
    return rc;
}
