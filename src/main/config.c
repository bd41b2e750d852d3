/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The table of variables is the one place that knows them: `rekindle config`, the checks at the start and the man page's
 * list follow it. The small predicates below it are the rules of values. */
#include "main/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapter/https/https_url.h"
#include "adapter/imap/imap.h"
#include "adapter/openrouter/model_id.h"
#include "adapter/openrouter/price.h"
#include "adapter/smtp/smtp.h"
#include "adapter/webhook/signature.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "core/field.h"
#include "core/provider.h"
#include "main/command.h"
#include "main/keys.h"

static bool is_store(struct str value) { return str_equal(value, STR("sqlite")); }
static bool is_url(struct str value) { return RULE_URL.holds(value); }
static bool is_currency(struct str value) { return RULE_CURRENCY.holds(value); }
static bool is_zone(struct str value) { return RULE_ZONE.holds(value); }
static bool is_address(struct str value) { return RULE_EMAIL.holds(value); }

/* host:port or [v6]:port */
static bool is_listen(struct str value)
{
    size_t at = value.len;
    while (at > 0 && value.ptr[at - 1] != ':')
        at--;
    int64_t port = -1;
    if (at < 2 || str_to_i64((struct str){value.ptr + at, value.len - at}, &port) != RC_OK)
        return false;
    return port >= 0 && port <= 65535 && !str_contains(value, STR(" ")) && !str_contains(value, STR("/"));
}

/* A host name by the letters it may have; an address of one is checked as one of postmaster. */
static bool is_domain(struct str value)
{
    char address[300];
    if (value.len > 253)
        return false;
    int length = snprintf(address, sizeof address, "x@%.*s", STR_ARG(value));
    return RULE_EMAIL.holds((struct str){address, (size_t)length});
}

static bool is_provider(struct str value) { return field_enum_from(PROVIDER_WORDS, value) >= 0; }

static bool is_reach_list(struct str value)
{
    while (!str_is_none(value)) {
        struct str item = str_trim(str_cut(&value, ','));
        if (!is_address(item) && !is_domain(item))
            return false;
    }
    return true;
}

static bool is_mail_url(struct str value)
{
    struct str why;
    return str_equal(value, STR("rehearsal")) || smtp_url_check(value, &why) == RC_OK;
}

static bool is_mailbox(struct str value)
{
    struct str why;
    return str_equal(value, MAILBOX_IS_PIPE) || imap_url_check(value, &why) == RC_OK;
}

/* One or more topic ARNs, "arn:aws:sns:eu-central-1:123456789012:rekindle-bounces". */
static bool is_topic_list(struct str value)
{
    while (!str_is_none(value))
        if (!str_starts_with(str_trim(str_cut(&value, ',')), STR("arn:aws")))
            return false;
    return true;
}

static bool is_webhook_secret(struct str value)
{
    struct arena arena = {0};
    struct str key;
    bool is_key = signature_key(value, &arena, &key) == RC_OK;
    arena_clear(&arena);
    return is_key && value.len >= 24 && value.len <= 200;
}

static bool is_writer(struct str value)
{
    return str_equal(value, STR("openrouter")) || str_equal(value, STR("template"));
}

static bool is_between(struct str value, int64_t least, int64_t most)
{
    int64_t number;
    return str_to_i64(value, &number) == RC_OK && number >= least && number <= most;
}
static bool is_rpm(struct str value) { return is_between(value, 1, 100000); }
static bool is_connections(struct str value) { return is_between(value, 1, 32); }
static bool is_concurrency(struct str value) { return is_between(value, 1, 64); }
static bool is_tpm(struct str value) { return is_between(value, 1, 1000000000); }
static bool is_seconds(struct str value) { return is_between(value, 1, 3600); }
static bool is_on_or_off(struct str value) { return str_equal(value, STR("on")) || str_equal(value, STR("off")); }

static bool is_llm_url(struct str value)
{
    struct str why;
    return https_url_check(value, &why) == RC_OK;
}

static bool is_dialect(struct str value)
{
    return str_equal(value, STR("openrouter")) || str_equal(value, STR("openai"));
}

static bool is_price_pair(struct str value)
{
    struct price price;
    return price_from_pair(value, &price) == RC_OK;
}

