/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/bounce.h"

#include "core/notice_text.h"

#define FAILURES STR("45") /* classes of a status that say so */
#define SAID_MAX 600       /* bytes of a text bounce that are looked at from its reason on */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* ASCII letters in any case; a space in the phrase stands for any run of signs between words ("user-unknown"). */
static size_t phrase_at(struct str text, size_t at, struct str phrase)
{
    size_t i = at;
    for (size_t k = 0; k < phrase.len; k++) {
        if (phrase.ptr[k] == ' ') {
            size_t begin = i;
            while (i < text.len && !is_letter(text.ptr[i]) && !is_digit(text.ptr[i]) &&
                   (unsigned char)text.ptr[i] < 0x80)
                i++;
            if (i == begin)
                return 0;
        } else if (i >= text.len || (text.ptr[i] | 0x20) != (phrase.ptr[k] | 0x20)) {
            return 0;
        } else {
            i++;
        }
    }
    return i - at;
}

/* End of the run of signs from `at` on that may be an address, and whether it is one: its words are nobody's verdict. */
static size_t word_end(struct str text, size_t at, bool *address)
{
    size_t end = at;
    *address = false;
    while (end < text.len && text.ptr[end] != ' ' && text.ptr[end] != '<' && text.ptr[end] != '>' &&
           text.ptr[end] != '\n') {
        *address = *address || text.ptr[end] == '@';
        end++;
    }
    return end;
}

/* Whether one of the phrases, "a|b c|d", is in the text, at the beginning of a word and outside addresses. */
static bool says(struct str text, const char *phrases)
{
    bool address = false;
    for (size_t i = 0, end = 0; i < text.len; i++) {
        if (i >= end)
            end = word_end(text, i, &address);
        if ((address && i < end) || (i > 0 && is_letter(text.ptr[i - 1])))
            continue;
        for (struct str rest = str_of(phrases); !str_is_none(rest);)
            if (phrase_at(text, i, str_cut(&rest, '|')) > 0)
                return true;
    }
    return false;
}

/* --- the words of servers ------------------------------------------------------------------------------------------- */

static const char BLOCKED[] =
    "spam|spamhaus|spamcop|blocked|block list|blocklist|blacklist|banned|policy|not allowed to send"
    "|unauthenticated|authentication|access denied|reputation|prohibited|virus|relay access denied"
    "|unable to relay|relay not permitted|relaying denied|sender address rejected|sender verify"
    "|smtp server of your isp|dmarc|spf|dkim|rbl|dnsbl|unsolicited|weren't sent|loops back|mail loop"
    "|hop count|too large|size exceeds|greylist|greylisted|temporarily deferred|rate that prevents";
/* Exim could not ask further: it says that the address may not exist, and what else might be the matter. */
static const char VERIFIED[] = "account or domain may not exist";
static const char FULL[] =
    "mailbox is full|mailbox full|over quota|overquota|quota exceeded|quotaexceeded|exceeded storage"
    "|out of storage|exceeds quota|insufficient disk|postfach ist voll|empfaengers ist voll"
    "|boite pleine|buzon lleno|mailbox size limit|user is over";
static const char NO_SUCH[] =
    "user unknown|unknown user|no such user|does not exist|doesn't exist|doesn't have a"
    "|mailbox unavailable|mailbox not found|user not found|recipient not found|recipientnotfound"
    "|invalid recipient|unknown or illegal alias|is disabled|account disabled|account is disabled"
    "|mailbox is disabled|no mailbox|unrouteable address|no longer at this address|no such address"
    "|unknown recipient|recipient unknown|host not found|host unknown|domain not found|invalid domain"
    "|nullmx|usuario desconocido|utilisateur inconnu|destinataire invalide|unbekannt|existiert nicht"
    "|non existent hosts|recent history of bouncing|on the suppression list";

/* Exchange Online says this of addresses that its directory does not have, in the words of a block. */
static bool is_not_in_directory(struct str status, struct str said)
{
    static const char WORDS[] = "recipient address rejected access denied";
    return str_equal(status, STR("5.4.1")) && says(said, WORDS);
}

static bool is_gone(struct str status)
{
    static const struct str GONE[] = {STR_INIT("5.1.1"),  STR_INIT("5.1.2"), STR_INIT("5.1.3"), STR_INIT("5.1.6"),
                                      STR_INIT("5.1.10"), STR_INIT("5.2.1"), STR_INIT("5.4.4")};
    for (size_t i = 0; i < sizeof GONE / sizeof GONE[0]; i++)
        if (str_equal(status, GONE[i]))
            return true;
    return false;
}

/* "x.0.0" says nothing: then the code that the other side itself gave, if it gave one. */
static bool is_vague(struct str status) { return str_is_none(status) || str_ends_with(status, STR(".0.0")); }

