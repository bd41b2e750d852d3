/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The proof in words and in money: what the counted arms and their interval (core/lift.h) allow to be said, how much more it
 * takes, and what it was worth. One place, so that the Results page, its print and the API say the same. Pure. */
#ifndef REKINDLE_CORE_PROOF_H
#define REKINDLE_CORE_PROOF_H

#include "base/arena.h"
#include "core/lift.h"

/* The lift (a share) for which it is said how many episodes it takes to see it; when a shop has enough of them and still
 * sees nothing, the next smaller one. */
#define PROOF_LIFT_SOUGHT 0.03

enum proof_verdict {
    PROOF_NOT_ENOUGH_DATA,
    PROOF_NOT_SHOWN, /* the interval has 0 in it */
    PROOF_HELPS,
    PROOF_HARMS
};
extern const char *const PROOF_VERDICT_WORDS[]; /* "not_enough_data", "not_shown", "helps", "harms" */

struct proof_facts {
    bool rehearsal; /* no mail leaves now */
    int window_days;
    struct lift_arm treated, holdout; /* totals over the strata */
    int64_t emailed;                  /* of the treated, whose email left */
    bool known;                       /* enough data for `lift` */
    struct lift_interval lift;        /* over the strata, never from the totals */
    struct lift_treated effect;       /* on the treated, likewise: what people and money are reckoned with */
    double holdout_share;             /* of the policy in force */
    int64_t open;                     /* admitted, their window not closed yet */
    double admissions_per_day;        /* at the pace of late */
};
struct proof_needed {
    double lift;      /* a share: what it takes to see this lift */
    int64_t episodes; /* more than those counted, both arms; I64_NONE where it cannot be said */
    int64_t days;     /* until their windows have closed, at that pace; I64_NONE likewise */
};

enum proof_verdict proof_verdict(const struct proof_facts *facts);
/* By lift_needed at the reorder rate of the holdout (of all while it is too small for a rate). */
struct proof_needed proof_needed(const struct proof_facts *facts);
/* People of the treated who came back and would not have, over the strata that have a holdout. Meaningful when
 * facts->known. */
struct lift_interval proof_recovered(const struct proof_facts *facts);
/* The one plain sentence, for whoever pays. */
struct str proof_sentence(const struct proof_facts *facts, struct arena *arena);

/* What an offer added beyond the email: two random halves of the treated. */
struct proof_offer {
    int window_days;
    struct lift_arm with, without; /* totals over the strata */
    bool known;                    /* enough data for `lift` */
    struct lift_interval lift;     /* with minus without, over the strata */
};
/* The one plain sentence; absent while nobody was drawn. */
struct str proof_offer_sentence(const struct proof_offer *offer, struct arena *arena);

/* What it cost and brought, minor units of the shop's currency. NaN where the policy does not say a price. */
struct proof_prices {
    double gross_margin;                   /* share of revenue */
    double review_hour_minor, email_minor; /* of an hour of review, of one email that left */
    double model_minor;                    /* spent on the model; NaN when its currency is another */
    int64_t treated_revenue_minor;         /* of the treated within the window */
    double emails, review_ms;              /* of those that count, so that costs stand beside their own margin */
    double offer_minor;                    /* margin given away when an offer is used */
    double offers_taken;                   /* at most so often, by those that count */
};
struct proof_money {
    bool known; /* margin and net: there is an interval and a gross margin */
    struct lift_interval margin_minor, net_minor;
    double model_minor, email_minor, review_minor, discount_minor; /* NaN where no price is stated */
};
/* Margin: those recovered, at what one who came back spent within the window on average, times the gross margin. Net: minus
 * all costs that have a price; a cost without one is shown as unknown and takes nothing off. Discounts are 0 while nobody
 * took an offer. */
void proof_money(const struct proof_facts *facts, const struct proof_prices *prices, struct proof_money *out);

#endif