/* Dollars with at most two decimals. */
static bool is_dollars(struct str value)
{
    struct str cents = value, whole = str_cut(&cents, '.');
    if (!is_between(whole, 0, 1000000) || whole.ptr[0] == '-')
        return false;
    return str_is_none(cents) || (cents.len <= 2 && cents.ptr[0] != '-' && is_between(cents, 0, 99));
}

static bool is_link_keys(struct str value)
{
    struct token_keys keys;
    return keys_read_links(value, &keys) == RC_OK;
}
static bool is_suppression_key(struct str value)
{
    struct hash_key key;
    return keys_read_suppression(value, &key) == RC_OK;
}

static bool is_readable_file(struct str value)
{
    char *path = str_dup(value);
    bool readable = access(path, R_OK) == 0;
    mem_free(path);
    return readable;
}

static bool is_clock(struct str value)
{
    int64_t instant;
    return str_equal(value, STR("real")) || time_from_text(value, &instant) == RC_OK;
}

static bool is_log_level(struct str value)
{
    enum log_level level;
    return log_level_from(value, &level) == RC_OK;
}

#define AN_ADDRESS "an email address such as hello@fernwood.example"
#define A_URL "an absolute http or https URL"

const struct config_variable CONFIG_VARIABLES[CONFIG_KEYS] = {
    [CONFIG_DATA] = {"REKINDLE_DATA", "./data", CONFIG_OPEN, "folder of the database, the keys and the maildir",
                     "a folder", NULL},
    [CONFIG_STORE] = {"REKINDLE_STORE", "sqlite", CONFIG_OPEN, "where records are kept",
                      "sqlite (DynamoDB comes in its own version)", is_store},
    [CONFIG_LISTEN] = {"REKINDLE_LISTEN", "127.0.0.1:8080", CONFIG_OPEN, "address and port of the API and the console",
                       "address:port, such as 127.0.0.1:8080", is_listen},
    [CONFIG_PUBLIC_LISTEN] =
        {"REKINDLE_PUBLIC_LISTEN", NULL, CONFIG_OPEN,
         "one more address and port that serves only /u, /c, /why and /hooks, so that the console stays "
         "private",
         "address:port, such as 0.0.0.0:8081", is_listen},
    [CONFIG_PUBLIC_URL] = {"REKINDLE_PUBLIC_URL", NULL, CONFIG_OPEN,
                           "base of the links in emails; http://LISTEN when not set", A_URL, is_url},
    [CONFIG_SHOP_NAME] = {"REKINDLE_SHOP_NAME", NULL, CONFIG_OPEN, "who writes: the shop's name", "a text", NULL},
    [CONFIG_SHOP_URL] = {"REKINDLE_SHOP_URL", NULL, CONFIG_OPEN, "the shop's own address on the web", A_URL, is_url},
    [CONFIG_POSTAL_ADDRESS] = {"REKINDLE_POSTAL_ADDRESS", NULL, CONFIG_OPEN,
                               "the shop's postal address, in every email", "a text", NULL},
    [CONFIG_SHOP_CURRENCY] = {"REKINDLE_SHOP_CURRENCY", "USD", CONFIG_OPEN,
                              "the shop's currency, fixed at the first import", "an ISO 4217 code such as EUR",
                              is_currency},
    [CONFIG_SHOP_TIME_ZONE] = {"REKINDLE_SHOP_TIME_ZONE", "UTC", CONFIG_OPEN,
                               "the shop's time zone, fixed at the first import; a day is a day there",
                               "an IANA time zone such as Europe/Berlin", is_zone},
    [CONFIG_MAIL_URL] = {"REKINDLE_MAIL_URL", "rehearsal", CONFIG_SECRET_USERINFO,
                         "the relay that takes our mail, or rehearsal: mail stays in DATA/maildir",
                         "rehearsal, smtp://user:password@host:587 or smtps://user:password@host:465, with what is "
                         "special percent-encoded",
                         is_mail_url},
    [CONFIG_MAIL_FROM] = {"REKINDLE_MAIL_FROM", NULL, CONFIG_OPEN, "From address of our emails", AN_ADDRESS,
                          is_address},
    [CONFIG_MAIL_REPLY_TO] = {"REKINDLE_MAIL_REPLY_TO", NULL, CONFIG_OPEN,
                              "where answers go; the From address when not set", AN_ADDRESS, is_address},
    [CONFIG_BOUNCE_DOMAIN] = {"REKINDLE_BOUNCE_DOMAIN", NULL, CONFIG_OPEN,
                              "domain of the envelope sender, so that a bounce names its email",
                              "a domain such as bounce.fernwood.example", is_domain},
    [CONFIG_MAIL_PROVIDER] = {"REKINDLE_MAIL_PROVIDER", "none", CONFIG_OPEN,
                              "the provider behind the relay, so that a header lets its webhook name our email",
                              "none, postmark, sendgrid, mailgun, brevo or ses", is_provider},
    [CONFIG_MAIL_ONLY_TO] = {"REKINDLE_MAIL_ONLY_TO", NULL, CONFIG_OPEN,
                             "limits a live relay to these addresses or domains while trying out",
                             "addresses or domains with commas between them", is_reach_list},
    [CONFIG_MAIL_CONNECTIONS] = {"REKINDLE_MAIL_CONNECTIONS", "2", CONFIG_OPEN,
                                 "connections to the relay at a time at most", "a whole number from 1 to 32",
                                 is_connections},
    [CONFIG_MAIL_PER_MINUTE] = {"REKINDLE_MAIL_PER_MINUTE", "600", CONFIG_OPEN, "mails a minute to the relay at most",
                                "a whole number from 1 to 100000", is_rpm},
    [CONFIG_MAIL_DOMAIN_PER_MINUTE] = {"REKINDLE_MAIL_DOMAIN_PER_MINUTE", "120", CONFIG_OPEN,
                                       "mails a minute to one recipient domain at most",
                                       "a whole number from 1 to 100000", is_rpm},
    [CONFIG_MAIL_TIMEOUT_SECONDS] = {"REKINDLE_MAIL_TIMEOUT_SECONDS", "600", CONFIG_OPEN,
                                     "how long the relay may take for each answer; less leaves mails uncertain that a "
                                     "slow relay took",
                                     "a whole number from 1 to 3600", is_seconds},
    [CONFIG_BOUNCE_MAILBOX] =
        {"REKINDLE_BOUNCE_MAILBOX", NULL, CONFIG_SECRET_USERINFO,
         "the mailbox of the bounce domain, read for bounces, unsubscribes and complaints; or pipe, "
         "when a mail server runs `rekindle bounce`",
         "imaps://user:password@host/FOLDER, percent-encoded, or pipe", is_mailbox},
    [CONFIG_BOUNCE_MAILBOX_SECONDS] = {"REKINDLE_BOUNCE_MAILBOX_SECONDS", "60", CONFIG_OPEN,
                                       "between two looks into the bounce mailbox", "a whole number from 1 to 3600",
                                       is_seconds},
    [CONFIG_SES_TOPICS] = {"REKINDLE_SES_TOPICS", NULL, CONFIG_OPEN,
                           "SNS topics whose notices POST /hooks/ses takes; none when not set",
                           "topic ARNs with commas between them", is_topic_list},
    [CONFIG_WEBHOOK_URL] = {"REKINDLE_WEBHOOK_URL", NULL, CONFIG_OPEN,
                            "where unsubscribes, complaints and hard bounces are told to the shop's other tools",
                            "an https URL, or http to this machine, without a login in it", is_llm_url},
    [CONFIG_WEBHOOK_SECRET] = {"REKINDLE_WEBHOOK_SECRET", NULL, CONFIG_SECRET,
                               "key of the signatures of these webhooks; needed with the URL",
                               "whsec_ and the base64 of 24 bytes or more, or another text of 24 to 200 characters",
                               is_webhook_secret},
    [CONFIG_WRITER] = {"REKINDLE_WRITER", "openrouter", CONFIG_OPEN, "who writes the drafts; never switched by itself",
                       "openrouter or template", is_writer},
    [CONFIG_OPENROUTER_API_KEY] = {"OPENROUTER_API_KEY", NULL, CONFIG_SECRET, "key of the model service", "a text",
                                   NULL},
    [CONFIG_LLM_URL] = {"REKINDLE_LLM_URL", "https://openrouter.ai/api/v1", CONFIG_OPEN, "base of the model service",
                        "an https URL, or http to this machine, without a login in it", is_llm_url},
    [CONFIG_LLM_MODEL] = {"REKINDLE_LLM_MODEL", NULL, CONFIG_OPEN, "the one model", "a text", NULL},
    [CONFIG_LLM_PROVIDER] = {"REKINDLE_LLM_PROVIDER", NULL, CONFIG_OPEN, "the one provider, no fallbacks", "a text",
                             NULL},
    [CONFIG_LLM_RPM] = {"REKINDLE_LLM_RPM", "60", CONFIG_OPEN, "requests a minute to the model at most",
                        "a whole number from 1 to 100000", is_rpm},
    [CONFIG_LLM_CONCURRENCY] = {"REKINDLE_LLM_CONCURRENCY", "4", CONFIG_OPEN, "requests at a time to the model at most",
                                "a whole number from 1 to 64", is_concurrency},
    [CONFIG_LLM_DAILY_USD] = {"REKINDLE_LLM_DAILY_USD", "5.00", CONFIG_OPEN, "dollars a day for the model at most",
                              "dollars such as 5.00", is_dollars},
    [CONFIG_LLM_DIALECT] = {"REKINDLE_LLM_DIALECT", "openrouter", CONFIG_OPEN,
                            "what the model service speaks; openai is sent the standard fields alone",
                            "openrouter, or openai for any server that speaks its chat completions", is_dialect},
    [CONFIG_LLM_TPM] = {"REKINDLE_LLM_TPM", NULL, CONFIG_OPEN,
                        "tokens a minute to and from the model at most; no limit of ours when not set",
                        "a whole number from 1 to 1000000000", is_tpm},
    [CONFIG_LLM_MAX_PRICE] =
        {"REKINDLE_LLM_MAX_PRICE", "3,15", CONFIG_OPEN,
         "dollars a million prompt tokens, and completion tokens, at most; with the dialect openai: "
         "what they cost",
         "two prices such as 3,15", is_price_pair},
    [CONFIG_LLM_ZDR] = {"REKINDLE_LLM_ZDR", "on", CONFIG_OPEN, "only endpoints that retain nothing", "on or off",
                        is_on_or_off},
    [CONFIG_LLM_ALLOW_FREE] = {"REKINDLE_LLM_ALLOW_FREE", "off", CONFIG_OPEN,
                               "lets a :free model be used, whose providers may keep what they are sent: for made-up "
                               "clients alone",
                               "on or off", is_on_or_off},
    [CONFIG_LLM_IDLE_SECONDS] = {"REKINDLE_LLM_IDLE_SECONDS", "45", CONFIG_OPEN,
                                 "how long the model service may be silent during a request",
                                 "a whole number from 1 to 3600", is_seconds},
    [CONFIG_LLM_TOTAL_SECONDS] = {"REKINDLE_LLM_TOTAL_SECONDS", "120", CONFIG_OPEN,
                                  "how long a request to the model may take", "a whole number from 1 to 3600",
                                  is_seconds},
    [CONFIG_LLM_CHECK_SECONDS] =
        {"REKINDLE_LLM_CHECK_SECONDS", "60", CONFIG_OPEN,
         "between looks at a model service that was found unfit; ten times that while it is fit",
         "a whole number from 1 to 3600", is_seconds},
    [CONFIG_LINK_KEYS] = {"REKINDLE_LINK_KEYS", NULL, CONFIG_SECRET,
                          "keys of the links in emails, the newest first; DATA/keys/link.keys when not set",
                          "NUMBER:64 hex digits, more after commas; numbers from 1 to 255", is_link_keys},
    [CONFIG_SUPPRESSION_KEY] = {"REKINDLE_SUPPRESSION_KEY", NULL, CONFIG_SECRET,
                                "key of the hashes of people and suppressed addresses; never changes; "
                                "DATA/keys/suppression.key when not set",
                                "64 hex digits", is_suppression_key},
    [CONFIG_CA_FILE] = {"REKINDLE_CA_FILE", NULL, CONFIG_OPEN,
                        "CA certificates (PEM) for mail and model TLS, instead of the system's",
                        "a file that can be read", is_readable_file},
    [CONFIG_CLOCK] = {"REKINDLE_CLOCK", "real", CONFIG_OPEN, "real, or where a manual clock starts (demos and tests)",
                      "real or an instant such as 2026-11-24T09:12:00Z", is_clock},
    [CONFIG_LOG] = {"REKINDLE_LOG", "info", CONFIG_OPEN, "how much is logged", "error, warn, info or debug",
                    is_log_level},
};

