/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Backups: an online copy of the database in one file, and beside it, in FILE.keys (mode 0600), the keys without which the
 * copy cannot be used. */
#ifndef REKINDLE_MAIN_BACKUP_H
#define REKINDLE_MAIN_BACKUP_H

#include "api/api.h"

struct wired;

/* Writes the copy to `path`, which must not exist (RC_CONFLICT). Keys that come from the environment are not written:
 * out->missing names them. */
enum rc backup_write(struct wired *wired, const char *path, struct arena *arena, struct api_backup *out);
/* Puts a backup into the configured data folder, which must have no database. RC_CONFLICT when it has one, RC_NOT_FOUND
 * without a file, RC_DENIED when the keys do not fit; *why says so. */
struct config;
enum rc backup_restore(const struct config *config, const char *path, struct arena *arena, struct str *why);

#endif
