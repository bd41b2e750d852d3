/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The writer that asks a model: chat completions of OpenRouter, or of any server that speaks OpenAI's dialect. One model,
 * one provider, no fallback of any kind, and one try a call: the job queue is the only retry loop. The service is looked
 * at when the writer opens and every ten minutes; until it is found fit no draft is asked for, and when it is not the
 * writer is degraded and says what to set.
 *
 * The key is in memory and in the Authorization header, nowhere else: no log, no state, no error. Of an error of the
 * service only its codes are read; its prose, which may repeat the prompt, is dropped. */
#ifndef REKINDLE_ADAPTER_OPENROUTER_OPENROUTER_H
#define REKINDLE_ADAPTER_OPENROUTER_OPENROUTER_H

#include "adapter/openrouter/ask.h"
#include "port/writer.h"

struct openrouter_options {
    struct str url; /* base, such as https://openrouter.ai/api/v1 */
    struct str key; /* absent: no Authorization header */
    struct str ca_file;
    struct ask_terms terms; /* texts are copied */
    int64_t requests_per_minute, concurrency;
    int64_t tokens_per_minute; /* 0: no limit of ours */
    int64_t idle_ms, total_ms; /* 0: 45 s, 120 s */
    int64_t patience_ms;       /* how long admit may wait; 0: 10 s */
    int64_t check_ms;          /* between looks while degraded; 0: 60 s; ten times that while all is well */
};

/* RC_INVALID with the reason for a person in *why (static memory). Starts the checking thread. Closed by its close. */
enum rc openrouter_open(const struct openrouter_options *options, struct writer **out, struct str *why);

#endif
