/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/email_delivery.h"

#include "core/record.h"

#define NOTICES_SHOWN 50 /* of one email, the newest */

/* Every approved email has an instant before which it does not go, the end of undo; one with a reason waits beyond it. */
static int64_t delayed_until(const struct email *email)
{
    return email->status == EMAIL_APPROVED && !str_is_none(email->reason) ? email->send_after : TIME_NONE;
}

void email_write_delivery(const struct view *view, const struct email *email, struct json_out *out)
{
    bool heard = email->delivery != DELIVERY_UNKNOWN;
    view_time(view, "send_after", delayed_until(email), out);
    json_pair_str(out, "delivery", heard ? field_enum_word(DELIVERY_WORDS, email->delivery) : STR_NONE);
    view_time(view, "delivery_at", heard ? email->delivery_at : TIME_NONE, out);
    json_pair_i64(out, "clicks", email->clicks == I64_NONE ? 0 : email->clicks);
    json_pair_i64(out, "machine_clicks", email->machine_clicks == I64_NONE ? 0 : email->machine_clicks);
    view_time(view, "clicked_at", email->clicked_at, out);
}

static void put_notice(const struct view *view, const struct notice *notice, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "kind", field_enum_word(NOTICE_WORDS, notice->kind));
    json_pair_str(out, "source", notice->source);
    json_pair_str(out, "status", notice->status);
    json_pair_str(out, "detail", notice->detail);
    view_time(view, "at", notice->at, out);
    json_end_object(out);
}

enum rc email_write_notices(const struct view *view, const struct email *email, struct json_out *out)
{
    struct store_query query = STORE_QUERY(NOTICE_BY_EMAIL);
    struct store_page page;
    query.equal = email->id;
    query.descending = true;
    query.limit = NOTICES_SHOWN;
    enum rc rc = store_list(view->env->store, &query, view->arena, &page);
    if (rc != RC_OK)
        return rc;
    json_key(out, "notices");
    json_begin_array(out);
    for (size_t i = page.count; i > 0; i--)
        put_notice(view, &((const struct notice *)page.items)[i - 1], out);
    json_end_array(out);
    return RC_OK;
}
