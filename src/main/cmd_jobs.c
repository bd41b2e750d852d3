/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle jobs`: dead letters. A job is named by KIND:KEY, as `jobs list` prints it. */
#include "main/command.h"

#include <stdio.h>
#include <string.h>

#include "base/time_text.h"
#include "main/access.h"
#include "main/options.h"

static void print_job(struct str kind, struct str key, struct str run_at, int64_t attempts, struct str reason)
{
    printf("%.*s:%.*s\t%.*s\t%lld attempts\t%.*s\n", STR_ARG(kind), STR_ARG(key), STR_ARG(run_at), (long long)attempts,
           STR_ARG(str_is_none(reason) ? STR("-") : reason));
}

static void print_row(void *ctx, const struct json *row)
{
    (void)ctx;
    print_job(json_get_str(row, "kind"), json_get_str(row, "key"), json_get_str(row, "run_at"),
              json_get_i64(row, "attempts", 0), json_get_str(row, "reason"));
}

static int list_in_store(struct access *access, bool dead)
{
    struct queue *queue = access->wired.env.queue;
    struct str cursor = STR_NONE;
    do {
        struct queue_list page;
        enum rc rc = queue->vtable->list(queue, dead, JOB_KINDS, 200, cursor, &access->arena, &page);
        if (rc != RC_OK)
            return access_fault("cannot read the jobs", rc);
        for (size_t i = 0; i < page.count; i++) {
            const struct job *job = &page.items[i];
            print_job(str_of(JOB_KIND_WORDS[job->kind]), job->key, time_to_text(job->run_at, &access->arena),
                      job->attempts, job->reason);
        }
        cursor = page.cursor;
    } while (!str_is_none(cursor));
    return EXIT_DONE;
}

static int list(int argc, char **argv)
{
    struct str data = STR_NONE;
    bool waiting = false;
    const struct option_row rows[] = {
        {.name = "--waiting", .help = "jobs that wait, instead of dead letters", .on = &waiting},
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data},
    };
    const struct usage usage = {.synopsis = "rekindle jobs list [--waiting] [--data FOLDER]",
                                .text = "One job a line, tabs between: KIND:KEY, when it runs, attempts, last reason.",
                                .rows = rows,
                                .row_count = sizeof rows / sizeof rows[0]};
    int code = options_read(&usage, argc, argv, NULL);
    if (code != OPTIONS_CONTINUE)
        return code;
    struct access access;
    code = access_open(data, "jobs", true, &access);
    if (code == EXIT_DONE && access.server)
        code = access_each(&access, waiting ? "/api/v1/jobs?state=waiting" : "/api/v1/jobs?state=dead", SETTING_BY_ID,
                           print_row, NULL);
    else if (code == EXIT_DONE)
        code = list_in_store(&access, !waiting);
    access_close(&access);
    return code;
}

/* The server's id of the dead job that KIND:KEY names. */
struct wanted {
    struct str kind, key, id;
    struct arena *arena;
};

static void find_row(void *ctx, const struct json *row)
{
    struct wanted *wanted = ctx;
    if (str_equal(json_get_str(row, "kind"), wanted->kind) && str_equal(json_get_str(row, "key"), wanted->key))
        wanted->id = arena_str(wanted->arena, json_get_str(row, "id"));
}

static int act_at_server(struct access *access, struct str kind, struct str key, const char *verb)
{
    struct wanted wanted = {.kind = kind, .key = key, .arena = &access->arena};
    const char *path = arena_printf(&access->arena, "/api/v1/jobs?state=dead&kind=%.*s", STR_ARG(kind)).ptr;
    int code = access_each(access, path, SETTING_BY_ID, find_row, &wanted);
    if (code != EXIT_DONE)
        return code;
    if (str_is_none(wanted.id))
        return access_fault("no such dead letter", RC_NOT_FOUND);
    path = arena_printf(&access->arena, "/api/v1/jobs/%.*s/%s", STR_ARG(wanted.id), verb).ptr;
    return access_call(access, "POST", path, STR_NONE, NULL);
}

static int act_in_store(struct access *access, struct str kind_word, struct str key, const char *verb)
{
    const struct step_env *env = &access->wired.env;
    enum job_kind kind = (enum job_kind)field_enum_from(JOB_KIND_WORDS, kind_word);
    enum rc rc = strcmp(verb, "redrive") == 0
                     ? env->queue->vtable->redrive(env->queue, kind, key, clock_now(env->clock))
                     : env->queue->vtable->dismiss(env->queue, kind, key);
    return rc == RC_OK ? EXIT_DONE : access_fault("no such dead letter", rc);
}

static int act(const char *verb, const char *text, int argc, char **argv)
{
    struct str data = STR_NONE, name;
    char synopsis[80];
    const struct option_row rows[] = {
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data}};
    snprintf(synopsis, sizeof synopsis, "rekindle jobs %s KIND:KEY [--data FOLDER]", verb);
    const struct usage usage = {
        .synopsis = synopsis, .text = text, .rows = rows, .row_count = 1, .least = 1, .most = 1};
    int code = options_read(&usage, argc, argv, &name);
    if (code != OPTIONS_CONTINUE)
        return code;
    struct str key = name, kind = str_cut(&key, ':');
    if (str_is_empty(key) || field_enum_from(JOB_KIND_WORDS, kind) < 0)
        return options_fault(&usage, "'%.*s' is no KIND:KEY", STR_ARG(name));
    struct access access;
    code = access_open(data, "jobs", true, &access);
    if (code == EXIT_DONE)
        code = access.server ? act_at_server(&access, kind, key, verb) : act_in_store(&access, kind, key, verb);
    access_close(&access);
    return code;
}

static int redrive(int argc, char **argv)
{
    return act("redrive", "The dead letter waits again, with its attempts counted from 0.", argc, argv);
}
static int dismiss(int argc, char **argv) { return act("dismiss", "The dead letter is dropped.", argc, argv); }

int cmd_jobs(int argc, char **argv)
{
    static const struct command COMMANDS[] = {
        {"list", "dead letters with their reasons", list},
        {"redrive", "let a dead letter run again", redrive},
        {"dismiss", "drop a dead letter", dismiss},
    };
    return command_dispatch("rekindle jobs", "Dead letters: jobs that used up their attempts.", COMMANDS,
                            sizeof COMMANDS / sizeof COMMANDS[0], argc, argv);
}
