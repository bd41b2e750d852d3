/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/render.c: nothing a field holds becomes markup, a header or a link, and both parts say the same. */
#include "core/render.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "core/contrast.h"
#include "core/locale.h"
#include "core/test_render.h"
#include "core/wording.h"

static void render(struct fixture *f) { assert_int_equal(render_email(&f->input, &f->arena, &f->out), RC_OK); }

/* --- reading back what a person sees -------------------------------------------------------------------------------- */

static void add_entity(struct buf *out, struct str entity)
{
    static const char *const ENTITIES[][2] = {{"amp", "&"},   {"lt", "<"},  {"gt", ">"},
                                              {"quot", "\""}, {"#39", "'"}, {"nbsp", " "}};
    for (size_t i = 0; i < sizeof ENTITIES / sizeof ENTITIES[0]; i++)
        if (str_equal(entity, str_of(ENTITIES[i][0]))) {
            buf_add_c(out, ENTITIES[i][1]);
            return;
        }
    fail_msg("unknown entity %.*s", STR_ARG(entity));
}

/* Words of the body: behind the hidden preheader, without tags, entities decoded. */
static struct str html_words(struct str html, struct arena *arena)
{
    struct buf out = {0};
    size_t at = str_find(html, STR("<body"));
    at += str_find((struct str){html.ptr + at, html.len - at}, STR("</div>"));
    struct str rest = {html.ptr + at, html.len - at};
    while (!str_is_none(rest)) {
        struct str visible = str_cut(&rest, '<');
        while (!str_is_none(visible)) {
            buf_add(&out, str_cut(&visible, '&'));
            if (!str_is_none(visible))
                add_entity(&out, str_cut(&visible, ';'));
        }
        buf_add_char(&out, ' ');
        if (!str_is_none(rest))
            str_cut(&rest, '>');
    }
    struct str words = wording_words(buf_str(&out), arena);
    buf_clear(&out);
    return words;
}

/* Words of the text part without the lines that are links. */
static struct str text_words(struct str text, struct arena *arena)
{
    struct buf out = {0};
    while (!str_is_none(text)) {
        struct str line = str_trim(str_cut(&text, '\n'));
        if (!str_starts_with(line, STR("https://"))) {
            buf_add(&out, line);
            buf_add_char(&out, ' ');
        }
    }
    struct str words = wording_words(buf_str(&out), arena);
    buf_clear(&out);
    return words;
}

/* --- promises -------------------------------------------------------------------------------------------------------- */

static void both_parts_say_the_same_words(void **state)
{
    struct fixture *f = *state;
    render(f);
    assert_string_equal(text_words(f->out.text, &f->arena).ptr, html_words(f->out.html, &f->arena).ptr);
    f->input.postal_address = f->input.shop_name = f->input.why_url = f->input.footer = STR_NONE;
    f->draft.pick_count = 0;
    render(f);
    assert_string_equal(text_words(f->out.text, &f->arena).ptr, html_words(f->out.html, &f->arena).ptr);
    fill(f);
    f->input.logo_url = STR("https://shop.example/logo.png"); /* stands for the shop's name, which is its text */
    render(f);
    struct str words = text_words(f->out.text, &f->arena), name = wording_words(STR("Kitchen Row"), &f->arena);
    assert_true(str_starts_with(words, name));
    struct str after_name = {words.ptr + name.len - 1, words.len - name.len + 1};
    assert_string_equal(after_name.ptr, html_words(f->out.html, &f->arena).ptr);
    assert_int_equal(count(f->out.html, " alt=\"Kitchen Row\" src=\"https://shop.example/logo.png\""), 1);
}

