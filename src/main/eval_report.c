/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/eval_report.h"

#include <math.h>
#include <string.h>

/* --- one reply ----------------------------------------------------------------------------------------------------- */

static void put_codes(const char *name, enum check_level level, const struct check_findings *findings,
                      struct json_out *out)
{
    json_key(out, name);
    json_begin_array(out);
    for (size_t i = 0; i < findings->count; i++) {
        bool told = findings->items[i].level != level;
        for (size_t j = 0; j < i && !told; j++)
            told = strcmp(findings->items[i].code, findings->items[j].code) == 0;
        if (!told)
            json_put_str(out, str_of(findings->items[i].code));
    }
    json_end_array(out);
}

void eval_line_to_json(const struct eval_reply *reply, const struct check_findings *findings, struct buf *out)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_pair_str(&json, "brief_id", reply->brief->id);
    json_pair_str(&json, "label", eval_label_word(reply->label));
    put_codes("hard", CHECK_HARD, findings, &json);
    put_codes("soft", CHECK_SOFT, findings, &json);
    json_end_object(&json);
    buf_add_char(out, '\n');
}

/* --- figures: one table for both forms ----------------------------------------------------------------------------- */

enum figure_form { SHARE, NUMBER, COUNT, MICROUSD };
struct figure {
    const char *name;  /* in JSON */
    const char *label; /* in the table */
    enum figure_form form;
    double value; /* NaN: nothing to say */
};
#define FIGURES_MAX 24
struct figures {
    struct figure items[FIGURES_MAX];
    size_t count;
};

static double share(int64_t part, int64_t whole) { return whole == 0 ? (double)NAN : (double)part / (double)whole; }

static void add(struct figures *figures, const char *name, const char *label, enum figure_form form, double value)
{
    figures->items[figures->count++] = (struct figure){name, label, form, value};
}

static double quantile(struct eval_numbers *numbers, double at)
{
    return numbers->count == 0 ? (double)NAN : (double)eval_numbers_quantile(numbers, at);
}

static void add_diversity(const struct eval_score *score, struct figures *out)
{
    const struct same_counts *same = &score->same;
    add(out, "subjects_equal", "subjects that came before", SHARE, share(same->exact, same->subjects));
    add(out, "subjects_near", "subjects near one of the last 500", SHARE, share(same->near, same->subjects));
    add(out, "distinct_1", "different words, of all words", NUMBER, same_distinct(same, 1));
    add(out, "distinct_2", "different pairs of words", NUMBER, same_distinct(same, 2));
    add(out, "distinct_3", "different triples of words", NUMBER, same_distinct(same, 3));
    add(out, "category_coverage", "the clients' categories that are cited", SHARE,
        share(score->categories_cited, score->categories));
}

static void make_figures(struct eval_score *score, struct figures *out)
{
    int64_t n = score->drafts;
    *out = (struct figures){.count = 0};
    add(out, "drafts", "replies that are not planted", COUNT, (double)n);
    add(out, "grounded_claim_rate", "paragraphs and reasons that are grounded", SHARE,
        share(score->claims - score->ungrounded, score->claims));
    add(out, "unsupported_number_rate", "with a number", SHARE, share(score->with_number, n));
    add(out, "invalid_id_rate", "with an id that was not offered", SHARE, share(score->with_bad_id, n));
    add(out, "schema_pass_rate", "that keep the schema at first try", SHARE, share(score->schema_kept, n));
    add(out, "abstain_rate", "abstained", SHARE, share(score->abstained, n));
    add(out, "language_match_rate", "in the language asked for", SHARE, share(n - score->other_language, n));
    add(out, "reading_ease", "reading ease, mean", NUMBER,
        score->ease_count == 0 ? (double)NAN : score->ease_sum / (double)score->ease_count);
    add(out, "words_per_sentence", "words a sentence", NUMBER, share(score->words, score->sentences));
    add_diversity(score, out);
    add(out, "unanswered", "live calls without an answer", COUNT, (double)score->unanswered);
    add(out, "cost_usd_p50", "cost of a call, median", MICROUSD, quantile(&score->cost_microusd, 0.5));
    add(out, "cost_usd_p95", "cost of a call, 95 of 100 under", MICROUSD, quantile(&score->cost_microusd, 0.95));
    add(out, "latency_ms_p50", "ms a call, median", COUNT, quantile(&score->latency_ms, 0.5));
    add(out, "latency_ms_p95", "ms a call, 95 of 100 under", COUNT, quantile(&score->latency_ms, 0.95));
}

static void figures_to_json(const struct figures *figures, struct json_out *out)
{
    for (size_t i = 0; i < figures->count; i++) {
        const struct figure *figure = &figures->items[i];
        json_pair_real(out, figure->name, figure->form == MICROUSD ? figure->value / 1e6 : figure->value);
    }
    json_key(out, "pii_egress"); /* there is no client whose data could leave */
    json_put_null(out);
}

/* --- totals as JSON ------------------------------------------------------------------------------------------------ */

static void notes_to_json(const char *name, const struct eval_notes *notes, const char *what, struct json_out *out)
{
    json_key(out, name);
    json_begin_array(out);
    for (size_t i = 0; i < notes->count; i++) {
        json_begin_object(out);
        json_pair_i64(out, "line", notes->items[i].line);
        json_pair_str(out, "brief_id", notes->items[i].brief_id);
        json_pair_str(out, what, notes->items[i].what);
        if (notes->items[i].detail.len > 0)
            json_pair_str(out, "detail", notes->items[i].detail);
        json_end_object(out);
    }
    json_end_array(out);
}

