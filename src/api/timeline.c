/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GET /api/v1/clients/{id}/timeline: orders, episodes, emails and the consent of one client in one list, newest first. Each
 * source is an index walked lazily; the heads are merged. The cursor is the last item shown: instant, source and id, so a
 * page goes on right behind it whatever came in meanwhile. */
#include "api/handlers.h"
#include "api/page.h"
#include "api/problem.h"
#include "core/email.h"
#include "core/episode.h"
#include "core/order.h"
#include "core/record.h"

enum source { SOURCE_ORDER, SOURCE_EPISODE, SOURCE_EMAIL, SOURCE_CONSENT, SOURCES };

/* At one instant the later word stands above: an email follows its episode, which follows the order. */
static const char *const SOURCE_WORDS[] = {"order", "episode", "email", "consent", NULL};
static const enum record_index SOURCE_INDEX[] =
    {[SOURCE_ORDER] = ORDER_BY_CLIENT, [SOURCE_EPISODE] = EPISODE_BY_CLIENT, [SOURCE_EMAIL] = EMAIL_BY_CLIENT};

struct item {
    int64_t at;
    enum source source;
    struct str id, title, status;
    int64_t amount_minor;
    struct str currency;
};

struct feeder { /* one source, standing at `head` */
    struct store_query query;
    struct store_page page;
    size_t at;
    bool begun, done;
    struct item head;
};

struct timeline {
    struct api *api;
    struct arena *arena;
    struct client client;
    struct feeder feeders[SOURCES];
    struct item after; /* the last item of the page before; at INT64_MAX without one */
};

/* Order of the list: greater stands above. */
static int compare(const struct item *a, const struct item *b)
{
    if (a->at != b->at)
        return a->at > b->at ? 1 : -1;
    if (a->source != b->source)
        return a->source > b->source ? 1 : -1;
    return str_compare(a->id, b->id);
}

static struct item order_item(const struct order *order, struct arena *arena)
{
    return (struct item){.at = order->ordered_at,
                         .source = SOURCE_ORDER,
                         .id = order->id,
                         .title = arena_printf(arena, "Order %.*s", STR_ARG(order->id)),
                         .status = field_enum_word(ORDER_STATUS_WORDS, order->status),
                         .amount_minor = order->total_minor,
                         .currency = order->currency};
}

static struct item episode_item(const struct episode *episode)
{
    static const struct str TITLES[] = {[STRATUM_DUE] = STR_INIT("Due moment"),
                                        [STRATUM_BACKLOG] = STR_INIT("Released from the backlog"),
                                        [STRATUM_FORCED] = STR_INIT("Draft asked for by staff")};
    return (struct item){.at = episode->opened_at,
                         .source = SOURCE_EPISODE,
                         .id = episode->id,
                         .title = TITLES[episode->stratum],
                         .status = field_enum_word(EPISODE_STATE_WORDS, episode->state),
                         .amount_minor = I64_NONE};
}

static struct item email_item(const struct email *email)
{
    return (struct item){.at = email->created_at,
                         .source = SOURCE_EMAIL,
                         .id = email->id,
                         .title = str_is_none(email->subject) ? STR("Email without a draft yet") : email->subject,
                         .status = field_enum_word(EMAIL_STATUS_WORDS, email->status),
                         .amount_minor = I64_NONE};
}

static struct item consent_item(const struct client *client)
{
    struct str title = client->consent_evidence;
    return (struct item){.at = client->consent_at,
                         .source = SOURCE_CONSENT,
                         .id = STR(""),
                         .title = str_is_empty(title) ? STR("Consent") : title,
                         .status = field_enum_word(CONSENT_STATUS_WORDS, client->consent_status),
                         .amount_minor = I64_NONE};
}

static struct item item_at(const struct timeline *line, enum source source, const struct feeder *feeder)
{
    switch (source) {
    case SOURCE_ORDER: return order_item(&((const struct order *)feeder->page.items)[feeder->at], line->arena);
    case SOURCE_EPISODE: return episode_item(&((const struct episode *)feeder->page.items)[feeder->at]);
    case SOURCE_EMAIL: return email_item(&((const struct email *)feeder->page.items)[feeder->at]);
    default: return consent_item(&line->client);
    }
}

/* Reads the first or the next page of a source; done when there is none. */
static enum rc refill(struct timeline *line, struct feeder *feeder)
{
    if (feeder->begun && str_is_none(feeder->page.cursor)) {
        feeder->done = true;
        return RC_OK;
    }
    feeder->query.cursor = feeder->begun ? feeder->page.cursor : STR_NONE;
    feeder->begun = true;
    feeder->at = 0;
    return store_list(line->api->env.store, &feeder->query, line->arena, &feeder->page);
}

