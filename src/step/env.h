/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a step may reach: the ports, the shop and the keys. Filled once by main/wire.c, then constant; any thread. Each
 * worker has its own copy when it owns a mailer. */
#ifndef REKINDLE_STEP_ENV_H
#define REKINDLE_STEP_ENV_H

#include "base/clock.h"
#include "base/hash.h"
#include "core/client.h"
#include "core/policy.h"
#include "core/token.h"
#include "port/feed.h"
#include "port/live.h"
#include "port/mailer.h"
#include "port/notifier.h"
#include "port/queue.h"
#include "port/store.h"
#include "port/writer.h"

/* Who writes; from the configuration. Texts outlive the env. */
struct shop {
    struct str name, url, postal_address;
    struct str currency, time_zone;
    struct str public_url; /* base of links in emails, no trailing slash */
    struct str mail_from, mail_reply_to;
    struct str bounce_domain; /* VERP envelope domain; absent: envelope from is mail_from */
    int mail_provider;        /* enum provider (core/provider.h): who is told our token in a header of its own */
    bool reads_mailbox;       /* the mailbox of bounce_domain is read: the unsubscribe address may be printed */
    bool has_webhook;         /* other tools are told of unsubscribes, complaints and hard bounces */
    struct str mail_relay;    /* host of the relay, as people are told who carries their mail; absent in rehearsal */
    struct str model_host;    /* host of the model's service, for the same; absent without one or on this machine */
    struct str mail_only_to;  /* comma list of addresses or domains a live relay may reach; absent = all */
};

/* Mail kept on this machine (the maildir of rehearsals): erasure takes the file of an email out. Any thread. */
struct kept_mail {
    enum rc (*forget)(const struct kept_mail *kept, struct str email_id); /* RC_OK also when there is none; RC_IO */
};

/* The policy as this thread last read it: a body is parsed once a version. `(struct policy_cache){0}` is empty. */
struct policy_cache {
    struct policy policy; /* version 0: none yet */
    struct arena arena;
};
void policy_cache_clear(struct policy_cache *cache);

struct mail_pace;
struct step_env {
    struct clock *clock;
    struct store *store;
    struct feed *feed;
    struct queue *queue;
    struct writer *writer;             /* NULL in commands that draft nothing */
    struct mailer *mailer;             /* NULL outside send workers */
    struct notifier *notifier;         /* NULL: no webhook is configured */
    struct mail_pace *pace;            /* of all send workers together (step/mail_pace.h); NULL: none is kept */
    struct live *live;                 /* NULL: nobody listens */
    const struct kept_mail *kept_mail; /* NULL: none is kept */
    struct shop shop;
    struct hash_key suppression_key; /* never rotates: person ids and suppressions */
    struct token_keys link_keys;
    int64_t llm_daily_microusd;    /* cap of a UTC day on what the writer may cost */
    bool rehearsal;                /* mail does not leave the machine */
    struct policy_cache *policies; /* a worker's own; NULL: the policy is parsed each time it is read */
};

/* Keyed hash of the normalised address, hex: the person's id and the suppression's key. "c:" + client id without address. */
struct str env_person(const struct step_env *env, struct str email, struct str client_id, struct arena *arena);
/* The policy in force with defaults filled in (version 0 defaults never occur after wire has made the shop). */
enum rc env_policy(const struct step_env *env, struct arena *arena, struct policy *out);
/* Setting `id` as parsed JSON (caller frees), RC_NOT_FOUND. And its write, to be put in a batch. */
enum rc env_setting(const struct step_env *env, struct str id, struct arena *arena, struct str *value);
/* A new UUIDv7 for now. */
struct str env_new_id(const struct step_env *env, struct arena *arena);
/* Publishes {id_name: id, "client_id": client_id} on the live bus, each only when given (id_name NULL, client_id absent);
 * does nothing without a bus. id_name: order_id, episode_id or email_id. */
void env_publish(const struct step_env *env, const char *event, const char *id_name, struct str id,
                 struct str client_id);

#define SETTING_RELAY_CURSOR STR("relay_cursor")
#define SETTING_KILL_SWITCH STR("kill_switch") /* {"on":bool,"reason":text,"by":text,"at":instant} */
#define SETTING_FEED_RATES STR("feed_rates")
#define SETTING_CLOCK STR("clock") /* manual clock's position, ms */
#define SETTING_KEY_FINGERPRINT STR("suppression_key")
#define SETTING_SHOP STR("shop")                 /* {"currency","time_zone"} fixed at the first import */
#define SETTING_REARM STR("rearm")               /* where the walk of JOB_REARM stands */
#define SETTING_REPLIES_WALK STR("replies_walk") /* how far the raw replies of old calls are cleared */

#endif
