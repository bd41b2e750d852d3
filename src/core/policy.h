/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Policy: what staff decide, a versioned record with one key "policy". The record keeps the JSON that staff saved; struct
 * policy is its checked form with every default filled in. */
#ifndef REKINDLE_CORE_POLICY_H
#define REKINDLE_CORE_POLICY_H

#include "core/field.h"

#define POLICY_KEY STR("policy")

struct policy_record {
    struct str id;         /* POLICY_KEY */
    struct str body;       /* JSON object as saved */
    int64_t armed_version; /* the policy version all timers were last re-armed for */
    int64_t updated_at;
    int64_t version;
};
extern const struct field POLICY_FIELDS[];
extern const size_t POLICY_FIELD_COUNT;

/* What decides the due moment. The score is shown by the same constants whatever the kind. */
enum detector_kind {
    DETECTOR_SCORE, /* the score with own rhythm: due when it falls under the threshold */
    DETECTOR_RFM, /* the same without own rhythm: rhythm_power and fade are not used, frequency and value do not fade */
    DETECTOR_CHANCE /* due when the chance of an order within 30 days falls under `chance` (core/chance.h), not before half
                       the shop's mean gap and at the latest at scale.return_days */
};
extern const char *const DETECTOR_WORDS[]; /* "score", "rfm", "chance" */

/* The constants, notes in core/score.h. */
struct detector {
    int kind;              /* enum detector_kind */
    double base_days;      /* half-life of freshness at the shop's mean gap; 90; 30..360; "half_life_days" in JSON */
    double rhythm_power;   /* 0.25; 0..0.5 */
    double fade_gaps;      /* 6; 4..9 */
    double chance;         /* of DETECTOR_CHANCE: 0.05; 0.001..0.9 */
    double frequency_days; /* 30: always a third of base_days, so it has no name in JSON */
};

struct policy {
    bool drafting;    /* off in a new shop */
    double threshold; /* 50; 10..90 */
    struct detector detector;
    int64_t daily_episodes;       /* 50 */
    int64_t max_in_review;        /* 200 */
    int64_t review_days;          /* 7 */
    double holdout_share;         /* 0.20; 0..0.5 */
    struct str holdout_salt;      /* made with the shop (hex), rotated only on purpose; see core/holdout.h */
    struct str approval_mode;     /* "manual"; "auto" comes with its issue */
    int64_t approval_daily_cap;   /* of "auto": 0 */
    double approval_sample_share; /* of "auto": share still shown to people; 0.1 */
    bool four_eyes;
    int64_t cap_days;                 /* at most one mail a person in so many days: 30 */
    int64_t quiet_from, quiet_to;     /* minutes of the client's day; 21:00..08:00 */
    int64_t feed_max_age_hours;       /* 24 */
    int64_t backlog_max_silence_days; /* release only clients silent for less: 548 (18 months) */
    struct str brand_tone;
    struct str brand_do, brand_dont; /* JSON arrays of strings */
    struct str brand_sign_offs;      /* JSON array of strings, at least one */
    struct str brand_banned;         /* JSON array */
    struct str brand_competitors;    /* JSON array */
    struct str brand_example;        /* a text in the shop's own voice; may have line breaks */
    struct str brand_language; /* stand-in for clients of a language the program does not speak: "" none, "en" ... */
    struct str brand_logo_url; /* https image at the head of an email; "" none */
    struct str brand_color;    /* of buttons and links: "#1c5f4a" */
    struct str brand_footer;   /* one more paragraph above the postal address; "" none */
    struct str brand_postal_address; /* lines; "" = REKINDLE_POSTAL_ADDRESS */
    int64_t warm_up_first_day;       /* mails on the first day that mail leaves: 50; 0 = no ramp */
    double warm_up_growth;           /* each day so many times the day before: 1.5; 1.05..3 */
    int64_t soft_bounces;            /* so many soft bounces of a person within soft_bounce_days suppress: 3 */
    int64_t soft_bounce_days;        /* 14 */
    double brake_hard_bounces;       /* share of the last 1,000 at which all sending stops: 0.02 */
    double brake_complaints;         /* 0.001 */
    struct str shop_country; /* whose consent rules hold for a client of unknown country; "" = nobody's: refused */
    int64_t client_drafts;   /* calls of the model for one person in 30 days at most: 5 */
    bool offer_on;
    struct str offer_texts;             /* JSON object: language -> text printed in the email */
    struct str offer_code;              /* a fixed code, "" for none */
    bool offer_one_time;                /* each email gets its own code out of the list (struct offer_code) instead */
    int64_t offer_ends_at;              /* TIME_NONE: open */
    double offer_cost_minor;            /* margin given away when the offer is used, minor units; absent NaN */
    double gross_margin;                /* 0..1, absent NaN */
    double usual_gap_days;              /* stated at the first run: the shop's usual gap until its own is known; NaN */
    double review_hour_minor;           /* what an hour of a reviewer costs, minor units; absent NaN */
    double email_minor;                 /* what sending one email costs, minor units (may be a fraction); absent NaN */
    int64_t retention_changes_days;     /* change images are kept so long past the relay's cursor: 7 */
    int64_t retention_raw_replies_days; /* 90 */
    int64_t version;                    /* of the record it was read from, 0 = defaults */
};

/* Fills every default. `salt_hex` is kept by reference. */
void policy_default(struct policy *policy, struct str salt_hex);
/* Reads a policy body over the defaults (of which the salt is ""): what it does not name has its default, so that bodies
 * saved by an older program can be read. Unknown fields, wrong types and values out of bounds are added to problems;
 * RC_INVALID then. A `version` in it is passed over: out->version is 0. Texts live in the arena. */
enum rc policy_from_json(const struct json *body, struct arena *arena, struct policy *out, struct problems *problems);
/* Reads one member of a policy body ("threshold", "detector") over what `policy` has: what the value does not name stays. */
enum rc policy_member_from_json(struct str name, const struct json *value, struct arena *arena, struct policy *policy,
                                struct problems *problems);
/* Adds a problem for every field that `body` does not name: what someone saves must be the whole policy. RC_INVALID then.
 * detector.kind, detector.chance, brand.language, client_drafts, offer (or all of its members), usual_gap_days, costs, sending,
 * shop_country and the look of the brand may be missing: policy_keep fills them in. */
enum rc policy_check_complete(const struct json *body, struct arena *arena, struct problems *problems);
/* Those, where `body` does not name them, as they are in force: who saves a policy without knowing of them changes none. */
void policy_keep(const struct json *body, const struct policy *in_force, struct arena *arena, struct policy *policy);
/* A copy with its texts in the arena. */
void policy_copy(const struct policy *from, struct policy *to, struct arena *arena);
/* The whole policy as its API JSON (design section 8). */
void policy_to_json(const struct policy *policy, struct json_out *out);
/* A short hash of what defines an experiment period: share, salt, detector, threshold, and the offer while it is on (its
 * words and codes; neither its end nor its cost). */
struct str policy_period(const struct policy *policy, struct arena *arena);

#endif
