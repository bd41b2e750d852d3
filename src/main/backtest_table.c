/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/backtest_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/time_text.h"

#define YEAR_DAYS 365

struct str table_number(double number, int digits, struct arena *arena)
{
    if (!isfinite(number) || fabs(number) > 1e15)
        return STR("-");
    struct str plain = arena_printf(arena, "%.*f", digits, number);
    struct str rest = plain, whole = str_cut(&rest, '.'), grouped = STR("");
    size_t sign = whole.len > 0 && whole.ptr[0] == '-' ? 1 : 0;
    for (size_t i = 0; i < whole.len; i++) {
        bool comma = i > sign && (whole.len - i) % 3 == 0;
        grouped = arena_printf(arena, "%.*s%s%c", STR_ARG(grouped), comma ? "," : "", whole.ptr[i]);
    }
    return str_is_none(rest) ? grouped : arena_printf(arena, "%.*s.%.*s", STR_ARG(grouped), STR_ARG(rest));
}

struct str table_percent(double share, struct arena *arena)
{
    return isnan(share) ? STR("-") : arena_printf(arena, "%.1f %%", 100 * share);
}

struct str table_detector(const struct walk_detector *detector, struct arena *arena)
{
    if (detector->detector.kind == DETECTOR_CHANCE)
        return arena_printf(arena, "chance under %.1f %%", 100 * detector->detector.chance);
    return arena_printf(arena, "%s under %.1f", detector->detector.kind == DETECTOR_RFM ? "plain score" : "score",
                        detector->threshold);
}

static struct str with_error(struct str text, double error, double factor, struct arena *arena)
{
    if (isnan(error) || str_equal(text, STR("-")))
        return text;
    return arena_printf(arena, "%.*s +-%.1f", STR_ARG(text), factor * error);
}

static void row(struct buf *out, struct str name, const struct backtest_measure *measure, struct arena *arena)
{
    struct str wasted = with_error(table_percent(measure->wasted, arena), measure->wasted_se, 100, arena);
    struct str silence =
        with_error(table_number(measure->median_silence_days, 0, arena), measure->median_silence_se, 1, arena);
    struct str alarms = table_number((double)measure->alarms, 0, arena);
    struct str rate = table_number(measure->per_100_client_months, 2, arena);
    struct str finals = table_percent(measure->final_silences_alarmed, arena);
    buf_printf(out, "%-28.*s %10.*s %10.*s %15.*s %14.*s %12.*s\n", STR_ARG(name), STR_ARG(alarms), STR_ARG(rate),
               STR_ARG(wasted), STR_ARG(silence), STR_ARG(finals));
}

static void write_rows(const struct backtest_show *show, struct buf *out, struct arena *arena)
{
    const struct backtest_report *report = show->report;
    buf_printf(out, "%-28s %10s %10s %15s %14s %12s\n", "", "emails and", "per 100", "came back", "days silent",
               "lasting");
    buf_printf(out, "%-28s %10s %10s %15s %14s %12s\n", "", "holdout", "client-", "within 30 d", "of those who",
               "silences");
    buf_printf(out, "%-28s %10s %10s %15s %14s %12s\n", "", "", "months", "alone", "stayed away", "noticed");
    row(out, arena_printf(arena, "Rekindle, %.*s", STR_ARG(table_detector(&report->detector, arena))), &report->measure,
        arena);
    if (show->untuned)
        row(out, arena_printf(arena, "default, %.*s", STR_ARG(table_detector(&show->untuned->detector, arena))),
            &show->untuned->measure, arena);
    for (size_t i = BACKTEST_FIXED; i-- > 0;) {
        const struct backtest_fixed *fixed = &report->fixed[i];
        struct str days = table_number(fixed->days, fixed->same_rate ? 1 : 0, arena);
        row(out, arena_printf(arena, "fixed %.*s days%s", STR_ARG(days), fixed->same_rate ? ", as many" : ""),
            &fixed->measure, arena);
    }
}

static void write_chance(const struct backtest_report *report, struct buf *out, struct arena *arena)
{
    const struct chance_test *test = &report->chance;
    if (test->cuts == 0) {
        buf_add_c(out, "\nThe history is too short to test the chance of return within 90 days.\n");
        return;
    }
    buf_printf(out,
               "\nChance of return within 90 days, asked on %zu days of the past: of two clients, one of whom\n"
               "returned, it names the right one in %.*s of cases (the score %.*s); Brier score %.4f.\n"
               "By tenths of clients:\n",
               test->cuts, STR_ARG(table_percent(test->auc, arena)), STR_ARG(table_percent(test->auc_score, arena)),
               test->brier);
    buf_add_c(out, "  said    ");
    for (size_t i = 0; i < CHANCE_DECILES; i++)
        buf_printf(out, "%7.1f%%", 100 * test->deciles[i].expected);
    buf_add_c(out, "\n  ordered ");
    for (size_t i = 0; i < CHANCE_DECILES; i++)
        buf_printf(out, "%7.1f%%", 100 * test->deciles[i].ordered);
    buf_add_c(out, "\n");
}

