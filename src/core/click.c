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

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static bool contains_nocase(struct str text, const char *word)
{
    struct str needle = str_of(word);
    for (size_t i = 0; i + needle.len <= text.len; i++) {
        size_t k = 0;
        while (k < needle.len && lower(text.ptr[i + k]) == needle.ptr[k])
            k++;
        if (k == needle.len)
            return true;
    }
    return false;
}

bool click_is_machine(const struct click *click)
{
    if (click->is_head || str_is_empty(str_trim(click->user_agent)))
        return true;
    if (contains_nocase(click->purpose, "prefetch") || contains_nocase(click->purpose, "preview"))
        return true;
    if (click->sent_at == TIME_NONE || click->at - click->sent_at < CLICK_TOO_SOON_MS)
        return true;
    for (size_t i = 0; i < sizeof MACHINES / sizeof MACHINES[0]; i++)
        if (contains_nocase(click->user_agent, MACHINES[i]))
            return true;
    return false;
}
