/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/click.h"

#include "base/time_text.h"

/* Parts of the names of scanners, previewers, crawlers and programs' own libraries; no browser that people use has one. */
static const char *const MACHINES[] = {
    "bot",
    "crawl",
    "spider",
    "scan",
    "preview",
    "monitor",
    "headless",
    "barracuda",
    "mimecast",
    "proofpoint",
    "safelinks",
    "symantec",
    "trendmicro",
    "fortinet",
    "sophos",
    "zscaler",
    "googleimageproxy",
    "yahoomailproxy",
    "bingpreview",
    "facebookexternalhit",
    "whatsapp",
    "curl/",
    "wget/",
    "python",
    "java/",
    "okhttp",
    "go-http-client",
    "node-fetch",
    "axios/",
    "libwww",
    "ruby",
    "apache-httpclient",
};

bool click_is_machine(const struct click *click)
{
    if (click->is_head || str_is_empty(str_trim(click->user_agent)))
        return true;
    if (str_contains_nocase(click->purpose, STR("prefetch")) || str_contains_nocase(click->purpose, STR("preview")))
        return true;
    if (click->sent_at == TIME_NONE || click->at - click->sent_at < CLICK_TOO_SOON_MS)
        return true;
    for (size_t i = 0; i < sizeof MACHINES / sizeof MACHINES[0]; i++)
        if (str_contains_nocase(click->user_agent, str_of(MACHINES[i])))
            return true;
    return false;
}
