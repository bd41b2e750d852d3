/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Errors as RFC 9457 problems: one table of kinds, one table from enum rc to kind. Texts never repeat the input. */
#ifndef REKINDLE_API_PROBLEM_H
#define REKINDLE_API_PROBLEM_H

#include "api/request.h"
#include "core/field.h"

enum problem_kind {
    PROBLEM_MALFORMED,      /* 400 the bytes cannot be read, or a query parameter is wrong */
    PROBLEM_UNAUTHORIZED,   /* 401 */
    PROBLEM_FORBIDDEN,      /* 403 */
    PROBLEM_NOT_FOUND,      /* 404 */
    PROBLEM_METHOD,         /* 405 */
    PROBLEM_CONFLICT,       /* 409 */
    PROBLEM_STALE,          /* 412 */
    PROBLEM_TOO_LARGE,      /* 413 */
    PROBLEM_WRONG_TYPE,     /* 415 */
    PROBLEM_INVALID,        /* 422 */
    PROBLEM_NEEDS_IF_MATCH, /* 428 */
    PROBLEM_LIMITED,        /* 429 */
    PROBLEM_BROKEN,         /* 500 our fault */
    PROBLEM_UNAVAILABLE,    /* 503 */
    PROBLEM_KINDS
};

/* One entry of `errors`; texts static or in the arena. */
#define PROBLEM(where, word, text) ((struct problem){.pointer = where, .rule = STR(word), .detail = STR(text)})

/* Makes the response that problem, with one error. */
void problem_write(const struct request *request, struct response *response, enum problem_kind kind,
                   struct problem error);
/* The same with all that was found. */
void problem_write_all(const struct request *request, struct response *response, enum problem_kind kind,
                       const struct problems *problems);
/* The problem a result code stands for; RC_OK is a bug. Logs what a person must look at. */
void problem_from_rc(const struct request *request, struct response *response, enum rc rc);
/* 429 or 503 with Retry-After, in whole seconds rounded up. */
void problem_wait(const struct request *request, struct response *response, enum problem_kind kind, int64_t wait_ms);

#endif
