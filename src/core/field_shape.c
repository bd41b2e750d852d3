/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What stands inside the JSON fields that callers may set: categories, order items, attributes. Each reader stores one
 * canonical text, so that the same content sent twice is the same bytes and counts as unchanged. */
#include "core/field.h"

#include "base/buf.h"
#include "base/utf8.h"

enum { ITEMS_MAX = 200, ATTRIBUTES_MAX = 50 };
enum { QUANTITY_MAX = 100000 };

/* Where a fault lies: the field, perhaps an entry of it, perhaps a member of that. Its pointer is made only for a fault. */
struct place {
    struct arena *arena;
    struct problems *problems;
    struct str field;
    size_t index;      /* of the entry; SIZE_MAX: the field itself */
    struct str member; /* absent: the entry itself */
};

static void fault(const struct place *place, const char *rule, const char *detail)
{
    struct str pointer = place->field;
    if (place->index != SIZE_MAX)
        pointer = arena_printf(place->arena, "%.*s/%zu", STR_ARG(pointer), place->index);
    if (!str_is_none(place->member))
        pointer = pointer_below(pointer, place->member, place->arena);
    problems_add(place->problems, place->arena, pointer, rule, detail);
}

static bool text_is_good(const struct place *place, struct str text, size_t min, size_t max)
{
    if (!RULE_TEXT.holds(text)) {
        fault(place, RULE_TEXT.name, RULE_TEXT.detail);
        return false;
    }
    size_t length = text.len <= max ? text.len : utf8_length(text); /* code points never outnumber bytes */
    if (text.len >= min && length <= max)
        return true;
    fault(place, "length", arena_printf(place->arena, "must have %zu to %zu characters", min, max).ptr);
    return false;
}

/* True when `value` is of the type and has no more than `max` members. */
static bool container_is_good(const struct place *place, const struct json *value, enum json_type type, size_t max)
{
    if (!json_is(value, type)) {
        fault(place, "type", type == JSON_ARRAY ? "must be a list" : "must be an object");
        return false;
    }
    if (json_size(value) <= max)
        return true;
    fault(place, "length", arena_printf(place->arena, "must have at most %zu members", max).ptr);
    return false;
}

static struct str finish(struct buf *buf, struct arena *arena)
{
    struct str text = arena_str(arena, buf_str(buf));
    buf_clear(buf);
    return text;
}

/* --- lists of texts ------------------------------------------------------------------------------------------------ */
struct str shape_texts_read(const struct json *value, const struct shape_limits *limits, struct str pointer,
                            struct arena *arena, struct problems *problems)
{
    struct place place = {arena, problems, pointer, SIZE_MAX, STR_NONE};
    if (!container_is_good(&place, value, JSON_ARRAY, limits->max_items) || json_size(value) == 0)
        return STR_NONE;
    struct buf buf = {0};
    struct json_out out;
    json_out_init(&out, &buf);
    json_begin_array(&out);
    for (place.index = 0; place.index < json_size(value); place.index++) {
        const struct json *item = json_at(value, place.index);
        if (!json_is(item, JSON_STRING))
            fault(&place, "type", "must be a text");
        else if (text_is_good(&place, json_str(item), 1, limits->max_length))
            json_put_str(&out, json_str(item));
    }
    json_end_array(&out);
    return finish(&buf, arena);
}

static struct str categories_read(const struct json *value, struct str pointer, struct arena *arena,
                                  struct problems *problems)
{
    static const struct shape_limits limits = {.max_items = 50, .max_length = 100};
    return shape_texts_read(value, &limits, pointer, arena, problems);
}

/* --- order items --------------------------------------------------------------------------------------------------- */
enum item_member { ITEM_PRODUCT_ID, ITEM_NAME, ITEM_CATEGORY, ITEM_UNIT_PRICE, ITEM_QUANTITY, ITEM_MEMBERS };
static const char *const ITEM_WORDS[] = {"product_id", "name", "category", "unit_price_minor", "quantity", NULL};

