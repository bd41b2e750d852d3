/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/check.c: planted faults are found by their rule, and texts that only look like a fault pass. Each row
 * puts one text into an otherwise clean draft. */
#include "core/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"

struct fixture {
    struct arena arena;
    struct draft draft;
    struct brief brief;
    struct client client;
    struct policy policy;
    struct check_findings findings;
};

static void fill(struct fixture *f)
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

static void check(struct fixture *f)
{
    struct check_input input = {.draft = &f->draft, .brief = &f->brief, .client = &f->client, .policy = &f->policy};
    check_draft(&input, &f->arena, &f->findings);
}

static bool found(const struct fixture *f, const char *code)
{
    for (size_t i = 0; i < f->findings.count; i++)
        if (strcmp(f->findings.items[i].code, code) == 0)
            return true;
    return false;
}

static int setup(void **state)
{
    struct fixture *f = mem_new(1, sizeof *f);
    fill(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_clear(&f->arena);
    mem_free(f);
    return 0;
}

static void a_clean_draft_has_no_finding(void **state)
{
    struct fixture *f = *state;
    check(f);
    if (f->findings.count > 0)
        fail_msg("%s %.*s", f->findings.items[0].code, STR_ARG(f->findings.items[0].detail));
    assert_int_equal(f->findings.hard, 0);
}

/* Where a row's text goes. Words are put into a whole sentence of the second paragraph, which cites nothing. */
enum place { IN_SUBJECT, IN_PREHEADER, IN_BODY, IN_REASON, IN_BUTTON, AS_SUBJECT, CITING_TEA };

static const struct row {
    const char *code;
    bool bad;
    enum place place;
    const char *text;
} ROWS[] = {
    {"digits", true, IN_BODY, "We have 3 of them"},
    {"digits", true, IN_SUBJECT, "Tea for 2"},
    {"digits", true, IN_PREHEADER, "from \xEF\xBC\x95 shops"},
    {"digits", true, IN_REASON, "made in \xD9\xA3 steps"},
    {"digits", true, IN_BUTTON, "Top 10"},
    {"digits", true, IN_BODY, "half is \xC2\xBD of it"},
    {"digits", false, IN_BODY, "We have three of them"},
    {"digits", false, IN_BODY, "one of a kind"},
    {"digits", false, IN_BODY, "the first and second thing"},

    {"price_or_currency", true, IN_BODY, "a very good price"},
    {"price_or_currency", true, IN_SUBJECT, "for a few \xE2\x82\xAC"},
    {"price_or_currency", true, IN_BODY, "half of it, or fifty percent"},
    {"price_or_currency", true, IN_REASON, "costs little"},
    {"price_or_currency", true, IN_BODY, "a handful of euros"},
    {"price_or_currency", true, IN_BODY, "\xEF\xBC\x84 well spent"},
    {"price_or_currency", false, IN_BODY, "a priceless view"},
    {"price_or_currency", false, IN_BODY, "the costume of a pricer"},
    {"price_or_currency", false, IN_BODY, "European tea"},

    {"offer_words", true, IN_SUBJECT, "FREE tea"},
    {"offer_words", true, IN_BODY, "now ten percent off"},
    {"offer_words", true, IN_BODY, "the great SALE"},
    {"offer_words", true, IN_PREHEADER, "your last chance"},
    {"offer_words", true, IN_BODY, "guaranteed to please"},
    {"offer_words", true, IN_BODY, "it expires soon"},
    {"offer_words", true, IN_BUTTON, "Save now"},
    {"offer_words", true, IN_BODY, "\xEF\xBD\x86\xEF\xBD\x92\xEF\xBD\x85\xEF\xBD\x85 of cost"},
    {"offer_words", true, IN_BODY, "don\xE2\x80\x99t miss it"},
    {"offer_words", false, IN_BODY, "feel free to look around"},
    {"offer_words", false, IN_BODY, "it sets off the colours well"},
    {"offer_words", false, IN_BODY, "an officer, a safe, carefree and wholesale dealer"},
    {"offer_words", false, IN_BODY, "all that tea has to offer"},

    {"link", true, IN_BODY, "see https://x"},
    {"link", true, IN_BODY, "go to www.shop"},
    {"link", true, IN_SUBJECT, "At shop.example"},
    {"link", true, IN_BODY, "at shop dot com"},
    {"link", true, IN_REASON, "click here"},
    {"link", true, IN_BODY,
     "\xEF\xBD\x85vil\xEF\xBC\x8E"
     "com"},
    {"link", false, IN_BODY, "e.g. this one"},
    {"link", false, IN_BODY, "well...then. And so on"},
    {"link", false, IN_BODY, "a link between tea and calm, i.e. rest"},

    {"address", true, IN_BODY, "write to us@shop"},
    {"address", true, IN_BODY, "find @kitchenrow there"},
    {"address", true, IN_SUBJECT, "Hello @ you"},
    {"address", true, IN_BODY, "us\xEF\xBC\xA0shop"},
    {"address", true, IN_BUTTON, "@home"},
    {"address", false, IN_BODY, "write to us at the shop"},
    {"address", false, IN_BODY, "our address is on the door"},
    {"address", false, IN_BODY, "at home"},

    {"markup", true, IN_BODY, "a <b>bold</b> tea"},
    {"markup", true, IN_BODY, "tea &amp; cake"},
    {"markup", true, IN_BODY, "a **bold** tea"},
    {"markup", true, IN_BODY, "[here](there)"},
    {"markup", true, IN_SUBJECT, "Dear {{first_name}}"},
    {"markup", true, IN_BODY, "dear ${name}"},
    {"markup", true, IN_BODY, "`code`"},
    {"markup", true, AS_SUBJECT, "# A few words about Tea"},
    {"markup", true, IN_BODY, "one\\ntwo"},
    {"markup", false, IN_BODY, "tea & cake; both"},
    {"markup", false, IN_BODY, "a well-made cup - by hand"},
    {"markup", false, IN_BODY, "she said: \"good\" (twice)"},

    {"control_chars", true, IN_BODY, "two\nlines"},
    {"control_chars", true, IN_SUBJECT, "a\r\nBcc: x"},
    {"control_chars", true, IN_BODY,
     "hid\xE2\x80\x8B"
     "den"},
    {"control_chars", true, IN_BODY,
     "turn\xE2\x80\xAE"
     "ed"},
    {"control_chars", true, IN_BODY, "broken \xFF bytes"},
    {"control_chars", true, IN_REASON, "tab\there"},
    {"control_chars", false, IN_BODY, "plain text"},
    {"control_chars", false, IN_BODY, "caf\xC3\xA9 \xE2\x80\x93 \xE2\x80\x9Cgood\xE2\x80\x9D"},
    {"control_chars", false, IN_BODY, "tea \xF0\x9F\x8D\xB5"},

    {"script", true, IN_BODY, "p\xD0\xB0ypal"},
    {"script", true, IN_SUBJECT, "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82"},
    {"script", true, IN_BODY, "\xE8\x8C\xB6 for you"},
    {"script", true, IN_BODY, "\xCE\xB1lpha"},
    {"script", true, IN_BUTTON, "\xD7\x90\xD7\x91\xD7\x92"},
    {"script", false, IN_BODY, "caf\xC3\xA9 \xC5\x82\xC3\xB3\xC5\xBC"},
    {"script", false, IN_BODY, "\xE2\x80\x9Cquotes\xE2\x80\x9D and dashes \xE2\x80\x94"},
    {"script", false, IN_BODY, "a smile \xF0\x9F\x99\x82"},

    {"personal_data", true, IN_BODY, "Dear Annabel, see this"},
    {"personal_data", true, IN_SUBJECT, "For ANNABEL"},
    {"personal_data", true, IN_BODY, "hello annabel"},
    {"personal_data", true, IN_BODY, "the Long family"},
    {"personal_data", true, IN_BODY, "may skywalker be with you"},
    {"personal_data", true, IN_BODY, "from luke's shelf"},
    {"personal_data", true, IN_BODY, "in New York it rains"},
    {"personal_data", true, IN_BODY, "as they say in Odense"},
    {"personal_data", true, IN_BODY, "who likes velvet slippers"},
    {"personal_data", true, IN_REASON, "for kunde-ab"},
    {"personal_data", false, IN_BODY, "a long, calm cup"},
    {"personal_data", false, IN_BODY, "all is well. Long cups are good"},
    {"personal_data", false, IN_BODY, "annabella and lukewarm velvet"},
    {"personal_data", false, IN_BODY, "a medium size, M or so"},

    {"surveillance", true, IN_BODY, "we noticed you like tea"},
    {"surveillance", true, IN_SUBJECT, "We miss you"},
    {"surveillance", true, IN_BODY, "you haven\xE2\x80\x99t ordered"},
    {"surveillance", true, IN_BODY, "it has been a while"},
    {"surveillance", true, IN_PREHEADER, "long time no see"},
    {"surveillance", true, IN_BODY, "two months have gone by"},
    {"surveillance", true, IN_BODY, "after several long weeks"},
    {"surveillance", true, IN_BODY, "you came again and again"},
    {"surveillance", true, IN_BODY, "since your last order"},
    {"surveillance", true, IN_BODY, "you order every month"},
    {"surveillance", true, IN_BODY, "Come back to us"},
    {"surveillance", true, IN_BODY, "the last few days"},
    {"surveillance", false, IN_BODY, "at the end of the year"},
    {"surveillance", false, IN_BODY, "one of the years to remember"},
    {"surveillance", false, IN_BODY, "for every day and any weather"},
    {"surveillance", false, IN_BODY, "it has been made by hand"},

    {"banned_phrase", true, IN_BODY, "an Artisanal cup"},
    {"banned_phrase", true, IN_SUBJECT, "Hand-crafted"},
    {"banned_phrase", true, IN_BODY, "HAND CRAFTED"},
    {"banned_phrase", true, IN_REASON, "artisanal"},
    {"banned_phrase", true, IN_BODY, "five \xE2\x98\x85 tea"},
    {"banned_phrase", false, IN_BODY, "an artisan of tea"},
    {"banned_phrase", false, IN_BODY, "crafted by hand"},
    {"banned_phrase", false, IN_BODY, "hand drawn, well crafted"},

    {"competitor", true, IN_BODY, "better than Acme"},
    {"competitor", true, IN_BODY, "ACME's cup"},
    {"competitor", true, IN_SUBJECT, "Not acme"},
    {"competitor", true, IN_REASON, "like tea and sons"},
    {"competitor", true, IN_BODY, "as at Tea & Sons"},
    {"competitor", false, IN_BODY, "the acmes of taste"},
    {"competitor", false, IN_BODY, "a pacmen cup"},
    {"competitor", false, IN_BODY, "for sons and daughters"},

    {"ai_mention", true, IN_BODY, "As an AI language model"},
    {"ai_mention", true, IN_BODY, "written by ChatGPT"},
    {"ai_mention", true, IN_BODY, "automatically generated"},
    {"ai_mention", true, IN_REASON, "my instructions say so"},
    {"ai_mention", true, IN_BODY, "our algorithm chose it"},
    {"ai_mention", false, IN_BODY, "we said it in the air"},
    {"ai_mention", false, IN_BODY, "a model of calm"},
    {"ai_mention", false, IN_BODY, "made by an algebra teacher"},

    {"ungrounded_category", true, IN_BODY, "our Tea is good"},
    {"ungrounded_category", true, IN_BODY, "look at summer dresses"},
    {"ungrounded_category", true, IN_BODY, "and dresses"},
    {"ungrounded_category", true, IN_BODY, "like the LINEN shirt"},
    {"ungrounded_category", true, IN_REASON, "beside a linen shirt"},
    {"ungrounded_category", true, CITING_TEA, "tea, and dresses"},
    {"ungrounded_category", true, CITING_TEA, "White tea"}, /* the product's own fact is not cited */
    {"ungrounded_category", true, IN_BODY, "the kettle no. 5 pro"},
    {"ungrounded_category", false, CITING_TEA, "our tea is good"},
    {"ungrounded_category", false, IN_BODY, "teas and a dress of linen"},
    {"ungrounded_category", false, IN_REASON, "White tea, a tea of its own"},
    {"ungrounded_category", false, IN_BODY, "a shirt"},

    {"shouting", true, AS_SUBJECT, "GOOD TEA FOR EVERYONE"},
    {"shouting", true, IN_BODY, "this is REALLY GOOD tea"},
    {"shouting", true, IN_PREHEADER, "WONDERFUL THINGS"},
    {"shouting", true, IN_BODY, "\xC3\x86\xC3\x98\xC3\x85\xC3\x86 and \xC3\x98\xC3\x85\xC3\x86\xC3\x98"},
    {"shouting", true, AS_SUBJECT, "A Cup Of Tea A B C D"},
    {"shouting", false, AS_SUBJECT, "A Cup Of Good Tea For You"},
    {"shouting", false, IN_BODY, "one BOLD word, and the UK or USA"},
    {"shouting", false, AS_SUBJECT, "A look at ROSE GARDENS"}, /* the category is spelled so */

    {"exclamation", true, IN_BODY, "Good! Very good!"},
    {"exclamation", true, IN_SUBJECT, "Tea!!"},
    {"exclamation", true, IN_BODY, "wow \xE2\x80\xBC"},
    {"exclamation", true, IN_BODY, "a!b!c!"},
    {"exclamation", true, IN_PREHEADER, "\xEF\xBC\x81\xEF\xBC\x81"},
    {"exclamation", false, IN_BODY, "Good!"},
    {"exclamation", false, IN_BODY, "Good? Very good?"},
    {"exclamation", false, IN_SUBJECT, "Tea!"},

    {"long_sentences", true, IN_BODY,
     "and so it goes on and on with one thing and another and a third and yet more of it all and then some of that "
     "too"},
    {"long_sentences", true, IN_REASON, "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l"},
    {"long_sentences", true, IN_SUBJECT, "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l"},
    {"long_sentences", true, IN_PREHEADER,
     "a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a, b, c, d, e, f, g, h, i, j, k"},
    {"long_sentences", true, IN_BODY, "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-y-z-a-b-c"},
    {"long_sentences", false, IN_BODY,
     "and it goes on. And on! With this? And that. And one more. And then some of that too. And an end to it"},
    {"long_sentences", false, IN_SUBJECT, "a b c d e f g h"},
    {"long_sentences", false, IN_REASON, "a b c d e f g h i j k l m n o p q r s t u v w x y z"},
};

static void put(struct fixture *f, const struct row *row)
{
    struct str text = str_of(row->text);
    struct str sentence =
        arena_printf(&f->arena, "With each piece we say in a line why we picked it and %.*s.", STR_ARG(text));
    switch (row->place) {
    case IN_SUBJECT: f->draft.subject = arena_printf(&f->arena, "A word: %.*s", STR_ARG(text)); break;
    case AS_SUBJECT: f->draft.subject = text; break;
    case IN_PREHEADER: f->draft.preheader = arena_printf(&f->arena, "A short note: %.*s", STR_ARG(text)); break;
    case IN_BODY: f->draft.paragraphs[1].text = sentence; break;
    case IN_REASON: f->draft.picks[0].reason = text; break;
    case IN_BUTTON: f->draft.cta_label = text; break;
    case CITING_TEA:
        f->draft.paragraphs[1].text = sentence;
        f->draft.paragraphs[1].facts[0] = STR("F3");
        f->draft.paragraphs[1].fact_count = 1;
        break;
    }
}

static void planted_faults_are_found_and_near_misses_pass(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        fill(f);
        put(f, &ROWS[i]);
        check(f);
        if (found(f, ROWS[i].code) != ROWS[i].bad)
            fail_msg("%s %s: %s", ROWS[i].code, ROWS[i].bad ? "missed" : "false alarm", ROWS[i].text);
    }
}

