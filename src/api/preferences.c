/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The preference page behind List-Unsubscribe, and what its forms do. A GET never changes anything: scanners of mail
 * providers follow links. RFC 8058: the provider posts List-Unsubscribe=One-Click, as a form or as multipart, without
 * cookies, and gets a small 200 and no redirect. The token alone says who it is: who holds the link may act. */
#include "api/form.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "api/public_page.h"
#include "step/client_acts.h"
#include "step/own_acts.h"

void preferences_page(const struct request *request, struct response *response, struct api *api)
{
    struct email email;
    uint8_t link;
    if (!page_read_token(request, response, api, TOKEN_UNSUBSCRIBE, &email, &link))
        return;
    struct page page = page_open(request, response, api, email.language, TEXT_UNSUBSCRIBE_TITLE);
    page_add_act(&page, PAGE_UNSUBSCRIBE, STR_NONE);
    page_add_act(&page, PAGE_PAUSE, STR_NONE);
    page_close(&page, 200);
}

/* Which act the form asks for, PAGE_ACTS when it is none of ours. */
static enum page_act wanted_act(const struct request *request)
{
    struct str type = request_header(request, "Content-Type"), value;
    if (form_field(type, request->body, "act", request->arena, &value) == RC_OK) {
        int act = field_enum_from(PAGE_ACT_WORDS, value);
        return act < 0 ? PAGE_ACTS : (enum page_act)act;
    }
    if (form_field(type, request->body, "List-Unsubscribe", request->arena, &value) == RC_OK &&
        str_equal_nocase(value, STR("One-Click")))
        return PAGE_UNSUBSCRIBE;
    return PAGE_ACTS;
}

static enum rc do_unsubscribe(const struct step_env *env, struct str email_id, struct arena *arena)
{
    return client_unsubscribe(env, email_id, STR("unsubscribe_link"), arena);
}

static const struct {
    enum rc (*run)(const struct step_env *env, struct str email_id, struct arena *arena);
    enum language_text done[2]; /* title and sentence */
} ACTS[PAGE_ACTS] = {
    [PAGE_UNSUBSCRIBE] = {do_unsubscribe, {TEXT_UNSUBSCRIBE_DONE_TITLE, TEXT_UNSUBSCRIBE_DONE}},
    [PAGE_PAUSE] = {own_pause, {TEXT_PAUSE_DONE_TITLE, TEXT_PAUSE_DONE}},
    [PAGE_OBJECT] = {own_object, {TEXT_OBJECT_DONE_TITLE, TEXT_OBJECT_DONE}},
    [PAGE_COPY] = {own_copy, {TEXT_COPY_DONE_TITLE, TEXT_COPY_DONE}},
};

void preferences_post(const struct request *request, struct response *response, struct api *api)
{
    static const enum language_text UNKNOWN[2] = {TEXT_FORM_TITLE, TEXT_FORM_UNKNOWN};
    struct email email;
    uint8_t link;
    if (!page_read_token(request, response, api, TOKEN_UNSUBSCRIBE, &email, &link))
        return;
    enum page_act act = wanted_act(request);
    if (act == PAGE_ACTS) {
        page_say(request, response, api, email.language, UNKNOWN, 400);
        return;
    }
    enum rc rc = ACTS[act].run(&api->env, email.id, request->arena);
    if (rc != RC_OK)
        problem_from_rc(request, response, rc);
    else
        page_say(request, response, api, email.language, ACTS[act].done, 200);
}
