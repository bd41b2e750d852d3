/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/eval_score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Which rules a figure is about, NULL-terminated; FIGURE_CODES has all of them. */
#define GROUNDING_CODES "ungrounded_category", "unknown_name", "unfounded_claim"
#define NUMBER_CODES "digits", "dates", "price_or_currency"
#define ID_CODES "unknown_fact", "unknown_product"
#define LANGUAGE_CODES "script", "wrong_language"
static const char *const FIGURE_CODES[] = {GROUNDING_CODES, NUMBER_CODES, ID_CODES, LANGUAGE_CODES, NULL};
static const char *const GROUNDING[] = {GROUNDING_CODES, NULL};
static const char *const NUMBERS[] = {NUMBER_CODES, NULL};
static const char *const IDS[] = {ID_CODES, NULL};
static const char *const LANGUAGE[] = {LANGUAGE_CODES, NULL};

const char *const *eval_figure_codes(void) { return FIGURE_CODES; }

void eval_score_init(struct eval_score *score)
{
    *score = (struct eval_score){.replies = 0};
    score->rules = mem_new(CHECK_RULE_COUNT, sizeof *score->rules);
    same_init(&score->same);
}

void eval_score_clear(struct eval_score *score)
{
    mem_free(score->rules);
    mem_free(score->classes);
    mem_free(score->cost_microusd.items);
    mem_free(score->latency_ms.items);
    same_clear(&score->same);
    arena_clear(&score->arena);
    *score = (struct eval_score){.replies = 0};
}

/* --- recall and false alarms --------------------------------------------------------------------------------------- */

static struct eval_class *class_of(struct eval_score *score, struct str name)
{
    if (name.len == 0)
        name = STR("(no class)");
    for (size_t i = 0; i < score->class_count; i++)
        if (str_equal(score->classes[i].name, name))
            return &score->classes[i];
    if (score->class_count == score->class_cap) {
        score->class_cap = score->class_cap == 0 ? 64 : 2 * score->class_cap;
        score->classes = mem_resize(score->classes, score->class_cap, sizeof *score->classes);
    }
    struct eval_class *fresh = &score->classes[score->class_count++];
    *fresh = (struct eval_class){.name = arena_str(&score->arena, name)};
    return fresh;
}

static void note(struct eval_score *score, struct eval_notes *notes, const struct eval_reply *reply, struct str what,
                 struct str detail)
{
    notes->all++;
    if (notes->count == EVAL_NOTED_MAX)
        return;
    notes->items[notes->count++] = (struct eval_note){reply->line, arena_str(&score->arena, reply->brief->id),
                                                      arena_str(&score->arena, what), arena_str(&score->arena, detail)};
}

static void count_label(struct eval_score *score, const struct eval_reply *reply, const struct check_findings *findings)
{
    const struct check_finding *hard = NULL;
    for (size_t i = 0; i < findings->count && hard == NULL; i++)
        if (findings->items[i].level == CHECK_HARD)
            hard = &findings->items[i];
    score->unlabelled += reply->label == EVAL_UNLABELLED;
    if (reply->label == EVAL_PLANTED) {
        struct eval_class *class_counts = class_of(score, reply->class_name);
        score->planted++;
        class_counts->planted++;
        score->caught += hard != NULL;
        class_counts->caught += hard != NULL;
        if (hard == NULL)
            note(score, &score->slipped, reply, class_counts->name, STR(""));
    } else if (reply->label == EVAL_CLEAN) {
        score->clean++;
        if (hard != NULL)
            note(score, &score->false_alarms, reply, str_of(hard->code), hard->detail);
    }
}

static int64_t findings_of(const struct check_findings *findings, const char *const *codes)
{
    int64_t count = 0;
    for (size_t i = 0; i < findings->count; i++)
        for (const char *const *code = codes; *code != NULL; code++)
            count += strcmp(findings->items[i].code, *code) == 0;
    return count;
}

static void count_rules(struct eval_score *score, const struct eval_reply *reply, const struct check_findings *findings)
{
    for (size_t i = 0; i < CHECK_RULE_COUNT; i++) {
        const char *const code[] = {CHECK_RULES[i].code, NULL};
        bool found = findings_of(findings, code) > 0;
        score->rules[i].planted += found && reply->label == EVAL_PLANTED;
        score->rules[i].clean += found && reply->label == EVAL_CLEAN;
    }
}

/* --- the writer's figures ------------------------------------------------------------------------------------------ */

