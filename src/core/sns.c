/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/sns.h"

#include "base/time_text.h"

const char *const SNS_REFUSAL_WORDS[] = {"fine",        "no_message",  "old_signature",   "bad_cert_url",
                                         "other_topic", "out_of_time", "bad_certificate", "bad_signature",
                                         NULL};

static const char *const TYPE_WORDS[] = {"Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"};

/* --- reading ------------------------------------------------------------------------------------------------------- */

static bool read_type(const struct json *body, enum sns_type *out)
{
    struct str word = json_get_str(body, "Type");
    for (int type = SNS_NOTIFICATION; type <= SNS_UNSUBSCRIPTION; type++) {
        if (str_equal(word, str_of(TYPE_WORDS[type]))) {
            *out = (enum sns_type)type;
            return true;
        }
    }
    return false;
}

enum sns_refusal sns_read(const struct json *body, struct sns_message *out)
{
    *out = (struct sns_message){.message_id = json_get_str(body, "MessageId"),
                                .topic_arn = json_get_str(body, "TopicArn"),
                                .message = json_get_str(body, "Message"),
                                .timestamp = json_get_str(body, "Timestamp"),
                                .subject = json_get_str(body, "Subject"),
                                .token = json_get_str(body, "Token"),
                                .subscribe_url = json_get_str(body, "SubscribeURL"),
                                .signature = json_get_str(body, "Signature"),
                                .cert_url = json_get_str(body, "SigningCertURL")};
    const struct str needed[] = {out->message_id, out->topic_arn, out->timestamp, out->signature, out->cert_url};
    if (!read_type(body, &out->type) || str_is_none(out->message))
        return SNS_NO_MESSAGE;
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (str_is_empty(needed[i]))
            return SNS_NO_MESSAGE;
    if (out->type != SNS_NOTIFICATION && (str_is_empty(out->token) || str_is_empty(out->subscribe_url)))
        return SNS_NO_MESSAGE;
    if (time_from_text(out->timestamp, &out->at) != RC_OK)
        return SNS_NO_MESSAGE;
    return str_equal(json_get_str(body, "SignatureVersion"), STR("2")) ? SNS_FINE : SNS_OLD_SIGNATURE;
}

static bool has_topic(struct str topics, struct str topic)
{
    while (!str_is_none(topics))
        if (str_equal(str_trim(str_cut(&topics, ',')), topic))
            return true;
    return false;
}

enum sns_refusal sns_judge(const struct sns_message *message, struct str topics, int64_t now_ms)
{
    if (!has_topic(topics, message->topic_arn) || str_is_empty(message->topic_arn))
        return SNS_OTHER_TOPIC;
    if (!sns_cert_url_is_good(message->cert_url, message->topic_arn))
        return SNS_BAD_CERT_URL;
    int64_t apart = now_ms > message->at ? now_ms - message->at : message->at - now_ms;
    return apart > SNS_PATIENCE_MS ? SNS_OUT_OF_TIME : SNS_FINE;
}

void sns_signed_text(const struct sns_message *message, struct buf *out)
{
    bool notifies = message->type == SNS_NOTIFICATION;
    const struct {
        const char *name;
        struct str value;
        bool is_signed;
    } LINES[] = {{"Message", message->message, true},
                 {"MessageId", message->message_id, true},
                 {"Subject", message->subject, notifies && !str_is_none(message->subject)},
                 {"SubscribeURL", message->subscribe_url, !notifies},
                 {"Timestamp", message->timestamp, true},
                 {"Token", message->token, !notifies},
                 {"TopicArn", message->topic_arn, true},
                 {"Type", str_of(TYPE_WORDS[message->type]), true}};
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++) {
        if (!LINES[i].is_signed)
            continue;
        buf_add_c(out, LINES[i].name);
        buf_add_char(out, '\n');
        buf_add(out, LINES[i].value);
        buf_add_char(out, '\n');
    }
}

/* --- addresses ----------------------------------------------------------------------------------------------------- */