/* One value of an item; null is as good as absent, but a quantity is a number if it is there. */
static void item_member_check(const struct place *place, enum item_member member, const struct json *value)
{
    bool number = member == ITEM_UNIT_PRICE || member == ITEM_QUANTITY;
    if (json_is(value, JSON_NULL) && member != ITEM_QUANTITY)
        return;
    if (!json_is(value, number ? JSON_INT : JSON_STRING)) {
        fault(place, "type", number ? "must be a whole number" : "must be a text");
        return;
    }
    switch (member) {
    case ITEM_PRODUCT_ID:
        if (!RULE_ID.holds(json_str(value)))
            fault(place, RULE_ID.name, RULE_ID.detail);
        return;
    case ITEM_NAME: text_is_good(place, json_str(value), 0, 200); return;
    case ITEM_CATEGORY: text_is_good(place, json_str(value), 0, 100); return;
    case ITEM_UNIT_PRICE:
        if (json_i64(value) < 0 || json_i64(value) > MONEY_MAX_MINOR)
            fault(place, "range", "must be 0 to 1000000000000");
        return;
    case ITEM_QUANTITY:
        if (json_i64(value) < 1 || json_i64(value) > QUANTITY_MAX)
            fault(place, "range", "must be 1 to 100000");
        return;
    case ITEM_MEMBERS: return;
    }
}

static void item_write(struct json_out *out, const struct json *const members[ITEM_MEMBERS])
{
    json_begin_object(out);
    json_pair_str(out, "product_id", json_str(members[ITEM_PRODUCT_ID]));
    json_pair_str(out, "name", json_str(members[ITEM_NAME]));
    json_pair_str(out, "category", json_str(members[ITEM_CATEGORY]));
    json_key(out, "unit_price_minor");
    if (json_is(members[ITEM_UNIT_PRICE], JSON_INT))
        json_put_i64(out, json_i64(members[ITEM_UNIT_PRICE]));
    else
        json_put_null(out);
    json_pair_i64(out, "quantity", members[ITEM_QUANTITY] ? json_i64(members[ITEM_QUANTITY]) : 1);
    json_end_object(out);
}

static void item_read(struct place *place, const struct json *item, struct json_out *out)
{
    if (!json_is(item, JSON_OBJECT)) {
        fault(place, "type", "must be an object");
        return;
    }
    const struct json *members[ITEM_MEMBERS] = {NULL};
    const struct json *value;
    void *iter = NULL;
    while (json_each(item, &iter, &place->member, &value)) {
        int member = field_enum_from(ITEM_WORDS, place->member);
        if (member < 0) {
            fault(place, "unknown", "is not a known field");
            continue;
        }
        members[member] = value;
        item_member_check(place, (enum item_member)member, value);
    }
    place->member = STR_NONE;
    if (str_is_empty(json_str(members[ITEM_PRODUCT_ID])) && str_is_empty(json_str(members[ITEM_NAME])) &&
        str_is_empty(json_str(members[ITEM_CATEGORY])))
        fault(place, "required", "must have a product_id, a name or a category");
    item_write(out, members);
}

static struct str items_read(const struct json *value, struct str pointer, struct arena *arena,
                             struct problems *problems)
{
    struct place place = {arena, problems, pointer, SIZE_MAX, STR_NONE};
    if (!container_is_good(&place, value, JSON_ARRAY, ITEMS_MAX) || json_size(value) == 0)
        return STR_NONE;
    struct buf buf = {0};
    struct json_out out;
    json_out_init(&out, &buf);
    json_begin_array(&out);
    for (place.index = 0; place.index < json_size(value); place.index++)
        item_read(&place, json_at(value, place.index), &out);
    json_end_array(&out);
    return finish(&buf, arena);
}

/* --- attributes ---------------------------------------------------------------------------------------------------- */
static struct str attributes_read(const struct json *value, struct str pointer, struct arena *arena,
                                  struct problems *problems)
{
    struct place place = {arena, problems, pointer, SIZE_MAX, STR_NONE};
    if (!container_is_good(&place, value, JSON_OBJECT, ATTRIBUTES_MAX) || json_size(value) == 0)
        return STR_NONE;
    const struct json *item;
    void *iter = NULL;
    while (json_each(value, &iter, &place.member, &item)) {
        text_is_good(&place, place.member, 1, 64);
        if (json_is(item, JSON_ARRAY) || json_is(item, JSON_OBJECT))
            fault(&place, "type", "must be a text, a number, true, false or null");
        else if (json_is(item, JSON_STRING))
            text_is_good(&place, json_str(item), 0, 500);
    }
    struct buf buf = {0};
    json_dump_sorted(value, &buf);
    return finish(&buf, arena);
}

const struct field_shape SHAPE_CATEGORIES = {"[]", categories_read};
const struct field_shape SHAPE_ITEMS = {"[]", items_read};
const struct field_shape SHAPE_ATTRIBUTES = {"{}", attributes_read};
const struct field_shape SHAPE_LIST = {"[]", NULL};
