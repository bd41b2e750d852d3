/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Each field of the request is one row, with the dialects that are sent it. What is never sent, in any dialect: `models`,
 * `route`, `fallbacks`, presets, `user`, `metadata`, and the headers that would list the shop in public rankings. */
#include "adapter/openrouter/ask.h"

enum { BOTH = 0, ROUTER_ONLY = 1, OPENAI_ONLY = 2 };

struct asking {
    const struct ask_terms *terms;
    const struct prompt *prompt;
    struct json_out *out;
};

static void put_model(const struct asking *a) { json_put_str(a->out, a->terms->model); }
static void put_tokens(const struct asking *a) { json_put_i64(a->out, ASK_COMPLETION_TOKENS); }
static void put_temperature(const struct asking *a) { json_put_real(a->out, ASK_TEMPERATURE); }
static void put_true(const struct asking *a) { json_put_bool(a->out, true); }

static void put_message(struct json_out *out, const char *role, struct str content)
{
    json_begin_object(out);
    json_pair_str(out, "role", str_of(role));
    json_pair_str(out, "content", content);
    json_end_object(out);
}

/* Instructions first and always the same bytes, so that a provider can keep them; data in a message of its own. */
static void put_messages(const struct asking *a)
{
    json_begin_array(a->out);
    put_message(a->out, "system", a->prompt->system);
    put_message(a->out, "user", a->prompt->user);
    json_end_array(a->out);
}

static void put_response_format(const struct asking *a)
{
    json_begin_object(a->out);
    json_pair_str(a->out, "type", STR("json_schema"));
    json_key(a->out, "json_schema");
    json_begin_object(a->out);
    json_pair_str(a->out, "name", STR(PROMPT_SCHEMA_NAME));
    json_pair_bool(a->out, "strict", true);
    json_key(a->out, "schema");
    json_put_raw(a->out, a->prompt->schema);
    json_end_object(a->out);
    json_end_object(a->out);
}

static void put_stream_options(const struct asking *a)
{
    json_begin_object(a->out);
    json_pair_bool(a->out, "include_usage", true);
    json_end_object(a->out);
}

static void put_provider(const struct asking *a)
{
    const struct ask_terms *terms = a->terms;
    json_begin_object(a->out);
    json_key(a->out, "only");
    json_begin_array(a->out);
    json_put_str(a->out, terms->provider);
    json_end_array(a->out);
    json_pair_bool(a->out, "allow_fallbacks", false);
    json_pair_bool(a->out, "require_parameters", true); /* else a response_format that is not supported is ignored */
    json_pair_str(a->out, "data_collection", STR("deny"));
    json_pair_bool(a->out, "zdr", terms->zdr);
    json_key(a->out, "max_price");
    json_begin_object(a->out);
    json_pair_real(a->out, "prompt", price_per_million(terms->ceiling.prompt_pico));
    json_pair_real(a->out, "completion", price_per_million(terms->ceiling.completion_pico));
    json_end_object(a->out);
    json_end_object(a->out);
}

/* Compression would drop the middle of a prompt; it is on by default for models with a small context. */
static void put_plugins(const struct asking *a)
{
    json_begin_array(a->out);
    json_begin_object(a->out);
    json_pair_str(a->out, "id", STR("context-compression"));
    json_pair_bool(a->out, "enabled", false);
    json_end_object(a->out);
    json_end_array(a->out);
}

static const struct {
    const char *name;
    int only;
    void (*put)(const struct asking *a);
} FIELDS[] = {
    {"model", BOTH, put_model},
    {"messages", BOTH, put_messages},
    {"response_format", BOTH, put_response_format},
    {"max_completion_tokens", ROUTER_ONLY, put_tokens},
    {"max_tokens", OPENAI_ONLY, put_tokens}, /* what self-hosted servers know */
    {"temperature", BOTH, put_temperature},
    {"stream", BOTH, put_true},
    {"stream_options", OPENAI_ONLY, put_stream_options}, /* the router always tells the usage */
    {"provider", ROUTER_ONLY, put_provider},
    {"plugins", ROUTER_ONLY, put_plugins},
};

void ask_write(const struct ask_terms *terms, const struct prompt *prompt, struct buf *out)
{
    struct json_out json;
    struct asking asking = {.terms = terms, .prompt = prompt, .out = &json};
    int mine = terms->dialect == ASK_OPENROUTER ? ROUTER_ONLY : OPENAI_ONLY;
    json_out_init(&json, out);
    json_begin_object(&json);
    for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++) {
        if (FIELDS[i].only != BOTH && FIELDS[i].only != mine)
            continue;
        json_key(&json, FIELDS[i].name);
        FIELDS[i].put(&asking);
    }
    json_end_object(&json);
}

int64_t ask_prompt_tokens(size_t bytes) { return ((int64_t)bytes + 2) / 3; }
