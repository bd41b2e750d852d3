/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of the SMTP mailer against a scripted relay in a thread; tests/delivery has a real one. */
#include "adapter/smtp/smtp.h"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"

/* What the relay says. NULL: the usual answer; "drop": the connection is closed instead; "silent": no answer at all. */
struct script {
    const char *banner, *ehlo, *starttls, *auth, *mail, *rcpt, *data, *dot, *noop;
    size_t body_bytes; /* drop after so many bytes of the body; 0 = read it all */
};
struct relay {
    int listener;
    int port;
    struct script script;
    struct thread thread;
    int connections, messages;
    struct buf commands; /* all command lines */
    struct buf body;     /* of the last message, with its dot */
};
struct fixture {
    struct arena arena;
    struct relay relay;
    struct mailer *mailer;
};

/* --- the relay ------------------------------------------------------------------------------------------------------- */

/* One line with its CRLF into `line`; false at the end of the connection. */
static bool read_line(int fd, struct buf *line)
{
    char c;
    buf_reset(line);
    while (recv(fd, &c, 1, 0) == 1) {
        buf_add_char(line, c);
        if (c == '\n')
            return true;
    }
    return false;
}

/* False when the script says to close. */
static bool say(int fd, const char *scripted, const char *usual)
{
    const char *text = scripted != NULL ? scripted : usual;
    if (strcmp(text, "drop") == 0)
        return false;
    if (strcmp(text, "silent") != 0 && send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
        return false;
    return true;
}

static bool read_body(struct relay *relay, int fd)
{
    struct buf line = {0};
    bool open = true;
    buf_reset(&relay->body);
    do {
        open = read_line(fd, &line);
        buf_add(&relay->body, buf_str(&line));
        if (relay->script.body_bytes > 0 && relay->body.len >= relay->script.body_bytes)
            open = false;
    } while (open && !str_equal(buf_str(&line), STR(".\r\n")));
    buf_clear(&line);
    return open;
}

static bool answer_data(struct relay *relay, int fd)
{
    if (!say(fd, relay->script.data, "354 go on\r\n"))
        return false;
    if (relay->script.data != NULL && relay->script.data[0] != '3')
        return true;
    if (!read_body(relay, fd) || !say(fd, relay->script.dot, "250 2.0.0 queued as 4ZX\r\n"))
        return false;
    relay->messages++;
    return true;
}

/* Waits for the first byte of a handshake and answers with what is none. */
static bool babble(int fd)
{
    char c;
    if (recv(fd, &c, 1, 0) == 1)
        say(fd, NULL, "this is no TLS at all\r\n");
    return false;
}

static bool answer(struct relay *relay, int fd, struct str command)
{
    const struct script *s = &relay->script;
    if (str_starts_with(command, STR("EHLO")))
        return say(fd, s->ehlo, "250-relay\r\n250-SIZE 10000000\r\n250 8BITMIME\r\n");
    if (str_starts_with(command, STR("STARTTLS")))
        return say(fd, s->starttls, "502 no\r\n") && babble(fd);
    if (str_starts_with(command, STR("AUTH")))
        return say(fd, s->auth, "235 welcome\r\n");
    if (str_starts_with(command, STR("MAIL")))
        return say(fd, s->mail, "250 ok\r\n");
    if (str_starts_with(command, STR("RCPT")))
        return say(fd, s->rcpt, "250 ok\r\n");
    if (str_starts_with(command, STR("DATA")))
        return answer_data(relay, fd);
    if (str_starts_with(command, STR("NOOP")))
        return say(fd, s->noop, "250 ok\r\n");
    if (str_starts_with(command, STR("QUIT"))) {
        say(fd, NULL, "221 bye\r\n");
        return false;
    }
    return say(fd, NULL, "500 what\r\n");
}

static void serve(void *context)
{
    struct relay *relay = context;
    for (int fd; (fd = accept(relay->listener, NULL, NULL)) >= 0; close(fd)) {
        struct buf line = {0};
        bool open = say(fd, relay->script.banner, "220 relay ESMTP\r\n");
        relay->connections++;
        while (open && read_line(fd, &line)) {
            buf_add(&relay->commands, buf_str(&line));
            open = answer(relay, fd, buf_str(&line));
        }
        buf_clear(&line);
    }
}

static int listen_anywhere(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(fd, 16), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

/* --- fixture ------------------------------------------------------------------------------------------------------------ */

static struct mailer *open_at(struct fixture *f, const char *before_port, int port, long timeout_ms)
{
    struct mailer *mailer = NULL;
    struct str why = STR_NONE;
    struct smtp_options options = {.url = arena_printf(&f->arena, "%s%d", before_port, port),
                                   .ehlo_name = STR("us.shop.example"),
                                   .response_timeout_ms = timeout_ms};
    if (smtp_open(&options, &mailer, &why) != RC_OK)
        fail_msg("%.*s", STR_ARG(why));
    return mailer;
}

static int setup(void **state)
{
    struct fixture *f = mem_new(1, sizeof *f);
    f->relay.listener = listen_anywhere(&f->relay.port);
    *state = f;
    return 0;
}

/* Starts the relay with its script; from here on the thread owns it until `stop`. */
static void start(struct fixture *f, struct script script)
{
    f->relay.script = script;
    thread_start(&f->relay.thread, "relay", serve, &f->relay);
    f->mailer = open_at(f, "smtp://127.0.0.1:", f->relay.port, 5000);
}

/* Ends the relay, so that what it saw can be read. */
static void stop(struct fixture *f)
{
    if (f->mailer == NULL)
        return;
    f->mailer->vtable->close(f->mailer);
    f->mailer = NULL;
    shutdown(f->relay.listener, SHUT_RDWR);
    thread_join(&f->relay.thread);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    stop(f);
    close(f->relay.listener);
    buf_clear(&f->relay.commands);
    buf_clear(&f->relay.body);
    arena_clear(&f->arena);
    mem_free(f);
    return 0;
}

#define MESSAGE STR("Subject: Tea\r\n\r\nHello\r\n.\r\n..dots\r\n")

static struct mail mail_of(struct str message)
{
    return (struct mail){.email_id = STR("e1"),
                         .envelope_from = STR("b+token@bounce.shop.example"),
                         .recipient = STR("ada@mail.example"),
                         .message = message};
}

static enum rc send_message(struct fixture *f, struct str message, struct reply *reply)
{
    struct mail mail = mail_of(message);
    return f->mailer->vtable->send(f->mailer, &mail, &f->arena, reply);
}

/* --- promises ------------------------------------------------------------------------------------------------------------- */

static void an_accepted_message_arrives_as_it_was(void **state)
{
    struct fixture *f = *state;
    struct reply reply;
    start(f, (struct script){0});
    assert_false(f->mailer->vtable->rehearsal);
    assert_int_equal(send_message(f, MESSAGE, &reply), RC_OK);
    assert_int_equal(reply.class, REPLY_ACCEPTED);
    assert_int_equal(reply.phase, REPLY_DOT);
    assert_int_equal(reply.code, 250);
    assert_string_equal(reply.text.ptr, "250 2.0.0 queued as 4ZX");
    stop(f);
    assert_string_equal(f->relay.body.ptr, "Subject: Tea\r\n\r\nHello\r\n..\r\n...dots\r\n.\r\n"); /* dots stuffed */
    assert_non_null(strstr(f->relay.commands.ptr, "EHLO us.shop.example\r\n"));
    assert_non_null(strstr(f->relay.commands.ptr, "MAIL FROM:<b+token@bounce.shop.example>"));
    assert_non_null(strstr(f->relay.commands.ptr, "RCPT TO:<ada@mail.example>\r\n"));
}

static const struct outcome {
    const char *what;
    struct script script;
    enum rc rc;
    enum reply_class class;
    enum reply_phase phase;
    int code;
} OUTCOMES[] = {
    {"550 at RCPT", {.rcpt = "550 5.1.1 no such user\r\n"}, RC_DENIED, REPLY_BAD_ADDRESS, REPLY_RCPT, 550},
    {"450 at RCPT", {.rcpt = "450 4.2.0 greylisted\r\n"}, RC_BUSY, REPLY_LATER, REPLY_RCPT, 450},
    {"relaying denied", {.rcpt = "554 5.7.1 relay access denied\r\n"}, RC_IO, REPLY_OUR_FAULT, REPLY_RCPT, 554},
    {"421 at connect", {.banner = "421 4.3.2 busy\r\n"}, RC_BUSY, REPLY_SLOW_RELAY, REPLY_CONNECT, 421},
    {"554 at connect", {.banner = "554 5.7.1 go away\r\n"}, RC_IO, REPLY_OUR_FAULT, REPLY_CONNECT, 554},
    {"drop at connect", {.banner = "drop"}, RC_BUSY, REPLY_LATER, REPLY_CONNECT, 0},
    {"drop at MAIL", {.mail = "drop"}, RC_BUSY, REPLY_LATER, REPLY_MAIL, 0},
    {"sender refused", {.mail = "553 5.1.8 sender domain not found\r\n"}, RC_IO, REPLY_OUR_FAULT, REPLY_MAIL, 553},
    {"drop at DATA", {.data = "drop"}, RC_BUSY, REPLY_LATER, REPLY_DATA, 0},
    {"421 at DATA", {.data = "421 4.3.2 closing\r\n"}, RC_BUSY, REPLY_SLOW_RELAY, REPLY_DATA, 421},
    {"451 after the dot", {.dot = "451 4.3.0 try later\r\n"}, RC_BUSY, REPLY_LATER, REPLY_DOT, 451},
    {"452 after the dot", {.dot = "452 4.3.1 no space\r\n"}, RC_BUSY, REPLY_LATER, REPLY_DOT, 452},
    {"550 after the dot", {.dot = "550 5.6.0 content\r\n"}, RC_DENIED, REPLY_REFUSED, REPLY_DOT, 550},
    {"mailbox full", {.dot = "552 5.2.2 over quota\r\n"}, RC_DENIED, REPLY_MAILBOX_FULL, REPLY_DOT, 552},
    {"251 after the dot", {.dot = "251 will forward\r\n"}, RC_OK, REPLY_ACCEPTED, REPLY_DOT, 251},
    {"two lines after the dot", {.dot = "250-fine\r\n250 queued\r\n"}, RC_OK, REPLY_ACCEPTED, REPLY_DOT, 250},
    {"drop after the dot", {.dot = "drop"}, RC_UNCERTAIN, REPLY_UNKNOWN, REPLY_DOT, 0},
};

static void every_outcome_is_told_truly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof OUTCOMES / sizeof OUTCOMES[0]; i++) {
        const struct outcome *o = &OUTCOMES[i];
        struct fixture *f;
        struct reply reply;
        setup((void **)&f);
        start(f, o->script);
        enum rc rc = send_message(f, MESSAGE, &reply);
        if (rc != o->rc || reply.class != o->class || reply.phase != o->phase || reply.code != o->code)
            fail_msg("%s: %s %s %s %d", o->what, rc_name(rc), REPLY_CLASS_WORDS[reply.class],
                     REPLY_PHASE_WORDS[reply.phase], reply.code);
        assert_false(str_is_empty(reply.text));
        teardown((void **)&f);
    }
}

