/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* libcurl does TCP, TLS, login and SELECT; here are the commands after it. Its traps and what is done here: the bytes of a
 * message come clean only by a URL with ;UID=, whose FETCH sets \Seen, so \Seen is no mark of ours; a line that is longer
 * than its buffer is cut, so the buffer is large and a number that is none counts for nothing; a reconnection in the middle
 * could meet other UIDs, so each URL names the mailbox's UIDVALIDITY (RFC 3501 section 2.3.1.1). */
#include "adapter/imap/imap.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "adapter/mail_url/mail_url.h"
#include "base/buf.h"
#include "base/mem.h"

#define RESPONSE_TIMEOUT_MS 30000L
#define CONNECT_TIMEOUT_MS 30000L
#define TRANSFER_TIMEOUT_MS 300000L /* of one command, a slow large message included */
#define LINE_BYTES (512L * 1024)    /* of an answer: some 70,000 numbers */
#define INBOX "INBOX"

struct imap {
    CURL *curl; /* of the round; NULL between two */
    struct mail_url url;
    char *ca_file; /* NULL: the system's */
    size_t message_max;
    long response_timeout_ms;
    atomic_bool stopping;
    uint32_t uid_validity; /* of the selected folder; 0: not said yet */
    bool cannot_expunge;   /* the server has no UIDPLUS (RFC 4315): what is deleted stays until somebody expunges */
    struct buf body;       /* of the transfer */
    size_t body_max;
    char error[CURL_ERROR_SIZE]; /* libcurl's words on the transfer */
    char why[2 * CURL_ERROR_SIZE];
};

/* --- what libcurl calls -------------------------------------------------------------------------------------------- */

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    struct imap *imap = context;
    size_t len = size * count;
    if (imap->body.len + len > imap->body_max)
        return 0; /* larger than the server said it is */
    buf_add(&imap->body, (struct str){data, len});
    return len;
}

/* "* OK [UIDVALIDITY 1795608431] UIDs valid" */
static size_t on_line(char *line, size_t size, size_t count, void *context)
{
    static const struct str BEFORE = STR_INIT("[UIDVALIDITY ");
    struct imap *imap = context;
    struct str text = {line, size * count};
    size_t at = str_find(text, BEFORE);
    int64_t number;
    if (at != SIZE_MAX && str_starts_with(text, STR("* OK "))) {
        struct str rest = {text.ptr + at + BEFORE.len, text.len - at - BEFORE.len};
        if (str_to_i64(str_cut(&rest, ']'), &number) == RC_OK && number > 0 && number <= UINT32_MAX)
            imap->uid_validity = (uint32_t)number;
    }
    return text.len;
}

static int on_progress(void *context, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
    struct imap *imap = context;
    (void)down_all, (void)down, (void)up_all, (void)up;
    return atomic_load(&imap->stopping) ? 1 : 0;
}

/* --- one command --------------------------------------------------------------------------------------------------- */

static void set_options(struct imap *imap)
{
    CURL *curl = imap->curl;
    long timeout = imap->response_timeout_ms;
    mail_url_apply(&imap->url, imap->ca_file, curl);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "imap,imaps");
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, LINE_BYTES);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, timeout < CONNECT_TIMEOUT_MS ? timeout : CONNECT_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (timeout + 999) / 1000);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, TRANSFER_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, imap);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_line);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, imap);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, imap);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, imap->error);
}

/* What stands in imap->why: the same words for the same cause, whenever it is looked at. libcurl's own words on these two
 * count milliseconds. */
static void explain(struct imap *imap, CURLcode code)
{
    bool is_measured = code == CURLE_COULDNT_CONNECT || code == CURLE_OPERATION_TIMEDOUT;
    bool has_detail = !is_measured && imap->error[0] != '\0';
    snprintf(imap->why, sizeof imap->why, "%s%s%s", curl_easy_strerror(code), has_detail ? ": " : "",
             has_detail ? imap->error : "");
}

/* The folder, and with `uid` one of its messages. `command` NULL: fetches it. What the server says is in imap->body. */
static CURLcode transfer(struct imap *imap, uint32_t uid, const char *command)
{
    struct buf url = {0};
    buf_printf(&url, "%s/%s", imap->url.origin, imap->url.path != NULL ? imap->url.path : INBOX);
    if (imap->uid_validity != 0)
        buf_printf(&url, ";UIDVALIDITY=%lu", (unsigned long)imap->uid_validity);
    if (command == NULL)
        buf_printf(&url, "/;UID=%lu", (unsigned long)uid);
    buf_clear(&imap->body);
    imap->body_max = command == NULL ? imap->message_max : (size_t)LINE_BYTES;
    imap->error[0] = '\0';
    curl_easy_setopt(imap->curl, CURLOPT_URL, url.ptr);
    curl_easy_setopt(imap->curl, CURLOPT_CUSTOMREQUEST, command);
    CURLcode code = curl_easy_perform(imap->curl);
    explain(imap, code);
    buf_clear(&url);
    return code;
}

/* A command for one message; the server may have lost it meanwhile, which is as good. */
static CURLcode command_for(struct imap *imap, const char *before, uint32_t uid, const char *after)
{
    struct buf command = {0};
    buf_printf(&command, "%s %lu%s", before, (unsigned long)uid, after);
    CURLcode code = transfer(imap, 0, command.ptr);
    buf_clear(&command);
    return code;
}

/* --- a round ------------------------------------------------------------------------------------------------------- */

struct found {
    uint32_t *uids;
    size_t count, most;
};

