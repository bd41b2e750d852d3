/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of the mailbox reader against a small IMAP server in a thread; tests/delivery has a real one. */
#include "adapter/imap/imap.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/thread.h"

enum { MESSAGES_MAX = 8, MESSAGE_BYTES = 1000 };

/* A message of the mailbox; its UID is its place + 1. */
struct message {
    const char *text; /* NULL: gone since it was found */
    bool is_large;    /* found by LARGER alone */
    bool deleted, flagged, expunged;
};
/* What the server does otherwise than usual. */
struct script {
    const char *login;   /* instead of "OK" */
    const char *numbers; /* instead of those of the messages */
    const char *host;    /* by which it is reached, instead of "127.0.0.1" */
    bool silent;         /* accepts and never greets */
    bool no_uidplus;
    bool silent_fetch;  /* nothing after the FETCH */
    bool stop_at_fetch; /* the same, and our end is told to stop meanwhile */
    bool drop_at_store;
};
struct fixture {
    int listener, port;
    struct script script;
    struct thread thread;
    struct message messages[MESSAGES_MAX];
    size_t message_count;
    struct buf commands; /* without their tags */
    struct imap *imap;
    struct buf given; /* all that was given away, each with a '|' after it; an absent one is "-" */
    enum imap_verdict verdict;
    bool stop_at_first;
};

/* --- the server ------------------------------------------------------------------------------------------------------ */