static void write_lift(const struct shop_outlook *outlook, struct buf *out, struct arena *arena)
{
    for (int i = 0; i < SHOP_LIFTS; i++) {
        bool known = outlook->lift_days[i] <= YEAR_DAYS; /* false for NaN */
        struct str days = table_number(ceil(outlook->lift_days[i]), 0, arena);
        buf_printf(out, "  a lift of %.0f points: %s%.*s%s\n", 100 * outlook->lifts[i], known ? "after about " : "",
                   known ? (int)days.len : 0, days.ptr, known ? " days" : "cannot be known within a year at this size");
    }
}

static void write_shop(const struct backtest_show *show, struct buf *out, struct arena *arena)
{
    const struct shop_outlook *outlook = show->outlook;
    const struct shop_assumptions *assumed = show->assumptions;
    struct str currency = show->currency;
    buf_printf(out,
               "\nFor this shop: %.1f emails a day%s, %.0f minutes of review a day, %.*s %.2f a month for model and\n"
               "sending (%.0f minutes and %.*s %g an email, a holdout of %.0f %%).\n",
               outlook->emails_a_day, outlook->is_limited ? " (the daily limit)" : "", outlook->review_minutes_a_day,
               STR_ARG(currency), outlook->cost_a_month, assumed->review_minutes, STR_ARG(currency),
               assumed->email_cost, 100 * assumed->holdout_share);
    if (!isnan(outlook->pays_one_in))
        buf_printf(out, "It pays when one email in %.*s brings an order of mean value (margin %.0f %%).\n",
                   STR_ARG(table_number(outlook->pays_one_in, 0, arena)), 100 * assumed->gross_margin);
    buf_add_c(out, "Whether the emails help could be known, looked at every day:\n");
    write_lift(outlook, out, arena);
}

size_t table_sample(const struct backtest_report *report, size_t most)
{
    return report->clients < most ? report->clients : most;
}

struct str table_samples(const struct backtest_show *show, struct arena *arena)
{
    if (show->report->clients <= WALK_FIT_CLIENTS)
        return STR_NONE;
    struct str fit = table_number(WALK_FIT_CLIENTS, 0, arena);
    if (!show->tuning || show->tuning->sample_clients >= show->tuning->clients)
        return arena_printf(arena, "The chance model is fitted to a fixed random sample of %.*s clients.",
                            STR_ARG(fit));
    return arena_printf(
        arena, "Fixed random samples: the chance model is fitted to %.*s clients, the detector chosen on %.*s.",
        STR_ARG(fit), STR_ARG(table_number((double)show->tuning->sample_clients, 0, arena)));
}

/* Breaks a long sentence into lines. */
static void write_wrapped(struct str text, struct buf *out)
{
    enum { WIDTH = 96 };
    size_t column = 0;
    while (!str_is_none(text)) {
        struct str word = str_cut(&text, ' ');
        if (column > 0 && column + 1 + word.len > WIDTH) {
            buf_add_char(out, '\n');
            column = 0;
        } else if (column > 0) {
            buf_add_char(out, ' ');
            column++;
        }
        buf_add(out, word);
        column += word.len;
    }
    buf_add_char(out, '\n');
}

void table_write(const struct backtest_show *show, struct buf *out)
{
    struct arena arena = {0};
    const struct backtest_report *report = show->report;
    write_wrapped(shop_sentence(report, show->outlook, &arena), out);
    if (show->tuning)
        write_wrapped(show->tuning->choice, out);
    buf_printf(out, "\n%.*s orders of %.*s clients, %.*s to %.*s (judged from %.*s on).\n\n",
               STR_ARG(table_number((double)report->orders, 0, &arena)),
               STR_ARG(table_number((double)report->clients, 0, &arena)),
               STR_ARG(time_day_to_text(report->from, &arena)), STR_ARG(time_day_to_text(report->to, &arena)),
               STR_ARG(time_day_to_text(report->judged_from, &arena)));
    write_rows(show, out, &arena);
    write_chance(report, out, &arena);
    if (!str_is_none(table_samples(show, &arena)))
        buf_printf(out, "%.*s\n", STR_ARG(table_samples(show, &arena)));
    buf_printf(out, "\nA client who comes back does so after %.1f days on average; an order is worth %.*s %.*s.\n",
               report->params.gap_days, STR_ARG(show->currency),
               STR_ARG(table_number(shop_major(report->params.value_minor, show->currency), 2, &arena)));
    write_shop(show, out, &arena);
    arena_clear(&arena);
}
