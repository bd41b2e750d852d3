/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One easy handle in one multi handle of its own a transfer: the multi's poll can be woken from another thread, and it
 * returns at our deadlines to the millisecond, which curl_easy_perform does not. libcurl says by its prereq callback
 * that the connection stands and the request is about to leave: before that moment nothing can have been billed, after
 * it everything may. */
#include "adapter/https/https.h"

#include <curl/curl.h>
#include <string.h>
#include <unistd.h>

#include "adapter/https/https_url.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"

#define POLL_MAX_MS 60000

struct transfer {
    const struct https_request *request;
    struct https *https;
    CURLM *multi;
    CURL *curl;
    struct curl_slist *headers;
    struct buf authorization; /* the header line; wiped */
    struct arena arena;
    int64_t began, last_byte; /* clock_mono */
    int64_t header_bytes, body_bytes;
    bool sent, enough, too_large;
    struct transfer *next; /* among those under way */
};
struct https {
    char *ca_file; /* NULL: the system's */
    struct lock lock;
    struct transfer *under_way;
    bool stopping;
};

/* --- what libcurl calls -------------------------------------------------------------------------------------------- */

static int on_ready(void *ctx, char *to, char *from, int to_port, int from_port)
{
    struct transfer *transfer = ctx;
    (void)to, (void)from, (void)to_port, (void)from_port;
    transfer->sent = true;
    transfer->last_byte = clock_mono();
    return CURL_PREREQFUNC_OK;
}

/* Counts what came and says whether there was room for it. */
static bool take(struct transfer *transfer, int64_t *counted, size_t more, int64_t limit)
{
    transfer->last_byte = clock_mono();
    *counted += (int64_t)more;
    if (*counted > limit)
        transfer->too_large = true;
    return !transfer->too_large;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *ctx)
{
    struct transfer *transfer = ctx;
    const struct https_request *request = transfer->request;
    struct str line = str_trim((struct str){bytes, size * count});
    if (!take(transfer, &transfer->header_bytes, size * count, request->limits.header_bytes))
        return 0;
    if (request->on_header != NULL && line.len > 0 && !str_starts_with(line, STR("HTTP/")))
        request->on_header(request->ctx, line);
    return size * count;
}

static int status_of(const struct transfer *transfer)
{
    long status = 0;
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *ctx)
{
    struct transfer *transfer = ctx;
    const struct https_request *request = transfer->request;
    if (!take(transfer, &transfer->body_bytes, size * count, request->limits.body_bytes))
        return 0;
    if (size * count > 0 && !request->on_body(request->ctx, status_of(transfer), (struct str){bytes, size * count})) {
        transfer->enough = true;
        return 0;
    }
    return size * count;
}

/* --- setting up ---------------------------------------------------------------------------------------------------- */

static void set_headers(struct transfer *transfer)
{
    const struct https_request *request = transfer->request;
    struct curl_slist *list = curl_slist_append(NULL, "Expect:"); /* no round trip before the body */
    if (!str_is_none(request->body))
        list = curl_slist_append(list, "Content-Type: application/json");
    list = curl_slist_append(list, "Accept: text/event-stream, application/json");
    if (!str_is_none(request->authorization)) {
        buf_printf(&transfer->authorization, "Authorization: %.*s", STR_ARG(request->authorization));
        list = curl_slist_append(list, transfer->authorization.ptr);
    }
    for (size_t i = 0; i < request->header_count; i++)
        list = curl_slist_append(list, arena_str(&transfer->arena, request->headers[i]).ptr);
    transfer->headers = list;
    curl_easy_setopt(transfer->curl, CURLOPT_HTTPHEADER, list);
}

static void set_options(struct transfer *transfer)
{
    const struct https_request *request = transfer->request;
    CURL *curl = transfer->curl;
    curl_easy_setopt(curl, CURLOPT_URL, arena_str(&transfer->arena, request->url).ptr);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)request->limits.connect_ms);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "rekindle/" REKINDLE_VERSION);
    if (transfer->https->ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, transfer->https->ca_file);
    if (!str_is_none(request->body)) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body.ptr);
    }
    curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, on_ready);
    curl_easy_setopt(curl, CURLOPT_PREREQDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    set_headers(transfer);
}

