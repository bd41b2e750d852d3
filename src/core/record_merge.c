/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the store shall hold when a record arrives from the shop's system. The input replaces what was there, fields it does
 * not name included, with these exceptions:
 * - an older source_updated_at changes nothing; one that is missing or equal counts as now;
 * - created_at stays; a bare client (an order named it) never replaces one with data;
 * - consent follows client_consent_accepts; an objection to profiling is never lifted by an ingest, only by a staff edit;
 * - an order never changes its client (MERGE_REFUSED), and without a newer source_updated_at a shipped, cancelled or
 *   returned one does not go back, so that a history loaded twice undoes nothing. */
#include <string.h>

#include "core/client.h"
#include "core/order.h"
#include "core/product.h"
#include "core/record.h"

static bool is_older(int64_t in, int64_t old) { return in != TIME_NONE && old != TIME_NONE && in < old; }

static bool is_newer(int64_t in, int64_t old) { return in != TIME_NONE && (old == TIME_NONE || in > old); }

static void keep_consent(const struct client *old, struct client *out)
{
    out->consent_status = old->consent_status;
    out->consent_basis = old->consent_basis;
    out->consent_until = old->consent_until;
    out->consent_source = old->consent_source;
    out->consent_evidence = old->consent_evidence;
    out->consent_at = old->consent_at;
}

static enum record_merge merge_client(const struct client *old, const struct client *in, struct client *out)
{
    if (is_older(in->source_updated_at, old->source_updated_at) || client_is_bare(in))
        return MERGE_SAME;
    if (!client_consent_accepts(old, in))
        keep_consent(old, out);
    if (old->profiling == PROFILING_OBJECTED)
        out->profiling = PROFILING_OBJECTED;
    if (in->source_updated_at == TIME_NONE)
        out->source_updated_at = old->source_updated_at;
    out->created_at = old->created_at;
    return MERGE_STORE;
}

static enum record_merge merge_order(const struct order *old, const struct order *in, struct order *out)
{
    if (!str_equal(old->client_id, in->client_id))
        return MERGE_REFUSED;
    if (is_older(in->source_updated_at, old->source_updated_at))
        return MERGE_SAME;
    bool back = in->status < old->status && in->status <= ORDER_SHIPPED;
    if (back && !is_newer(in->source_updated_at, old->source_updated_at))
        out->status = old->status;
    if (in->source_updated_at == TIME_NONE)
        out->source_updated_at = old->source_updated_at;
    out->created_at = old->created_at;
    return MERGE_STORE;
}

static enum record_merge merge_product(const struct product *old, const struct product *in, struct product *out)
{
    if (is_older(in->source_updated_at, old->source_updated_at))
        return MERGE_SAME;
    if (in->source_updated_at == TIME_NONE)
        out->source_updated_at = old->source_updated_at;
    out->created_at = old->created_at;
    return MERGE_STORE;
}

static enum record_merge merge_kind(enum record_kind kind, const void *old, const void *in, void *out)
{
    switch (kind) {
    case RECORD_CLIENT: return merge_client(old, in, out);
    case RECORD_ORDER: return merge_order(old, in, out);
    case RECORD_PRODUCT: return merge_product(old, in, out);
    default: return MERGE_STORE; /* no other kind comes from outside: the input is what shall be there */
    }
}

static void borrow(enum record_kind kind, const void *from, void *to)
{
    memmove(to, from, RECORD_TYPES[kind].size); /* texts are shared; `out` may be `in` */
}

enum record_merge record_merge(enum record_kind kind, const void *old, const void *in, void *out)
{
    borrow(kind, in, out);
    if (!old)
        return MERGE_STORE;
    enum record_merge result = merge_kind(kind, old, in, out);
    if (result == MERGE_STORE) {
        record_set_version(kind, out, record_version(kind, old));
        if (!record_equal(kind, old, out))
            return MERGE_STORE;
        result = MERGE_SAME;
    }
    borrow(kind, old, out); /* the same or refused: what is there stays */
    return result;
}