static void a_text_part_looks_like_this(void **state)
{
    struct fixture *f = *state;
    render(f);
    assert_string_equal(
        f->out.text.ptr,
        "Kitchen Row\n\nHi Ada,\n\n"
        "Tea & caf\xC3\xA9 things that are easy to like, and a line on each of them, so that\nit reads well.\n\n"
        "Thank you for reading this far.\n\n"
        "* Cup \"Blue\" & Co\n  EUR 49.00\n  From our shelves, and easy to like.\n  https://mail.shop.example/c/p1\n\n"
        "* Kettle\n  Worth a look.\n  https://mail.shop.example/c/p2\n\n"
        "Take a look\nhttps://mail.shop.example/c/shop\n\nWarm regards,\nKitchen Row\n\n----\n"
        "You are getting this email because you are a client of Kitchen Row.\n"
        "Why this email?\nhttps://mail.shop.example/why/TOKEN\nUnsubscribe\nhttps://mail.shop.example/u/TOKEN\n\n"
        "Open every day but Sunday.\n\n1 High Street\nBristol\n");
}

/* Every field, one at a time, filled with what would hurt. */
static void set_field(struct fixture *f, int field, struct str value)
{
    struct str *const FIELDS[] = {&f->draft.subject,
                                  &f->draft.preheader,
                                  &f->draft.paragraphs[0].text,
                                  &f->draft.picks[0].reason,
                                  &f->draft.cta_label,
                                  &f->draft.cta_target,
                                  &f->draft.sign_off,
                                  &f->products[0].name,
                                  &f->products[0].currency,
                                  &f->products[0].image_url,
                                  &f->products[0].id,
                                  &f->input.first_name,
                                  &f->input.locale,
                                  &f->input.shop_name,
                                  &f->input.shop_url,
                                  &f->input.postal_address,
                                  &f->input.why_url,
                                  &f->input.offer.text,
                                  &f->input.offer.code,
                                  &f->input.footer,
                                  &f->input.logo_url,
                                  &f->input.color};
    *FIELDS[field] = value;
    if (field == 10)
        f->draft.picks[0].product_id = value;
}
#define FIELD_COUNT 22

static void no_field_becomes_markup(void **state)
{
    struct fixture *f = *state;
    static const char *const HOSTILE[] = {"<script>alert(1)</script>",
                                          "\"><img src=x onerror=alert(1)>",
                                          "' onmouseover='x",
                                          "</title></style><b>",
                                          "&lt;b&gt; <!--",
                                          "javascript:alert(1)",
                                          "x\" href=\"https://evil.example/",
                                          "{{#picks}}<b>{{unsubscribe_link}}</b>{{/picks}}",
                                          "#1c5f4a;background:url(https://evil.example/)"};
    f->input.offer.text = f->input.offer.code = STR("TEA"); /* has tags of its own */
    render(f);
    size_t tags = count(f->out.html, "<"), links = count(f->out.html, " href=\"");
    for (int field = 0; field < FIELD_COUNT; field++) {
        for (size_t i = 0; i < sizeof HOSTILE / sizeof HOSTILE[0]; i++) {
            fill(f);
            set_field(f, field, str_of(HOSTILE[i]));
            render(f);
            assert_false(has(f->out.html, "<script") || has(f->out.html, "<b>") || has(f->out.html, "<img src=x"));
            assert_false(has(f->out.html, " href=\"javascript:") || has(f->out.html, " src=\"javascript:"));
            assert_false(has(f->out.html, " href=\"https://evil"));
            assert_false(field == 21 && has(f->out.html, "evil.example"));
            assert_true(count(f->out.html, "<") <= tags);
            assert_true(count(f->out.html, " href=\"") <= links);
        }
    }
}

static void no_field_breaks_a_line(void **state)
{
    struct fixture *f = *state;
    static const char *const BREAKS[] = {"a\r\nBcc: x@evil.example\r\n\r\nb",
                                         "a\nb",
                                         "a\rb",
                                         "a\xE2\x80\xA8"
                                         "b",
                                         "a\x01"
                                         "b",
                                         "a\xFF"
                                         "b",
                                         "a\xE2\x80\x8B"
                                         "b",
                                         "a\xE2\x80\xAE"
                                         "b"};
    for (int field = 0; field < FIELD_COUNT; field++) {
        for (size_t i = 0; i < sizeof BREAKS / sizeof BREAKS[0]; i++) {
            fill(f);
            set_field(f, field, str_of(BREAKS[i]));
            render(f);
            assert_false(has(f->out.subject, "\n") || has(f->out.subject, "\r"));
            assert_false(has(f->out.text, "\r") || has(f->out.html, "\r"));
            assert_false(has(f->out.text, "\nBcc:") && field != 15 &&
                         field != 19); /* address and footer may have lines */
            assert_true(utf8_is_valid(f->out.text) && utf8_is_valid(f->out.html) && utf8_is_valid(f->out.subject));
            assert_false(has(f->out.text, "\xE2\x80\xAE") || has(f->out.html, "\x01"));
        }
    }
}

