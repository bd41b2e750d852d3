/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* See wire.h. Every refusal is a sentence that says what to do. */
#include "main/wire.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "adapter/maildir/maildir.h"
#include "adapter/sqlite/sqlite.h"
#include "adapter/webhook/webhook.h"
#include "api/live.h"
#include "base/log.h"
#include "base/time_text.h"
#include "core/mime.h"
#include "core/provider.h"
#include "core/records_small.h"
#include "main/backup.h"
#include "main/keys.h"
#include "main/writer_port.h"
#include "step/admin_acts.h"
#include "step/ingest.h"
#include "step/mail_pace.h"
#include "step/shop_jobs.h"

enum { SCORE_THREADS = 2, STEP_THREADS = 1 };

/* A message needs a From even when it stays here: a shop that only rehearses need not have set one. */
#define REHEARSAL_FROM STR("rehearsal@rekindle.invalid")

/* Host of a URL such as smtp://USER:SECRET@HOST:PORT; absent for what is none. */
static struct str host_of(struct str url)
{
    size_t begin = str_find(url, STR("://"));
    if (begin == SIZE_MAX)
        return STR_NONE;
    struct str rest = {url.ptr + begin + 3, url.len - begin - 3}, host = str_cut(&rest, '/'), after = host;
    while (str_find(after, STR("@")) != SIZE_MAX) {
        str_cut(&after, '@');
        host = after;
    }
    return str_cut(&host, ':');
}

/* Who runs the model, when it is somebody else. */
static struct str model_host(const struct config *config)
{
    struct str host = host_of(config_text(config, CONFIG_LLM_URL));
    bool here = str_equal(host, STR("localhost")) || str_equal(host, STR("[")) || str_starts_with(host, STR("127."));
    return here || str_equal(config_text(config, CONFIG_WRITER), STR("template")) ? STR_NONE : host;
}

static struct shop shop_from(const struct config *config, struct arena *arena)
{
    struct str mail_from = config_text(config, CONFIG_MAIL_FROM);
    return (struct shop){
        .name = config_text(config, CONFIG_SHOP_NAME),
        .url = config_text(config, CONFIG_SHOP_URL),
        .postal_address = config_text(config, CONFIG_POSTAL_ADDRESS),
        .currency = config_text(config, CONFIG_SHOP_CURRENCY),
        .time_zone = config_text(config, CONFIG_SHOP_TIME_ZONE),
        .public_url = config_public_url(config, arena),
        .mail_from = str_is_empty(mail_from) && config_is_rehearsal(config) ? REHEARSAL_FROM : mail_from,
        .mail_reply_to = config_text(config, CONFIG_MAIL_REPLY_TO),
        .bounce_domain = config_text(config, CONFIG_BOUNCE_DOMAIN),
        .mail_provider = field_enum_from(PROVIDER_WORDS, config_text(config, CONFIG_MAIL_PROVIDER)),
        .reads_mailbox = !str_is_none(config_text(config, CONFIG_BOUNCE_MAILBOX)),
        .has_webhook = !str_is_none(config_text(config, CONFIG_WEBHOOK_URL)),
        .mail_relay = config_is_rehearsal(config) ? STR_NONE : host_of(config_text(config, CONFIG_MAIL_URL)),
        .model_host = model_host(config),
        .mail_only_to = config_text(config, CONFIG_MAIL_ONLY_TO),
    };
}

static enum rc open_store(struct wired *wired, struct str *why)
{
    struct sqlite_backend *backend = NULL;
    enum rc rc = sqlite_open(wired->folder.path, &backend, why);
    if (rc != RC_OK) {
        *why = arena_str(&wired->arena, *why);
        return rc == RC_BUSY ? RC_IO : rc; /* our own lock says the folder is free: this is no server's */
    }
    wired->backend = backend;
    wired->env.store = sqlite_store(backend);
    wired->env.feed = sqlite_feed(backend);
    wired->env.queue = sqlite_queue(backend);
    return RC_OK;
}

/* A manual clock never goes back: it starts at the later of its setting and where it stood. */
static enum rc open_clock(struct wired *wired, struct str *why)
{
    int64_t start, stood;
    struct str text = config_text(wired->config, CONFIG_CLOCK), kept;
    if (time_from_text(text, &start) != RC_OK) {
        wired->env.clock = clock_new_real();
        return RC_OK;
    }
    enum rc rc = env_setting(&wired->env, SETTING_CLOCK, &wired->arena, &kept);
    if (rc == RC_OK && str_to_i64(kept, &stood) == RC_OK && stood > start)
        start = stood;
    if (rc != RC_OK && rc != RC_NOT_FOUND) {
        *why = STR("cannot read where the manual clock stood");
        return rc;
    }
    wired->env.clock = clock_new_manual(start);
    return RC_OK;
}

