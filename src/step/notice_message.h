/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A message that came to the bounce domain: what it says is recorded (step/record_notice.h) when it names one of our mails
 * by a token that we made, and changes nothing otherwise. A bounce needs the token of the envelope (b+TOKEN); a complaint may
 * name the mail by its unsubscribe token too; an unsubscribe must be addressed to u+TOKEN. Never answered. Any thread. */
#ifndef REKINDLE_STEP_NOTICE_MESSAGE_H
#define REKINDLE_STEP_NOTICE_MESSAGE_H

#include "core/bounce.h"
#include "step/record_notice.h"

enum notice_result {
    NOTICE_RECORDED,
    NOTICE_REPEATED,      /* known already */
    NOTICE_WITHOUT_TOKEN, /* no token of ours, or a false one */
    NOTICE_SAYS_NOTHING,  /* our token, but an answer, an automatic reply, a delay, a report that is no complaint */
    NOTICE_OF_NO_EMAIL,   /* our token, but the email is gone (its client was erased) or never left */
    NOTICE_UNREADABLE     /* no message, or too large a one */
};
extern const char *const NOTICE_RESULT_WORDS[];

struct notice_outcome {
    enum notice_result result;
    enum notice_kind kind;   /* of RECORDED and REPEATED */
    struct str email_id;     /* where there was a token of ours; absent */
    enum bounce_kind bounce; /* what the message is */
};
/* Of NOTICE_WORDS what is recorded or repeated; absent for other results. Static. */
struct str notice_outcome_type(const struct notice_outcome *outcome);
/* RC_OK whatever became of it, *out says what; RC_BUSY: again later; RC_IO. */
enum rc notice_from_message(const struct step_env *env, struct str source, struct str message, struct arena *arena,
                            struct notice_outcome *out);

#endif