/* A rule without planted faults proves nothing. Rules about structure have tests of their own below. */
static void every_rule_has_its_rows(void **state)
{
    (void)state;
    static const char *const STRUCTURAL[] = {"limits", "unknown_fact", "unknown_product"};
    for (size_t r = 0; r < CHECK_RULE_COUNT; r++) {
        size_t bad = 0, good = 0;
        bool structural = false;
        for (size_t i = 0; i < 3; i++)
            structural = structural || strcmp(STRUCTURAL[i], CHECK_RULES[r].code) == 0;
        for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
            bad += strcmp(ROWS[i].code, CHECK_RULES[r].code) == 0 && ROWS[i].bad;
            good += strcmp(ROWS[i].code, CHECK_RULES[r].code) == 0 && !ROWS[i].bad;
        }
        if (!structural && (bad < 5 || good < 3))
            fail_msg("%s has %zu faults and %zu near misses", CHECK_RULES[r].code, bad, good);
    }
}

static struct str of_length(struct fixture *f, size_t length)
{
    char *text = arena_new(&f->arena, length + 1, 1);
    for (size_t i = 0; i < length; i++)
        text[i] = i % 6 == 5 ? ' ' : 'a';
    return (struct str){text, length};
}

static void limits_hold_at_both_ends(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int field;
        size_t length;
        bool bad;
    } LENGTHS[] = {{0, 14, true},  {0, 15, false},  {0, 60, false}, {0, 61, true},  {0, 0, true},   {1, 29, true},
                   {1, 30, false}, {1, 100, false}, {1, 101, true}, {2, 39, true},  {2, 40, false}, {2, 350, false},
                   {2, 351, true}, {3, 1, true},    {3, 2, false},  {3, 25, false}, {3, 26, true},  {4, 9, true},
                   {4, 10, false}, {4, 160, false}, {4, 161, true}};
    for (size_t i = 0; i < sizeof LENGTHS / sizeof LENGTHS[0]; i++) {
        fill(f);
        struct str *const FIELDS[] = {&f->draft.subject, &f->draft.preheader, &f->draft.paragraphs[2].text,
                                      &f->draft.cta_label, &f->draft.picks[0].reason};
        *FIELDS[LENGTHS[i].field] = of_length(f, LENGTHS[i].length);
        check(f);
        if (found(f, "limits") != LENGTHS[i].bad)
            fail_msg("field %d with %zu bytes", LENGTHS[i].field, LENGTHS[i].length);
    }
}

