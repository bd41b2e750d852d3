/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/live.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"

struct event {
    uint64_t id; /* 0 = never filled */
    char *text;  /* the whole "id:…\nevent:…\ndata:…\n\n" */
};

struct reader;

struct bus {
    struct live live; /* first: what others hold points here */
    struct lock lock; /* guards all below, and every reader */
    struct event ring[LIVE_RING];
    uint64_t head; /* id of the newest event */
    struct reader *readers;
    size_t reader_count;
    int64_t heartbeat_ms;
    bool stops;
    struct signal_count wake; /* the heartbeat thread */
    struct thread thread;
};

struct reader {
    struct stream stream; /* first: the server holds this */
    struct bus *bus;
    struct reader *prev, *next;
    struct stream_waker waker;
    uint64_t seen;   /* newest event taken */
    struct buf out;  /* what is being sent */
    size_t sent;     /* of out */
    int64_t ends_ms; /* monotonic */
    bool asleep, ended, beat;
};

static struct event *slot(struct bus *bus, uint64_t id) { return &bus->ring[id % LIVE_RING]; }

static void wake_reader(struct reader *reader)
{
    if (!reader->asleep)
        return;
    reader->asleep = false;
    reader->waker.wake(reader->waker.ctx);
}

static void wake_readers(struct bus *bus)
{
    for (struct reader *reader = bus->readers; reader != NULL; reader = reader->next)
        wake_reader(reader);
}

static void publish(struct live *live, const char *name, struct str data)
{
    struct bus *bus = (struct bus *)live;
    struct buf text = {0};
    lock_take(&bus->lock);
    uint64_t id = ++bus->head;
    buf_printf(&text, "id: %llu\nevent: %s\ndata: %.*s\n\n", (unsigned long long)id, name, STR_ARG(data));
    struct event *event = slot(bus, id);
    mem_free(event->text);
    *event = (struct event){id, str_dup(buf_str(&text))};
    wake_readers(bus);
    lock_drop(&bus->lock);
    buf_clear(&text);
}

static void beat(struct bus *bus)
{
    lock_take(&bus->lock);
    for (struct reader *reader = bus->readers; reader != NULL; reader = reader->next) {
        reader->beat = true;
        wake_reader(reader);
    }
    lock_drop(&bus->lock);
}

static void run_heartbeat(void *arg)
{
    struct bus *bus = arg;
    uint64_t seen = signal_count_get(&bus->wake);
    for (;;) {
        lock_take(&bus->lock);
        int64_t every = bus->heartbeat_ms;
        bool stops = bus->stops;
        lock_drop(&bus->lock);
        if (stops)
            return;
        uint64_t now = signal_count_wait(&bus->wake, seen, every);
        if (now == seen) /* time is up, nobody called */
            beat(bus);
        seen = now;
    }
}

static const struct live_vtable VTABLE = {.publish = publish};

struct live *live_new(void)
{
    struct bus *bus = mem_new(1, sizeof *bus);
    bus->live.vtable = &VTABLE;
    bus->head =
        (uint64_t)clock_wall(); /* ids of a later run are greater: no run makes 1,000 events a second for long */
    bus->heartbeat_ms = LIVE_HEARTBEAT_MS;
    lock_init(&bus->lock);
    signal_count_init(&bus->wake);
    thread_start(&bus->thread, "rk-live", run_heartbeat, bus);
    return &bus->live;
}

void live_free(struct live *live)
{
    if (live == NULL)
        return;
    struct bus *bus = (struct bus *)live;
    lock_take(&bus->lock);
    bus->stops = true;
    lock_drop(&bus->lock);
    signal_count_bump(&bus->wake);
    thread_join(&bus->thread);
    for (size_t i = 0; i < LIVE_RING; i++)
        mem_free(bus->ring[i].text);
    signal_count_clear(&bus->wake);
    lock_clear(&bus->lock);
    mem_free(bus);
}

void live_set_heartbeat(struct live *live, int64_t every_ms)
{
    struct bus *bus = (struct bus *)live;
    lock_take(&bus->lock);
    bus->heartbeat_ms = every_ms;
    lock_drop(&bus->lock);
    signal_count_bump(&bus->wake);
}