static void say(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(int fd, const char *format, ...)
{
    char text[2 * MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len > 0)
        send(fd, text, (size_t)len, MSG_NOSIGNAL);
}

static void say_found(struct fixture *f, int fd, bool large)
{
    say(fd, "* SEARCH");
    for (size_t i = 0; i < f->message_count; i++) {
        const struct message *message = &f->messages[i];
        if (message->is_large == large && !message->deleted && !message->flagged)
            say(fd, " %zu", i + 1);
    }
    say(fd, "\r\n");
}

static struct message *message_of(struct fixture *f, const char *number)
{
    size_t uid = (size_t)strtol(number, NULL, 10);
    return uid >= 1 && uid <= f->message_count ? &f->messages[uid - 1] : NULL;
}

static bool store(struct fixture *f, int fd, const char *tag, const char *number)
{
    struct message *message = message_of(f, number);
    if (f->script.drop_at_store)
        return false;
    message->deleted |= strstr(number, "\\Deleted") != NULL;
    message->flagged |= strstr(number, "\\Flagged") != NULL;
    say(fd, "* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n%s OK stored\r\n", tag);
    return true;
}

static bool fetch(struct fixture *f, int fd, const char *tag, const char *number)
{
    const struct message *message = message_of(f, number);
    if (f->script.stop_at_fetch)
        imap_stop(f->imap);
    if (f->script.silent_fetch || f->script.stop_at_fetch)
        return true;
    if (message != NULL && message->text != NULL)
        say(fd, "* 1 FETCH (UID %ld BODY[] {%zu}\r\n%s)\r\n", strtol(number, NULL, 10), strlen(message->text),
            message->text);
    say(fd, "%s OK fetched\r\n", tag);
    return true;
}

static bool search(struct fixture *f, int fd, const char *tag, const char *criteria)
{
    bool large = strstr(criteria, " NOT ") == NULL;
    if (f->script.numbers != NULL)
        say(fd, "%s", large ? "* SEARCH\r\n" : f->script.numbers);
    else
        say_found(f, fd, large);
    say(fd, "%s OK searched\r\n", tag);
    return true;
}

static bool expunge(struct fixture *f, int fd, const char *tag, const char *number)
{
    struct message *message = message_of(f, number);
    message->expunged = !f->script.no_uidplus;
    say(fd, "%s %s\r\n", tag, f->script.no_uidplus ? "BAD what" : "OK expunged");
    return true;
}

static bool answer(struct fixture *f, int fd, const char *tag, const char *command)
{
    static const struct {
        const char *begins;
        bool (*act)(struct fixture *, int, const char *, const char *);
    } ACTS[] = {{"UID SEARCH", search}, {"UID FETCH ", fetch}, {"UID STORE ", store}, {"UID EXPUNGE ", expunge}};
    for (size_t i = 0; i < sizeof ACTS / sizeof ACTS[0]; i++)
        if (strncmp(command, ACTS[i].begins, strlen(ACTS[i].begins)) == 0)
            return ACTS[i].act(f, fd, tag, command + strlen(ACTS[i].begins));
    if (strncmp(command, "CAPABILITY", 10) == 0)
        say(fd, "* CAPABILITY IMAP4rev1\r\n");
    if (strncmp(command, "SELECT", 6) == 0)
        say(fd, "* 3 EXISTS\r\n* OK [UIDVALIDITY 77] valid\r\n");
    if (strncmp(command, "LOGIN", 5) == 0 && f->script.login != NULL)
        say(fd, "%s %s\r\n", tag, f->script.login);
    else
        say(fd, "%s OK done\r\n", tag);
    return strncmp(command, "LOGOUT", 6) != 0;
}

static void serve(void *context)
{
    struct fixture *f = context;
    for (int fd; (fd = accept(f->listener, NULL, NULL)) >= 0; close(fd)) {
        char line[512], *space;
        FILE *in = fdopen(dup(fd), "r");
        if (!f->script.silent)
            say(fd, "* OK ready\r\n");
        while (fgets(line, sizeof line, in) != NULL && (space = strchr(line, ' ')) != NULL) {
            *space = '\0';
            buf_add_c(&f->commands, space + 1);
            if (!answer(f, fd, line, space + 1))
                break;
        }
        fclose(in);
    }
}

/* --- fixture ----------------------------------------------------------------------------------------------------------- */

static int setup(void **state)
{
    struct fixture *f = mem_new(1, sizeof *f);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    f->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(f->listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(f->listener, 16), 0);
    assert_int_equal(getsockname(f->listener, (struct sockaddr *)&address, &size), 0);
    f->port = ntohs(address.sin_port);
    *state = f;
    return 0;
}

static void start(struct fixture *f, struct script script, long timeout_ms)
{
    char url[80];
    struct str why = STR_NONE;
    snprintf(url, sizeof url, "imap://bounce:secret@%s:%d/Returned", script.host != NULL ? script.host : "127.0.0.1",
             f->port);
    struct imap_options options = {.url = str_of(url), .message_max = MESSAGE_BYTES, .response_timeout_ms = timeout_ms};
    f->script = script;
    thread_start(&f->thread, "mailbox", serve, f);
    assert_int_equal(imap_open(&options, &f->imap, &why), RC_OK);
}

/* Ends the server, so that what it saw can be read. */
static void stop(struct fixture *f)
{
    if (f->imap == NULL)
        return;
    imap_close(f->imap);
    f->imap = NULL;
    shutdown(f->listener, SHUT_RDWR);
    thread_join(&f->thread);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    stop(f);
    close(f->listener);
    buf_clear(&f->commands);
    buf_clear(&f->given);
    mem_free(f);
    return 0;
}

static void put(struct fixture *f, const char *text)
{
    f->messages[f->message_count++] = (struct message){.text = text};
}

static enum imap_verdict on_message(void *ctx, struct str message)
{
    struct fixture *f = ctx;
    buf_add(&f->given, str_is_none(message) ? STR("-") : message);
    buf_add_char(&f->given, '|');
    if (f->stop_at_first)
        imap_stop(f->imap);
    return f->verdict;
}

static enum rc read_round(struct fixture *f, size_t most, size_t *count, struct str *why)
{
    return imap_read(f->imap, most, on_message, f, count, why);
}

/* --- promises ------------------------------------------------------------------------------------------------------------ */

static void what_is_taken_is_deleted_and_what_is_left_is_flagged(void **state)
{
    struct fixture *f = *state;
    struct str why;
    size_t count;
    put(f, "A: 1\r\n\r\n* 9 FETCH (UID 9 BODY[] {3}\r\n)\r\nA006 OK fetched\r\n"); /* bytes, whatever they look like */
    put(f, "B: 2\r\n\r\n");
    start(f, (struct script){0}, 5000);
    f->verdict = IMAP_TAKE;
    assert_int_equal(read_round(f, 1, &count, &why), RC_OK);
    assert_int_equal(count, 1);
    f->verdict = IMAP_LEAVE;
    assert_int_equal(read_round(f, 10, &count, &why), RC_OK);
    assert_int_equal(count, 1);
    assert_int_equal(read_round(f, 10, &count, &why), RC_OK);
    assert_int_equal(count, 0);
    stop(f);
    assert_string_equal(f->given.ptr,
                        "A: 1\r\n\r\n* 9 FETCH (UID 9 BODY[] {3}\r\n)\r\nA006 OK fetched\r\n|B: 2\r\n\r\n|");
    assert_true(f->messages[0].deleted && f->messages[0].expunged && !f->messages[0].flagged);
    assert_true(f->messages[1].flagged && !f->messages[1].deleted && !f->messages[1].expunged);
    assert_non_null(strstr(f->commands.ptr, "SELECT Returned\r\n"));
}

static void a_message_that_cannot_be_taken_now_stays_as_it_was(void **state)
{
    struct fixture *f = *state;
    struct str why;
    size_t count;
    put(f, "A: 1\r\n\r\n");
    put(f, "B: 2\r\n\r\n");
    start(f, (struct script){0}, 5000);
    f->verdict = IMAP_LATER;
    assert_int_equal(read_round(f, 10, &count, &why), RC_BUSY);
    assert_int_equal(count, 0);
    f->verdict = IMAP_TAKE;
    assert_int_equal(read_round(f, 10, &count, &why), RC_OK);
    assert_int_equal(count, 2);
    stop(f);
    assert_string_equal(f->given.ptr, "A: 1\r\n\r\n|A: 1\r\n\r\n|B: 2\r\n\r\n|");
}

static void too_large_a_message_is_given_away_without_its_bytes(void **state)
{
    struct fixture *f = *state;
    struct str why;
    char larger_than_said[MESSAGE_BYTES + 2];
    size_t count;
    memset(larger_than_said, 'x', sizeof larger_than_said - 1);
    larger_than_said[sizeof larger_than_said - 1] = '\0';
    put(f, "A: 1\r\n\r\n");
    put(f, "never fetched");
    f->messages[1].is_large = true;
    put(f, larger_than_said);
    start(f, (struct script){0}, 5000);
    f->verdict = IMAP_LEAVE;
    assert_int_equal(read_round(f, 10, &count, &why), RC_OK);
    assert_int_equal(count, 3);
    stop(f);
    assert_string_equal(f->given.ptr, "A: 1\r\n\r\n|-|-|");
    assert_null(strstr(f->commands.ptr, "UID FETCH 2 "));
    assert_true(f->messages[1].flagged && f->messages[2].flagged);
}

static void a_message_that_is_gone_and_numbers_that_are_none_are_passed_over(void **state)
{
    struct fixture *f = *state;
    struct str why;
    size_t count;
    put(f, NULL);
    put(f, "B: 2\r\n\r\n");
    start(f, (struct script){.numbers = "* SEARCH 1 2 x -3 0 99999999999 2x\r\n"}, 5000);
    f->verdict = IMAP_TAKE;
    assert_int_equal(read_round(f, 10, &count, &why), RC_OK);
    assert_int_equal(count, 1);
    stop(f);
    assert_string_equal(f->given.ptr, "B: 2\r\n\r\n|");
}

static void without_uidplus_nothing_of_others_is_expunged(void **state)
{
    struct fixture *f = *state;
    struct str why;
    size_t count;
    put(f, "A: 1\r\n\r\n");
    put(f, "B: 2\r\n\r\n");
    start(f, (struct script){.no_uidplus = true}, 5000);
    f->verdict = IMAP_TAKE;
    assert_int_equal(read_round(f, 10, &count, &why), RC_OK);
    assert_int_equal(count, 2);
    stop(f);
    assert_true(f->messages[0].deleted && f->messages[1].deleted);
    const char *first = strstr(f->commands.ptr, "EXPUNGE");
    assert_non_null(first);
    assert_null(strstr(first + 1, "EXPUNGE")); /* asked once */
}

static void a_failure_says_why_and_the_next_round_takes_up_again(void **state)
{
    struct fixture *f = *state;
    struct str why;
    size_t count;
    put(f, "A: 1\r\n\r\n");
    start(f, (struct script){.login = "NO [AUTHENTICATIONFAILED] wrong"}, 5000);
    f->verdict = IMAP_TAKE;
    assert_int_equal(read_round(f, 10, &count, &why), RC_IO);
    assert_true(str_contains(why, STR("Login denied")));
    f->script = (struct script){.drop_at_store = true};
    assert_int_equal(read_round(f, 10, &count, &why), RC_IO);
    assert_int_equal(count, 0);
    f->script = (struct script){0};
    assert_int_equal(read_round(f, 10, &count, &why), RC_OK);
    assert_int_equal(count, 1);
    stop(f);
    assert_string_equal(f->given.ptr, "A: 1\r\n\r\n|A: 1\r\n\r\n|"); /* once before the mark was lost, and again */
}

static bool has_digit(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
            return true;
    return false;
}

/* A cause that took 1,001 ms today and 1,002 ms tomorrow would be news at each round. */
static void a_server_that_stalls_is_given_up_with_the_same_words_each_time(void **state)
{
    static const struct script ROWS[] = {{.silent_fetch = true}, {.silent = true}};
    struct fixture *f = *state;
    struct str why;
    size_t count;
    put(f, "A: 1\r\n\r\n");
    start(f, ROWS[0], 1000);
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        f->script = ROWS[i];
        assert_int_equal(read_round(f, 10, &count, &why), RC_IO);
        assert_int_equal(count, 0);
        assert_true(why.len > 0);
        assert_false(has_digit(why));
    }
}

