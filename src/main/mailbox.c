/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/mailbox.h"

#include <stdatomic.h>

#include "adapter/imap/imap.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "core/mime_read.h"
#include "step/notice_message.h"

enum {
    ROUND = 100,     /* messages for one connection */
    ROUNDS_MAX = 100 /* of one look: a server that keeps no marks would be read without end */
};

struct mailbox {
    struct imap *imap;
    const struct step_env *env;
    int64_t every_ms;
    struct thread thread;
    bool is_started;
    atomic_bool is_stopping;
    struct signal_count wake;
    struct lock lock; /* of what follows */
    char *why;        /* what the last look failed with; NULL: it went well */
};

/* What is settled is deleted, for it holds a person's address; what a person may want to see is left. */
static enum imap_verdict verdict_of(const struct notice_outcome *outcome)
{
    switch (outcome->result) {
    case NOTICE_RECORDED:
    case NOTICE_REPEATED:
    case NOTICE_OF_NO_EMAIL: return IMAP_TAKE;
    case NOTICE_SAYS_NOTHING: return outcome->bounce == BOUNCE_DELAYED ? IMAP_TAKE : IMAP_LEAVE;
    case NOTICE_WITHOUT_TOKEN:
    case NOTICE_UNREADABLE: break;
    }
    return IMAP_LEAVE;
}

static enum imap_verdict on_message(void *ctx, struct str message)
{
    const struct mailbox *mailbox = ctx;
    struct arena arena = {0};
    struct notice_outcome outcome;
    enum rc rc = notice_from_message(mailbox->env, STR("mailbox"), message, &arena, &outcome);
    if (rc != RC_OK && rc != RC_BUSY)
        log_error("mailbox_message_failed", "email=" LOG_STR " rc=%s", LOG_ARG(outcome.email_id), rc_name(rc));
    enum imap_verdict verdict = rc == RC_OK ? verdict_of(&outcome) : IMAP_LATER;
    arena_clear(&arena);
    return verdict;
}

/* Said once when it begins to fail, when it fails otherwise, and when it is well again; not at each look. */
static void note(struct mailbox *mailbox, enum rc rc, struct str why)
{
    lock_take(&mailbox->lock);
    bool is_news = rc == RC_OK ? mailbox->why != NULL : mailbox->why == NULL || !str_equal(str_of(mailbox->why), why);
    if (is_news) {
        mem_free(mailbox->why);
        mailbox->why = rc == RC_OK ? NULL : str_dup(why);
    }
    lock_drop(&mailbox->lock);
    if (is_news && rc == RC_OK)
        log_info("mailbox_well", "it can be read again");
    else if (is_news)
        log_warn("mailbox_failed", "why=" LOG_STR, LOG_ARG(why));
}

static void look(struct mailbox *mailbox)
{
    enum rc rc = RC_OK;
    size_t count = ROUND;
    struct str why;
    for (int rounds = 0; rounds < ROUNDS_MAX && rc == RC_OK && count == ROUND; rounds++)
        rc = imap_read(mailbox->imap, ROUND, on_message, mailbox, &count, &why);
    if (rc != RC_LIMITED)
        note(mailbox, rc == RC_BUSY ? RC_OK : rc, why);
}

static void run(void *ctx)
{
    struct mailbox *mailbox = ctx;
    while (!atomic_load(&mailbox->is_stopping)) {
        look(mailbox);
        signal_count_wait(&mailbox->wake, 0, mailbox->every_ms);
    }
}

enum rc mailbox_open(const struct config *config, const struct step_env *env, struct arena *arena, struct mailbox **out,
                     struct str *why)
{
    struct imap_options options = {.url = config_text(config, CONFIG_BOUNCE_MAILBOX),
                                   .ca_file = config_text(config, CONFIG_CA_FILE),
                                   .message_max = MIME_READ_MAX};
    struct imap *imap;
    struct str fault;
    *out = NULL;
    if (str_is_none(options.url) || str_equal(options.url, MAILBOX_IS_PIPE))
        return RC_OK;
    enum rc rc = imap_open(&options, &imap, &fault);
    if (rc != RC_OK) {
        *why = arena_printf(arena, "REKINDLE_BOUNCE_MAILBOX: %.*s", STR_ARG(fault));
        return rc;
    }
    struct mailbox *mailbox = mem_new(1, sizeof *mailbox);
    mailbox->imap = imap;
    mailbox->env = env;
    mailbox->every_ms = config_i64(config, CONFIG_BOUNCE_MAILBOX_SECONDS) * 1000;
    atomic_init(&mailbox->is_stopping, false);
    signal_count_init(&mailbox->wake);
    lock_init(&mailbox->lock);
    *out = mailbox;
    return RC_OK;
}

void mailbox_start(struct mailbox *mailbox)
{
    if (mailbox == NULL)
        return;
    thread_start(&mailbox->thread, "mailbox", run, mailbox);
    mailbox->is_started = true;
}

enum rc mailbox_check(struct mailbox *mailbox, struct arena *arena, struct str *why)
{
    lock_take(&mailbox->lock);
    bool is_well = mailbox->why == NULL;
    if (!is_well)
        *why = arena_printf(arena, "The bounce mailbox cannot be read: %s", mailbox->why);
    lock_drop(&mailbox->lock);
    return is_well ? RC_OK : RC_IO;
}

void mailbox_stop(struct mailbox *mailbox)
{
    if (mailbox == NULL || !mailbox->is_started)
        return;
    atomic_store(&mailbox->is_stopping, true);
    imap_stop(mailbox->imap);
    signal_count_bump(&mailbox->wake);
    thread_join(&mailbox->thread);
    mailbox->is_started = false;
}

void mailbox_close(struct mailbox *mailbox)
{
    if (mailbox == NULL)
        return;
    mailbox_stop(mailbox);
    imap_close(mailbox->imap);
    signal_count_clear(&mailbox->wake);
    lock_clear(&mailbox->lock);
    mem_free(mailbox->why);
    mem_free(mailbox);
}
