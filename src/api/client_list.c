/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GET /api/v1/clients. Every list follows an index of the store, never a score:
 * - without parameters: by due moment, then the clients that have none, by id;
 * - with `band`: by the moment at which the band ends;
 * - with `q`: those whose id begins so, then whose address, then whose name does.
 * What an index cannot say (`status`, parts of a band) is looked at record by record, at most SCAN_MAX of them a request; a
 * page that comes short for that has a cursor to go on with. */
#include "api/handlers.h"
#include "api/page.h"
#include "api/problem.h"
#include "api/view.h"
#include "base/utf8.h"
#include "core/record.h"

#define SCAN_MAX 1000

/* One index that a list walks; a list is a few of them, one after another. */
enum walk { WALK_DUE, WALK_REST, WALK_ENGAGED, WALK_STEADY, WALK_DRIFTING, WALK_LOST, WALK_ID, WALK_EMAIL, WALK_NAME };

struct plan {
    enum walk walks[3];
    size_t count;
};

struct listing {
    const struct request *request;
    struct view view;
    struct json_out out;
    struct plan plan;
    int status;      /* enum consent_status, -1 = any */
    int band;        /* enum score_band, -1 = any */
    struct str q;    /* as typed; absent without */
    struct str fold; /* folded */
    size_t left;     /* items still wanted */
    size_t scan;     /* records still allowed */
};

static const enum record_index INDEXES[] = {
    [WALK_DUE] = ENGAGEMENT_BY_DUE,
    [WALK_REST] = CLIENT_BY_ID,
    [WALK_ENGAGED] = ENGAGEMENT_BY_ENGAGED_UNTIL,
    [WALK_STEADY] = ENGAGEMENT_BY_DUE,
    [WALK_DRIFTING] = ENGAGEMENT_BY_LOST,
    [WALK_LOST] = ENGAGEMENT_BY_LOST,
    [WALK_ID] = CLIENT_BY_ID,
    [WALK_EMAIL] = CLIENT_BY_EMAIL,
    [WALK_NAME] = CLIENT_BY_NAME,
};

static struct store_query query_of(const struct listing *list, enum walk walk, struct str cursor)
{
    struct store_query query = STORE_QUERY(INDEXES[walk]);
    query.cursor = cursor;
    if (walk == WALK_ENGAGED || walk == WALK_STEADY || walk == WALK_DRIFTING)
        query.from = list->view.now + 1;
    if (walk == WALK_LOST)
        query.to = list->view.now + 1;
    if (walk == WALK_ID)
        query.prefix = list->q;
    if (walk == WALK_EMAIL || walk == WALK_NAME)
        query.prefix = list->fold;
    size_t want = list->left < list->scan ? list->left : list->scan;
    query.limit = want > STORE_LIST_MAX ? STORE_LIST_MAX : want;
    return query;
}

static bool begins(struct str text, struct str start) { return !str_is_none(text) && str_starts_with(text, start); }

/* Whether an earlier walk of the same search has shown the client already. */
static bool is_repeat(const struct listing *list, enum walk walk, const struct client *client)
{
    if (walk == WALK_EMAIL || walk == WALK_NAME) {
        if (begins(client->id, list->q))
            return true;
    }
    return walk == WALK_NAME && begins(client->email_folded, list->fold);
}

static bool is_wanted(const struct listing *list, enum walk walk, const struct client *client,
                      const struct engagement *engagement)
{
    if (list->status >= 0 && client->consent_status != list->status)
        return false;
    if (list->band >= 0 && view_band(&list->view, client, engagement) != (enum score_band)list->band)
        return false;
    if (walk == WALK_REST && engagement->due_at != TIME_NONE)
        return false;
    return !is_repeat(list, walk, client);
}

static void show(struct listing *list, const struct client *client, const struct engagement *engagement)
{
    view_client(&list->view, client, engagement, &list->out);
    list->left--;
}

static enum rc take_engagements(struct listing *list, enum walk walk, const struct store_page *page)
{
    const struct engagement *rows = page->items;
    for (size_t i = 0; i < page->count; i++) {
        struct client client;
        enum rc rc = store_get(list->view.env->store, RECORD_CLIENT, rows[i].client_id, list->view.arena, &client);
        if (rc == RC_NOT_FOUND) /* erased a moment ago */
            continue;
        if (rc != RC_OK)
            return rc;
        if (is_wanted(list, walk, &client, &rows[i]))
            show(list, &client, &rows[i]);
    }
    return RC_OK;
}

static enum rc take_clients(struct listing *list, enum walk walk, const struct store_page *page)
{
    const struct client *rows = page->items;
    for (size_t i = 0; i < page->count; i++) {
        struct engagement engagement;
        enum rc rc = view_engagement(&list->view, rows[i].id, &engagement);
        if (rc != RC_OK)
            return rc;
        if (is_wanted(list, walk, &rows[i], &engagement))
            show(list, &rows[i], &engagement);
    }
    return RC_OK;
}

