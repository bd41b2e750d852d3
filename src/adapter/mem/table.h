/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* All records of one store, by kind: rows sorted by key, and one sorted array per index of core/record.c. Knows no noun;
 * everything comes from RECORD_TYPES and RECORD_INDEX_DEFS. A row is one heap block and never changes: a write replaces
 * it. One thread at a time (the backend's lock). */
#ifndef REKINDLE_ADAPTER_MEM_TABLE_H
#define REKINDLE_ADAPTER_MEM_TABLE_H

#include "adapter/mem/sorted.h"
#include "core/record.h"

/* The fields of an index, looked up once. */
struct table_index {
    enum record_kind kind;
    const struct field *equal; /* NULL: none */
    const struct field *sort;  /* NULL: ordered by key alone */
    const struct field *key;
    bool by_number;     /* sort is I64 or TIME, else it is text */
    struct sorted rows; /* the kind's structs: by equal, sort, key; none whose sort or equal is absent */
};
struct table {
    struct sorted rows[RECORD_KINDS]; /* the kind's structs, by key */
    struct table_index indexes[RECORD_INDEXES];
};

void table_init(struct table *table);
void table_clear(struct table *table);

/* The stored struct, borrowed until its next write; NULL when there is none. */
const void *table_find(const struct table *table, enum record_kind kind, struct str key);
/* Its version, 0 when there is none. */
int64_t table_version(const struct table *table, enum record_kind kind, struct str key);
/* Stores a deep copy of `record` in place of what is there. Its texts may be borrowed from the row it replaces. */
void table_put(struct table *table, enum record_kind kind, const void *record);
void table_remove(struct table *table, enum record_kind kind, struct str key); /* it must be there */

/* The field's value is "absent" as core/field.h has it. */
bool table_is_absent(const struct field *field, const void *record);

/* Access to members through the table of fields. */
static inline struct str table_text(const struct field *field, const void *record)
{
    return *(const struct str *)(const void *)((const char *)record + field->offset);
}
static inline int64_t table_number(const struct field *field, const void *record)
{
    return *(const int64_t *)(const void *)((const char *)record + field->offset);
}
static inline void *table_member(const struct field *field, void *record) { return (char *)record + field->offset; }

#endif
