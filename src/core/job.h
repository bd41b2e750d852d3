/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Job: work for one record at a time. A timer is a job with a later run_at; a dead letter is a job state. At most one job
 * of a (kind, key) waits and never two run: (kind, key, dead) is the key of the table; `generation` grows with every put,
 * and an acknowledgement deletes the row only if it still has the generation that was claimed. */
#ifndef REKINDLE_CORE_JOB_H
#define REKINDLE_CORE_JOB_H

#include <stdint.h>

#include <stdbool.h>

#include "base/str.h"

enum job_kind {
    JOB_SCORE,   /* client id: recompute the engagement, arm its timer */
    JOB_DUE,     /* client id: the timer of the due moment */
    JOB_ADMIT,   /* "shop": admit waiting episodes, most valuable first */
    JOB_DRAFT,   /* email id: make its text */
    JOB_SEND,    /* email id */
    JOB_OUTCOME, /* client id: close the episode after an order, cancel its email */
    JOB_CANCEL,  /* client id: consent or suppression changed; cancel what may no longer be sent */
    JOB_SCALE,   /* "shop", daily: publish the shop scale */
    JOB_REARM,   /* "shop": walk all clients after a change of scale or policy */
    JOB_FEED,    /* "shop", daily: the usual order rate by hour of the week */
    JOB_TIDY,    /* "shop", daily: retention */
    JOB_ERASE,   /* client id */
    JOB_FIT,     /* "shop", weekly: fit the chance model to a sample of the clients */
    JOB_TUNE,    /* "shop": choose a detector on the shop's own history, as a proposal */
    JOB_SEAL,    /* "shop": chain the audit entries that are not yet chained */
    JOB_NOTIFY,  /* outbound id: post an event to the shop's other tools */
    JOB_COPY,    /* client id: mail the person a copy of their data, as they asked */
    JOB_KINDS
};
extern const char *const JOB_KIND_WORDS[]; /* "score", "due", ... NULL-terminated */

#define JOB_SHOP STR("shop")

struct job {
    enum job_kind kind;
    struct str key;
    int64_t run_at;     /* domain time, ms */
    int64_t attempts;   /* failed tries so far */
    int64_t generation; /* see above */
    bool dead;
    struct str reason; /* of the last failure */
    int64_t created_at;
};

#endif