static void limits_hold_for_the_whole(void **state)
{
    struct fixture *f = *state;
    f->draft.paragraphs[1] = f->draft.paragraphs[2]; /* 48 words */
    f->draft.paragraph_count = 2;
    check(f);
    assert_true(found(f, "limits"));
    fill(f);
    f->draft.paragraph_count = 1;
    check(f);
    assert_true(found(f, "limits"));
    fill(f);
    for (size_t i = 3; i < 5; i++)
        f->draft.paragraphs[i] = f->draft.paragraphs[2];
    f->draft.paragraph_count = 4;
    check(f);
    assert_false(found(f, "limits"));
    f->draft.paragraph_count = 5;
    check(f);
    assert_true(found(f, "limits"));
    fill(f);
    f->draft.cta_target = STR("https");
    check(f);
    assert_true(found(f, "limits"));
    fill(f);
    f->draft.sign_off = STR("Yours, the robot");
    check(f);
    assert_true(found(f, "limits"));
    fill(f);
    f->draft.abstain = true;
    check(f);
    assert_true(found(f, "limits"));
    f->draft = (struct draft){.abstain = false}; /* nothing at all */
    check(f);
    assert_true(found(f, "limits"));
}

static void ids_must_be_those_of_the_brief(void **state)
{
    struct fixture *f = *state;
    static const char *const FACTS[] = {"F9", "f1", "F", "", "F1 "};
    static const char *const PRODUCTS[] = {"p3", "P1", "", "p1 ", "White tea"};
    for (size_t i = 0; i < 5; i++) {
        fill(f);
        f->draft.paragraphs[0].facts[1] = str_of(FACTS[i]);
        check(f);
        assert_true(found(f, "unknown_fact"));
        fill(f);
        f->draft.picks[0].facts[0] = str_of(FACTS[i]);
        check(f);
        assert_true(found(f, "unknown_fact"));
        fill(f);
        f->draft.picks[0].product_id = str_of(PRODUCTS[i]);
        check(f);
        assert_true(found(f, "unknown_product"));
    }
    fill(f);
    f->draft.picks[1] = f->draft.picks[0];
    f->draft.pick_count = 2;
    check(f);
    assert_true(found(f, "unknown_product"));
    f->draft.picks[1].product_id = STR("p2");
    check(f);
    assert_false(found(f, "unknown_product"));
}

