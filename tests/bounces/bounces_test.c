/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What comes back is understood, and what is forged changes nothing: thousands of messages, each about a mail of its own,
 * through the steps on a store in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "adapter/mem/mem.h"
#include "base/buf.h"
#include "base/log.h"
#include "core/mime.h"
#include "core/records_small.h"
#include "corpus.h"
#include "step/notice_message.h"
#include "step/policy_acts.h"

#define MESSAGES 2000
#define FORGED 1000
#define MUTATED 4000

struct stand {
    struct step_env env;
    struct corpus *corpus;
    struct rand_stream stream;
    struct arena arena;
};

static int set_up(void **state)
{
    static struct stand stand;
    log_set_level(LOG_ERROR);
    hash_init();
    mime_init();
    stand = (struct stand){.env = {.shop = {.bounce_domain = STR("bounce.shop.example")}}};
    struct mem_backend *backend = mem_open();
    stand.env.store = mem_store(backend);
    stand.env.clock = clock_new_manual(1776160800000); /* 2026-04-14 */
    memset(stand.env.suppression_key.bytes, 7, HASH_BYTES);
    stand.env.link_keys.count = 1;
    stand.env.link_keys.keys[0].id = 1;
    memset(stand.env.link_keys.keys[0].key.bytes, 9, HASH_BYTES);
    assert_int_equal(policy_ensure(&stand.env, &stand.arena), RC_OK);
    rand_seed(&stand.stream, 20260414);
    stand.corpus = corpus_open(&stand.arena);
    *state = &stand;
    return 0;
}

static int tear_down(void **state)
{
    struct stand *stand = *state;
    stand->env.store->vtable->close(stand->env.store);
    clock_free(stand->env.clock);
    arena_clear(&stand->arena);
    return 0;
}

/* A mail that left, and its client. */
struct left {
    struct email email;
    struct client client;
};

static struct left leave(struct stand *stand, struct arena *arena)
{
    static const char *const NAMES[] = {"maya", "jane.doe", "o'neil", "kim_lee", "info", "per+shop"};
    static const char *const HOSTS[] = {"mail.example", "example.com", "company.example", "post.example.org"};
    struct left *left = arena_new(arena, 1, sizeof *left);
    struct step_env *env = &stand->env;
    record_init(RECORD_CLIENT, &left->client);
    record_init(RECORD_EMAIL, &left->email);
    left->client.id = env_new_id(env, arena);
    left->client.email = arena_printf(arena, "%s%llu@%s", NAMES[rand_u64(&stand->stream) % 6],
                                      (unsigned long long)(rand_u64(&stand->stream) % 1000000000),
                                      HOSTS[rand_u64(&stand->stream) % 4]);
    left->client.consent_status = CONSENT_SUBSCRIBED;
    left->client.person = env_person(env, left->client.email, left->client.id, arena);
    left->client.created_at = left->client.updated_at = clock_now(env->clock);
    left->email.id = env_new_id(env, arena);
    left->email.client_id = left->client.id;
    left->email.person = left->client.person;
    left->email.episode_id = STR("e1");
    left->email.recipient = left->client.email;
    left->email.status = EMAIL_SENT;
    left->email.message_id = STR("m@shop.example");
    left->email.created_at = left->email.updated_at = clock_now(env->clock);
    const struct store_write writes[] = {
        {.op = STORE_PUT, .kind = RECORD_CLIENT, .record = &left->client, .expect = STORE_ABSENT},
        {.op = STORE_PUT, .kind = RECORD_EMAIL, .record = &left->email, .expect = STORE_ABSENT}};
    struct store_batch batch = {.writes = writes, .write_count = 2, .now = clock_now(env->clock)};
    assert_int_equal(store_commit(env->store, &batch), RC_OK);
    return *left;
}

static struct corpus_mail tokens_of(struct stand *stand, const struct left *left, const struct token_keys *keys,
                                    struct arena *arena)
{
    struct corpus_mail mail = {.address = left->client.email};
    (void)stand;
    assert_int_equal(token_make(keys, TOKEN_BOUNCE, left->email.id, 0, arena, &mail.token), RC_OK);
    assert_int_equal(token_make(keys, TOKEN_UNSUBSCRIBE, left->email.id, 0, arena, &mail.unsubscribe_token), RC_OK);
    return mail;
}

/* What the store has of it now. */
struct became {
    enum delivery_verdict verdict;
    int suppressed; /* reason, -1: not */
    int consent;
    size_t notices;
    int64_t versions;
};

