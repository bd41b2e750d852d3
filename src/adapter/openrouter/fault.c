/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rows are tried in their order, the most exact source first: availability, why and whose the limit is, what kind of
 * check stopped it, the stable vocabulary of error types, and only then the status. A row that is missing falls to the
 * status, a status that is missing to its hundred. */
#include "adapter/openrouter/fault.h"

#define ADD_CREDITS "add credits to the account of OPENROUTER_API_KEY"
#define CHECK_MODEL "check REKINDLE_LLM_MODEL, REKINDLE_LLM_PROVIDER, REKINDLE_LLM_MAX_PRICE and REKINDLE_LLM_ZDR"
#define STATUS_MAX 599

enum source {
    BY_AVAILABILITY, /* error.availability.code */
    BY_REASON,       /* error.metadata.reason */
    BY_LIMIT,        /* error.metadata.limit_source */
    BY_MEMBER,       /* error.metadata has this member */
    BY_TYPE,         /* error.metadata.error_type, or error.code when that is a word */
    BY_STATUS        /* one status, or a hundred: 4xx is 400..499 where no row names it */
};

struct row {
    enum source source;
    const char *code;
    int status;
    enum writer_outcome outcome;
    bool slows;
    struct str words;
};
#define WORD(source, code, outcome, slows, words)        \
    {                                                    \
        source, code, 0, outcome, slows, STR_INIT(words) \
    }
#define STATUS(status, outcome, slows, words)                    \
    {                                                            \
        BY_STATUS, NULL, status, outcome, slows, STR_INIT(words) \
    }

static const struct row ROWS[] = {
    WORD(BY_AVAILABILITY, "no_endpoints", WRITER_MISCONFIGURED, false,
         "no endpoint of the provider serves the model as asked: " CHECK_MODEL),
    WORD(BY_AVAILABILITY, "privacy_restricted", WRITER_MISCONFIGURED, false,
         "no endpoint keeps to the privacy asked for: choose another REKINDLE_LLM_PROVIDER, or look at the privacy "
         "settings of the account"),
    WORD(BY_AVAILABILITY, "constraint_filtered", WRITER_MISCONFIGURED, false,
         "no endpoint meets the terms asked for: " CHECK_MODEL),
    WORD(BY_AVAILABILITY, "model_deprecated", WRITER_MISCONFIGURED, false,
         "the model is no longer served: choose another REKINDLE_LLM_MODEL"),
    WORD(BY_REASON, "in_flight_budget_exhausted", WRITER_LIMITED, true,
         "the credits are held by requests under way; they come back as those end"),
    WORD(BY_REASON, "weight_exceeds_budget", WRITER_MISCONFIGURED, false,
         "the credits left do not cover one request: " ADD_CREDITS),
    WORD(BY_LIMIT, "openrouter_in_flight_budget", WRITER_LIMITED, true,
         "the credits are held by requests under way; they come back as those end"),
    WORD(BY_LIMIT, "openrouter_credits", WRITER_MISCONFIGURED, false, "the credits are used up: " ADD_CREDITS),
    WORD(BY_LIMIT, "openrouter_key_limit", WRITER_MISCONFIGURED, false,
         "the limit of OPENROUTER_API_KEY itself is used up: raise it, or wait until it is reset"),
    WORD(BY_MEMBER, "flagged_input", WRITER_REFUSED, false, "the service's moderation refused the request"),
    WORD(BY_MEMBER, "reasons", WRITER_REFUSED, false, "the service's moderation refused the request"),
    WORD(BY_MEMBER, "patterns", WRITER_REFUSED, false, "a guardrail of the account refused the request"),
    WORD(BY_TYPE, "context_length_exceeded", WRITER_REFUSED, false, "the request is too long for the model"),
    WORD(BY_TYPE, "max_tokens_exceeded", WRITER_REFUSED, false, "the request is too long for the model"),
    WORD(BY_TYPE, "content_policy_violation", WRITER_REFUSED, false, "the provider's content policy refused it"),
    WORD(BY_TYPE, "refusal", WRITER_REFUSED, false, "the model refused to write"),
    WORD(BY_TYPE, "invalid_request", WRITER_REFUSED, false, "the service calls the request invalid"),
    WORD(BY_TYPE, "authentication", WRITER_MISCONFIGURED, false,
         "the service does not accept the key: set OPENROUTER_API_KEY to one that is valid"),
    WORD(BY_TYPE, "insufficient_credits", WRITER_MISCONFIGURED, false, "the credits are used up: " ADD_CREDITS),
    WORD(BY_TYPE, "rate_limit_exceeded", WRITER_LIMITED, true, "the service says: too many requests"),
    WORD(BY_TYPE, "provider_overloaded", WRITER_LIMITED, true, "the provider is overloaded"),
    WORD(BY_TYPE, "temporarily_unavailable", WRITER_LIMITED, true, "the provider is not available for the moment"),
    WORD(BY_TYPE, "provider_unavailable", WRITER_UNAVAILABLE, false, "the provider cannot be reached"),
    WORD(BY_TYPE, "server_error", WRITER_UNAVAILABLE, false, "the service failed"),
    WORD(BY_TYPE, "server", WRITER_UNAVAILABLE, false, "the service failed"),
    WORD(BY_TYPE, "timeout", WRITER_UNAVAILABLE, false, "the provider did not answer the service in time"),
    STATUS(400, WRITER_REFUSED, false, "the service calls the request invalid"),
    STATUS(401, WRITER_MISCONFIGURED, false,
           "the service does not accept the key: set OPENROUTER_API_KEY to one that is valid"),
    STATUS(402, WRITER_MISCONFIGURED, false, "the credits are used up: " ADD_CREDITS),
    STATUS(403, WRITER_MISCONFIGURED, false,
           "the service does not let OPENROUTER_API_KEY ask: look at its limits and at the region of the account"),
    STATUS(404, WRITER_MISCONFIGURED, false,
           "the model or the address is not known there: check REKINDLE_LLM_MODEL and REKINDLE_LLM_URL"),
    STATUS(405, WRITER_MISCONFIGURED, false, "the address takes no completions: check REKINDLE_LLM_URL"),
    STATUS(408, WRITER_UNAVAILABLE, false, "the service says: the request took too long"),
    STATUS(409, WRITER_UNAVAILABLE, false, "the service asks to come again"),
    STATUS(425, WRITER_UNAVAILABLE, false, "the service asks to come again"),
    STATUS(429, WRITER_LIMITED, true, "the service says: too many requests"),
    STATUS(503, WRITER_LIMITED, true, "the provider is not available for the moment"),
    STATUS(524, WRITER_UNAVAILABLE, false, "the service's edge gave up waiting; it may have gone on"),
    STATUS(529, WRITER_UNAVAILABLE, true, "the provider is overloaded"),
    STATUS(300, WRITER_MISCONFIGURED, false,
           "the address leads elsewhere, and is not followed: check REKINDLE_LLM_URL"),
    STATUS(500, WRITER_UNAVAILABLE, false, "the service failed"),
};
enum { EDGE_TIMEOUT = 524 };