/* False when the client is being stopped. */
static bool join(struct transfer *transfer)
{
    struct https *https = transfer->https;
    lock_take(&https->lock);
    bool may = !https->stopping;
    if (may) {
        transfer->next = https->under_way;
        https->under_way = transfer;
    }
    lock_drop(&https->lock);
    return may;
}

static void part(struct transfer *transfer)
{
    struct https *https = transfer->https;
    lock_take(&https->lock);
    for (struct transfer **at = &https->under_way; *at; at = &(*at)->next)
        if (*at == transfer) {
            *at = transfer->next;
            break;
        }
    lock_drop(&https->lock);
}

static bool is_stopping(struct https *https)
{
    lock_take(&https->lock);
    bool stopping = https->stopping;
    lock_drop(&https->lock);
    return stopping;
}

/* --- running ------------------------------------------------------------------------------------------------------- */

/* Milliseconds until the nearer of our two deadlines; 0 when one has passed. */
static int64_t time_left(const struct transfer *transfer)
{
    const struct https_limits *limits = &transfer->request->limits;
    int64_t now = clock_mono(), left = transfer->began + limits->total_ms - now;
    if (transfer->sent && transfer->last_byte + limits->idle_ms - now < left)
        left = transfer->last_byte + limits->idle_ms - now;
    return left > 0 ? left : 0;
}

/* What libcurl's own end means. Some of its codes are used before and after the request has left (HTTP/0.9 is an
 * unsupported protocol): once it has, whatever is not whole is broken. */
static void judge(CURLcode code, const struct transfer *transfer, struct https_answer *answer)
{
    static const struct {
        CURLcode code;
        enum https_end end;
        struct str why;
    } ENDS[] = {
        {CURLE_OK, HTTPS_WHOLE, {NULL, 0}},
        {CURLE_PEER_FAILED_VERIFICATION, HTTPS_UNTRUSTED, STR_INIT("its certificate could not be verified")},
        {CURLE_SSL_CACERT_BADFILE, HTTPS_UNTRUSTED, STR_INIT("the file of CA certificates cannot be used")},
        {CURLE_SSL_ISSUER_ERROR, HTTPS_UNTRUSTED, STR_INIT("its certificate could not be verified")},
        {CURLE_URL_MALFORMAT, HTTPS_REFUSED, STR_INIT("its URL cannot be used")},
        {CURLE_UNSUPPORTED_PROTOCOL, HTTPS_REFUSED, STR_INIT("its URL cannot be used")},
        {CURLE_COULDNT_RESOLVE_HOST, HTTPS_NO_CONNECT, STR_INIT("its name cannot be resolved")},
        {CURLE_COULDNT_CONNECT, HTTPS_NO_CONNECT, STR_INIT("it takes no connection")},
        {CURLE_SSL_CONNECT_ERROR, HTTPS_NO_CONNECT, STR_INIT("the TLS handshake failed")},
    };
    *answer = (struct https_answer){.end = HTTPS_BROKEN, .why = STR("the connection broke")};
    if (!transfer->sent)
        *answer = (struct https_answer){.end = HTTPS_NO_CONNECT, .why = STR("it could not be reached")};
    for (size_t i = 0; i < sizeof ENDS / sizeof ENDS[0]; i++)
        if (ENDS[i].code == code && (code == CURLE_OK || !transfer->sent))
            *answer = (struct https_answer){.end = ENDS[i].end, .why = ENDS[i].why};
    if (code == CURLE_OPERATION_TIMEDOUT && !transfer->sent)
        *answer = (struct https_answer){.end = HTTPS_NO_CONNECT, .why = STR("it took no connection in time")};
    if (transfer->enough)
        *answer = (struct https_answer){.end = HTTPS_ENOUGH};
    if (transfer->too_large)
        *answer = (struct https_answer){.end = HTTPS_TOO_LARGE, .why = STR("its answer was too large")};
}

static void give_up(const struct transfer *transfer, struct https_answer *answer)
{
    const struct https_limits *limits = &transfer->request->limits;
    if (!transfer->sent)
        *answer = (struct https_answer){.end = HTTPS_NO_CONNECT, .why = STR("it took no connection in time")};
    else if (clock_mono() - transfer->began >= limits->total_ms)
        *answer = (struct https_answer){.end = HTTPS_TIMED_OUT, .why = STR("its answer took too long")};
    else
        *answer = (struct https_answer){.end = HTTPS_TIMED_OUT, .why = STR("it fell silent")};
}