static void only_what_looks_like_a_name_is_greeted(void **state)
{
    struct fixture *f = *state;
    static const char *const NAMES[] = {"Ada",
                                        "J\xC3\xB8rgen",
                                        "Jean-Luc",
                                        "Mary Ann",
                                        "O'Neil",
                                        "D\xE2\x80\x99"
                                        "Angelo",
                                        "\xD0\x90\xD0\xBD\xD0\xBD\xD0\xB0",
                                        "Mar\xC3\xAD"
                                        "a del Carmen",
                                        " Ada "};
    static const char *const OTHERS[] = {"",
                                         "A",
                                         "evil.com",
                                         "Ada1",
                                         "null",
                                         "Customer",
                                         "ada@mail.example",
                                         "<b>Ada</b>",
                                         "Win a new car today",
                                         "-",
                                         "Ada-",
                                         "--",
                                         "Abcdefghijklmnopqrstuvwxyzabcdefg",
                                         "N/A",
                                         "Ada!",
                                         "\xF0\x9F\x98\x80"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        f->input.first_name = str_of(NAMES[i]);
        render(f);
        struct str expected = arena_printf(&f->arena, "\nHi %.*s,\n", STR_ARG(str_trim(str_of(NAMES[i]))));
        if (!str_contains(f->out.text, expected))
            fail_msg("'%s' is a name", NAMES[i]);
    }
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
        f->input.first_name = str_of(OTHERS[i]);
        render(f);
        if (!has(f->out.text, "\nHello,\n"))
            fail_msg("'%s' is no name", OTHERS[i]);
    }
    f->input.first_name = STR_NONE;
    render(f);
    assert_true(has(f->out.text, "\nHello,\n"));
}

static void a_preview_differs_only_in_its_links(void **state)
{
    struct fixture *f = *state;
    render(f);
    struct str preview = render_preview_html(f->out.html, &f->arena), html = f->out.html;
    assert_true(count(html, " href=\"") >= 5);
    assert_int_equal(count(preview, " href=\"#\""), count(html, " href=\""));
    while (!str_is_none(preview)) { /* the same between the links */
        struct str expected = str_cut(&html, '"'), seen = str_cut(&preview, '"');
        if (str_equal(seen, STR("#")))
            assert_true(str_starts_with(expected, STR("https://mail.shop.example/")));
        else
            assert_true(str_equal(seen, expected));
    }
    assert_true(str_is_none(html));
    assert_string_equal(render_preview_html(STR("x"), &f->arena).ptr, "x");
}

static void a_preview_keeps_its_images(void **state)
{
    struct fixture *f = *state;
    f->input.logo_url = STR("https://shop.example/logo.png");
    f->products[1].image_url = STR("https://shop.example/kettle.png");
    render(f);
    struct str preview = render_preview_html(f->out.html, &f->arena);
    static const char *const IMAGES[] = {" src=\"https://shop.example/logo.png\"",
                                         " src=\"https://shop.example/kettle.png\"",
                                         " src=\"https://shop.example/i?a=1&amp;b=2\""};
    for (size_t i = 0; i < sizeof IMAGES / sizeof IMAGES[0]; i++)
        assert_true(has(f->out.html, IMAGES[i]) && has(preview, IMAGES[i]));
    assert_int_equal(count(preview, " src=\""), 3);
    assert_false(has(preview, "mail.shop.example"));
}

