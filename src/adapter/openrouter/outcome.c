/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/openrouter/outcome.h"

#include "adapter/openrouter/model_id.h"

struct verdict {
    enum writer_outcome outcome;
    struct str words;
};

/* Nothing of the request left the house. */
static struct verdict unsent(const struct https_answer *end)
{
    if (end->end == HTTPS_UNTRUSTED)
        return (struct verdict){WRITER_MISCONFIGURED,
                                STR("the certificate of the model service is not trusted: check REKINDLE_LLM_URL and "
                                    "REKINDLE_CA_FILE")};
    if (end->end == HTTPS_REFUSED)
        return (struct verdict){WRITER_MISCONFIGURED, STR("the address of the model service cannot be used: check "
                                                          "REKINDLE_LLM_URL")};
    return (struct verdict){WRITER_UNAVAILABLE, STR("the model service could not be reached")};
}

/* The answer stopped before the model had finished. */
static struct verdict unfinished(const struct https_answer *end)
{
    switch (end->end) {
    case HTTPS_TIMED_OUT: return (struct verdict){WRITER_TIMED_OUT, STR("the model service did not answer in time")};
    case HTTPS_STOPPED: return (struct verdict){WRITER_TIMED_OUT, STR("Rekindle was stopped while the model wrote")};
    case HTTPS_TOO_LARGE: return (struct verdict){WRITER_BAD_REPLY, STR("the answer is too large")};
    case HTTPS_WHOLE:
    case HTTPS_ENOUGH: return (struct verdict){WRITER_BAD_REPLY, STR("the answer ended before the model had finished")};
    default: return (struct verdict){WRITER_TIMED_OUT, STR("the connection to the model service broke")};
    }
}

static struct verdict finished(const struct outcome_input *input)
{
    const struct answer *answer = input->answer;
    struct str finish = str_of(answer->finish);
    if (answer->refused)
        return (struct verdict){WRITER_REFUSED, STR("the model refused to write")};
    if (str_equal(finish, STR("content_filter")))
        return (struct verdict){WRITER_BAD_REPLY, STR("the answer is truncated: the provider's filter cut it")};
    if (str_equal(finish, STR("length")))
        return (struct verdict){WRITER_BAD_REPLY, STR("the answer is truncated: it reached the limit of tokens")};
    if (!str_equal(finish, STR("stop")))
        return (struct verdict){WRITER_BAD_REPLY, STR("the answer did not end as one that is whole")};
    bool must_name = input->terms->dialect == ASK_OPENROUTER || answer->model[0] != '\0';
    if (must_name && !model_id_matches(input->terms->model, input->canonical, str_of(answer->model)))
        return (struct verdict){WRITER_BAD_REPLY, STR("the answer comes from another model than the one asked")};
    if (answer->content.len == 0)
        return (struct verdict){WRITER_BAD_REPLY, STR("the answer has no text")};
    return (struct verdict){WRITER_ANSWERED, STR_NONE};
}

static struct verdict judge(const struct outcome_input *input)
{
    const struct answer *answer = input->answer;
    if (answer->failed)
        return (struct verdict){answer->fault.outcome, answer->fault.words};
    if (!input->end->sent)
        return unsent(input->end);
    if (!str_is_none(answer->broken))
        return (struct verdict){WRITER_BAD_REPLY, answer->broken};
    /* once the model has said that it is done, a connection that breaks after it takes nothing away */
    return answer->finish[0] == '\0' ? unfinished(input->end) : finished(input);
}

static void bill(const struct outcome_input *input, struct writer_reply *reply)
{
    const struct answer *answer = input->answer;
    bool ended = input->end->end == HTTPS_WHOLE || input->end->end == HTTPS_ENOUGH;
    reply->bill = WRITER_BILL_UNKNOWN;
    if (!input->end->sent) {
        reply->bill = WRITER_BILL_NOTHING;
    } else if (answer->has_cost) {
        reply->bill = WRITER_BILL_KNOWN;
        reply->cost_microusd = answer->cost_microusd;
    } else if (answer->has_usage && input->terms->dialect == ASK_OPENAI) {
        reply->bill = WRITER_BILL_KNOWN;
        reply->cost_microusd = price_cost_microusd(input->price, answer->prompt_tokens, answer->completion_tokens);
    } else if (answer->failed) {
        reply->bill = answer->fault.bill;
    } else if (ended && answer->finish[0] != '\0' && answer->content.len == 0 && str_is_none(answer->broken)) {
        reply->bill = WRITER_BILL_NOTHING; /* an answer that is whole and without a word is not charged */
    }
}

void outcome_judge(const struct outcome_input *input, struct arena *arena, struct writer_reply *reply)
{
    const struct answer *answer = input->answer;
    struct verdict verdict = judge(input);
    *reply = (struct writer_reply){.outcome = verdict.outcome,
                                   .error = verdict.words,
                                   .prompt_tokens = answer->prompt_tokens,
                                   .completion_tokens = answer->completion_tokens,
                                   .model = arena_str(arena, str_of(answer->model)),
                                   .provider = arena_str(arena, str_of(answer->provider)),
                                   .generation_id = arena_str(arena, str_of(answer->id)),
                                   .finish = arena_str(arena, str_of(answer->finish)),
                                   .latency_ms = input->end->latency_ms};
    if (answer->content.len > 0)
        reply->raw = arena_str(arena, buf_str(&answer->content));
    bill(input, reply);
    if (reply->outcome == WRITER_LIMITED || reply->outcome == WRITER_UNAVAILABLE)
        reply->retry_after_ms = input->retry_after_ms > answer->fault.retry_after_ms ? input->retry_after_ms
                                                                                     : answer->fault.retry_after_ms;
}

enum pace_result outcome_pace(const struct answer *answer, const struct writer_reply *reply)
{
    if (reply->outcome == WRITER_ANSWERED)
        return PACE_ANSWERED;
    if (answer->failed && answer->fault.slows)
        return PACE_OVERLOADED;
    bool missed = reply->outcome == WRITER_UNAVAILABLE || reply->outcome == WRITER_TIMED_OUT;
    return missed ? PACE_MISSED : PACE_TOLD;
}
