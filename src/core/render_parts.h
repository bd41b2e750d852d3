/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside of render: the parts of an email, cleaned and in order, from which both the text and the HTML part are written.
 * Every text is one line of valid UTF-8 without controls; every link is an http or https URL or absent. */
#ifndef REKINDLE_CORE_RENDER_PARTS_H
#define REKINDLE_CORE_RENDER_PARTS_H

#include "base/buf.h"
#include "core/draft.h"

#define RENDER_LINES_MAX 8 /* of a list of lines: paragraphs, footer, postal address */
_Static_assert(DRAFT_PARAGRAPHS_MAX <= RENDER_LINES_MAX, "a draft's paragraphs are such a list");

struct render_pick {
    struct str name, price, reason, link, image; /* price, link and image may be absent */
};
struct render_parts {
    struct str language; /* "en", for the lang attribute */
    bool right_to_left;
    struct str subject, preheader;
    struct str shop;           /* absent when the shop has no name yet */
    struct str logo, logo_alt; /* absent without one */
    struct str color;          /* the brand's, as the policy has it */
    struct str greeting;
    struct str paragraphs[DRAFT_PARAGRAPHS_MAX];
    size_t paragraph_count;
    struct render_pick picks[DRAFT_PICKS_MAX];
    size_t pick_count;
    struct str cta_label, cta_link; /* both or none */
    struct str sign_off;
    struct str offer, offer_code, offer_ends; /* its text, its code, its end; each may be absent */
    struct str reason;                        /* the footer's sentence on why this email came */
    struct str why_label, why_link, unsubscribe_label, unsubscribe_link;
    struct str footer[RENDER_LINES_MAX]; /* the shop's own words */
    size_t footer_count;
    struct str postal[RENDER_LINES_MAX];
    size_t postal_count;
};

/* The brand template with its slots, of which meson.build makes a C array. NUL-terminated. */
extern const char RENDER_TEMPLATE[];
/* RC_BUG when the template has a slot that nothing fills. */
enum rc render_parts_to_html(const struct render_parts *parts, struct arena *arena, struct buf *out);
void render_parts_to_text(const struct render_parts *parts, struct buf *out);

#endif