static const struct json *metadata_of(const struct json *error) { return json_get(error, "metadata"); }

static const struct json *availability_of(const struct json *error)
{
    const struct json *own = json_get(error, "availability");
    return own != NULL ? own : json_get(metadata_of(error), "availability");
}

const struct json *fault_error_of(const struct json *document)
{
    const struct json *error = json_get(document, "error");
    return json_is(error, JSON_OBJECT) ? error : NULL;
}

/* The word that a source holds in this error. */
static struct str word_of(enum source source, const struct json *error)
{
    switch (source) {
    case BY_AVAILABILITY: return json_get_str(availability_of(error), "code");
    case BY_REASON: return json_get_str(metadata_of(error), "reason");
    case BY_LIMIT: return json_get_str(metadata_of(error), "limit_source");
    case BY_TYPE:
        return str_is_none(json_get_str(metadata_of(error), "error_type"))
                   ? json_get_str(error, "code")
                   : json_get_str(metadata_of(error), "error_type");
    case BY_MEMBER:
    case BY_STATUS: break;
    }
    return STR_NONE;
}

/* A type may be written with "_error" behind it. */
static bool is_word(struct str said, const char *code)
{
    struct str known = str_of(code), suffix = STR("_error");
    if (str_equal(said, known))
        return true;
    return said.len == known.len + suffix.len && str_starts_with(said, known) && str_ends_with(said, suffix);
}

static bool row_fits(const struct row *row, const struct json *error, int status)
{
    if (row->source == BY_STATUS)
        return row->status == status;
    if (row->source == BY_MEMBER)
        return json_get(metadata_of(error), row->code) != NULL;
    return is_word(word_of(row->source, error), row->code);
}

static const struct row *find_row(const struct json *error, int status)
{
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        if (row_fits(&ROWS[i], error, status))
            return &ROWS[i];
    return NULL;
}

/* The status to go by: that of an error inside a 200 is its own code. */
static int effective_status(int status, const struct json *error)
{
    int64_t code = json_get_i64(error, "code", 0);
    return status < 300 && code > 0 && code <= STATUS_MAX ? (int)code : status;
}

void fault_judge(int status, const struct json *document, struct fault *out)
{
    const struct json *error = fault_error_of(document), *availability = availability_of(error);
    int effective = effective_status(status, error);
    const struct row *row = find_row(error, effective);
    bool may_come_again = json_get_bool(availability, "retryable");
    if (row == NULL && effective >= 300)
        row = find_row(NULL, effective / 100 * 100);
    /* a code that is not known here still says by itself whether to come again */
    if (row == NULL || (row->source == BY_STATUS && may_come_again && row->outcome != WRITER_LIMITED))
        row = find_row(NULL, 500);
    *out = (struct fault){.outcome = row->outcome, .slows = row->slows, .words = row->words};
    double seconds = json_get_real(availability, "retry_after", 0);
    if (seconds > 0 && seconds < 1e6)
        out->retry_after_ms = (int64_t)(seconds * 1000);
    if (effective == EDGE_TIMEOUT || (effective >= 500 && error == NULL))
        out->bill = WRITER_BILL_UNKNOWN; /* an error that the service itself states is not charged */
}
