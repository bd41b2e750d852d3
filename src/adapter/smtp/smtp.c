/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The transport: libcurl does TCP, TLS, login and dot-stuffing; smtp_dialogue.c watches. Its traps and what is done here:
 * an address with CR LF would become commands of its own, so addresses are checked before; several recipients lose errors,
 * so there is one; STARTTLS is optional unless CURLUSESSL_ALL; the environment's proxies apply unless the proxy is set to
 * ""; a reply may take 10 minutes after the dot, so there is no total timeout. */
#include "adapter/smtp/smtp.h"

#include <curl/curl.h>
#include <string.h>

#include "adapter/mail_url/mail_url.h"
#include "adapter/smtp/smtp_dialogue.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "core/field.h"

#define RESPONSE_TIMEOUT_MS 600000L
#define CONNECT_TIMEOUT_MS 30000L
#define PROBE_TIMEOUT_MS 10000L
#define PROBE_EVERY_MS 60000
#define MESSAGES_PER_CONNECTION 100
#define EHLO_MAX_BYTES 255

struct smtp {
    struct mailer mailer; /* first: the port points here */
    CURL *curl;
    struct mail_url url;
    char *target;  /* the URL's origin with the EHLO name as its path: libcurl takes it from there */
    char *ca_file; /* NULL: the system's */
    long response_timeout_ms;
    int on_connection; /* messages accepted on the open connection */
    bool broken;       /* the last message was not accepted: do not reuse what may be left of the connection */
    struct smtp_dialogue dialogue;
    struct str message; /* the part that libcurl has not read yet */
    char why[CURL_ERROR_SIZE + SMTP_LINE_MAX];
    enum rc health;    /* of the last probe */
    int64_t probed_at; /* clock_mono; 0 = never */
};

/* --- what libcurl calls -------------------------------------------------------------------------------------------- */

static size_t on_read(char *out, size_t size, size_t count, void *context)
{
    struct smtp *smtp = context;
    size_t room = size * count, taken = smtp->message.len < room ? smtp->message.len : room;
    memcpy(out, smtp->message.ptr, taken);
    smtp->message.ptr += taken;
    smtp->message.len -= taken;
    if (smtp->message.len == 0) /* with a known size libcurl does not come back to hear of the end */
        smtp_dialogue_handed_out(&smtp->dialogue);
    return taken;
}

static size_t on_reply_line(char *line, size_t size, size_t count, void *context)
{
    struct smtp *smtp = context;
    smtp_dialogue_line(&smtp->dialogue, (struct str){line, size * count});
    return size * count;
}

/* Command lines hold the login and the client's address: only their verb is looked at, nothing is kept or logged. */
static int on_debug(CURL *curl, curl_infotype type, char *data, size_t size, void *context)
{
    struct smtp *smtp = context;
    (void)curl;
    if (type == CURLINFO_HEADER_OUT)
        smtp_dialogue_command(&smtp->dialogue, (struct str){data, size});
    else if (type == CURLINFO_DATA_OUT)
        smtp_dialogue_written(&smtp->dialogue, size);
    return 0;
}

/* libcurl wants somewhere to put a body; a probe has none. */
static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    (void)data;
    (void)context;
    return size * count;
}

/* --- one transfer -------------------------------------------------------------------------------------------------- */

static long seconds_of(long ms) { return (ms + 999) / 1000; }

/* Everything that is the same for each transfer. */
static void set_common(struct smtp *smtp, long timeout_ms)
{
    CURL *curl = smtp->curl;
    curl_easy_reset(curl); /* options only; the connection stays */
    curl_easy_setopt(curl, CURLOPT_URL, smtp->target);
    mail_url_apply(&smtp->url, smtp->ca_file, curl);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                     timeout_ms < CONNECT_TIMEOUT_MS ? timeout_ms : CONNECT_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds_of(timeout_ms));
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L); /* a relay that stops reading in the middle of the body */
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, seconds_of(timeout_ms) + 1);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_reply_line);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, smtp);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, on_debug);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, smtp);
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L); /* to on_debug, not to stderr */
}

/* Failures that no waiting heals: TLS, login, configuration. What libcurl calls weird at STARTTLS is an answer with more
 * behind it, which somebody put in front of the encrypted dialogue. */
