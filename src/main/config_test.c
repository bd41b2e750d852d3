/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

#define KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* "NAME=value" lines of a test, ended by NULL. */
static const char *lookup(void *ctx, const char *name)
{
    const char *const *lines = ctx;
    size_t length = strlen(name);
    for (; *lines; lines++)
        if (strncmp(*lines, name, length) == 0 && (*lines)[length] == '=')
            return *lines + length + 1;
    return NULL;
}

static enum rc read_lines(const char *const *lines, struct arena *arena, struct config *config, struct str *why)
{
    *why = STR_NONE;
    return config_read(lookup, (void *)(uintptr_t)lines, arena, config, why);
}

static void without_any_variable_the_defaults_hold(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct config config;
    struct str why;
    const char *const none[] = {NULL};
    assert_int_equal(read_lines(none, &arena, &config, &why), RC_OK);
    assert_true(str_equal(config_text(&config, CONFIG_DATA), STR("./data")));
    assert_true(str_equal(config_text(&config, CONFIG_WRITER), STR("openrouter")));
    assert_true(str_is_none(config_text(&config, CONFIG_SHOP_NAME)));
    assert_true(config_is_rehearsal(&config));
    assert_true(str_equal(config_public_url(&config, &arena), STR("http://127.0.0.1:8080")));
    assert_int_equal(config.values[CONFIG_DATA].source, CONFIG_FROM_DEFAULT);
    arena_clear(&arena);
}

static void every_default_keeps_its_own_rule(void **state)
{
    (void)state;
    for (int key = 0; key < CONFIG_KEYS; key++) {
        const struct config_variable *variable = &CONFIG_VARIABLES[key];
        assert_non_null(variable->name);
        assert_non_null(variable->meaning);
        if (variable->fallback && variable->holds)
            assert_true(variable->holds(str_of(variable->fallback)));
    }
}

static void an_empty_variable_counts_as_not_set(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct config config;
    struct str why;
    const char *const lines[] = {"REKINDLE_LISTEN=", "REKINDLE_SHOP_URL=", NULL};
    assert_int_equal(read_lines(lines, &arena, &config, &why), RC_OK);
    assert_true(str_equal(config_text(&config, CONFIG_LISTEN), STR("127.0.0.1:8080")));
    assert_true(str_is_none(config_text(&config, CONFIG_SHOP_URL)));
    arena_clear(&arena);
}

static void a_wrong_value_is_refused_with_name_value_and_rule(void **state)
{
    (void)state;
    static const char *const WRONG[] = {
        "REKINDLE_STORE=dynamodb:shop",
        "REKINDLE_LISTEN=8080",
        "REKINDLE_LISTEN=127.0.0.1:65536",
        "REKINDLE_LISTEN=:80",
        "REKINDLE_PUBLIC_LISTEN=nowhere",
        "REKINDLE_PUBLIC_URL=shop.example",
        "REKINDLE_SHOP_CURRENCY=EURO",
        "REKINDLE_SHOP_CURRENCY=eur",
        "REKINDLE_SHOP_TIME_ZONE=Berlin",
        "REKINDLE_MAIL_URL=mail.example",
        "REKINDLE_MAIL_URL=smtp://",
        "REKINDLE_MAIL_FROM=Fernwood <hello@fernwood.example>",
        "REKINDLE_BOUNCE_DOMAIN=a b",
        "REKINDLE_MAIL_ONLY_TO=a@fernwood.example,,",
        "REKINDLE_MAIL_PROVIDER=mailchimp",
        "REKINDLE_WRITER=gpt",
        "REKINDLE_LLM_RPM=0",
        "REKINDLE_LLM_CONCURRENCY=many",
        "REKINDLE_LLM_DAILY_USD=-1",
        "REKINDLE_LLM_DAILY_USD=1.234",
        "REKINDLE_LLM_URL=http://models.example/v1",
        "REKINDLE_LLM_URL=openrouter.ai",
        "REKINDLE_LLM_DIALECT=anthropic",
        "REKINDLE_LLM_TPM=0",
        "REKINDLE_LLM_MAX_PRICE=3",
        "REKINDLE_LLM_MAX_PRICE=3,-1",
        "REKINDLE_LLM_ZDR=yes",
        "REKINDLE_LLM_ALLOW_FREE=1",
        "REKINDLE_LLM_IDLE_SECONDS=0",
        "REKINDLE_LLM_TOTAL_SECONDS=3601",
        "REKINDLE_MAIL_TIMEOUT_SECONDS=0",
        "REKINDLE_MAIL_TIMEOUT_SECONDS=3601",
        "REKINDLE_BOUNCE_MAILBOX=pop3://mail.example/INBOX",
        "REKINDLE_BOUNCE_MAILBOX=imaps://mail.example/INBOX",
        "REKINDLE_BOUNCE_MAILBOX=mail.example",
        "REKINDLE_BOUNCE_MAILBOX_SECONDS=0",
        "REKINDLE_BOUNCE_MAILBOX_SECONDS=3601",
        "REKINDLE_LLM_CHECK_SECONDS=soon",
        "REKINDLE_CLOCK=tomorrow",
        "REKINDLE_CLOCK=2026-11-24",
        "REKINDLE_LOG=loud",
        "REKINDLE_CA_FILE=/nonexistent.pem",
        "REKINDLE_SHOP_NAME=two\nlines",
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        struct arena arena = {0};
        struct config config;
        struct str why, value = str_of(WRONG[i]), name = str_cut(&value, '=');
        const char *const lines[] = {WRONG[i], NULL};
        assert_int_equal(read_lines(lines, &arena, &config, &why), RC_INVALID);
        assert_true(str_starts_with(why, name));
        assert_true(str_contains(why, STR("must be")));
        assert_true(str_contains(why, value) || str_contains(value, STR("\n")));
        arena_clear(&arena);
    }
}

