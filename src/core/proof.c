/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The proof in words and in money. The sentence says first what is not known: a number is given only when the interval is
 * one, and an effect is claimed only when the interval lies on one side of zero. */
#include "core/proof.h"

#include <math.h>

#include "core/field.h"

#define HOUR_MS 3600000.0
#define FAR_DAYS 3650 /* further away than this nobody plans */

const char *const PROOF_VERDICT_WORDS[] = {"not_enough_data", "not_shown", "helps", "harms", NULL};

enum proof_verdict proof_verdict(const struct proof_facts *facts)
{
    if (!facts->known)
        return PROOF_NOT_ENOUGH_DATA;
    if (facts->lift.low > 0)
        return PROOF_HELPS;
    return facts->lift.high < 0 ? PROOF_HARMS : PROOF_NOT_SHOWN;
}

/* --- how much more ------------------------------------------------------------------------------------------------- */
static double rate_of(const struct lift_arm *arm)
{
    return arm->people > 0 ? (double)arm->reordered / (double)arm->people : (double)NAN;
}

static double base_rate(const struct proof_facts *facts)
{
    if (facts->holdout.people >= LIFT_ARM_MIN)
        return rate_of(&facts->holdout);
    struct lift_arm all = {facts->treated.people + facts->holdout.people,
                           facts->treated.reordered + facts->holdout.reordered};
    return rate_of(&all);
}

/* Those of `open` are on their way already; the rest has to be admitted first, and then be watched. */
static int64_t days_until(const struct proof_facts *facts, int64_t episodes)
{
    double missing = (double)(episodes - facts->open);
    if (episodes == 0)
        return 0;
    if (missing <= 0)
        return facts->window_days;
    if (!(facts->admissions_per_day > 0) || missing / facts->admissions_per_day > FAR_DAYS)
        return I64_NONE;
    return facts->window_days + (int64_t)ceil(missing / facts->admissions_per_day);
}

struct proof_needed proof_needed(const struct proof_facts *facts)
{
    static const double SOUGHT[] = {PROOF_LIFT_SOUGHT, 0.02, 0.01};
    struct proof_needed needed = {.lift = PROOF_LIFT_SOUGHT, .episodes = I64_NONE, .days = I64_NONE};
    double have = (double)(facts->treated.people + facts->holdout.people);
    bool shown = facts->known && proof_verdict(facts) != PROOF_NOT_SHOWN;
    for (size_t i = 0; i < sizeof SOUGHT / sizeof SOUGHT[0]; i++) {
        double all = lift_needed(base_rate(facts), SOUGHT[i], facts->holdout_share);
        if (!isfinite(all))
            return needed;
        needed.lift = SOUGHT[i];
        needed.episodes = all > have ? (int64_t)ceil(all - have) : 0;
        if (shown || needed.episodes > 0)
            break;
    }
    if (!facts->known && needed.episodes == 0) /* enough by the rule of thumb, but an arm or the reorders are too few */
        needed.episodes = I64_NONE;
    if (needed.episodes != I64_NONE)
        needed.days = days_until(facts, needed.episodes);
    return needed;
}

/* --- words --------------------------------------------------------------------------------------------------------- */
/* "2,104" */
static struct str number(int64_t value, struct arena *arena)
{
    struct str plain = arena_printf(arena, "%lld", (long long)value), text = STR("");
    for (size_t i = 0; i < plain.len; i++) {
        bool comma = i > 0 && (plain.len - i) % 3 == 0;
        text = arena_printf(arena, "%.*s%s%c", STR_ARG(text), comma ? "," : "", plain.ptr[i]);
    }
    return text;
}

/* To two digits, as what it stands for is known no better: 1873 is about 1,900. */
static struct str about(int64_t value, struct arena *arena)
{
    int64_t unit = 1;
    while (value / unit >= 100)
        unit *= 10;
    return number((value + unit / 2) / unit * unit, arena);
}

