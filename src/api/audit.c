/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GET /api/v1/audit: who decided what, latest first, of all or of one subject. And /api/v1/audit/verify: whether the chain
 * over it holds. */
#include "api/handlers.h"
#include "api/page.h"
#include "api/respond.h"
#include "core/record.h"
#include "step/audit_chain.h"

#define SUBJECT_MAX 300 /* the id of an episode is two ids */
#define HEAD_MAX 80     /* place, colon, hash */

static void write_entry(const struct request *request, const struct audit *entry, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "id", entry->id);
    json_pair_str(out, "at", time_to_text(entry->at, request->arena));
    json_pair_str(out, "actor", entry->actor);
    json_pair_str(out, "action", entry->action);
    json_pair_str(out, "subject", entry->subject);
    json_key(out, "detail");
    json_put_raw(out, entry->detail);
    json_pair_str(out, "seal", entry->seal);
    json_end_object(out);
}

void audit_list(const struct request *request, struct response *response, struct api *api)
{
    struct store_query query = STORE_QUERY(AUDIT_BY_TIME);
    struct store_page list;
    struct page page;
    struct json_out out;
    struct str subject;
    if (!query_text(request, response, "subject", SUBJECT_MAX, &subject) ||
        !page_read(request, response, str_is_none(subject) ? STR("audit") : subject, &page))
        return;
    if (!str_is_none(subject))
        query.index = AUDIT_BY_SUBJECT;
    query.equal = subject;
    query.limit = page.limit;
    query.cursor = page.cursor;
    query.descending = true;
    if (!page_list(request, response, api->env.store, &query, &list))
        return;
    page_begin(response, &out);
    for (size_t i = 0; i < list.count; i++)
        write_entry(request, &((const struct audit *)list.items)[i], &out);
    page_end(request, response, &page, &out, list.cursor);
}

static void write_report(const struct request *request, struct response *response, const struct audit_report *report,
                         bool holds)
{
    struct json_out out;
    respond_begin(response, &out);
    json_begin_object(&out);
    json_pair_bool(&out, "holds", holds);
    json_pair_i64(&out, "links", report->links);
    json_pair_i64(&out, "erased", report->erased);
    json_pair_i64(&out, "unsealed", report->unsealed);
    json_pair_str(&out, "place", report->head);
    json_pair_str(&out, "hash", report->head_hash);
    json_pair_str(&out, "fault", holds ? STR_NONE : audit_fault_text(report, request->arena));
    json_end_object(&out);
    respond_json(response, 200);
}

void audit_verify_show(const struct request *request, struct response *response, struct api *api)
{
    struct audit_head head = {.place = STR_NONE};
    struct audit_report report;
    if (!query_text(request, response, "head", HEAD_MAX, &head.hash))
        return;
    head.place = str_is_none(head.hash) ? STR_NONE
                                        : str_cut(&head.hash, ':'); /* what is no link is a link that is missing */
    enum rc rc = audit_verify(&api->env, &head, request->arena, &report);
    if (rc == RC_OK || rc == RC_CORRUPT)
        write_report(request, response, &report, rc == RC_OK);
    else
        problem_from_rc(request, response, rc);
}
