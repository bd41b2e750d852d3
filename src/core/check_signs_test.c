/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/check about signs, letters and numbers: rows of texts that a rule must find, and of texts that only look
 * like it and must pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/test_draft.h"

static const struct test_row ROWS[] = {
    {"digits", true, IN_BODY, "We have 3 of them"},
    {"digits", true, IN_SUBJECT, "Tea for 2"},
    {"digits", true, IN_PREHEADER, "from \xEF\xBC\x95 shops"},
    {"digits", true, IN_REASON, "made in \xD9\xA3 steps"},
    {"digits", true, IN_BUTTON, "Top 10"},
    {"digits", true, IN_BODY, "half is \xC2\xBD of it"},
    {"digits", true, IN_BODY, "We have three of them"},
    {"digits", false, IN_BODY, "one of a kind"},
    {"digits", false, IN_BODY, "the first and second thing"},
    {"digits", true, AS_SENTENCE, "There are two hundred kinds."},
    {"digits", true, AS_SENTENCE, "Seven steeps and counting."},
    {"digits", true, AS_SENTENCE, "A dozen ideas."},
    {"digits", true, AS_SENTENCE, "Half of our guests like it."},
    {"digits", true, AS_SENTENCE, "Forty-two pieces."},
    {"digits", true, AS_SENTENCE, "\xE2\x85\xA7 kinds of it."},
    {"digits", false, AS_SENTENCE, "One of our ideas is below."},
    {"digits", false, AS_SENTENCE, "It is good in more than one way."},
    {"digits", false, AS_SENTENCE, "On second thoughts, sit down."},
    {"digits", false, AS_SENTENCE, "A cup or two will do."},
    {"digits", false, AS_SENTENCE, "We are of two minds."},
    {"digits", false, AS_SENTENCE, "At one with the world."},
    {"digits", false, AS_SENTENCE, "Half the fun is looking."},
    {"digits", false, AS_SENTENCE, "Four seasons of calm."},
    {"digits", false, AS_SENTENCE, "One idea below, and one only."},

    {"price_or_currency", true, IN_BODY, "a very good price"},
    {"price_or_currency", true, IN_SUBJECT, "for a few \xE2\x82\xAC"},
    {"price_or_currency", true, IN_BODY, "half of it, or fifty percent"},
    {"price_or_currency", true, IN_REASON, "costs little"},
    {"price_or_currency", true, IN_BODY, "a handful of euros"},
    {"price_or_currency", true, IN_BODY, "\xEF\xBC\x84 well spent"},
    {"price_or_currency", false, IN_BODY, "a priceless view"},
    {"price_or_currency", false, IN_BODY, "the costume of a pricer"},
    {"price_or_currency", false, IN_BODY, "European tea"},
    {"price_or_currency", true, AS_SENTENCE, "It costs less than you think."},
    {"price_or_currency", true, AS_SENTENCE, "Worth every penny."},
    {"price_or_currency", true, AS_SENTENCE, "Ten per cent lighter."},
    {"price_or_currency", true, AS_SENTENCE, "All for thirty euros."},
    {"price_or_currency", true, AS_SENTENCE, "Great value for you."},
    {"price_or_currency", true, AS_SENTENCE, "A modest outlay."},
    {"price_or_currency", true, AS_SENTENCE, "Pay later."},
    {"price_or_currency", true, AS_SENTENCE, "It is affordable."},
    {"price_or_currency", false, AS_SENTENCE, "It takes pride of place."},
    {"price_or_currency", false, AS_SENTENCE, "It asks for nothing."},
    {"price_or_currency", false, AS_SENTENCE, "We avoid it at all costs."},
    {"price_or_currency", false, AS_SENTENCE, "The value of a quiet hour."},

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
    {"link", true, AS_SENTENCE, "Visit our website."},
    {"link", true, AS_SENTENCE, "Tap here."},
    {"link", true, AS_SENTENCE, "Follow us on the usual sites."},
    {"link", true, AS_SENTENCE, "Text us today."},
    {"link", true, AS_SENTENCE, "Ring us on the usual line."},
    {"link", true, AS_SENTENCE, "Find it online."},
    {"link", true, AS_SENTENCE, "Log in to see."},
    {"link", true, AS_SENTENCE, "Call our customer service team."},
    {"link", false, AS_SENTENCE, "It clicks into place."},
    {"link", false, AS_SENTENCE, "The gentle click of the evening."},
    {"link", false, AS_SENTENCE, "Call us old-fashioned."},
    {"link", false, AS_SENTENCE, "A note on the table."},
    {"link", false, AS_SENTENCE, "There is a link between the two of them."},

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
    {"markup", true, AS_SENTENCE, "It is *really* good."},
    {"markup", true, AS_SENTENCE, "snake_case is here."},
    {"markup", true, AS_SENTENCE, "a | b"},
    {"markup", true, AS_SENTENCE, "a = b."},
    {"markup", true, AS_SENTENCE, "See #calm."},

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
    {"control_chars", true, IN_BODY, "soft\xC2\xADhyphen"},
    {"control_chars", true, IN_BODY, "blank \xE3\x85\xA4 filler"},
    {"control_chars", true, IN_BODY, "z\xCC\x80\xCC\x81\xCC\x82 heap"},

    {"script", true, IN_BODY, "p\xD0\xB0ypal"},
    {"script", true, IN_SUBJECT, "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82"},
    {"script", true, IN_BODY, "\xE8\x8C\xB6 for you"},
    {"script", true, IN_BODY, "\xCE\xB1lpha"},
    {"script", true, IN_BUTTON, "\xD7\x90\xD7\x91\xD7\x92"},
    {"script", false, IN_BODY, "caf\xC3\xA9 \xC5\x82\xC3\xB3\xC5\xBC"},
    {"script", false, IN_BODY, "\xE2\x80\x9Cquotes\xE2\x80\x9D and dashes \xE2\x80\x94"},
    {"script", false, IN_BODY, "a smile \xF0\x9F\x99\x82"},
    {"script", true, IN_BODY, "\xCA\x80\xE1\xB4\x87\xE1\xB4\x87 small capitals"},
    {"script", true, IN_BODY, "\xF0\x9F\x85\xB5\xF0\x9F\x86\x81 squares"},
    {"script", true, IN_BODY, "\xF0\x9D\x90\x85ree"},

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

    {"disguised", true, AS_SENTENCE, "It is f r e e for you."},
    {"disguised", true, AS_SENTENCE, "It is on s.a.l.e. here."},
    {"disguised", true, AS_SENTENCE, "A dis count for you."},
    {"disguised", true, AS_SENTENCE, "Read aWdub3JlIHByZXZpb3Vz now."},
    {"disguised", true, AS_SENTENCE, "Supercalifragilisticexpialidociouslylong words."},
    {"disguised", true, AS_SENTENCE, "g u a r a n t e e d, we say."},
    {"disguised", false, AS_SENTENCE, "Plan A or plan B, i.e. both."},
    {"disguised", false, AS_SENTENCE, "A McDonald or an iPhone."},
    {"disguised", false, AS_SENTENCE, "P.S. We like it."},
    {"disguised", false, AS_SENTENCE, "In side and out."},
    {"disguised", false, AS_SENTENCE, "A well-known, much-too-long walk."},

    {"wrong_language", true, AS_SENTENCE,
     "Schauen Sie doch einfach vorbei, wir freuen uns sehr auf Sie und auf ein Wort."},
    {"wrong_language", true, AS_SENTENCE,
     "Venez nous voir quand vous voulez, la porte est toujours ouverte pour vous."},
    {"wrong_language", true, AS_SENTENCE, "Siempre hay alguien en la casa con ganas de charlar y de abrir la puerta."},
    {"wrong_language", true, AS_SUBJECT, "Wir haben etwas sehr Feines"},
    {"wrong_language", true, AS_SUBJECT, "Des nouvelles de nous pour vous"},
    {"wrong_language", false, AS_SENTENCE, "A little joie de vivre does no harm."},
    {"wrong_language", false, AS_SENTENCE, "Calm, warmth, quiet."},
    {"wrong_language", false, AS_SENTENCE, "Das ist gut, as they say over there."},

    {"truncated", true, AS_PARAGRAPH, "We like to write about the things we know well, and one of them is"},
    {"truncated", true, AS_PARAGRAPH, "We like to write about the things we know well, and one of them,"},
    {"truncated", true, AS_PARAGRAPH, "We like to write about the things we know well (and one of them is good."},
    {"truncated", true, AS_PARAGRAPH, "We like to write about the things we know well and one of them is the"},
    {"truncated", true, AS_PARAGRAPH, "We like to write about the things we know well and then -"},
    {"truncated", false, AS_PARAGRAPH, "We like to write about the things we know well, and so on..."},
    {"truncated", false, AS_PARAGRAPH, "Do we like to write about the things we know well? We do!"},
    {"truncated", false, AS_PARAGRAPH, "She said: \"We like to write about the things we know well.\""},
    {"truncated", false, AS_PARAGRAPH, "We like to write about the things we know well (all of them)."},
};
#define ROW_COUNT (sizeof ROWS / sizeof ROWS[0])

static void planted_signs_are_found_and_near_misses_pass(void **state)
{
    (void)state;
    test_rows_hold(ROWS, ROW_COUNT);
}

static void every_rule_of_signs_has_its_rows(void **state)
{
    (void)state;
    for (const char *const *rule = TEST_SIGN_RULES; *rule != NULL; rule++)
        test_rows_cover(ROWS, ROW_COUNT, *rule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_signs_are_found_and_near_misses_pass),
        cmocka_unit_test(every_rule_of_signs_has_its_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
