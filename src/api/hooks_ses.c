/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* POST /hooks/ses: messages of Amazon SNS about mails sent through Amazon SES. No key: what lets a message in is Amazon's
 * signature over it, on a topic that the configuration names. Whatever is refused is refused with its reason, which is
 * logged once, and changes nothing. */
#include "api/handlers.h"
#include "api/hooks.h"
#include "api/problem.h"
#include "api/respond.h"
#include "base/log.h"
#include "base/metrics.h"
#include "core/ses.h"
#include "step/ses_subscription.h"

/* 4xx: SNS does not try again. `because`: what was found, for the log; may be absent. */
static void refuse(const struct request *request, struct response *response, const char *rule, struct str detail,
                   struct str because)
{
    bool malformed = str_equal(str_of(rule), STR("no_message"));
    struct problem error = {STR(""), str_of(rule), detail};
    log_warn("ses_refused", "why=%s because=" LOG_STR " request=" LOG_STR, rule, LOG_ARG(because),
             LOG_ARG(request->id));
    metrics_add("rekindle_ses_refused_total", NULL, 1);
    problem_write(request, response, malformed ? PROBLEM_MALFORMED : PROBLEM_FORBIDDEN, error);
}

static struct str sentence_of(enum sns_refusal refusal)
{
    static const char *const SENTENCES[] = {
        [SNS_FINE] = "",
        [SNS_NO_MESSAGE] = "is no message of SNS",
        [SNS_OLD_SIGNATURE] = "is not signed with SHA-256: set the topic's SignatureVersion to 2",
        [SNS_BAD_CERT_URL] = "names a certificate that is not the topic's",
        [SNS_OTHER_TOPIC] = "is of a topic that REKINDLE_SES_TOPICS does not name",
        [SNS_OUT_OF_TIME] = "was not made within the last hour",
        [SNS_BAD_CERTIFICATE] = "is signed by a certificate that is not Amazon's",
        [SNS_BAD_SIGNATURE] = "is not what was signed"};
    return str_of(SENTENCES[refusal]);
}

/* True when Amazon made the message, for a topic of ours, just now. */
static bool is_trusted(const struct request *request, struct response *response, struct api *api,
                       const struct json *body, struct sns_message *message)
{
    int64_t now = clock_wall(); /* Amazon's time is real, whatever the shop's clock says */
    struct str why = STR_NONE;
    enum rc rc = RC_OK;
    enum sns_refusal refusal = sns_read(body, message);
    if (refusal == SNS_FINE)
        refusal = sns_judge(message, api->options.ses_topics, now);
    if (refusal == SNS_FINE)
        rc = sns_trust_check(api->options.ses_trust, message, now, &refusal, &why);
    if (rc != RC_OK) { /* nothing is known of the message: SNS tries again */
        log_warn("ses_unchecked", "why=" LOG_STR " request=" LOG_STR, LOG_ARG(why), LOG_ARG(request->id));
        problem_wait(request, response, PROBLEM_UNAVAILABLE, 60 * TIME_SECOND_MS);
        return false;
    }
    if (refusal == SNS_FINE)
        return true;
    refuse(request, response, SNS_REFUSAL_WORDS[refusal], sentence_of(refusal), why);
    return false;
}

static void take_notice(const struct request *request, struct response *response, struct api *api,
                        const struct sns_message *message)
{
    struct report report;
    struct hook_tally tally;
    hook_tally_init(&tally, STR("ses"), 1, request->arena);
    enum rc rc = ses_read(message->message, request->arena, &report);
    if (rc == RC_OK) {
        rc = hook_record(api, &report, STR_NONE, request->arena, &tally);
    } else { /* other mail of the shop, a test message, an open */
        tally.ignored++;
        rc = RC_OK;
    }
    if (rc != RC_OK)
        problem_from_rc(request, response, rc);
    else
        hook_answer(request, response, &tally);
}

static void take_question(const struct request *request, struct response *response, struct api *api,
                          const struct sns_message *message)
{
    enum rc rc = ses_subscription_note(&api->env, message, request->arena);
    struct hook_tally tally;
    hook_tally_init(&tally, STR("ses"), 0, request->arena);
    tally.ignored = 1;
    if (rc == RC_INVALID)
        refuse(request, response, "bad_subscribe_url", STR("names an address that is not the topic's"), STR_NONE);
    else if (rc != RC_OK)
        problem_from_rc(request, response, rc);
    else
        hook_answer(request, response, &tally);
}

static void take(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    struct sns_message message;
    if (!is_trusted(request, response, api, body, &message))
        return;
    if (message.type == SNS_NOTIFICATION)
        take_notice(request, response, api, &message);
    else
        take_question(request, response, api, &message);
}

void hooks_ses(const struct request *request, struct response *response, struct api *api)
{
    struct json *body = NULL;
    if (!str_is_none(request_header(request, "x-amz-sns-rawdelivery"))) {
        refuse(request, response, "raw_delivery",
               STR("came without its signature: turn raw message delivery off for this subscription"), STR_NONE);
        return;
    }
    if (json_parse(request->body, &body, NULL) != RC_OK)
        refuse(request, response, SNS_REFUSAL_WORDS[SNS_NO_MESSAGE], sentence_of(SNS_NO_MESSAGE), STR_NONE);
    else
        take(request, response, api, body);
    json_free(body);
}
