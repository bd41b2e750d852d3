/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/writer_port.h"

#include "adapter/openrouter/openrouter.h"
#include "adapter/template/template.h"

enum { TEMPLATE_THREADS = 2 };

static bool is_template(const struct config *config)
{
    return str_equal(config_text(config, CONFIG_WRITER), STR("template"));
}

const char *writer_port_kind(const struct config *config) { return is_template(config) ? "template" : "openrouter"; }

int writer_port_threads(const struct config *config)
{
    return is_template(config) ? TEMPLATE_THREADS : (int)config_i64(config, CONFIG_LLM_CONCURRENCY);
}

/* On which terms a model is asked; texts are the configuration's. */
static void read_terms(const struct config *config, struct ask_terms *out)
{
    bool is_openai = str_equal(config_text(config, CONFIG_LLM_DIALECT), STR("openai"));
    *out = (struct ask_terms){.dialect = is_openai ? ASK_OPENAI : ASK_OPENROUTER,
                              .model = config_text(config, CONFIG_LLM_MODEL),
                              .provider = is_openai ? STR_NONE : config_text(config, CONFIG_LLM_PROVIDER),
                              .zdr = config_is_on(config, CONFIG_LLM_ZDR)};
    (void)price_from_pair(config_text(config, CONFIG_LLM_MAX_PRICE), &out->ceiling); /* its rule has seen to it */
}

enum rc writer_port_open(const struct config *config, struct arena *arena, struct writer **out, struct str *why)
{
    struct openrouter_options options = {.url = config_text(config, CONFIG_LLM_URL),
                                         .key = config_text(config, CONFIG_OPENROUTER_API_KEY),
                                         .ca_file = config_text(config, CONFIG_CA_FILE),
                                         .requests_per_minute = config_i64(config, CONFIG_LLM_RPM),
                                         .tokens_per_minute = config_i64(config, CONFIG_LLM_TPM),
                                         .concurrency = config_i64(config, CONFIG_LLM_CONCURRENCY),
                                         .idle_ms = config_i64(config, CONFIG_LLM_IDLE_SECONDS) * 1000,
                                         .total_ms = config_i64(config, CONFIG_LLM_TOTAL_SECONDS) * 1000,
                                         .check_ms = config_i64(config, CONFIG_LLM_CHECK_SECONDS) * 1000};
    if (is_template(config)) {
        *out = template_writer();
        return RC_OK;
    }
    read_terms(config, &options.terms);
    enum rc rc = openrouter_open(&options, out, why);
    if (rc != RC_OK)
        *why = arena_printf(arena, "the model writer cannot be opened: %.*s", STR_ARG(*why));
    return rc;
}

enum rc writer_port_request(const struct config *config, const struct prompt *prompt, struct arena *arena,
                            struct str *body, struct str *why)
{
    struct ask_terms terms;
    struct buf text = {0};
    *body = STR("");
    if (is_template(config))
        return RC_OK;
    read_terms(config, &terms);
    bool no_model = str_is_none(terms.model),
         no_provider = terms.dialect == ASK_OPENROUTER && str_is_none(terms.provider);
    if (no_model || no_provider) {
        *why = arena_printf(arena, "%s is not set",
                            CONFIG_VARIABLES[no_model ? CONFIG_LLM_MODEL : CONFIG_LLM_PROVIDER].name);
        return RC_INVALID;
    }
    ask_write(&terms, prompt, &text);
    *body = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return RC_OK;
}
