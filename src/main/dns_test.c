/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/dns.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <resolv.h>

#include "base/buf.h"
#include "base/rand.h"
#include "base/thread.h"

#define TYPE_TXT 16
#define TYPE_CNAME 5
#define TYPE_MX 15

/* An answer about "x.example" with these records; `data` as it stands in the record. */
struct record {
    unsigned char type;
    const char *data;
    size_t size;
};
#define RECORD(type, data)          \
    {                               \
        type, data, sizeof data - 1 \
    }

static void add16(struct buf *out, size_t value)
{
    buf_add_char(out, (char)(value >> 8));
    buf_add_char(out, (char)(value & 255));
}

static void add_record(const struct record *record, struct buf *out)
{
    add16(out, 0xC00C); /* the name of the question */
    add16(out, record->type);
    add16(out, 1);
    add16(out, 0);
    add16(out, 300);
    add16(out, record->size);
    buf_add(out, (struct str){record->data, record->size});
}

static void make_answer(const struct record *records, size_t count, struct buf *out)
{
    add16(out, 7);      /* id */
    add16(out, 0x8180); /* a response, no error */
    add16(out, 1);
    add16(out, count);
    add16(out, 0);
    add16(out, 0);
    buf_add(out, (struct str){"\1x\7example\0", 11});
    add16(out, TYPE_TXT);
    add16(out, 1);
    for (size_t i = 0; i < count; i++)
        add_record(&records[i], out);
}

static void parts_are_joined_and_other_records_passed_over(void **state)
{
    static const struct record RECORDS[] = {RECORD(TYPE_CNAME, "\xc0\x0c"), RECORD(TYPE_TXT, "\4v=sp\3f1 \4-all"),
                                            RECORD(TYPE_TXT, "\0"), RECORD(TYPE_TXT, "\5hello")};
    struct buf answer = {0};
    struct arena arena = {0};
    struct str texts[DNS_TEXTS_MAX];
    size_t count;
    (void)state;
    make_answer(RECORDS, 4, &answer);
    assert_int_equal(dns_read_texts((unsigned char *)answer.ptr, answer.len, &arena, texts, &count), RC_OK);
    assert_int_equal(count, 3);
    assert_string_equal(texts[0].ptr, "v=spf1 -all");
    assert_string_equal(texts[1].ptr, "");
    assert_string_equal(texts[2].ptr, "hello");
    arena_clear(&arena);
    buf_clear(&answer);
}

static void a_name_without_texts_is_not_found(void **state)
{
    static const struct record ALIAS[] = {RECORD(TYPE_CNAME, "\xc0\x0c")};
    struct buf answer = {0};
    struct arena arena = {0};
    struct str texts[DNS_TEXTS_MAX];
    size_t count;
    (void)state;
    make_answer(ALIAS, 1, &answer);
    assert_int_equal(dns_read_texts((unsigned char *)answer.ptr, answer.len, &arena, texts, &count), RC_NOT_FOUND);
    assert_int_equal(count, 0);
    arena_clear(&arena);
    buf_clear(&answer);
}

static void more_texts_than_there_is_room_for_are_cut(void **state)
{
    struct record records[DNS_TEXTS_MAX + 5];
    struct buf answer = {0};
    struct arena arena = {0};
    struct str texts[DNS_TEXTS_MAX];
    size_t count;
    (void)state;
    for (size_t i = 0; i < DNS_TEXTS_MAX + 5; i++)
        records[i] = (struct record)RECORD(TYPE_TXT, "\1a");
    make_answer(records, DNS_TEXTS_MAX + 5, &answer);
    assert_int_equal(dns_read_texts((unsigned char *)answer.ptr, answer.len, &arena, texts, &count), RC_OK);
    assert_int_equal(count, DNS_TEXTS_MAX);
    arena_clear(&arena);
    buf_clear(&answer);
}

/* A part that says it is longer than its record, an answer cut at every byte, and bytes turned over at random: never a byte
 * beyond the record (the sanitizers look), never a text longer than the answer. */
static void a_hostile_answer_is_read_within_its_bytes(void **state)
{
    static const struct record LYING[] = {RECORD(TYPE_TXT, "\377abc"), RECORD(TYPE_TXT, "\2ab\377")};
    struct buf answer = {0};
    struct str texts[DNS_TEXTS_MAX];
    struct rand_stream random;
    size_t count;
    (void)state;
    make_answer(LYING, 2, &answer);
    rand_seed(&random, 11);
    for (size_t i = 0; i < 20000; i++) {
        struct arena arena = {0};
        size_t size = i <= answer.len ? i : answer.len;
        unsigned char *copy = arena_new(&arena, size + 1, 1);
        memcpy(copy, answer.ptr, size);
        if (i > answer.len)
            for (int k = 0; k < 3; k++)
                copy[rand_u64(&random) % size] = (unsigned char)(rand_u64(&random) & 255);
        dns_read_texts(copy, size, &arena, texts, &count);
        assert_true(count <= DNS_TEXTS_MAX);
        for (size_t k = 0; k < count; k++)
            assert_true(texts[k].len <= size);
        arena_clear(&arena);
    }
    struct arena arena = {0};
    assert_int_equal(dns_read_texts((unsigned char *)answer.ptr, answer.len, &arena, texts, &count), RC_OK);
    assert_int_equal(count, 2);
    assert_string_equal(texts[0].ptr, "abc");
    assert_string_equal(texts[1].ptr, "ab");
    arena_clear(&arena);
    buf_clear(&answer);
}

