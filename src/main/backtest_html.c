/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/backtest_html.h"

#include <math.h>

#include "base/time_text.h"
#include "base/utf8.h"
#include "main/backtest_chart.h"

#define YEAR_DAYS 365
#define BARS_MAX 48

static const char STYLE[] =
    ":root{color-scheme:light "
    "dark;--ink:#1d2129;--soft:#5d6673;--paper:#fff;--rule:#d9dee5;--one:#b3441e;--two:#2b6cb0}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8eaee;--soft:#a4adba;--paper:#16191f;--rule:#353c47;"
    "--one:#f08a5d;--two:#7fb3e6}}\n"
    "@media "
    "print{:root{--ink:#000;--soft:#444;--paper:#fff;--rule:#bbb;--one:#b3441e;--two:#2b6cb0}section{break-inside:"
    "avoid}}\n"
    "body{margin:2rem auto;max-width:46rem;padding:0 1rem;background:var(--paper);color:var(--ink);font:16px/1.5 "
    "system-ui,sans-serif}\n"
    "h1{font-size:1.6rem;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}p{margin:.5rem 0}\n"
    ".lead{font-size:1.15rem}.soft{color:var(--soft);font-size:.9rem}\n"
    ".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:."
    "92rem}\n"
    "th,td{padding:.35rem .5rem;border-bottom:1px solid var(--rule);text-align:right;vertical-align:bottom}"
    "th:first-child,td:first-child{text-align:left}tr.us{font-weight:600}\n"
    "svg{width:100%;min-width:34rem;height:auto}svg text{fill:var(--soft);font-size:12px}.grid{stroke:var(--rule)}\n"
    ".line{fill:none;stroke-width:2}.one{stroke:var(--one)}.two{stroke:var(--two)}.guide{stroke:var(--soft);"
    "stroke-dasharray:4 4}\n"
    ".dot{stroke:none}.dot.one{fill:var(--one)}.dot.two{fill:var(--two)}.bar{fill:var(--one)}\n";

void html_add(struct buf *out, struct str text)
{
    while (text.len > 0) {
        size_t size = utf8_sequence(text.ptr, text.len);
        struct str one = {text.ptr, size > 0 ? size : 1};
        unsigned char c = (unsigned char)*text.ptr;
        if (size == 0 || c < 0x20 || c == 0x7f)
            buf_add_char(out, '?');
        else if (c == '&')
            buf_add_c(out, "&amp;");
        else if (c == '<')
            buf_add_c(out, "&lt;");
        else if (c == '>')
            buf_add_c(out, "&gt;");
        else if (c == '"' || c == '\'')
            buf_add_c(out, c == '"' ? "&quot;" : "&#39;");
        else
            buf_add(out, one);
        text.ptr += one.len;
        text.len -= one.len;
    }
}

/* --- tables -------------------------------------------------------------------------------------------------------- */
static void cell(struct buf *out, struct str text)
{
    buf_add_c(out, "<td>");
    html_add(out, text);
    buf_add_c(out, "</td>");
}

static struct str with_error(struct str text, double error, double factor, struct arena *arena)
{
    if (isnan(error) || error <= 0 || str_equal(text, STR("-")))
        return text;
    return arena_printf(arena, "%.*s ±%.1f", STR_ARG(text), factor * error);
}

static void measure_row(struct buf *out, const char *class, struct str name, const struct backtest_measure *measure)
{
    struct arena arena = {0};
    buf_printf(out, "<tr class=\"%s\">", class);
    cell(out, name);
    cell(out, table_number((double)measure->alarms, 0, &arena));
    cell(out, table_number(measure->per_100_client_months, 2, &arena));
    cell(out, with_error(table_percent(measure->wasted, &arena), measure->wasted_se, 100, &arena));
    cell(out, with_error(table_number(measure->median_silence_days, 0, &arena), measure->median_silence_se, 1, &arena));
    cell(out, table_percent(measure->final_silences_alarmed, &arena));
    buf_add_c(out, "</tr>\n");
    arena_clear(&arena);
}

