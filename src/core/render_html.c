/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The HTML part: the parts put into the slots of the brand template (brand/template.mjml), which is all the markup there is;
 * core/slots.c escapes every value alike. So ` href="` and ` src="` in the result are always the template's, on which
 * render_preview_html relies. The brand's colour is the shop's free choice: what is printed on it and where it is the ink
 * itself, it is brought to a contrast that can be read, in light and in dark. */
#include "core/contrast.h"
#include "core/render_parts.h"
#include "core/slots.h"

#define NO_COLOR STR("#1c5f4a") /* in place of a colour that is none */

/* The grounds of the template's card. */
static const struct color LIGHT_CARD = {0xff, 0xff, 0xff}, DARK_CARD = {0x21, 0x24, 0x29};

/* Lists of lines: what stands in the loops of the template. */
enum { LINE_SLOTS = 1, PICK_SLOTS = 6 };
struct lines {
    struct slot slot[RENDER_LINES_MAX];
    struct slots items[RENDER_LINES_MAX];
};

static struct slot line_list(const char *list, const char *name, const struct str *values, size_t count,
                             struct lines *lines)
{
    for (size_t i = 0; i < count; i++) {
        lines->slot[i] = (struct slot){.name = name, .value = values[i]};
        lines->items[i] = (struct slots){&lines->slot[i], LINE_SLOTS};
    }
    return (struct slot){.name = list, .items = lines->items, .count = count};
}

struct picks {
    struct slot slot[DRAFT_PICKS_MAX][PICK_SLOTS];
    struct slots items[DRAFT_PICKS_MAX];
};

static struct slot pick_list(const struct render_parts *parts, struct picks *picks)
{
    for (size_t i = 0; i < parts->pick_count; i++) {
        const struct render_pick *pick = &parts->picks[i];
        const struct slot slot[] = {{.name = "name", .value = pick->name},
                                    {.name = "price", .value = pick->price},
                                    {.name = "reason", .value = pick->reason},
                                    {.name = "link", .value = pick->link},
                                    {.name = "image", .value = pick->image}};
        size_t count = sizeof slot / sizeof slot[0];
        for (size_t k = 0; k < count; k++)
            picks->slot[i][k] = slot[k];
        picks->items[i] = (struct slots){picks->slot[i], count};
    }
    return (struct slot){.name = "picks", .items = picks->items, .count = parts->pick_count};
}

/* The colours that follow from the brand's. */
struct colors {
    struct str color, ink, link, dark_link, dark_ink;
};

static struct colors choose_colors(struct str brand, struct arena *arena)
{
    struct color color;
    if (!color_read(brand, &color))
        color_read(NO_COLOR, &color);
    struct color dark = contrast_readable(color, DARK_CARD);
    return (struct colors){.color = color_text(color, arena),
                           .ink = color_text(contrast_ink(color), arena),
                           .link = color_text(contrast_readable(color, LIGHT_CARD), arena),
                           .dark_link = color_text(dark, arena),
                           .dark_ink = color_text(contrast_ink(dark), arena)};
}

enum rc render_parts_to_html(const struct render_parts *parts, struct arena *arena, struct buf *out)
{
    struct lines paragraphs, footer, postal;
    struct picks picks;
    struct colors colors = choose_colors(parts->color, arena);
    bool right = parts->right_to_left;
    const struct slot slot[] = {
        {.name = "language", .value = parts->language},
        {.name = "direction", .value = right ? STR("rtl") : STR("ltr")},
        {.name = "align", .value = right ? STR("right") : STR("left")},
        {.name = "color", .value = colors.color},
        {.name = "ink", .value = colors.ink},
        {.name = "link_color", .value = colors.link},
        {.name = "dark_link", .value = colors.dark_link},
        {.name = "dark_ink", .value = colors.dark_ink},
        {.name = "subject", .value = parts->subject},
        {.name = "preheader", .value = parts->preheader},
        {.name = "logo", .value = parts->logo},
        {.name = "logo_alt", .value = parts->logo_alt},
        {.name = "shop", .value = parts->shop},
        {.name = "greeting", .value = parts->greeting},
        {.name = "offer", .value = parts->offer},
        {.name = "offer_code", .value = parts->offer_code},
        {.name = "offer_ends", .value = parts->offer_ends},
        {.name = "cta_link", .value = parts->cta_link},
        {.name = "cta_label", .value = parts->cta_label},
        {.name = "sign_off", .value = parts->sign_off},
        {.name = "why", .value = parts->reason},
        {.name = "why_link", .value = parts->why_link},
        {.name = "why_label", .value = parts->why_label},
        {.name = "unsubscribe_link", .value = parts->unsubscribe_link},
        {.name = "unsubscribe_label", .value = parts->unsubscribe_label},
        pick_list(parts, &picks),
        line_list("paragraphs", "text", parts->paragraphs, parts->paragraph_count, &paragraphs),
        line_list("footer", "line", parts->footer, parts->footer_count, &footer),
        line_list("postal", "line", parts->postal, parts->postal_count, &postal),
    };
    return slots_fill(str_of(RENDER_TEMPLATE), &(struct slots){slot, sizeof slot / sizeof slot[0]}, out);
}
