/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* "Why this email", for the client it was sent to: the facts its text rests on, who wrote it and who approved it as the
 * email's own record says, who handles the data, and the four acts a person has. */
#include "api/handlers.h"
#include "api/public_page.h"

static void add_facts(struct page *page, struct str facts)
{
    struct buf *out = page->out;
    struct json *list = NULL;
    struct json_error error;
    if (str_is_empty(facts) || json_parse(facts, &list, &error) != RC_OK)
        return;
    if (json_size(list) > 0) {
        page_add_paragraph(page, TEXT_WHY_FACTS);
        buf_add_c(out, "<ul>\n");
        for (size_t i = 0; i < json_size(list); i++) {
            buf_add_c(out, "<li>");
            page_add_escaped(page, json_get_str(json_at(list, i), "text"));
            buf_add_c(out, "</li>\n");
        }
        buf_add_c(out, "</ul>\n");
    }
    json_free(list);
}

/* The last word of people about it: what was undone or edited after an approval is approved no longer. */
static bool is_approved(struct str approvals)
{
    struct json *list = NULL;
    struct json_error error;
    bool approved = false;
    if (str_is_empty(approvals) || json_parse(approvals, &list, &error) != RC_OK)
        return false;
    for (size_t i = 0; i < json_size(list); i++)
        approved = str_equal(json_get_str(json_at(list, i), "action"), STR("approve"));
    json_free(list);
    return approved;
}

static bool has_model(const struct email *email)
{
    return !str_is_empty(email->writer_kind) && !str_equal(email->writer_kind, STR("template"));
}

static void add_writing(struct page *page, const struct email *email)
{
    buf_add_c(page->out, "<p>");
    page_add_text(page, has_model(email) ? TEXT_WHY_MODEL : TEXT_WHY_TEMPLATE);
    buf_add_char(page->out, ' ');
    page_add_text(page, is_approved(email->approvals) ? TEXT_WHY_APPROVED : TEXT_WHY_UNREAD);
    buf_add_c(page->out, "</p>\n");
}

/* The service that was asked, with the provider behind it as the service named it; absent for a model of the shop's own. */
static struct str model_provider(const struct page *page, const struct email *email)
{
    struct str host = page->shop->model_host, provider = email->writer_provider;
    if (!has_model(email))
        return STR_NONE;
    if (str_is_empty(host) || str_is_empty(provider))
        return str_is_empty(host) ? provider : host;
    return arena_printf(page->request->arena, "%.*s (%.*s)", STR_ARG(host), STR_ARG(provider));
}

static void add_processor(struct page *page, enum language_text text, struct str name)
{
    if (str_is_empty(name))
        return;
    buf_add_c(page->out, "<li>");
    page_add_said(page, text, STR("name"), name);
    buf_add_c(page->out, "</li>\n");
}

static void add_processors(struct page *page, const struct email *email)
{
    page_add_paragraph(page, TEXT_WHY_PROCESSORS);
    buf_add_c(page->out, "<ul>\n<li>");
    page_add_shop_name(page);
    buf_add_c(page->out, "</li>\n");
    add_processor(page, TEXT_WHY_PROVIDER, model_provider(page, email));
    add_processor(page, TEXT_WHY_RELAY, page->shop->mail_relay);
    buf_add_c(page->out, "</ul>\n");
}

void why_page(const struct request *request, struct response *response, struct api *api)
{
    static const enum page_act ACTS[] = {PAGE_PAUSE, PAGE_UNSUBSCRIBE, PAGE_OBJECT, PAGE_COPY};
    struct email email;
    struct str token;
    uint8_t link;
    if (!page_read_token(request, response, api, TOKEN_WHY, &email, &link))
        return;
    struct page page = page_open(request, response, api, email.language, TEXT_WHY_TITLE);
    page_add_shop_paragraph(&page, TEXT_WHY, TEXT_WHY_NAMELESS);
    add_writing(&page, &email);
    add_facts(&page, email.facts);
    page_add_paragraph(&page, TEXT_WHY_PRIVATE);
    add_processors(&page, &email);
    buf_add_c(page.out, "<h2>");
    page_add_text(&page, TEXT_WHY_CHOICES);
    buf_add_c(page.out, "</h2>\n");
    if (token_make(&api->env.link_keys, TOKEN_UNSUBSCRIBE, email.id, 0, request->arena, &token) == RC_OK)
        for (size_t i = 0; i < sizeof ACTS / sizeof ACTS[0]; i++)
            page_add_act(&page, ACTS[i], arena_printf(request->arena, "../u/%.*s", STR_ARG(token)));
    page_close(&page, 200);
}
