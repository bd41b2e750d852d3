/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of the dialogue watcher, without a network: what broke where, and what it means for the message. */
#include "adapter/smtp/smtp_dialogue.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Steps: "C:" a command of ours, "S:" a line of the relay, "W:" the body is written, "H:" it was handed out, "w:" half of it. */
#define TO_DATA \
    "C:MAIL FROM:<a@b.example>\r\n", "S:250 ok\r\n", "C:RCPT TO:<c@d.example>\r\n", "S:250 ok\r\n", "C:DATA\r\n"
#define LOGIN "S:220 hi\r\n", "C:EHLO us\r\n", "S:250-AUTH PLAIN\r\n", "S:250 SIZE\r\n"

static const struct row {
    const char *steps[20];
    bool our_fault;
    enum reply_class class;
    enum reply_phase phase;
    int code;
} ROWS[] = {
    {{NULL}, false, REPLY_LATER, REPLY_CONNECT, 0},
    {{NULL}, true, REPLY_OUR_FAULT, REPLY_CONNECT, 0},
    {{"S:421 busy\r\n"}, false, REPLY_SLOW_RELAY, REPLY_CONNECT, 421},
    {{LOGIN}, false, REPLY_LATER, REPLY_EHLO, 0},
    {{LOGIN}, true, REPLY_OUR_FAULT, REPLY_EHLO, 0},
    {{LOGIN, "C:AUTH PLAIN\r\n", "S:334 \r\n", "C:RCPTTOMAIL=\r\n", "S:535 5.7.8 bad\r\n"},
     true,
     REPLY_OUR_FAULT,
     REPLY_AUTH,
     535},
    {{LOGIN, "C:STARTTLS\r\n", "S:220 go\r\n"}, true, REPLY_OUR_FAULT, REPLY_TLS, 0},
    {{LOGIN, "C:STARTTLS\r\n", "S:220 go\r\n"}, false, REPLY_LATER, REPLY_TLS, 0},
    {{"C:MAIL FROM:<a@b.example>\r\n", "S:250 ok\r\n", "C:RCPT TO:<c@d.example>\r\n", "S:550 5.1.1 who\r\n",
      "C:QUIT\r\n", "S:221 bye\r\n"},
     false,
     REPLY_BAD_ADDRESS,
     REPLY_RCPT,
     550},
    {{TO_DATA}, false, REPLY_LATER, REPLY_DATA, 0},
    {{TO_DATA, "S:451 no\r\n", "C:QUIT\r\n", "S:500 what\r\n"}, false, REPLY_LATER, REPLY_DATA, 451},
    {{TO_DATA, "S:354 go\r\n"}, false, REPLY_LATER, REPLY_BODY, 0},
    {{TO_DATA, "S:354 go\r\n", "w:"}, false, REPLY_LATER, REPLY_BODY, 0},
    {{TO_DATA, "S:354 go\r\n", "H:"}, false, REPLY_LATER, REPLY_BODY, 0}, /* read by libcurl, not yet on the socket */
    {{TO_DATA, "S:354 go\r\n", "w:", "S:552 too much\r\n"}, false, REPLY_MAILBOX_FULL, REPLY_BODY, 552},
    {{TO_DATA, "S:354 go\r\n", "H:", "W:"}, false, REPLY_UNKNOWN, REPLY_DOT, 0},
    {{TO_DATA, "S:354 go\r\n", "H:", "W:"}, true, REPLY_UNKNOWN, REPLY_DOT, 0}, /* no failure makes it certain */
    {{TO_DATA, "S:354 go\r\n", "H:", "W:", "S:250 queued\r\n"}, false, REPLY_ACCEPTED, REPLY_DOT, 250},
    {{TO_DATA, "S:354 go\r\n", "H:", "W:", "S:251 will forward\r\n"}, false, REPLY_ACCEPTED, REPLY_DOT, 251},
    {{TO_DATA, "S:354 go\r\n", "H:", "W:", "S:250-two\r\n", "S:250 lines\r\n"}, false, REPLY_ACCEPTED, REPLY_DOT, 250},
    {{TO_DATA, "S:354 go\r\n", "H:", "W:", "S:451 later\r\n", "C:QUIT\r\n", "S:221 bye\r\n"},
     false,
     REPLY_LATER,
     REPLY_DOT,
     451},
    {{TO_DATA, "S:354 go\r\n", "H:", "W:", "S:550 5.7.1 spam\r\n"}, false, REPLY_OUR_FAULT, REPLY_DOT, 550},
    {{TO_DATA, "S:354 go\r\n", "H:", "W:", "S:221 bye\r\n"}, false, REPLY_UNKNOWN, REPLY_DOT, 0},
};

static void play(struct smtp_dialogue *dialogue, const char *step)
{
    struct str text = str_of(step + 2);
    switch (step[0]) {
    case 'C': smtp_dialogue_command(dialogue, text); break;
    case 'S': smtp_dialogue_line(dialogue, text); break;
    case 'W': smtp_dialogue_written(dialogue, 100); break;
    case 'w': smtp_dialogue_written(dialogue, 50); break;
    default: smtp_dialogue_handed_out(dialogue);
    }
}

static void every_break_has_its_meaning(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct arena arena = {0};
        struct smtp_dialogue dialogue;
        struct reply reply;
        smtp_dialogue_init(&dialogue, 100);
        for (size_t s = 0; ROWS[i].steps[s] != NULL; s++)
            play(&dialogue, ROWS[i].steps[s]);
        smtp_dialogue_decide(&dialogue, STR("broke"), ROWS[i].our_fault, &arena, &reply);
        if (reply.class != ROWS[i].class || reply.phase != ROWS[i].phase || reply.code != ROWS[i].code)
            fail_msg("row %zu: %s at %s, code %d", i, REPLY_CLASS_WORDS[reply.class], REPLY_PHASE_WORDS[reply.phase],
                     reply.code);
        assert_int_equal(str_equal(reply.text, STR("broke")), reply.code == 0);
        arena_clear(&arena);
    }
}

static void a_reply_line_is_kept_short_and_plain(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct smtp_dialogue dialogue;
    struct reply reply;
    char line[2000];
    for (size_t i = 0; i < sizeof line; i++)
        line[i] = i < 4 ? "550 "[i] : i % 3 == 0 ? '\x1B' : i % 3 == 1 ? '\xC3' : 'x';
    smtp_dialogue_init(&dialogue, 100);
    smtp_dialogue_command(&dialogue, STR("RCPT TO:<c@d.example>"));
    smtp_dialogue_line(&dialogue, (struct str){line, sizeof line});
    smtp_dialogue_decide(&dialogue, STR("broke"), false, &arena, &reply);
    assert_int_equal(reply.text.len, SMTP_LINE_MAX);
    for (size_t i = 0; i < reply.text.len; i++)
        assert_in_range((unsigned char)reply.text.ptr[i], ' ', '~');
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_break_has_its_meaning),
        cmocka_unit_test(a_reply_line_is_kept_short_and_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
