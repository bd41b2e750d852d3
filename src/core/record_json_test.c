/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/record_json.c: what the API shows, what an image holds, and that an image reads back. */
#include "core/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/rand.h"
#include "core/client.h"
#include "core/email.h"
#include "core/episode.h"
#include "core/order.h"
#include "core/records_small.h"

static struct str shown(enum record_kind kind, const void *record, struct buf *buf)
{
    struct json_out out;
    buf_reset(buf);
    json_out_init(&out, buf);
    record_to_json(kind, record, false, &out);
    return buf_str(buf);
}

static void a_bare_client_shows_every_field(void **state)
{
    (void)state;
    struct client client;
    struct buf buf = {0};
    client_init_bare(&client, STR("c-2001"), 1795532400000);
    client.version = 1;
    assert_string_equal(
        shown(RECORD_CLIENT, &client, &buf).ptr,
        "{\"id\":\"c-2001\",\"email\":null,\"first_name\":null,\"last_name\":null,\"locale\":null,\"country\":null,"
        "\"time_zone\":null,\"preferred_categories\":[],\"consent\":{\"status\":\"unknown\",\"basis\":\"none\","
        "\"until\":null,\"source\":null,\"evidence\":null,\"at\":null},\"profiling\":\"allowed\",\"attributes\":{},"
        "\"created_at\":\"2026-11-24T15:00:00Z\",\"updated_at\":\"2026-11-24T15:00:00Z\",\"version\":1}");
    buf_clear(&buf);
}

static void an_order_hides_what_is_ours(void **state)
{
    (void)state;
    struct order order;
    struct buf buf = {0};
    record_init(RECORD_ORDER, &order);
    order.id = STR("o1");
    order.client_id = STR("c1");
    order.ordered_at = order.updated_at = 0;
    order.currency = STR("EUR");
    order.total_minor = 2900;
    order.items = STR("[{\"name\":\"x\"}]");
    order.category = STR("coffee");
    order.version = 3;
    assert_string_equal(shown(RECORD_ORDER, &order, &buf).ptr,
                        "{\"id\":\"o1\",\"client_id\":\"c1\",\"ordered_at\":\"1970-01-01T00:00:00Z\","
                        "\"status\":\"placed\",\"currency\":\"EUR\",\"total_minor\":2900,\"total_shop_minor\":null,"
                        "\"automatic\":false,\"quarantined\":false,\"items\":[{\"name\":\"x\"}],"
                        "\"updated_at\":\"1970-01-01T00:00:00Z\",\"version\":3}");
    buf_clear(&buf);
}

static void an_email_without_a_writer_has_writer_null(void **state)
{
    (void)state;
    struct email email;
    struct buf buf = {0};
    record_init(RECORD_EMAIL, &email);
    email.id = STR("e1");
    assert_non_null(strstr(shown(RECORD_EMAIL, &email, &buf).ptr, "\"writer\":null,"));
    assert_non_null(strstr(buf.ptr, "\"picks\":[],"));
    assert_non_null(strstr(buf.ptr, "\"outcome\":null,"));
    email.writer_kind = STR("template");
    email.writer_tokens = 12;
    assert_non_null(strstr(shown(RECORD_EMAIL, &email, &buf).ptr,
                           "\"writer\":{\"kind\":\"template\",\"model\":null,\"provider\":null,\"generation_id\":null,"
                           "\"tokens\":12,\"cost_usd\":null,\"latency_ms\":null}"));
    buf_clear(&buf);
}

static void an_arm_not_drawn_is_null(void **state)
{
    (void)state;
    struct episode episode;
    struct buf buf = {0};
    record_init(RECORD_EPISODE, &episode);
    episode.id = STR("c1~o1");
    assert_non_null(strstr(shown(RECORD_EPISODE, &episode, &buf).ptr, "\"arm\":null"));
    episode.arm = ARM_HOLDOUT;
    assert_non_null(strstr(shown(RECORD_EPISODE, &episode, &buf).ptr, "\"arm\":\"holdout\""));
    buf_clear(&buf);
}

static void an_object_may_stay_open(void **state)
{
    (void)state;
    struct counter counter = {STR_INIT("n"), 1, 2, 3};
    struct buf buf = {0};
    struct json_out out;
    json_out_init(&out, &buf);
    record_to_json(RECORD_COUNTER, &counter, true, &out);
    json_pair_i64(&out, "more", 1);
    json_end_object(&out);
    assert_string_equal(buf.ptr, "{\"version\":3,\"more\":1}");
    buf_clear(&buf);
}