/* Larger than any socket buffer, so that the break falls inside the body. */
static void a_break_inside_the_body_is_no_uncertainty(void **state)
{
    struct fixture *f = *state;
    struct buf message = {0};
    struct reply reply;
    buf_add_c(&message, "Subject: long\r\n\r\n");
    for (int i = 0; i < 400000; i++)
        buf_add_c(&message, "sixty characters of text that say nothing at all, and again\r\n");
    start(f, (struct script){.body_bytes = 1000});
    assert_int_equal(send_message(f, buf_str(&message), &reply), RC_BUSY);
    assert_int_equal(reply.class, REPLY_LATER);
    assert_int_equal(reply.phase, REPLY_BODY);
    buf_clear(&message);
}

static void a_relay_silent_after_the_dot_leaves_us_uncertain(void **state)
{
    struct fixture *f = *state;
    struct reply reply;
    start(f, (struct script){.dot = "silent"});
    struct mailer *impatient = open_at(f, "smtp://127.0.0.1:", f->relay.port, 1000);
    struct mail mail = mail_of(MESSAGE);
    assert_int_equal(impatient->vtable->send(impatient, &mail, &f->arena, &reply), RC_UNCERTAIN);
    assert_int_equal(reply.phase, REPLY_DOT);
    impatient->vtable->close(impatient);
}

