/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The mailers of a server: one for each send thread, and one more to look after the relay's health. Rehearsal: a maildir in
 * the data folder, one sender. Live: SMTP, as many as REKINDLE_MAIL_CONNECTIONS. */
#ifndef REKINDLE_MAIN_MAIL_PORTS_H
#define REKINDLE_MAIN_MAIL_PORTS_H

#include "base/thread.h"
#include "main/config.h"
#include "main/data_folder.h"
#include "port/mailer.h"

#define MAIL_SENDERS_MAX 32 /* REKINDLE_MAIL_CONNECTIONS at most */

struct mail_ports {
    struct mailer *senders[MAIL_SENDERS_MAX];
    size_t sender_count;
    struct mailer *probe;   /* NULL before open */
    struct lock probe_lock; /* a mailer has one thread at a time */
    bool is_open;
    const char *maildir; /* NULL when mail leaves the machine */
};

/* RC_INVALID or RC_IO with a sentence in *why (in the arena). */
enum rc mail_ports_open(const struct config *config, const struct data_folder *folder, struct arena *arena,
                        struct mail_ports *out, struct str *why);
void mail_ports_close(struct mail_ports *ports); /* accepts {0} and what was opened in part */
/* The rehearsed message of an email; RC_NOT_FOUND. Any thread. */
enum rc mail_ports_find(const struct mail_ports *ports, struct str email_id, struct arena *arena, struct str *message);
/* State of the relay; *why is this thread's until its next call. Any thread. */
enum rc mail_ports_check(struct mail_ports *ports, struct str *why);

#endif
