/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the client of the shop may open: the unsubscribe page and its act (RFC 8058), the page that says why the email came,
 * and the click redirect. No login, no cookie, no script, nothing from elsewhere. A GET never changes anything: scanners of
 * mail providers follow links. A page speaks the language of the email it belongs to, and English when it belongs to none. */
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "base/log.h"
#include "base/metrics.h"
#include "core/email.h"
#include "core/language.h"
#include "core/token.h"
#include "step/client_acts.h"
#include "step/links.h"

#define STYLE                                                                                                   \
    "body{font:17px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.2rem;color:#222;"     \
    "background:#fff}button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:.4rem;background:#1c5f4a;" \
    "color:#fff;cursor:pointer}li{margin:.3rem 0}footer{margin-top:3rem;color:#666;font-size:.85rem}"           \
    "@media(prefers-color-scheme:dark){body{background:#1b1c1e;color:#e8e8e8}footer{color:#a8a8a8}}"
/* SHA-256 of STYLE would tie the policy to the text; these pages load nothing and run nothing, so inline style is let in. */
#define PAGE_POLICY \
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

static void add_escaped(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '&': buf_add_c(out, "&amp;"); break;
        case '<': buf_add_c(out, "&lt;"); break;
        case '>': buf_add_c(out, "&gt;"); break;
        case '"': buf_add_c(out, "&quot;"); break;
        default: buf_add_char(out, text.ptr[i]);
        }
    }
}

struct page {
    const struct request *request;
    struct response *response;
    const struct shop *shop;
    const struct language *language;
    struct buf *out; /* the response's body */
};

/* The page in the language of the email; in the first one when there is none, or it is of a language since taken out. */
static struct page page_of(const struct request *request, struct response *response, const struct api *api,
                           struct str language)
{
    const struct language *known = language_of(language);
    return (struct page){request, response, &api->env.shop, known == NULL ? LANGUAGES[0] : known, &response->body};
}

static void add_text(struct page *page, enum language_text text)
{
    add_escaped(page->out, str_of(page->language->texts[text]));
}

static void add_paragraph(struct page *page, enum language_text text)
{
    buf_add_c(page->out, "<p>");
    add_text(page, text);
    buf_add_c(page->out, "</p>\n");
}

/* A sentence with the shop's name in it; `nameless` is said by a shop that has none. */
static void add_shop_paragraph(struct page *page, enum language_text named, enum language_text nameless)
{
    bool has_name = !str_is_empty(page->shop->name);
    buf_add_c(page->out, "<p>");
    add_escaped(page->out, language_say(page->language, has_name ? named : nameless, STR("shop"), page->shop->name,
                                        page->request->arena));
    buf_add_c(page->out, "</p>\n");
}

static void add_shop_name(struct page *page)
{
    if (str_is_empty(page->shop->name))
        add_text(page, TEXT_NAMELESS_SHOP);
    else
        add_escaped(page->out, page->shop->name);
}

static void page_open(struct page *page, enum language_text title)
{
    struct buf *out = page->out;
    response_reset(page->response);
    buf_printf(out, "<!doctype html>\n<html lang=\"%s\"%s><head><meta charset=\"utf-8\">", page->language->code,
               language_is_right_to_left(page->language) ? " dir=\"rtl\"" : "");
    buf_add_c(out, "<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">"
                   "<title>");
    add_shop_name(page);
    buf_add_c(out, "</title><style>" STYLE "</style></head>\n<body><h1>");
    add_text(page, title);
    buf_add_c(out, "</h1>\n");
}

static void page_close(struct page *page, int status)
{
    struct buf *out = page->out;
    buf_add_c(out, "<footer>");
    add_shop_name(page);
    if (!str_is_empty(page->shop->postal_address)) {
        buf_add_c(out, "<br>");
        add_escaped(out, page->shop->postal_address);
    }
    buf_add_c(out, "</footer></body></html>\n");
    page->response->status = status;
    page->response->type = "text/html; charset=utf-8";
    response_header(page->response, "Content-Security-Policy", STR(PAGE_POLICY));
}

static void page_not_found(struct page page)
{
    page_open(&page, TEXT_INVALID_TITLE);
    add_paragraph(&page, TEXT_INVALID);
    page_close(&page, 404);
}