static void a_server_that_is_not_there_is_told_of_with_the_same_words_each_time(void **state)
{
    struct fixture *f = *state;
    struct str why;
    size_t count;
    start(f, (struct script){0}, 1000);
    shutdown(f->listener, SHUT_RDWR);
    assert_int_equal(read_round(f, 10, &count, &why), RC_IO);
    assert_true(str_starts_with(why, STR("Couldn't connect to server")));
    assert_false(has_digit(why));
}

/* "0.0.0.0" reaches this machine but is no loopback address, so TLS is required. */
static void without_starttls_no_password_goes_to_a_server_elsewhere(void **state)
{
    struct fixture *f = *state;
    struct str why;
    size_t count;
    put(f, "A: 1\r\n\r\n");
    start(f, (struct script){.host = "0.0.0.0"}, 5000);
    assert_int_equal(read_round(f, 10, &count, &why), RC_IO);
    assert_true(str_contains(why, STR("STARTTLS")));
    stop(f);
    assert_null(strstr(f->commands.ptr, "secret"));
    assert_null(strstr(f->commands.ptr, "AUTHENTICATE"));
    assert_null(f->given.ptr);
}

static void a_stop_ends_a_round_that_waits_for_the_server(void **state)
{
    struct fixture *f = *state;
    struct str why;
    size_t count;
    put(f, "A: 1\r\n\r\n");
    start(f, (struct script){.stop_at_fetch = true}, 300000); /* longer than the test may take */
    assert_int_equal(read_round(f, 10, &count, &why), RC_LIMITED);
    assert_int_equal(count, 0);
}