static enum rc hold_fingerprint(struct wired *wired, struct str *why)
{
    struct str kept, ours = keys_fingerprint(&wired->env.suppression_key, &wired->arena);
    ours = arena_printf(&wired->arena, "\"%.*s\"", STR_ARG(ours));
    enum rc rc = env_setting(&wired->env, SETTING_KEY_FINGERPRINT, &wired->arena, &kept);
    if (rc == RC_OK && str_equal(kept, ours))
        return RC_OK;
    if (rc == RC_OK) {
        *why =
            STR("the suppression key is not the one this database was made with, so its list of people who must not be "
                "mailed cannot be read: put the right keys/suppression.key back, or set REKINDLE_SUPPRESSION_KEY");
        return RC_DENIED;
    }
    if (rc != RC_NOT_FOUND)
        return rc;
    struct setting setting = {.id = SETTING_KEY_FINGERPRINT, .value = ours, .updated_at = clock_now(wired->env.clock)};
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_SETTING, .record = &setting, .expect = STORE_ABSENT};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = setting.updated_at, .durable = true};
    return store_commit(wired->env.store, &batch);
}

/* True while no record has come in: currency and zone may still change. */
static bool is_blank(const struct step_env *env, struct arena *arena)
{
    const enum record_index indexes[] = {CLIENT_BY_ID, PRODUCT_BY_ID, ORDER_BY_TIME};
    for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++) {
        struct store_query query = STORE_QUERY(indexes[i]);
        struct store_page page;
        query.limit = 1;
        if (store_list(env->store, &query, arena, &page) != RC_OK || page.count > 0)
            return false;
    }
    return true;
}

static enum rc hold_shop(struct wired *wired, struct str *why)
{
    struct str fixed;
    enum rc rc = ingest_fix_shop(&wired->env, &wired->arena);
    if (rc != RC_CONFLICT)
        return rc;
    if (is_blank(&wired->env, &wired->arena)) {
        struct store_write write = {
            .op = STORE_DELETE, .kind = RECORD_SETTING, .key = SETTING_SHOP, .expect = STORE_ANY};
        struct store_batch batch = {.writes = &write, .write_count = 1, .now = clock_now(wired->env.clock)};
        rc = store_commit(wired->env.store, &batch);
        return rc == RC_OK ? ingest_fix_shop(&wired->env, &wired->arena) : rc;
    }
    if (env_setting(&wired->env, SETTING_SHOP, &wired->arena, &fixed) != RC_OK)
        fixed = STR("unknown");
    *why = arena_printf(&wired->arena,
                        "currency and time zone of the shop were fixed at the first import as %.*s: "
                        "REKINDLE_SHOP_CURRENCY and REKINDLE_SHOP_TIME_ZONE must say the same",
                        STR_ARG(fixed));
    return RC_DENIED;
}

static enum rc open_parts(struct wired *wired, struct str *why)
{
    struct keys keys;
    enum rc rc = keys_load(wired->config, wired->folder.path, wired->folder.is_new, &wired->arena, &keys, why);
    if (rc != RC_OK)
        return rc;
    wired->env.suppression_key = keys.suppression;
    wired->env.link_keys = keys.links;
    if ((rc = open_store(wired, why)) != RC_OK || (rc = open_clock(wired, why)) != RC_OK)
        return rc;
    if ((rc = hold_fingerprint(wired, why)) != RC_OK)
        return rc;
    if ((rc = policy_ensure(&wired->env, &wired->arena)) != RC_OK)
        return rc;
    return hold_shop(wired, why);
}

/* Also of a shop that sends by now: what it rehearsed before is still there. */
static enum rc forget_kept(const struct kept_mail *kept, struct str email_id)
{
    const struct wired *wired = (const struct wired *)((const char *)kept - offsetof(struct wired, kept_mail));
    struct arena arena = {0};
    enum rc rc = maildir_remove(data_folder_file(&wired->folder, MAILDIR, &arena), email_id);
    arena_clear(&arena);
    return rc;
}

enum rc wire_store(const struct config *config, const char *command, struct wired *wired, struct folder_owner *owner,
                   struct str *why)
{
    *wired = (struct wired){.config = config, .folder = {.lock_fd = -1}};
    *why = STR_NONE;
    wired->env.shop = shop_from(config, &wired->arena);
    wired->env.rehearsal = config_is_rehearsal(config);
    wired->kept_mail.forget = forget_kept;
    wired->env.kept_mail = &wired->kept_mail;
    enum rc rc = data_folder_open(config_text(config, CONFIG_DATA), &wired->arena, &wired->folder, owner, why);
    if (rc != RC_OK)
        return rc;
    struct folder_owner self = {.pid = getpid(),
                                .command = str_of(command),
                                .currency = wired->env.shop.currency,
                                .time_zone = wired->env.shop.time_zone};
    rc = data_folder_describe(&wired->folder, &self);
    if (rc == RC_OK)
        rc = open_parts(wired, why);
    if (rc != RC_OK && str_is_none(*why))
        *why = arena_printf(&wired->arena, "the store cannot be used: %s", rc_name(rc));
    return rc;
}

