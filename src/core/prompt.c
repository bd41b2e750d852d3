/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/prompt.h"

enum rc prompt_make(const struct prompt_input *input, struct arena *arena, struct prompt *out)
{
    (void)arena;
    *out = (struct prompt){.version = PROMPT_VERSION, .system = STR(""), .user = STR("{}"), .schema = STR("{}")};
    return input->brief->fact_count > 0 ? RC_OK : RC_INVALID;
}
