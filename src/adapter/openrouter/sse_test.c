/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/openrouter/sse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Events as "one|two|". */
static void note(void *ctx, struct str data)
{
    buf_add(ctx, data);
    buf_add_char(ctx, '|');
}

static const struct {
    const char *what;
    struct str bytes;
    const char *events;
} ROWS[] = {
    {"one event", STR_INIT("data: a\n\n"), "a|"},
    {"without the blank after the colon", STR_INIT("data:a\n\n"), "a|"},
    {"only one blank is taken", STR_INIT("data:  a\n\n"), " a|"},
    {"CRLF", STR_INIT("data: a\r\n\r\ndata: b\r\n\r\n"), "a|b|"},
    {"CR alone", STR_INIT("data: a\r\rdata: b\r\r"), "a|b|"},
    {"line ends mixed", STR_INIT("data: a\r\n\ndata: b\r\r\ndata: c\n\r"), "a|b|c|"},
    {"several data lines", STR_INIT("data: {\ndata: \"x\": 1\ndata: }\n\n"), "{\n\"x\": 1\n}|"},
    {"empty data lines count", STR_INIT("data\ndata:\ndata: a\n\n"), "\n\na|"},
    {"a field without a colon", STR_INIT("data\n\n"), "|"},
    {"comments", STR_INIT(": OPENROUTER PROCESSING\n\n:\n\ndata: a\n: within\ndata: b\n\n"), "a\nb|"},
    {"other fields", STR_INIT("event: x\nid: 7\nretry: 10\ndatas: no\n data: no\ndata: a\n\n"), "a|"},
    {"an event without data is none", STR_INIT("event: x\n\n\n\ndata: a\n\n"), "a|"},
    {"byte order mark",
     STR_INIT("\xEF\xBB\xBF"
              "data: a\n\n"),
     "a|"},
    {"a mark in the middle is text", STR_INIT("data: \xEF\xBB\xBF\n\n"), "\xEF\xBB\xBF|"},
    {"half a mark is text",
     STR_INIT("\xEF\xBB"
              "data: no\n\ndata: a\n\n"),
     "a|"},
    {"colons in the data", STR_INIT("data: a: b\n\n"), "a: b|"},
    {"the end of a stream", STR_INIT("data: {}\n\ndata: [DONE]\n\n"), "{}|[DONE]|"},
    {"UTF-8", STR_INIT("data: \xC3\xA9\xE2\x82\xAC\n\n"), "\xC3\xA9\xE2\x82\xAC|"},
    {"NUL is text", STR_INIT("data: a\0b\n\n"), NULL},
};

/* The events of the bytes when they come in the pieces that end at `cuts`. */
static void feed(struct str bytes, const size_t *cuts, size_t count, bool whole, struct buf *events)
{
    struct sse sse;
    size_t from = 0;
    buf_reset(events);
    buf_add(events, STR(""));
    sse_init(&sse, note, events);
    for (size_t i = 0; i <= count; i++) {
        size_t to = i < count ? cuts[i] : bytes.len;
        sse_feed(&sse, (struct str){bytes.ptr + from, to - from});
        from = to;
    }
    if (whole)
        sse_end(&sse);
    sse_clear(&sse);
}

static void every_stream_gives_its_events(void **state)
{
    struct buf events = {0};
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        feed(ROWS[i].bytes, NULL, 0, false, &events);
        struct str expected = ROWS[i].events ? str_of(ROWS[i].events) : STR("a\0b|");
        if (!str_equal(buf_str(&events), expected))
            fail_msg("%s: %.*s", ROWS[i].what, STR_ARG(buf_str(&events)));
    }
    buf_clear(&events);
}

/* Cut at every byte, and at every pair of bytes: the events are the same. */
static void pieces_may_be_cut_anywhere(void **state)
{
    struct buf whole = {0}, cut = {0};
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct str bytes = ROWS[i].bytes;
        feed(bytes, NULL, 0, false, &whole);
        for (size_t a = 0; a <= bytes.len; a++)
            for (size_t b = a; b <= bytes.len; b++) {
                const size_t cuts[] = {a, b};
                feed(bytes, cuts, 2, false, &cut);
                if (!str_equal(buf_str(&whole), buf_str(&cut)))
                    fail_msg("%s, cut at %zu and %zu", ROWS[i].what, a, b);
            }
    }
    buf_clear(&whole);
    buf_clear(&cut);
}

static void one_byte_at_a_time_is_enough(void **state)
{
    struct buf whole = {0}, cut = {0};
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        size_t cuts[256], count = 0;
        for (; count < ROWS[i].bytes.len; count++)
            cuts[count] = count;
        feed(ROWS[i].bytes, NULL, 0, false, &whole);
        feed(ROWS[i].bytes, cuts, count, false, &cut);
        assert_true(str_equal(buf_str(&whole), buf_str(&cut)));
    }
    buf_clear(&whole);
    buf_clear(&cut);
}

static void the_last_event_needs_its_blank_line_unless_the_transfer_is_whole(void **state)
{
    static const struct str UNENDED[] = {STR_INIT("data: a\n\ndata: b\n"), STR_INIT("data: a\n\ndata: b")};
    struct buf events = {0};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        feed(UNENDED[i], NULL, 0, false, &events);
        assert_string_equal(events.ptr, "a|");
        feed(UNENDED[i], NULL, 0, true, &events);
        assert_string_equal(events.ptr, "a|b|");
    }
    feed(STR("data: a\n\n"), NULL, 0, true, &events);
    assert_string_equal(events.ptr, "a|");
    buf_clear(&events);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_stream_gives_its_events),
        cmocka_unit_test(pieces_may_be_cut_anywhere),
        cmocka_unit_test(one_byte_at_a_time_is_enough),
        cmocka_unit_test(the_last_event_needs_its_blank_line_unless_the_transfer_is_whole),
    };
    return cmocka_run_group_tests_name("sse", tests, NULL, NULL);
}
