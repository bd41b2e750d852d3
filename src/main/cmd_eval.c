/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle eval`: how well the checks tell good drafts from bad ones, and how well a writer writes. It reads two files, or one
 * and a writer; no data folder. What it says comes at the end, as a whole or not at all. */
#include "main/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "main/config.h"
#include "main/eval_live.h"
#include "main/eval_report.h"
#include "main/options.h"
#include "main/writer_port.h"

/* As it was typed. */
struct words {
    struct str briefs, replies, save;
    bool live, json, require;
};
struct eval_job {
    const struct usage *usage;
    struct words words;
    struct arena arena;
    struct eval_set set;
    struct eval_score score;
    struct buf out;
};

static int check_words(const struct eval_job *job)
{
    const struct words *words = &job->words;
    if (str_is_none(words->briefs))
        return options_fault(job->usage, "--briefs FILE is missing");
    if (words->live == !str_is_none(words->replies))
        return options_fault(job->usage, "either --replies FILE or --live is needed");
    if (!words->live && !str_is_none(words->save))
        return options_fault(job->usage, "--save keeps the replies of --live");
    if (str_equal(words->briefs, STR("-")) && str_equal(words->replies, STR("-")))
        return options_fault(job->usage, "only one of the files can be stdin");
    return EXIT_DONE;
}

static void take(void *ctx, const struct eval_reply *reply, struct arena *arena)
{
    struct eval_job *job = ctx;
    struct check_findings findings;
    eval_score_reply(&job->score, reply, arena, &findings);
    if (job->words.json)
        eval_line_to_json(reply, &findings, &job->out);
}

/* RC_NOT_FOUND: all were read. */
static enum rc take_next(struct eval_job *job, struct eval_lines *lines, struct str *why)
{
    struct arena arena = {0};
    struct eval_reply reply;
    struct str fault = STR_NONE;
    enum rc rc = eval_next_reply(lines, &job->set, &arena, &reply, &fault);
    if (rc == RC_OK)
        take(job, &reply, &arena);
    else if (rc != RC_NOT_FOUND)
        *why = arena_str(&job->arena, fault);
    arena_clear(&arena);
    return rc;
}

static enum rc run_recorded(struct eval_job *job, struct str *why)
{
    struct eval_lines lines;
    enum rc rc = eval_open(job->words.replies.ptr, &lines, &job->arena, why);
    while (rc == RC_OK)
        rc = take_next(job, &lines, why);
    eval_close(&lines);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* The writer of the settings. */
static enum rc open_writer(struct eval_job *job, struct config *config, struct writer **out, struct str *why)
{
    if (config_load(STR_NONE, &job->arena, config) != EXIT_DONE)
        return RC_INVALID;
    enum rc rc = config_check_serve(config, &job->arena, why);
    return rc == RC_OK ? writer_port_open(config, &job->arena, out, why) : rc;
}

static enum rc run_live(struct eval_job *job, struct str *why)
{
    struct writer *writer = NULL;
    struct config config;
    FILE *save = NULL;
    enum rc rc = open_writer(job, &config, &writer, why);
    if (rc == RC_OK && !str_is_none(job->words.save) && (save = fopen(job->words.save.ptr, "wxe")) == NULL) {
        *why = arena_printf(&job->arena, "cannot make %s: %s", job->words.save.ptr, strerror(errno));
        rc = RC_IO;
    }
    const struct eval_live live = {writer, &job->set, save, &job->score, take, job};
    if (rc == RC_OK)
        rc = eval_live_run(&live, &job->arena, why);
    if (save != NULL && fclose(save) != 0 && rc == RC_OK)
        rc = RC_IO;
    if (writer != NULL) {
        writer->vtable->stop(writer);
        writer->vtable->close(writer);
    }
    return rc;
}

static int tell(struct eval_job *job)
{
    if (job->words.json)
        eval_totals_to_json(&job->score, &job->out);
    else
        eval_table(&job->score, &job->out);
    if (fwrite(job->out.ptr, 1, job->out.len, stdout) != job->out.len || fflush(stdout) != 0)
        return EXIT_FAILED;
    return job->words.require && !eval_is_good(&job->score) ? EXIT_FAILED : EXIT_DONE;
}

static int eval(struct eval_job *job)
{
    struct str why = STR_NONE;
    int code = check_words(job);
    if (code != EXIT_DONE)
        return code;
    enum rc rc = eval_read_briefs(job->words.briefs.ptr, &job->set, &why);
    if (rc == RC_OK)
        rc = job->words.live ? run_live(job, &why) : run_recorded(job, &why);
    if (rc == RC_OK)
        return tell(job);
    if (!str_is_none(why))
        fprintf(stderr, "rekindle: %.*s\n", STR_ARG(why));
    return rc == RC_INVALID ? EXIT_USAGE : EXIT_FAILED;
}

static const char TEXT[] =
    "Runs replies of a writer through the checks that every draft goes through. Labelled ones tell how many\n"
    "planted faults are caught and how often a clean draft is blocked; all that are not planted tell how well\n"
    "their writer writes. Briefs and replies are JSON Lines, gzipped or not (- is stdin): docs/eval.md.";

int cmd_eval(int argc, char **argv)
{
    struct eval_job job = {.out = {0}};
    struct words *words = &job.words;
    const struct option_row rows[] = {
        {.name = "--briefs", .value = "FILE", .help = "what the drafts may say", .text = &words->briefs},
        {.name = "--replies", .value = "FILE", .help = "recorded replies", .text = &words->replies},
        {.name = "--live", .help = "ask the writer of the settings; may cost money", .on = &words->live},
        {.name = "--save",
         .value = "FILE",
         .help = "with --live: keep the replies in a new file",
         .text = &words->save},
        {.name = "--json", .help = "a line a reply, the totals last", .on = &words->json},
        {.name = "--require",
         .help = "fail unless all planted are caught, with false alarms of at most 2 %",
         .on = &words->require},
    };
    const struct usage usage = {.synopsis = "rekindle eval --briefs FILE --replies FILE|--live [--save FILE] [options]",
                                .text = TEXT,
                                .rows = rows,
                                .row_count = sizeof rows / sizeof rows[0]};
    int code = options_read(&usage, argc, argv, NULL);
    if (code != OPTIONS_CONTINUE)
        return code;
    job.usage = &usage;
    eval_score_init(&job.score);
    code = eval(&job);
    eval_score_clear(&job.score);
    eval_set_clear(&job.set);
    buf_clear(&job.out);
    arena_clear(&job.arena);
    return code;
}
