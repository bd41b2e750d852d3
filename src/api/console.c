/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/console.h"

#include <string.h>

#include "api/problem.h"
#include "api/respond.h"
#include "base/hash.h"
#include "base/rand.h"

#define NONCE_MARK "__NONCE__" /* in index.html where the nonce goes */
#define NONCE_BYTES 16
#define NOT_BUILT                                                                                                  \
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Rekindle</title></head>\n"            \
    "<body><h1>Rekindle runs</h1><p>This program was built without its console. Build it with <code>make</code>, " \
    "or use the API under <code>/api/v1</code>.</p></body></html>\n"

/* Mantine makes style elements, which the nonce allows; nothing inline runs, nothing comes from elsewhere. */
static struct str policy_with(struct str nonce, struct arena *arena)
{
    return arena_printf(arena,
                        "default-src 'none'; script-src 'self'; style-src-elem 'self' 'nonce-%.*s'; "
                        "style-src-attr 'none'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
                        "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                        STR_ARG(nonce));
}

static const struct asset *find(const struct console_files *files, struct str path)
{
    size_t low = 0, high = files->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_compare(str_of(files->items[middle].path), path);
        if (order == 0)
            return &files->items[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static struct str bytes_of(const struct asset_bytes *bytes)
{
    return (struct str){(const char *)bytes->data, bytes->size};
}

/* Whether an Accept-Encoding takes a coding; "q=0" says no (RFC 9110 section 12.5.3). */
static bool accepts(const struct request *request, struct str coding)
{
    struct str list = request_header(request, "Accept-Encoding");
    while (!str_is_none(list)) {
        struct str weight = str_trim(str_cut(&list, ','));
        struct str name = str_trim(str_cut(&weight, ';'));
        if (!str_equal_nocase(name, coding))
            continue;
        weight = str_trim(weight);
        return !str_equal(weight, STR("q=0")) && !str_starts_with(weight, STR("q=0.0"));
    }
    return false;
}

/* index.html with the response's own nonce in it. */
static void serve_index(const struct asset *index, const struct request *request, struct response *response)
{
    uint8_t random[NONCE_BYTES];
    rand_bytes(random, sizeof random);
    struct str nonce = hash_to_base64url(random, sizeof random, request->arena);
    struct str rest = bytes_of(&index->raw);
    size_t at;
    response_reset(response);
    while ((at = str_find(rest, STR(NONCE_MARK))) != SIZE_MAX) {
        buf_add(&response->body, (struct str){rest.ptr, at});
        buf_add(&response->body, nonce);
        rest = (struct str){rest.ptr + at + strlen(NONCE_MARK), rest.len - at - strlen(NONCE_MARK)};
    }
    buf_add(&response->body, rest);
    response->status = 200;
    response->type = index->type;
    response_header(response, "Content-Security-Policy", policy_with(nonce, request->arena));
}

static void serve_file(const struct asset *file, const struct request *request, struct response *response)
{
    response->status = 200;
    response->type = file->type;
    response->fixed = bytes_of(&file->raw);
    response_header(response, "ETag", str_of(file->etag));
    response_header(response, "Vary", STR("Accept-Encoding"));
    response_header(response, "Cache-Control",
                    file->immutable ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
    if (str_equal(request_header(request, "If-None-Match"), str_of(file->etag))) {
        response->status = 304;
        response->fixed = STR_NONE;
    } else if (file->br.data != NULL && accepts(request, STR("br"))) {
        response->fixed = bytes_of(&file->br);
        response_header(response, "Content-Encoding", STR("br"));
    } else if (file->gz.data != NULL && accepts(request, STR("gzip"))) {
        response->fixed = bytes_of(&file->gz);
        response_header(response, "Content-Encoding", STR("gzip"));
    }
}

/* A page of the console has no dot in its last piece; a file has. */
static bool looks_like_file(struct str path)
{
    struct str last = path;
    while (!str_is_none(path))
        last = str_cut(&path, '/');
    return str_contains(last, STR("."));
}

void console_serve_from(const struct console_files *files, const struct request *request, struct response *response)
{
    const struct asset *index = find(files, STR("/index.html"));
    const struct asset *file = find(files, request->path);
    bool page = !looks_like_file(request->path) && !str_starts_with(request->path, STR("/assets/"));
    if (file != NULL && file != index)
        serve_file(file, request, response);
    else if (index != NULL && (file == index || page))
        serve_index(index, request, response);
    else if (index == NULL && page)
        respond_text(response, "text/html; charset=utf-8", STR(NOT_BUILT));
    else
        problem_write(request, response, PROBLEM_NOT_FOUND, PROBLEM(STR(""), "not_found", "there is no such file"));
}

void console_serve(const struct request *request, struct response *response)
{
    const struct console_files files = {assets, asset_count};
    console_serve_from(&files, request, response);
}