static void take_numbers(struct str text, struct found *found)
{
    while (!str_is_none(text)) {
        struct str line = str_trim(str_cut(&text, '\n'));
        if (!str_starts_with(line, STR("* SEARCH")))
            continue;
        line = (struct str){line.ptr + 8, line.len - 8};
        while (!str_is_none(line) && found->count < found->most) {
            int64_t uid;
            if (str_to_i64(str_cut(&line, ' '), &uid) == RC_OK && uid > 0 && uid <= UINT32_MAX)
                found->uids[found->count++] = (uint32_t)uid;
        }
    }
}

static CURLcode search(struct imap *imap, const char *criterion, struct found *found)
{
    struct buf command = {0};
    buf_printf(&command, "UID SEARCH UNFLAGGED UNDELETED %s %zu", criterion, imap->message_max);
    CURLcode code = transfer(imap, 0, command.ptr);
    if (code == CURLE_OK)
        take_numbers(buf_str(&imap->body), found);
    buf_clear(&command);
    return code;
}

static CURLcode mark(struct imap *imap, uint32_t uid, enum imap_verdict verdict)
{
    CURLcode code =
        command_for(imap, "UID STORE", uid, verdict == IMAP_TAKE ? " +FLAGS (\\Deleted)" : " +FLAGS (\\Flagged)");
    if (code != CURLE_OK || verdict != IMAP_TAKE || imap->cannot_expunge)
        return code;
    code = command_for(imap, "UID EXPUNGE", uid, ""); /* this one alone: others' deletions are none of our business */
    imap->cannot_expunge = code == CURLE_QUOTE_ERROR;
    return imap->cannot_expunge ? CURLE_OK : code;
}

/* RC_BUSY: the round ends. RC_NOT_FOUND: the message was gone since the search. */
static enum rc take_one(struct imap *imap, uint32_t uid, bool is_fetched, imap_message *each, void *ctx)
{
    CURLcode code = is_fetched ? transfer(imap, uid, NULL) : CURLE_OK;
    if (code == CURLE_REMOTE_FILE_NOT_FOUND)
        return RC_NOT_FOUND;
    if (code != CURLE_OK && code != CURLE_WRITE_ERROR)
        return RC_IO;
    enum imap_verdict verdict = each(ctx, is_fetched && code == CURLE_OK ? buf_str(&imap->body) : STR_NONE);
    if (verdict == IMAP_LATER)
        return RC_BUSY;
    return mark(imap, uid, verdict) == CURLE_OK ? RC_OK : RC_IO;
}

static enum rc take_all(struct imap *imap, const struct found *found, size_t small, imap_message *each, void *ctx,
                        size_t *count)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < found->count && rc == RC_OK; i++) {
        rc = take_one(imap, found->uids[i], i < small, each, ctx);
        if (rc == RC_OK)
            ++*count;
        else if (rc == RC_NOT_FOUND)
            rc = RC_OK;
    }
    return rc;
}

static enum rc open_round(struct imap *imap)
{
    imap->uid_validity = 0;
    imap->curl = curl_easy_init();
    if (imap->curl == NULL) {
        explain(imap, CURLE_FAILED_INIT);
        return RC_IO;
    }
    set_options(imap);
    return RC_OK;
}

static void close_round(struct imap *imap)
{
    curl_easy_cleanup(imap->curl); /* says LOGOUT */
    imap->curl = NULL;
    buf_clear(&imap->body);
}

enum rc imap_check(struct imap *imap, struct str *why)
{
    enum rc rc = open_round(imap);
    if (rc == RC_OK)
        rc = transfer(imap, 0, "NOOP") == CURLE_OK ? RC_OK : RC_IO;
    close_round(imap);
    *why = str_of(imap->why);
    return rc;
}

enum rc imap_read(struct imap *imap, size_t most, imap_message *each, void *ctx, size_t *count, struct str *why)
{
    struct found found = {.uids = mem_new(most + 1, sizeof *found.uids), .most = most};
    enum rc rc = open_round(imap);
    *count = 0;
    if (rc == RC_OK) {
        CURLcode code = search(imap, "NOT LARGER", &found);
        size_t small = found.count;
        if (code == CURLE_OK && small < most)
            code = search(imap, "LARGER", &found);
        rc = code == CURLE_OK ? take_all(imap, &found, small, each, ctx, count) : RC_IO;
    }
    if (rc == RC_IO && atomic_load(&imap->stopping))
        rc = RC_LIMITED;
    close_round(imap);
    *why = str_of(imap->why);
    mem_free(found.uids);
    return rc;
}

/* --- life ---------------------------------------------------------------------------------------------------------- */

static const struct mail_url_form FORM = {
    .plain = "imap",
    .encrypted = "imaps",
    .rule = "the URL must be imaps://user:password@host:port/FOLDER or imap://",
    .has_path = true,
    .needs_login = true,
};

enum rc imap_url_check(struct str url, struct str *why) { return mail_url_check(url, &FORM, why); }

enum rc imap_open(const struct imap_options *options, struct imap **out, struct str *why)
{
    struct imap *imap = mem_new(1, sizeof *imap);
    imap->message_max = options->message_max;
    imap->response_timeout_ms = options->response_timeout_ms > 0 ? options->response_timeout_ms : RESPONSE_TIMEOUT_MS;
    atomic_init(&imap->stopping, false);
    enum rc rc = mail_url_parse(options->url, &FORM, &imap->url, why);
    if (rc == RC_OK)
        rc = mail_url_ca_file(options->ca_file, &imap->ca_file, why);
    if (rc == RC_OK)
        *out = imap;
    else
        imap_close(imap);
    return rc;
}

void imap_close(struct imap *imap)
{
    if (imap == NULL)
        return;
    mail_url_clear(&imap->url);
    mem_free(imap->ca_file);
    mem_free(imap);
}

void imap_stop(struct imap *imap) { atomic_store(&imap->stopping, true); }
