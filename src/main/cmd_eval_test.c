/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The command from its words to its exit code, and what it writes. */
#include "main/command.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/hash.h"
#include "main/eval_report.h"
#include "main/test_folder.h"

enum { ARGS_MAX = 16 };

static const char BRIEFS[] =
    "{\"id\":\"b1\",\"locale\":\"en-GB\",\"facts\":[{\"id\":\"F1\",\"kind\":\"shop\",\"text\":\"Leaf & Larder\"},"
    "{\"id\":\"F2\",\"kind\":\"category\",\"text\":\"Green tea\"}],\"products\":[{\"id\":\"p1\",\"name\":\"Jasmine "
    "Pearls\",\"category\":\"Green tea\",\"price_minor\":900,\"currency\":\"GBP\"}],\"brand\":{}}\n";

#define REPLY(subject, fact)                                                                                           \
    "{\"subject\":\"" subject "\",\"preheader\":\"Something gentle for the hour before the day\",\"paragraphs\":["     \
    "{\"text\":\"There is a particular calm in the first pour of green tea, before anyone else is awake and the day "  \
    "has opinions. We keep that calm in mind when we choose what goes on our shelves.\",\"facts\":[\"" fact "\"]},"    \
    "{\"text\":\"If that sounds like you, come and have a look around. There is no rush and nothing that you need to " \
    "do. The door is open, and we are happy to talk for as long as you like.\",\"facts\":[]}],\"picks\":["             \
    "{\"product_id\":\"p1\",\"reason\":\"For mornings that deserve a slow start\",\"facts\":[\"F2\"]}],"               \
    "\"cta_label\":\"Come and look\",\"cta_target\":\"shop\",\"sign_off\":\"Warmly\",\"abstain\":false,"               \
    "\"abstain_reason\":\"\"}"
#define CLEAN "{\"brief_id\":\"b1\",\"label\":\"clean\",\"raw\":" REPLY("A quiet cup of green tea", "F2") "}\n"
#define PLANTED(class, subject, fact) \
    "{\"brief_id\":\"b1\",\"label\":\"planted\",\"class\":\"" class "\",\"raw\":" REPLY(subject, fact) "}\n"

struct bench {
    struct test_folder folder;
    char briefs[128], replies[128];
    struct buf out, err;
};

static void slurp(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "re");
    size_t got;
    buf_reset(out);
    assert_non_null(file);
    while ((got = fread(buf_room(out, 65536), 1, 65536, file)) > 0)
        out->len += got;
    buf_add_c(out, "");
    fclose(file);
}