static void advance_consent(struct timeline *line, struct feeder *feeder)
{
    feeder->head = consent_item(&line->client);
    feeder->done = feeder->begun || line->client.consent_at == TIME_NONE || compare(&feeder->head, &line->after) >= 0;
    feeder->begun = true;
}

/* Moves a source to its next item behind `after`. */
static enum rc advance(struct timeline *line, enum source source)
{
    struct feeder *feeder = &line->feeders[source];
    if (source == SOURCE_CONSENT) {
        advance_consent(line, feeder);
        return RC_OK;
    }
    while (!feeder->done) {
        if (!feeder->begun || feeder->at >= feeder->page.count) {
            enum rc rc = refill(line, feeder);
            if (rc != RC_OK)
                return rc;
            continue;
        }
        feeder->head = item_at(line, source, feeder);
        feeder->at++;
        if (compare(&feeder->head, &line->after) < 0)
            return RC_OK;
    }
    return RC_OK;
}

static enum rc begin(struct timeline *line, size_t limit)
{
    enum rc rc = RC_OK;
    for (int i = 0; i < SOURCES && rc == RC_OK; i++) {
        struct feeder *feeder = &line->feeders[i];
        if (i != SOURCE_CONSENT)
            feeder->query = (struct store_query)STORE_QUERY(SOURCE_INDEX[i]);
        feeder->query.equal = line->client.id;
        feeder->query.descending = true;
        feeder->query.limit = limit < STORE_LIST_MAX ? limit + 1 : STORE_LIST_MAX;
        feeder->query.to = line->after.at == INT64_MAX ? INT64_MAX : line->after.at + 1;
        rc = advance(line, (enum source)i);
    }
    return rc;
}

/* The source whose head stands highest, or SOURCES when all are done. */
static enum source highest(const struct timeline *line)
{
    enum source best = SOURCES;
    for (int i = 0; i < SOURCES; i++) {
        if (line->feeders[i].done)
            continue;
        if (best == SOURCES || compare(&line->feeders[i].head, &line->feeders[best].head) > 0)
            best = (enum source)i;
    }
    return best;
}

static void write_item(const struct timeline *line, const struct item *item, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "at", time_to_text(item->at, line->arena));
    json_pair_str(out, "kind", str_of(SOURCE_WORDS[item->source]));
    json_pair_str(out, "ref_id", str_is_empty(item->id) ? STR_NONE : item->id);
    json_pair_str(out, "title", item->title);
    json_pair_str(out, "status", item->status);
    json_key(out, "amount_minor");
    if (item->amount_minor == I64_NONE)
        json_put_null(out);
    else
        json_put_i64(out, item->amount_minor);
    json_pair_str(out, "currency", item->currency);
    json_end_object(out);
}

/* Cursor "AT SOURCE ID". */
static bool read_after(struct str text, struct item *after)
{
    int64_t source = 0;
    *after = (struct item){.at = INT64_MAX, .source = SOURCES, .id = STR("")};
    if (str_is_none(text))
        return true;
    struct str at = str_cut(&text, ' '), word = str_cut(&text, ' ');
    if (str_is_none(text) || str_to_i64(at, &after->at) != RC_OK || str_to_i64(word, &source) != RC_OK || source < 0 ||
        source >= SOURCES)
        return false;
    after->source = (enum source)source;
    after->id = text;
    return true;
}

static enum rc write_items(struct timeline *line, size_t limit, struct json_out *out, struct str *next)
{
    struct item last = {0};
    *next = STR_NONE;
    for (size_t i = 0; i <= limit; i++) {
        enum source source = highest(line);
        if (source == SOURCES)
            return RC_OK;
        if (i == limit) {
            *next = arena_printf(line->arena, "%lld %d %.*s", (long long)last.at, (int)last.source, STR_ARG(last.id));
            return RC_OK;
        }
        last = line->feeders[source].head;
        write_item(line, &last, out);
        enum rc rc = advance(line, source);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

void client_timeline(const struct request *request, struct response *response, struct api *api)
{
    struct timeline line = {.api = api, .arena = request->arena};
    struct page page;
    struct json_out out;
    struct str next;
    if (!page_read(request, response, STR(""), &page))
        return;
    if (!read_after(page.cursor, &line.after)) {
        problem_write(request, response, PROBLEM_MALFORMED,
                      PROBLEM(STR("?cursor"), "cursor", "must be the next_cursor of this list"));
        return;
    }
    enum rc rc = store_get(api->env.store, RECORD_CLIENT, request->param, request->arena, &line.client);
    if (rc == RC_OK)
        rc = begin(&line, page.limit);
    page_begin(response, &out);
    if (rc == RC_OK)
        rc = write_items(&line, page.limit, &out, &next);
    if (rc == RC_OK)
        page_end(request, response, &page, &out, next);
    else
        problem_from_rc(request, response, rc);
}