static void no_relay_at_all_is_tried_again_later(void **state)
{
    struct fixture *f = *state;
    struct reply reply;
    int port, listener = listen_anywhere(&port);
    close(listener);
    f->relay.script = (struct script){0};
    struct mailer *mailer = open_at(f, "smtp://127.0.0.1:", port, 2000);
    struct mail mail = mail_of(MESSAGE);
    assert_int_equal(mailer->vtable->send(mailer, &mail, &f->arena, &reply), RC_BUSY);
    assert_int_equal(reply.phase, REPLY_CONNECT);
    mailer->vtable->close(mailer);
}

/* "0.0.0.0" reaches this machine but is no loopback address, so TLS is required. */
static void without_starttls_nothing_is_sent_to_a_relay_elsewhere(void **state)
{
    struct fixture *f = *state;
    struct reply reply;
    start(f, (struct script){0});
    struct mailer *strict = open_at(f, "smtp://0.0.0.0:", f->relay.port, 5000);
    struct mail mail = mail_of(MESSAGE);
    assert_int_equal(strict->vtable->send(strict, &mail, &f->arena, &reply), RC_IO);
    assert_int_equal(reply.class, REPLY_OUR_FAULT);
    strict->vtable->close(strict);
    stop(f);
    assert_null(strstr(f->relay.commands.ptr, "MAIL"));
    assert_int_equal(f->relay.messages, 0);
}

