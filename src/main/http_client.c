/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/http_client.h"

#include <curl/curl.h>
#include <stdio.h>

#include "base/mem.h"

/* A clock that is moved over months answers when all has settled. */
#define CALL_TIMEOUT_MS (30 * 60 * 1000L)
#define CONNECT_TIMEOUT_MS 5000L

struct http_client {
    CURL *curl;
    char *base;          /* without a slash at its end */
    char *authorization; /* header line, NULL = none */
};

static struct http_client *open_client(void)
{
    struct http_client *client = mem_new(1, sizeof *client);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    client->curl = curl_easy_init();
    return client;
}

struct http_client *http_open_socket(const char *socket_path)
{
    struct http_client *client = open_client();
    client->base = mem_dup("http://localhost");
    curl_easy_setopt(client->curl, CURLOPT_UNIX_SOCKET_PATH, socket_path);
    return client;
}

struct http_client *http_open_url(struct str base, struct str key)
{
    struct http_client *client = open_client();
    client->base = str_dup(base);
    if (!str_is_none(key)) {
        struct buf line = {0};
        buf_printf(&line, "Authorization: Bearer %.*s", STR_ARG(key));
        client->authorization = str_dup(buf_str(&line));
        buf_clear(&line);
    }
    return client;
}

void http_close(struct http_client *client)
{
    if (!client)
        return;
    curl_easy_cleanup(client->curl);
    mem_free(client->base);
    mem_free(client->authorization);
    mem_free(client);
    curl_global_cleanup();
}

static size_t take_body(char *bytes, size_t size, size_t count, void *ctx)
{
    buf_add(ctx, (struct str){bytes, size * count});
    return size * count;
}

static struct curl_slist *headers_of(const struct http_client *client, const struct http_request *request)
{
    struct curl_slist *headers = NULL;
    struct buf line = {0};
    if (client->authorization)
        headers = curl_slist_append(headers, client->authorization);
    if (request->type) {
        buf_printf(&line, "Content-Type: %s", request->type);
        headers = curl_slist_append(headers, line.ptr);
    }
    if (!str_is_none(request->if_match)) {
        buf_reset(&line);
        buf_printf(&line, "If-Match: %.*s", STR_ARG(request->if_match));
        headers = curl_slist_append(headers, line.ptr);
    }
    buf_clear(&line);
    return curl_slist_append(headers, "Expect:"); /* no waiting for 100 Continue */
}

static void set_body(CURL *curl, const struct http_request *request)
{
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    if (request->type) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body.ptr ? request->body.ptr : "");
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
    } else {
        curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    }
}

enum rc http_call(struct http_client *client, const struct http_request *request, struct http_answer *answer)
{
    struct buf url = {0};
    CURL *curl = client->curl;
    buf_printf(&url, "%s%s", client->base, request->path);
    buf_reset(&answer->body);
    struct curl_slist *headers = headers_of(client, request);
    set_body(curl, request);
    curl_easy_setopt(curl, CURLOPT_URL, url.ptr);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, CALL_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer->body);
    CURLcode code = curl_easy_perform(curl);
    answer->status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
    curl_slist_free_all(headers);
    buf_clear(&url);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return RC_TIMEOUT;
    return code == CURLE_OK ? RC_OK : RC_IO;
}
