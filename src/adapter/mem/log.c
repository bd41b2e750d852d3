/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The change log of the memory adapter: an array in order of seq. A change is logged under the lock of the commit that
 * makes it, so readers see all changes of a commit or none. */
#include "adapter/mem/backend.h"

#include <string.h>

/* Appends; takes the key by copy and the images by ownership. */
static void append(struct mem_log *log, struct change change)
{
    if (log->count == log->capacity) {
        log->capacity = log->capacity == 0 ? 64 : 2 * log->capacity;
        log->items = mem_resize(log->items, log->capacity, sizeof(*log->items));
    }
    change.seq = ++log->head;
    change.key = mem_keep(change.key);
    log->items[log->count++] = change;
}

static struct str image(enum record_kind kind, const void *record)
{
    struct buf buf = {0};
    struct json_out out;
    json_out_init(&out, &buf);
    record_image(kind, record, &out);
    return buf_str(&buf); /* the buf's memory goes on as the text's */
}

static int64_t updated_at(enum record_kind kind, const void *record)
{
    return table_number(record_field(kind, "updated_at"), record);
}

void mem_log_record(struct mem_log *log, enum record_kind kind, const void *old, const void *new)
{
    const void *last = new != NULL ? new : old;
    if (last == NULL || RECORD_TYPES[kind].capture == CAPTURE_NOTHING)
        return;
    bool with_images = RECORD_TYPES[kind].capture == CAPTURE_IMAGES;
    append(log, (struct change){.kind = kind,
                                .op = new != NULL ? CHANGE_PUT : CHANGE_DELETE,
                                .key = record_key(kind, last),
                                .old_image = with_images &&old != NULL ? image(kind, old) : STR_NONE,
                                .new_image = with_images &&new != NULL ? image(kind, new) : STR_NONE,
                                .at = updated_at(kind, last)});
}

void mem_log_load(struct mem_log *log, const struct str *client_ids, size_t count, int64_t at)
{
    struct buf buf = {0};
    struct json_out out;
    if (count == 0)
        return;
    json_out_init(&out, &buf);
    json_begin_array(&out);
    for (size_t i = 0; i < count; i++)
        json_put_str(&out, client_ids[i]);
    json_end_array(&out);
    append(log,
           (struct change){
               .kind = RECORD_CLIENT, .op = CHANGE_LOAD, .key = client_ids[0], .new_image = buf_str(&buf), .at = at});
}

static void clear_change(struct change *change)
{
    mem_drop(change->key.ptr);
    mem_drop(change->old_image.ptr);
    mem_drop(change->new_image.ptr);
}

void mem_log_clear(struct mem_log *log)
{
    for (size_t i = 0; i < log->count; i++)
        clear_change(&log->items[i]);
    mem_free(log->items);
    *log = (struct mem_log){0};
}

static enum rc feed_read(struct feed *feed, int64_t after, size_t max, struct arena *arena, struct change **out,
                         size_t *count)
{
    struct mem_backend *backend = MEM_BACKEND(feed, feed);
    lock_take(&backend->lock);
    const struct mem_log *log = &backend->log;
    size_t first = 0, found = 0;
    for (size_t low = 0, high = log->count; low < high;) { /* the log is sorted by seq */
        size_t middle = low + (high - low) / 2;
        if (log->items[middle].seq <= after)
            first = low = middle + 1;
        else
            high = middle;
    }
    found = log->count - first < max ? log->count - first : max;
    *out = arena_new(arena, found, sizeof(**out));
    for (size_t i = 0; i < found; i++) {
        struct change *change = &(*out)[i];
        *change = log->items[first + i];
        change->key = arena_str(arena, change->key);
        change->old_image = arena_str(arena, change->old_image);
        change->new_image = arena_str(arena, change->new_image);
    }
    lock_drop(&backend->lock);
    *count = found;
    return RC_OK;
}

static enum rc feed_head(struct feed *feed, int64_t *seq)
{
    struct mem_backend *backend = MEM_BACKEND(feed, feed);
    lock_take(&backend->lock);
    *seq = backend->log.head;
    lock_drop(&backend->lock);
    return RC_OK;
}

static enum rc feed_wait(struct feed *feed, int64_t after, int64_t timeout_ms)
{
    struct mem_backend *backend = MEM_BACKEND(feed, feed);
    /* Seen before the look at head: a change logged after the look has bumped past it. */
    uint64_t seen = signal_count_get(&backend->changed);
    int64_t head = 0;
    feed_head(feed, &head);
    if (head <= after && timeout_ms > 0)
        signal_count_wait(&backend->changed, seen, timeout_ms);
    return RC_OK;
}

static void feed_poke(struct feed *feed) { signal_count_bump(&MEM_BACKEND(feed, feed)->changed); }

static enum rc feed_trim(struct feed *feed, int64_t up_to_seq, int64_t older_than_ms)
{
    struct mem_backend *backend = MEM_BACKEND(feed, feed);
    lock_take(&backend->lock);
    struct mem_log *log = &backend->log;
    size_t kept = 0;
    for (size_t i = 0; i < log->count; i++) {
        if (log->items[i].seq <= up_to_seq && log->items[i].at < older_than_ms)
            clear_change(&log->items[i]);
        else
            log->items[kept++] = log->items[i];
    }
    log->count = kept;
    lock_drop(&backend->lock);
    return RC_OK;
}

static void blank(struct str *text)
{
    mem_drop(text->ptr);
    *text = STR_NONE;
}

/* True when the image, of an order, names the client. */
static bool image_names(struct str text, struct str client_id)
{
    struct json *json = NULL;
    struct json_error error;
    if (str_is_none(text) || json_parse(text, &json, &error) != RC_OK)
        return false;
    bool names = str_equal(json_get_str(json, "client_id"), client_id);
    json_free(json);
    return names;
}

/* A load's list without the client; its key too, when that was the one. */
static void leave_load(struct change *change, struct str client_id)
{
    struct json *ids = NULL;
    struct json_error error;
    struct buf buf = {0};
    struct json_out out;
    if (json_parse(change->new_image, &ids, &error) != RC_OK)
        return;
    json_out_init(&out, &buf);
    json_begin_array(&out);
    for (size_t i = 0; i < json_size(ids); i++)
        if (!str_equal(json_str(json_at(ids, i)), client_id))
            json_put_str(&out, json_str(json_at(ids, i)));
    json_end_array(&out);
    json_free(ids);
    blank(&change->new_image);
    change->new_image = buf_str(&buf);
    if (str_equal(change->key, client_id)) {
        blank(&change->key);
        change->key = mem_keep(STR(""));
    }
}

static enum rc feed_forget(struct feed *feed, struct str client_id)
{
    struct mem_backend *backend = MEM_BACKEND(feed, feed);
    lock_take(&backend->lock);
    for (size_t i = 0; i < backend->log.count; i++) {
        struct change *change = &backend->log.items[i];
        bool own = change->kind == RECORD_CLIENT && str_equal(change->key, client_id);
        bool order = change->kind == RECORD_ORDER &&
                     (image_names(change->old_image, client_id) || image_names(change->new_image, client_id));
        if (change->op == CHANGE_LOAD) {
            leave_load(change, client_id);
        } else if (own || order) {
            blank(&change->old_image);
            blank(&change->new_image);
        }
    }
    lock_drop(&backend->lock);
    return RC_OK;
}

const struct feed_vtable MEM_FEED_VTABLE = {.read = feed_read,
                                            .head = feed_head,
                                            .wait = feed_wait,
                                            .poke = feed_poke,
                                            .trim = feed_trim,
                                            .forget = feed_forget};
