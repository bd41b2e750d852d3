/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every index of every kind, by the table that describes them: it lists the records that have a value to stand by, in that
 * order, and no others. */
#include <stdlib.h>
#include <string.h>

#include "contract/contract.h"

enum { RECORDS = 9 };

static const struct field *field_named(enum record_kind kind, const char *name)
{
    for (size_t i = 0; i < RECORD_TYPES[kind].field_count; i++)
        if (strcmp(RECORD_TYPES[kind].fields[i].name, name) == 0)
            return &RECORD_TYPES[kind].fields[i];
    fail_msg("no field %s", name);
    return NULL;
}

static const void *member(const struct field *field, const void *record)
{
    return (const char *)record + field->offset;
}

/* What an index's `equal` is asked with. */
static struct str equal_of(const struct record_index_def *def, const void *record)
{
    if (def->equal == NULL)
        return STR_NONE;
    const struct field *field = field_named(def->kind, def->equal);
    const void *value = member(field, record);
    return field->type == FIELD_ENUM ? str_of(field->words[*(const int *)value]) : *(const struct str *)value;
}

static bool stands(const struct record_index_def *def, const void *record)
{
    if (def->sort == NULL)
        return true;
    const struct field *field = field_named(def->kind, def->sort);
    const void *value = member(field, record);
    return field->type == FIELD_STR ? !str_is_none(*(const struct str *)value) : *(const int64_t *)value != I64_NONE;
}

static const struct record_index_def *sorting; /* for qsort, in one thread */

static int by_index(const void *a, const void *b)
{
    const void *x = *(void *const *)a, *y = *(void *const *)b;
    if (sorting->sort != NULL) {
        const struct field *field = field_named(sorting->kind, sorting->sort);
        const void *p = member(field, x), *q = member(field, y);
        int order = 0;
        if (field->type == FIELD_STR)
            order = str_compare(*(const struct str *)p, *(const struct str *)q);
        else if (*(const int64_t *)p != *(const int64_t *)q)
            order = *(const int64_t *)p < *(const int64_t *)q ? -1 : 1;
        if (order != 0)
            return order;
    }
    return str_compare(record_key(sorting->kind, x), record_key(sorting->kind, y));
}

/* What the index must list beside `asked`, in its order. */
static size_t expected(const struct record_index_def *def, void *const *records, const void *asked, void **out)
{
    size_t count = 0;
    for (int i = 0; i < RECORDS; i++) {
        bool among = def->equal == NULL || str_equal(equal_of(def, records[i]), equal_of(def, asked));
        if (stands(def, records[i]) && among)
            out[count++] = records[i];
    }
    sorting = def;
    qsort(out, count, sizeof *out, by_index);
    return count;
}

static void look_along(struct contract *contract, enum record_index index, void *const *records)
{
    const struct record_index_def *def = &RECORD_INDEX_DEFS[index];
    for (int i = 0; i < RECORDS; i++) {
        void *wanted[RECORDS];
        struct store_query query = STORE_QUERY(index);
        struct store_page page;
        query.equal = equal_of(def, records[i]);
        if (def->equal != NULL && str_is_none(query.equal))
            continue;
        size_t count = expected(def, records, records[i], wanted);
        for (int descending = 0; descending < 2; descending++) {
            query.descending = descending;
            assert_rc(store_list(contract->store, &query, &contract->arena, &page), RC_OK);
            assert_int_equal(page.count, count);
            for (size_t k = 0; k < count; k++) {
                const void *got = (const char *)page.items + k * RECORD_TYPES[def->kind].size;
                const void *want = wanted[descending ? count - 1 - k : k];
                assert_true(str_equal(record_key(def->kind, got), record_key(def->kind, want)));
            }
        }
    }
}

static void every_index_lists_what_stands_in_it_in_order(void **state)
{
    struct contract *contract = *state;
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        void *records[RECORDS];
        for (int i = 0; i < RECORDS; i++) { /* full ones in another order than their numbers, and two without values */
            bool bare = i == 3 || i == 7;
            records[i] = bare ? contract_bare(contract, kind, i == 3 ? "bare3" : "bare7")
                              : contract_full(contract, kind, (i * 4 + 1) % RECORDS);
            assert_rc(contract_put(contract, kind, records[i], STORE_ABSENT), RC_OK);
        }
        for (int index = 0; index < RECORD_INDEXES; index++)
            if (RECORD_INDEX_DEFS[index].kind == (enum record_kind)kind)
                look_along(contract, index, records);
    }
}

int store_index_contract_run(void)
{
    const struct CMUnitTest tests[] = {CONTRACT_TEST(every_index_lists_what_stands_in_it_in_order)};
    return cmocka_run_group_tests_name("store: indexes", tests, NULL, NULL);
}
