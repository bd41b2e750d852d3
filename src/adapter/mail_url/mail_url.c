/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The URL is split by libcurl's own parser, so that what is checked here is what libcurl will use. What libcurl would read
 * more out of it (query, fragment, login options, parameters of a path) must not be there. */
#include "adapter/mail_url/mail_url.h"

#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/mem.h"

#define URL_MAX_BYTES 2000

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

static enum rc check_rest(CURLU *parsed, const struct mail_url_form *form, struct arena *arena, struct mail_url *out,
                          struct str *why)
{
    const char *path = part_of(parsed, CURLUPART_PATH, 0, arena);
    bool has_path = path != NULL && strcmp(path, "/") != 0;
    if (has_path && !form->has_path)
        return fail(why, STR("the URL must end after the host and port"));
    if (part_of(parsed, CURLUPART_QUERY, 0, arena) != NULL || part_of(parsed, CURLUPART_FRAGMENT, 0, arena) != NULL)
        return fail(why, STR("the URL must have neither '?' nor '#': percent-encode them"));
    if (part_of(parsed, CURLUPART_OPTIONS, 0, arena) != NULL || (has_path && strchr(path, ';') != NULL))
        return fail(why, STR("the URL must not have options after ';'"));
    if (has_path)
        out->path = mem_dup(path + 1);
    return RC_OK;
}

static enum rc read_login(CURLU *parsed, const struct mail_url_form *form, struct arena *arena, struct mail_url *out,
                          struct str *why)
{
    bool given = part_of(parsed, CURLUPART_USER, 0, arena) != NULL ||
                 part_of(parsed, CURLUPART_PASSWORD, 0, arena) != NULL;
    const char *user = part_of(parsed, CURLUPART_USER, CURLU_URLDECODE, arena);
    const char *password = part_of(parsed, CURLUPART_PASSWORD, CURLU_URLDECODE, arena);
    if (!given && !form->needs_login)
        return RC_OK;
    if (user == NULL || password == NULL || *user == '\0' || *password == '\0')
        return fail(why,
                    STR("the URL must have both user and password, percent-encoded and without control characters"));
    out->user = mem_dup(user);
    out->password = mem_dup(password);
    return RC_OK;
}

static enum rc read_parts(CURLU *parsed, const struct mail_url_form *form, struct arena *arena, struct mail_url *out,
                          struct str *why)
{
    const char *scheme = part_of(parsed, CURLUPART_SCHEME, 0, arena);
    const char *host = part_of(parsed, CURLUPART_HOST, 0, arena);
    const char *port = part_of(parsed, CURLUPART_PORT, 0, arena);
    if (scheme == NULL || (strcmp(scheme, form->plain) != 0 && strcmp(scheme, form->encrypted) != 0))
        return fail(why, str_of(form->rule));
    if (host == NULL || *host == '\0')
        return fail(why, STR("the URL must name a host"));
    enum rc rc = check_rest(parsed, form, arena, out, why);
    if (rc == RC_OK)
        rc = read_login(parsed, form, arena, out, why);
    if (rc != RC_OK)
        return rc;
    out->is_loopback = is_loopback(host);
    out->origin = mem_dup(
        arena_printf(arena, "%s://%s%s%s", scheme, host, port != NULL ? ":" : "", port != NULL ? port : "").ptr);
    return RC_OK;
}

enum rc mail_url_parse(struct str url, const struct mail_url_form *form, struct mail_url *out, struct str *why)
{
    struct arena arena = {0};
    enum rc rc = RC_INVALID;
    CURLU *parsed = curl_url();
    *out = (struct mail_url){0};
    if (parsed == NULL)
        rc = fail(why, STR("the URL cannot be parsed"));
    else if (!is_plain(url))
        rc = fail(why, STR("the URL must be one word of at most 2000 bytes"));
    else if (curl_url_set(parsed, CURLUPART_URL, arena_str(&arena, url).ptr, 0) != CURLUE_OK)
        rc = fail(why, str_of(form->rule));
    else
        rc = read_parts(parsed, form, &arena, out, why);
    if (rc != RC_OK)
        mail_url_clear(out);
    curl_url_cleanup(parsed);
    arena_clear(&arena);
    return rc;
}

enum rc mail_url_check(struct str url, const struct mail_url_form *form, struct str *why)
{
    struct mail_url parsed;
    enum rc rc = mail_url_parse(url, form, &parsed, why);
    mail_url_clear(&parsed);
    return rc;
}

enum rc mail_url_ca_file(struct str name, char **out, struct str *why)
{
    *out = str_is_empty(name) ? NULL : str_dup(name);
    return *out == NULL || access(*out, R_OK) == 0 ? RC_OK
                                                   : fail(why, STR("the file of CA certificates cannot be read"));
}

void mail_url_apply(const struct mail_url *url, const char *ca_file, CURL *curl)
{
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXCONNECTS, 1L);
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(url->is_loopback ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file);
    if (url->user != NULL) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, url->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, url->password);
    }
}

void mail_url_clear(struct mail_url *url)
{
    mem_free(url->origin);
    mem_free(url->path);
    mem_free(url->user);
    mem_free(url->password);
    *url = (struct mail_url){0};
}