/* What more it takes, as a sentence to follow; STR("") when nothing can be said. */
static struct str more_text(const struct proof_facts *facts, struct arena *arena)
{
    struct proof_needed needed = proof_needed(facts);
    if (facts->holdout_share <= 0)
        return STR(" Nobody is kept in the holdout now, so it cannot become clearer.");
    if (needed.episodes == I64_NONE)
        return STR("");
    if (needed.episodes == 0) /* a lift of one point would have been seen */
        return STR(" If there is an effect, it is smaller than a point.");
    struct str episodes = about(needed.episodes, arena);
    const char *plural = needed.episodes == 1 ? "" : "s";
    if (needed.days == I64_NONE && facts->admissions_per_day > 0)
        return arena_printf(
            arena, " To see a lift of %g points takes about %.*s more episode%s, at your pace more than ten years.",
            needed.lift * 100, STR_ARG(episodes), plural);
    if (needed.days == I64_NONE)
        return arena_printf(arena, " To see a lift of %g points takes about %.*s more episode%s.", needed.lift * 100,
                            STR_ARG(episodes), plural);
    return arena_printf(arena,
                        " To see a lift of %g points takes about %.*s more episode%s, at your pace about %.*s days.",
                        needed.lift * 100, STR_ARG(episodes), plural, STR_ARG(about(needed.days, arena)));
}

/* "14.9 % ordered again within 30 days, against 11.4 % of the 526 in the holdout". Of several strata the second rate is what the
 * treated would have reordered by their own holdouts: rates pooled over changed shares could contradict the lift. */
static struct str rates_text(const struct proof_facts *facts, struct arena *arena)
{
    struct str people = number(facts->holdout.people, arena);
    struct str whose = facts->effect.strata > 1
                           ? arena_printf(arena, "by the holdouts of their own periods (%.*s people)", STR_ARG(people))
                           : arena_printf(arena, "of the %.*s in the holdout", STR_ARG(people));
    return arena_printf(arena, "%.1f %% ordered again within %d days, against %.1f %% %.*s", 100 * facts->effect.rate,
                        facts->window_days, 100 * facts->effect.without, STR_ARG(whose));
}

static struct str not_yet(const struct proof_facts *facts, struct arena *arena)
{
    int64_t people = facts->treated.people + facts->holdout.people;
    struct str more = more_text(facts, arena);
    if (people == 0 && facts->rehearsal)
        return STR("Rehearsal: no mail leaves, so nothing counts yet.");
    if (people == 0)
        return arena_printf(arena, "Not yet: nobody has been watched for %d days since the due moment.%.*s",
                            facts->window_days, STR_ARG(more));
    return arena_printf(arena, "Not yet: %.*s people have been watched for %d days, %.*s of them in the holdout.%.*s",
                        STR_ARG(number(people, arena)), facts->window_days,
                        STR_ARG(number(facts->holdout.people, arena)), STR_ARG(more));
}

/* "2,104 people chosen for an email (1,950 got it)": an email that was rejected or came too late counts with its arm. */
static struct str chosen_text(const struct proof_facts *facts, struct arena *arena)
{
    struct str people = number(facts->treated.people, arena), emailed = number(facts->emailed, arena);
    if (facts->emailed == facts->treated.people)
        return arena_printf(arena, "%.*s people chosen for an email", STR_ARG(people));
    return arena_printf(arena, "%.*s people chosen for an email (%.*s got it)", STR_ARG(people), STR_ARG(emailed));
}

struct str proof_sentence(const struct proof_facts *facts, struct arena *arena)
{
    enum proof_verdict verdict = proof_verdict(facts);
    if (verdict == PROOF_NOT_ENOUGH_DATA)
        return not_yet(facts, arena);
    struct lift_interval recovered = proof_recovered(facts);
    struct str chosen = chosen_text(facts, arena), rates = rates_text(facts, arena);
    /* over several strata an effect may be shown and yet be "from 0 on" for the treated as they are */
    double least = verdict == PROOF_HARMS ? -recovered.high : recovered.low;
    double most = verdict == PROOF_HARMS ? -recovered.low : recovered.high;
    struct str low = number(llround(fmax(least, 0)), arena), high = number(llround(fmax(most, 0)), arena);
    if (verdict == PROOF_HELPS)
        return arena_printf(arena, "Of %.*s, between %.*s and %.*s came back who would not have: %.*s.",
                            STR_ARG(chosen), STR_ARG(low), STR_ARG(high), STR_ARG(rates));
    if (verdict == PROOF_HARMS)
        return arena_printf(
            arena, "The emails do harm: of %.*s, between %.*s and %.*s stayed away who would have come back: %.*s.",
            STR_ARG(chosen), STR_ARG(low), STR_ARG(high), STR_ARG(rates));
    return arena_printf(
        arena, "Not yet: of %.*s %.*s. The difference lies between %.1f and %.1f points, so it may be chance.%.*s",
        STR_ARG(chosen), STR_ARG(rates), 100 * facts->lift.low, 100 * facts->lift.high,
        STR_ARG(more_text(facts, arena)));
}

