/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The HTML part: tables and inline styles, since mail programs know little else, and a dark variant for those that ask.
 * Only the literals of this file are markup. Every value passes through `text` or `attribute`, which escape alike, so that
 * ` href="` and ` src="` in the result are always ours: render_preview_html relies on it. */
#include "core/render_parts.h"

static void literal(struct buf *out, const char *html) { buf_add_c(out, html); }

static void escaped(struct buf *out, struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        switch (value.ptr[i]) {
        case '&': literal(out, "&amp;"); break;
        case '<': literal(out, "&lt;"); break;
        case '>': literal(out, "&gt;"); break;
        case '"': literal(out, "&quot;"); break;
        case '\'': literal(out, "&#39;"); break;
        default: buf_add_char(out, value.ptr[i]);
        }
    }
}

static void text(struct buf *out, struct str value) { escaped(out, value); }

static void attribute(struct buf *out, const char *name, struct str value)
{
    buf_printf(out, " %s=\"", name);
    escaped(out, value);
    literal(out, "\"");
}

static void paragraph(struct buf *out, const char *style, struct str value)
{
    buf_printf(out, "<p class=\"ink\" style=\"margin:0 0 16px;%s\">", style);
    text(out, value);
    literal(out, "</p>\n");
}

static void link_text(struct buf *out, const char *open, struct str link, struct str label)
{
    if (str_is_none(link)) {
        text(out, label);
        return;
    }
    literal(out, open);
    attribute(out, "href", link);
    literal(out, ">");
    text(out, label);
    literal(out, "</a>");
}

static void write_head(const struct render_parts *parts, struct buf *out)
{
    literal(out, "<!DOCTYPE html>\n<html");
    attribute(out, "lang", parts->language);
    literal(out, parts->right_to_left ? " dir=\"rtl\"" : "");
    literal(out, ">\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                 "<meta name=\"color-scheme\" content=\"light dark\">\n"
                 "<meta name=\"supported-color-schemes\" content=\"light dark\">\n<title>");
    text(out, parts->subject);
    literal(out, "</title>\n<style>\n:root { color-scheme: light dark; supported-color-schemes: light dark; }\n"
                 "@media (prefers-color-scheme: dark) {\n"
                 ".page { background: #16181b !important; }\n.card { background: #212429 !important; }\n"
                 ".ink { color: #ececec !important; }\n.soft { color: #a9adb3 !important; }\n"
                 ".rule { border-color: #3a3f46 !important; }\n"
                 ".button { background: #ececec !important; color: #16181b !important; }\n}\n</style>\n</head>\n");
}

static void write_pick(const struct render_pick *pick, struct buf *out)
{
    literal(out, "<tr>\n");
    if (!str_is_none(pick->image)) {
        literal(out, "<td width=\"96\" valign=\"top\" style=\"padding:0 16px 16px 0\"><img width=\"96\" alt=\"\" "
                     "style=\"display:block;border:0;border-radius:6px;max-width:96px;height:auto\"");
        attribute(out, "src", pick->image);
        literal(out, "></td>\n<td valign=\"top\" style=\"padding:0 0 16px\">\n");
    } else {
        literal(out, "<td colspan=\"2\" valign=\"top\" style=\"padding:0 0 16px\">\n");
    }
    literal(out, "<p class=\"ink\" style=\"margin:0 0 4px;font-weight:bold\">");
    link_text(out, "<a class=\"ink\" style=\"color:#1f2328\"", pick->link, pick->name);
    literal(out, "</p>\n");
    if (!str_is_none(pick->price)) {
        literal(out, "<p class=\"soft\" style=\"margin:0 0 4px;color:#59616b\">");
        text(out, pick->price);
        literal(out, "</p>\n");
    }
    literal(out, "<p class=\"ink\" style=\"margin:0\">");
    text(out, pick->reason);
    literal(out, "</p>\n</td>\n</tr>\n");
}

