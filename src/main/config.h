/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Configuration: environment variables only, one table of them (config.c). A variable set to nothing counts as not set.
 * Checked once at the start; after that constant, any thread. Policy is not configuration: it is a record edited in the
 * console. */
#ifndef REKINDLE_MAIN_CONFIG_H
#define REKINDLE_MAIN_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"

/* Value of REKINDLE_BOUNCE_MAILBOX: a mail server of this machine hands the messages over. */
#define MAILBOX_IS_PIPE STR("pipe")

enum config_key {
    CONFIG_DATA,
    CONFIG_STORE,
    CONFIG_LISTEN,
    CONFIG_PUBLIC_LISTEN,
    CONFIG_PUBLIC_URL,
    CONFIG_SHOP_NAME,
    CONFIG_SHOP_URL,
    CONFIG_POSTAL_ADDRESS,
    CONFIG_SHOP_CURRENCY,
    CONFIG_SHOP_TIME_ZONE,
    CONFIG_MAIL_URL,
    CONFIG_MAIL_FROM,
    CONFIG_MAIL_REPLY_TO,
    CONFIG_BOUNCE_DOMAIN,
    CONFIG_MAIL_PROVIDER,
    CONFIG_MAIL_ONLY_TO,
    CONFIG_MAIL_CONNECTIONS,
    CONFIG_MAIL_PER_MINUTE,
    CONFIG_MAIL_DOMAIN_PER_MINUTE,
    CONFIG_MAIL_TIMEOUT_SECONDS,
    CONFIG_BOUNCE_MAILBOX,
    CONFIG_BOUNCE_MAILBOX_SECONDS,
    CONFIG_SES_TOPICS,
    CONFIG_WEBHOOK_URL,
    CONFIG_WEBHOOK_SECRET,
    CONFIG_WRITER,
    CONFIG_OPENROUTER_API_KEY,
    CONFIG_LLM_URL,
    CONFIG_LLM_MODEL,
    CONFIG_LLM_PROVIDER,
    CONFIG_LLM_RPM,
    CONFIG_LLM_CONCURRENCY,
    CONFIG_LLM_DAILY_USD,
    CONFIG_LLM_DIALECT,
    CONFIG_LLM_TPM,
    CONFIG_LLM_MAX_PRICE,
    CONFIG_LLM_ZDR,
    CONFIG_LLM_ALLOW_FREE,
    CONFIG_LLM_IDLE_SECONDS,
    CONFIG_LLM_TOTAL_SECONDS,
    CONFIG_LLM_CHECK_SECONDS,
    CONFIG_LINK_KEYS,
    CONFIG_SUPPRESSION_KEY,
    CONFIG_CA_FILE,
    CONFIG_CLOCK,
    CONFIG_LOG,
    CONFIG_KEYS
};

enum config_secrecy { CONFIG_OPEN, CONFIG_SECRET, CONFIG_SECRET_USERINFO /* a URL: what stands before its @ */ };

struct config_variable {
    const char *name;
    const char *fallback; /* NULL: none */
    enum config_secrecy secrecy;
    const char *meaning;
    const char *rule;                /* what a value must be, as a phrase after "must be" */
    bool (*holds)(struct str value); /* NULL: any printable text */
};
extern const struct config_variable CONFIG_VARIABLES[CONFIG_KEYS];

enum config_source { CONFIG_FROM_DEFAULT, CONFIG_FROM_ENVIRONMENT, CONFIG_FROM_COMMAND };

struct config {
    struct {
        struct str text; /* absent when there is neither a value nor a default */
        enum config_source source;
    } values[CONFIG_KEYS];
};

/* Values by name: getenv, or a test's own. NULL when not set. */
typedef const char *config_lookup(void *ctx, const char *name);
/* The process's environment as a config_lookup; ctx is not used. */
const char *config_environment(void *ctx, const char *name);

/* Reads and checks every variable. RC_INVALID: *why (in the arena) names the first wrong one, its value (masked when
 * secret) and the rule. Texts are borrowed from the lookup. */
enum rc config_read(config_lookup *lookup, void *ctx, struct arena *arena, struct config *out, struct str *why);
/* A value that the command line gives; `text` is borrowed. RC_INVALID with *why as above. */
enum rc config_set(struct config *config, enum config_key key, struct str text, struct arena *arena, struct str *why);
/* The rules between variables that matter to `serve`: a live mail URL needs to know who writes, the model writer needs a
 * key, one model and one provider. RC_INVALID with *why. */
enum rc config_check_serve(const struct config *config, struct arena *arena, struct str *why);

static inline struct str config_text(const struct config *config, enum config_key key)
{
    return config->values[key].text;
}
/* A variable whose rule makes it a whole number; 0 when it is not set. */
int64_t config_i64(const struct config *config, enum config_key key);
/* A variable in dollars, as millionths; 0 when it is not set. */
int64_t config_microusd(const struct config *config, enum config_key key);
bool config_is_on(const struct config *config, enum config_key key);
/* True when mail stays on the machine. */
bool config_is_rehearsal(const struct config *config);
/* The value as it may be shown: secrets masked; absent as "". */
struct str config_shown(const struct config *config, enum config_key key, struct arena *arena);
/* REKINDLE_PUBLIC_URL without a slash at its end; http://LISTEN when it is not set. */
struct str config_public_url(const struct config *config, struct arena *arena);

/* Reads the environment into *config and sets the log level; on a fault says it on stderr and returns EXIT_USAGE, else
 * EXIT_DONE. `data` is the --data option: absent leaves REKINDLE_DATA. */
int config_load(struct str data, struct arena *arena, struct config *config);

#endif