enum bounce_kind bounce_of_failure(struct str status, struct str said)
{
    struct str own = notice_status_in(said, FAILURES);
    if (is_vague(status) && !str_is_none(own))
        status = own;
    if (is_not_in_directory(status, said))
        return BOUNCE_HARD;
    bool temporary = str_starts_with(status, STR("4."));
    if (temporary || says(said, FULL) || str_starts_with(status, STR("5.7.")))
        return BOUNCE_SOFT;
    if (says(said, BLOCKED))
        return says(said, VERIFIED) ? BOUNCE_HARD : BOUNCE_SOFT;
    if (says(said, NO_SUCH) || is_gone(status))
        return BOUNCE_HARD;
    return BOUNCE_SOFT;
}

/* --- reports -------------------------------------------------------------------------------------------------------- */

/* "rfc822; a@b" and "smtp; 550 ...": what stands behind the type. */
static struct str without_type(struct str value)
{
    size_t at = str_find(value, STR(";"));
    return at == SIZE_MAX || at > 20 ? value : str_trim((struct str){value.ptr + at + 1, value.len - at - 1});
}

static struct str status_of(const struct mime_fields *group)
{
    struct str rest = mime_field(group, "Status");
    return notice_status(str_cut(&rest, ' '));
}

static void classify_status(const struct mime_read *m, struct bounce *out)
{
    static const struct {
        struct str action;
        enum bounce_kind kind;
    } ACTIONS[] = {{STR_INIT("delayed"), BOUNCE_DELAYED},
                   {STR_INIT("delivered"), BOUNCE_DELIVERED},
                   {STR_INIT("relayed"), BOUNCE_DELIVERED},
                   {STR_INIT("expanded"), BOUNCE_DELIVERED}};
    for (size_t i = 0; i < m->group_count; i++) {
        const struct mime_fields *group = &m->groups[i];
        struct str action = mime_field(group, "Action");
        struct str word = str_cut(&action, ' ');
        if (str_is_none(word))
            continue; /* the message's own fields */
        out->status = status_of(group);
        out->said = without_type(mime_field(group, "Diagnostic-Code"));
        out->recipient = without_type(mime_field(group, "Final-Recipient"));
        for (size_t k = 0; k < sizeof ACTIONS / sizeof ACTIONS[0]; k++)
            if (str_equal_nocase(word, ACTIONS[k].action))
                out->kind = ACTIONS[k].kind;
        if (str_equal_nocase(word, STR("failed")))
            out->kind = bounce_of_failure(out->status, out->said);
        return; /* our mails have one recipient */
    }
}

static void classify_feedback(const struct mime_read *m, struct bounce *out)
{
    static const struct {
        struct str type;
        enum bounce_kind kind;
    } TYPES[] = {{STR_INIT("abuse"), BOUNCE_COMPLAINT},
                 {STR_INIT("fraud"), BOUNCE_COMPLAINT},
                 {STR_INIT("other"), BOUNCE_COMPLAINT},
                 {STR_INIT("opt-out"), BOUNCE_OPT_OUT},
                 {STR_INIT("opt-out-list"), BOUNCE_OPT_OUT}};
    struct str type = m->group_count > 0 ? mime_field(&m->groups[0], "Feedback-Type") : STR_NONE;
    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++)
        if (str_equal_nocase(type, TYPES[i].type)) {
            out->kind = TYPES[i].kind;
            out->said = type;
        }
}

/* --- old bounces without a report ----------------------------------------------------------------------------------- */

static bool is_from_a_mail_system(const struct mime_read *m)
{
    static const struct str NAMES[] = {STR_INIT("mailer daemon"), STR_INIT("postmaster"), STR_INIT("mail delivery")};
    struct str from = mime_field(&m->headers, "From");
    for (size_t i = 0; i < from.len; i++)
        for (size_t k = 0; k < sizeof NAMES / sizeof NAMES[0]; k++)
            if (phrase_at(from, i, NAMES[k]) > 0)
                return true;
    return !str_is_none(mime_field(&m->headers, "X-Failed-Recipients"));
}

static bool is_warning(const struct mime_read *m)
{
    static const char SIGNS[] = "delayed|delay|warning|still being retried";
    static const char WORDS[] = "has not yet been delivered|warning only|will be retried|attempts will continue";
    return says(mime_field(&m->headers, "Subject"), SIGNS) || says(m->text, WORDS);
}

/* The reason stands before the copy of the mail, which may say anything. */
static struct str reason_of(struct str text)
{
    static const char *const ENDS[] = {"------ This is a copy", "----- Original message", "--- Below this line",
                                       "Original message headers:", NULL};
    for (size_t i = 0; ENDS[i] != NULL; i++) {
        size_t at = str_find(text, str_of(ENDS[i]));
        if (at != SIZE_MAX)
            text.len = at;
    }
    return str_trim(text);
}