static void right_values_are_taken(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct config config;
    struct str why;
    const char *const lines[] = {"REKINDLE_LISTEN=[::1]:0",
                                 "REKINDLE_PUBLIC_URL=https://mail.fernwood.example/",
                                 "REKINDLE_MAIL_URL=smtps://me:p%40ss@mail.example:465",
                                 "REKINDLE_MAIL_ONLY_TO=a@fernwood.example, fernwood.example",
                                 "REKINDLE_MAIL_PROVIDER=sendgrid",
                                 "REKINDLE_LLM_DAILY_USD=0.50",
                                 "REKINDLE_CLOCK=1997-10-01T00:00:00Z",
                                 "REKINDLE_LINK_KEYS=2:" KEY ",1:" KEY,
                                 "REKINDLE_SUPPRESSION_KEY=" KEY,
                                 NULL};
    assert_int_equal(read_lines(lines, &arena, &config, &why), RC_OK);
    assert_false(config_is_rehearsal(&config));
    assert_true(str_equal(config_public_url(&config, &arena), STR("https://mail.fernwood.example")));
    assert_int_equal(config.values[CONFIG_CLOCK].source, CONFIG_FROM_ENVIRONMENT);
    arena_clear(&arena);
}

static void secrets_are_never_shown(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct config config;
    struct str why;
    const char *const lines[] = {"OPENROUTER_API_KEY=sk-very-secret", "REKINDLE_SUPPRESSION_KEY=" KEY,
                                 "REKINDLE_MAIL_URL=smtp://me:p%40ss@mail.example:587", NULL};
    assert_int_equal(read_lines(lines, &arena, &config, &why), RC_OK);
    assert_true(str_equal(config_shown(&config, CONFIG_OPENROUTER_API_KEY, &arena), STR("***")));
    assert_true(str_equal(config_shown(&config, CONFIG_SUPPRESSION_KEY, &arena), STR("***")));
    assert_true(str_equal(config_shown(&config, CONFIG_MAIL_URL, &arena), STR("smtp://***@mail.example:587")));
    const char *const wrong[] = {"REKINDLE_SUPPRESSION_KEY=abc123", NULL};
    assert_int_equal(read_lines(wrong, &arena, &config, &why), RC_INVALID);
    assert_false(str_contains(why, STR("abc123")));
    arena_clear(&arena);
}

