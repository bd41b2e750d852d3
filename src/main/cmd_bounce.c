/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle bounce`: what a mail server runs for each message to the bounce domain. It must lose none: whatever stands in the
 * way of a message now is said with EXIT_AGAIN, and the mail server keeps it. */
#include "main/command.h"

#include <stdio.h>

#include "core/mime.h"
#include "main/access.h"
#include "main/options.h"
#include "step/notice_message.h"

/* All of stdin, or as much of it as shows that it is too long; the rest is read away, so that the other end can write it. */
static enum rc read_message(struct buf *out)
{
    char piece[16384];
    size_t got;
    while ((got = fread(piece, 1, sizeof piece, stdin)) > 0)
        if (out->len <= MIME_READ_MAX)
            buf_add(out, (struct str){piece, got});
    return ferror(stdin) ? RC_IO : RC_OK;
}

/* One line: the result, then what is known of "hard_bounce" and of the email. */
static void report(struct str result, struct str kind, struct str email_id)
{
    printf("%.*s", STR_ARG(result));
    if (!str_is_empty(kind))
        printf(" %.*s", STR_ARG(kind));
    if (!str_is_empty(email_id))
        printf(" %.*s", STR_ARG(email_id));
    printf("\n");
}

static int hand_over(struct access *access, struct str message)
{
    struct json *answer = NULL;
    int code = access_post(access, "/api/v1/bounce", "message/rfc822", message, &answer);
    if (code == EXIT_DONE)
        report(json_get_str(answer, "result"), json_get_str(answer, "type"), json_get_str(answer, "email_id"));
    json_free(answer);
    return code;
}

static int take(struct access *access, struct str message)
{
    struct notice_outcome outcome;
    mime_init();
    enum rc rc = notice_from_message(&access->wired.env, STR("pipe"), message, &access->arena, &outcome);
    if (rc != RC_OK)
        return access_fault("the message was not taken", rc);
    report(str_of(NOTICE_RESULT_WORDS[outcome.result]), notice_outcome_type(&outcome), outcome.email_id);
    return EXIT_DONE;
}

static int deliver(struct str data, struct str message)
{
    struct access access;
    int code = access_open(data, "bounce", true, &access);
    if (code == EXIT_DONE)
        code = access.server ? hand_over(&access, message) : take(&access, message);
    access_close(&access);
    return code == EXIT_DONE ? EXIT_DONE : EXIT_AGAIN;
}

int cmd_bounce(int argc, char **argv)
{
    struct str data = STR_NONE;
    struct buf message = {0};
    const struct option_row rows[] = {
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data},
    };
    const struct usage usage = {
        .synopsis = "rekindle bounce [--data FOLDER] < MESSAGE",
        .text = "Takes one message that came to the bounce domain: a bounce, a complaint or a mail to the\n"
                "unsubscribe address. A mail server runs it for each of them (docs/deliver.md). Prints what\n"
                "became of it: recorded, repeated, without_token, says_nothing, of_no_email or unreadable.\n"
                "Exits with 75 when the message could not be taken now: a mail server then tries again.",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0],
    };
    int code = options_read(&usage, argc, argv, NULL);
    if (code != OPTIONS_CONTINUE)
        return code;
    if (read_message(&message) != RC_OK) {
        fprintf(stderr, "rekindle: the message cannot be read from standard input\n");
        code = EXIT_AGAIN;
    } else if (message.len > MIME_READ_MAX) {
        report(str_of(NOTICE_RESULT_WORDS[NOTICE_UNREADABLE]), STR_NONE, STR_NONE);
        code = EXIT_DONE;
    } else {
        code = deliver(data, buf_str(&message));
    }
    buf_clear(&message);
    return code;
}
