/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The text part: the words of the HTML part in the same order, wrapped at 76 columns (RFC 5322 section 2.1.1 wants lines
 * under 78). A word longer than that, a link above all, stands on a line of its own and is never broken. */
#include "base/utf8.h"
#include "core/render_parts.h"

#define COLUMNS 76

/* `first` stands before the first line, as many blanks before the others. */
static void wrapped(struct buf *out, struct str first, struct str value)
{
    size_t column = first.len;
    bool fresh = true;
    buf_add(out, first);
    while (!str_is_none(value)) {
        struct str word = str_cut(&value, ' ');
        size_t width = utf8_length(word);
        if (word.len == 0)
            continue;
        if (!fresh && column + 1 + width > COLUMNS) {
            buf_printf(out, "\n%*s", (int)first.len, "");
            column = first.len;
            fresh = true;
        }
        if (!fresh)
            buf_add_char(out, ' ');
        buf_add(out, word);
        column += width + (fresh ? 0 : 1);
        fresh = false;
    }
    buf_add_char(out, '\n');
}

static void line(struct buf *out, struct str value) { wrapped(out, STR(""), value); }
static void blank(struct buf *out) { buf_add_char(out, '\n'); }

static void link_lines(struct buf *out, struct str label, struct str link)
{
    line(out, label);
    if (!str_is_none(link))
        line(out, link);
}

static void write_pick(struct buf *out, const struct render_pick *pick)
{
    wrapped(out, STR("* "), pick->name);
    if (!str_is_none(pick->price))
        wrapped(out, STR("  "), pick->price);
    wrapped(out, STR("  "), pick->reason);
    if (!str_is_none(pick->link))
        wrapped(out, STR("  "), pick->link);
    blank(out);
}

static void write_offer(struct buf *out, const struct render_parts *parts)
{
    line(out, parts->offer);
    if (!str_is_none(parts->offer_code))
        line(out, parts->offer_code);
    if (!str_is_none(parts->offer_ends))
        line(out, parts->offer_ends);
    blank(out);
}

static void write_lines(struct buf *out, const struct str *lines, size_t count)
{
    if (count > 0)
        blank(out);
    for (size_t i = 0; i < count; i++)
        line(out, lines[i]);
}

void render_parts_to_text(const struct render_parts *parts, struct buf *out)
{
    if (!str_is_none(parts->shop)) {
        line(out, parts->shop);
        blank(out);
    }
    line(out, parts->greeting);
    for (size_t i = 0; i < parts->paragraph_count; i++) {
        blank(out);
        line(out, parts->paragraphs[i]);
    }
    blank(out);
    for (size_t i = 0; i < parts->pick_count; i++)
        write_pick(out, &parts->picks[i]);
    if (!str_is_none(parts->offer))
        write_offer(out, parts);
    if (!str_is_none(parts->cta_link)) {
        link_lines(out, parts->cta_label, parts->cta_link);
        blank(out);
    }
    line(out, parts->sign_off);
    if (!str_is_none(parts->shop))
        line(out, parts->shop);
    buf_add_c(out, "\n----\n");
    line(out, parts->reason);
    if (!str_is_none(parts->why_link))
        link_lines(out, parts->why_label, parts->why_link);
    link_lines(out, parts->unsubscribe_label, parts->unsubscribe_link);
    write_lines(out, parts->footer, parts->footer_count);
    write_lines(out, parts->postal, parts->postal_count);
}
