/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/audit_chain.h"

#include "base/log.h"
#include "step/reads.h"

enum rc audit_chain_head(const struct step_env *env, struct arena *arena, struct seal *out)
{
    struct store_query query = STORE_QUERY(SEAL_BY_ID);
    struct store_page page;
    query.descending = true;
    query.limit = 1;
    record_init(RECORD_SEAL, out);
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK)
        return rc;
    if (page.count == 0)
        return RC_NOT_FOUND;
    *out = *(const struct seal *)page.items;
    return RC_OK;
}

/* --- verifying ----------------------------------------------------------------------------------------------------- */
struct verify {
    const struct step_env *env;
    struct arena *arena;
    struct audit_report *out;
    const struct audit_head *known;
    struct buf hash; /* of the link looked at last */
    int64_t place;
    bool known_seen;
};

static enum rc broken(struct verify *v, enum audit_fault_kind kind, enum seal_fault fault, const struct seal *seal)
{
    v->out->fault = kind;
    v->out->seal = fault;
    v->out->place = seal ? arena_str(v->arena, seal->id) : STR_NONE;
    v->out->audit_id = seal ? arena_str(v->arena, seal->audit_id) : STR_NONE;
    return RC_CORRUPT;
}

/* The entry of a link. One that is erased right now may be gone before its link was read as erased: the link is read again. */
static enum rc read_entry(struct verify *v, struct seal *seal, struct arena *page, struct audit *entry, bool *there)
{
    enum rc rc = store_get(v->env->store, RECORD_AUDIT, seal->audit_id, page, entry);
    *there = rc == RC_OK;
    if (rc != RC_NOT_FOUND || seal->erased_at != TIME_NONE)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    return store_get(v->env->store, RECORD_SEAL, seal->id, page, seal);
}

static enum rc check_link(struct verify *v, struct seal *seal, struct arena *page)
{
    struct audit entry;
    bool there;
    enum rc rc = read_entry(v, seal, page, &entry, &there);
    if (rc != RC_OK)
        return rc;
    struct str before = v->place == 0 ? STR_NONE : buf_str(&v->hash);
    enum seal_fault fault = seal_check(v->place, before, seal, there ? &entry : NULL, page);
    if (fault != SEAL_HOLDS)
        return broken(v, AUDIT_FAULT_LINK, fault, seal);
    if (str_equal(seal->id, v->known->place)) {
        v->known_seen = true;
        if (!str_equal_nocase(seal->hash, v->known->hash))
            return broken(v, AUDIT_FAULT_HEAD, SEAL_HOLDS, seal);
    }
    v->out->links++;
    v->out->erased += seal->erased_at != TIME_NONE;
    v->place++;
    buf_reset(&v->hash);
    buf_add(&v->hash, seal->hash);
    return RC_OK;
}

typedef enum rc look_function(struct verify *v, void *record, struct arena *page);

static enum rc look_at_link(struct verify *v, void *record, struct arena *page) { return check_link(v, record, page); }

/* Walks an index, a page at a time. */
static enum rc walk(struct verify *v, enum record_index index, look_function *look)
{
    struct store_query query = STORE_QUERY(index);
    struct arena page_arena = {0};
    struct buf cursor = {0};
    size_t size = RECORD_TYPES[RECORD_INDEX_DEFS[index].kind].size;
    enum rc rc;
    do {
        struct store_page page;
        if ((rc = store_list(v->env->store, &query, &page_arena, &page)) != RC_OK)
            break;
        for (size_t i = 0; i < page.count && rc == RC_OK; i++)
            rc = look(v, (char *)page.items + i * size, &page_arena);
        bool last = str_is_none(page.cursor);
        buf_reset(&cursor);
        buf_add(&cursor, page.cursor);
        query.cursor = last ? STR_NONE : buf_str(&cursor);
        arena_clear(&page_arena);
    } while (rc == RC_OK && !str_is_none(query.cursor));
    arena_clear(&page_arena);
    buf_clear(&cursor);
    return rc;
}

/* Every entry that says it is chained must have its link: the links were held against their entries, this is the way back.
 * The link's own word counts, so what is sealed after the walk over the links is as good. */
static enum rc look_at_entry(struct verify *v, void *record, struct arena *page)
{
    const struct audit *entry = record;
    struct seal seal;
    if (entry->sealed == AUDIT_UNCHAINED) {
        v->out->unsealed++;
        return RC_OK;
    }
    enum rc rc = store_get(v->env->store, RECORD_SEAL, entry->seal, page, &seal);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK && str_equal(seal.audit_id, entry->id))
        return RC_OK;
    seal.id = entry->seal;
    seal.audit_id = entry->id;
    return broken(v, AUDIT_FAULT_UNKNOWN, SEAL_HOLDS, &seal);
}

