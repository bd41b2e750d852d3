/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the client of the shop may open: the unsubscribe page and its act (RFC 8058), the page that says why the email came,
 * and the click redirect. No login, no cookie, no script, nothing from elsewhere. A GET never changes anything: scanners of
 * mail providers follow links. */
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "base/log.h"
#include "base/metrics.h"
#include "core/email.h"
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

static struct str shop_name(const struct api *api)
{
    return str_is_empty(api->env.shop.name) ? STR("this shop") : api->env.shop.name;
}

static void page_open(const struct api *api, struct response *response, const char *title)
{
    struct buf *out = &response->body;
    response_reset(response);
    buf_add_c(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                   "<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">"
                   "<title>");
    add_escaped(out, shop_name(api));
    buf_add_c(out, "</title><style>" STYLE "</style></head>\n<body><h1>");
    buf_add_c(out, title);
    buf_add_c(out, "</h1>\n");
}

static void page_close(const struct api *api, struct response *response, int status)
{
    struct buf *out = &response->body;
    buf_add_c(out, "<footer>");
    add_escaped(out, shop_name(api));
    if (!str_is_empty(api->env.shop.postal_address)) {
        buf_add_c(out, "<br>");
        add_escaped(out, api->env.shop.postal_address);
    }
    buf_add_c(out, "</footer></body></html>\n");
    response->status = status;
    response->type = "text/html; charset=utf-8";
    response_header(response, "Content-Security-Policy", STR(PAGE_POLICY));
}

static void page_not_found(const struct api *api, struct response *response)
{
    page_open(api, response, "This link does not work");
    buf_add_c(&response->body, "<p>It may be cut off, or what it points to is gone. If an email from us reached you "
                               "and you want no more of them, answer that email and say so.</p>\n");
    page_close(api, response, 404);
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
        page_not_found(api, response);
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
    page_open(api, response, "Stop these emails?");
    buf_add_c(&response->body, "<p>You will get no more emails like this from ");
    add_escaped(&response->body, shop_name(api));
    buf_add_c(&response->body, ".</p>\n<form method=\"post\"><input type=\"hidden\" name=\"List-Unsubscribe\" "
                               "value=\"One-Click\"><button>Unsubscribe</button></form>\n");
    page_close(api, response, 200);
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
    page_open(api, response, "You are unsubscribed");
    buf_add_c(&response->body, "<p>You will get no more emails like this. It works at once.</p>\n");
    page_close(api, response, 200);
}

static void add_facts(struct buf *out, struct str facts)
{
    struct json *list = NULL;
    struct json_error error;
    if (str_is_empty(facts) || json_parse(facts, &list, &error) != RC_OK)
        return;
    if (json_size(list) > 0) {
        buf_add_c(out, "<p>This is all that its text rests on:</p>\n<ul>\n");
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
    struct buf *out = &response->body;
    page_open(api, response, "Why this email came to you");
    buf_add_c(out, "<p>You are a customer of ");
    add_escaped(out, shop_name(api));
    buf_add_c(out, ", and we wrote to see whether you would like to come back. A program wrote the text of this email; "
                   "a person at the shop read it and approved it before it was sent.</p>\n");
    add_facts(out, email.facts);
    buf_add_c(out, "<p>Your name and address were not given to the program that wrote it. To get no more of these "
                   "emails, use the unsubscribe link in the email.</p>\n");
    page_close(api, response, 200);
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
        page_not_found(api, response);
        return;
    }
    if (request->method == METHOD_GET) /* a HEAD is a scanner, not a reader */
        metrics_add("rekindle_clicks_total", NULL, 1);
    respond_empty(response);
    response->status = 302;
    response_header(response, "Location", url);
}
