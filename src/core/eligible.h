/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who may be mailed: at the due moment by rules that cannot see the arm, while an email waits, and again at send time (the
 * guard). One table of rules; the first that fails is the reason, stored and shown. */
#ifndef REKINDLE_CORE_ELIGIBLE_H
#define REKINDLE_CORE_ELIGIBLE_H

#include "core/client.h"
#include "core/email.h"
#include "core/episode.h"
#include "core/policy.h"

struct eligible_input {
    const struct client *client;
    const struct person *person; /* NULL: never seen */
    const struct policy *policy;
    bool suppressed; /* the address is on the suppression list */
    bool erased;
    bool ordered_since; /* any client of the person has a counting order after the episode's last order */
    bool feed_stale, kill_switch, brake;
    int64_t last_order_at; /* of the client; TIME_NONE when none is known */
    int64_t drafted_at;    /* guard only; TIME_NONE at the due moment */
    bool forced;           /* staff asked for it: the cap does not apply, consent and suppression do */
    bool rehearsal;        /* rehearsed mails count in no cap */
    int64_t now_ms;
};

enum eligible_verdict { ELIGIBLE_YES, ELIGIBLE_NO, ELIGIBLE_HOLD, ELIGIBLE_LATER };
struct eligible_answer {
    enum eligible_verdict verdict;
    const char *rule; /* "consent_unknown", "ordered_since" ... ; "" when yes */
    int64_t until;    /* LATER: when to look again (end of quiet hours) */
};
/* At the due moment: no_address, erased, consent_* (consent_country and, by core/consent_rules.h, consent_expired too), objected, suppressed, capped, locale. Never HOLD or LATER. None of them
 * can see the arm: capped counts admissions (person.contact_at), which both arms have, not the mails of the treated. */
struct eligible_answer eligible_at_due(const struct eligible_input *input);
/* For an email that waits after admission: the same, but capped counts the mails that left. */
struct eligible_answer eligible_to_wait(const struct eligible_input *input);
/* What the client alone says of it: address, consent and its expiry, and a language in which the policy lets us write. */
bool eligible_mailable(const struct client *client, const struct policy *policy, int64_t last_order_at, int64_t now_ms);
/* At send time: all of eligible_to_wait and ordered_since, draft_too_old, kill_switch, brake and feed_stale (HOLD), quiet hours
 * in the client's zone or the shop's (LATER). */
struct eligible_answer eligible_to_send(const struct eligible_input *input, struct str shop_zone);
/* The first moment from `at_ms` on that is not in the client's quiet hours. */
int64_t eligible_awake_at(const struct client *client, const struct policy *policy, struct str shop_zone,
                          int64_t at_ms);

#endif