/* One page of one walk. */
static enum rc step_walk(struct listing *list, enum walk walk, struct str *cursor)
{
    struct store_query query = query_of(list, walk, *cursor);
    struct store_page page;
    enum rc rc = store_list(list->view.env->store, &query, list->view.arena, &page);
    if (rc != RC_OK)
        return rc;
    list->scan -= page.count < list->scan ? page.count : list->scan;
    *cursor = page.cursor;
    bool clients = RECORD_INDEX_DEFS[INDEXES[walk]].kind == RECORD_CLIENT;
    return clients ? take_clients(list, walk, &page) : take_engagements(list, walk, &page);
}

/* Where a list stands: number of the walk, then the walk's own cursor (nothing = its beginning). */
static struct str join_cursor(struct listing *list, size_t walk, struct str cursor)
{
    struct buf text = {0}; /* not by printf: a cursor may hold any byte */
    buf_printf(&text, "%zu:", walk);
    buf_add(&text, cursor);
    struct str result = arena_str(list->view.arena, buf_str(&text));
    buf_clear(&text);
    return result;
}

static bool split_cursor(struct str text, const struct plan *plan, size_t *walk, struct str *cursor)
{
    int64_t number = 0;
    *walk = 0;
    *cursor = STR_NONE;
    if (str_is_none(text))
        return true;
    struct str head = str_cut(&text, ':');
    if (str_to_i64(head, &number) != RC_OK || number < 0 || (size_t)number >= plan->count || str_is_none(text))
        return false;
    *walk = (size_t)number;
    if (!str_is_empty(text))
        *cursor = text;
    return true;
}

/* Walks until the page is full, the budget is spent or the list ends. *next: where to go on. */
static enum rc walk_all(struct listing *list, struct str from, struct str *next)
{
    size_t walk;
    struct str cursor;
    *next = STR_NONE;
    if (!split_cursor(from, &list->plan, &walk, &cursor))
        return RC_INVALID;
    while (walk < list->plan.count) {
        if (list->left == 0 || list->scan == 0) {
            *next = join_cursor(list, walk, cursor);
            return RC_OK;
        }
        enum rc rc = step_walk(list, list->plan.walks[walk], &cursor);
        if (rc != RC_OK)
            return rc;
        if (str_is_none(cursor))
            walk++;
    }
    return RC_OK;
}

static struct plan plan_of(int band, bool searches)
{
    /* walks of one band may meet clients of its neighbours; is_wanted sorts them out */
    static const struct plan BY_BAND[] = {
        [BAND_NONE] = {{WALK_REST}, 1},     [BAND_ENGAGED] = {{WALK_ENGAGED}, 1},
        [BAND_STEADY] = {{WALK_STEADY}, 1}, [BAND_DRIFTING] = {{WALK_DRIFTING}, 1},
        [BAND_LOST] = {{WALK_LOST}, 1},
    };
    if (searches)
        return (struct plan){{WALK_ID, WALK_EMAIL, WALK_NAME}, 3};
    if (band >= 0)
        return BY_BAND[band];
    return (struct plan){{WALK_DUE, WALK_REST}, 2};
}

static bool read_filters(const struct request *request, struct response *response, struct listing *list)
{
    return query_word(request, response, "band", SCORE_BAND_WORDS, &list->band) &&
           query_word(request, response, "status", CONSENT_STATUS_WORDS, &list->status) &&
           query_text(request, response, "q", 100, &list->q);
}

void clients_list(const struct request *request, struct response *response, struct api *api)
{
    struct listing list = {.request = request, .scan = SCAN_MAX};
    struct page page;
    struct str next;
    if (!read_filters(request, response, &list))
        return;
    struct str filters = arena_printf(request->arena, "%d %d %.*s", list.band, list.status, STR_ARG(list.q));
    if (!page_read(request, response, filters, &page))
        return;
    list.plan = plan_of(list.band, !str_is_none(list.q));
    list.fold = str_is_none(list.q) ? STR_NONE : utf8_fold(list.q, request->arena);
    list.left = page.limit;
    enum rc rc = view_load(&api->env, request->arena, &list.view);
    page_begin(response, &list.out);
    if (rc == RC_OK)
        rc = walk_all(&list, page.cursor, &next);
    if (rc == RC_INVALID)
        problem_write(request, response, PROBLEM_MALFORMED,
                      PROBLEM(STR("?cursor"), "cursor", "must be the next_cursor of this list"));
    else if (rc != RC_OK)
        problem_from_rc(request, response, rc);
    else
        page_end(request, response, &page, &list.out, next);
}
