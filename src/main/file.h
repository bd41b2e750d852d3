/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Small files as a whole: keys, marks, copies of them. errno tells more after RC_IO. */
#ifndef REKINDLE_MAIN_FILE_H
#define REKINDLE_MAIN_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/rc.h"

bool file_exists(const char *path); /* anything of that name */
/* The whole content, in the arena. RC_NOT_FOUND; RC_CORRUPT when it is over max_bytes; RC_IO. */
enum rc file_read(const char *path, size_t max_bytes, struct arena *arena, struct str *out);
/* A new file with that content, on the disk when it returns. RC_CONFLICT when something has the name; RC_IO. */
enum rc file_create(const char *path, struct str content, mode_t mode);
/* Copies a file of any size to a new one, on the disk when it returns. As file_create; RC_NOT_FOUND without a source. */
enum rc file_copy(const char *from, const char *to, mode_t mode);
/* True when the folder can be listed and holds nothing. */
bool file_folder_is_empty(const char *path);

#endif
