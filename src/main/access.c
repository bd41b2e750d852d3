/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/access.h"

#include <stdio.h>
#include <time.h>

#include "base/log.h"
#include "main/command.h"
#include "main/file.h"

#define START_WAIT_MS 10000 /* a server that starts has the lock before it has the socket */
#define START_RETRY_MS 100

int access_fault(const char *what, enum rc rc)
{
    static const char *const SENTENCES[RC_COUNT] = {
        [RC_INVALID] = "the input breaks a rule",
        [RC_DENIED] = "not allowed",
        [RC_NOT_FOUND] = "there is no such thing",
        [RC_CONFLICT] = "it is there already",
        [RC_LIMITED] = "a limit is used up",
        [RC_BUSY] = "others write at the same moment; try again",
        [RC_IO] = "the disk or the network failed",
        [RC_TIMEOUT] = "no answer in time",
        [RC_UNCERTAIN] = "it is not known whether it happened",
        [RC_CORRUPT] = "stored data is damaged",
        [RC_BUG] = "a fault of the program",
    };
    fprintf(stderr, "rekindle: %s: %s\n", what, rc < RC_COUNT && SENTENCES[rc] ? SENTENCES[rc] : rc_name(rc));
    return EXIT_FAILED;
}

static bool server_answers(struct http_client *server)
{
    struct http_answer answer = {.status = 0};
    struct http_request request = {.method = "GET", .path = "/healthz"};
    enum rc rc = http_call(server, &request, &answer);
    buf_clear(&answer.body);
    return rc == RC_OK && answer.status == 200;
}

static void pause_ms(long ms)
{
    struct timespec span = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    nanosleep(&span, NULL);
}

/* The server on the folder, waited for while it starts; NULL when the owner is none. */
static struct http_client *find_server(struct access *access)
{
    struct str data = config_text(&access->config, CONFIG_DATA);
    const char *socket = arena_printf(&access->arena, "%.*s/" SOCKET_FILE, STR_ARG(data)).ptr;
    struct http_client *server = http_open_socket(socket);
    if (server_answers(server))
        return server;
    http_close(server);
    return NULL;
}

static bool is_server(const struct folder_owner *owner)
{
    return str_is_none(owner->command) || str_equal(owner->command, STR("serve")) ||
           str_equal(owner->command, STR("demo"));
}

/* Opens the store, or finds the server that has it. A server that starts, or stops, is waited for. */
static int reach(struct access *access, const char *command)
{
    struct str why = STR_NONE;
    for (int64_t waited = 0;; waited += START_RETRY_MS) {
        enum rc rc = wire_store(&access->config, command, &access->wired, &access->owner, &why);
        if (rc == RC_OK)
            return EXIT_DONE;
        if (rc != RC_BUSY) {
            fprintf(stderr, "rekindle: %.*s\n", STR_ARG(why));
            return rc == RC_DENIED ? EXIT_USAGE : EXIT_FAILED;
        }
        /* the wired arena goes with the failed attempt; the owner's words stay */
        access->owner.command = arena_str(&access->arena, access->owner.command);
        access->owner.currency = arena_str(&access->arena, access->owner.currency);
        access->owner.time_zone = arena_str(&access->arena, access->owner.time_zone);
        unwire(&access->wired);
        access->server = is_server(&access->owner) ? find_server(access) : NULL;
        if (access->server)
            return EXIT_DONE;
        if (waited >= START_WAIT_MS)
            break;
        pause_ms(START_RETRY_MS);
    }
    fprintf(stderr, "rekindle: the data folder %.*s is in use by %.*s (pid %lld), which does not answer\n",
            STR_ARG(config_text(&access->config, CONFIG_DATA)),
            STR_ARG(str_is_none(access->owner.command) ? STR("another process") : access->owner.command),
            (long long)access->owner.pid);
    return EXIT_FAILED;
}

int access_open(struct str data, const char *command, bool must_exist, struct access *out)
{
    *out = (struct access){.wired = {.folder = {.lock_fd = -1}}};
    int code = config_load(data, &out->arena, &out->config);
    if (code != EXIT_DONE)
        return code;
    if (out->config.values[CONFIG_LOG].source == CONFIG_FROM_DEFAULT)
        log_set_level(LOG_WARN); /* a command speaks for itself */
    struct str folder = config_text(&out->config, CONFIG_DATA);
    const char *database = arena_printf(&out->arena, "%.*s/" DATABASE_FILE, STR_ARG(folder)).ptr;
    if (must_exist && !file_exists(database)) {
        fprintf(stderr, "rekindle: there is no shop in %.*s yet; REKINDLE_DATA or --data names the folder\n",
                STR_ARG(folder));
        return EXIT_FAILED;
    }
    return reach(out, command);
}

