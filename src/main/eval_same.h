/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Sameness of many drafts: subjects that come again, and how many different words the bodies have. */
#ifndef REKINDLE_MAIN_EVAL_SAME_H
#define REKINDLE_MAIN_EVAL_SAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define SAME_WINDOW 500      /* subjects a new one is compared with: the last ones */
#define SAME_GRAMS_MAX 96    /* letter triples of a subject that count */
#define SAME_NEAR 0.8        /* Jaccard similarity of the letter triples above which two subjects are near */
#define SAME_BODIES_MAX 1000 /* diversity falls with the number of texts: it is taken over so many, the first ones */
#define SAME_N_MAX 3

struct same_subject {
    uint64_t whole;                 /* hash of the words */
    uint64_t bits[2];               /* sketch of the triples: rules out most pairs at once */
    uint32_t grams[SAME_GRAMS_MAX]; /* sorted, each once */
    size_t gram_count;
};
struct hash_bag {
    uint64_t *slots; /* 0 is free */
    size_t count, cap;
};
struct same_counts {
    struct same_subject *window;   /* SAME_WINDOW of them, oldest overwritten */
    int64_t subjects, exact, near; /* exact: equal words; near: not equal to any, near to one of the window */
    struct hash_bag wholes;
    int64_t bodies;
    int64_t grams[SAME_N_MAX]; /* runs of 1, 2, 3 words in all bodies */
    struct hash_bag distinct[SAME_N_MAX];
};
void same_init(struct same_counts *same);
void same_clear(struct same_counts *same);
void same_add_subject(struct same_counts *same, struct str subject, struct arena *arena);
/* One body as its texts joined. */
void same_add_body(struct same_counts *same, struct str body, struct arena *arena);
/* Distinct runs of n words over all runs of n words (Li et al. 2016), NaN without one. */
double same_distinct(const struct same_counts *same, int n);

#endif