static void lines_are_at_most_76_columns_where_words_allow(void **state)
{
    struct fixture *f = *state;
    f->draft.paragraphs[0].text =
        STR("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9 bbb cccccc dd eeeeeee ffff gg hhhhh iiii jjj kkkkkk ll mmmm nnnn ooo "
            "ppppp qq rrrrrrr sss tttt uuu vvvvvv ww xxxxx yyy zzz");
    render(f);
    struct str rest = f->out.text;
    while (!str_is_none(rest)) {
        struct str line = str_cut(&rest, '\n');
        assert_true(utf8_length(line) <= 76 || !str_contains(str_trim(line), STR(" ")));
        assert_false(str_ends_with(line, STR(" ")));
    }
}

static void a_pick_without_its_product_is_left_out(void **state)
{
    struct fixture *f = *state;
    f->draft.picks[1].product_id = STR("gone");
    render(f);
    assert_false(has(f->out.text, "Worth a look"));
    assert_true(has(f->out.text, "Cup \"Blue\""));
}

static void only_https_images_are_shown(void **state)
{
    struct fixture *f = *state;
    f->input.logo_url = STR("http://shop.example/logo.png");
    render(f);
    assert_int_equal(count(f->out.html, "<img"), 1);
    assert_true(has(f->out.html, " src=\"https://shop.example/i?a=1&amp;b=2\""));
    assert_false(has(f->out.html, "src=\"http:"));
}

static void every_image_has_a_text(void **state)
{
    struct fixture *f = *state;
    f->input.logo_url = STR("https://shop.example/logo.png");
    for (int named = 0; named < 2; named++) {
        f->input.shop_name = named ? STR("Kitchen Row") : STR_NONE;
        render(f);
        assert_int_equal(count(f->out.html, "<img"), 2);
        assert_int_equal(count(f->out.html, " alt=\""), 2);
        assert_int_equal(count(f->out.html, " alt=\"\""), 0);
        assert_int_equal(count(f->out.html, " alt=\"Cup &quot;Blue&quot; &amp; Co\""), 1);
    }
}

/* The brand's colour is free; what people read is not allowed to depend on it. */
static void any_color_of_the_brand_can_be_read(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *color, *button, *ink, *link, *dark_link;
    } ROWS[] = {{"#1c5f4a", "#1c5f4a", "#ffffff", "#1c5f4a", NULL}, {"#FFD500", "#ffd500", "#000000", NULL, "#ffd500"},
                {"#ffffff", "#ffffff", "#000000", NULL, "#ffffff"}, {"#000000", "#000000", "#ffffff", "#000000", NULL},
                {"red", "#1c5f4a", "#ffffff", "#1c5f4a", NULL},     {NULL, "#1c5f4a", "#ffffff", "#1c5f4a", NULL}};
    const struct color white = {255, 255, 255}, dark = {0x21, 0x24, 0x29};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct color button, link, dark_link;
        f->input.color = str_of(ROWS[i].color);
        render(f);
        struct str html = f->out.html,
                   style = arena_printf(&f->arena, "background:%s;color:%s;", ROWS[i].button, ROWS[i].ink);
        assert_true(str_contains(html, style) && color_read(str_of(ROWS[i].button), &button));
        size_t at = str_find(html, STR("<strong><a ")); /* the first pick's name */
        assert_true(at != SIZE_MAX);
        html = (struct str){html.ptr + at, html.len - at};
        at = str_find(html, STR("\" style=\"color:#"));
        assert_true(at != SIZE_MAX && color_read((struct str){html.ptr + at + 15, 7}, &link));
        html = f->out.html;
        at = str_find(html, STR(".ink a { color: "));
        assert_true(at != SIZE_MAX && color_read((struct str){html.ptr + at + 16, 7}, &dark_link));
        assert_true(contrast_ratio(link, white) >= CONTRAST_MIN && contrast_ratio(dark_link, dark) >= CONTRAST_MIN);
        if (ROWS[i].link != NULL)
            assert_string_equal(color_text(link, &f->arena).ptr, ROWS[i].link);
        if (ROWS[i].dark_link != NULL)
            assert_string_equal(color_text(dark_link, &f->arena).ptr, ROWS[i].dark_link);
    }
}

