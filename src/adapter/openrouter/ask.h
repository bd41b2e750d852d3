/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The exact bytes of a request: fixed terms that nothing in a prompt can change. Same input, same bytes. Pure. */
#ifndef REKINDLE_ADAPTER_OPENROUTER_ASK_H
#define REKINDLE_ADAPTER_OPENROUTER_ASK_H

#include "adapter/openrouter/price.h"
#include "base/buf.h"
#include "core/prompt.h"

#define ASK_COMPLETION_TOKENS 700 /* the longest draft that core/draft_limits.h allows, and its JSON */
#define ASK_TEMPERATURE 0.7

enum ask_dialect {
    ASK_OPENROUTER,
    ASK_OPENAI /* any server that speaks OpenAI's chat completions: standard fields alone */
};
struct ask_terms {
    enum ask_dialect dialect;
    struct str model, provider; /* provider: ASK_OPENROUTER alone */
    bool zdr;                   /* only endpoints that retain nothing */
    struct price ceiling;
};

/* Appends the JSON. */
void ask_write(const struct ask_terms *terms, const struct prompt *prompt, struct buf *out);
/* Prompt tokens of so many bytes, at worst as far as languages go: a token is three bytes or more. */
int64_t ask_prompt_tokens(size_t bytes);

#endif