static void classify_text(const struct mime_read *m, struct bounce *out)
{
    struct str reason = reason_of(m->text);
    if (reason.len > SAID_MAX) /* the words of the program come first, the reason last */
        reason = (struct str){reason.ptr + reason.len - SAID_MAX, SAID_MAX};
    out->said = reason;
    out->status = notice_status_in(reason, FAILURES);
    out->recipient = mime_field(&m->headers, "X-Failed-Recipients");
    out->kind = is_warning(m) ? BOUNCE_DELAYED : bounce_of_failure(out->status, reason);
}

static bool is_automatic(const struct mime_read *m)
{
    static const char *const MARKS[] = {"X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Vacation", NULL};
    struct str submitted = mime_field(&m->headers, "Auto-Submitted");
    for (size_t i = 0; MARKS[i] != NULL; i++)
        if (!str_is_none(mime_field(&m->headers, MARKS[i])))
            return true;
    return !str_is_empty(submitted) && !str_equal_nocase(submitted, STR("no"));
}

void bounce_classify(const struct mime_read *message, struct bounce *out)
{
    *out = (struct bounce){.kind = BOUNCE_NOTHING};
    if (message->report == MIME_REPORT_STATUS)
        classify_status(message, out);
    else if (message->report == MIME_REPORT_FEEDBACK)
        classify_feedback(message, out);
    else if (is_from_a_mail_system(message)) /* before automatic replies: real bounces call themselves auto-replied */
        classify_text(message, out);
    else if (!is_automatic(message))
        out->kind = BOUNCE_TO_CONFIRM;
}

/* --- tokens --------------------------------------------------------------------------------------------------------- */

static bool is_token_byte(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; }

struct finding {
    char prefix;
    struct str domain;
    struct str *out;
    size_t count;
};

static void keep(struct finding *f, struct str token)
{
    for (size_t i = 0; i < f->count; i++)
        if (str_equal(f->out[i], token))
            return;
    if (f->count < BOUNCE_TOKENS_MAX)
        f->out[f->count++] = token;
}

static void find_in(struct finding *f, struct str value)
{
    for (size_t i = 0; i + 3 < value.len; i++) {
        bool begins = i == 0 ||
                      (!is_token_byte(value.ptr[i - 1]) && value.ptr[i - 1] != '+' && value.ptr[i - 1] != '.');
        if (!begins || (value.ptr[i] | 0x20) != f->prefix || value.ptr[i + 1] != '+')
            continue;
        size_t end = i + 2;
        while (end < value.len && is_token_byte(value.ptr[end]))
            end++;
        struct str token = {value.ptr + i + 2, end - i - 2};
        bool here = end + 1 + f->domain.len <= value.len && value.ptr[end] == '@';
        here = here &&
               (f->domain.len == 0 || str_equal_nocase((struct str){value.ptr + end + 1, f->domain.len}, f->domain));
        size_t after = end + 1 + f->domain.len;
        bool ends = f->domain.len == 0 || after == value.len ||
                    (!is_token_byte(value.ptr[after]) && value.ptr[after] != '.');
        if (here && ends && token.len > 0)
            keep(f, token);
    }
}

/* Of a List-Unsubscribe: the last part of its link's path. */
static void find_link(struct finding *f, struct str value)
{
    size_t at = str_find(value, STR("/u/"));
    size_t begin = at + 3, end = begin;
    if (at == SIZE_MAX)
        return;
    while (end < value.len && is_token_byte(value.ptr[end]))
        end++;
    keep(f, (struct str){value.ptr + begin, end - begin});
}

static void find_in_fields(struct finding *f, const struct mime_fields *fields, const char *const *names)
{
    for (size_t i = 0; i < fields->count; i++)
        for (size_t k = 0; names[k] != NULL; k++)
            if (str_equal_nocase(fields->items[i].name, str_of(names[k])))
                find_in(f, fields->items[i].value);
}

size_t bounce_tokens(const struct mime_read *message, char prefix, struct str domain, enum bounce_place place,
                     struct str out[BOUNCE_TOKENS_MAX])
{
    static const char *const TO[] = {"Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc",
                                     "Resent-To",    "Received",      NULL};
    static const char *const REPORT[] = {"Original-Mail-From", "X-Postfix-Sender",  "Original-Recipient",
                                         "Final-Recipient",    "Received-From-MTA", NULL};
    static const char *const RETURNED[] = {"Return-Path",     "Sender",           "Errors-To",
                                           "X-Envelope-From", "List-Unsubscribe", NULL};
    struct finding f = {.prefix = prefix, .domain = domain, .out = out};
    find_in_fields(&f, &message->headers, TO);
    if (place == BOUNCE_TO_US)
        return f.count;
    for (size_t i = 0; i < message->group_count; i++)
        find_in_fields(&f, &message->groups[i], REPORT);
    find_in_fields(&f, &message->returned, RETURNED);
    if (prefix == 'u')
        find_link(&f, mime_field(&message->returned, "List-Unsubscribe"));
    return f.count;
}
