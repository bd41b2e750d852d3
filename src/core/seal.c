/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/seal.h"

#include "base/hash.h"
#include "base/json.h"

const char *const SEAL_FAULT_WORDS[] = {
    "holds", "link_missing", "link_broken", "entry_missing", "entry_after_erasure", "entry_changed", NULL,
};

struct str seal_place(int64_t number, struct arena *arena)
{
    return arena_printf(arena, "%0*lld", SEAL_PLACE_DIGITS, (long long)number);
}

int64_t seal_number(struct str place)
{
    int64_t number = 0;
    if (place.len != SEAL_PLACE_DIGITS)
        return 0;
    for (size_t i = 0; i < place.len; i++) {
        if (place.ptr[i] < '0' || place.ptr[i] > '9')
            return 0;
        number = number * 10 + (place.ptr[i] - '0');
    }
    return number;
}

static struct str hash_text(struct buf *text, struct arena *arena)
{
    struct str hash = hash_sha256_hex(buf_str(text), arena);
    buf_clear(text);
    return hash;
}

struct str seal_payload_hash(const struct audit *entry, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_array(&out);
    json_put_str(&out, entry->salt);
    json_put_str(&out, entry->id);
    json_put_i64(&out, entry->at);
    json_put_str(&out, entry->actor);
    json_put_str(&out, entry->action);
    json_put_str(&out, entry->subject);
    json_put_str(&out, entry->detail);
    json_end_array(&out);
    return hash_text(&text, arena);
}

struct str seal_hash(struct str before, const struct seal *seal, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_array(&out);
    json_put_str(&out, str_is_none(before) ? STR("") : before);
    json_put_str(&out, seal->id);
    json_put_str(&out, seal->audit_id);
    json_put_str(&out, seal->payload_hash);
    json_end_array(&out);
    return hash_text(&text, arena);
}

enum seal_fault seal_check(int64_t place_before, struct str hash_before, const struct seal *seal,
                           const struct audit *entry, struct arena *arena)
{
    if (seal_number(seal->id) != place_before + 1)
        return SEAL_MISSING;
    if (!str_equal(seal->hash, seal_hash(hash_before, seal, arena)))
        return SEAL_BROKEN;
    if (entry == NULL)
        return seal->erased_at == TIME_NONE ? SEAL_ENTRY_GONE : SEAL_HOLDS;
    if (seal->erased_at != TIME_NONE)
        return SEAL_ENTRY_BACK;
    /* the place is in the entry too, so no entry can stand for two links */
    bool same = entry->sealed == AUDIT_CHAINED && str_equal(entry->seal, seal->id) &&
                str_equal(seal->payload_hash, seal_payload_hash(entry, arena));
    return same ? SEAL_HOLDS : SEAL_ENTRY_CHANGED;
}