/* --- readers: the lock is held in all of these helpers --------------------------------------------------------------- */

/* Takes the next event into reader->out; false when there is none. */
static bool take_event(struct reader *reader)
{
    struct bus *bus = reader->bus;
    while (reader->seen < bus->head) {
        if (bus->head - reader->seen > LIVE_RING)
            reader->seen = bus->head - LIVE_RING;
        const struct event *event = slot(bus, ++reader->seen);
        if (event->id != reader->seen)
            continue; /* before this run */
        buf_reset(&reader->out);
        buf_add_c(&reader->out, event->text);
        reader->sent = 0;
        return true;
    }
    return false;
}

static bool take_beat(struct reader *reader)
{
    if (!reader->beat)
        return false;
    reader->beat = false;
    buf_reset(&reader->out);
    buf_add_c(&reader->out, ": beat\n\n");
    reader->sent = 0;
    return true;
}

static int64_t read_some(struct reader *reader, char *out, size_t size)
{
    bool partly = reader->sent < reader->out.len;
    if (!partly && (reader->ended || clock_mono() >= reader->ends_ms))
        return -1;
    if (!partly && !take_event(reader) && !take_beat(reader)) {
        reader->asleep = true;
        reader->waker.park(reader->waker.ctx);
        return 0;
    }
    size_t left = reader->out.len - reader->sent;
    size_t part = left < size ? left : size;
    memcpy(out, reader->out.ptr + reader->sent, part);
    reader->sent += part;
    return (int64_t)part;
}

static int64_t reader_read(struct stream *stream, char *out, size_t size)
{
    struct reader *reader = (struct reader *)stream;
    lock_take(&reader->bus->lock);
    int64_t result = read_some(reader, out, size);
    lock_drop(&reader->bus->lock);
    return result;
}

static void reader_attach(struct stream *stream, const struct stream_waker *waker)
{
    ((struct reader *)stream)->waker = *waker;
}

static void reader_end(struct stream *stream)
{
    struct reader *reader = (struct reader *)stream;
    lock_take(&reader->bus->lock);
    reader->ended = true;
    wake_reader(reader);
    lock_drop(&reader->bus->lock);
}

static void reader_close(struct stream *stream)
{
    struct reader *reader = (struct reader *)stream;
    struct bus *bus = reader->bus;
    lock_take(&bus->lock);
    if (reader->prev != NULL)
        reader->prev->next = reader->next;
    else
        bus->readers = reader->next;
    if (reader->next != NULL)
        reader->next->prev = reader->prev;
    bus->reader_count--;
    lock_drop(&bus->lock);
    buf_clear(&reader->out);
    mem_free(reader);
}

static void enlist(struct bus *bus, struct reader *reader, int64_t last_seen)
{
    reader->seen = bus->head;
    if (last_seen >= 0 && (uint64_t)last_seen < bus->head)
        reader->seen = (uint64_t)last_seen;
    reader->next = bus->readers;
    if (reader->next != NULL)
        reader->next->prev = reader;
    bus->readers = reader;
    bus->reader_count++;
}

struct stream *live_follow(struct live *live, struct str last_event_id, int64_t life_ms)
{
    if (live == NULL || live->vtable != &VTABLE)
        return NULL;
    struct bus *bus = (struct bus *)live;
    struct reader *reader = mem_new(1, sizeof *reader);
    int64_t last_seen = -1;
    if (str_to_i64(last_event_id, &last_seen) != RC_OK)
        last_seen = -1;
    reader->stream = (struct stream){reader_read, reader_attach, reader_end, reader_close};
    reader->bus = bus;
    reader->ends_ms = clock_mono() + life_ms;
    buf_add_c(&reader->out, "retry: 2000\n: hello\n\n"); /* something at once, so that a proxy opens the way */
    lock_take(&bus->lock);
    bool room = bus->reader_count < LIVE_READERS_MAX;
    if (room)
        enlist(bus, reader, last_seen);
    lock_drop(&bus->lock);
    if (room)
        return &reader->stream;
    buf_clear(&reader->out);
    mem_free(reader);
    return NULL;
}