static void a_check_selects_the_folder_and_takes_nothing(void **state)
{
    struct fixture *f = *state;
    struct str why;
    put(f, "A: 1\r\n\r\n");
    start(f, (struct script){0}, 5000);
    assert_int_equal(imap_check(f->imap, &why), RC_OK);
    f->script = (struct script){.login = "NO [AUTHENTICATIONFAILED] wrong"};
    assert_int_equal(imap_check(f->imap, &why), RC_IO);
    assert_true(str_contains(why, STR("Login denied")));
    stop(f);
    assert_non_null(strstr(f->commands.ptr, "SELECT Returned\r\nNOOP\r\n"));
    assert_null(strstr(f->commands.ptr, "UID"));
    assert_null(f->given.ptr);
}

static void a_stop_ends_the_round_and_the_rounds_after_it(void **state)
{
    struct fixture *f = *state;
    struct str why;
    size_t count;
    put(f, "A: 1\r\n\r\n");
    put(f, "B: 2\r\n\r\n");
    start(f, (struct script){0}, 5000);
    f->stop_at_first = true;
    assert_int_equal(read_round(f, 10, &count, &why), RC_LIMITED);
    assert_int_equal(read_round(f, 10, &count, &why), RC_LIMITED);
    stop(f);
    assert_string_equal(f->given.ptr, "A: 1\r\n\r\n|");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_taken_is_deleted_and_what_is_left_is_flagged, setup, teardown),
        cmocka_unit_test_setup_teardown(a_message_that_cannot_be_taken_now_stays_as_it_was, setup, teardown),
        cmocka_unit_test_setup_teardown(too_large_a_message_is_given_away_without_its_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(a_message_that_is_gone_and_numbers_that_are_none_are_passed_over, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(without_uidplus_nothing_of_others_is_expunged, setup, teardown),
        cmocka_unit_test_setup_teardown(a_failure_says_why_and_the_next_round_takes_up_again, setup, teardown),
        cmocka_unit_test_setup_teardown(a_server_that_stalls_is_given_up_with_the_same_words_each_time, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_server_that_is_not_there_is_told_of_with_the_same_words_each_time, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(without_starttls_no_password_goes_to_a_server_elsewhere, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stop_ends_a_round_that_waits_for_the_server, setup, teardown),
        cmocka_unit_test_setup_teardown(a_check_selects_the_folder_and_takes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stop_ends_the_round_and_the_rounds_after_it, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
