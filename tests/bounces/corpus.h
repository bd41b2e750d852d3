/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Messages as mail systems send them back, made from the files beside this one: forms/NAME.eml are whole messages with
 * {places}; replies-NAME.tsv say what the servers said and what it means; words.tsv has the human parts in several
 * languages. The labels were set by hand from what these texts mean, before there was a classifier. */
#ifndef REKINDLE_TESTS_BOUNCES_CORPUS_H
#define REKINDLE_TESTS_BOUNCES_CORPUS_H

#include "base/arena.h"
#include "base/rand.h"
#include "base/str.h"

enum corpus_label { LABEL_HARD, LABEL_SOFT, LABEL_NONE, LABEL_DELIVERED, LABEL_COMPLAINT, LABEL_UNSUBSCRIBED };

/* Whose mail it is about. */
struct corpus_mail {
    struct str address;           /* recipient */
    struct str token;             /* of the envelope: b+TOKEN@bounce.shop.example */
    struct str unsubscribe_token; /* u+TOKEN@bounce.shop.example, and the link's */
};
struct corpus_message {
    enum corpus_label label;
    const char *form;
    struct str reply; /* the diagnostic it was made with; absent */
    struct str bytes;
};

struct corpus;
/* Reads all files; aborts the test when one is missing. Texts live in the arena. */
struct corpus *corpus_open(struct arena *arena);
size_t corpus_forms(void);
/* A form's number, seven times in ten one that reports a failure. */
size_t corpus_draw(struct rand_stream *stream);
/* One message of form number `form`, its variable parts drawn from `stream`. */
struct corpus_message corpus_make(const struct corpus *corpus, size_t form, const struct corpus_mail *mail,
                                  struct rand_stream *stream, struct arena *arena);

#endif