static void classes_to_json(const struct eval_score *score, struct json_out *out)
{
    json_key(out, "classes");
    json_begin_array(out);
    for (size_t i = 0; i < score->class_count; i++) {
        json_begin_object(out);
        json_pair_str(out, "class", score->classes[i].name);
        json_pair_i64(out, "planted", score->classes[i].planted);
        json_pair_i64(out, "caught", score->classes[i].caught);
        json_end_object(out);
    }
    json_end_array(out);
}

static void rules_to_json(const struct eval_score *score, struct json_out *out)
{
    json_key(out, "rules");
    json_begin_array(out);
    for (size_t i = 0; i < CHECK_RULE_COUNT; i++) {
        json_begin_object(out);
        json_pair_str(out, "code", str_of(CHECK_RULES[i].code));
        json_pair_str(out, "level", CHECK_RULES[i].level == CHECK_HARD ? STR("hard") : STR("soft"));
        json_pair_i64(out, "planted", score->rules[i].planted);
        json_pair_i64(out, "clean", score->rules[i].clean);
        json_end_object(out);
    }
    json_end_array(out);
}

void eval_totals_to_json(struct eval_score *score, struct buf *out)
{
    struct json_out json;
    struct figures figures;
    make_figures(score, &figures);
    json_out_init(&json, out);
    json_begin_object(&json);
    json_key(&json, "totals");
    json_begin_object(&json);
    json_pair_i64(&json, "replies", score->replies);
    json_pair_i64(&json, "unlabelled", score->unlabelled);
    json_pair_i64(&json, "planted", score->planted);
    json_pair_i64(&json, "caught", score->caught);
    json_pair_real(&json, "recall", eval_recall(score));
    json_pair_i64(&json, "clean", score->clean);
    json_pair_i64(&json, "false_alarms", score->false_alarms.all);
    json_pair_real(&json, "false_alarm_rate", eval_false_alarm_rate(score));
    classes_to_json(score, &json);
    notes_to_json("slipped", &score->slipped, "class", &json);
    notes_to_json("alarms", &score->false_alarms, "code", &json);
    rules_to_json(score, &json);
    json_key(&json, "figures");
    json_begin_object(&json);
    figures_to_json(&figures, &json);
    json_end_object(&json);
    json_end_object(&json);
    json_end_object(&json);
    buf_add_char(out, '\n');
}

/* --- totals as a table --------------------------------------------------------------------------------------------- */

static void put_rate(struct buf *out, const char *label, int64_t part, int64_t whole, double rate)
{
    buf_printf(out, "%-44s %6lld of %6lld", label, (long long)part, (long long)whole);
    if (!isnan(rate))
        buf_printf(out, "  %6.2f %%", 100 * rate);
    buf_add_char(out, '\n');
}

static void put_notes(struct buf *out, const char *title, const struct eval_notes *notes)
{
    if (notes->all == 0)
        return;
    buf_printf(out, "\n%s\n", title);
    for (size_t i = 0; i < notes->count; i++) {
        const struct eval_note *note = &notes->items[i];
        buf_printf(out, "  line %-6lld %-16.*s %.*s%s%.*s\n", (long long)note->line, STR_ARG(note->brief_id),
                   STR_ARG(note->what), note->detail.len > 0 ? ": " : "", STR_ARG(note->detail));
    }
    if (notes->all > (int64_t)notes->count)
        buf_printf(out, "  ... and %lld more\n", (long long)notes->all - (long long)notes->count);
}

static void put_classes(const struct eval_score *score, struct buf *out)
{
    if (score->class_count > 0)
        buf_add_c(out, "\nCaught by class\n");
    for (size_t i = 0; i < score->class_count; i++) {
        const struct eval_class *row = &score->classes[i];
        buf_printf(out, "  %-42.*s %6lld of %6lld%s\n", STR_ARG(row->name), (long long)row->caught,
                   (long long)row->planted, row->caught < row->planted ? "  <- slipped" : "");
    }
}

static void put_rules(const struct eval_score *score, struct buf *out)
{
    buf_printf(out, "\n%-36s %-5s %12s %12s\n", "Replies with a finding of each rule", "level", "planted", "clean");
    for (size_t i = 0; i < CHECK_RULE_COUNT; i++)
        if (score->rules[i].planted + score->rules[i].clean > 0)
            buf_printf(out, "  %-34s %-5s %12lld %12lld\n", CHECK_RULES[i].code,
                       CHECK_RULES[i].level == CHECK_HARD ? "hard" : "soft", (long long)score->rules[i].planted,
                       (long long)score->rules[i].clean);
}

static void put_figure(const struct figure *figure, struct buf *out)
{
    buf_printf(out, "  %-42s ", figure->label);
    if (isnan(figure->value))
        buf_printf(out, "%9s\n", "-");
    else if (figure->form == SHARE)
        buf_printf(out, "%9.2f %%\n", 100 * figure->value);
    else if (figure->form == MICROUSD)
        buf_printf(out, "%9.6f USD\n", figure->value / 1e6);
    else
        buf_printf(out, figure->form == COUNT ? "%9.0f\n" : "%9.3f\n", figure->value);
}

void eval_table(struct eval_score *score, struct buf *out)
{
    struct figures figures;
    make_figures(score, &figures);
    put_rate(out, "Planted ones caught by a hard rule", score->caught, score->planted, eval_recall(score));
    put_rate(out, "False alarms: clean ones with a hard finding", score->false_alarms.all, score->clean,
             eval_false_alarm_rate(score));
    put_notes(out, "What slipped through", &score->slipped);
    put_notes(out, "False alarms, by the first hard rule", &score->false_alarms);
    put_classes(score, out);
    put_rules(score, out);
    buf_add_c(out, "\nFigures of the writer\n");
    for (size_t i = 0; i < figures.count; i++)
        put_figure(&figures.items[i], out);
    buf_printf(out, "  %-42s %9s\n", "personal data that left (no client here)", "n/a");
}
