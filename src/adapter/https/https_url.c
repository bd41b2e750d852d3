/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The URL is split by libcurl's own parser, so that what is checked here is what libcurl will use. */
#include "adapter/https/https_url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>

#include "base/arena.h"

#define URL_MAX_BYTES 2000

/* One part of a parsed URL in the arena; NULL when it is absent. */
static const char *part_of(CURLU *parsed, CURLUPart part, struct arena *arena)
{
    char *text = NULL;
    const char *copy = NULL;
    if (curl_url_get(parsed, part, &text, 0) == CURLUE_OK)
        copy = arena_str(arena, str_of(text)).ptr;
    curl_free(text);
    return copy;
}

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] <= ' ' || (unsigned char)text.ptr[i] >= 0x7F)
            return false;
    return text.len > 0 && text.len <= URL_MAX_BYTES;
}

/* Whole addresses only: "127.0.0.1.evil.example" is none. */
static bool is_loopback(const char *host)
{
    struct in_addr address;
    if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
        return true;
    return inet_pton(AF_INET, host, &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

static enum rc check_parsed(CURLU *parsed, bool may_be_plain, struct arena *arena, struct str *why)
{
    const char *scheme = part_of(parsed, CURLUPART_SCHEME, arena), *host = part_of(parsed, CURLUPART_HOST, arena);
    *why = STR_NONE;
    if (scheme == NULL || host == NULL || (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0))
        *why = STR("it is no https URL");
    else if (part_of(parsed, CURLUPART_USER, arena) != NULL || part_of(parsed, CURLUPART_PASSWORD, arena) != NULL)
        *why = STR("it must not hold a login");
    else if (strcmp(scheme, "http") == 0 && !may_be_plain && !is_loopback(host))
        *why = STR("without TLS it may only lead to this machine: use https");
    return str_is_none(*why) ? RC_OK : RC_INVALID;
}

static enum rc check(struct str url, bool may_be_plain, struct str *why)
{
    struct arena arena = {0};
    enum rc rc = RC_INVALID;
    CURLU *parsed = curl_url();
    *why = STR("it is no https URL");
    if (parsed != NULL && is_plain(url) &&
        curl_url_set(parsed, CURLUPART_URL, arena_str(&arena, url).ptr, 0) == CURLUE_OK)
        rc = check_parsed(parsed, may_be_plain, &arena, why);
    curl_url_cleanup(parsed);
    arena_clear(&arena);
    return rc;
}

enum rc https_url_check(struct str url, struct str *why) { return check(url, false, why); }

enum rc https_url_check_plain(struct str url, struct str *why) { return check(url, true, why); }
