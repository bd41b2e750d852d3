/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Builds the parts of one shop from its configuration, in two stages, and takes them down in reverse. Stage one, the store,
 * is all that a command needs to call steps itself; stage two makes a server of it. One thread. */
#ifndef REKINDLE_MAIN_WIRE_H
#define REKINDLE_MAIN_WIRE_H

#include "adapter/sqlite/sqlite.h"
#include "api/api.h"
#include "main/config.h"
#include "main/data_folder.h"
#include "main/mail_ports.h"
#include "main/mailbox.h"
#include "main/ses_ports.h"
#include "step/env.h"
#include "step/worker.h"

struct wired {
    const struct config *config; /* borrowed */
    struct arena arena;          /* of texts that live as long */
    struct data_folder folder;
    struct sqlite_backend *backend; /* behind env's store, feed and queue */
    struct step_env env;
    struct mail_ports mail;
    struct ses_ports ses;
    struct mailbox *mailbox;    /* NULL: none */
    struct kept_mail kept_mail; /* the maildir of rehearsals, for erasure */
    struct workers *workers;
    struct api *api;
};

/* Takes the folder, loads the keys, opens the store, sets the clock (a manual one goes on from where it stood), makes the
 * policy if there is none, holds the shop to its currency and zone. RC_BUSY: somebody has the folder, *owner says who;
 * RC_DENIED: the folder refuses this configuration (another key, another currency); others: *why. Texts live in the
 * wired arena: read them before unwire, which is called in any case. */
enum rc wire_store(const struct config *config, const char *command, struct wired *wired, struct folder_owner *owner,
                   struct str *why);
/* Starts writer, mailers, live bus, workers and the API; `with_steps` false leaves the workers out (nothing moves). */
enum rc wire_serve(struct wired *wired, struct str *why);
void unwire(struct wired *wired); /* accepts what was wired in part */

#endif
