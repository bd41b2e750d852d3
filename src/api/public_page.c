/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/public_page.h"

#include "api/problem.h"
#include "api/respond.h"

/* Contrast of each pair of colours is 5 to 1 or more, a button is 44 px high, and what has the focus is drawn around. */
#define STYLE                                                                                                         \
    "body{font:17px/1.5 system-ui,sans-serif;max-width:34rem;margin:8vh auto;padding:0 1.2rem;color:#222;"            \
    "background:#fff}button{font:inherit;min-height:44px;padding:.5rem 1.2rem;border:0;border-radius:.4rem;"          \
    "background:#1c5f4a;color:#fff;cursor:pointer}button:focus-visible{outline:3px solid #b35c00;outline-offset:3px}" \
    "form{margin:1.6rem 0}form p{margin:0 0 .5rem}li{margin:.3rem 0}h2{margin-top:2rem}"                              \
    "footer{margin-top:3rem;color:#666;font-size:.85rem}"                                                             \
    "@media(prefers-color-scheme:dark){body{background:#1b1c1e;color:#e8e8e8}footer{color:#a8a8a8}"                   \
    "button:focus-visible{outline-color:#ffb454}}"
/* SHA-256 of STYLE would tie the policy to the text; these pages load nothing and run nothing, so inline style is let in. */
#define PAGE_POLICY \
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const char *const PAGE_ACT_WORDS[] = {"unsubscribe", "pause", "object", "copy", NULL};

void page_add_escaped(struct page *page, struct str text) { buf_add_html(page->out, text); }

void page_add_text(struct page *page, enum language_text text)
{
    page_add_escaped(page, str_of(page->language->texts[text]));
}

void page_add_paragraph(struct page *page, enum language_text text)
{
    buf_add_c(page->out, "<p>");
    page_add_text(page, text);
    buf_add_c(page->out, "</p>\n");
}

void page_add_said(struct page *page, enum language_text text, struct str name, struct str value)
{
    page_add_escaped(page, language_say(page->language, text, name, value, page->request->arena));
}

void page_add_shop_paragraph(struct page *page, enum language_text named, enum language_text nameless)
{
    bool has_name = !str_is_empty(page->shop->name);
    buf_add_c(page->out, "<p>");
    page_add_said(page, has_name ? named : nameless, STR("shop"), page->shop->name);
    buf_add_c(page->out, "</p>\n");
}

void page_add_shop_name(struct page *page)
{
    if (str_is_empty(page->shop->name))
        page_add_text(page, TEXT_NAMELESS_SHOP);
    else
        page_add_escaped(page, page->shop->name);
}

struct page page_open(const struct request *request, struct response *response, const struct api *api,
                      struct str language, enum language_text title)
{
    const struct language *known = language_of(language);
    struct page page = {request, response, &api->env.shop, known == NULL ? LANGUAGES[0] : known, &response->body};
    response_reset(response);
    buf_printf(page.out, "<!doctype html>\n<html lang=\"%s\"%s><head><meta charset=\"utf-8\">", page.language->code,
               language_is_right_to_left(page.language) ? " dir=\"rtl\"" : "");
    buf_add_c(page.out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                        "<meta name=\"robots\" content=\"noindex\"><title>");
    page_add_text(&page, title);
    buf_add_c(page.out, " - ");
    page_add_shop_name(&page);
    buf_add_c(page.out, "</title><style>" STYLE "</style></head>\n<body><main><h1>");
    page_add_text(&page, title);
    buf_add_c(page.out, "</h1>\n");
    return page;
}

void page_close(struct page *page, int status)
{
    struct buf *out = page->out;
    buf_add_c(out, "</main><footer>");
    page_add_shop_name(page);
    if (!str_is_empty(page->shop->postal_address)) {
        buf_add_c(out, "<br>");
        page_add_escaped(page, page->shop->postal_address);
    }
    buf_add_c(out, "</footer></body></html>\n");
    page->response->status = status;
    page->response->type = "text/html; charset=utf-8";
    response_header(page->response, "Content-Security-Policy", STR(PAGE_POLICY));
}

void page_say(const struct request *request, struct response *response, const struct api *api, struct str language,
              const enum language_text text[2], int status)
{
    struct page page = page_open(request, response, api, language, text[0]);
    page_add_paragraph(&page, text[1]);
    page_close(&page, status);
}

void page_not_found(const struct request *request, struct response *response, const struct api *api,
                    struct str language)
{
    static const enum language_text TEXT[2] = {TEXT_INVALID_TITLE, TEXT_INVALID};
    page_say(request, response, api, language, TEXT, 404);
}

bool page_read_token(const struct request *request, struct response *response, struct api *api, enum token_kind kind,
                     struct email *email, uint8_t *link)
{
    struct str id;
    enum rc rc = token_read(&api->env.link_keys, kind, request->param, request->arena, &id, link);
    if (rc == RC_OK)
        rc = store_get(api->env.store, RECORD_EMAIL, id, request->arena, email);
    if (rc == RC_OK)
        return true;
    if (rc == RC_INVALID || rc == RC_NOT_FOUND)
        page_not_found(request, response, api, STR_NONE);
    else
        problem_from_rc(request, response, rc);
    return false;
}

void page_add_act(struct page *page, enum page_act act, struct str action)
{
    static const struct {
        enum language_text ask, button;
    } TEXTS[PAGE_ACTS] = {
        [PAGE_UNSUBSCRIBE] = {TEXT_UNSUBSCRIBE_ASK, TEXT_UNSUBSCRIBE_BUTTON},
        [PAGE_PAUSE] = {TEXT_PAUSE_ASK, TEXT_PAUSE_BUTTON},
        [PAGE_OBJECT] = {TEXT_OBJECT_ASK, TEXT_OBJECT_BUTTON},
        [PAGE_COPY] = {TEXT_COPY_ASK, TEXT_COPY_BUTTON},
    };
    const char *word = PAGE_ACT_WORDS[act];
    enum language_text ask = TEXTS[act].ask;
    if (act == PAGE_UNSUBSCRIBE && str_is_empty(page->shop->name))
        ask = TEXT_UNSUBSCRIBE_ASK_NAMELESS;
    buf_add_c(page->out, "<form method=\"post\"");
    if (!str_is_none(action)) {
        buf_add_c(page->out, " action=\"");
        page_add_escaped(page, action);
        buf_add_char(page->out, '"');
    }
    buf_printf(page->out, "><p id=\"%s\">", word);
    page_add_said(page, ask, STR("shop"), page->shop->name);
    buf_printf(page->out, "</p><button name=\"act\" value=\"%s\" aria-describedby=\"%s\">", word, word);
    page_add_text(page, TEXTS[act].button);
    buf_add_c(page->out, "</button></form>\n");
}
