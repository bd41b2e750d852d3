/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The data folder and who has it. One process at a time owns the folder: it holds a lock on DATA/lock, and writes into that
 * file who it is, for the message to whoever comes second, and what one must know to work beside it. The lock dies with its
 * process, so a killed one leaves nothing to clean up. */
#ifndef REKINDLE_MAIN_DATA_FOLDER_H
#define REKINDLE_MAIN_DATA_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"

/* Who has the folder. Texts in the arena; absent when the owner has not said so yet. */
struct folder_owner {
    int64_t pid; /* 0: unknown */
    struct str command;
    struct str currency, time_zone; /* the shop's, of a server */
};

struct data_folder {
    const char *path; /* in the arena of data_folder_open */
    int lock_fd;      /* -1: not ours */
    bool is_new;      /* no database was there when we took it */
};

/* Makes the folder (mode 0700) when it is absent and takes the lock. RC_BUSY: somebody has it, *owner says who. RC_IO with
 * a sentence in *why. */
enum rc data_folder_open(struct str path, struct arena *arena, struct data_folder *out, struct folder_owner *owner,
                         struct str *why);
/* Says who we are. */
enum rc data_folder_describe(const struct data_folder *folder, const struct folder_owner *self);
void data_folder_close(struct data_folder *folder); /* accepts {.lock_fd = -1} */

/* Files in it, below `path`. */
#define DATABASE_FILE "rekindle.db"
#define SOCKET_FILE "admin.sock"
#define MAILDIR "maildir"
const char *data_folder_file(const struct data_folder *folder, const char *name, struct arena *arena);

#endif
