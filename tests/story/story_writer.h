/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A writer that answers as the story says, and a store that can be made to fail: what a model service and a dying process
 * look like from the step's side. Without a script it writes clean drafts (the template's) and bills `cost_microusd`. */
#ifndef REKINDLE_TESTS_STORY_WRITER_H
#define REKINDLE_TESTS_STORY_WRITER_H

#include "story.h"

#define STORY_CALLS_MAX 400

enum story_reply {
    SAYS_CLEAN,     /* a draft that passes */
    SAYS_HARD,      /* one that names a price */
    SAYS_UNREADABLE /* `raw` as it is; NULL: nothing */
};
struct story_answer {
    enum writer_outcome outcome;
    enum story_reply reply;
    const char *raw;
    enum writer_bill bill;
    int64_t cost_microusd; /* of a known bill; 0: the writer's usual one */
    int64_t retry_after_ms;
    const char *generation_id;
};
struct story_store {
    struct store port;
    struct lock lock;
    int64_t left; /* commits until all fail; INT64_MAX: none does */
    struct signal_count refused;
    struct story *story;
};
struct story_writer {
    struct writer port;
    struct lock lock;
    int64_t worst_microusd, cost_microusd;
    struct story_answer script[STORY_CALLS_MAX]; /* in turn, then `usual` for ever */
    size_t script_count, calls;
    struct story_answer usual;
    char *bodies[STORY_CALLS_MAX]; /* what left the house */
    enum rc admit;                 /* RC_OK, or what the next `admit_count` calls are told instead */
    size_t admit_count;
    int64_t admit_wait_ms;
    int64_t places;           /* held now: admitted, neither sent nor left */
    int64_t look_up_microusd; /* I64_NONE: not known */
    size_t look_ups;
    void (*while_thinking)(struct story *story); /* once, within the next call */
    struct story *story;
    struct story_store store;
};
/* Puts the writer into the story and starts its workers anew. A day's money is plenty unless the story says otherwise. */
struct story_writer *story_writer_use(struct story *story);
void story_writer_says(struct story_writer *writer, struct story_answer answer);

/* After `commits` more, no commit of the story's store succeeds: what the process decides is lost, as if it had died. */
void story_dies_after(struct story_writer *writer, int64_t commits);
/* Moves the clock to `day` and waits until a commit was refused (true), or all is done and none was. */
bool story_lives_until(struct story_writer *writer, double day);
/* The process that comes after it: the same data, commits succeed again. */
void story_comes_back(struct story_writer *writer);

#endif