void access_close(struct access *access)
{
    http_close(access->server);
    unwire(&access->wired);
    arena_clear(&access->arena);
}

/* The sentence of a problem, and each of its faults. */
static void print_problem(long status, const struct json *problem)
{
    struct str detail = json_get_str(problem, "detail");
    const struct json *errors = json_get(problem, "errors");
    fprintf(stderr, "rekindle: the server answered %ld: %.*s\n", status,
            STR_ARG(str_is_none(detail) ? STR("no reason given") : detail));
    for (size_t i = 0; i < json_size(errors); i++) {
        const struct json *error = json_at(errors, i);
        fprintf(stderr, "  %.*s %.*s\n", STR_ARG(json_get_str(error, "pointer")),
                STR_ARG(json_get_str(error, "detail")));
    }
}

static int call(struct access *access, const struct http_request *request, struct json **out)
{
    struct http_answer answer = {.status = 0};
    struct json *json = NULL;
    struct json_error error;
    int code = EXIT_DONE;
    enum rc rc = http_call(access->server, request, &answer);
    if (rc == RC_OK && answer.body.len > 0 && json_parse(buf_str(&answer.body), &json, &error) != RC_OK)
        rc = RC_CORRUPT;
    if (rc != RC_OK) {
        code = access_fault("the server does not answer", rc);
    } else if (answer.status < 200 || answer.status > 299) {
        print_problem(answer.status, json);
        code = EXIT_FAILED;
    }
    buf_clear(&answer.body);
    if (code == EXIT_DONE && out)
        *out = json;
    else
        json_free(json);
    return code;
}

int access_call_match(struct access *access, const char *method, const char *path, struct str body, struct str if_match,
                      struct json **out)
{
    struct http_request request = {.method = method,
                                   .path = path,
                                   .body = body,
                                   .if_match = if_match,
                                   .type = str_is_none(body) ? NULL : "application/json"};
    return call(access, &request, out);
}

int access_post(struct access *access, const char *path, const char *type, struct str body, struct json **out)
{
    struct http_request request = {.method = "POST", .path = path, .body = body, .if_match = STR_NONE, .type = type};
    return call(access, &request, out);
}

int access_call(struct access *access, const char *method, const char *path, struct str body, struct json **out)
{
    return access_call_match(access, method, path, body, STR_NONE, out);
}

static int each_of_server(struct access *access, const char *path, access_row *row, void *ctx)
{
    struct str cursor = STR_NONE;
    const char *glue = str_contains(str_of(path), STR("?")) ? "&" : "?";
    do {
        struct json *page = NULL;
        struct str url = arena_printf(&access->arena, "%s%slimit=200%s%.*s", path, glue,
                                      str_is_none(cursor) ? "" : "&cursor=", STR_ARG(cursor));
        int code = access_call(access, "GET", url.ptr, STR_NONE, &page);
        if (code != EXIT_DONE)
            return code;
        const struct json *items = json_get(page, "items");
        for (size_t i = 0; i < json_size(items); i++)
            row(ctx, json_at(items, i));
        cursor = arena_str(&access->arena, json_get_str(page, "next_cursor"));
        json_free(page);
    } while (!str_is_none(cursor));
    return EXIT_DONE;
}

static enum rc row_of_record(enum record_kind kind, const void *record, access_row *row, void *ctx)
{
    struct buf text = {0};
    struct json_out out;
    struct json *json = NULL;
    struct json_error error;
    json_out_init(&out, &text);
    record_to_json(kind, record, false, &out);
    enum rc rc = json_parse(buf_str(&text), &json, &error);
    if (rc == RC_OK)
        row(ctx, json);
    json_free(json);
    buf_clear(&text);
    return rc;
}

int access_each(struct access *access, const char *path, enum record_index index, access_row *row, void *ctx)
{
    if (access->server)
        return each_of_server(access, path, row, ctx);
    enum record_kind kind = RECORD_INDEX_DEFS[index].kind;
    struct store_query query = STORE_QUERY(index);
    do {
        struct store_page page;
        enum rc rc = store_list(access->wired.env.store, &query, &access->arena, &page);
        for (size_t i = 0; rc == RC_OK && i < page.count; i++)
            rc = row_of_record(kind, (char *)page.items + i * RECORD_TYPES[kind].size, row, ctx);
        if (rc != RC_OK)
            return access_fault("cannot read the list", rc);
        query.cursor = page.cursor;
    } while (!str_is_none(query.cursor));
    return EXIT_DONE;
}
