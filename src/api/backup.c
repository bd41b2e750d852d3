/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* POST /api/v1/backup, over the admin socket alone: it writes a file of this machine. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "api/body.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"

/* The store alone; the keys lie beside it and are the caller's to copy. */
static enum rc copy_store(struct api *api, const char *path, struct api_backup *out)
{
    struct stat info;
    if (lstat(path, &info) == 0 || errno != ENOENT)
        return RC_CONFLICT;
    enum rc rc = api->env.store->vtable->backup(api->env.store, path);
    if (rc != RC_OK)
        return rc;
    *out = (struct api_backup){.bytes = stat(path, &info) == 0 ? (int64_t)info.st_size : 0,
                               .missing = STR("[\"link keys\",\"suppression key\"]")};
    return RC_OK;
}

static void answer(struct response *response, struct str path, const struct api_backup *backup)
{
    struct json_out out;
    respond_begin(response, &out);
    json_begin_object(&out);
    json_pair_str(&out, "path", path);
    json_pair_i64(&out, "bytes", backup->bytes);
    json_pair_bool(&out, "keys_included", backup->keys_included);
    json_key(&out, "missing");
    json_put_raw(&out, str_is_empty(backup->missing) ? STR("[]") : backup->missing);
    json_end_object(&out);
    respond_json(response, 200);
}

static void run(const struct request *request, struct response *response, struct api *api, struct str path)
{
    struct api_backup backup = {0};
    enum rc rc = api->options.backup != NULL ? api->options.backup(api->options.ctx, path.ptr, request->arena, &backup)
                                             : copy_store(api, path.ptr, &backup);
    if (rc == RC_OK)
        answer(response, path, &backup);
    else if (rc == RC_CONFLICT)
        problem_write(request, response, PROBLEM_CONFLICT, PROBLEM(STR("/path"), "exists", "there is such a file"));
    else if (rc == RC_INVALID)
        problem_write(request, response, PROBLEM_INVALID,
                      PROBLEM(STR("/path"), "store", "this store has its own way of backups"));
    else
        problem_from_rc(request, response, rc);
}

void backup_post(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "path", .type = JSON_STRING, .required = true, .min = 1, .max = 4095}};
    struct json *body;
    if (!body_read(request, response, FIELDS, 1, &body))
        return;
    struct str path = arena_str(request->arena, json_get_str(body, "path"));
    json_free(body);
    if (path.ptr[0] != '/')
        problem_write(request, response, PROBLEM_INVALID, PROBLEM(STR("/path"), "pattern", "must be an absolute path"));
    else
        run(request, response, api, path);
}
