/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The URL is split by libcurl's own parser, so that what is checked here is what libcurl will use; its path, query and
 * fragment must be empty, because libcurl would send the path as EHLO name. */
#include "adapter/smtp/smtp_url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>

#include "adapter/smtp/smtp.h"
#include "base/arena.h"
#include "base/mem.h"

#define URL_MAX_BYTES 2000
#define EHLO_MAX_BYTES 255

/* One part of a parsed URL in the arena; NULL when it is absent. */
static const char *part_of(CURLU *parsed, CURLUPart part, unsigned flags, struct arena *arena)
{
    char *text = NULL;
    const char *copy = NULL;
    if (curl_url_get(parsed, part, &text, flags) == CURLUE_OK)
        copy = arena_str(arena, str_of(text)).ptr;
    curl_free(text);
    return copy;
}

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] <= ' ' || text.ptr[i] == 0x7F)
            return false;
    return text.len > 0 && text.len <= URL_MAX_BYTES;
}

/* Letters, digits, dots and hyphens: a host name, as RFC 5321 section 4.1.1.1 wants it. */
static bool is_host_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
        if (!good)
            return false;
    }
    return name.len > 0 && name.len <= EHLO_MAX_BYTES && name.ptr[0] != '.' && name.ptr[0] != '-';
}

/* Whole addresses only: "127.0.0.1.evil.example" is none. */
static bool is_loopback(const char *host)
{
    struct in_addr address;
    if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
        return true;
    return inet_pton(AF_INET, host, &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

static enum rc fail(struct str *why, struct str reason)
{
    *why = reason;
    return RC_INVALID;
}

static enum rc check_rest(CURLU *parsed, struct arena *arena, struct str *why)
{
    const char *path = part_of(parsed, CURLUPART_PATH, 0, arena);
    if ((path != NULL && strcmp(path, "/") != 0) || part_of(parsed, CURLUPART_QUERY, 0, arena) != NULL ||
        part_of(parsed, CURLUPART_FRAGMENT, 0, arena) != NULL)
        return fail(why, STR("the mail URL must end after the host and port"));
    if (part_of(parsed, CURLUPART_OPTIONS, 0, arena) != NULL)
        return fail(why, STR("the mail URL must not have login options after ';'"));
    return RC_OK;
}

static enum rc read_login(CURLU *parsed, struct arena *arena, struct smtp_url *out, struct str *why)
{
    bool given = part_of(parsed, CURLUPART_USER, 0, arena) != NULL ||
                 part_of(parsed, CURLUPART_PASSWORD, 0, arena) != NULL;
    const char *user = part_of(parsed, CURLUPART_USER, CURLU_URLDECODE, arena);
    const char *password = part_of(parsed, CURLUPART_PASSWORD, CURLU_URLDECODE, arena);
    if (!given)
        return RC_OK;
    if (user == NULL || password == NULL || *user == '\0' || *password == '\0')
        return fail(
            why, STR("the mail URL must have both user and password, percent-encoded and without control characters"));
    out->user = mem_dup(user);
    out->password = mem_dup(password);
    return RC_OK;
}

static enum rc read_parts(CURLU *parsed, struct str ehlo_name, struct arena *arena, struct smtp_url *out,
                          struct str *why)
{
    const char *scheme = part_of(parsed, CURLUPART_SCHEME, 0, arena);
    const char *host = part_of(parsed, CURLUPART_HOST, 0, arena);
    const char *port = part_of(parsed, CURLUPART_PORT, 0, arena);
    if (scheme == NULL || (strcmp(scheme, "smtp") != 0 && strcmp(scheme, "smtps") != 0))
        return fail(why, STR("the mail URL must begin with smtp:// or smtps://"));
    if (host == NULL || *host == '\0')
        return fail(why, STR("the mail URL must name a host"));
    if (!str_is_empty(ehlo_name) && !is_host_name(ehlo_name))
        return fail(why, STR("the name for EHLO must be a host name"));
    enum rc rc = check_rest(parsed, arena, why);
    if (rc == RC_OK)
        rc = read_login(parsed, arena, out, why);
    if (rc != RC_OK)
        return rc;
    out->is_smtps = strcmp(scheme, "smtps") == 0;
    out->is_loopback = is_loopback(host);
    out->url = mem_dup(arena_printf(arena, "%s://%s%s%s/%.*s", scheme, host, port != NULL ? ":" : "",
                                    port != NULL ? port : "", STR_ARG(ehlo_name))
                           .ptr);
    return RC_OK;
}

enum rc smtp_url_parse(struct str url, struct str ehlo_name, struct smtp_url *out, struct str *why)
{
    struct arena arena = {0};
    enum rc rc = RC_INVALID;
    CURLU *parsed = curl_url();
    *out = (struct smtp_url){0};
    if (parsed == NULL)
        rc = fail(why, STR("the mail URL cannot be parsed"));
    else if (!is_plain(url))
        rc = fail(why, STR("the mail URL must be one word of at most 2000 bytes"));
    else if (curl_url_set(parsed, CURLUPART_URL, arena_str(&arena, url).ptr, 0) != CURLUE_OK)
        rc = fail(why, STR("the mail URL must be smtp://user:password@host:port or smtps://"));
    else
        rc = read_parts(parsed, ehlo_name, &arena, out, why);
    if (rc != RC_OK)
        smtp_url_clear(out);
    curl_url_cleanup(parsed);
    arena_clear(&arena);
    return rc;
}

void smtp_url_clear(struct smtp_url *url)
{
    mem_free(url->url);
    mem_free(url->user);
    mem_free(url->password);
    *url = (struct smtp_url){0};
}

enum rc smtp_url_check(struct str url, struct str *why)
{
    struct smtp_url parsed;
    enum rc rc = smtp_url_parse(url, STR_NONE, &parsed, why);
    smtp_url_clear(&parsed);
    return rc;
}
