/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The second commit of a send: what the relay said becomes the email's state. */
#ifndef REKINDLE_STEP_SEND_RESULT_H
#define REKINDLE_STEP_SEND_RESULT_H

#include "core/email.h"
#include "step/send_turn.h"

struct send_result {
    const struct step_env *env;
    const struct job *job;
    struct arena *arena;
    struct email *email; /* as committed with the intent, version included */
    struct reply reply;
    struct str message_hash; /* SHA-256 hex of what was handed over; absent: nothing was */
    struct send_turn turn;   /* as it was taken */
    enum rc rc;              /* the mailer's: OK, BUSY, DENIED, UNCERTAIN, IO */
    bool stopped;            /* out: this reply stopped the relay */
};
/* Commits the result with the acknowledgement. Only this commit is redone when a record it touches moved on; the message is
 * never handed over twice. */
enum rc send_result_commit(struct send_result *result);

#endif
