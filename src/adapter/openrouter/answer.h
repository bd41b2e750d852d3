/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Puts an answer together from what comes in: events of a stream or one JSON document, or an error in either. What is
 * read is capped, and nothing of the service's prose is kept. Knows no transport; one thread. */
#ifndef REKINDLE_ADAPTER_OPENROUTER_ANSWER_H
#define REKINDLE_ADAPTER_OPENROUTER_ANSWER_H

#include "adapter/openrouter/fault.h"
#include "adapter/openrouter/sse.h"
#include "base/buf.h"

#define ANSWER_STREAM_BYTES (1024 * 1024)
#define ANSWER_CONTENT_BYTES (64 * 1024)
#define ANSWER_ERROR_BYTES (64 * 1024)
#define ANSWER_NAME_BYTES 128

struct answer {
    struct sse sse;
    struct buf body;    /* an answer that is no stream, until its end */
    struct buf content; /* the model's text so far, at most ANSWER_CONTENT_BYTES */
    int status;         /* 0: no body byte came yet */
    bool is_stream;     /* said by the Content-Type */
    bool done;          /* [DONE] came */
    char id[ANSWER_NAME_BYTES + 1], model[ANSWER_NAME_BYTES + 1], provider[ANSWER_NAME_BYTES + 1];
    char finish[ANSWER_NAME_BYTES + 1];
    bool has_usage, has_cost, refused;
    int64_t prompt_tokens, completion_tokens, cost_microusd;
    bool failed; /* the service said an error, in `fault` */
    struct fault fault;
    struct str broken; /* why the answer is none that can be used; static memory, absent: nothing wrong so far */
};
void answer_init(struct answer *answer);
void answer_clear(struct answer *answer);
/* A header line: Content-Type and X-Generation-Id are looked at. */
void answer_header(struct answer *answer, struct str line);
/* Bytes of the body. False: nothing that comes could make it better (done, broken, failed). */
bool answer_feed(struct answer *answer, int status, struct str bytes);
/* The transfer has ended: `whole` regularly, else cut off. Judges an error or a document that is no stream. */
void answer_end(struct answer *answer, int status, bool whole);

#endif
