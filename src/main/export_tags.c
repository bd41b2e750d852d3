/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle export tags`: which clients other win-back flows are to leave out. */
#include "main/export_tags.h"

#include <stdio.h>

#include "main/access.h"
#include "main/command.h"
#include "main/options.h"
#include "step/tags.h"

/* Ids and our own words alone: nothing in a row needs quotes. */
static void print_row(void *ctx, const struct json *row)
{
    (void)ctx;
    printf("%.*s,%.*s,%.*s,%.*s\n", STR_ARG(json_get_str(row, "client_id")), STR_ARG(json_get_str(row, "tag")),
           STR_ARG(json_get_str(row, "episode_state")), STR_ARG(json_get_str(row, "since")));
}

static enum rc print_page(const struct step_env *env, const struct store_page *page, struct arena *arena)
{
    struct client_tag *tags;
    enum rc rc = tags_read(env, page, arena, &tags);
    for (size_t i = 0; rc == RC_OK && i < page->count; i++)
        printf("%.*s,%s,%.*s,%.*s\n", STR_ARG(tags[i].client_id), TAG_WORDS[tags[i].tag],
               STR_ARG(tags[i].episode_state),
               STR_ARG(tags[i].since == TIME_NONE ? STR_NONE : time_to_text(tags[i].since, arena)));
    return rc;
}

static int print_from_store(struct access *access)
{
    struct store_query query = STORE_QUERY(CLIENT_BY_ID);
    do {
        struct arena arena = {0};
        struct store_page page;
        enum rc rc = store_list(access->wired.env.store, &query, &arena, &page);
        if (rc == RC_OK)
            rc = print_page(&access->wired.env, &page, &arena);
        query.cursor = rc == RC_OK ? arena_str(&access->arena, page.cursor) : STR_NONE;
        arena_clear(&arena);
        if (rc != RC_OK)
            return access_fault("cannot read the clients", rc);
    } while (!str_is_none(query.cursor));
    return EXIT_DONE;
}

int export_tags(int argc, char **argv)
{
    struct str data = STR_NONE;
    const struct option_row rows[] = {
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data}};
    const struct usage usage = {
        .synopsis = "rekindle export tags [--data FOLDER]",
        .text =
            "CSV: client_id, tag (rekindle_holdout, rekindle_treated or none), episode_state, since. Clients with a\n"
            "tag are to be left out of other win-back flows, both tags alike: docs/integrate.md says why.",
        .rows = rows,
        .row_count = 1};
    int code = options_read(&usage, argc, argv, NULL);
    if (code != OPTIONS_CONTINUE)
        return code;
    struct access access;
    code = access_open(data, "export", true, &access);
    if (code == EXIT_DONE) {
        puts("client_id,tag,episode_state,since");
        code = access.server ? access_each(&access, "/api/v1/tags", CLIENT_BY_ID, print_row, NULL)
                             : print_from_store(&access);
    }
    access_close(&access);
    return code;
}