/* The email a token stands for; a page otherwise. */
static bool read_token(const struct request *request, struct response *response, struct api *api, enum token_kind kind,
                       struct email *email, uint8_t *link)
{
    struct str id;
    enum rc rc = token_read(&api->env.link_keys, kind, request->param, request->arena, &id, link);
    if (rc == RC_OK)
        rc = store_get(api->env.store, RECORD_EMAIL, id, request->arena, email);
    if (rc == RC_OK)
        return true;
    if (rc == RC_INVALID || rc == RC_NOT_FOUND)
        page_not_found(page_of(request, response, api, STR_NONE));
    else
        problem_from_rc(request, response, rc);
    return false;
}

void unsubscribe_page(const struct request *request, struct response *response, struct api *api)
{
    struct email email;
    uint8_t link;
    if (!read_token(request, response, api, TOKEN_UNSUBSCRIBE, &email, &link))
        return;
    struct page page = page_of(request, response, api, email.language);
    page_open(&page, TEXT_UNSUBSCRIBE_TITLE);
    add_shop_paragraph(&page, TEXT_UNSUBSCRIBE_ASK, TEXT_UNSUBSCRIBE_ASK_NAMELESS);
    buf_add_c(page.out,
              "<form method=\"post\"><input type=\"hidden\" name=\"List-Unsubscribe\" value=\"One-Click\"><button>");
    add_text(&page, TEXT_UNSUBSCRIBE_BUTTON);
    buf_add_c(page.out, "</button></form>\n");
    page_close(&page, 200);
}

/* RFC 8058: the mail provider posts List-Unsubscribe=One-Click, as a form or as multipart; the page's button does the same.
 * The token alone says who it is, so the body is not looked into: who holds the link may unsubscribe. */
void unsubscribe_post(const struct request *request, struct response *response, struct api *api)
{
    struct email email;
    uint8_t link;
    if (!read_token(request, response, api, TOKEN_UNSUBSCRIBE, &email, &link))
        return;
    enum rc rc = client_unsubscribe(&api->env, email.id, STR("unsubscribe_link"), request->arena);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    struct page page = page_of(request, response, api, email.language);
    page_open(&page, TEXT_UNSUBSCRIBE_DONE_TITLE);
    add_paragraph(&page, TEXT_UNSUBSCRIBE_DONE);
    page_close(&page, 200);
}

static void add_facts(struct page *page, struct str facts)
{
    struct buf *out = page->out;
    struct json *list = NULL;
    struct json_error error;
    if (str_is_empty(facts) || json_parse(facts, &list, &error) != RC_OK)
        return;
    if (json_size(list) > 0) {
        add_paragraph(page, TEXT_WHY_FACTS);
        buf_add_c(out, "<ul>\n");
        for (size_t i = 0; i < json_size(list); i++) {
            buf_add_c(out, "<li>");
            add_escaped(out, json_get_str(json_at(list, i), "text"));
            buf_add_c(out, "</li>\n");
        }
        buf_add_c(out, "</ul>\n");
    }
    json_free(list);
}

void why_page(const struct request *request, struct response *response, struct api *api)
{
    struct email email;
    uint8_t link;
    if (!read_token(request, response, api, TOKEN_WHY, &email, &link))
        return;
    struct page page = page_of(request, response, api, email.language);
    page_open(&page, TEXT_WHY_TITLE);
    add_shop_paragraph(&page, TEXT_WHY, TEXT_WHY_NAMELESS);
    add_facts(&page, email.facts);
    add_paragraph(&page, TEXT_WHY_PRIVATE);
    page_close(&page, 200);
}

/* The address behind a link is the stored one of that number: a token cannot lead anywhere else. */
void click_redirect(const struct request *request, struct response *response, struct api *api)
{
    struct email email;
    uint8_t link;
    if (!read_token(request, response, api, TOKEN_CLICK, &email, &link))
        return;
    struct str url = link_target(&api->env, &email, link, request->arena);
    if (!RULE_URL.holds(url)) {
        page_not_found(page_of(request, response, api, email.language));
        return;
    }
    if (request->method == METHOD_GET) /* a HEAD is a scanner, not a reader */
        metrics_add("rekindle_clicks_total", NULL, 1);
    respond_empty(response);
    response->status = 302;
    response_header(response, "Location", url);
}
