/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The one result type. A code is named for what the caller may do with it, not for where it came from.
 * api/problem.c maps it to HTTP and core/retry.c to "try again or not": one table each. */
#ifndef REKINDLE_BASE_RC_H
#define REKINDLE_BASE_RC_H

enum rc {
    RC_OK = 0,
    RC_INVALID,   /* the input breaks a rule; mend it, do not retry */
    RC_DENIED,    /* the caller may not do this */
    RC_NOT_FOUND, /* no such thing; for a claim: nothing to do now */
    RC_CONFLICT,  /* the record moved on since it was read; reload and redo */
    RC_LIMITED,   /* a limit or budget of ours or theirs is used up; later */
    RC_BUSY,      /* the other side asks us to come back later */
    RC_IO,        /* disk or network fault; may heal */
    RC_TIMEOUT,   /* no answer in time and surely nothing happened */
    RC_UNCERTAIN, /* it may have happened; never retried by itself */
    RC_CORRUPT,   /* stored or received bytes break their own format */
    RC_BUG,       /* a promise of ours is broken */
    RC_COUNT
};

/* The code's fixed lower-case name ("conflict"), for logs and metrics; "unknown" outside the enum. Static memory. */
const char *rc_name(enum rc rc);

#endif
