/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/provider.h"

#include "core/notice_text.h"

const char *const PROVIDER_WORDS[] = {"none", "postmark", "sendgrid", "mailgun", "brevo", "ses", NULL};

#define NOTHING (-1) /* no word about delivery */

struct meaning {
    const char *word;
    int kind; /* enum notice_kind, or NOTHING */
};

/* --- shared -------------------------------------------------------------------------------------------------------- */

static int meaning_of(const struct meaning *rows, struct str word)
{
    for (size_t i = 0; rows[i].word != NULL; i++)
        if (str_equal(word, str_of(rows[i].word)))
            return rows[i].kind;
    return NOTHING;
}

enum notice_kind report_kind(enum notice_kind kind, struct str status)
{
    bool ours = str_starts_with(status, STR("5.7."));
    return kind == NOTICE_HARD_BOUNCE && ours ? NOTICE_SOFT_BOUNCE : kind;
}

/* A text or a number, as text. */
static struct str text_of(const struct json *value, struct arena *arena)
{
    if (json_is(value, JSON_INT))
        return arena_printf(arena, "%lld", (long long)json_i64(value));
    return json_str(value);
}

static struct str first_of(struct str a, struct str b) { return str_is_empty(a) ? b : a; }

/* Keeps the report when it is about a mail of ours and says something of its delivery. */
static void add(struct reports *reports, struct report report, int kind)
{
    if (kind == NOTHING || str_is_empty(report.token)) {
        reports->ignored++;
        return;
    }
    if (!str_equal(report.status, notice_status_in(report.status, NOTICE_CLASSES)))
        report.status = STR_NONE;
    if (str_is_none(report.status))
        report.status = notice_status_in(report.detail, NOTICE_CLASSES);
    report.kind = report_kind((enum notice_kind)kind, report.status);
    reports->items[reports->count++] = report;
}

/* --- Postmark ------------------------------------------------------------------------------------------------------ */

static int postmark_kind(const struct json *event)
{
    static const struct meaning BOUNCES[] = {{"HardBounce", NOTICE_HARD_BOUNCE},
                                             {"BadEmailAddress", NOTICE_HARD_BOUNCE},
                                             {"SoftBounce", NOTICE_SOFT_BOUNCE},
                                             {"Transient", NOTICE_SOFT_BOUNCE},
                                             {"DnsError", NOTICE_SOFT_BOUNCE},
                                             {"Blocked", NOTICE_SOFT_BOUNCE},
                                             {"Undeliverable", NOTICE_SOFT_BOUNCE},
                                             {"SpamNotification", NOTICE_SOFT_BOUNCE},
                                             {"DMARCPolicy", NOTICE_SOFT_BOUNCE},
                                             {"Unknown", NOTICE_SOFT_BOUNCE},
                                             {"SpamComplaint", NOTICE_COMPLAINT},
                                             {"Unsubscribe", NOTICE_UNSUBSCRIBED},
                                             {NULL, NOTHING}};
    static const struct meaning SUPPRESSIONS[] = {{"ManualSuppression", NOTICE_UNSUBSCRIBED},
                                                  {"HardBounce", NOTICE_HARD_BOUNCE},
                                                  {"SpamComplaint", NOTICE_COMPLAINT},
                                                  {NULL, NOTHING}};
    struct str type = json_get_str(event, "RecordType");
    if (str_equal(type, STR("Delivery")))
        return NOTICE_DELIVERED;
    if (str_equal(type, STR("SpamComplaint")))
        return NOTICE_COMPLAINT;
    if (str_equal(type, STR("Bounce")))
        return meaning_of(BOUNCES, json_get_str(event, "Type"));
    if (str_equal(type, STR("SubscriptionChange")) && json_get_bool(event, "SuppressSending"))
        return meaning_of(SUPPRESSIONS, json_get_str(event, "SuppressionReason"));
    return NOTHING;
}

static void read_postmark(const struct json *event, struct arena *arena, struct reports *reports)
{
    struct str own = text_of(json_get(event, "ID"), arena);
    struct report report = {.id = arena_printf(arena, "%.*s %.*s %.*s", STR_ARG(json_get_str(event, "RecordType")),
                                               STR_ARG(json_get_str(event, "MessageID")), STR_ARG(own)),
                            .token = json_get_str(json_get(event, "Metadata"), PROVIDER_KEY),
                            .detail = first_of(json_get_str(event, "Details"), json_get_str(event, "Description"))};
    add(reports, report, postmark_kind(event));
}

