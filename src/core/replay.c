/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rows are collected as they come, 24 bytes each, with the number of their client from a hash table; at the end they are
 * counted into place by client and put in order of day there, which files nearly always are already. */
#include "core/replay.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "core/field.h"

#define ROWS_FIRST 4096
#define IDS_FIRST 1024
#define DRAW_SEED UINT64_C(0x7265706c6179) /* any fixed number: the draw of an id is the same in every run */

struct replay_row {
    int64_t value_minor;
    uint32_t client; /* number in order of first appearance */
    int32_t day;
};
struct replay_id {
    struct str text; /* absent: free */
    uint64_t draw;
    uint32_t number;
};

static struct replay_id *find_id(struct replay_id *ids, size_t capacity, struct str text, uint64_t draw)
{
    for (size_t at = draw % capacity;; at = (at + 1) % capacity)
        if (str_is_none(ids[at].text) || (ids[at].draw == draw && str_equal(ids[at].text, text)))
            return &ids[at];
}

static void grow_ids(struct replay_builder *builder)
{
    size_t capacity = builder->id_capacity ? 2 * builder->id_capacity : IDS_FIRST;
    struct replay_id *ids = mem_new(capacity, sizeof *ids);
    for (size_t i = 0; i < builder->id_capacity; i++)
        if (!str_is_none(builder->ids[i].text))
            *find_id(ids, capacity, builder->ids[i].text, builder->ids[i].draw) = builder->ids[i];
    mem_free(builder->ids);
    builder->ids = ids;
    builder->id_capacity = capacity;
}

static uint32_t number_of(struct replay_builder *builder, struct str text)
{
    uint64_t draw = hash_mix(text, DRAW_SEED);
    if (2 * (builder->id_count + 1) > builder->id_capacity)
        grow_ids(builder);
    struct replay_id *id = find_id(builder->ids, builder->id_capacity, text, draw);
    if (str_is_none(id->text))
        *id = (struct replay_id){arena_str(&builder->texts, text), draw, (uint32_t)builder->id_count++};
    return id->number;
}

void replay_add(struct replay_builder *builder, struct str client_id, int32_t day, int64_t value_minor)
{
    if (builder->row_count == builder->row_capacity) {
        builder->row_capacity = builder->row_capacity ? 2 * builder->row_capacity : ROWS_FIRST;
        builder->rows = mem_resize(builder->rows, builder->row_capacity, sizeof *builder->rows);
    }
    uint32_t client = number_of(builder, client_id);
    builder->rows[builder->row_count++] = (struct replay_row){value_minor, client, day};
}

static int by_draw(const void *a, const void *b)
{
    const struct replay_id *x = a, *y = b;
    if (x->draw != y->draw)
        return x->draw < y->draw ? -1 : 1;
    return str_compare(x->text, y->text);
}

/* place[number] = where the client stands by its draw. */
static uint32_t *places(struct replay_builder *builder)
{
    size_t count = 0;
    for (size_t i = 0; i < builder->id_capacity; i++)
        if (!str_is_none(builder->ids[i].text))
            builder->ids[count++] = builder->ids[i];
    uint32_t *place = mem_new(count, sizeof *place);
    if (count > 0)
        qsort(builder->ids, count, sizeof *builder->ids, by_draw);
    for (size_t i = 0; i < count; i++)
        place[builder->ids[i].number] = (uint32_t)i;
    return place;
}

/* Rows of one client in order of day; among equal days the order does not matter, their values are added. */
static void sort_days(struct replay_row *rows, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct replay_row row = rows[i];
        size_t at = i;
        for (; at > 0 && rows[at - 1].day > row.day; at--)
            rows[at] = rows[at - 1];
        rows[at] = row;
    }
}

static int by_day(const void *a, const void *b)
{
    const struct replay_row *x = a, *y = b;
    return (x->day > y->day) - (x->day < y->day);
}

