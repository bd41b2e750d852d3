/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/openrouter/vet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "adapter/openrouter/fault.h"
#include "adapter/openrouter/model_id.h"
#include "base/time_text.h"
#include "core/field.h"

#define STRUCTURED STR("structured_outputs")

void vet_init(struct vet *vet, const struct ask_terms *terms)
{
    memset(vet, 0, sizeof *vet);
    vet->price = terms->ceiling;
    vet->key_left_microusd = I64_NONE;
}

static void __attribute__((format(printf, 3, 4))) fail(struct vet *vet, enum vet_result result, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(vet->why, sizeof vet->why, format, args);
    va_end(args);
    vet->result = result;
}

void vet_unreached(struct vet *vet, const struct https_answer *end)
{
    if (vet->result != VET_FIT)
        return;
    if (end->end == HTTPS_UNTRUSTED)
        fail(vet, VET_UNFIT, "The model service is not trusted, %.*s: check REKINDLE_LLM_URL and REKINDLE_CA_FILE.",
             STR_ARG(end->why));
    else if (end->end == HTTPS_REFUSED)
        fail(vet, VET_UNFIT, "The model service cannot be asked: check REKINDLE_LLM_URL.");
    else
        fail(vet, VET_UNKNOWN, "The model service cannot be reached, %.*s: check REKINDLE_LLM_URL and the network.",
             STR_ARG(end->why));
}

/* What a status alone says; true when the document is there to be read. `missing` is what 404 means here. */
static bool may_read(struct vet *vet, int status, const struct json *document, const char *missing)
{
    struct fault fault;
    if (vet->result != VET_FIT)
        return false;
    if (status == 404) {
        fail(vet, VET_UNFIT, "%s", missing);
    } else if (status >= 300) {
        fault_judge(status, document, &fault);
        if (fault.outcome == WRITER_MISCONFIGURED)
            fail(vet, VET_UNFIT, "The model cannot be asked: %.*s.", STR_ARG(fault.words));
        else
            fail(vet, VET_UNKNOWN, "The model service answered the check with status %d.", status);
    } else if (!json_is(document, JSON_OBJECT)) {
        fail(vet, VET_UNKNOWN, "What answers at REKINDLE_LLM_URL is not the model service: it sends no JSON.");
    }
    return vet->result == VET_FIT;
}

void vet_key(struct vet *vet, int status, const struct json *document, int64_t wall_ms)
{
    if (!may_read(vet, status, document,
                  "The model service is not at REKINDLE_LLM_URL: it knows no keys there. For a server that speaks "
                  "OpenAI's dialect set REKINDLE_LLM_DIALECT=openai."))
        return;
    const struct json *data = json_get(document, "data"), *left = json_get(data, "limit_remaining");
    int64_t expires;
    struct str expires_at = json_get_str(data, "expires_at");
    if (!str_is_none(expires_at) && time_from_text(expires_at, &expires) == RC_OK && expires <= wall_ms)
        fail(vet, VET_UNFIT, "The key has expired: set OPENROUTER_API_KEY to a new one.");
    if (!json_is(left, JSON_INT) && !json_is(left, JSON_REAL))
        return;
    double dollars = json_number(left);
    vet->key_left_microusd = dollars > 0 && dollars < 1e9 ? (int64_t)(dollars * 1e6) : 0;
    if (vet->result == VET_FIT && dollars <= 0)
        fail(vet, VET_UNFIT,
             "The limit of the key itself is used up: raise the limit of OPENROUTER_API_KEY, or wait until it is "
             "reset.");
}

/* --- the endpoints of the model ------------------------------------------------------------------------------------ */

/* Letters and digits alone, in lower case: "Amazon Bedrock" is the provider "amazon-bedrock". */
static bool same_letters(struct str a, struct str b)
{
    size_t i = 0, j = 0;
    for (;;) {
        while (i < a.len && !((a.ptr[i] | 32) >= 'a' && (a.ptr[i] | 32) <= 'z') &&
               !(a.ptr[i] >= '0' && a.ptr[i] <= '9'))
            i++;
        while (j < b.len && !((b.ptr[j] | 32) >= 'a' && (b.ptr[j] | 32) <= 'z') &&
               !(b.ptr[j] >= '0' && b.ptr[j] <= '9'))
            j++;
        if (i == a.len || j == b.len)
            return i == a.len && j == b.len;
        if ((a.ptr[i++] | 32) != (b.ptr[j++] | 32))
            return false;
    }
}

/* An endpoint's tag is the provider's slug, with what tells its endpoints apart behind a slash: "deepinfra/fp8". */
static bool is_of_provider(const struct json *endpoint, struct str provider)
{
    struct str tag = json_get_str(endpoint, "tag"), rest = tag;
    if (!str_is_none(tag))
        return str_equal_nocase(tag, provider) || str_equal_nocase(str_cut(&rest, '/'), provider);
    return same_letters(json_get_str(endpoint, "provider_name"), provider);
}