/* Under 102 kB Gmail shows all of an email. */
static void the_longest_email_is_not_cut_off(void **state)
{
    struct fixture *f = *state;
    char *longest = mem_new(2000, 1);
    memset(longest, '&', 1999);
    f->input.footer = f->draft.paragraphs[0].text = f->draft.paragraphs[1].text = str_of(longest);
    render(f);
    assert_true(f->out.html.len < 60000);
    fill(f);
    render(f);
    assert_true(f->out.html.len < 16000);
    mem_free(longest);
}

static void no_email_without_a_way_out(void **state)
{
    struct fixture *f = *state;
    static const char *const BAD[] = {NULL, "", "javascript:x", "/u/TOKEN", "https://x y/"};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        f->input.unsubscribe_url = str_of(BAD[i]);
        assert_int_equal(render_email(&f->input, &f->arena, &f->out), RC_INVALID);
    }
}

static void the_hash_binds_everything_the_client_gets(void **state)
{
    struct fixture *f = *state;
    struct email email = {.recipient = STR("a@b.example"),
                          .from_address = STR("c@d.example"),
                          .reply_to = STR("e@f.example"),
                          .subject = STR("s"),
                          .text = STR("t"),
                          .html = STR("h"),
                          .template_version = STR("plain-2")};
    struct str first = render_content_hash(&email, &f->arena);
    assert_int_equal(first.len, 64);
    email.message_id = STR("x@y"); /* outside */
    email.version = 9;
    assert_true(str_equal(render_content_hash(&email, &f->arena), first));
    struct str *const BOUND[] = {&email.recipient, &email.from_address, &email.reply_to,        &email.subject,
                                 &email.text,      &email.html,         &email.template_version};
    for (size_t i = 0; i < sizeof BOUND / sizeof BOUND[0]; i++) {
        struct str before = *BOUND[i];
        *BOUND[i] = STR("other");
        assert_false(str_equal(render_content_hash(&email, &f->arena), first));
        *BOUND[i] = before;
    }
    email.subject = STR("st"); /* parts do not run into one another */
    email.text = STR("");
    assert_false(str_equal(render_content_hash(&email, &f->arena), first));
}

static void the_language_and_its_direction_are_marked(void **state)
{
    struct fixture *f = *state;
    struct language arabic = *LANGUAGES[0];
    arabic.code = "ar";
    arabic.script = "Arab";
    for (const struct language *const *language = LANGUAGES; *language != NULL; language++) {
        f->input.language = *language;
        render(f);
        assert_true(
            str_contains(f->out.html, arena_printf(&f->arena, "<html lang=\"%s\" dir=\"ltr\" ", (*language)->code)));
    }
    f->input.language = &arabic;
    render(f);
    assert_true(has(f->out.html, "<html lang=\"ar\" dir=\"rtl\" "));
    assert_false(has(f->out.html, "direction:ltr") || has(f->out.html, "align:left") || has(f->out.html, "{{"));
    f->input.language = NULL;
    assert_int_equal(render_email(&f->input, &f->arena, &f->out), RC_INVALID);
}

static void assert_said(struct fixture *f, enum language_text text, const char *name, const char *value)
{
    struct str said = language_say(f->input.language, text, str_of(name), str_of(value), &f->arena);
    struct str words = html_words(f->out.html, &f->arena); /* as a person reads it: entities are letters again */
    if (!str_contains(f->out.text, said) || !wording_has(words, wording_words(said, &f->arena)))
        fail_msg("%s: \"%.*s\" is missing", f->input.language->code, STR_ARG(said));
}