/* Until libcurl is done, a deadline has passed or the client is stopped. */
static void run(struct transfer *transfer, struct https_answer *answer)
{
    int running = 1, queued;
    for (;;) {
        if (curl_multi_perform(transfer->multi, &running) != CURLM_OK) {
            *answer = (struct https_answer){.end = HTTPS_BROKEN, .why = STR("libcurl failed")};
            return;
        }
        const CURLMsg *message = curl_multi_info_read(transfer->multi, &queued);
        if (message != NULL && message->msg == CURLMSG_DONE) {
            judge(message->data.result, transfer, answer);
            return;
        }
        if (is_stopping(transfer->https)) {
            *answer = (struct https_answer){.end = HTTPS_STOPPED, .why = STR("Rekindle was stopped")};
            return;
        }
        int64_t left = time_left(transfer);
        if (left == 0) {
            give_up(transfer, answer);
            return;
        }
        curl_multi_poll(transfer->multi, NULL, 0, (int)(left < POLL_MAX_MS ? left : POLL_MAX_MS), NULL);
    }
}

static void clear(struct transfer *transfer)
{
    if (transfer->multi != NULL && transfer->curl != NULL)
        curl_multi_remove_handle(transfer->multi, transfer->curl);
    curl_easy_cleanup(transfer->curl);
    curl_multi_cleanup(transfer->multi);
    for (struct curl_slist *line = transfer->headers; line != NULL; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
    curl_slist_free_all(transfer->headers);
    if (transfer->authorization.ptr != NULL)
        explicit_bzero(transfer->authorization.ptr, transfer->authorization.cap);
    buf_clear(&transfer->authorization);
    arena_clear(&transfer->arena);
}

void https_transfer(struct https *https, const struct https_request *request, struct https_answer *answer)
{
    struct transfer transfer = {.request = request, .https = https, .began = clock_mono()};
    struct str why;
    if ((request->may_be_plain ? https_url_check_plain : https_url_check)(request->url, &why) != RC_OK) {
        *answer = (struct https_answer){.end = HTTPS_REFUSED, .why = why};
        return;
    }
    transfer.curl = curl_easy_init(); /* starts libcurl the first time, in any thread (7.84 and later) */
    transfer.multi = curl_multi_init();
    if (transfer.multi == NULL || transfer.curl == NULL) {
        *answer = (struct https_answer){.end = HTTPS_NO_CONNECT, .why = STR("libcurl cannot start")};
    } else if (!join(&transfer)) {
        *answer = (struct https_answer){.end = HTTPS_STOPPED, .why = STR("Rekindle was stopped")};
    } else {
        set_options(&transfer);
        curl_multi_add_handle(transfer.multi, transfer.curl);
        run(&transfer, answer);
        part(&transfer);
        answer->status = status_of(&transfer);
    }
    answer->sent = transfer.sent;
    answer->latency_ms = clock_mono() - transfer.began;
    clear(&transfer);
}

/* --- life ---------------------------------------------------------------------------------------------------------- */

enum rc https_open(struct str ca_file, struct https **out, struct str *why)
{
    char *file = str_is_empty(ca_file) ? NULL : str_dup(ca_file);
    if (file != NULL && access(file, R_OK) != 0) {
        *why = STR("the file of CA certificates cannot be read");
        mem_free(file);
        return RC_INVALID;
    }
    struct https *https = mem_new(1, sizeof *https);
    https->ca_file = file;
    lock_init(&https->lock);
    *out = https;
    return RC_OK;
}

void https_stop(struct https *https)
{
    lock_take(&https->lock);
    https->stopping = true;
    for (struct transfer *transfer = https->under_way; transfer; transfer = transfer->next)
        curl_multi_wakeup(transfer->multi);
    lock_drop(&https->lock);
}

void https_close(struct https *https)
{
    if (https == NULL)
        return;
    lock_clear(&https->lock);
    mem_free(https->ca_file);
    mem_free(https);
}