/* "14.9 % of 1,020 with it ordered again within 30 days, against 12.8 % of 1,004 without" */
static struct str halves_text(const struct proof_offer *offer, struct arena *arena)
{
    return arena_printf(arena, "%.1f %% of %.*s with it ordered again within %d days, against %.1f %% of %.*s without",
                        100 * rate_of(&offer->with), STR_ARG(number(offer->with.people, arena)), offer->window_days,
                        100 * rate_of(&offer->without), STR_ARG(number(offer->without.people, arena)));
}

struct str proof_offer_sentence(const struct proof_offer *offer, struct arena *arena)
{
    const struct lift_interval *lift = &offer->lift;
    if (offer->with.people + offer->without.people == 0)
        return STR_NONE;
    if (!offer->known)
        return arena_printf(
            arena,
            "Not enough data yet about the offer: %.*s people with it and %.*s without have been watched for %d days.",
            STR_ARG(number(offer->with.people, arena)), STR_ARG(number(offer->without.people, arena)),
            offer->window_days);
    struct str halves = halves_text(offer, arena);
    if (lift->low <= 0 && lift->high >= 0)
        return arena_printf(
            arena,
            "Not yet: %.*s. What the offer adds to the email lies between %.1f and %.1f in 100, so it may "
            "be nothing.",
            STR_ARG(halves), 100 * lift->low, 100 * lift->high);
    bool more = lift->low > 0;
    double least = more ? lift->low : -lift->high, most = more ? lift->high : -lift->low;
    return arena_printf(arena,
                        "The offer brought back %.1f %s in 100 than the email alone, between %.1f and %.1f: %.*s.",
                        100 * fabs(lift->estimate), more ? "more" : "fewer", 100 * least, 100 * most, STR_ARG(halves));
}

/* --- money --------------------------------------------------------------------------------------------------------- */
static struct lift_interval times(const struct lift_interval *interval, double factor)
{
    return (struct lift_interval){interval->estimate * factor, interval->low * factor, interval->high * factor};
}

struct lift_interval proof_recovered(const struct proof_facts *facts)
{
    return times(&facts->effect.lift, (double)facts->effect.people);
}

static double priced(double cost) { return isnan(cost) ? 0 : cost; }

void proof_money(const struct proof_facts *facts, const struct proof_prices *prices, struct proof_money *out)
{
    *out = (struct proof_money){.model_minor = prices->model_minor,
                                .email_minor = prices->email_minor * prices->emails,
                                .review_minor = prices->review_hour_minor * prices->review_ms / HOUR_MS,
                                .discount_minor = prices->offers_taken > 0 ? prices->offer_minor * prices->offers_taken
                                                                           : 0};
    out->known = facts->known && !isnan(prices->gross_margin);
    if (!out->known)
        return;
    double spent =
        facts->treated.reordered > 0 ? (double)prices->treated_revenue_minor / (double)facts->treated.reordered : 0;
    double cost = priced(out->model_minor) + priced(out->email_minor) + priced(out->review_minor) +
                  priced(out->discount_minor);
    struct lift_interval recovered = proof_recovered(facts);
    out->margin_minor = times(&recovered, spent * prices->gross_margin);
    out->net_minor = out->margin_minor;
    out->net_minor.estimate -= cost;
    out->net_minor.low -= cost;
    out->net_minor.high -= cost;
}
