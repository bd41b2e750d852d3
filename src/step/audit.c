/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/audit.h"

#include "base/json.h"
#include "base/rand.h"
#include "core/records_small.h"

enum { SALT_BYTES = 16 };

/* One job seals whatever waits: a batch that notes several acts asks for it once. */
static void ask_for_seal(struct batch *batch, int64_t now)
{
    for (size_t i = 0; i < batch->job_count; i++)
        if (batch->jobs[i].kind == JOB_SEAL)
            return;
    batch_job(batch, STORE_JOB_EARLIEST, JOB_SEAL, JOB_SHOP, now);
}

struct str audit_actor(struct str name)
{
    const struct str prefix = STR("staff:");
    return str_starts_with(name, prefix) ? (struct str){name.ptr + prefix.len, name.len - prefix.len} : name;
}

void audit_add(const struct step_env *env, struct batch *batch, const struct audit_entry *entry, struct arena *arena)
{
    struct audit *audit = arena_new(arena, 1, sizeof *audit);
    int64_t now = clock_now(env->clock);
    uint8_t salt[SALT_BYTES];
    rand_bytes(salt, sizeof salt);
    *audit = (struct audit){.id = env_new_id(env, arena),
                            .at = now,
                            .actor = entry->actor,
                            .action = entry->action,
                            .subject = entry->subject,
                            .detail = entry->detail,
                            .salt = hash_to_hex(salt, sizeof salt, arena),
                            .updated_at = now};
    batch_put(batch, RECORD_AUDIT, audit, STORE_ABSENT);
    ask_for_seal(batch, now);
}

struct comparison {
    struct arena *arena;
    struct json_out out;
    const char *skip;
};

static bool same_value(const struct json *a, const struct json *b)
{
    struct buf x = {0}, y = {0};
    json_dump_sorted(a, &x);
    json_dump_sorted(b, &y);
    bool same = str_equal(buf_str(&x), buf_str(&y));
    buf_clear(&x);
    buf_clear(&y);
    return same;
}

static void put_value(struct json_out *out, const char *key, const struct json *value)
{
    struct buf text = {0};
    json_key(out, key);
    if (value != NULL)
        json_dump(value, &text);
    json_put_raw(out, buf_str(&text)); /* none: null */
    buf_clear(&text);
}

static void put_change(struct comparison *c, struct str name, const struct json *before, const struct json *after)
{
    json_key(&c->out, name.ptr);
    json_begin_object(&c->out);
    put_value(&c->out, "before", before);
    put_value(&c->out, "after", after);
    json_end_object(&c->out);
}

static void compare(struct comparison *c, struct str prefix, const struct json *before, const struct json *after);

static void compare_member(struct comparison *c, struct str name, const struct json *before, const struct json *after)
{
    if (json_is(before, JSON_OBJECT) && json_is(after, JSON_OBJECT))
        compare(c, name, before, after);
    else if (before == NULL || after == NULL || !same_value(before, after))
        put_change(c, name, before, after);
}

/* Members of `after` in its order, then those that only `before` has. */
static void compare(struct comparison *c, struct str prefix, const struct json *before, const struct json *after)
{
    const struct json *sides[] = {after, before};
    for (int side = 0; side < 2; side++) {
        void *iter = NULL;
        struct str name;
        const struct json *value;
        while (json_each(sides[side], &iter, &name, &value)) {
            struct str member = arena_str(c->arena, name);
            const struct json *other = json_get(sides[1 - side], member.ptr);
            bool skipped = c->skip != NULL && str_is_none(prefix) && str_equal(member, str_of(c->skip));
            if (skipped || (side == 1 && other != NULL))
                continue;
            struct str path =
                str_is_none(prefix) ? member : arena_printf(c->arena, "%.*s.%.*s", STR_ARG(prefix), STR_ARG(member));
            compare_member(c, path, side == 0 ? other : value, side == 0 ? value : other);
        }
    }
}

enum rc audit_changes(struct str before, struct str after, const char *skip, struct arena *arena, struct str *out)
{
    struct json *old = NULL, *new = NULL;
    struct json_error error;
    struct buf text = {0};
    struct comparison c = {.arena = arena, .skip = skip};
    enum rc rc = json_parse(before, &old, &error);
    if (rc == RC_OK)
        rc = json_parse(after, &new, &error);
    if (rc == RC_OK) {
        json_out_init(&c.out, &text);
        json_begin_object(&c.out);
        compare(&c, STR_NONE, old, new);
        json_end_object(&c.out);
        *out = arena_str(arena, buf_str(&text));
    }
    buf_clear(&text);
    json_free(old);
    json_free(new);
    return rc == RC_OK ? RC_OK : RC_CORRUPT;
}
