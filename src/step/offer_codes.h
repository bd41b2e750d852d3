/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Offer codes: one-time codes that staff put in, each printed in one email and never in another. Only ever added to. Any
 * thread. */
#ifndef REKINDLE_STEP_OFFER_CODES_H
#define REKINDLE_STEP_OFFER_CODES_H

#include "core/offer.h"
#include "step/batch.h"

#define OFFER_CODES_FREE STR("offer_codes:free")
#define OFFER_CODES_USED STR("offer_codes:used")

struct offer_codes {
    const struct str *codes; /* each keeps RULE_OFFER_CODE */
    size_t count;
    struct str actor;
};
/* Adds those that are not there yet, a few a commit, each commit noted in the audit log (how many, not which). *added counts
 * them. What an answer other than RC_OK leaves out can be given again. */
enum rc offer_codes_add(const struct step_env *env, const struct offer_codes *codes, struct arena *arena,
                        int64_t *added);
/* The code of an email: its own if it has one, else a free one, of which the claim is added to the batch (NULL: nothing is
 * claimed, one is only looked for). RC_LIMITED: none is left. */
enum rc offer_code_of(const struct step_env *env, struct str email_id, struct batch *batch, struct arena *arena,
                      struct str *code);

#endif