static void an_image_has_no_secret(void **state)
{
    (void)state;
    struct staff staff;
    struct buf buf = {0};
    struct json_out out;
    record_init(RECORD_STAFF, &staff);
    staff.id = STR("s1");
    staff.password = STR("$argon2id$secret");
    json_out_init(&out, &buf);
    record_image(RECORD_STAFF, &staff, &out);
    assert_null(strstr(buf.ptr, "password"));
    assert_null(strstr(buf.ptr, "argon2id"));
    assert_null(strstr(shown(RECORD_STAFF, &staff, &buf).ptr, "argon2id"));
    buf_clear(&buf);
}

/* Fills every field with something, or leaves it absent, by chance. */
static void fill(enum record_kind kind, void *record, struct rand_stream *random)
{
    static const char *const texts[] = {"x", "\xc5\x81\"\\", "", "a~b/c"};
    static const char *const values[] = {"[1,\"a\"]", "{\"a\":{\"b\":null}}", "[]", "-1.5"};
    const struct record_type *type = &RECORD_TYPES[kind];
    record_init(kind, record);
    for (size_t i = 0; i < type->field_count; i++) {
        const struct field *field = &type->fields[i];
        void *slot = (char *)record + field->offset;
        uint64_t draw = rand_u64(random) % 5;
        if ((draw == 4 && i > 0) || (field->flags & FIELD_SECRET))
            continue;
        switch (field->type) {
        case FIELD_STR: *(struct str *)slot = str_of(texts[draw % 4]); break;
        case FIELD_JSON: *(struct str *)slot = str_of(values[draw]); break;
        case FIELD_I64:
        case FIELD_TIME: *(int64_t *)slot = (int64_t)(rand_u64(random) >> 2) - (INT64_C(1) << 60); break;
        case FIELD_F64: *(double *)slot = rand_normal(random); break;
        case FIELD_BOOL: *(bool *)slot = draw % 2; break;
        case FIELD_ENUM: *(int *)slot = field->words[1] ? (int)(draw % 2) : 0; break;
        }
    }
}

static void an_image_reads_back_as_the_record(void **state)
{
    (void)state;
    struct rand_stream random;
    struct arena arena = {0};
    struct buf buf = {0};
    rand_seed(&random, 1);
    for (int round = 0; round < 2000; round++) {
        enum record_kind kind = (enum record_kind)(round % RECORD_KINDS);
        _Alignas(16) char record[2048], back[2048];
        struct json_out out;
        fill(kind, record, &random);
        buf_reset(&buf);
        json_out_init(&out, &buf);
        record_image(kind, record, &out);
        assert_int_equal(record_from_image(kind, buf_str(&buf), &arena, back), RC_OK);
        assert_true(record_equal(kind, record, back));
        assert_int_equal(record_version(kind, record), record_version(kind, back));
        arena_clear(&arena);
    }
    buf_clear(&buf);
}

static void a_broken_image_is_corrupt(void **state)
{
    (void)state;
    static const char *const images[] = {
        "",
        "[]",
        "{}",
        "{\"id\":null}",
        "{\"id\":1}",
        "{\"id\":\"c\",\"version\":\"1\"}",
        "{\"id\":\"c\",\"consent.status\":\"never\"}",
        "{\"id\":\"c\",\"consent.status\":1}",
        "{\"id\":\"c\"",
    };
    struct arena arena = {0};
    struct client client;
    for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++)
        assert_int_equal(record_from_image(RECORD_CLIENT, str_of(images[i]), &arena, &client), RC_CORRUPT);
    assert_int_equal(record_from_image(RECORD_CLIENT, STR("{\"later\":1,\"id\":\"c\"}"), &arena, &client), RC_OK);
    struct order order;
    assert_int_equal(record_from_image(RECORD_ORDER, STR("{\"id\":\"o\",\"automatic\":1}"), &arena, &order), RC_OK);
    assert_true(order.automatic); /* SQL has no booleans */
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bare_client_shows_every_field),
        cmocka_unit_test(an_order_hides_what_is_ours),
        cmocka_unit_test(an_email_without_a_writer_has_writer_null),
        cmocka_unit_test(an_arm_not_drawn_is_null),
        cmocka_unit_test(an_object_may_stay_open),
        cmocka_unit_test(an_image_has_no_secret),
        cmocka_unit_test(an_image_reads_back_as_the_record),
        cmocka_unit_test(a_broken_image_is_corrupt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