static void comparison(const struct backtest_show *show, struct buf *out, struct arena *arena)
{
    const struct backtest_report *report = show->report;
    buf_add_c(out,
              "<section><h2>Against fixed delays</h2>\n<div class=\"scroll\"><table><thead><tr><th></th>"
              "<th>episodes</th><th>per 100 client-months</th><th>came back within 30 days alone</th>"
              "<th>days silent, of those who stayed away</th><th>lasting silences noticed</th></tr></thead><tbody>\n");
    measure_row(out, "us", arena_printf(arena, "Rekindle, %.*s", STR_ARG(table_detector(&report->detector, arena))),
                &report->measure);
    if (show->untuned)
        measure_row(out, "",
                    arena_printf(arena, "default, %.*s", STR_ARG(table_detector(&show->untuned->detector, arena))),
                    &show->untuned->measure);
    for (size_t i = BACKTEST_FIXED; i-- > 0;)
        measure_row(out, "",
                    arena_printf(arena, "fixed delay of %.*s days%s",
                                 STR_ARG(table_number(report->fixed[i].days, report->fixed[i].same_rate, arena)),
                                 report->fixed[i].same_rate ? " (as many episodes)" : ""),
                    &report->fixed[i].measure);
    buf_add_c(out,
              "</tbody></table></div>\n<p class=\"soft\">An episode is one silence: an email, or for the holdout none. "
              "± is one standard error. A lasting silence is one that no order ended and that was at least 180 days "
              "old at the end of the history.</p></section>\n");
}

/* --- charts -------------------------------------------------------------------------------------------------------- */
/* A chart keeps its size on a narrow screen and is moved sideways there. */
static void draw_lines(const struct chart *chart, struct buf *out)
{
    buf_add_c(out, "<div class=\"scroll\">");
    chart_lines(chart, out);
    buf_add_c(out, "</div>\n");
}

static void frontier(const struct backtest_report *report, struct buf *out)
{
    double x[2][BACKTEST_FRONTIER], y[2][BACKTEST_FRONTIER];
    double now_x = report->measure.median_silence_days, now_y = 100 * report->measure.wasted;
    size_t count = report->frontier_count;
    for (size_t i = 0; i < count; i++) {
        x[0][i] = report->frontier[i].measure.median_silence_days;
        y[0][i] = 100 * report->frontier[i].measure.wasted;
        x[1][i] = report->frontier_fixed[i].measure.median_silence_days;
        y[1][i] = 100 * report->frontier_fixed[i].measure.wasted;
    }
    const struct chart_series series[] = {
        {"Rekindle", "one", x[0], y[0], count, true, false},
        {"fixed delay", "two", x[1], y[1], count, true, false},
        {"as reported here", "one", &now_x, &now_y, 1, true, true},
    };
    const struct chart chart = {
        "Share of emails to people who would have come back alone, against the days of silence at "
        "the email",
        "days silent at the email, of those who stayed away (median)", "came back within 30 days alone, %", series, 3};
    buf_add_c(out,
              "<section><h2>Sooner or surer</h2>\n<p>Every threshold buys earlier emails with more of them to people "
              "who would have come back anyway. Lower and further left is better; points of the two lines that belong "
              "together have equally many emails.</p>\n");
    draw_lines(&chart, out);
    buf_add_c(out, "</section>\n");
}

static void calibration(const struct backtest_report *report, struct buf *out)
{
    static const double GUIDE[] = {0, 100};
    double x[CHANCE_DECILES], y[CHANCE_DECILES];
    buf_add_c(out, "<section><h2>Is the chance of return honest?</h2>\n");
    if (report->chance.cuts == 0) {
        buf_add_c(out, "<p>The history is too short to test it.</p></section>\n");
        return;
    }
    for (size_t i = 0; i < CHANCE_DECILES; i++) {
        x[i] = 100 * report->chance.deciles[i].expected;
        y[i] = 100 * report->chance.deciles[i].ordered;
    }
    const struct chart_series series[] = {{"tenths of clients", "one", x, y, CHANCE_DECILES, true, false},
                                          {"exactly right", "guide", GUIDE, GUIDE, 2, false, false}};
    const struct chart chart = {"Chance of an order within 90 days as it was said, against the share that ordered",
                                "chance said, %", "share that ordered, %", series, 2};
    buf_printf(
        out,
        "<p>On %zu days of the past each client was given a chance of an order within 90 days, from what was known "
        "that day. Of two clients, one of whom ordered, it names the right one in %.1f&nbsp;%% of cases; Brier "
        "score %.4f.</p>\n",
        report->chance.cuts, 100 * report->chance.auc, report->chance.brier);
    draw_lines(&chart, out);
    buf_add_c(out, "</section>\n");
}

static void months(const struct backtest_report *report, struct buf *out, struct arena *arena)
{
    double values[BARS_MAX];
    struct str names[BARS_MAX];
    size_t from = report->month_count > BARS_MAX ? report->month_count - BARS_MAX : 0,
           count = report->month_count - from;
    if (count == 0)
        return;
    for (size_t i = 0; i < count; i++) {
        int32_t day = report->judged_from + (int32_t)(((double)(from + i) + 0.5) * MEASURE_MONTH_DAYS);
        values[i] = (double)report->months[from + i];
        names[i] = time_day_to_text(day, arena);
        names[i].len = names[i].len > 7 ? 7 : names[i].len; /* year and month */
    }
    buf_add_c(out, "<section><h2>Episodes by month</h2>\n");
    buf_add_c(out, "<div class=\"scroll\">");
    chart_bars("Episodes in each month", values, names, count, out);
    buf_add_c(out, "</div><p class=\"soft\">Months of 30.4 days; the last one may not be over.</p></section>\n");
}

