/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* For the tests of core/check, which include cmocka first: a brief, a client and a clean draft about them, into which faults
 * are put. */
#ifndef REKINDLE_CORE_TEST_DRAFT_H
#define REKINDLE_CORE_TEST_DRAFT_H

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "base/mem.h"
#include "core/check.h"

struct test_draft {
    struct arena arena;
    struct draft draft;
    struct brief brief;
    struct client client;
    struct policy policy;
    struct check_findings findings;
};

static inline void test_draft_fill(struct test_draft *f)
{
    f->draft = (struct draft){
        .subject = STR("A few words about Tea"),
        .preheader = STR("A short note about Tea, written in plain words."),
        .paragraphs =
            {{STR("Here at Kitchen Row we like to write about the things we know well. One of them is Tea, and this is "
                  "a short note "
                  "with a few thoughts."),
              {STR("F1"), STR("F3")},
              2},
             {STR("Below is a small choice from our shelves. With each piece we say in a line why we picked it, so "
                  "that you can "
                  "see at a glance whether it is for you."),
              {{0}},
              0},
             {STR("Thank you for reading this far. We hope that these lines were worth a moment of your day."),
              {{0}},
              0}},
        .paragraph_count = 3,
        .picks = {{STR("p1"), STR("From Tea, and easy to like."), {STR("F3"), STR("F7")}, 2}},
        .pick_count = 1,
        .cta_label = STR("Take a look"),
        .cta_target = STR("shop"),
        .sign_off = STR("Warm regards,")};
    f->brief = (struct brief){.locale = STR("en-GB"),
                              .shop_name = STR("Kitchen Row"),
                              .sign_offs = STR("[\"Warm regards,\"]"),
                              .facts = {{STR("F1"), FACT_SHOP, STR("Kitchen Row")},
                                        {STR("F2"), FACT_SEASON, STR("the end of the year")},
                                        {STR("F3"), FACT_CATEGORY, STR("Tea")},
                                        {STR("F4"), FACT_CATEGORY, STR("Summer dresses")},
                                        {STR("F5"), FACT_BOUGHT, STR("Linen shirt")},
                                        {STR("F6"), FACT_CATEGORY, STR("Dresses")},
                                        {STR("F7"), FACT_PRODUCT, STR("White tea")},
                                        {STR("F8"), FACT_CATEGORY, STR("ROSE GARDENS")}},
                              .fact_count = 8,
                              .products = {{.id = STR("p1"), .name = STR("White tea"), .category = STR("Tea")},
                                           {.id = STR("p2"), .name = STR("Kettle No. 5 pro"), .category = STR("Tea")}},
                              .product_count = 2};
    f->client = (struct client){
        .id = STR("kunde-ab"),
        .email = STR("skywalker.luke@mail.example"),
        .first_name = STR("Annabel"),
        .last_name = STR("Long"),
        .country = STR("DK"),
        .time_zone = STR("America/New_York"),
        .attributes = STR("{\"town\":\"Odense\",\"n\":7,\"size\":\"M\",\"note\":\"likes velvet slippers\"}")};
    policy_default(&f->policy, STR("00"));
    f->policy.brand_banned = STR("[\"artisanal\",\"Hand Crafted\",\"\xE2\x98\x85\"]");
    f->policy.brand_competitors = STR("[\"Acme\",\"Tea & Sons\"]");
}

static inline void test_draft_check(struct test_draft *f)
{
    struct check_input input = {.draft = &f->draft, .brief = &f->brief, .client = &f->client, .policy = &f->policy};
    check_draft(&input, &f->arena, &f->findings);
}

static inline bool test_draft_found(const struct test_draft *f, const char *code)
{
    for (size_t i = 0; i < f->findings.count; i++)
        if (strcmp(f->findings.items[i].code, code) == 0)
            return true;
    return false;
}

/* The draft is clean again, with what the arena held gone. */
static inline void test_draft_again(struct test_draft *f)
{
    arena_clear(&f->arena);
    test_draft_fill(f);
}

/* Where a row's text goes. Words are put into a whole sentence of the second paragraph, which cites nothing. */
enum place {
    IN_SUBJECT,
    IN_PREHEADER,
    IN_BODY,
    IN_REASON,
    IN_BUTTON,
    AS_SUBJECT,
    AS_SENTENCE,
    AS_PARAGRAPH,
    CITING_TEA
};

struct test_row {
    const char *code; /* the rule's */
    bool bad;         /* whether it must find the text */
    enum place place;
    const char *text;
};

static inline void test_draft_put(struct test_draft *f, const struct test_row *row)
{
    struct str text = str_of(row->text);
    struct str start = STR("With each piece we say in a line why we picked it");
    struct str sentence = arena_printf(&f->arena, "%.*s and %.*s.", STR_ARG(start), STR_ARG(text));
    switch (row->place) {
    case IN_SUBJECT: f->draft.subject = arena_printf(&f->arena, "A word: %.*s", STR_ARG(text)); break;
    case AS_SUBJECT: f->draft.subject = text; break;
    case IN_PREHEADER: f->draft.preheader = arena_printf(&f->arena, "A short note: %.*s", STR_ARG(text)); break;
    case IN_BODY: f->draft.paragraphs[1].text = sentence; break;
    case AS_SENTENCE:
        f->draft.paragraphs[1].text = arena_printf(&f->arena, "%.*s. %.*s", STR_ARG(start), STR_ARG(text));
        break;
    case AS_PARAGRAPH: f->draft.paragraphs[1].text = text; break;
    case IN_REASON: f->draft.picks[0].reason = text; break;
    case IN_BUTTON: f->draft.cta_label = text; break;
    case CITING_TEA:
        f->draft.paragraphs[1].text = sentence;
        f->draft.paragraphs[1].facts[0] = STR("F3");
        f->draft.paragraphs[1].fact_count = 1;
        break;
    }
}

/* Every row is found by its rule, or passes it. */
static inline void test_rows_hold(const struct test_row *rows, size_t count)
{
    struct test_draft *f = mem_new(1, sizeof *f);
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        test_draft_again(f);
        test_draft_put(f, &rows[i]);
        test_draft_check(f);
        if (test_draft_found(f, rows[i].code) == rows[i].bad)
            continue;
        print_message("%s %s: %s\n", rows[i].code, rows[i].bad ? "missed" : "false alarm", rows[i].text);
        wrong++;
    }
    assert_int_equal(wrong, 0);
    arena_clear(&f->arena);
    mem_free(f);
}

/* A rule without planted faults proves nothing. */
static inline void test_rows_cover(const struct test_row *rows, size_t count, const char *code)
{
    size_t bad = 0, good = 0;
    for (size_t i = 0; i < count; i++) {
        bad += strcmp(rows[i].code, code) == 0 && rows[i].bad;
        good += strcmp(rows[i].code, code) == 0 && !rows[i].bad;
    }
    if (bad < 5 || good < 3)
        fail_msg("%s has %zu faults and %zu near misses", code, bad, good);
}

/* Rules whose rows stand in check_signs_test.c; those of the others in check_rows_test.c. */
static const char *const TEST_SIGN_RULES[] = {
    "digits",    "price_or_currency", "link",      "address",  "markup",      "control_chars",  "script",
    "disguised", "wrong_language",    "truncated", "shouting", "exclamation", "long_sentences", NULL};

static inline bool test_is_sign_rule(const char *code)
{
    for (const char *const *rule = TEST_SIGN_RULES; *rule != NULL; rule++)
        if (strcmp(*rule, code) == 0)
            return true;
    return false;
}

#endif
