/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The click redirect. The address behind a link is the stored one of that number: a token cannot lead anywhere else. The
 * click is counted beside (api/click_count.h), so that counting neither slows the way nor bars it. */
#include "api/handlers.h"
#include "api/public_page.h"
#include "api/respond.h"
#include "base/metrics.h"
#include "step/links.h"

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
    if (request->method == METHOD_GET) /* a HEAD is a scanner, not a reader */
        metrics_add("rekindle_clicks_total", NULL, 1);
    respond_empty(response);
    response->status = 302;
    response_header(response, "Location", url);
}