/* No handshake at all, or words that somebody between us and the relay put in front of it. */
static void a_failed_handshake_stops_the_relay(void **state)
{
    static const char *const STARTTLS[] = {"220 go\r\n", "220 go\r\n250-relay\r\n250 ok\r\n"};
    for (size_t i = 0; i < sizeof STARTTLS / sizeof STARTTLS[0]; i++) {
        struct fixture *f;
        struct reply reply;
        setup((void **)&f);
        start(f, (struct script){.ehlo = "250-relay\r\n250 STARTTLS\r\n", .starttls = STARTTLS[i]});
        struct mailer *strict = open_at(f, "smtp://0.0.0.0:", f->relay.port, 5000);
        struct mail mail = mail_of(MESSAGE);
        assert_int_equal(strict->vtable->send(strict, &mail, &f->arena, &reply), RC_IO);
        assert_int_equal(reply.class, REPLY_OUR_FAULT);
        strict->vtable->close(strict);
        stop(f);
        assert_null(strstr(f->relay.commands.ptr, "MAIL"));
        teardown((void **)&f);
    }
    (void)state;
}

static void a_refused_login_stops_the_relay(void **state)
{
    struct fixture *f = *state;
    struct reply reply;
    start(f, (struct script){.ehlo = "250-relay\r\n250 AUTH PLAIN\r\n", .auth = "535 5.7.8 bad credentials\r\n"});
    struct mailer *login = open_at(f, "smtp://us%40shop:p%3Aw@127.0.0.1:", f->relay.port, 5000);
    struct mail mail = mail_of(MESSAGE);
    assert_int_equal(login->vtable->send(login, &mail, &f->arena, &reply), RC_IO);
    assert_int_equal(reply.phase, REPLY_AUTH);
    assert_int_equal(reply.code, 535);
    login->vtable->close(login);
}

static void an_address_that_is_none_never_reaches_the_relay(void **state)
{
    struct fixture *f = *state;
    static const char *const BAD[] = {"b@x.example>\r\nRCPT TO:<evil@y.example",
                                      "a@b.example\r\nDATA",
                                      "",
                                      "a b@c.example",
                                      "<a@b.example>",
                                      "a@b.example,c@d.example",
                                      "\"a\"@b.example"};
    struct reply reply;
    start(f, (struct script){0});
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct mail mail = mail_of(MESSAGE);
        mail.recipient = str_of(BAD[i]);
        assert_int_equal(f->mailer->vtable->send(f->mailer, &mail, &f->arena, &reply), RC_DENIED);
        assert_int_equal(reply.class, REPLY_BAD_ADDRESS);
        mail = mail_of(MESSAGE);
        mail.envelope_from = str_of(BAD[i]);
        assert_int_equal(f->mailer->vtable->send(f->mailer, &mail, &f->arena, &reply), RC_IO);
    }
    stop(f);
    assert_int_equal(f->relay.connections, 0);
}

static void a_message_not_fit_for_the_wire_is_our_fault(void **state)
{
    struct fixture *f = *state;
    static const struct str BAD[] = {STR_INIT(""), STR_INIT("a\nb"), STR_INIT("a\rb\r\n"), STR_INIT("caf\xC3\xA9\r\n"),
                                     STR_INIT("a\0b\r\n")};
    struct reply reply;
    start(f, (struct script){0});
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        assert_int_equal(send_message(f, BAD[i], &reply), RC_IO);
    stop(f);
    assert_int_equal(f->relay.connections, 0);
}

static void a_connection_is_kept_for_a_hundred_messages(void **state)
{
    struct fixture *f = *state;
    struct reply reply;
    start(f, (struct script){0});
    for (int i = 0; i < 250; i++)
        assert_int_equal(send_message(f, MESSAGE, &reply), RC_OK);
    stop(f);
    assert_int_equal(f->relay.messages, 250);
    assert_int_equal(f->relay.connections, 3);
}

static void a_failure_ends_the_connection(void **state)
{
    struct fixture *f = *state;
    struct reply reply;
    start(f, (struct script){.rcpt = "550 5.1.1 no such user\r\n"});
    for (int i = 0; i < 3; i++)
        assert_int_equal(send_message(f, MESSAGE, &reply), RC_DENIED);
    stop(f);
    assert_int_equal(f->relay.connections, 3);
}