static bool is_our_fault(const struct smtp *smtp, CURLcode code)
{
    static const CURLcode FAULTS[] = {CURLE_UNSUPPORTED_PROTOCOL,
                                      CURLE_URL_MALFORMAT,
                                      CURLE_SSL_CONNECT_ERROR,
                                      CURLE_SSL_CERTPROBLEM,
                                      CURLE_SSL_CIPHER,
                                      CURLE_PEER_FAILED_VERIFICATION,
                                      CURLE_USE_SSL_FAILED,
                                      CURLE_LOGIN_DENIED,
                                      CURLE_SSL_CACERT_BADFILE,
                                      CURLE_SSL_ISSUER_ERROR,
                                      CURLE_SSL_ENGINE_INITFAILED,
                                      CURLE_NOT_BUILT_IN};
    for (size_t i = 0; i < sizeof FAULTS / sizeof FAULTS[0]; i++)
        if (code == FAULTS[i])
            return true;
    return code == CURLE_WEIRD_SERVER_REPLY && smtp->dialogue.phase == REPLY_TLS;
}

static bool is_fit_for_the_wire(struct str message)
{
    for (size_t i = 0; i < message.len; i++) {
        char c = message.ptr[i];
        bool pair_ends = c == '\n' && i > 0 && message.ptr[i - 1] == '\r';
        bool pair_begins = c == '\r' && i + 1 < message.len && message.ptr[i + 1] == '\n';
        if ((unsigned char)c >= 0x80 || c == '\0' || ((c == '\n' || c == '\r') && !pair_ends && !pair_begins))
            return false;
    }
    return message.len > 0;
}

/* What is refused before a connection is made; RC_OK when nothing is. */
static enum rc refuse_early(const struct mail *mail, struct reply *reply)
{
    if (!RULE_EMAIL.holds(mail->recipient))
        *reply = (struct reply){REPLY_BAD_ADDRESS, REPLY_RCPT, 0, STR("not sent: the recipient is no plain address")};
    else if (!RULE_EMAIL.holds(mail->envelope_from))
        *reply = (struct reply){REPLY_OUR_FAULT, REPLY_MAIL, 0, STR("not sent: the sender is no plain address")};
    else if (!is_fit_for_the_wire(mail->message))
        *reply =
            (struct reply){REPLY_OUR_FAULT, REPLY_DATA, 0, STR("not sent: the message is not 7-bit with CRLF lines")};
    else
        return RC_OK;
    return reply_rc(reply->class);
}