static bool is_lower(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

struct str sns_region(struct str topic_arn)
{
    struct str rest = topic_arn, region;
    if (!str_equal(str_cut(&rest, ':'), STR("arn")))
        return STR_NONE;
    struct str partition = str_cut(&rest, ':');
    if (!str_starts_with(partition, STR("aws")) || !str_equal(str_cut(&rest, ':'), STR("sns")))
        return STR_NONE;
    region = str_cut(&rest, ':');
    for (size_t i = 0; i < region.len; i++)
        if (!is_lower(region.ptr[i]))
            return STR_NONE;
    return region.len >= 3 && region.len <= 30 && !str_is_none(rest) ? region : STR_NONE;
}

static const char *suffix_of(struct str region)
{
    return str_starts_with(region, STR("cn-")) ? "amazonaws.com.cn" : "amazonaws.com";
}

struct str sns_host(struct str topic_arn, struct arena *arena)
{
    struct str region = sns_region(topic_arn);
    return str_is_none(region) ? STR_NONE : arena_printf(arena, "sns.%.*s.%s", STR_ARG(region), suffix_of(region));
}

/* What stands behind "https://HOST/" of the topic; absent when the address begins otherwise. Letter by letter: whatever
 * could make a parser see another host than we do is refused. */
static struct str path_at_host(struct str url, struct str topic_arn)
{
    struct arena arena = {0};
    struct str host = sns_host(topic_arn, &arena), rest = STR_NONE;
    struct str start = arena_printf(&arena, "https://%.*s/", STR_ARG(host));
    if (!str_is_none(host) && str_starts_with(url, start))
        rest = (struct str){url.ptr + start.len, url.len - start.len};
    arena_clear(&arena);
    return rest;
}

static bool has_only(struct str text, const char *signs)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool plain = is_lower(c) || (c >= 'A' && c <= 'Z');
        for (const char *sign = signs; *sign != '\0' && !plain; sign++)
            plain = c == *sign;
        if (!plain)
            return false;
    }
    return true;
}

bool sns_cert_url_is_good(struct str url, struct str topic_arn)
{
    struct str path = path_at_host(url, topic_arn);
    return path.len > 4 && path.len <= 200 && str_ends_with(path, STR(".pem")) && has_only(path, "._/") &&
           !str_contains(path, STR(".."));
}

bool sns_subscribe_url_is_good(struct str url, struct str topic_arn)
{
    struct str path = path_at_host(url, topic_arn);
    return path.len <= 1500 && str_starts_with(path, STR("?Action=ConfirmSubscription&")) &&
           has_only(path, "?&=:%._~+");
}

size_t sns_certificate_names(struct str topic_arn, struct arena *arena, struct str names[SNS_NAMES_MAX])
{
    struct str region = sns_region(topic_arn);
    const char *suffix = suffix_of(region);
    if (str_is_none(region))
        return 0;
    names[0] = arena_printf(arena, "sns.%.*s.%s", STR_ARG(region), suffix);
    names[1] = arena_printf(arena, "sns-signing.%.*s.%s", STR_ARG(region), suffix);
    names[2] = arena_printf(arena, "sns-%.*s.%s", STR_ARG(region), suffix);
    names[3] = arena_printf(arena, "sns.%s", suffix);
    return SNS_NAMES_MAX;
}

bool sns_issuer_url_is_good(struct str url)
{
    static const struct str STARTS[] = {STR_INIT("http://"), STR_INIT("https://")};
    struct str rest = STR_NONE;
    for (size_t i = 0; i < 2; i++)
        if (str_starts_with(url, STARTS[i]))
            rest = (struct str){url.ptr + STARTS[i].len, url.len - STARTS[i].len};
    struct str host = str_cut(&rest, '/');
    return str_starts_with(host, STR("crt.")) && str_ends_with(host, STR(".amazontrust.com")) && has_only(host, ".") &&
           !str_contains(host, STR("..")) && !str_is_none(rest) && rest.len <= 100 &&
           str_ends_with(rest, STR(".cer")) && has_only(rest, "._");
}
