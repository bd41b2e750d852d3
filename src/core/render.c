/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Render gathers and cleans the parts once; render_html.c and render_text.c only lay them out, so the two can say nothing
 * different. What cannot be shown safely (a link that is no web address, a name that is none) is left out, not refused: a
 * blocked draft is rendered too, for staff to see. Only a missing unsubscribe link is an error. */
#include "core/render.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "core/currency.h"
#include "core/locale.h"
#include "core/render_parts.h"
#include "core/wording.h"

/* One line: controls and runs of blanks become one blank, broken UTF-8 is dropped. */
static struct str clean(struct str value, struct arena *arena)
{
    struct buf out = {0};
    bool blank = false;
    for (size_t at = 0; at < value.len;) {
        size_t size = utf8_sequence(value.ptr + at, value.len - at);
        struct str one = {value.ptr + at, size > 0 ? size : 1};
        at += one.len;
        if (size == 0)
            continue;
        if (*one.ptr == ' ' || utf8_has_control(one)) {
            blank = out.len > 0;
            continue;
        }
        if (blank)
            buf_add_char(&out, ' ');
        blank = false;
        buf_add(&out, one);
    }
    struct str cleaned = arena_str(arena, out.len > 0 ? buf_str(&out) : STR(""));
    buf_clear(&out);
    return cleaned;
}

/* The cleaned value, STR_NONE when nothing is left. */
static struct str clean_or_none(struct str value, struct arena *arena)
{
    struct str cleaned = clean(value, arena);
    return str_is_empty(cleaned) ? STR_NONE : cleaned;
}

static struct str safe_link(struct str url) { return RULE_URL.holds(url) ? url : STR_NONE; }
static struct str safe_image(struct str url)
{
    return str_starts_with(url, STR("https://")) ? safe_link(url) : STR_NONE;
}

/* --- the greeting -------------------------------------------------------------------------------------------------- */

/* In whatever language the shop's form asked for it. */
static bool is_placeholder(struct str name, struct arena *arena)
{
    struct str word = str_trim(wording_words(name, arena));
    for (const struct language *const *language = LANGUAGES; *language != NULL; language++)
        for (const char *const *entry = (*language)->lists[WORDS_PLACEHOLDER]; *entry != NULL; entry++)
            if (str_equal(word, str_of(*entry)))
                return true;
    return false;
}

/* Letters, with single blanks, hyphens and apostrophes between them: 2 to 30 of at most 3 words. A dot would let a name be
 * "evil.com", which mail programs turn into a link. */
static bool looks_like_name(struct str name, struct arena *arena)
{
    enum { LENGTH_MIN = 2, LENGTH_MAX = 30, WORDS_MAX = 3 };
    struct str rest = name;
    size_t length = 0, words = 1;
    bool after_letter = false;
    while (rest.len > 0) {
        int32_t c = utf8_next(&rest);
        bool joins = c == ' ' || c == '-' || c == '\'' || c == 0x2019;
        if (!utf8_is_letter(c) && !(joins && after_letter))
            return false;
        after_letter = !joins;
        words += c == ' ';
        length++;
    }
    return after_letter && length >= LENGTH_MIN && length <= LENGTH_MAX && words <= WORDS_MAX &&
           !is_placeholder(name, arena);
}

static struct str greeting(const struct render_input *input, struct arena *arena)
{
    struct str name = clean(input->first_name, arena);
    bool known = looks_like_name(name, arena);
    return language_say(input->language, known ? TEXT_GREETING : TEXT_GREETING_NEUTRAL, STR("name"), name, arena);
}

/* --- the parts ----------------------------------------------------------------------------------------------------- */

static const struct product *find_product(const struct render_input *input, struct str id)
{
    for (size_t i = 0; i < input->product_count; i++)
        if (str_equal(input->products[i].id, id))
            return &input->products[i];
    return NULL;
}

static struct str link_to(const struct render_input *input, struct str target, struct arena *arena)
{
    return input->link == NULL ? STR_NONE : safe_link(input->link(input->link_ctx, target, arena));
}

static void gather_picks(const struct render_input *input, struct arena *arena, struct render_parts *parts)
{
    for (size_t i = 0; i < input->draft->pick_count; i++) {
        const struct draft_pick *pick = &input->draft->picks[i];
        const struct product *product = find_product(input, pick->product_id);
        if (product == NULL || str_is_empty(clean(product->name, arena)))
            continue;
        struct render_pick *part = &parts->picks[parts->pick_count++];
        part->name = clean(product->name, arena);
        if (currency_exponent(product->currency) >= 0 && product->price_minor > 0)
            part->price = money_text(product->price_minor, product->currency, arena);
        part->reason = clean(pick->reason, arena);
        part->link = link_to(input, product->id, arena);
        part->image = safe_image(product->image_url);
    }
}

/* The lines of a text that are not empty, at most RENDER_LINES_MAX. */
static size_t gather_lines(struct str text, struct arena *arena, struct str *lines)
{
    size_t count = 0;
    while (!str_is_none(text) && count < RENDER_LINES_MAX) {
        struct str one = clean(str_cut(&text, '\n'), arena);
        if (!str_is_empty(one))
            lines[count++] = one;
    }
    return count;
}