static struct became look(struct stand *stand, const struct left *left, struct arena *arena)
{
    struct became became = {.suppressed = -1};
    struct email email;
    struct client client;
    struct suppression suppression;
    struct store_query query = STORE_QUERY(NOTICE_BY_EMAIL);
    struct store_page page;
    query.equal = left->email.id;
    assert_int_equal(store_get(stand->env.store, RECORD_EMAIL, left->email.id, arena, &email), RC_OK);
    assert_int_equal(store_get(stand->env.store, RECORD_CLIENT, left->client.id, arena, &client), RC_OK);
    assert_int_equal(store_list(stand->env.store, &query, arena, &page), RC_OK);
    if (store_get(stand->env.store, RECORD_SUPPRESSION, left->email.person, arena, &suppression) == RC_OK)
        became.suppressed = suppression.reason;
    became.verdict = (enum delivery_verdict)email.delivery;
    became.consent = client.consent_status;
    became.notices = page.count;
    became.versions = email.version + client.version;
    return became;
}

/* What must have become of a mail by what the message was labelled. */
static const struct {
    const char *name;
    enum delivery_verdict verdict;
    int suppressed, consent;
    size_t notices;
} EXPECTED[] = {
    [LABEL_HARD] = {"hard", DELIVERY_HARD_BOUNCE, SUPPRESSED_HARD_BOUNCE, CONSENT_SUBSCRIBED, 1},
    [LABEL_SOFT] = {"soft", DELIVERY_SOFT_BOUNCE, -1, CONSENT_SUBSCRIBED, 1},
    [LABEL_NONE] = {"none", DELIVERY_UNKNOWN, -1, CONSENT_SUBSCRIBED, 0},
    [LABEL_DELIVERED] = {"delivered", DELIVERY_DELIVERED, -1, CONSENT_SUBSCRIBED, 1},
    [LABEL_COMPLAINT] = {"complaint", DELIVERY_COMPLAINT, SUPPRESSED_COMPLAINT, CONSENT_UNSUBSCRIBED, 1},
    [LABEL_UNSUBSCRIBED] = {"unsubscribed", DELIVERY_DELIVERED, SUPPRESSED_UNSUBSCRIBE, CONSENT_UNSUBSCRIBED, 1},
};

static void the_corpus_is_classified_as_labelled(void **state)
{
    struct stand *stand = *state;
    size_t right = 0, counts[6] = {0};
    for (size_t i = 0; i < MESSAGES; i++) {
        struct arena arena = {0};
        struct left left = leave(stand, &arena);
        struct corpus_mail mail = tokens_of(stand, &left, &stand->env.link_keys, &arena);
        struct corpus_message message =
            corpus_make(stand->corpus, corpus_draw(&stand->stream), &mail, &stand->stream, &arena);
        struct notice_outcome outcome;
        assert_int_equal(notice_from_message(&stand->env, STR("pipe"), message.bytes, &arena, &outcome), RC_OK);
        struct became became = look(stand, &left, &arena);
        bool same = became.verdict == EXPECTED[message.label].verdict &&
                    became.suppressed == EXPECTED[message.label].suppressed &&
                    became.consent == EXPECTED[message.label].consent &&
                    became.notices == EXPECTED[message.label].notices;
        right += same;
        counts[message.label]++;
        if (!same)
            fprintf(stderr, "%s, labelled %s, came to %s/%s: %.*s\n", message.form, EXPECTED[message.label].name,
                    NOTICE_RESULT_WORDS[outcome.result], DELIVERY_WORDS[became.verdict], STR_ARG(message.reply));
        arena_clear(&arena);
    }
    printf("%zu of %d classified as labelled:", right, MESSAGES);
    for (size_t i = 0; i < 6; i++) {
        printf(" %s %zu", EXPECTED[i].name, counts[i]);
        assert_true(counts[i] > 0);
    }
    printf("\n");
    assert_int_equal(right, MESSAGES);
}

/* --- forgeries ------------------------------------------------------------------------------------------------------ */

enum forgery { NO_TOKEN, ALTERED, OTHER_KIND, OTHER_KEY, FORGERIES };

static struct str altered(struct str token, struct rand_stream *stream, struct arena *arena)
{
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *copy = arena_new(arena, token.len, 1);
    memcpy(copy, token.ptr, token.len);
    size_t at = rand_u64(stream) % token.len;
    char other = copy[at];
    while (other == copy[at])
        other = LETTERS[rand_u64(stream) % 64];
    copy[at] = other;
    return (struct str){copy, token.len};
}

