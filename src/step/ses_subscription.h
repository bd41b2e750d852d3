/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Subscriptions of our address to SNS topics. SNS asks by a message whether we want to be told; a program that says yes to
 * every such question can be made to subscribe to anything. So the question is kept, shown, and answered when an admin says
 * so. One setting holds the last question of each topic. */
#ifndef REKINDLE_STEP_SES_SUBSCRIPTION_H
#define REKINDLE_STEP_SES_SUBSCRIPTION_H

#include "core/sns.h"
#include "port/fetch.h"
#include "step/env.h"

#define SETTING_SES_SUBSCRIPTION STR("ses_subscription")

enum ses_subscription_state { SES_UNASKED, SES_WAITING, SES_CONFIRMED, SES_ENDED };
extern const char *const SES_SUBSCRIPTION_WORDS[]; /* "unasked", "waiting", "confirmed", "ended" */

struct ses_subscription {
    struct str topic_arn;
    enum ses_subscription_state state;
    struct str message_id; /* of the question */
    int64_t asked_at;      /* domain time; TIME_NONE: never */
    struct str url;        /* where the answer goes; absent unless it waits. Secret: who has it can answer */
    int64_t confirmed_at;  /* TIME_NONE: not */
    struct str by;         /* who confirmed */
};
/* The subscription of a topic; SES_UNASKED when nothing is known of it. */
enum rc ses_subscription_read(const struct step_env *env, struct str topic_arn, struct arena *arena,
                              struct ses_subscription *out);
/* Keeps a question, or that a subscription has ended; the message has been verified. The same one again changes nothing. */
enum rc ses_subscription_note(const struct step_env *env, const struct sns_message *message, struct arena *arena);
struct ses_confirmation {
    struct str topic_arn, actor;
    struct fetch *fetch;
};
/* Answers the question that waits: one request to Amazon, then one commit with its entry in the audit log. RC_NOT_FOUND: none
 * waits. RC_IO, RC_TIMEOUT, RC_DENIED: Amazon was not reached or did not take it (*why, static); the question stays. */
enum rc ses_subscription_confirm(const struct step_env *env, const struct ses_confirmation *confirmation,
                                 struct arena *arena, struct ses_subscription *out, struct str *why);

#endif