static void write_offer(const struct render_parts *parts, struct buf *out)
{
    literal(out, "<p class=\"ink rule\" style=\"margin:8px 0 16px;padding:12px 16px;border:1px solid #e3e3df;"
                 "border-radius:6px\">");
    text(out, parts->offer);
    if (!str_is_none(parts->offer_code)) {
        literal(out, "<br>\n<strong>");
        text(out, parts->offer_code);
        literal(out, "</strong>");
    }
    if (!str_is_none(parts->offer_ends)) {
        literal(out, "<br>\n");
        text(out, parts->offer_ends);
    }
    literal(out, "</p>\n");
}

static void write_body(const struct render_parts *parts, struct buf *out)
{
    paragraph(out, "", parts->greeting);
    for (size_t i = 0; i < parts->paragraph_count; i++)
        paragraph(out, "", parts->paragraphs[i]);
    if (parts->pick_count > 0) {
        literal(out, "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">\n");
        for (size_t i = 0; i < parts->pick_count; i++)
            write_pick(&parts->picks[i], out);
        literal(out, "</table>\n");
    }
    if (!str_is_none(parts->offer))
        write_offer(parts, out);
    if (!str_is_none(parts->cta_link)) {
        literal(out, "<p style=\"margin:8px 0 24px\">");
        link_text(out,
                  "<a class=\"button\" style=\"display:inline-block;padding:12px 22px;border-radius:6px;"
                  "background:#1f2328;color:#ffffff;text-decoration:none;font-weight:bold\"",
                  parts->cta_link, parts->cta_label);
        literal(out, "</p>\n");
    }
    literal(out, "<p class=\"ink\" style=\"margin:0\">");
    text(out, parts->sign_off);
    if (!str_is_none(parts->shop)) {
        literal(out, "<br>\n");
        text(out, parts->shop);
    }
    literal(out, "</p>\n");
}

static void write_footer(const struct render_parts *parts, struct buf *out)
{
    literal(out, "<p class=\"soft\" style=\"margin:0 0 8px;color:#59616b\">");
    text(out, parts->reason);
    literal(out, "<br>\n");
    if (!str_is_none(parts->why_link)) {
        link_text(out, "<a class=\"soft\" style=\"color:#59616b\"", parts->why_link, parts->why_label);
        literal(out, " &nbsp; ");
    }
    link_text(out, "<a class=\"soft\" style=\"color:#59616b\"", parts->unsubscribe_link, parts->unsubscribe_label);
    literal(out, "</p>\n");
    if (parts->postal_count == 0)
        return;
    literal(out, "<p class=\"soft\" style=\"margin:0;color:#59616b\">");
    for (size_t i = 0; i < parts->postal_count; i++) {
        literal(out, i > 0 ? "<br>\n" : "");
        text(out, parts->postal[i]);
    }
    literal(out, "</p>\n");
}

void render_parts_to_html(const struct render_parts *parts, struct buf *out)
{
    write_head(parts, out);
    literal(out, "<body class=\"page\" style=\"margin:0;padding:0;background:#f4f4f2\">\n"
                 "<div style=\"display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px\">");
    text(out, parts->preheader);
    literal(
        out,
        "</div>\n<table class=\"page\" role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" "
        "border=\"0\" style=\"background:#f4f4f2\">\n<tr><td align=\"center\" style=\"padding:24px 12px\">\n"
        "<table class=\"card\" role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
        "style=\"max-width:600px;background:#ffffff;border-radius:8px\">\n"
        "<tr><td class=\"ink\" style=\"padding:32px;font-family:Helvetica,Arial,sans-serif;font-size:16px;"
        "line-height:1.5;color:#1f2328\">\n");
    if (!str_is_none(parts->shop))
        paragraph(out, "font-size:20px;font-weight:bold", parts->shop);
    write_body(parts, out);
    literal(out, "</td></tr>\n<tr><td class=\"soft rule\" style=\"padding:20px 32px 28px;border-top:1px solid #e3e3df;"
                 "font-family:Helvetica,Arial,sans-serif;font-size:13px;line-height:1.5;color:#59616b\">\n");
    write_footer(parts, out);
    literal(out, "</td></tr>\n</table>\n</td></tr>\n</table>\n</body>\n</html>\n");
}