static struct corpus_mail forge(struct stand *stand, const struct left *left, enum forgery how, struct arena *arena)
{
    struct token_keys others = stand->env.link_keys;
    memset(others.keys[0].key.bytes, 8, HASH_BYTES);
    struct corpus_mail mail = tokens_of(stand, left, how == OTHER_KEY ? &others : &stand->env.link_keys, arena);
    struct str token = mail.token;
    switch (how) {
    case NO_TOKEN: mail.token = mail.unsubscribe_token = STR("bounces"); break;
    case ALTERED:
        mail.token = altered(mail.token, &stand->stream, arena);
        mail.unsubscribe_token = altered(mail.unsubscribe_token, &stand->stream, arena);
        break;
    case OTHER_KIND: /* each in the other's place */
        mail.token = mail.unsubscribe_token;
        mail.unsubscribe_token = token;
        break;
    default: break;
    }
    return mail;
}

static void forged_messages_change_nothing(void **state)
{
    struct stand *stand = *state;
    size_t without = 0;
    for (size_t i = 0; i < FORGED; i++) {
        struct arena arena = {0};
        struct left left = leave(stand, &arena);
        struct corpus_mail mail = forge(stand, &left, (enum forgery)(i % FORGERIES), &arena);
        size_t form = i / FORGERIES % corpus_forms();
        struct corpus_message message = corpus_make(stand->corpus, form, &mail, &stand->stream, &arena);
        struct became before = look(stand, &left, &arena);
        struct notice_outcome outcome;
        assert_int_equal(notice_from_message(&stand->env, STR("pipe"), message.bytes, &arena, &outcome), RC_OK);
        struct became became = look(stand, &left, &arena);
        without += outcome.result == NOTICE_WITHOUT_TOKEN;
        assert_int_equal(became.versions, before.versions);
        assert_int_equal(became.notices, 0);
        assert_int_equal(became.suppressed, -1);
        arena_clear(&arena);
    }
    printf("%zu of %d forged ones were without a token of ours\n", without, FORGED);
    assert_int_equal(without, FORGED);
}

static void a_bounce_does_not_count_by_the_unsubscribe_token_of_the_returned_mail(void **state)
{
    struct stand *stand = *state;
    struct arena arena = {0};
    struct left left = leave(stand, &arena);
    struct corpus_mail mail = tokens_of(stand, &left, &stand->env.link_keys, &arena);
    mail.token = STR("forged");
    for (size_t form = 0; form < 19; form++) { /* bounces, delays, deliveries, automatic replies, answers */
        struct corpus_message message = corpus_make(stand->corpus, form, &mail, &stand->stream, &arena);
        struct notice_outcome outcome;
        assert_int_equal(notice_from_message(&stand->env, STR("pipe"), message.bytes, &arena, &outcome), RC_OK);
        assert_int_equal(outcome.result, NOTICE_WITHOUT_TOKEN);
    }
    assert_int_equal(look(stand, &left, &arena).notices, 0);
    arena_clear(&arena);
}

static void a_message_read_twice_counts_once(void **state)
{
    struct stand *stand = *state;
    struct arena arena = {0};
    struct left left = leave(stand, &arena);
    struct corpus_mail mail = tokens_of(stand, &left, &stand->env.link_keys, &arena);
    struct corpus_message message = corpus_make(stand->corpus, 0, &mail, &stand->stream, &arena);
    struct notice_outcome outcome;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(notice_from_message(&stand->env, STR("mailbox"), message.bytes, &arena, &outcome), RC_OK);
        assert_int_equal(outcome.result, i == 0 ? NOTICE_RECORDED : NOTICE_REPEATED);
    }
    assert_int_equal(look(stand, &left, &arena).notices, 1);
    arena_clear(&arena);
}

static void a_bounce_of_an_erased_client_changes_nothing(void **state)
{
    struct stand *stand = *state;
    struct arena arena = {0};
    struct left left = {.email = {.id = env_new_id(&stand->env, &arena)},
                        .client = {.email = STR("gone@mail.example")}};
    struct corpus_mail mail = tokens_of(stand, &left, &stand->env.link_keys, &arena);
    struct notice_outcome outcome;
    for (size_t form = 0; form < corpus_forms(); form++) {
        struct corpus_message message = corpus_make(stand->corpus, form, &mail, &stand->stream, &arena);
        assert_int_equal(notice_from_message(&stand->env, STR("pipe"), message.bytes, &arena, &outcome), RC_OK);
        assert_true(outcome.result == NOTICE_OF_NO_EMAIL || outcome.result == NOTICE_SAYS_NOTHING);
    }
    arena_clear(&arena);
}