static enum rc verify_all(struct verify *v)
{
    int64_t made;
    enum rc rc = read_counter(v->env, AUDIT_LINKS_COUNTER, v->arena, &made); /* first: later links only add */
    if (rc == RC_OK)
        rc = walk(v, SEAL_BY_ID, look_at_link);
    if (rc == RC_OK && v->out->links < made)
        rc = broken(v, AUDIT_FAULT_CUT, SEAL_HOLDS, NULL);
    if (rc == RC_OK && !str_is_none(v->known->place) && !v->known_seen)
        rc = broken(v, AUDIT_FAULT_HEAD, SEAL_HOLDS, NULL);
    return rc == RC_OK ? walk(v, AUDIT_BY_TIME, look_at_entry) : rc;
}

enum rc audit_verify(const struct step_env *env, const struct audit_head *known, struct arena *arena,
                     struct audit_report *out)
{
    struct verify v = {.env = env, .arena = arena, .out = out, .known = known};
    *out = (struct audit_report){.links = 0};
    enum rc rc = verify_all(&v);
    if (out->links > 0) {
        out->head = seal_place(v.place, arena);
        out->head_hash = arena_str(arena, buf_str(&v.hash));
    }
    buf_clear(&v.hash);
    return rc;
}

struct str audit_fault_text(const struct audit_report *report, struct arena *arena)
{
    static const char *const OF_LINK[] = {[SEAL_MISSING] = "a link is missing before",
                                          [SEAL_BROKEN] = "the hash is not that of its link at",
                                          [SEAL_ENTRY_GONE] = "the entry is missing, and was not erased, at",
                                          [SEAL_ENTRY_BACK] = "an erased entry is there again at",
                                          [SEAL_ENTRY_CHANGED] = "the entry is not what was sealed at"};
    const char *what = report->fault == AUDIT_FAULT_LINK      ? OF_LINK[report->seal]
                       : report->fault == AUDIT_FAULT_UNKNOWN ? "an entry has no link of its own at"
                                                              : "another chain was written down at";
    if (report->fault == AUDIT_FAULT_READ)
        return STR("a record of the log cannot be read");
    if (report->fault == AUDIT_FAULT_CUT)
        return arena_printf(arena, "links are missing after the last of %lld", (long long)report->links);
    if (str_is_none(report->place))
        return STR("the link that was written down is missing");
    return arena_printf(arena, "%s place %.*s, entry %.*s", what, STR_ARG(report->place), STR_ARG(report->audit_id));
}

/* --- erasing ------------------------------------------------------------------------------------------------------- */
/* A person's right goes before the chain: a link that is missing, or is another entry's, is told and keeps nobody from being
 * erased. verify names the place. */
static enum rc mark_link(const struct step_env *env, struct batch *batch, const struct audit *entry,
                         struct arena *arena)
{
    struct seal *seal = arena_new(arena, 1, sizeof *seal);
    enum rc rc = store_get(env->store, RECORD_SEAL, entry->seal, arena, seal);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && !str_equal(seal->audit_id, entry->id))) {
        log_error("audit_link_missing", "entry=" LOG_STR " place=" LOG_STR, LOG_ARG(entry->id), LOG_ARG(entry->seal));
        return RC_OK;
    }
    if (rc != RC_OK)
        return rc;
    seal->erased_at = seal->updated_at = clock_now(env->clock);
    batch_put(batch, RECORD_SEAL, seal, seal->version);
    return RC_OK;
}

enum rc audit_erase(const struct step_env *env, struct batch *batch, struct str subject, size_t most,
                    struct arena *arena, size_t *count, bool *more)
{
    struct store_query query = STORE_QUERY(AUDIT_BY_SUBJECT);
    struct store_page page;
    *count = 0;
    query.equal = subject;
    query.limit = most > 0 ? most : 1;
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK)
        return rc;
    const struct audit *entries = page.items;
    *more = !str_is_none(page.cursor) || page.count > most;
    for (size_t i = 0; i < page.count && i < most; i++) {
        batch_delete(batch, RECORD_AUDIT, entries[i].id, entries[i].version);
        ++*count;
        if (entries[i].sealed != AUDIT_UNCHAINED) /* else no link will ever be made */
            rc = mark_link(env, batch, &entries[i], arena);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}
