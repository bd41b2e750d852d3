/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Names of models. Only a name that always means the same model may be asked for, and an answer must come from it. Pure. */
#ifndef REKINDLE_ADAPTER_OPENROUTER_MODEL_ID_H
#define REKINDLE_ADAPTER_OPENROUTER_MODEL_ID_H

#include <stdbool.h>

#include "base/str.h"

/* Absent when the name may be asked for; otherwise why not, in plain words (static memory): a router or a floating name
 * picks the model itself, `:online` sends the prompt to a search, and `:free` is served by those who keep what they are
 * sent, so that it is only for made-up clients (allow_free). */
struct str model_id_fault(struct str id, bool allow_free);
/* The name without the variant by which OpenRouter is told how to route it: "a/b:nitro" is "a/b". Other tags are part of
 * a name ("llama3:8b"). */
struct str model_id_base(struct str id);
/* Whether an answer that says it comes from `answered` comes from the model asked for: the same name, the same without
 * its variant, its canonical name (absent: unknown), or the name with a date behind it ("a/b-20260917", "a/b-2026-09-17",
 * "b-0613"), which is how one release of a model is written. */
bool model_id_matches(struct str asked, struct str canonical, struct str answered);

#endif