static bool is_ascending(const struct replay_row *rows, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (rows[i - 1].day > rows[i].day)
            return false;
    return true;
}

/* One client's rows become visits at `visits`; returns how many. */
static size_t merge_days(struct replay_row *rows, size_t count, int32_t *day, int64_t *value)
{
    enum { FEW = 32 };
    size_t visits = 0;
    if (count <= FEW)
        sort_days(rows, count);
    else if (!is_ascending(rows, count))
        qsort(rows, count, sizeof *rows, by_day);
    for (size_t i = 0; i < count; i++) {
        if (visits == 0 || day[visits - 1] != rows[i].day) {
            day[visits] = rows[i].day;
            value[visits++] = rows[i].value_minor;
        } else if (value[visits - 1] == I64_NONE) {
            value[visits - 1] = rows[i].value_minor;
        } else if (rows[i].value_minor != I64_NONE) {
            value[visits - 1] += rows[i].value_minor;
        }
    }
    return visits;
}

/* Rows by client, in the order of their draws: a counting sort. `ends` becomes where each client's rows end. */
static struct replay_row *rows_by_client(const struct replay_builder *builder, const uint32_t *place, size_t *ends)
{
    struct replay_row *sorted = mem_new(builder->row_count, sizeof *sorted);
    for (size_t i = 0; i < builder->row_count; i++)
        ends[place[builder->rows[i].client]]++;
    for (size_t c = 0, sum = 0; c < builder->id_count; c++) {
        size_t count = ends[c];
        ends[c] = sum; /* begins here; counted up to its end below */
        sum += count;
    }
    for (size_t i = 0; i < builder->row_count; i++)
        sorted[ends[place[builder->rows[i].client]]++] = builder->rows[i];
    return sorted;
}

static void note_day(struct replay_history *history, int32_t first, int32_t last)
{
    if (history->from_day == REPLAY_DAY_NONE || first < history->from_day)
        history->from_day = first;
    if (history->to_day == REPLAY_DAY_NONE || last > history->to_day)
        history->to_day = last;
}

void replay_finish(struct replay_builder *builder, struct str currency, struct arena *arena, struct replay_history *out)
{
    size_t clients = builder->id_count, visits = 0;
    uint32_t *place = places(builder);
    size_t *ends = mem_new(clients, sizeof *ends);
    struct replay_row *rows = rows_by_client(builder, place, ends);
    uint32_t *first = arena_new(arena, clients + 1, sizeof *first);
    int32_t *day = arena_new(arena, builder->row_count, sizeof *day);
    int64_t *value = arena_new(arena, builder->row_count, sizeof *value);
    *out = (struct replay_history){.client_count = clients, .order_count = builder->row_count, .first = first};
    out->from_day = out->to_day = REPLAY_DAY_NONE;
    for (size_t c = 0; c < clients; c++) {
        size_t begin = c ? ends[c - 1] : 0;
        first[c] = (uint32_t)visits;
        visits += merge_days(rows + begin, ends[c] - begin, day + visits, value + visits);
        note_day(out, day[first[c]], day[visits - 1]);
    }
    first[clients] = (uint32_t)visits;
    out->visit_count = visits;
    out->day = day;
    out->value_minor = value;
    out->currency = arena_str(arena, currency);
    mem_free(rows);
    mem_free(ends);
    mem_free(place);
    replay_builder_clear(builder);
}

void replay_builder_clear(struct replay_builder *builder)
{
    mem_free(builder->rows);
    mem_free(builder->ids);
    arena_clear(&builder->texts);
    *builder = (struct replay_builder){.rows = NULL};
}

struct replay_history replay_sample(const struct replay_history *history, size_t clients)
{
    struct replay_history sample = *history;
    if (clients == 0 || clients >= history->client_count)
        return sample;
    sample.client_count = clients;
    sample.visit_count = history->first[clients];
    sample.order_count = sample.visit_count;
    return sample;
}