static void every_language_greets_and_gives_a_way_out_in_its_own_words(void **state)
{
    struct fixture *f = *state;
    for (const struct language *const *language = LANGUAGES; *language != NULL; language++) {
        fill(f);
        f->input.language = *language;
        render(f);
        assert_said(f, TEXT_GREETING, "name", "Ada");
        assert_said(f, TEXT_FOOTER_UNSUBSCRIBE, "", "");
        assert_said(f, TEXT_FOOTER_WHY_LINK, "", "");
        assert_string_equal(text_words(f->out.text, &f->arena).ptr, html_words(f->out.html, &f->arena).ptr);
        f->input.first_name = STR("Kunde");
        f->input.shop_name = STR_NONE;
        render(f);
        assert_said(f, TEXT_GREETING_NEUTRAL, "", "");
        assert_false(has(f->out.text, "{"));
    }
}

static void an_offer_is_printed_as_people_wrote_it(void **state)
{
    struct fixture *f = *state;
    render(f);
    struct str without_text = f->out.text, without_html = f->out.html;
    f->input.offer = (struct offer){.text = STR("10 % off <tea>"), .code = STR("TEA-10"), .ends_at = 1798153200000};
    render(f); /* 2026-12-24T23:00Z: midnight in Copenhagen, so the 24th is the last day */
    assert_true(has(f->out.text, "\n10 % off <tea>\nCode: TEA-10\nUntil 24 December 2026\n"));
    assert_true(has(f->out.html, "10 % off &lt;tea&gt;<br><strong>Code: TEA-10</strong><br>Until 24 December 2026"));
    assert_string_equal(text_words(f->out.text, &f->arena).ptr, html_words(f->out.html, &f->arena).ptr);
    f->input.offer = (struct offer){.text = STR("A gift"), .ends_at = TIME_NONE};
    render(f);
    assert_true(has(f->out.text, "\nA gift\n\n"));
    assert_false(has(f->out.text, "Code") || has(f->out.text, "Until"));
    f->input.offer = (struct offer){.text = STR(""), .code = STR("TEA-10"), .ends_at = 0};
    render(f);
    assert_true(str_equal(f->out.text, without_text) && str_equal(f->out.html, without_html));
}

static void an_offer_ends_in_the_languages_own_date(void **state)
{
    struct fixture *f = *state;
    f->input.offer = (struct offer){.text = STR("X"), .code = STR("TEA-10"), .ends_at = 1798153200001};
    for (const struct language *const *language = LANGUAGES; *language != NULL; language++) {
        f->input.language = *language;
        f->input.locale = str_of((*language)->code);
        render(f);
        assert_said(f, TEXT_OFFER_CODE, "code", "TEA-10");
        assert_said(f, TEXT_OFFER_ENDS, "date", locale_date(f->input.locale, 20812, &f->arena).ptr);
    }
}

#define RENDER_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static int start(void **state)
{
    (void)state;
    hash_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RENDER_TEST(both_parts_say_the_same_words),
        RENDER_TEST(a_text_part_looks_like_this),
        RENDER_TEST(no_field_becomes_markup),
        RENDER_TEST(no_field_breaks_a_line),
        RENDER_TEST(only_what_looks_like_a_name_is_greeted),
        RENDER_TEST(a_preview_differs_only_in_its_links),
        RENDER_TEST(a_preview_keeps_its_images),
        RENDER_TEST(lines_are_at_most_76_columns_where_words_allow),
        RENDER_TEST(a_pick_without_its_product_is_left_out),
        RENDER_TEST(only_https_images_are_shown),
        RENDER_TEST(every_image_has_a_text),
        RENDER_TEST(any_color_of_the_brand_can_be_read),
        RENDER_TEST(the_longest_email_is_not_cut_off),
        RENDER_TEST(no_email_without_a_way_out),
        RENDER_TEST(the_hash_binds_everything_the_client_gets),
        RENDER_TEST(the_language_and_its_direction_are_marked),
        RENDER_TEST(every_language_greets_and_gives_a_way_out_in_its_own_words),
        RENDER_TEST(an_offer_is_printed_as_people_wrote_it),
        RENDER_TEST(an_offer_ends_in_the_languages_own_date),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
