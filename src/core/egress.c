/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/egress.h"

enum rc egress_search(struct str body, const struct prompt *prompt, const struct brief *brief,
                      const struct client *client, struct arena *arena, const char **kind)
{
    (void)body, (void)prompt, (void)brief, (void)client, (void)arena;
    *kind = NULL;
    return RC_OK;
}

struct str egress_manifest(const struct brief *brief, const struct prompt *prompt, struct arena *arena)
{
    (void)brief, (void)prompt, (void)arena;
    return STR("[]");
}
