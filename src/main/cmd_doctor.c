/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle doctor mail`: what can be said of the mail set-up from this machine, one line a check, each with what to do. It
 * opens neither the store nor the server: it may run beside one, and before the first start. */
#include "main/command.h"

#include <stdio.h>

#include "adapter/https/https.h"
#include "adapter/imap/imap.h"
#include "adapter/smtp/smtp.h"
#include "base/clock.h"
#include "core/field.h"
#include "core/mail_records.h"
#include "core/mime.h"
#include "main/config.h"
#include "main/dns.h"
#include "main/options.h"

#define PROBE_MS 10000

struct doctor {
    struct config config;
    struct arena arena;
    struct str selector, to;
    struct str from_domain, envelope_domain;
    struct str public_url;
    int fails;
};

static void say(struct doctor *doctor, enum mail_verdict verdict, const char *what, struct str sentence)
{
    static const char *const WORDS[] = {"ok  ", "warn", "FAIL"};
    doctor->fails += verdict == MAIL_FAIL;
    printf("%s  %s: %.*s\n", WORDS[verdict], what, STR_ARG(sentence));
}

static void check_settings(struct doctor *doctor)
{
    struct str why;
    if (config_check_serve(&doctor->config, &doctor->arena, &why) != RC_OK)
        say(doctor, MAIL_FAIL, "settings", why);
    else if (config_is_rehearsal(&doctor->config))
        say(doctor, MAIL_WARN, "settings",
            STR("this is a rehearsal, mail stays in DATA/maildir; set REKINDLE_MAIL_URL"));
    else
        say(doctor, MAIL_OK, "settings", STR("complete"));
}

static enum rc open_relay(struct doctor *doctor, struct mailer **mailer, struct str *why)
{
    struct smtp_options options = {.url = config_text(&doctor->config, CONFIG_MAIL_URL),
                                   .ehlo_name = doctor->from_domain,
                                   .ca_file = config_text(&doctor->config, CONFIG_CA_FILE)};
    return smtp_open(&options, mailer, why);
}

static void check_relay(struct doctor *doctor)
{
    struct mailer *mailer = NULL;
    struct str why = STR_NONE;
    if (config_is_rehearsal(&doctor->config))
        return;
    enum rc rc = open_relay(doctor, &mailer, &why);
    if (rc == RC_OK)
        rc = mailer->vtable->check(mailer, &why);
    say(doctor, rc == RC_OK ? MAIL_OK : MAIL_FAIL, "relay",
        rc == RC_OK
            ? arena_printf(&doctor->arena, "it answers, with TLS and the login where there are any, to EHLO %.*s",
                           STR_ARG(doctor->from_domain))
            : arena_str(&doctor->arena, why));
    if (mailer != NULL)
        mailer->vtable->close(mailer);
}

typedef struct mail_finding judge(const struct str *texts, size_t count, struct arena *arena);

static void check_record(struct doctor *doctor, const char *what, struct str name, judge *judge_texts)
{
    struct str texts[DNS_TEXTS_MAX];
    size_t count = 0;
    enum rc rc = dns_texts(name, &doctor->arena, texts, &count);
    struct mail_finding finding = {MAIL_WARN, STR("the name could not be looked up; is there a resolver here?")};
    if (rc == RC_OK || rc == RC_NOT_FOUND)
        finding = judge_texts(texts, count, &doctor->arena);
    say(doctor, finding.verdict, what,
        arena_printf(&doctor->arena, "%.*s: %.*s", STR_ARG(name), STR_ARG(finding.says)));
}

static void check_names(struct doctor *doctor)
{
    struct arena *arena = &doctor->arena;
    struct str from = doctor->from_domain;
    if (str_is_empty(from))
        return; /* the settings have said so */
    check_record(doctor, "SPF", doctor->envelope_domain, mail_spf);
    if (!mail_is_aligned(from, doctor->envelope_domain))
        say(doctor, MAIL_WARN, "SPF",
            STR("the bounce domain is no part of the From domain, so SPF does not speak for it; DKIM must"));
    if (str_is_none(doctor->selector))
        say(doctor, MAIL_WARN, "DKIM", STR("not looked up; --selector NAME says under which name your relay's key is"));
    else
        check_record(doctor, "DKIM",
                     arena_printf(arena, "%.*s._domainkey.%.*s", STR_ARG(doctor->selector), STR_ARG(from)), mail_dkim);
    check_record(doctor, "DMARC", arena_printf(arena, "_dmarc.%.*s", STR_ARG(from)), mail_dmarc);
}

/* Whether what comes to the bounce domain reaches us. */
static void check_mailbox(struct doctor *doctor)
{
    struct imap_options options = {.url = config_text(&doctor->config, CONFIG_BOUNCE_MAILBOX),
                                   .ca_file = config_text(&doctor->config, CONFIG_CA_FILE),
                                   .response_timeout_ms = PROBE_MS};
    struct imap *imap = NULL;
    struct str why = STR_NONE;
    if (str_is_none(options.url)) {
        say(doctor, MAIL_WARN, "bounces",
            STR("REKINDLE_BOUNCE_MAILBOX is not set: see that what that mailbox learns is reported to POST "
                "/hooks/delivery"));
        return;
    }
    if (str_equal(options.url, MAILBOX_IS_PIPE)) {
        say(doctor, MAIL_OK, "bounces", STR("a mail server is to run `rekindle bounce` for each message"));
        return;
    }
    enum rc rc = imap_open(&options, &imap, &why);
    if (rc == RC_OK)
        rc = imap_check(imap, &why);
    say(doctor, rc == RC_OK ? MAIL_OK : MAIL_FAIL, "bounces",
        rc == RC_OK ? STR("the mailbox can be read")
                    : arena_printf(&doctor->arena, "the mailbox cannot be read: %.*s", STR_ARG(why)));
    imap_close(imap);
}

static void check_bounces(struct doctor *doctor)
{
    struct str domain = config_text(&doctor->config, CONFIG_BOUNCE_DOMAIN);
    if (str_is_none(domain)) {
        say(doctor, MAIL_WARN, "bounces",
            STR("REKINDLE_BOUNCE_DOMAIN is not set: bounces go to the From address and name no email"));
        return;
    }
    enum rc rc = dns_has_mx(domain, &doctor->arena);
    struct str sentence = rc == RC_OK ? STR("somebody takes mail for the bounce domain")
                          : rc == RC_NOT_FOUND
                              ? STR("the bounce domain has no MX record, so no bounce arrives; add one")
                              : STR("the bounce domain could not be looked up");
    say(doctor, rc == RC_OK ? MAIL_OK : rc == RC_NOT_FOUND ? MAIL_FAIL : MAIL_WARN, "bounces", sentence);
    check_mailbox(doctor);
}

static bool is_enough(void *ctx, int status, struct str bytes)
{
    (void)ctx, (void)status, (void)bytes;
    return false;
}

/* The unsubscribe page as a mail provider would reach it: a link of nobody, which must be answered and sent nowhere else. */
static void check_public_url(struct doctor *doctor)
{
    struct https *https;
    struct https_answer answer;
    struct str why;
    if (!str_starts_with(doctor->public_url, STR("https://"))) {
        say(doctor, config_is_rehearsal(&doctor->config) ? MAIL_WARN : MAIL_FAIL, "links",
            STR("REKINDLE_PUBLIC_URL is not https: one-click unsubscribe (RFC 8058) works with https alone"));
        return;
    }
    if (https_open(config_text(&doctor->config, CONFIG_CA_FILE), &https, &why) != RC_OK) {
        say(doctor, MAIL_FAIL, "links", why);
        return;
    }
    struct https_request request = {.url = arena_printf(&doctor->arena, "%.*s/u/x", STR_ARG(doctor->public_url)),
                                    .limits = {PROBE_MS, PROBE_MS, PROBE_MS, 65536, 1 << 20},
                                    .on_body = is_enough};
    https_transfer(https, &request, &answer);
    https_close(https);
    bool is_ours = answer.status == 404 || answer.status == 200 || answer.status == 410;
    bool redirects = answer.status >= 300 && answer.status <= 399;
    struct str sentence = STR("the unsubscribe page answers");
    if (redirects)
        sentence = STR("the unsubscribe page is redirected, which one-click forbids; let the proxy pass /u /c /why on");
    else if (!is_ours)
        sentence = arena_printf(&doctor->arena, "the unsubscribe page does not answer (%d %.*s)", answer.status,
                                STR_ARG(answer.why));
    say(doctor, is_ours ? MAIL_OK : MAIL_FAIL, "links", sentence);
}

static enum rc build_test(const struct doctor *doctor, struct arena *arena, struct buf *out)
{
    struct mime_message message = {
        .email_id = STR("doctor"),
        .from_name = config_text(&doctor->config, CONFIG_SHOP_NAME),
        .from_address = config_text(&doctor->config, CONFIG_MAIL_FROM),
        .to_address = doctor->to,
        .subject = STR("Rekindle: a test of the mail set-up"),
        .message_id = arena_printf(arena, "doctor.%lld@%.*s", (long long)clock_wall(), STR_ARG(doctor->from_domain)),
        .date_ms = clock_wall(),
        .unsubscribe_url = arena_printf(arena, "%.*s/u/x", STR_ARG(doctor->public_url)),
        .list_id = arena_printf(arena, "rekindle.%.*s", STR_ARG(doctor->from_domain)),
        .text = STR("This is a test message of `rekindle doctor mail`.\n\nLook at its source: Authentication-Results "
                    "should say "
                    "spf=pass, dkim=pass and dmarc=pass,\nand h= of DKIM-Signature should name list-unsubscribe and "
                    "list-unsubscribe-post.\n")};
    mime_init();
    return mime_build(&message, out);
}

static void send_test(struct doctor *doctor)
{
    struct mailer *mailer = NULL;
    struct str why = STR_NONE;
    struct buf message = {0};
    struct reply reply = {.code = 0};
    if (str_is_none(doctor->to))
        return;
    if (config_is_rehearsal(&doctor->config) || str_is_empty(doctor->from_domain)) {
        say(doctor, MAIL_FAIL, "test", STR("nothing was sent: it needs REKINDLE_MAIL_URL and REKINDLE_MAIL_FROM"));
        return;
    }
    enum rc rc = build_test(doctor, &doctor->arena, &message);
    if (rc == RC_OK)
        rc = open_relay(doctor, &mailer, &why);
    struct mail mail = {.email_id = STR("doctor"),
                        .envelope_from = config_text(&doctor->config, CONFIG_MAIL_FROM),
                        .recipient = doctor->to,
                        .message = buf_str(&message)};
    if (rc == RC_OK)
        rc = mailer->vtable->send(mailer, &mail, &doctor->arena, &reply);
    say(doctor, rc == RC_OK ? MAIL_OK : MAIL_FAIL, "test",
        rc == RC_OK
            ? STR("the relay took the message; look at its Authentication-Results where it arrives")
            : arena_printf(&doctor->arena, "the message was not taken: %.*s%.*s", STR_ARG(reply.text), STR_ARG(why)));
    if (mailer != NULL)
        mailer->vtable->close(mailer);
    buf_clear(&message);
}

static int examine(struct doctor *doctor)
{
    struct str bounce = config_text(&doctor->config, CONFIG_BOUNCE_DOMAIN);
    doctor->from_domain = email_domain(config_text(&doctor->config, CONFIG_MAIL_FROM));
    doctor->envelope_domain = str_is_none(bounce) ? doctor->from_domain : bounce;
    doctor->public_url = config_public_url(&doctor->config, &doctor->arena);
    check_settings(doctor);
    check_relay(doctor);
    check_names(doctor);
    check_bounces(doctor);
    check_public_url(doctor);
    send_test(doctor);
    return doctor->fails == 0 ? EXIT_DONE : EXIT_FAILED;
}

static int doctor_mail(int argc, char **argv)
{
    struct doctor doctor = {.selector = STR_NONE, .to = STR_NONE};
    const struct option_row rows[] = {
        {.name = "--selector",
         .value = "NAME",
         .help = "where the relay's DKIM key is published",
         .text = &doctor.selector},
        {.name = "--to", .value = "ADDRESS", .help = "send a test message there", .text = &doctor.to}};
    const struct usage usage = {
        .synopsis = "rekindle doctor mail [--selector NAME] [--to ADDRESS]",
        .text = "Checks the mail set-up from here: settings, relay, SPF, DKIM, DMARC, bounces, links.\n"
                "One line each: ok, warn or FAIL, and what to do. Exit code 1 when one fails.",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0]};
    int code = options_read(&usage, argc, argv, NULL);
    if (code != OPTIONS_CONTINUE)
        return code;
    if (!str_is_none(doctor.to) && !RULE_EMAIL.holds(doctor.to))
        return options_fault(&usage, "'%.*s' is no address", STR_ARG(doctor.to));
    code = config_load(STR_NONE, &doctor.arena, &doctor.config);
    if (code == EXIT_DONE)
        code = examine(&doctor);
    arena_clear(&doctor.arena);
    return code;
}

int cmd_doctor(int argc, char **argv)
{
    static const struct command COMMANDS[] = {
        {"mail", "what can be checked of the mail set-up from here", doctor_mail}};
    return command_dispatch("rekindle doctor", "Looks whether things are set up well.", COMMANDS, 1, argc, argv);
}
