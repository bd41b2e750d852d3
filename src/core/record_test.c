/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/record.c: every table is whole, so that adapters may trust it blindly. */
#include "core/record.h"

#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "core/client.h"
#include "core/email.h"

static size_t size_of(enum field_type type)
{
    static const size_t sizes[] = {sizeof(struct str), sizeof(int64_t), sizeof(double),    sizeof(bool),
                                   sizeof(int64_t),    sizeof(int),     sizeof(struct str)};
    return sizes[type];
}

static void check_field(const struct record_type *type, size_t i)
{
    const struct field *field = &type->fields[i];
    assert_true(field->offset + size_of(field->type) <= type->size);
    assert_int_equal(field->type == FIELD_ENUM, field->words != NULL);
    assert_int_equal((field->flags & FIELD_KEY) != 0, i == 0);
    assert_false((field->flags & FIELD_SECRET) && (field->flags & (FIELD_SHOWN | FIELD_INPUT)));
    if (field->type == FIELD_JSON && (field->flags & FIELD_INPUT))
        assert_true(field->shape && field->shape->read);
    for (const char *c = field->name; *c; c++)
        assert_true(islower((unsigned char)*c) || isdigit((unsigned char)*c) || *c == '_' || *c == '.');
    for (size_t j = 0; j < i; j++) {
        const struct field *other = &type->fields[j];
        assert_string_not_equal(other->name, field->name);
        bool apart = other->offset + size_of(other->type) <= field->offset ||
                     field->offset + size_of(field->type) <= other->offset;
        assert_true(apart); /* no two rows share a member */
    }
}

static void every_table_is_whole(void **state)
{
    (void)state;
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const struct record_type *type = &RECORD_TYPES[kind];
        assert_non_null(type->name);
        assert_true(type->field_count >= 3 && type->field_count < 64); /* record_input.c counts in 64 bits */
        assert_int_equal(type->fields[0].type, FIELD_STR);
        assert_string_equal(type->fields[type->field_count - 2].name, "updated_at");
        assert_string_equal(type->fields[type->field_count - 1].name, "version");
        size_t bytes = 0;
        for (size_t i = 0; i < type->field_count; i++) {
            check_field(type, i);
            bytes += size_of(type->fields[i].type);
        }
        /* no member without a row: what is left over is padding, under 8 bytes for each bool or int */
        assert_true(type->size - bytes < 8 * type->field_count && type->size - bytes <= 32);
    }
}

static void every_index_names_fields_of_its_kind(void **state)
{
    (void)state;
    for (int i = 0; i < RECORD_INDEXES; i++) {
        const struct record_index_def *def = &RECORD_INDEX_DEFS[i];
        assert_int_equal(def->name == NULL, def->equal == NULL && def->sort == NULL);
        if (def->equal)
            assert_non_null(record_field(def->kind, def->equal));
        if (def->sort)
            assert_non_null(record_field(def->kind, def->sort));
        for (int j = 0; j < i && def->name; j++)
            if (RECORD_INDEX_DEFS[j].name)
                assert_string_not_equal(RECORD_INDEX_DEFS[j].name, def->name);
    }
}

static void init_makes_everything_absent(void **state)
{
    (void)state;
    struct email email;
    memset(&email, 0x5a, sizeof(email));
    record_init(RECORD_EMAIL, &email);
    assert_null(email.id.ptr);
    assert_null(email.facts.ptr);
    assert_true(isnan(email.score));
    assert_int_equal(email.sent_at, TIME_NONE);
    assert_int_equal(email.status, EMAIL_DRAFTING);
    assert_int_equal(record_version(RECORD_EMAIL, &email), I64_NONE);
}

static void copy_is_deep_and_equal(void **state)
{
    (void)state;
    struct arena arena = {0};
    char name[] = "Maya";
    struct client a, b;
    client_init_bare(&a, STR("c1"), 5);
    a.first_name = (struct str){name, 4};
    record_copy(RECORD_CLIENT, &a, &b, &arena);
    assert_true(record_equal(RECORD_CLIENT, &a, &b));
    assert_ptr_not_equal(a.first_name.ptr, b.first_name.ptr);
    assert_null(b.email.ptr);
    name[0] = 'K';
    assert_false(record_equal(RECORD_CLIENT, &a, &b));
    assert_true(str_equal(b.first_name, STR("Maya")));
    arena_clear(&arena);
}

static void equal_looks_at_all_but_updated_at_and_version(void **state)
{
    (void)state;
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const struct record_type *type = &RECORD_TYPES[kind];
        for (size_t i = 0; i < type->field_count; i++) {
            _Alignas(16) char a[2048], b[2048];
            assert_true(type->size <= sizeof(a));
            record_init((enum record_kind)kind, a);
            record_init((enum record_kind)kind, b);
            assert_true(record_equal((enum record_kind)kind, a, b)); /* NaN equals NaN */
            void *slot = b + type->fields[i].offset;
            switch (type->fields[i].type) {
            case FIELD_STR:
            case FIELD_JSON: *(struct str *)slot = STR(""); break;
            case FIELD_I64:
            case FIELD_TIME: *(int64_t *)slot = 0; break;
            case FIELD_F64: *(double *)slot = 0; break;
            case FIELD_BOOL: *(bool *)slot = true; break;
            case FIELD_ENUM: *(int *)slot = 1; break;
            }
            assert_int_equal(record_equal((enum record_kind)kind, a, b), i + 2 >= type->field_count);
        }
    }
}

static void key_and_version_are_found(void **state)
{
    (void)state;
    struct client client;
    client_init_bare(&client, STR("c1"), 5);
    record_set_version(RECORD_CLIENT, &client, 7);
    assert_int_equal(client.version, 7);
    assert_true(str_equal(record_key(RECORD_CLIENT, &client), STR("c1")));
    assert_null(record_field(RECORD_CLIENT, "nothing"));
    assert_string_equal(record_field(RECORD_CLIENT, "consent.status")->name, "consent.status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_table_is_whole),
        cmocka_unit_test(every_index_names_fields_of_its_kind),
        cmocka_unit_test(init_makes_everything_absent),
        cmocka_unit_test(copy_is_deep_and_equal),
        cmocka_unit_test(equal_looks_at_all_but_updated_at_and_version),
        cmocka_unit_test(key_and_version_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