/* An offer ends at an instant that is no longer its own: at midnight the day before is its last. */
static void gather_offer(const struct render_input *input, struct arena *arena, struct render_parts *parts)
{
    const struct offer *offer = &input->offer;
    parts->offer = clean_or_none(offer->text, arena);
    if (str_is_none(parts->offer))
        return;
    struct str code = clean(offer->code, arena);
    if (!str_is_empty(code))
        parts->offer_code = language_say(input->language, TEXT_OFFER_CODE, STR("code"), code, arena);
    if (offer->ends_at != TIME_NONE) {
        struct str day = locale_date(input->locale, time_day(offer->ends_at - 1, input->time_zone), arena);
        parts->offer_ends = language_say(input->language, TEXT_OFFER_ENDS, STR("date"), day, arena);
    }
}

/* Who does not see the logo reads its text: the shop's name. */
static void gather_logo(const struct render_input *input, struct render_parts *parts)
{
    parts->logo = safe_image(input->logo_url);
    parts->logo_alt = str_is_none(parts->shop) ? str_of(input->language->texts[TEXT_NAMELESS_SHOP]) : parts->shop;
}

/* The footer's sentence and the words of its links. */
static void gather_footer(const struct render_input *input, struct arena *arena, struct render_parts *parts)
{
    bool named = !str_is_none(parts->shop);
    parts->reason = language_say(input->language, named ? TEXT_FOOTER_WHY : TEXT_FOOTER_WHY_NAMELESS, STR("shop"),
                                 parts->shop, arena);
    parts->why_label = str_of(input->language->texts[TEXT_FOOTER_WHY_LINK]);
    parts->why_link = safe_link(input->why_url);
    parts->unsubscribe_label = str_of(input->language->texts[TEXT_FOOTER_UNSUBSCRIBE]);
    parts->unsubscribe_link = safe_link(input->unsubscribe_url);
    parts->footer_count = gather_lines(input->footer, arena, parts->footer);
    parts->postal_count = gather_lines(input->postal_address, arena, parts->postal);
}

static void gather(const struct render_input *input, struct arena *arena, struct render_parts *parts)
{
    const struct draft *draft = input->draft;
    parts->language = str_of(input->language->code);
    parts->right_to_left = language_is_right_to_left(input->language);
    parts->subject = clean(draft->subject, arena);
    parts->preheader = clean(draft->preheader, arena);
    parts->shop = clean_or_none(input->shop_name, arena);
    gather_logo(input, parts);
    parts->color = input->color;
    parts->greeting = greeting(input, arena);
    for (size_t i = 0; i < draft->paragraph_count; i++)
        parts->paragraphs[parts->paragraph_count++] = clean(draft->paragraphs[i].text, arena);
    gather_picks(input, arena, parts);
    gather_offer(input, arena, parts);
    parts->cta_link = link_to(input, draft->cta_target, arena);
    if (str_is_none(parts->cta_link))
        parts->cta_link = safe_link(input->shop_url);
    parts->cta_label = clean_or_none(draft->cta_label, arena);
    if (str_is_none(parts->cta_label))
        parts->cta_link = STR_NONE;
    parts->sign_off = clean(draft->sign_off, arena);
    gather_footer(input, arena, parts);
}

static struct str finish(struct buf *buf, struct arena *arena)
{
    struct str text = arena_str(arena, buf_str(buf));
    buf_clear(buf);
    return text;
}

enum rc render_email(const struct render_input *input, struct arena *arena, struct rendered *out)
{
    struct render_parts *parts = arena_new(arena, 1, sizeof *parts);
    struct buf buf = {0};
    if (input->language == NULL)
        return RC_INVALID;
    gather(input, arena, parts);
    if (str_is_none(parts->unsubscribe_link))
        return RC_INVALID;
    out->subject = parts->subject;
    render_parts_to_text(parts, &buf);
    out->text = finish(&buf, arena);
    enum rc rc = render_parts_to_html(parts, arena, &buf);
    out->html = finish(&buf, arena);
    return rc;
}

/* --- preview and hash ---------------------------------------------------------------------------------------------- */

struct str render_preview_html(struct str html, struct arena *arena)
{
    const struct str mark = STR(" href=\"");
    struct buf out = {0};
    size_t at = str_find(html, mark);
    while (at != SIZE_MAX) {
        buf_add(&out, (struct str){html.ptr, at + mark.len});
        buf_add_char(&out, '#');
        html = (struct str){html.ptr + at + mark.len, html.len - at - mark.len};
        size_t end = str_find(html, STR("\""));
        if (end == SIZE_MAX)
            end = html.len;
        html = (struct str){html.ptr + end, html.len - end};
        at = str_find(html, mark);
    }
    buf_add(&out, html);
    return finish(&out, arena);
}

struct str render_content_hash(const struct email *email, struct arena *arena)
{
    const struct str parts[] = {email->recipient, email->from_address, email->reply_to,        email->subject,
                                email->text,      email->html,         email->template_version};
    struct hash_parts state;
    hash_parts_init(&state);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        hash_parts_add(&state, parts[i]);
    return hash_parts_hex(&state, arena);
}
