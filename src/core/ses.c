/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/ses.h"

#include "core/notice_text.h"

/* --- which mail ---------------------------------------------------------------------------------------------------- */

/* TOKEN of "b+TOKEN@bounce.domain", as the envelope sender of our mails has it. */
static struct str token_of_address(struct str address)
{
    struct str rest = str_trim(address), local;
    if (str_starts_with(rest, STR("<")))
        rest = (struct str){rest.ptr + 1, rest.len - 1};
    local = str_cut(&rest, '@');
    if (str_is_none(rest) || !str_starts_with(local, STR("b+")))
        return STR_NONE;
    return (struct str){local.ptr + 2, local.len - 2};
}

/* The value of our tag: {"tags":{"rekindle":["TOKEN"]}}, or in the mail's own header as it went out. */
static struct str token_of_tags(const struct json *mail)
{
    struct str value = json_str(json_at(json_get(json_get(mail, "tags"), PROVIDER_KEY), 0));
    const struct json *headers = json_get(mail, "headers");
    for (size_t i = 0; i < json_size(headers) && json_is(headers, JSON_ARRAY) && str_is_none(value); i++) {
        const struct json *header = json_at(headers, i);
        struct str text = json_get_str(header, "value"), start = STR(PROVIDER_KEY "=");
        if (str_equal_nocase(json_get_str(header, "name"), STR("X-SES-MESSAGE-TAGS")) && str_starts_with(text, start))
            value = (struct str){text.ptr + start.len, text.len - start.len};
    }
    return value;
}

static struct str token_of(const struct json *mail)
{
    struct str token = token_of_address(json_get_str(mail, "source"));
    if (str_is_none(token))
        token = token_of_address(json_get_str(json_get(mail, "commonHeaders"), "returnPath"));
    return str_is_none(token) ? token_of_tags(mail) : token;
}

/* --- what is said of it -------------------------------------------------------------------------------------------- */

/* The first recipient whose status or diagnosis is told. */
static const struct json *speaker_of(const struct json *bounce)
{
    const struct json *list = json_get(bounce, "bouncedRecipients");
    for (size_t i = 0; json_is(list, JSON_ARRAY) && i < json_size(list); i++) {
        const struct json *one = json_at(list, i);
        if (!str_is_empty(json_get_str(one, "status")) || !str_is_empty(json_get_str(one, "diagnosticCode")))
            return one;
    }
    return NULL;
}

/* "Permanent" alone is hard: a Transient with a status of 5.x.x is a full box or a mail too large, seen by SES as that. */
static void read_bounce(const struct json *bounce, struct report *out)
{
    const struct json *speaker = speaker_of(bounce);
    struct str status = json_get_str(speaker, "status"), detail = json_get_str(speaker, "diagnosticCode");
    if (str_is_none(notice_status_in(status, NOTICE_CLASSES)))
        status = notice_status_in(detail, NOTICE_CLASSES);
    bool permanent = str_equal(json_get_str(bounce, "bounceType"), STR("Permanent"));
    out->status = status;
    out->detail = str_is_empty(detail) ? json_get_str(bounce, "bounceSubType") : detail;
    out->kind = report_kind(permanent ? NOTICE_HARD_BOUNCE : NOTICE_SOFT_BOUNCE, status);
    out->id = json_get_str(bounce, "feedbackId");
}

/* RC_NOT_FOUND when somebody said that the mail was no spam. */
static enum rc read_complaint(const struct json *complaint, struct report *out)
{
    out->kind = NOTICE_COMPLAINT;
    out->detail = json_get_str(complaint, "complaintFeedbackType");
    out->id = json_get_str(complaint, "feedbackId");
    return str_equal(out->detail, STR("not-spam")) ? RC_NOT_FOUND : RC_OK;
}

static enum rc read_event(struct str type, const struct json *event, struct report *out)
{
    if (str_equal(type, STR("Complaint")))
        return read_complaint(json_get(event, "complaint"), out);
    if (str_equal(type, STR("Bounce"))) {
        read_bounce(json_get(event, "bounce"), out);
        return RC_OK;
    }
    if (!str_equal(type, STR("Delivery")))
        return RC_NOT_FOUND; /* Send, Open, Click, DeliveryDelay and what may come */
    out->kind = NOTICE_DELIVERED;
    out->detail = json_get_str(json_get(event, "delivery"), "smtpResponse");
    return RC_OK;
}

static enum rc read_all(const struct json *event, struct arena *arena, struct report *out)
{
    const struct json *mail = json_get(event, "mail");
    struct str type = json_get_str(event, "notificationType");
    if (str_is_none(type))
        type = json_get_str(event, "eventType");
    *out = (struct report){.token = token_of(mail)};
    if (str_is_none(type))
        return RC_INVALID;
    enum rc rc = read_event(type, event, out);
    if (rc != RC_OK)
        return rc;
    if (str_is_empty(out->token))
        return RC_NOT_FOUND;
    if (str_is_empty(out->id)) /* a delivery has no id of its own; a mail is delivered once */
        out->id = arena_printf(arena, "%.*s %.*s", STR_ARG(type), STR_ARG(json_get_str(mail, "messageId")));
    return RC_OK;
}

enum rc ses_read(struct str text, struct arena *arena, struct report *out)
{
    struct json *event = NULL;
    struct json_error error;
    *out = (struct report){.kind = NOTICE_DELIVERED};
    if (json_parse(text, &event, &error) != RC_OK)
        return RC_INVALID;
    enum rc rc = read_all(event, arena, out);
    struct str *const texts[] = {&out->id, &out->token, &out->status, &out->detail};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = arena_str(arena, *texts[i]);
    json_free(event);
    return rc;
}