static void other_scripts_are_fine_in_their_languages(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *locale;
        bool bad;
    } ROWS_[] = {{"ru", false}, {"el-GR", false}, {"ja", false}, {"da", true}, {"en", true}, {"sr-Latn", true}};
    f->draft.subject = STR("\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82 \xD0\xB2\xD0\xB0\xD0\xBC");
    for (size_t i = 0; i < sizeof ROWS_ / sizeof ROWS_[0]; i++) {
        f->brief.locale = str_of(ROWS_[i].locale);
        check(f);
        assert_int_equal(found(f, "script"), ROWS_[i].bad);
    }
}

static void a_name_that_is_a_fact_of_the_shop_is_no_leak(void **state)
{
    struct fixture *f = *state;
    f->client.first_name = STR("Rose");
    f->draft.subject = STR("A word about ROSE GARDENS");
    check(f);
    assert_false(found(f, "personal_data"));
    f->draft.subject = STR("A word from us, Rose, to you");
    check(f);
    assert_true(found(f, "personal_data"));
}

static void details_never_show_the_clients_data(void **state)
{
    struct fixture *f = *state;
    f->draft.paragraphs[1].text = STR("Annabel Long of Odense, skywalker luke, kunde ab");
    check(f);
    assert_true(found(f, "personal_data"));
    for (size_t i = 0; i < f->findings.count; i++) {
        if (strcmp(f->findings.items[i].code, "personal_data") != 0)
            continue;
        assert_false(str_contains(f->findings.items[i].detail, STR("nnabel")) ||
                     str_contains(f->findings.items[i].detail, STR("dense")) ||
                     str_contains(f->findings.items[i].detail, STR("walker")));
    }
}