/* --- words --------------------------------------------------------------------------------------------------------- */
static void lifts(const struct shop_outlook *outlook, struct buf *out, struct arena *arena)
{
    buf_add_c(
        out,
        "<p>Whether the emails help is known from the holdout. Looked at every day, it could be known:</p>\n<ul>\n");
    for (int i = 0; i < SHOP_LIFTS; i++)
        if (outlook->lift_days[i] <= YEAR_DAYS)
            buf_printf(out, "<li>a lift of %.0f points: after about %.*s days</li>\n", 100 * outlook->lifts[i],
                       STR_ARG(table_number(ceil(outlook->lift_days[i]), 0, arena)));
        else
            buf_printf(out, "<li>a lift of %.0f points: cannot be known within a year at this size</li>\n",
                       100 * outlook->lifts[i]);
    buf_add_c(out, "</ul>\n");
}

static void shop(const struct backtest_show *show, struct buf *out, struct arena *arena)
{
    const struct shop_outlook *outlook = show->outlook;
    const struct shop_assumptions *assumed = show->assumptions;
    buf_printf(out,
               "<section><h2>What it means for this shop</h2>\n<ul>\n<li>%.1f emails a day%s</li>\n<li>%.0f minutes of "
               "review a day</li>\n<li>",
               outlook->emails_a_day, outlook->is_limited ? " (the daily limit holds more back)" : "",
               outlook->review_minutes_a_day);
    html_add(out, show->currency);
    buf_printf(out, " %.2f a month for the model and for sending</li>\n", outlook->cost_a_month);
    if (!isnan(outlook->pays_one_in))
        buf_printf(out, "<li>it pays when one email in %.*s brings an order of mean value</li>\n",
                   STR_ARG(table_number(outlook->pays_one_in, 0, arena)));
    buf_add_c(out, "</ul>\n");
    lifts(outlook, out, arena);
    buf_printf(
        out,
        "<p class=\"soft\">Assumed: at most %g episodes a day, a holdout of %.0f&nbsp;%%, %g minutes to review an "
        "email, ",
        assumed->daily_episodes, 100 * assumed->holdout_share, assumed->review_minutes);
    html_add(out, show->currency);
    buf_printf(out,
               " %g for the model and sending of one. The days to a lift are for 80&nbsp;%% power and a result that "
               "may be looked at daily.</p></section>\n",
               assumed->email_cost);
}

static struct str base_name(struct str path)
{
    struct str name = path;
    while (!str_is_none(path))
        name = str_cut(&path, '/');
    return name;
}

static void head(const struct backtest_show *show, struct str file, struct buf *out, struct arena *arena)
{
    const struct backtest_report *report = show->report;
    buf_add_c(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                   "<title>Rekindle backtest</title>\n<style>\n");
    buf_add_c(out, STYLE);
    buf_add_c(out, "</style></head>\n<body>\n<h1>What Rekindle would have done</h1>\n<p class=\"lead\">");
    html_add(out, shop_sentence(report, show->outlook, arena));
    buf_add_c(out, "</p>\n");
    if (show->tuning) {
        buf_add_c(out, "<p>");
        html_add(out, show->tuning->choice);
        buf_add_c(out, "</p>\n");
    }
    buf_add_c(out, "<p class=\"soft\">");
    html_add(out, base_name(file));
    html_add(out,
             arena_printf(arena,
                          ": %.*s orders of %.*s clients; this report covers %.*s to %.*s, judged from %.*s on. "
                          "Every day is judged from what was known on it.",
                          STR_ARG(table_number((double)report->orders, 0, arena)),
                          STR_ARG(table_number((double)report->clients, 0, arena)),
                          STR_ARG(time_day_to_text(report->from, arena)), STR_ARG(time_day_to_text(report->to, arena)),
                          STR_ARG(time_day_to_text(report->judged_from, arena))));
    if (!str_is_none(table_samples(show, arena))) {
        buf_add_char(out, ' ');
        html_add(out, table_samples(show, arena));
    }
    buf_add_c(out, "</p>\n");
}

void html_write(const struct backtest_show *show, struct str file, struct buf *out)
{
    struct arena arena = {0};
    head(show, file, out, &arena);
    comparison(show, out, &arena);
    if (show->report->frontier_count > 0)
        frontier(show->report, out);
    calibration(show->report, out);
    months(show->report, out, &arena);
    shop(show, out, &arena);
    buf_add_c(out, "</body></html>\n");
    arena_clear(&arena);
}
