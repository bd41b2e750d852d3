/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The pages that the client of the shop may open (RFC 8058's page, "why this email"): no login, no cookie, no script,
 * nothing from elsewhere. A page speaks the language of the email it belongs to, and English when it belongs to none. Each
 * has a language, a title, one main part with one heading of the first rank, and buttons that say what they do: WCAG 2.2 AA,
 * which tests/privacy measures in a browser. */
#ifndef REKINDLE_API_PUBLIC_PAGE_H
#define REKINDLE_API_PUBLIC_PAGE_H

#include "api/context.h"
#include "core/email.h"
#include "core/language.h"
#include "core/token.h"

struct page {
    const struct request *request;
    struct response *response;
    const struct shop *shop;
    const struct language *language;
    struct buf *out; /* the response's body */
};

/* The email that the request's token of this kind stands for. False when the answer is written: a page that says that the
 * link leads nowhere, or a problem. *link is the number of a click's link. */
bool page_read_token(const struct request *request, struct response *response, struct api *api, enum token_kind kind,
                     struct email *email, uint8_t *link);

/* Begins a page in `language` (that of its email; absent or unknown: the first one) with its title, and ends it. Between
 * them the rest is added. */
struct page page_open(const struct request *request, struct response *response, const struct api *api,
                      struct str language, enum language_text title);
void page_close(struct page *page, int status);
/* A whole page of a title and a sentence. */
void page_say(const struct request *request, struct response *response, const struct api *api, struct str language,
              const enum language_text text[2], int status);
void page_not_found(const struct request *request, struct response *response, const struct api *api,
                    struct str language);

void page_add_escaped(struct page *page, struct str text);
void page_add_text(struct page *page, enum language_text text);
void page_add_shop_name(struct page *page);
void page_add_paragraph(struct page *page, enum language_text text);
/* A sentence with a value in it: {shop} or {name}. */
void page_add_said(struct page *page, enum language_text text, struct str name, struct str value);
/* A sentence with the shop's name in it; `nameless` is said by a shop that has none. */
void page_add_shop_paragraph(struct page *page, enum language_text named, enum language_text nameless);

/* The acts a person has, each a button below a sentence that says what it does. */
enum page_act { PAGE_UNSUBSCRIBE, PAGE_PAUSE, PAGE_OBJECT, PAGE_COPY, PAGE_ACTS };
extern const char *const PAGE_ACT_WORDS[]; /* "unsubscribe" ...: the form's field `act`; NULL-terminated */
/* `action`: where the form goes, relative to the page; absent: to the page itself. */
void page_add_act(struct page *page, enum page_act act, struct str action);

#endif