static void more_faults_than_fit_are_still_hard(void **state)
{
    struct fixture *f = *state;
    struct str text = STR("Annabel 5 @ <b> https://x.com free $ AI acme artisanal we miss you");
    f->draft.subject = f->draft.preheader = f->draft.cta_label = f->draft.picks[0].reason = text;
    for (size_t i = 0; i < 3; i++)
        f->draft.paragraphs[i].text = text;
    check(f);
    assert_int_equal(f->findings.count, CHECK_FINDINGS_MAX);
    assert_int_equal(f->findings.hard, CHECK_FINDINGS_MAX);
}

static void the_report_names_every_rule_with_its_result(void **state)
{
    struct fixture *f = *state;
    struct buf buf = {0};
    struct json_out out;
    struct json *report;
    struct json_error error;
    size_t passed = 0;
    f->draft.subject = STR("FREE tea for everyone");
    check(f);
    json_out_init(&out, &buf);
    check_findings_to_json(&f->findings, &out);
    assert_int_equal(json_parse(buf_str(&buf), &report, &error), RC_OK);
    assert_int_equal(json_size(report), CHECK_RULE_COUNT);
    for (size_t i = 0; i < json_size(report); i++) {
        const struct json *entry = json_at(report, i);
        assert_true(str_equal(json_get_str(entry, "code"), str_of(CHECK_RULES[i].code)));
        assert_false(str_is_empty(json_get_str(entry, "detail")));
        passed += json_get_bool(entry, "passed");
    }
    assert_int_equal(passed, CHECK_RULE_COUNT - 1);
    assert_true(str_contains(
        buf_str(&buf),
        STR("{\"code\":\"offer_words\",\"level\":\"hard\",\"detail\":\"subject: \\\"free\\\"\",\"passed\":false}")));
    json_free(report);
    buf_clear(&buf);
}

static void hard_rules_stand_before_soft_ones_and_codes_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHECK_RULE_COUNT; i++) {
        if (i > 0)
            assert_true(CHECK_RULES[i - 1].level <= CHECK_RULES[i].level);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(CHECK_RULES[i].code, CHECK_RULES[j].code);
    }
}

#define CHECK_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CHECK_TEST(a_clean_draft_has_no_finding),
        CHECK_TEST(planted_faults_are_found_and_near_misses_pass),
        cmocka_unit_test(every_rule_has_its_rows),
        CHECK_TEST(limits_hold_at_both_ends),
        CHECK_TEST(limits_hold_for_the_whole),
        CHECK_TEST(ids_must_be_those_of_the_brief),
        CHECK_TEST(other_scripts_are_fine_in_their_languages),
        CHECK_TEST(a_name_that_is_a_fact_of_the_shop_is_no_leak),
        CHECK_TEST(details_never_show_the_clients_data),
        CHECK_TEST(more_faults_than_fit_are_still_hard),
        CHECK_TEST(the_report_names_every_rule_with_its_result),
        cmocka_unit_test(hard_rules_stand_before_soft_ones_and_codes_are_unique),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