/* --- SendGrid ------------------------------------------------------------------------------------------------------ */

/* A dropped mail never left: the reason says what SendGrid had known before. */
static int dropped_kind(struct str reason)
{
    static const struct meaning REASONS[] = {{"Bounced Address", NOTICE_HARD_BOUNCE},
                                             {"Invalid", NOTICE_HARD_BOUNCE},
                                             {"Spam Reporting Address", NOTICE_COMPLAINT},
                                             {"Unsubscribed Address", NOTICE_UNSUBSCRIBED},
                                             {NULL, NOTHING}};
    int kind = meaning_of(REASONS, reason);
    return kind == NOTHING ? NOTICE_SOFT_BOUNCE : kind;
}

static int sendgrid_kind(const struct json *event)
{
    static const struct meaning EVENTS[] = {{"delivered", NOTICE_DELIVERED},
                                            {"spamreport", NOTICE_COMPLAINT},
                                            {"unsubscribe", NOTICE_UNSUBSCRIBED},
                                            {"group_unsubscribe", NOTICE_UNSUBSCRIBED},
                                            {NULL, NOTHING}};
    struct str word = json_get_str(event, "event");
    if (str_equal(word, STR("bounce")))
        return str_equal(json_get_str(event, "type"), STR("blocked")) ? NOTICE_SOFT_BOUNCE : NOTICE_HARD_BOUNCE;
    if (str_equal(word, STR("dropped")))
        return dropped_kind(json_get_str(event, "reason"));
    return meaning_of(EVENTS, word);
}

static void read_sendgrid(const struct json *event, struct arena *arena, struct reports *reports)
{
    struct str own = json_get_str(event, "sg_event_id");
    if (str_is_empty(own))
        own = arena_printf(arena, "%.*s %.*s %.*s", STR_ARG(json_get_str(event, "event")),
                           STR_ARG(json_get_str(event, "sg_message_id")),
                           STR_ARG(text_of(json_get(event, "timestamp"), arena)));
    struct report report = {.id = own,
                            .token = json_get_str(event, PROVIDER_KEY), /* unique_args stand at the top */
                            .status = json_get_str(event, "status"),
                            .detail = first_of(json_get_str(event, "reason"), json_get_str(event, "response"))};
    add(reports, report, sendgrid_kind(event));
}

/* --- Mailgun ------------------------------------------------------------------------------------------------------- */

static int mailgun_kind(const struct json *data)
{
    static const struct meaning EVENTS[] = {{"delivered", NOTICE_DELIVERED},
                                            {"complained", NOTICE_COMPLAINT},
                                            {"unsubscribed", NOTICE_UNSUBSCRIBED},
                                            {NULL, NOTHING}};
    /* Permanent also when Mailgun has given up after many tries ("old"), which says little of the address. */
    static const struct meaning REASONS[] = {{"suppress-complaint", NOTICE_COMPLAINT},
                                             {"suppress-unsubscribe", NOTICE_UNSUBSCRIBED},
                                             {"old", NOTICE_SOFT_BOUNCE},
                                             {"greylisted", NOTICE_SOFT_BOUNCE},
                                             {"espblock", NOTICE_SOFT_BOUNCE},
                                             {NULL, NOTHING}};
    struct str word = json_get_str(data, "event");
    if (!str_equal(word, STR("failed")))
        return meaning_of(EVENTS, word);
    int kind = meaning_of(REASONS, json_get_str(data, "reason"));
    if (kind != NOTHING)
        return kind;
    return str_equal(json_get_str(data, "severity"), STR("permanent")) ? NOTICE_HARD_BOUNCE : NOTICE_SOFT_BOUNCE;
}

static void read_mailgun(const struct json *event, struct arena *arena, struct reports *reports)
{
    const struct json *data = json_get(event, "event-data"), *status = json_get(data, "delivery-status");
    (void)arena;
    struct report report = {.id = json_get_str(data, "id"),
                            .token = json_get_str(json_get(data, "user-variables"), PROVIDER_KEY),
                            .status = json_get_str(status, "enhanced-code"),
                            .detail = first_of(json_get_str(status, "message"), json_get_str(status, "description"))};
    add(reports, report, mailgun_kind(data));
}

/* --- Brevo --------------------------------------------------------------------------------------------------------- */

