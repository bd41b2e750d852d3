/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/respond.h"

void respond_begin(struct response *response, struct json_out *out)
{
    response_reset(response);
    json_out_init(out, &response->body);
}

void respond_json(struct response *response, int status)
{
    response->status = status;
    response->type = "application/json";
}

void respond_text(struct response *response, const char *type, struct str text)
{
    response_reset(response);
    buf_add(&response->body, text);
    response->status = 200;
    response->type = type;
}

void respond_empty(struct response *response)
{
    response_reset(response);
    response->status = 204;
}

void respond_etag(const struct request *request, struct response *response, int64_t version)
{
    response_header(response, "ETag", arena_printf(request->arena, "\"%lld\"", (long long)version));
}

bool respond_if_match(const struct request *request, struct response *response, int64_t *version)
{
    struct str text = str_trim(request_header(request, "If-Match"));
    struct str where = STR("header:If-Match");
    if (str_is_empty(text)) {
        problem_write(request, response, PROBLEM_NEEDS_IF_MATCH, PROBLEM(where, "required", "is missing"));
        return false;
    }
    struct str number = {text.ptr + 1, text.len >= 2 ? text.len - 2 : 0};
    if (text.len >= 3 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"' && str_to_i64(number, version) == RC_OK &&
        *version > 0)
        return true;
    problem_write(request, response, PROBLEM_MALFORMED,
                  PROBLEM(where, "pattern", "must be the ETag of an answer, such as \"7\""));
    return false;
}
