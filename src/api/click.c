/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The click redirect. The address behind a link is the stored one of that number: a token cannot lead anywhere else. The
 * click is counted beside (api/click_count.h), so that counting neither slows the way nor bars it. */
#include "core/click.h"
#include "api/click_count.h"
#include "api/handlers.h"
#include "api/public_page.h"
#include "api/respond.h"
#include "base/metrics.h"
#include "step/links.h"

static void count(const struct request *request, struct api *api, const struct email *email)
{
    static const char *const PURPOSES[] = {"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"};
    struct click click = {.is_head = request->method == METHOD_HEAD,
                          .user_agent = request_header(request, "User-Agent"),
                          .sent_at = email->sent_at,
                          .at = clock_now(api->env.clock)};
    for (size_t i = 0; i < sizeof PURPOSES / sizeof PURPOSES[0] && str_is_none(click.purpose); i++)
        click.purpose = request_header(request, PURPOSES[i]);
    bool machine = click_is_machine(&click);
    metrics_add("rekindle_clicks_total", machine ? "by=\"machine\"" : "by=\"person\"", 1);
    click_count_note(api->clicks, email->id, machine);
}

void click_redirect(const struct request *request, struct response *response, struct api *api)
{
    struct email email;
    uint8_t link;
    if (!page_read_token(request, response, api, TOKEN_CLICK, &email, &link))
        return;
    struct str url = link_target(&api->env, &email, link, request->arena);
    if (!RULE_URL.holds(url)) {
        page_not_found(request, response, api, email.language);
        return;
    }
    count(request, api, &email);
    respond_empty(response);
    response->status = 302;
    response_header(response, "Location", url);
}
