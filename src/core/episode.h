/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Episode: one silence that was noticed. Begins when a due moment fires (or staff release or force it), ends with the next
 * order. id = client id + "~" + id of the last order before it ('~' is in no id), so a silence has one episode at most. */
#ifndef REKINDLE_CORE_EPISODE_H
#define REKINDLE_CORE_EPISODE_H

#include "core/field.h"

enum episode_state {
    EPISODE_WAITING,    /* noticed; waits for the daily limit and room in the review queue */
    EPISODE_DRAFTING,   /* admitted, arm treated or forced; its email is being made */
    EPISODE_HOLDOUT,    /* admitted, arm holdout: no email, only the outcome is watched */
    EPISODE_INELIGIBLE, /* may not be mailed; `reason` is the rule */
    EPISODE_EMAILED,    /* its email left (or was rehearsed) */
    EPISODE_CLOSED      /* the client ordered, was erased, or the silence is gone; `reason` says which */
};
enum episode_arm { ARM_NONE, ARM_TREATED, ARM_HOLDOUT, ARM_FORCED };
enum episode_offer { OFFER_NONE, OFFER_WITH, OFFER_WITHOUT };
enum episode_stratum { STRATUM_DUE, STRATUM_BACKLOG, STRATUM_FORCED };

struct episode {
    struct str id;
    struct str client_id;
    struct str person;
    struct str last_order_id;
    int64_t due_at; /* when the score crossed the threshold */
    int64_t opened_at;
    int64_t admitted_at; /* when the arm was drawn; TIME_NONE before */
    int64_t closed_at;
    int state;         /* enum episode_state */
    int arm;           /* enum episode_arm */
    int stratum;       /* enum episode_stratum */
    struct str reason; /* why ineligible or closed; for forced the staff's words */
    struct str email_id;
    int64_t rank;          /* client's value in minor units: most valuable first */
    double score;          /* at opening */
    double chance;         /* of an order within 30 days, at opening; NaN while the shop is too small to say */
    struct str period;     /* version of the policy's experiment settings under which the arm was drawn */
    int64_t reordered_at;  /* first order after the silence began, of an admitted one after admitted_at; TIME_NONE */
    int64_t reorder_minor; /* value of that first order */
    /* What the client bought within so many days of admitted_at, whatever the arm; kept by the outcome step. */
    int64_t revenue_30_minor, revenue_60_minor, revenue_90_minor;
    int64_t emailed_at; /* when its email left (or was rehearsed), TIME_NONE */
    int offer;   /* enum episode_offer: drawn with the first draft of a treated one while the policy makes an offer */
    bool counts; /* in the proof: this person's first admission with a draw, not forced, not in rehearsal */
    int64_t updated_at;
    int64_t version;
};

extern const char *const EPISODE_STATE_WORDS[];
extern const char *const EPISODE_ARM_WORDS[];
extern const char *const EPISODE_OFFER_WORDS[];
extern const char *const EPISODE_STRATUM_WORDS[];
extern const struct field EPISODE_FIELDS[];
extern const size_t EPISODE_FIELD_COUNT;

struct str episode_id_of(struct str client_id, struct str last_order_id, struct arena *arena);

/* The lock that gives a person (normalised address) one open episode at a time, however many clients they are. */
struct person {
    struct str id;         /* client.person */
    struct str episode_id; /* the open one, absent when none */
    int64_t last_email_at; /* last mail that left to this person, TIME_NONE; for the cap when sending */
    int64_t contact_at;    /* last admission, in whatever arm, or forced mail: for the cap at the due moment */
    int64_t entered_at;    /* first admission that counts in the proof, TIME_NONE */
    struct str calls;      /* JSON array of the instants (ms) of this person's calls of the model in the last 30 days */
    int64_t data_sent_at;  /* when the person was last sent a copy of their data, TIME_NONE */
    int64_t updated_at;
    int64_t version;
};
extern const struct field PERSON_FIELDS[];
extern const size_t PERSON_FIELD_COUNT;

#endif