/* Runs the command with stdout and stderr in files. */
static int run(struct bench *bench, const char *const *words)
{
    char *argv[ARGS_MAX] = {(char *)(uintptr_t) "eval"};
    int argc = 1, saved[2] = {dup(1), dup(2)};
    char paths[2][128];
    for (; words[argc - 1]; argc++)
        argv[argc] = (char *)(uintptr_t)words[argc - 1];
    for (int i = 0; i < 2; i++) {
        snprintf(paths[i], sizeof paths[i], "%s", test_path(&bench->folder, i ? "err" : "out"));
        int fd = open(paths[i], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        assert_true(fd >= 0);
        fflush(i ? stderr : stdout);
        assert_true(dup2(fd, i + 1) >= 0);
        close(fd);
    }
    int code = cmd_eval(argc, argv);
    for (int i = 0; i < 2; i++) {
        fflush(i ? stderr : stdout);
        dup2(saved[i], i + 1);
        close(saved[i]);
        slurp(paths[i], i ? &bench->err : &bench->out);
    }
    return code;
}

static int run_on(struct bench *bench, const char *replies, const char *option)
{
    const char *const words[] = {"--briefs", bench->briefs, "--replies", bench->replies, option, NULL};
    test_write(bench->replies, replies);
    return run(bench, words);
}

static int set_up(void **state)
{
    static struct bench bench;
    bench = (struct bench){.out = {0}};
    hash_init();
    test_folder_make(&bench.folder);
    snprintf(bench.briefs, sizeof bench.briefs, "%s", test_path(&bench.folder, "briefs.jsonl"));
    snprintf(bench.replies, sizeof bench.replies, "%s", test_path(&bench.folder, "replies.jsonl"));
    test_write(bench.briefs, BRIEFS);
    *state = &bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    test_folder_clear(&bench->folder);
    buf_clear(&bench->out);
    buf_clear(&bench->err);
    return 0;
}

/* The line of the output, from 0, as JSON. */
static struct json *line_of(struct bench *bench, int number)
{
    struct str rest = str_trim(buf_str(&bench->out)), line = STR_NONE;
    struct json *json = NULL;
    for (int i = 0; i <= number && !str_is_none(rest); i++)
        line = str_cut(&rest, '\n');
    assert_int_equal(json_parse(line, &json, NULL), RC_OK);
    return json;
}

static void a_line_a_reply_and_the_totals_last(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(run_on(bench, CLEAN PLANTED("digits", "14 kinds of green tea", "F2"), "--json"), EXIT_DONE);
    struct json *clean = line_of(bench, 0), *planted = line_of(bench, 1), *last = line_of(bench, 2);
    assert_true(str_equal(json_get_str(clean, "brief_id"), STR("b1")));
    assert_true(str_equal(json_get_str(clean, "label"), STR("clean")));
    assert_int_equal(json_size(json_get(clean, "hard")), 0);
    assert_true(json_is(json_get(clean, "soft"), JSON_ARRAY));
    assert_true(str_equal(json_str(json_at(json_get(planted, "hard"), 0)), STR("digits")));
    const struct json *totals = json_get(last, "totals");
    assert_int_equal(json_get_i64(totals, "replies", 0), 2);
    assert_int_equal(json_get_i64(totals, "caught", 0), 1);
    assert_true(json_get_real(totals, "recall", 0) == 1.0);
    assert_true(json_get_real(totals, "false_alarm_rate", 1) == 0.0);
    assert_int_equal(json_get_i64(json_at(json_get(totals, "classes"), 0), "caught", 0), 1);
    const struct json *figures = json_get(totals, "figures");
    assert_int_equal(json_get_i64(figures, "drafts", 0), 1); /* the planted one is nobody's writing */
    assert_true(json_get_real(figures, "schema_pass_rate", 0) == 1.0);
    assert_true(json_get_real(figures, "category_coverage", 0) == 1.0);
    assert_true(json_is(json_get(figures, "pii_egress"), JSON_NULL));
    json_free(clean);
    json_free(planted);
    json_free(last);
}

static void what_slipped_and_what_was_blocked_are_told_with_line_and_rule(void **state)
{
    struct bench *bench = *state;
    const char *const replies =
        PLANTED("nothing", "A quiet cup of green tea",
                "F2") "{\"brief_id\":\"b1\",\"label\":\"clean\",\"raw\":" REPLY("A quiet cup of green tea", "F9") "}\n";
    assert_int_equal(run_on(bench, replies, NULL), EXIT_DONE);
    struct str table = buf_str(&bench->out);
    assert_true(str_contains(table, STR("line 1      b1")));
    assert_true(str_contains(table, STR("nothing")));
    assert_true(str_contains(table, STR("unknown_fact: ")));
    assert_true(str_contains(table, STR("F9")));
    assert_int_equal(run_on(bench, replies, "--json"), EXIT_DONE);
    struct json *last = line_of(bench, 2);
    const struct json *totals = json_get(last, "totals");
    assert_true(str_equal(json_get_str(json_at(json_get(totals, "slipped"), 0), "class"), STR("nothing")));
    assert_int_equal(json_get_i64(json_at(json_get(totals, "alarms"), 0), "line", 0), 2);
    json_free(last);
}

static void require_fails_for_a_slip_and_for_too_many_false_alarms(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *replies;
        int code;
    } ROWS[] = {
        {CLEAN PLANTED("digits", "14 kinds of green tea", "F2"), EXIT_DONE},
        {CLEAN PLANTED("nothing", "A quiet cup of green tea", "F2"), EXIT_FAILED},
        {CLEAN "{\"brief_id\":\"b1\",\"label\":\"clean\",\"raw\":\"\"}\n", EXIT_FAILED},
        {"{\"brief_id\":\"b1\",\"raw\":\"\"}\n", EXIT_DONE}, /* without a label there is nothing to require */
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        assert_int_equal(run_on(bench, ROWS[i].replies, "--require"), ROWS[i].code);
}

static void a_bad_line_ends_it_without_a_word_on_stdout(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(run_on(bench, CLEAN "{\"brief_id\":\"b1\",\"raw\":1}\n", "--json"), EXIT_USAGE);
    assert_int_equal(bench->out.len, 0);
    assert_true(str_contains(buf_str(&bench->err), STR("replies.jsonl, line 2: /raw must be a text (rule type)")));
    test_write(bench->briefs, "{}");
    assert_int_equal(run_on(bench, CLEAN, "--json"), EXIT_USAGE);
    assert_true(str_contains(buf_str(&bench->err), STR("briefs.jsonl, line 1: /id is missing")));
}

static void its_words_must_fit_together(void **state)
{
    struct bench *bench = *state;
    static const char *const ROWS[][6] = {{"--replies", "x", NULL},
                                          {"--briefs", "x", NULL},
                                          {"--briefs", "x", "--replies", "y", "--live", NULL},
                                          {"--briefs", "x", "--replies", "y", "--save=z", NULL},
                                          {"--briefs", "-", "--replies", "-", NULL}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        assert_int_equal(run(bench, ROWS[i]), EXIT_USAGE);
    const char *const missing[] = {"--briefs", "/nonexistent", "--replies", "y", NULL};
    assert_int_equal(run(bench, missing), EXIT_FAILED);
}

/* The test's environment names no writer, and the default one needs a key. */
static void live_without_a_key_says_what_to_set_and_makes_no_file(void **state)
{
    struct bench *bench = *state;
    char path[128];
    snprintf(path, sizeof path, "%s", test_path(&bench->folder, "saved.jsonl"));
    const char *const words[] = {"--briefs", bench->briefs, "--live", "--save", path, "--json", NULL};
    assert_int_equal(run(bench, words), EXIT_USAGE);
    assert_int_equal(bench->out.len, 0);
    assert_true(str_contains(buf_str(&bench->err), STR("OPENROUTER_API_KEY")));
    assert_int_equal(access(path, F_OK), -1);
}

/* A figure of a rule that is not in the table would be nought for ever. */
static void the_figures_are_about_rules_that_exist(void **state)
{
    (void)state;
    for (const char *const *code = eval_figure_codes(); *code != NULL; code++) {
        bool found = false;
        for (size_t i = 0; i < CHECK_RULE_COUNT && !found; i++)
            found = strcmp(CHECK_RULES[i].code, *code) == 0;
        if (!found)
            fail_msg("%s is no rule", *code);
    }
}

static void a_long_file_of_replies_is_run_to_its_end(void **state)
{
    enum { LINES = 400 };
    struct bench *bench = *state;
    FILE *file = fopen(bench->replies, "we");
    assert_non_null(file);
    for (int i = 0; i < LINES; i++)
        fputs(i % 2 == 0 ? CLEAN : PLANTED("digits", "14 kinds of green tea", "F2"), file);
    assert_int_equal(fclose(file), 0);
    const char *const words[] = {"--briefs", bench->briefs, "--replies", bench->replies, "--require", NULL};
    assert_int_equal(run(bench, words), EXIT_DONE);
    assert_true(str_contains(buf_str(&bench->out), STR("200 of    200  100.00 %")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_a_reply_and_the_totals_last, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_slipped_and_what_was_blocked_are_told_with_line_and_rule, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(require_fails_for_a_slip_and_for_too_many_false_alarms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_line_ends_it_without_a_word_on_stdout, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_words_must_fit_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(live_without_a_key_says_what_to_set_and_makes_no_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_figures_are_about_rules_that_exist, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_file_of_replies_is_run_to_its_end, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