static bool has_text(const struct json *list, struct str text)
{
    for (size_t i = 0; i < json_size(list); i++)
        if (str_equal(json_str(json_at(list, i)), text))
            return true;
    return false;
}

/* The prices of one endpoint; what it does not state is taken at the ceiling. */
static bool read_price(const struct json *endpoint, const struct price *ceiling, struct price *out)
{
    const struct json *pricing = json_get(endpoint, "pricing");
    *out = *ceiling;
    return price_from_json(json_get(pricing, "prompt"), &out->prompt_pico) != RC_INVALID &&
           price_from_json(json_get(pricing, "completion"), &out->completion_pico) != RC_INVALID &&
           price_from_json(json_get(pricing, "request"), &out->request_pico) != RC_INVALID;
}

struct found {
    int provider, structured, priced; /* endpoints that got so far */
    struct price cheapest, dearest;   /* too dear at the least, and of those that may serve us the dearest */
};

static void look_at_endpoint(const struct json *endpoint, const struct ask_terms *terms, struct found *found)
{
    struct price price;
    if (!is_of_provider(endpoint, terms->provider))
        return;
    found->provider++;
    if (!has_text(json_get(endpoint, "supported_parameters"), STRUCTURED))
        return;
    found->structured++;
    if (!read_price(endpoint, &terms->ceiling, &price))
        return;
    if (price.prompt_pico > terms->ceiling.prompt_pico || price.completion_pico > terms->ceiling.completion_pico) {
        if (found->cheapest.prompt_pico == 0 || price.prompt_pico < found->cheapest.prompt_pico)
            found->cheapest = price;
        return;
    }
    found->priced++;
    if (price.prompt_pico > found->dearest.prompt_pico)
        found->dearest.prompt_pico = price.prompt_pico;
    if (price.completion_pico > found->dearest.completion_pico)
        found->dearest.completion_pico = price.completion_pico;
    if (price.request_pico > found->dearest.request_pico)
        found->dearest.request_pico = price.request_pico;
}

static void judge_found(struct vet *vet, const struct found *found, const struct ask_terms *terms)
{
    int provider_len = (int)terms->provider.len, model_len = (int)terms->model.len;
    if (found->provider == 0)
        fail(vet, VET_UNFIT, "The provider %.*s does not serve %.*s: set REKINDLE_LLM_PROVIDER to one that does.",
             provider_len, terms->provider.ptr, model_len, terms->model.ptr);
    else if (found->structured == 0)
        fail(vet, VET_UNFIT,
             "%.*s has no structured output at %.*s: set REKINDLE_LLM_PROVIDER or REKINDLE_LLM_MODEL to one with it.",
             model_len, terms->model.ptr, provider_len, terms->provider.ptr);
    else if (found->priced == 0 && found->cheapest.prompt_pico + found->cheapest.completion_pico == 0)
        fail(vet, VET_UNFIT,
             "The provider %.*s states no price that can be read: set REKINDLE_LLM_PROVIDER to another.", provider_len,
             terms->provider.ptr);
    else if (found->priced == 0)
        fail(vet, VET_UNFIT,
             "%.*s at %.*s costs %.6g and %.6g USD a million tokens, more than REKINDLE_LLM_MAX_PRICE allows: raise it "
             "or choose another model.",
             model_len, terms->model.ptr, provider_len, terms->provider.ptr,
             price_per_million(found->cheapest.prompt_pico), price_per_million(found->cheapest.completion_pico));
    else
        vet->price = found->dearest;
}

void vet_endpoints(struct vet *vet, int status, const struct json *document, const struct ask_terms *terms)
{
    struct found found = {0};
    if (!may_read(vet, status, document,
                  "The model service does not know the model: set REKINDLE_LLM_MODEL to one it has."))
        return;
    const struct json *data = json_get(document, "data"), *endpoints = json_get(data, "endpoints");
    if (!json_is(endpoints, JSON_ARRAY)) {
        fail(vet, VET_UNKNOWN, "The model service did not say who serves the model.");
        return;
    }
    struct str canonical = json_get_str(data, "canonical_slug");
    if (canonical.len > 0 && canonical.len <= VET_NAME_BYTES)
        memcpy(vet->canonical, canonical.ptr, canonical.len);
    for (size_t i = 0; i < json_size(endpoints); i++)
        look_at_endpoint(json_at(endpoints, i), terms, &found);
    judge_found(vet, &found, terms);
}

void vet_models(struct vet *vet, int status, const struct json *document, const struct ask_terms *terms)
{
    if (!may_read(vet, status, document, "The model service is not at REKINDLE_LLM_URL: it lists no models there."))
        return;
    const struct json *data = json_get(document, "data");
    for (size_t i = 0; i < json_size(data); i++)
        if (str_equal_nocase(json_get_str(json_at(data, i), "id"), terms->model))
            return;
    fail(vet, VET_UNFIT, "The model service does not know the model: set REKINDLE_LLM_MODEL to one it has.");
}
