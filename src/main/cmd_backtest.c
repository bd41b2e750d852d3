/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle backtest`: what Rekindle would have done on a file of orders. It reads a file and writes a report; no data folder,
 * no settings. */
#include "main/command.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/time_text.h"
#include "core/backtest_json.h"
#include "core/currency.h"
#include "core/tune.h"
#include "main/backtest_html.h"
#include "main/backtest_read.h"
#include "main/gzip_input.h"
#include "main/options.h"

#define DAYS_MOST 3650.0

/* As it was typed. */
struct words {
    struct str orders, train_until, same_rate, usual_gap, currency, zone, html;
    struct str daily_episodes, gross_margin, review_minutes, email_cost;
    struct str_list maps;
    bool tune, json;
};
struct backtest_job {
    const struct usage *usage;
    struct words words;
    int32_t train_until;
    double same_rate, usual_gap;
    struct shop_assumptions assumptions;
    struct backtest_file file;
    struct replay_history history;
    struct arena arena;
    struct backtest_report report, untuned; /* untuned: the default beside it, with --tune */
    struct tune_result tuning;
};

/* --- options ------------------------------------------------------------------------------------------------------- */
static int read_numbers(struct backtest_job *job)
{
    struct words *words = &job->words;
    struct shop_assumptions *assumed = &job->assumptions;
    const struct {
        const char *name;
        struct str text;
        double least, most, *out;
    } numbers[] = {
        {"--same-rate-as", words->same_rate, 1, DAYS_MOST, &job->same_rate},
        {"--usual-gap", words->usual_gap, 1, DAYS_MOST, &job->usual_gap},
        {"--daily-episodes", words->daily_episodes, 0, 1e6, &assumed->daily_episodes},
        {"--gross-margin", words->gross_margin, 0, 1, &assumed->gross_margin},
        {"--review-minutes", words->review_minutes, 0, 1440, &assumed->review_minutes},
        {"--email-cost", words->email_cost, 0, 1e6, &assumed->email_cost},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        double value;
        if (str_is_none(numbers[i].text))
            continue;
        if (!options_number(numbers[i].text, numbers[i].least, numbers[i].most, &value))
            return options_fault(job->usage, "%s must be a number from %g to %g", numbers[i].name, numbers[i].least,
                                 numbers[i].most);
        *numbers[i].out = value;
    }
    return EXIT_DONE;
}

static int read_words(struct backtest_job *job)
{
    struct words *words = &job->words;
    int64_t at_ms;
    job->train_until = REPLAY_DAY_NONE;
    job->same_rate = job->usual_gap = (double)NAN;
    job->assumptions = SHOP_ASSUMPTIONS;
    if (str_is_none(words->orders))
        return options_fault(job->usage, "--orders FILE.csv is missing");
    if (!str_is_none(words->train_until)) {
        if (words->train_until.len != 10 || time_from_text_or_day(words->train_until, STR("UTC"), &at_ms) != RC_OK)
            return options_fault(job->usage, "--train-until must be a day such as 1997-09-30");
        job->train_until = (int32_t)(at_ms / TIME_DAY_MS);
    }
    if (!str_is_none(words->currency) && currency_exponent(words->currency) < 0)
        return options_fault(job->usage, "--currency must be a code of ISO 4217 such as EUR");
    if (!time_zone_is_valid(words->zone))
        return options_fault(job->usage, "--time-zone must be a name such as Europe/Berlin");
    return read_numbers(job);
}

/* --- reading ------------------------------------------------------------------------------------------------------- */
static enum rc read_bytes(void *ctx, char *out, size_t size, size_t *got) { return gzip_read(ctx, out, size, got); }

static void tell_rejects(const struct backtest_file *file)
{
    if (!str_is_none(file->ignored))
        fprintf(stderr, "rekindle: columns that are not used: %.*s\n", STR_ARG(file->ignored));
    for (int64_t i = 0; i < file->rejected && i < BACKTEST_REJECTS_SHOWN; i++)
        fprintf(stderr, "rekindle: line %lld: %.*s\n", (long long)file->rejects[i].line, STR_ARG(file->rejects[i].why));
    if (file->rejected > BACKTEST_REJECTS_SHOWN)
        fprintf(stderr, "rekindle: ... and so on\n");
    if (file->rejected > 0)
        fprintf(stderr, "rekindle: %lld of %lld rows were rejected\n", (long long)file->rejected,
                (long long)file->rows);
}

static int read_file(struct backtest_job *job, struct gzip_input *input)
{
    struct replay_builder builder = {.rows = NULL};
    struct str why;
    job->file = (struct backtest_file){.read = read_bytes,
                                       .read_ctx = input,
                                       .maps = &job->words.maps,
                                       .time_zone = job->words.zone,
                                       .currency = job->words.currency,
                                       .latest_ms = clock_wall() + TIME_DAY_MS};
    enum rc rc = backtest_read(&job->file, &builder, &job->arena, &why);
    if (rc != RC_OK) {
        fprintf(stderr, "rekindle: %.*s: %.*s\n", STR_ARG(job->words.orders), STR_ARG(why));
        replay_builder_clear(&builder);
        return rc == RC_INVALID ? EXIT_USAGE : EXIT_FAILED;
    }
    tell_rejects(&job->file);
    replay_finish(&builder, job->file.currency, &job->arena, &job->history);
    if (job->history.visit_count > 0)
        return EXIT_DONE;
    fprintf(stderr, "rekindle: %.*s has no order that counts\n", STR_ARG(job->words.orders));
    return EXIT_FAILED;
}

static int check_split(const struct backtest_job *job)
{
    const struct replay_history *history = &job->history;
    struct arena arena = {0};
    if (job->train_until == REPLAY_DAY_NONE ||
        (job->train_until >= history->from_day && job->train_until < history->to_day))
        return EXIT_DONE;
    fprintf(stderr, "rekindle: --train-until must lie within the orders, from %s to the day before %s\n",
            time_day_to_text(history->from_day, &arena).ptr, time_day_to_text(history->to_day, &arena).ptr);
    arena_clear(&arena);
    return EXIT_USAGE;
}

/* --- running ------------------------------------------------------------------------------------------------------- */
static void run_tuned(struct backtest_job *job)
{
    struct backtest_options options = {backtest_split(&job->history, job->train_until), job->same_rate, job->usual_gap,
                                       .frontier = !str_is_none(job->words.html)};
    const struct tune_options tune = {.train_until = options.train_until,
                                      .same_rate_days = job->same_rate,
                                      .usual_gap_days = job->usual_gap,
                                      .sample_clients = TUNE_SAMPLE_CLIENTS};
    tune_run(&job->history, &tune, &job->arena, &job->tuning);
    options.detector = &job->tuning.detector;
    backtest_run(&job->history, &options, &job->arena, &job->report);
    options.detector = &job->tuning.normal;
    options.frontier = false;
    backtest_run(&job->history, &options, &job->arena, &job->untuned);
}

static void run(struct backtest_job *job)
{
    const struct backtest_options options = {job->train_until, job->same_rate, job->usual_gap,
                                             .frontier = !str_is_none(job->words.html)};
    if (job->words.tune)
        run_tuned(job);
    else
        backtest_run(&job->history, &options, &job->arena, &job->report);
}

/* --- telling ------------------------------------------------------------------------------------------------------- */
static void put_report(const char *name, const struct backtest_report *report, struct str currency,
                       struct json_out *out)
{
    json_key(out, name);
    json_begin_object(out);
    report_to_json(report, currency, out);
    json_end_object(out);
}

static void put_file(const struct backtest_job *job, struct json_out *out)
{
    json_key(out, "file");
    json_begin_object(out);
    json_pair_i64(out, "rows", job->file.rows);
    json_pair_i64(out, "counted", job->file.counted);
    json_pair_i64(out, "not_counted", job->file.not_counted);
    json_pair_i64(out, "rejected", job->file.rejected);
    json_pair_str(out, "currency", job->history.currency);
    json_end_object(out);
    json_key(out, "sizes"); /* fixed random samples of a big file */
    json_begin_object(out);
    json_pair_i64(out, "chance_clients", (int64_t)table_sample(&job->report, WALK_FIT_CLIENTS));
    json_pair_i64(out, "params_clients", (int64_t)table_sample(&job->report, BACKTEST_FIT_CLIENTS));
    json_pair_i64(out, "tuning_clients", job->words.tune ? (int64_t)job->tuning.sample_clients : 0);
    json_end_object(out);
}

/* One report: its members at the top. Two, with --tune: under "tuned" and "default", what they share at the top. */
static void write_json(struct backtest_job *job, const struct shop_outlook *outlook, struct buf *buf)
{
    struct json_out out;
    struct str currency = job->history.currency;
    json_out_init(&out, buf);
    json_begin_object(&out);
    if (job->words.tune) {
        json_pair_i64(&out, "clients", (int64_t)job->report.clients);
        json_pair_i64(&out, "orders", (int64_t)job->report.orders);
        day_to_json("from", job->report.from, &out);
        day_to_json("to", job->report.to, &out);
        put_report("tuned", &job->report, currency, &out);
        put_report("default", &job->untuned, currency, &out);
        json_key(&out, "tuning");
        tune_to_json(&job->tuning, &out);
    } else {
        report_to_json(&job->report, currency, &out);
    }
    json_pair_str(&out, "sentence", shop_sentence(&job->report, outlook, &job->arena));
    json_key(&out, "shop");
    shop_to_json(outlook, &job->assumptions, &out);
    put_file(job, &out);
    json_end_object(&out);
    buf_add_char(buf, '\n');
}

static int write_html(const struct backtest_show *show, const struct words *words)
{
    struct buf page = {0};
    html_write(show, words->orders, &page);
    FILE *file = fopen(words->html.ptr, "we");
    bool good = file && fwrite(page.ptr, 1, page.len, file) == page.len;
    good = (!file || fclose(file) == 0) && good;
    buf_clear(&page);
    if (good)
        return EXIT_DONE;
    fprintf(stderr, "rekindle: cannot write %s: %s\n", words->html.ptr, strerror(errno));
    return EXIT_FAILED;
}

static int tell(struct backtest_job *job)
{
    struct shop_outlook outlook;
    struct buf text = {0};
    int code = EXIT_DONE;
    shop_outlook(&job->report, &job->assumptions, job->history.currency, &outlook);
    bool is_changed = job->words.tune && !family_equal(&job->report.detector.detector, &job->untuned.detector.detector);
    const struct backtest_show show = {.currency = job->history.currency,
                                       .report = &job->report,
                                       .untuned = is_changed ? &job->untuned : NULL,
                                       .tuning = job->words.tune ? &job->tuning : NULL,
                                       .outlook = &outlook,
                                       .assumptions = &job->assumptions};
    if (job->words.json || !isatty(STDOUT_FILENO))
        write_json(job, &outlook, &text);
    else
        table_write(&show, &text);
    if (fwrite(text.ptr, 1, text.len, stdout) != text.len || fflush(stdout) != 0)
        code = EXIT_FAILED;
    buf_clear(&text);
    if (!str_is_none(job->words.html) && write_html(&show, &job->words) != EXIT_DONE)
        code = EXIT_FAILED;
    return code;
}

static int backtest(struct backtest_job *job)
{
    struct gzip_input *input = NULL;
    int code = read_words(job);
    if (code != EXIT_DONE)
        return code;
    if (gzip_open(job->words.orders.ptr, &input) != RC_OK) {
        fprintf(stderr, "rekindle: cannot open %s: %s\n", job->words.orders.ptr, strerror(errno));
        return EXIT_FAILED;
    }
    code = read_file(job, input);
    gzip_close(input);
    if (code == EXIT_DONE)
        code = check_split(job);
    if (code != EXIT_DONE)
        return code;
    run(job);
    return tell(job);
}

static const char TEXT[] =
    "Replays a history of orders day by day, without looking ahead, and says what Rekindle would have done\n"
    "beside fixed delays: how many people it would have written to, how many of them came back within 30\n"
    "days alone, after how many days of silence. A table on a terminal, JSON otherwise. The file, gzipped or\n"
    "not (- is stdin), has the columns client_id, ordered_at and, when known, total, currency, status,\n"
    "automatic; cancelled and automatic orders do not count, orders of one day are one visit.";

int cmd_backtest(int argc, char **argv)
{
    struct backtest_job job = {.words = {.zone = STR("UTC")}};
    struct words *words = &job.words;
    const struct option_row rows[] = {
        {.name = "--orders", .value = "FILE.csv", .help = "the orders", .text = &words->orders},
        {.name = "--map",
         .value = "THEIRS=OURS",
         .help = "their column holds ours; may be repeated",
         .list = &words->maps},
        {.name = "--train-until",
         .value = "DAY",
         .help = "learn until this day, report what comes after",
         .text = &words->train_until},
        {.name = "--same-rate-as",
         .value = "DAYS",
         .help = "set the threshold to the alarms of this fixed delay",
         .text = &words->same_rate},
        {.name = "--tune", .help = "choose the detector on the first part, report on the later", .on = &words->tune},
        {.name = "--usual-gap",
         .value = "DAYS",
         .help = "the shop's usual gap between a client's orders",
         .text = &words->usual_gap},
        {.name = "--json", .help = "JSON, also on a terminal", .on = &words->json},
        {.name = "--html", .value = "FILE", .help = "write a report with charts", .text = &words->html},
        {.name = "--currency",
         .value = "CODE",
         .help = "of the totals (the file's own, or USD)",
         .text = &words->currency},
        {.name = "--time-zone", .value = "ZONE", .help = "of the shop's days (UTC)", .text = &words->zone},
        {.name = "--daily-episodes", .value = "N", .help = "limit of a day (50)", .text = &words->daily_episodes},
        {.name = "--gross-margin",
         .value = "SHARE",
         .help = "of an order's value, 0 to 1",
         .text = &words->gross_margin},
        {.name = "--review-minutes", .value = "M", .help = "to review one email (2)", .text = &words->review_minutes},
        {.name = "--email-cost",
         .value = "AMOUNT",
         .help = "model and sending of one (0.005)",
         .text = &words->email_cost},
    };
    const struct usage usage = {
        .synopsis = "rekindle backtest --orders FILE.csv [--train-until DAY] [--tune] [options]",
        .text = TEXT,
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0]};
    int code = options_read(&usage, argc, argv, NULL);
    if (code != OPTIONS_CONTINUE)
        return code;
    job.usage = &usage;
    code = backtest(&job);
    arena_clear(&job.arena);
    return code;
}
