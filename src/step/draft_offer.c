/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/draft_offer.h"

#include "core/language.h"
#include "core/offer.h"
#include "step/offer_codes.h"

struct draw {
    struct episode episode;
    struct str language;
    bool first; /* its half is decided now */
    bool made;  /* the policy makes an offer now, and this email prints it */
};

static enum rc read_draw(struct drafting *d, struct draw *out)
{
    const struct policy *policy = &d->records.policy;
    const struct language *language = language_of(d->records.brief.locale);
    *out = (struct draw){.first = false};
    enum rc rc = store_get(d->env->store, RECORD_EPISODE, d->email.episode_id, d->arena, &out->episode);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc; /* erased: so is the email */
    out->language = language == NULL ? STR_NONE : str_of(language->code);
    if (!offer_is_made(policy, out->language, d->now))
        return RC_OK;
    /* one whose draft people have seen already was made without an offer to draw for */
    out->first = out->episode.arm == ARM_TREATED && out->episode.offer == OFFER_NONE &&
                 d->email.drafted_at == TIME_NONE;
    if (out->first)
        out->episode.offer = (int)offer_draw(policy->holdout_salt, out->episode.id);
    out->made = out->episode.offer == OFFER_WITH;
    return RC_OK;
}

/* What is only rehearsed uses no code up. */
static enum rc code_of(struct drafting *d, struct batch *batch, struct str *code)
{
    bool one_time = d->records.policy.offer_one_time;
    *code = one_time ? STR("SAMPLE-CODE") : d->records.policy.offer_code;
    return one_time && !d->env->rehearsal ? offer_code_of(d->env, d->email.id, batch, d->arena, code) : RC_OK;
}

static void add_draw(const struct drafting *d, struct batch *batch, struct draw *draw)
{
    if (!draw->first)
        return;
    draw->episode.updated_at = d->now;
    batch_put(batch, RECORD_EPISODE, &draw->episode, draw->episode.version);
}

enum rc draft_offer_ready(struct drafting *d)
{
    struct draw *draw = arena_new(d->arena, 1, sizeof *draw);
    struct str code;
    enum rc rc = read_draw(d, draw);
    return rc == RC_OK && draw->made ? code_of(d, NULL, &code) : rc;
}

enum rc draft_offer_add(struct drafting *d, struct batch *batch)
{
    struct draw *draw = arena_new(d->arena, 1, sizeof *draw);
    struct str code;
    enum rc rc = read_draw(d, draw);
    if (rc != RC_OK)
        return rc;
    add_draw(d, batch, draw); /* also when no code is left: the draw counts, not what came of it */
    d->email.offer = STR_NONE;
    if (!draw->made)
        return RC_OK;
    if ((rc = code_of(d, batch, &code)) == RC_OK)
        d->email.offer = offer_to_json(&d->records.policy, draw->language, code, d->arena);
    return rc;
}

enum rc draft_offer_give_up(struct drafting *d)
{
    struct draw *draw = arena_new(d->arena, 1, sizeof *draw);
    struct batch *batch = drafting_batch(d);
    enum rc rc = read_draw(d, draw);
    if (rc != RC_OK)
        return rc;
    add_draw(d, batch, draw);
    return drafting_give_up_with(d, batch, DRAFT_OFFER_REASON);
}