static void read_brevo(const struct json *event, struct arena *arena, struct reports *reports)
{
    /* "blocked": Brevo did not send, since its own list has the address for one reason or another. */
    static const struct meaning EVENTS[] = {{"delivered", NOTICE_DELIVERED},      {"soft_bounce", NOTICE_SOFT_BOUNCE},
                                            {"hard_bounce", NOTICE_HARD_BOUNCE},  {"invalid_email", NOTICE_HARD_BOUNCE},
                                            {"blocked", NOTICE_SOFT_BOUNCE},      {"spam", NOTICE_COMPLAINT},
                                            {"complaint", NOTICE_COMPLAINT},      {"unsubscribed", NOTICE_UNSUBSCRIBED},
                                            {"unsubscribe", NOTICE_UNSUBSCRIBED}, {NULL, NOTHING}};
    struct str word = json_get_str(event, "event");
    /* "id" is the webhook's, not the event's. */
    struct report report = {.id = arena_printf(arena, "%.*s %.*s %.*s", STR_ARG(word),
                                               STR_ARG(json_get_str(event, "message-id")),
                                               STR_ARG(text_of(json_get(event, "ts_event"), arena))),
                            .token = json_get_str(event, "X-Mailin-custom"),
                            .detail = json_get_str(event, "reason")};
    add(reports, report, meaning_of(EVENTS, word));
}

/* --- all ----------------------------------------------------------------------------------------------------------- */

/* How an event of each is read, and the member by which it is known as one. */
static const struct {
    const char *mark;
    void (*read)(const struct json *event, struct arena *arena, struct reports *reports);
} READERS[] = {[PROVIDER_POSTMARK] = {"RecordType", read_postmark},
               [PROVIDER_SENDGRID] = {"event", read_sendgrid},
               [PROVIDER_MAILGUN] = {"event-data", read_mailgun},
               [PROVIDER_BREVO] = {"event", read_brevo},
               [PROVIDER_SES] = {NULL, NULL}};

enum rc provider_read(enum provider provider, const struct json *body, struct arena *arena, struct reports *out,
                      struct problems *problems)
{
    bool is_list = json_is(body, JSON_ARRAY);
    size_t count = is_list ? json_size(body) : 1;
    *out = (struct reports){.items = arena_new(arena, count + 1, sizeof *out->items)};
    if (provider <= PROVIDER_NONE || provider >= PROVIDER_SES)
        return RC_INVALID;
    for (size_t i = 0; i < count; i++) {
        const struct json *event = is_list ? json_at(body, i) : body;
        if (json_get(event, READERS[provider].mark) == NULL) {
            struct str pointer = is_list ? arena_printf(arena, "/%zu/%s", i, READERS[provider].mark)
                                         : arena_printf(arena, "/%s", READERS[provider].mark);
            problems_add(problems, arena, pointer, "required", "is missing: this is no event of that provider");
            return RC_INVALID;
        }
        READERS[provider].read(event, arena, out);
    }
    for (size_t i = 0; i < out->count; i++) {
        struct report *report = &out->items[i];
        if (str_is_empty(report->id)) /* a provider that left its id out says each thing once */
            report->id = arena_printf(arena, "%.*s %s", STR_ARG(report->token), NOTICE_WORDS[report->kind]);
    }
    return RC_OK;
}

void provider_header(enum provider provider, struct str token, struct arena *arena, struct str *name, struct str *value)
{
    static const struct {
        const char *name, *before, *after;
    } HEADERS[] = {[PROVIDER_NONE] = {NULL, "", ""},
                   [PROVIDER_POSTMARK] = {"X-PM-Metadata-" PROVIDER_KEY, "", ""},
                   [PROVIDER_SENDGRID] = {"X-SMTPAPI", "{\"unique_args\":{\"" PROVIDER_KEY "\":\"", "\"}}"},
                   [PROVIDER_MAILGUN] = {"X-Mailgun-Variables", "{\"" PROVIDER_KEY "\":\"", "\"}"},
                   [PROVIDER_BREVO] = {"X-Mailin-custom", "", ""},
                   [PROVIDER_SES] = {"X-SES-MESSAGE-TAGS", PROVIDER_KEY "=", ""}};
    *name = str_of(HEADERS[provider].name);
    *value = str_is_none(*name)
                 ? STR_NONE
                 : arena_printf(arena, "%s%.*s%s", HEADERS[provider].before, STR_ARG(token), HEADERS[provider].after);
}