/* --- hostile input -------------------------------------------------------------------------------------------------- */

static struct str mutated(struct str bytes, struct rand_stream *stream, struct arena *arena)
{
    struct buf out = {0};
    buf_add(&out, bytes);
    for (int k = 1 + (int)(rand_u64(stream) % 8); k > 0 && out.len > 2; k--) {
        size_t at = rand_u64(stream) % out.len, size = 1 + rand_u64(stream) % 200;
        if (at + size > out.len)
            size = out.len - at;
        switch (rand_u64(stream) % 4) {
        case 0: out.ptr[at] = (char)rand_u64(stream); break;
        case 1: memset(out.ptr + at, out.ptr[at], size); break;
        case 2: out.len -= size, memmove(out.ptr + at, out.ptr + at + size, out.len - at); break;
        default: buf_add(&out, arena_str(arena, (struct str){out.ptr + at, size})); break;
        }
    }
    struct str result = arena_str(arena, buf_str(&out));
    buf_clear(&out);
    return result;
}

static void mutated_messages_are_read_or_refused(void **state)
{
    struct stand *stand = *state;
    for (size_t i = 0; i < MUTATED; i++) {
        struct arena arena = {0};
        struct left left = {.email = {.id = env_new_id(&stand->env, &arena)},
                            .client = {.email = STR("x@mail.example")}};
        struct corpus_mail mail = tokens_of(stand, &left, &stand->env.link_keys, &arena);
        struct corpus_message message = corpus_make(stand->corpus, i % corpus_forms(), &mail, &stand->stream, &arena);
        struct notice_outcome outcome;
        struct str bytes = mutated(message.bytes, &stand->stream, &arena);
        assert_int_equal(notice_from_message(&stand->env, STR("pipe"), bytes, &arena, &outcome), RC_OK);
        assert_int_not_equal(outcome.result, NOTICE_RECORDED);
        arena_clear(&arena);
    }
}

static void hostile_sizes_and_depths_are_refused(void **state)
{
    struct stand *stand = *state;
    struct arena arena = {0};
    struct buf deep = {0}, flat = {0}, large = {0}, many = {0};
    for (int i = 0; i < 5000; i++) {
        buf_add(&deep, arena_printf(&arena, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i));
        buf_add(&flat, STR("Content-Type: message/rfc822\n\n"));
        buf_add(&many, arena_printf(&arena, "X-%d: b+x@bounce.shop.example\n", i));
    }
    buf_add(&many, STR("\nbody"));
    buf_add(&large, STR("To: "));
    while (large.len <= MIME_READ_MAX)
        buf_add(&large, STR("b+aaaaaaaaaaaaaaaa@bounce.shop.example, "));
    const struct {
        struct str bytes;
        enum notice_result result;
    } ROWS[] = {{buf_str(&deep), NOTICE_UNREADABLE},
                {buf_str(&flat), NOTICE_UNREADABLE},
                {buf_str(&large), NOTICE_UNREADABLE},
                {buf_str(&many), NOTICE_WITHOUT_TOKEN},
                {STR_NONE, NOTICE_UNREADABLE},
                {STR("\n"), NOTICE_UNREADABLE},
                {STR("nothing but a line"), NOTICE_UNREADABLE},
                {STR("\0\0\0\0"), NOTICE_UNREADABLE},
                {STR("Subject: hello\n\n"), NOTICE_WITHOUT_TOKEN}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct notice_outcome outcome;
        assert_int_equal(notice_from_message(&stand->env, STR("pipe"), ROWS[i].bytes, &arena, &outcome), RC_OK);
        assert_int_equal(outcome.result, ROWS[i].result);
    }
    buf_clear(&deep), buf_clear(&flat), buf_clear(&large), buf_clear(&many);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corpus_is_classified_as_labelled),
        cmocka_unit_test(forged_messages_change_nothing),
        cmocka_unit_test(a_bounce_does_not_count_by_the_unsubscribe_token_of_the_returned_mail),
        cmocka_unit_test(a_message_read_twice_counts_once),
        cmocka_unit_test(a_bounce_of_an_erased_client_changes_nothing),
        cmocka_unit_test(mutated_messages_are_read_or_refused),
        cmocka_unit_test(hostile_sizes_and_depths_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
