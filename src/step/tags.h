/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The tags of clients, page by page, for the shop's other tools. */
#ifndef REKINDLE_STEP_TAGS_H
#define REKINDLE_STEP_TAGS_H

#include "core/tag.h"
#include "step/env.h"

struct client_tag {
    struct str client_id;
    enum tag tag;
    struct str episode_state; /* of the newest episode; absent when there is none */
    int64_t since;            /* when the arm was drawn; TIME_NONE without a tag */
};
/* The tags of a page of clients, by id: as many as the page has. In the arena. */
enum rc tags_read(const struct step_env *env, const struct store_page *clients, struct arena *arena,
                  struct client_tag **out);
/* {"client_id","tag","episode_state","since"} */
void tag_write(const struct client_tag *tag, struct arena *arena, struct json_out *out);

#endif