#define A_KEY "OPENROUTER_API_KEY=sk-very-secret"
#define A_MODEL "REKINDLE_LLM_MODEL=author/model"
#define A_PROVIDER "REKINDLE_LLM_PROVIDER=host"
#define OPENAI "REKINDLE_LLM_DIALECT=openai"

/* The early system warned, and failed per message after all the work; this one says what to set and does not start. */
static void d32_a_model_writer_without_what_it_needs_does_not_start(void **state)
{
    static const struct {
        const char *lines[5];
        const char *says; /* NULL: it starts */
    } ROWS[] = {
        {{NULL}, "OPENROUTER_API_KEY is not set"},
        {{A_MODEL, A_PROVIDER}, "OPENROUTER_API_KEY is not set"},
        {{A_KEY, A_PROVIDER}, "REKINDLE_LLM_MODEL is not set"},
        {{A_KEY, A_MODEL}, "REKINDLE_LLM_PROVIDER is not set"},
        {{A_KEY, A_MODEL, A_PROVIDER}, NULL},
        {{A_KEY, A_PROVIDER, "REKINDLE_LLM_MODEL=openrouter/auto"}, "REKINDLE_LLM_MODEL is \"openrouter/auto\""},
        {{A_KEY, A_PROVIDER, "REKINDLE_LLM_MODEL=~author/latest"}, "REKINDLE_LLM_MODEL is"},
        {{A_KEY, A_PROVIDER, "REKINDLE_LLM_MODEL=a/b:online"}, "REKINDLE_LLM_MODEL is"},
        {{A_KEY, A_PROVIDER, "REKINDLE_LLM_MODEL=a/b:free"}, "REKINDLE_LLM_ALLOW_FREE=on"},
        {{A_KEY, A_PROVIDER, "REKINDLE_LLM_MODEL=a/b:free", "REKINDLE_LLM_ALLOW_FREE=on"}, NULL},
        {{OPENAI}, "REKINDLE_LLM_MODEL is not set"},
        {{OPENAI, "REKINDLE_LLM_MODEL=llama3:8b"}, NULL}, /* a server of one's own has neither keys nor providers */
        {{"REKINDLE_WRITER=template"}, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct arena arena = {0};
        struct config config;
        struct str why;
        assert_int_equal(read_lines(ROWS[i].lines, &arena, &config, &why), RC_OK);
        assert_int_equal(config_check_serve(&config, &arena, &why), ROWS[i].says ? RC_INVALID : RC_OK);
        if (ROWS[i].says)
            assert_true(str_contains(why, str_of(ROWS[i].says)));
        if (ROWS[i].says &&
            str_contains(why, STR("is not set"))) /* the other writer is named, and chosen by nobody else */
            assert_true(str_contains(why, STR("REKINDLE_WRITER=template")));
        assert_false(str_contains(why, STR("sk-very-secret")));
        arena_clear(&arena);
    }
}

static void numbers_dollars_and_switches_are_read(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct config config;
    struct str why;
    const char *const lines[] = {"REKINDLE_LLM_DAILY_USD=0.5", "REKINDLE_LLM_RPM=20", "REKINDLE_LLM_ZDR=off", NULL};
    assert_int_equal(read_lines(lines, &arena, &config, &why), RC_OK);
    assert_int_equal(config_microusd(&config, CONFIG_LLM_DAILY_USD), 500000);
    assert_int_equal(config_i64(&config, CONFIG_LLM_RPM), 20);
    assert_int_equal(config_i64(&config, CONFIG_LLM_TPM), 0); /* not set */
    assert_false(config_is_on(&config, CONFIG_LLM_ZDR));
    assert_int_equal(config_set(&config, CONFIG_LLM_DAILY_USD, STR("12.05"), &arena, &why), RC_OK);
    assert_int_equal(config_microusd(&config, CONFIG_LLM_DAILY_USD), 12050000);
    assert_int_equal(config_set(&config, CONFIG_LLM_DAILY_USD, STR("7"), &arena, &why), RC_OK);
    assert_int_equal(config_microusd(&config, CONFIG_LLM_DAILY_USD), 7000000);
    arena_clear(&arena);
}

static void live_mail_wants_to_know_who_writes(void **state)
{
    (void)state;
    const char *lines[] = {"REKINDLE_WRITER=template",
                           "REKINDLE_MAIL_URL=smtp://127.0.0.1:25",
                           "REKINDLE_SHOP_NAME=Fernwood",
                           "REKINDLE_SHOP_URL=https://fernwood.example",
                           "REKINDLE_POSTAL_ADDRESS=12 Mill Lane",
                           "REKINDLE_MAIL_FROM=hello@fernwood.example",
                           "REKINDLE_PUBLIC_URL=https://mail.fernwood.example",
                           NULL};
    struct arena arena = {0};
    struct config config;
    struct str why;
    assert_int_equal(read_lines(lines, &arena, &config, &why), RC_OK);
    assert_int_equal(config_check_serve(&config, &arena, &why), RC_OK);
    for (size_t left_out = 2; lines[left_out]; left_out++) {
        const char *kept = lines[left_out];
        struct str rest = str_of(kept), name = str_cut(&rest, '=');
        lines[left_out] = "X=";
        assert_int_equal(read_lines(lines, &arena, &config, &why), RC_OK);
        assert_int_equal(config_check_serve(&config, &arena, &why), RC_INVALID);
        assert_true(str_starts_with(why, name));
        lines[left_out] = kept;
    }
    arena_clear(&arena);
}

static void a_webhook_is_signed_or_there_is_none(void **state)
{
    static const struct {
        const char *lines[4];
        enum rc read, serve;
    } ROWS[] = {
        {{"REKINDLE_WRITER=template"}, RC_OK, RC_OK},
        {{"REKINDLE_WRITER=template", "REKINDLE_WEBHOOK_URL=https://tool.example/h"}, RC_OK, RC_INVALID},
        {{"REKINDLE_WRITER=template", "REKINDLE_WEBHOOK_URL=https://tool.example/h",
          "REKINDLE_WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
         RC_OK,
         RC_OK},
        {{"REKINDLE_WEBHOOK_URL=http://tool.example/h"}, RC_INVALID, RC_OK},
        {{"REKINDLE_WEBHOOK_SECRET=too short"}, RC_INVALID, RC_OK},
        {{"REKINDLE_WEBHOOK_SECRET=whsec_not base64 at all, is it"}, RC_INVALID, RC_OK},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct arena arena = {0};
        struct config config;
        struct str why;
        assert_int_equal(read_lines(ROWS[i].lines, &arena, &config, &why), ROWS[i].read);
        if (ROWS[i].read == RC_OK)
            assert_int_equal(config_check_serve(&config, &arena, &why), ROWS[i].serve);
        if (ROWS[i].serve != RC_OK)
            assert_true(str_starts_with(why, STR("REKINDLE_WEBHOOK_SECRET is not set")));
        arena_clear(&arena);
    }
}

static void the_command_line_goes_before_the_environment(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct config config;
    struct str why;
    const char *const lines[] = {"REKINDLE_DATA=/srv/one", NULL};
    assert_int_equal(read_lines(lines, &arena, &config, &why), RC_OK);
    assert_int_equal(config_set(&config, CONFIG_DATA, STR("/srv/two"), &arena, &why), RC_OK);
    assert_true(str_equal(config_text(&config, CONFIG_DATA), STR("/srv/two")));
    assert_int_equal(config.values[CONFIG_DATA].source, CONFIG_FROM_COMMAND);
    assert_int_equal(config_set(&config, CONFIG_LISTEN, STR("here"), &arena, &why), RC_INVALID);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_any_variable_the_defaults_hold),
        cmocka_unit_test(every_default_keeps_its_own_rule),
        cmocka_unit_test(an_empty_variable_counts_as_not_set),
        cmocka_unit_test(a_wrong_value_is_refused_with_name_value_and_rule),
        cmocka_unit_test(right_values_are_taken),
        cmocka_unit_test(secrets_are_never_shown),
        cmocka_unit_test(d32_a_model_writer_without_what_it_needs_does_not_start),
        cmocka_unit_test(numbers_dollars_and_switches_are_read),
        cmocka_unit_test(live_mail_wants_to_know_who_writes),
        cmocka_unit_test(a_webhook_is_signed_or_there_is_none),
        cmocka_unit_test(the_command_line_goes_before_the_environment),
    };
    hash_init();
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