static CURLcode transfer(struct smtp *smtp, const struct mail *mail, struct arena *arena)
{
    struct curl_slist *recipients = curl_slist_append(NULL, arena_str(arena, mail->recipient).ptr);
    CURLcode code = CURLE_OUT_OF_MEMORY;
    smtp_dialogue_init(&smtp->dialogue, mail->message.len);
    smtp->message = mail->message;
    if (recipients == NULL)
        return code;
    set_common(smtp, smtp->response_timeout_ms);
    curl_easy_setopt(smtp->curl, CURLOPT_MAIL_FROM, arena_str(arena, mail->envelope_from).ptr);
    curl_easy_setopt(smtp->curl, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(smtp->curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(smtp->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)mail->message.len);
    curl_easy_setopt(smtp->curl, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(smtp->curl, CURLOPT_READDATA, smtp);
    curl_easy_setopt(smtp->curl, CURLOPT_FRESH_CONNECT, (long)smtp->broken);
    curl_easy_setopt(smtp->curl, CURLOPT_FORBID_REUSE, (long)(smtp->on_connection + 1 >= MESSAGES_PER_CONNECTION));
    code = curl_easy_perform(smtp->curl);
    curl_slist_free_all(recipients);
    return code;
}

static enum rc smtp_send(struct mailer *mailer, const struct mail *mail, struct arena *arena, struct reply *reply)
{
    struct smtp *smtp = (struct smtp *)mailer;
    enum rc rc = refuse_early(mail, reply);
    if (rc != RC_OK)
        return rc;
    CURLcode code = transfer(smtp, mail, arena);
    smtp_dialogue_decide(&smtp->dialogue, str_of(curl_easy_strerror(code)), is_our_fault(smtp, code), arena, reply);
    smtp->message = STR_NONE;
    smtp->broken = code != CURLE_OK || reply->class != REPLY_ACCEPTED;
    smtp->on_connection = smtp->broken || smtp->on_connection + 1 >= MESSAGES_PER_CONNECTION ? 0
                                                                                             : smtp->on_connection + 1;
    return reply_rc(reply->class);
}

/* --- health -------------------------------------------------------------------------------------------------------- */

/* Connects, greets, encrypts, logs in and says NOOP; nothing is sent. */
static void probe(struct smtp *smtp)
{
    long timeout = smtp->response_timeout_ms < PROBE_TIMEOUT_MS ? smtp->response_timeout_ms : PROBE_TIMEOUT_MS;
    smtp_dialogue_init(&smtp->dialogue, 0);
    set_common(smtp, timeout);
    curl_easy_setopt(smtp->curl, CURLOPT_CUSTOMREQUEST, "NOOP");
    curl_easy_setopt(smtp->curl, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(smtp->curl, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(smtp->curl, CURLOPT_FORBID_REUSE, 1L);
    CURLcode code = curl_easy_perform(smtp->curl);
    smtp->broken = true;
    smtp->on_connection = 0;
    smtp->health = code == CURLE_OK ? RC_OK : is_our_fault(smtp, code) ? RC_IO : RC_BUSY;
    const char *text = curl_easy_strerror(code);
    size_t len = strlen(text), line = smtp->dialogue.line_len;
    memcpy(smtp->why, text, len);
    smtp->why[len] = '\0';
    if (line > 0 && smtp->dialogue.line[0] >= '4') { /* the relay's own words are worth more */
        memcpy(smtp->why, smtp->dialogue.line, line);
        smtp->why[line] = '\0';
    }
}

static enum rc smtp_check(struct mailer *mailer, struct str *why)
{
    struct smtp *smtp = (struct smtp *)mailer;
    int64_t now = clock_mono();
    if (smtp->probed_at == 0 || now - smtp->probed_at >= PROBE_EVERY_MS) {
        probe(smtp);
        smtp->probed_at = now == 0 ? 1 : now;
    }
    if (smtp->health != RC_OK)
        *why = str_of(smtp->why);
    return smtp->health;
}

/* --- life ---------------------------------------------------------------------------------------------------------- */

static void smtp_close(struct mailer *mailer)
{
    struct smtp *smtp = (struct smtp *)mailer;
    curl_easy_cleanup(smtp->curl);
    mail_url_clear(&smtp->url);
    mem_free(smtp->target);
    mem_free(smtp->ca_file);
    mem_free(smtp);
}

static const struct mailer_vtable VTABLE = {.send = smtp_send,
                                            .check = smtp_check,
                                            .close = smtp_close,
                                            .rehearsal = false};

static const struct mail_url_form FORM = {
    .plain = "smtp",
    .encrypted = "smtps",
    .rule = "the URL must be smtp://user:password@host:port or smtps://",
};

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

static enum rc read_target(const struct smtp_options *options, struct smtp *smtp, struct str *why)
{
    struct buf target = {0};
    if (!str_is_empty(options->ehlo_name) && !is_host_name(options->ehlo_name)) {
        *why = STR("the name for EHLO must be a host name");
        return RC_INVALID;
    }
    enum rc rc = mail_url_parse(options->url, &FORM, &smtp->url, why);
    if (rc != RC_OK)
        return rc;
    buf_printf(&target, "%s/%.*s", smtp->url.origin, STR_ARG(options->ehlo_name));
    smtp->target = str_dup(buf_str(&target));
    buf_clear(&target);
    return RC_OK;
}

enum rc smtp_url_check(struct str url, struct str *why) { return mail_url_check(url, &FORM, why); }

enum rc smtp_open(const struct smtp_options *options, struct mailer **out, struct str *why)
{
    struct smtp *smtp = mem_new(1, sizeof *smtp);
    enum rc rc = RC_INVALID;
    smtp->mailer.vtable = &VTABLE;
    smtp->response_timeout_ms = options->response_timeout_ms > 0 ? options->response_timeout_ms : RESPONSE_TIMEOUT_MS;
    if (read_target(options, smtp, why) != RC_OK)
        goto done;
    if (mail_url_ca_file(options->ca_file, &smtp->ca_file, why) != RC_OK)
        goto done;
    smtp->curl = curl_easy_init(); /* starts libcurl the first time, in any thread (7.84 and later) */
    if (smtp->curl == NULL) {
        *why = STR("libcurl cannot start");
        goto done;
    }
    *out = &smtp->mailer;
    rc = RC_OK;
done:
    if (rc != RC_OK)
        smtp_close(&smtp->mailer);
    return rc;
}
