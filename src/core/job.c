/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The words of the job kinds, as they stand in the store, in logs and in the API. */
#include "core/job.h"

#include <stddef.h>

const char *const JOB_KIND_WORDS[] = {
    [JOB_SCORE] = "score", [JOB_DUE] = "due",         [JOB_ADMIT] = "admit",   [JOB_DRAFT] = "draft",
    [JOB_SEND] = "send",   [JOB_OUTCOME] = "outcome", [JOB_CANCEL] = "cancel", [JOB_SCALE] = "scale",
    [JOB_REARM] = "rearm", [JOB_FEED] = "feed",       [JOB_TIDY] = "tidy",     [JOB_ERASE] = "erase",
    [JOB_FIT] = "fit",     [JOB_TUNE] = "tune",       [JOB_SEAL] = "seal",     [JOB_NOTIFY] = "notify",
    [JOB_COPY] = "copy",   [JOB_KINDS] = NULL,
};
