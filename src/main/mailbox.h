/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The bounce mailbox of a server: a thread that looks into it every REKINDLE_BOUNCE_MAILBOX_SECONDS of real time and has each
 * message read (step/notice_message.h). What it says is recorded, and the message deleted; one that is none of ours, or that
 * a person should see, is left there flagged. */
#ifndef REKINDLE_MAIN_MAILBOX_H
#define REKINDLE_MAIN_MAILBOX_H

#include "main/config.h"
#include "step/env.h"

struct mailbox;

/* *out NULL when no mailbox is configured, or it is the pipe of a mail server (`rekindle bounce`). RC_INVALID with a sentence
 * in *why (in the arena). `env` is borrowed until the close. */
enum rc mailbox_open(const struct config *config, const struct step_env *env, struct arena *arena, struct mailbox **out,
                     struct str *why);
void mailbox_start(struct mailbox *mailbox); /* NULL is fine, here and below */
/* How the last look went: RC_OK, also before the first; else *why, a sentence in the arena. Any thread. */
enum rc mailbox_check(struct mailbox *mailbox, struct arena *arena, struct str *why);
void mailbox_stop(struct mailbox *mailbox);  /* a look under way ends soon; its thread is joined */
void mailbox_close(struct mailbox *mailbox); /* also what was never started */

#endif