const char *config_environment(void *ctx, const char *name)
{
    (void)ctx;
    return getenv(name);
}

static enum rc refuse(const struct config *config, enum config_key key, struct arena *arena, struct str *why)
{
    const struct config_variable *variable = &CONFIG_VARIABLES[key];
    struct str shown = config_shown(config, key, arena);
    if (!utf8_is_valid(shown) || utf8_has_control(shown))
        shown = STR("a text that cannot be shown");
    *why = arena_printf(arena, "%s is \"%.*s\": it must be %s", variable->name, STR_ARG(shown), variable->rule);
    return RC_INVALID;
}

enum rc config_set(struct config *config, enum config_key key, struct str text, struct arena *arena, struct str *why)
{
    const struct config_variable *variable = &CONFIG_VARIABLES[key];
    config->values[key].text = text;
    config->values[key].source = CONFIG_FROM_COMMAND;
    if (!utf8_is_valid(text) || utf8_has_control(text) || (variable->holds && !variable->holds(text)))
        return refuse(config, key, arena, why);
    return RC_OK;
}

enum rc config_read(config_lookup *lookup, void *ctx, struct arena *arena, struct config *out, struct str *why)
{
    for (int key = 0; key < CONFIG_KEYS; key++) {
        struct str text = str_of(lookup(ctx, CONFIG_VARIABLES[key].name));
        if (str_is_empty(text)) {
            out->values[key].text = str_of(CONFIG_VARIABLES[key].fallback);
            out->values[key].source = CONFIG_FROM_DEFAULT;
            continue;
        }
        enum rc rc = config_set(out, (enum config_key)key, text, arena, why);
        out->values[key].source = CONFIG_FROM_ENVIRONMENT;
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

int64_t config_i64(const struct config *config, enum config_key key)
{
    int64_t number = 0;
    (void)str_to_i64(config_text(config, key), &number); /* the variable's rule has seen to it */
    return number;
}

int64_t config_microusd(const struct config *config, enum config_key key)
{
    struct str cents = config_text(config, key), whole = str_cut(&cents, '.');
    int64_t dollars = 0, part = 0;
    (void)str_to_i64(whole, &dollars);
    (void)str_to_i64(cents, &part);
    return dollars * 1000000 + part * (cents.len == 1 ? 100000 : 10000);
}

bool config_is_on(const struct config *config, enum config_key key)
{
    return str_equal(config_text(config, key), STR("on"));
}

bool config_is_rehearsal(const struct config *config)
{
    return str_equal(config_text(config, CONFIG_MAIL_URL), STR("rehearsal"));
}

/* The model writer never becomes the built-in one by itself: what it lacks stops the start. */
static enum rc check_writer(const struct config *config, struct arena *arena, struct str *why)
{
    bool is_router = str_equal(config_text(config, CONFIG_LLM_DIALECT), STR("openrouter"));
    const struct {
        enum config_key key;
        bool needed;
        const char *what;
    } NEEDS[] = {{CONFIG_OPENROUTER_API_KEY, is_router, "the key of the model service"},
                 {CONFIG_LLM_MODEL, true, "the one model to ask, such as author/model-name"},
                 {CONFIG_LLM_PROVIDER, is_router, "the one provider that serves it, by its slug"}};
    if (str_equal(config_text(config, CONFIG_WRITER), STR("template")))
        return RC_OK;
    for (size_t i = 0; i < sizeof NEEDS / sizeof NEEDS[0]; i++) {
        if (!NEEDS[i].needed || !str_is_none(config_text(config, NEEDS[i].key)))
            continue;
        *why = arena_printf(arena,
                            "%s is not set: REKINDLE_WRITER=openrouter needs %s; set it, or set "
                            "REKINDLE_WRITER=template for the built-in writer",
                            CONFIG_VARIABLES[NEEDS[i].key].name, NEEDS[i].what);
        return RC_INVALID;
    }
    struct str model = config_text(config, CONFIG_LLM_MODEL);
    struct str fault = model_id_fault(model, config_is_on(config, CONFIG_LLM_ALLOW_FREE));
    if (str_is_none(fault))
        return RC_OK;
    *why = arena_printf(arena, "REKINDLE_LLM_MODEL is \"%.*s\": %.*s", STR_ARG(model), STR_ARG(fault));
    return RC_INVALID;
}

/* An unsigned event would be believed from anybody. */
static enum rc check_webhook(const struct config *config, struct arena *arena, struct str *why)
{
    if (str_is_none(config_text(config, CONFIG_WEBHOOK_URL)) ||
        !str_is_none(config_text(config, CONFIG_WEBHOOK_SECRET)))
        return RC_OK;
    *why = arena_printf(arena, "REKINDLE_WEBHOOK_SECRET is not set: with REKINDLE_WEBHOOK_URL it must be %s",
                        CONFIG_VARIABLES[CONFIG_WEBHOOK_SECRET].rule);
    return RC_INVALID;
}

/* Without a domain no address of ours has a token in it, and the mailbox would never hear of us. */
static enum rc check_mailbox(const struct config *config, struct arena *arena, struct str *why)
{
    if (str_is_none(config_text(config, CONFIG_BOUNCE_MAILBOX)) ||
        !str_is_none(config_text(config, CONFIG_BOUNCE_DOMAIN)))
        return RC_OK;
    *why = arena_printf(arena, "REKINDLE_BOUNCE_DOMAIN is not set: with REKINDLE_BOUNCE_MAILBOX it must be %s",
                        CONFIG_VARIABLES[CONFIG_BOUNCE_DOMAIN].rule);
    return RC_INVALID;
}

enum rc config_check_serve(const struct config *config, struct arena *arena, struct str *why)
{
    static const enum config_key WHO_WRITES[] = {CONFIG_SHOP_NAME, CONFIG_SHOP_URL, CONFIG_POSTAL_ADDRESS,
                                                 CONFIG_MAIL_FROM, CONFIG_PUBLIC_URL};
    enum rc rc = check_writer(config, arena, why);
    if (rc == RC_OK)
        rc = check_webhook(config, arena, why);
    if (rc == RC_OK)
        rc = check_mailbox(config, arena, why);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < sizeof WHO_WRITES / sizeof WHO_WRITES[0] && !config_is_rehearsal(config); i++) {
        if (!str_is_none(config_text(config, WHO_WRITES[i])))
            continue;
        *why = arena_printf(arena, "%s is not set: with a live REKINDLE_MAIL_URL it must be %s (%s)",
                            CONFIG_VARIABLES[WHO_WRITES[i]].name, CONFIG_VARIABLES[WHO_WRITES[i]].rule,
                            CONFIG_VARIABLES[WHO_WRITES[i]].meaning);
        return RC_INVALID;
    }
    return RC_OK;
}

/* The URL without what stands before its host; by the last @, since a password may hold one. */
static struct str without_userinfo(struct str url, struct arena *arena)
{
    size_t scheme = str_find(url, STR("://")), at = url.len;
    while (at > 0 && url.ptr[at - 1] != '@')
        at--;
    if (scheme == SIZE_MAX || at == 0)
        return url;
    return arena_printf(arena, "%.*s://***@%.*s", (int)scheme, url.ptr, (int)(url.len - at), url.ptr + at);
}

struct str config_shown(const struct config *config, enum config_key key, struct arena *arena)
{
    struct str text = config_text(config, key);
    if (str_is_none(text))
        return STR("");
    switch (CONFIG_VARIABLES[key].secrecy) {
    case CONFIG_SECRET: return STR("***");
    case CONFIG_SECRET_USERINFO: return without_userinfo(text, arena);
    case CONFIG_OPEN: break;
    }
    return text;
}

struct str config_public_url(const struct config *config, struct arena *arena)
{
    struct str url = config_text(config, CONFIG_PUBLIC_URL);
    if (str_is_none(url))
        return arena_printf(arena, "http://%.*s", STR_ARG(config_text(config, CONFIG_LISTEN)));
    while (url.len > 0 && url.ptr[url.len - 1] == '/')
        url.len--;
    return url;
}

int config_load(struct str data, struct arena *arena, struct config *config)
{
    struct str why = STR_NONE;
    enum rc rc = config_read(config_environment, NULL, arena, config, &why);
    if (rc == RC_OK && !str_is_none(data))
        rc = config_set(config, CONFIG_DATA, data, arena, &why);
    if (rc != RC_OK) {
        fprintf(stderr, "rekindle: %.*s\n", STR_ARG(why));
        return EXIT_USAGE;
    }
    enum log_level level = LOG_INFO;
    if (log_level_from(config_text(config, CONFIG_LOG), &level) == RC_OK)
        log_set_level(level);
    return EXIT_DONE;
}