static bool is_cited(const struct draft *draft, struct str id)
{
    for (size_t i = 0; i < draft->paragraph_count; i++)
        for (size_t f = 0; f < draft->paragraphs[i].fact_count; f++)
            if (str_equal(draft->paragraphs[i].facts[f], id))
                return true;
    for (size_t i = 0; i < draft->pick_count; i++)
        for (size_t f = 0; f < draft->picks[i].fact_count; f++)
            if (str_equal(draft->picks[i].facts[f], id))
                return true;
    return false;
}

static void count_categories(struct eval_score *score, const struct brief *brief, const struct draft *draft)
{
    for (size_t i = 0; i < brief->fact_count; i++) {
        if (brief->facts[i].kind != FACT_CATEGORY)
            continue;
        score->categories++;
        score->categories_cited += is_cited(draft, brief->facts[i].id);
    }
}

static void count_reading(struct eval_score *score, const struct brief *brief, const struct draft *draft,
                          struct arena *arena)
{
    struct reading_counts counts = {0, 0, 0};
    struct str body = STR("");
    for (size_t i = 0; i < draft->paragraph_count; i++) {
        reading_add(draft->paragraphs[i].text, brief->locale, arena, &counts);
        body = arena_printf(arena, "%.*s\n%.*s", STR_ARG(body), STR_ARG(draft->paragraphs[i].text));
    }
    double ease = reading_ease(&counts, brief->locale);
    if (!isnan(ease)) {
        score->ease_sum += ease;
        score->ease_count++;
    }
    score->words += counts.words;
    score->sentences += counts.sentences;
    same_add_subject(&score->same, draft->subject, arena);
    same_add_body(&score->same, body, arena);
}

static void count_draft(struct eval_score *score, const struct brief *brief, const struct draft *draft,
                        const struct check_findings *findings, struct arena *arena)
{
    score->abstained += draft->abstain;
    score->with_number += findings_of(findings, NUMBERS) > 0;
    score->with_bad_id += findings_of(findings, IDS) > 0;
    score->other_language += findings_of(findings, LANGUAGE) > 0;
    if (draft->abstain)
        return; /* nothing was written */
    int64_t claims = (int64_t)(draft->paragraph_count + draft->pick_count);
    int64_t ungrounded = findings_of(findings, GROUNDING);
    score->claims += claims;
    score->ungrounded += ungrounded < claims ? ungrounded : claims;
    count_categories(score, brief, draft);
    count_reading(score, brief, draft, arena);
}

void eval_score_reply(struct eval_score *score, const struct eval_reply *reply, struct arena *arena,
                      struct check_findings *findings)
{
    struct draft draft;
    struct problems problems = {.count = 0};
    bool kept = draft_from_reply(reply->raw, arena, &draft, &problems) == RC_OK;
    const struct check_input input = {.draft = &draft,
                                      .brief = &reply->brief->brief,
                                      .client = NULL,
                                      .policy = &reply->brief->policy,
                                      .reply_problems = &problems};
    check_draft(&input, arena, findings);
    score->replies++;
    count_label(score, reply, findings);
    count_rules(score, reply, findings);
    if (reply->label == EVAL_PLANTED)
        return;
    score->drafts++;
    score->schema_kept += kept;
    count_draft(score, &reply->brief->brief, &draft, findings, arena);
}

/* --- numbers ------------------------------------------------------------------------------------------------------- */

void eval_numbers_add(struct eval_numbers *numbers, int64_t value)
{
    if (numbers->count == numbers->cap) {
        numbers->cap = numbers->cap == 0 ? 64 : 2 * numbers->cap;
        numbers->items = mem_resize(numbers->items, numbers->cap, sizeof *numbers->items);
    }
    numbers->items[numbers->count++] = value;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t eval_numbers_quantile(struct eval_numbers *numbers, double share)
{
    if (numbers->count == 0)
        return I64_NONE;
    qsort(numbers->items, numbers->count, sizeof *numbers->items, compare);
    double rank = ceil(share * (double)numbers->count);
    return numbers->items[rank < 1 ? 0 : (size_t)rank - 1];
}

double eval_recall(const struct eval_score *score)
{
    return score->planted == 0 ? (double)NAN : (double)score->caught / (double)score->planted;
}

double eval_false_alarm_rate(const struct eval_score *score)
{
    return score->clean == 0 ? (double)NAN : (double)score->false_alarms.all / (double)score->clean;
}

bool eval_is_good(const struct eval_score *score)
{
    double rate = eval_false_alarm_rate(score);
    return score->caught == score->planted && (isnan(rate) || rate <= EVAL_FALSE_ALARMS);
}
