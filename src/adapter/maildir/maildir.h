/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A mailer for rehearsals: mail goes to a maildir in the data folder, where the console shows it, and nowhere else. A
 * message is one file named after its email id, so that an email sent again after a crash is still one file. */
#ifndef REKINDLE_ADAPTER_MAILDIR_MAILDIR_H
#define REKINDLE_ADAPTER_MAILDIR_MAILDIR_H

#include "base/arena.h"
#include "port/mailer.h"

/* Opens `folder` (copied) and makes it with tmp, new and cur below it, mode 0700, where they are missing. NULL when that
 * fails, with errno telling why. The mailer is freed by its close; one thread. */
struct mailer *maildir_open(const char *folder);

/* The message kept for an email, in the arena. RC_NOT_FOUND, also for an id that is no record id; RC_IO. Any thread. */
enum rc maildir_find(const char *folder, struct str email_id, struct arena *arena, struct str *message);

/* Deletes what is kept for an email, e.g. when its client is erased. RC_OK also when nothing was there; RC_IO. */
enum rc maildir_remove(const char *folder, struct str email_id);

#endif
