/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The two files of an evaluation, JSON Lines, gzipped or not. Briefs are read as a whole, replies one by one, so that a file of
 * any length needs the memory of one line. Both are held to their form: the first fault ends the reading with a sentence
 * that names file, line, field and rule, and never repeats the text. One thread. */
#ifndef REKINDLE_MAIN_EVAL_READ_H
#define REKINDLE_MAIN_EVAL_READ_H

#include "core/brief.h"
#include "core/policy.h"
#include "main/gzip_input.h"

#define EVAL_LINE_MAX (1024 * 1024) /* bytes of a line */

struct eval_brief {
    struct str id;
    struct brief brief;
    struct policy policy; /* the defaults with the brief's brand; without one there is no list of sign-offs */
};
struct eval_set {
    struct arena arena; /* of everything in it */
    struct eval_brief **items;
    size_t count, cap;
    size_t *slots; /* by id; 0 is free, else index + 1 */
    size_t slot_count;
};

enum eval_label { EVAL_UNLABELLED, EVAL_CLEAN, EVAL_PLANTED };
struct str eval_label_word(enum eval_label label); /* absent for an unlabelled one */

struct eval_reply {
    int64_t line;
    const struct eval_brief *brief;
    struct str raw;
    enum eval_label label;
    struct str class_name; /* what was planted; empty when the file does not say */
};

struct eval_lines {
    const char *path; /* "-" is stdin */
    struct gzip_input *input;
    struct buf held;
    size_t at;      /* of held: where the next line begins */
    int64_t number; /* of the last line given, from 1 */
    bool ended;
};
/* RC_IO with *why. eval_close in any case. */
enum rc eval_open(const char *path, struct eval_lines *lines, struct arena *arena, struct str *why);
void eval_close(struct eval_lines *lines);

/* RC_INVALID (a line will not do, or an id comes twice), RC_IO, RC_CORRUPT; *why in the set's arena. eval_set_clear in any case. */
enum rc eval_read_briefs(const char *path, struct eval_set *set, struct str *why);
void eval_set_clear(struct eval_set *set);
const struct eval_brief *eval_set_find(const struct eval_set *set, struct str id); /* NULL when there is none */

/* The next reply, its texts in the arena. RC_NOT_FOUND at the end; others as above, *why in the arena. */
enum rc eval_next_reply(struct eval_lines *lines, const struct eval_set *set, struct arena *arena,
                        struct eval_reply *out, struct str *why);

#endif
