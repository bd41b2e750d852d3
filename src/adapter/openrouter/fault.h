/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a refusal of the service means, by one table. It goes by the codes of the answer, never by its prose; the words are
 * our own. Pure. */
#ifndef REKINDLE_ADAPTER_OPENROUTER_FAULT_H
#define REKINDLE_ADAPTER_OPENROUTER_FAULT_H

#include "base/json.h"
#include "core/call.h"

struct fault {
    enum writer_outcome outcome;
    enum writer_bill bill;  /* nothing, or unknown when somebody in between may have cut a call that went on */
    bool slows;             /* the service is overloaded: fewer calls at a time */
    int64_t retry_after_ms; /* as the body says it; 0: it does not */
    struct str words;       /* static memory */
};
/* `status` is the answer's; `document` its body, NULL when that is no JSON. An error inside a 200 is judged by its own
 * code. */
void fault_judge(int status, const struct json *document, struct fault *out);
/* The error object of an answer's body: NULL when there is none. */
const struct json *fault_error_of(const struct json *document);

#endif