static enum rc find_rehearsed(void *ctx, struct str email_id, struct arena *arena, struct str *message)
{
    return mail_ports_find(&((struct wired *)ctx)->mail, email_id, arena, message);
}
static enum rc check_mail(void *ctx, struct str *why) { return mail_ports_check(&((struct wired *)ctx)->mail, why); }
static enum rc check_mailbox(void *ctx, struct arena *arena, struct str *why)
{
    return mailbox_check(((struct wired *)ctx)->mailbox, arena, why);
}
static enum rc write_backup(void *ctx, const char *path, struct arena *arena, struct api_backup *out)
{
    return backup_write(ctx, path, arena, out);
}

static enum rc start_api(struct wired *wired, struct str *why)
{
    struct api_options options = {
        .listen = config_text(wired->config, CONFIG_LISTEN),
        .public_listen = config_text(wired->config, CONFIG_PUBLIC_LISTEN),
        .socket_path = str_of(data_folder_file(&wired->folder, SOCKET_FILE, &wired->arena)),
        .writer_kind = writer_port_kind(wired->config),
        .mailer_kind = wired->env.rehearsal ? "maildir" : "smtp",
        .ctx = wired,
        .maildir_find = wired->env.rehearsal ? find_rehearsed : NULL,
        .mailer_check = check_mail,
        .mailbox_check = wired->mailbox != NULL ? check_mailbox : NULL,
        .backup = write_backup,
    };
    ses_ports_fill(&wired->ses, wired->config, &options);
    enum rc rc = api_start(&wired->env, wired->workers, &options, &wired->api, why);
    if (rc != RC_OK)
        *why = arena_printf(&wired->arena, "cannot serve on %.*s: %.*s", STR_ARG(options.listen), STR_ARG(*why));
    return rc;
}

static enum rc open_notifier(struct wired *wired, struct str *why)
{
    struct webhook_options options = {.url = config_text(wired->config, CONFIG_WEBHOOK_URL),
                                      .secret = config_text(wired->config, CONFIG_WEBHOOK_SECRET),
                                      .ca_file = config_text(wired->config, CONFIG_CA_FILE)};
    if (str_is_none(options.url))
        return RC_OK;
    enum rc rc = webhook_open(&options, &wired->env.notifier, why);
    if (rc != RC_OK)
        *why = arena_printf(&wired->arena, "the webhook cannot be used: %.*s", STR_ARG(*why));
    return rc;
}

enum rc wire_serve(struct wired *wired, struct str *why)
{
    enum rc rc = shop_jobs_ensure(&wired->env, &wired->arena);
    if (rc != RC_OK) {
        *why = STR("the store cannot take the daily jobs");
        return rc;
    }
    if ((rc = mail_ports_open(wired->config, &wired->folder, &wired->arena, &wired->mail, why)) != RC_OK)
        return rc;
    if ((rc = writer_port_open(wired->config, &wired->arena, &wired->env.writer, why)) != RC_OK)
        return rc;
    if ((rc = open_notifier(wired, why)) != RC_OK)
        return rc;
    wired->env.llm_daily_microusd = config_microusd(wired->config, CONFIG_LLM_DAILY_USD);
    if ((rc = ses_ports_open(wired->config, &wired->arena, &wired->ses, why)) != RC_OK)
        return rc;
    if ((rc = mailbox_open(wired->config, &wired->env, &wired->arena, &wired->mailbox, why)) != RC_OK)
        return rc;
    wired->env.live = live_new();
    if (!wired->env.rehearsal)
        wired->env.pace = mail_pace_new(config_i64(wired->config, CONFIG_MAIL_PER_MINUTE),
                                        config_i64(wired->config, CONFIG_MAIL_DOMAIN_PER_MINUTE));
    mime_init(); /* before the threads that build messages */
    struct worker_options options = {.score_threads = SCORE_THREADS,
                                     .step_threads = STEP_THREADS,
                                     .draft_threads = writer_port_threads(wired->config),
                                     .mailers = wired->mail.senders,
                                     .mailer_count = wired->mail.sender_count};
    wired->workers = workers_start(&wired->env, &options);
    mailbox_start(wired->mailbox);
    return start_api(wired, why);
}

void unwire(struct wired *wired)
{
    ses_ports_stop(&wired->ses); /* else a handler would wait for Amazon's answer */
    api_stop(wired->api);
    if (wired->env.writer)
        wired->env.writer->vtable->stop(wired->env.writer); /* else a worker would wait for the model's answer */
    if (wired->env.notifier)
        wired->env.notifier->vtable->stop(wired->env.notifier);
    mailbox_close(wired->mailbox);
    workers_stop(wired->workers);
    ses_ports_close(&wired->ses);
    mail_ports_close(&wired->mail);
    live_free(wired->env.live);
    mail_pace_free(wired->env.pace);
    if (wired->env.writer)
        wired->env.writer->vtable->close(wired->env.writer);
    if (wired->env.notifier)
        wired->env.notifier->vtable->close(wired->env.notifier);
    if (wired->env.store)
        wired->env.store->vtable->close(wired->env.store);
    clock_free(wired->env.clock);
    data_folder_close(&wired->folder);
    arena_clear(&wired->arena);
    *wired = (struct wired){.folder = {.lock_fd = -1}};
}