/* --- a name server on the loopback -------------------------------------------------------------------------------------- */

enum { SAYS_NOTHING = 1, ANSWERS_ANOTHER = 2 };
#define QUESTION_BYTES 15 /* \1x\7example\0, type and class */

struct server {
    struct thread thread;
    int socket;
    const struct asked *asked;
    int heard; /* queries */
};

static const struct asked {
    const char *what;
    bool mx;
    int fault;
    size_t flags;
    struct record record; /* size 0: none */
    enum rc wanted;
} ASKED[] = {
    {"a text", false, 0, 0x8180, RECORD(TYPE_TXT, "\3a b"), RC_OK},
    {"a server of mail", true, 0, 0x8180, RECORD(TYPE_MX, "\0\12\xc0\x0c"), RC_OK},
    {"mail goes by another name alone", true, 0, 0x8180, RECORD(TYPE_CNAME, "\xc0\x0c"), RC_NOT_FOUND},
    {"no such name", false, 0, 0x8183, {0, NULL, 0}, RC_NOT_FOUND},
    {"no such record", true, 0, 0x8180, {0, NULL, 0}, RC_NOT_FOUND},
    {"SERVFAIL", false, 0, 0x8182, {0, NULL, 0}, RC_IO},
    {"SERVFAIL for mail", true, 0, 0x8182, {0, NULL, 0}, RC_IO},
    {"REFUSED", false, 0, 0x8185, {0, NULL, 0}, RC_IO},
    {"truncated, and the rest cannot be had by TCP", false, 0, 0x8380, RECORD(TYPE_TXT, "\3a b"), RC_IO},
    {"nothing", false, SAYS_NOTHING, 0, {0, NULL, 0}, RC_IO},
    {"the answer to another question", false, ANSWERS_ANOTHER, 0x8180, RECORD(TYPE_TXT, "\3a b"), RC_IO},
};

static void reply(const struct server *server, const char *query, struct buf *out)
{
    const struct record *record = &server->asked->record;
    buf_add_char(out, (char)(query[0] + (server->asked->fault == ANSWERS_ANOTHER)));
    buf_add_char(out, query[1]);
    add16(out, server->asked->flags);
    add16(out, 1);
    add16(out, record->size > 0);
    add16(out, 0);
    add16(out, 0);
    buf_add(out, (struct str){query + 12, QUESTION_BYTES});
    if (record->size > 0)
        add_record(record, out);
}

/* Until something comes that is no query. */
static void serve(void *arg)
{
    struct server *server = arg;
    char query[512];
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    while (recvfrom(server->socket, query, sizeof query, 0, (struct sockaddr *)&from, &size) >= 12 + QUESTION_BYTES) {
        struct buf answer = {0};
        server->heard++;
        reply(server, query, &answer);
        if (server->asked->fault != SAYS_NOTHING)
            sendto(server->socket, answer.ptr, answer.len, 0, (struct sockaddr *)&from, size);
        buf_clear(&answer);
    }
}

static struct sockaddr_in start_server(struct server *server)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    server->socket = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(bind(server->socket, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(server->socket, (struct sockaddr *)&at, &size), 0);
    thread_start(&server->thread, "dns", serve, server);
    return at;
}

/* Points the resolver of this program there: one server, one try, and a second's wait only where no answer comes. */
static void point_resolver(struct sockaddr_in at, bool answers)
{
    assert_int_equal(res_init(), 0);
    _res.nscount = 1;
    _res.nsaddr_list[0] = at;
    _res.retrans = answers ? 30 : 1;
    _res.retry = 1;
}

static enum rc look_up(const struct asked *asked, struct arena *arena)
{
    struct str texts[DNS_TEXTS_MAX];
    size_t count;
    if (asked->mx)
        return dns_has_mx(STR("x.example"), arena);
    enum rc rc = dns_texts(STR("x.example"), arena, texts, &count);
    assert_int_equal(count, rc == RC_OK);
    if (rc == RC_OK)
        assert_string_equal(texts[0].ptr, "a b");
    return rc;
}

static void who_does_not_know_is_not_taken_for_one_who_says_no(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ASKED / sizeof ASKED[0]; i++) {
        struct server server = {.asked = &ASKED[i]};
        struct arena arena = {0};
        struct sockaddr_in at = start_server(&server);
        point_resolver(at, ASKED[i].fault == 0);
        enum rc rc = look_up(&ASKED[i], &arena);
        sendto(server.socket, "", 1, 0, (struct sockaddr *)&at, sizeof at);
        thread_join(&server.thread);
        close(server.socket);
        if (rc != ASKED[i].wanted || server.heard == 0)
            fail_msg("%s: %s, %d queries", ASKED[i].what, rc_name(rc), server.heard);
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_joined_and_other_records_passed_over),
        cmocka_unit_test(a_name_without_texts_is_not_found),
        cmocka_unit_test(more_texts_than_there_is_room_for_are_cut),
        cmocka_unit_test(a_hostile_answer_is_read_within_its_bytes),
        cmocka_unit_test(who_does_not_know_is_not_taken_for_one_who_says_no),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
