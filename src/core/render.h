/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Render: a draft and our own greeting, picks, links and footer become the text and HTML parts exactly as they are sent.
 * The text part is made from the same fields. A preview differs only in dead links. */
#ifndef REKINDLE_CORE_RENDER_H
#define REKINDLE_CORE_RENDER_H

#include "core/client.h"
#include "core/draft.h"
#include "core/email.h"
#include "core/language.h"
#include "core/offer.h"
#include "core/product.h"

#define RENDER_TEMPLATE_VERSION STR("brand-4")

struct render_input {
    const struct draft *draft;
    const struct product *products; /* those picked, by id */
    size_t product_count;
    struct str first_name;           /* shown only if it looks like a name; else the neutral greeting */
    const struct language *language; /* of greeting, footer and labels: the one the draft is written in */
    struct str locale;               /* how that language writes a date; the draft's */
    struct offer offer;              /* printed as it is; nothing while its text is empty */
    struct str shop_name, shop_url, postal_address;
    struct str logo_url, color, footer; /* the brand's look: https image, "#1c5f4a", lines; each may be absent */
    struct str time_zone;               /* the shop's: an offer ends on one of its days */
    struct str unsubscribe_url, why_url;
    /* The link for a target: click URL for product id, or "shop", "category", "account". In the arena. */
    struct str (*link)(void *ctx, struct str target, struct arena *arena);
    void *link_ctx;
};
struct rendered {
    struct str subject; /* one line */
    struct str text;    /* LF lines, <= 76 columns where words allow */
    struct str html;
};
/* RC_INVALID without a language or an unsubscribe link. An image that has no https address is left out. */
enum rc render_email(const struct render_input *input, struct arena *arena, struct rendered *out);
/* The HTML with every link replaced by "#": what staff see. All else, the images too, is as it is sent. */
struct str render_preview_html(struct str html, struct arena *arena);

/* SHA-256 hex over recipient, From, Reply-To, subject, text, HTML and template version: what an approval binds. */
struct str render_content_hash(const struct email *email, struct arena *arena);

#endif
