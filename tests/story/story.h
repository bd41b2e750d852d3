/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Story tests: the whole circle in one process, with real worker threads, a manual clock, the built-in writer and a mailer
 * that does as it is told. The same stories run on every store; a story's name is what is promised. */
#ifndef REKINDLE_TESTS_STORY_H
#define REKINDLE_TESTS_STORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/thread.h"
#include "core/email.h"
#include "core/engagement.h"
#include "core/episode.h"
#include "step/env.h"
#include "step/review_email.h"
#include "step/worker.h"

/* What a runner gives: one back end, empty. */
struct story_backend {
    struct store *store;
    struct feed *feed;
    struct queue *queue;
    bool durable; /* the same data are there again after story_reopen */
};
void story_backend_open(struct story_backend *out, const char *folder);

/* A relay that answers what the story says: `next` results in turn, then RC_OK for ever. Keeps whom it was handed. */
#define STORY_MAILS_MAX 400
struct story_relay {
    struct mailer port;
    struct lock lock;
    enum rc next[16];
    enum reply_class next_class[16];
    size_t next_count, next_at;
    struct {
        char email_id[64], recipient[256];
    } mails[STORY_MAILS_MAX];
    size_t count;
};

/* The stories, by subject; each gives the number of failed ones. */
int notice_stories(void);
int mail_stories(void);
int delivery_stories(void);
int rights_stories(void);
int proof_stories(void);
int policy_stories(void);
int writing_stories(void);
int money_stories(void);
int audit_stories(void);
int noted_stories(void);
int offer_stories(void);
int tools_stories(void);
int bounce_stories(void);
#define STORY(name) cmocka_unit_test_setup_teardown(name, story_setup, story_teardown)

struct story {
    struct story_backend backend;
    struct step_env env;
    struct workers *workers;
    struct story_relay relay;
    struct writer *writer;  /* in place of the built-in one; closed with the story */
    struct store *front;    /* what the steps see in place of the back end's store; NULL: that itself */
    int64_t daily_microusd; /* the writer's money a day */
    int draft_threads;      /* 0: one */
    struct arena arena;     /* for the story's own reads */
    char folder[64];
};

/* Day 0 of every story is 2026-03-02 (a Monday), 00:00 UTC. */
#define STORY_DAY_0 1772409600000LL
#define DAY(n) (STORY_DAY_0 + (n)*86400000LL)

/* cmocka set-up and tear-down: *state is a struct story, its workers running, drafting on, no holdout. */
int story_setup(void **state);
int story_teardown(void **state);
/* Stops the workers and (on a durable store) opens the folder again, as a restart does. */
void story_stop(struct story *story);
void story_start(struct story *story);
void story_reopen(struct story *story);

void story_client(struct story *story, const char *id, const char *email);
/* One order through ingest, as the API would; id "o-CLIENT-DAY". Total 40.00 of a mug unless total_minor says otherwise. */
void story_order(struct story *story, const char *client, double day, int64_t total_minor);
/* Products of two categories, all in stock, so that a draft has something to say. */
void story_catalogue(struct story *story);
void story_report(struct story *story); /* an empty batch: the feed lives */
/* The clock to day `n` (fractions allowed), reporting the feed once a day on the way, everything settled. */
void story_to_day(struct story *story, double day);
void story_to_day_silently(struct story *story, double day);
/* Changes the policy as an admin would. */
void story_policy(struct story *story, void (*change)(struct policy *policy));

struct engagement story_engagement(struct story *story, const char *client);
/* Episodes of the client, newest first; *count. */
struct episode *story_episodes(struct story *story, const char *client, size_t *count);
struct episode story_episode(struct story *story,
                             const char *client);                  /* the newest; fails the test when there is none */
struct email story_email(struct story *story, const char *client); /* the newest */
size_t story_emails_in(struct story *story, enum email_status status);
int64_t story_counter(struct story *story, const char *id);
/* As a reviewer who has seen the email as it is now. */
struct email story_approve(struct story *story, const char *client);
/* A client with orders on days 0, 20, 40, 60 and then silence. Her due moment is STORY_DUE_DAY or a little later. */
void story_regular(struct story *story, const char *id);
/* The day of the client's due moment. */
double story_due_day(struct story *story, const char *client);

#endif