static void health_is_asked_of_the_relay_and_remembered(void **state)
{
    struct fixture *f = *state;
    struct str why = STR_NONE;
    struct reply reply;
    start(f, (struct script){0});
    for (int i = 0; i < 5; i++)
        assert_int_equal(f->mailer->vtable->check(f->mailer, &why), RC_OK);
    assert_int_equal(send_message(f, MESSAGE, &reply), RC_OK); /* a probe does not spoil sending */
    stop(f);
    assert_int_equal(f->relay.connections, 2);
    assert_int_equal(f->relay.messages, 1);
    assert_non_null(strstr(f->relay.commands.ptr, "NOOP\r\n"));
}

static void an_ill_relay_says_why(void **state)
{
    struct fixture *f = *state;
    struct str why = STR_NONE;
    start(f, (struct script){.banner = "421 4.3.2 maintenance\r\n"});
    assert_int_equal(f->mailer->vtable->check(f->mailer, &why), RC_BUSY);
    assert_string_equal(why.ptr, "421 4.3.2 maintenance");
}

static void a_mail_url_is_refused_with_its_reason(void **state)
{
    (void)state;
    static const struct {
        const char *url, *reason;
    } BAD[] = {{"", "one word"},
               {"relay.example", "smtp://"},
               {"http://relay.example", "must be smtp://"},
               {"smtp://", "smtp://user:password"},
               {"smtp://relay.example/path", "must end after"},
               {"smtp://relay.example/?x=1", "neither"},
               {"smtp://relay.example#x", "neither"},
               {"smtp://user@relay.example", "both user and password"},
               {"smtp://:pw@relay.example", "both user and password"},
               {"smtp://u:p%0d%0aX@relay.example", "both user and password"},
               {"smtp://relay.example:99999", "smtp://user:password"},
               {"smtp://relay .example", "one word"},
               {"smtp://relay.example\r\nX", "one word"},
               {"smtp://u;AUTH=PLAIN:p@relay.example", "options after"}};
    static const char *const GOOD[] = {"smtp://127.0.0.1:25",
                                       "smtp://relay.example",
                                       "smtp://user:pa%40ss@relay.example:587",
                                       "smtps://user:pass@relay.example",
                                       "smtp://[::1]:2525",
                                       "smtp://localhost/"};
    struct str why;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        why = STR("");
        if (smtp_url_check(str_of(BAD[i].url), &why) != RC_INVALID || !str_contains(why, str_of(BAD[i].reason)))
            fail_msg("%s: %.*s", BAD[i].url, STR_ARG(why));
    }
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++)
        if (smtp_url_check(str_of(GOOD[i]), &why) != RC_OK)
            fail_msg("%s: %.*s", GOOD[i], STR_ARG(why));
}

static void options_that_cannot_work_are_refused_at_once(void **state)
{
    (void)state;
    struct mailer *mailer = NULL;
    struct str why = STR_NONE;
    struct smtp_options options = {.url = STR("smtp://127.0.0.1"), .ehlo_name = STR("us\r\nMAIL")};
    assert_int_equal(smtp_open(&options, &mailer, &why), RC_INVALID);
    assert_true(str_contains(why, STR("EHLO")));
    options = (struct smtp_options){.url = STR("smtp://127.0.0.1"), .ca_file = STR("/no/such/file")};
    assert_int_equal(smtp_open(&options, &mailer, &why), RC_INVALID);
    assert_true(str_contains(why, STR("CA certificates")));
    assert_null(mailer);
}

#define SMTP_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SMTP_TEST(an_accepted_message_arrives_as_it_was),
        cmocka_unit_test(every_outcome_is_told_truly),
        SMTP_TEST(a_break_inside_the_body_is_no_uncertainty),
        SMTP_TEST(a_relay_silent_after_the_dot_leaves_us_uncertain),
        SMTP_TEST(no_relay_at_all_is_tried_again_later),
        SMTP_TEST(without_starttls_nothing_is_sent_to_a_relay_elsewhere),
        cmocka_unit_test(a_failed_handshake_stops_the_relay),
        SMTP_TEST(a_refused_login_stops_the_relay),
        SMTP_TEST(an_address_that_is_none_never_reaches_the_relay),
        SMTP_TEST(a_message_not_fit_for_the_wire_is_our_fault),
        SMTP_TEST(a_connection_is_kept_for_a_hundred_messages),
        SMTP_TEST(a_failure_ends_the_connection),
        SMTP_TEST(health_is_asked_of_the_relay_and_remembered),
        SMTP_TEST(an_ill_relay_says_why),
        cmocka_unit_test(a_mail_url_is_refused_with_its_reason),
        cmocka_unit_test(options_that_cannot_work_are_refused_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
