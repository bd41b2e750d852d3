/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of words/to_c.c: what a language lacks stops the build, with a sentence that says where. The tool reads the
 * English files, with one text replaced by another in one of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"

static struct str read_text(const char *path, struct arena *arena)
{
    struct buf text = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (size_t got = 1; got > 0; text.len += got)
        got = fread(buf_room(&text, 65536), 1, 65536, file);
    fclose(file);
    struct str copy = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return copy;
}

static void write_text(const char *path, struct str text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
    assert_int_equal(fclose(file), 0);
}

/* The English file of that kind into `folder` as a language's, with the first `from` replaced by `to`. */
static void copy_file(const char *folder, const char *language, const char *kind, const char *const change[2],
                      struct arena *arena)
{
    const char *root = getenv("REKINDLE_SOURCE_ROOT");
    struct str text =
        read_text(arena_printf(arena, "%s/src/core/words/en.%s.json", root ? root : ".", kind).ptr, arena);
    if (change != NULL) {
        size_t at = str_find(text, str_of(change[0]));
        assert_true(at != SIZE_MAX);
        text = arena_printf(arena, "%.*s%s%s", (int)at, text.ptr, change[1], text.ptr + at + strlen(change[0]));
    }
    write_text(arena_printf(arena, "%s/%s.%s.json", folder, language, kind).ptr, text);
}

/* Runs the tool over two languages; its exit code, what it says in *said. */
static int run_tool(const char *folder, struct arena *arena, struct str *said)
{
    const char *out = arena_printf(arena, "%s/out.c", folder).ptr, *err = arena_printf(arena, "%s/err", folder).ptr;
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        if (freopen(err, "wb", stderr) == NULL)
            _exit(126);
        execl(WORDS_TO_C, "words_to_c", out, folder, "en", "xx", (char *)NULL);
        _exit(127);
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
    *said = read_text(err, arena);
    return WEXITSTATUS(status);
}

static const struct {
    const char *kind, *change[2], *says;
} ROWS[] = {
    {"checks", {"\"offer\":", "\"ofer\":"}, "xx.checks.json: \"key\" is none of core/language.h: \"ofer\""},
    {"checks",
     {"\"offer\": [\"free\"", "\"price\": [\"free\""},
     "xx.checks.json:"}, /* a key twice is no JSON of ours */
    {"checks", {"\"free\",", "\"fr-ee\","}, "xx.checks.json: \"offer\" has an entry that is no pattern"},
    {"checks", {"\"free\",", "\"free  of\","}, "xx.checks.json: \"offer\" has an entry that is no pattern"},
    {"checks", {"\"free\",", "\"free|\","}, "xx.checks.json: \"offer\" has an entry that is no pattern"},
    {"checks", {"\"free\",", "\"*free*\","}, "xx.checks.json: \"offer\" has an entry that is no pattern"},
    {"checks", {"\"free\",", "\"free ..\","}, "xx.checks.json: \"offer\" has an entry that is no pattern"},
    {"checks", {"\"free\",", "\"off\", \"off\","}, "xx.checks.json: \"offer\" has an entry twice: \"off\""},
    {"checks", {"\"free\",", "7,"}, "xx.checks.json: \"offer\" must be text"},
    {"checks", {"\"free\",", "\" free\","}, "xx.checks.json: \"offer\" is empty, or has controls or blanks at an end"},
    {"texts", {"\"regards\":", "\"regard\":"}, "xx.texts.json: \"key\" is none of core/language.h: \"regard\""},
    {"texts", {"  \"name\": \"English\",\n", ""}, "xx.texts.json: \"name\" is missing"},
    {"texts", {"Hi {name},", "Hi {shop},"}, "xx.texts.json: \"greeting\" must have the same {names} as in the first"},
    {"texts", {"Hi {name},", "Hi,"}, "xx.texts.json: \"greeting\" must have the same {names} as in the first"},
    {"texts", {"\"Hello,\"", "\"Hello {\""}, "xx.texts.json: \"greeting_neutral\" has a brace without its other half"},
    {"texts", {"\"Hello,\"", "\"\""}, "xx.texts.json: \"greeting_neutral\" is empty"},
    {"texts", {"false", "\"no\""}, "xx.texts.json: \"capital_nouns\" must be true or false"},
    {"phrases", {"{shop}", "{name}"}, "xx.phrases.json: \"subjects\" has a {name} that it may not have here"},
    {"phrases", {"\"the new year\",", ""}, "xx.phrases.json: \"seasons\" must have twelve entries"},
    {"phrases",
     {"\"ctas\": [", "\"ctas\": [], \"x\": ["},
     "xx.phrases.json: \"key\" is none of core/language.h: \"x\""},
    {"phrases", {"{", "["}, "xx.phrases.json:"},
};

static void what_a_language_lacks_stops_the_build_with_a_sentence(void **state)
{
    (void)state;
    static const char *const KINDS[] = {"checks", "texts", "phrases"};
    char folder[] = "/tmp/rekindle-words-XXXXXX";
    struct arena arena = {0};
    struct str said;
    assert_non_null(mkdtemp(folder));
    for (size_t row = 0; row <= sizeof ROWS / sizeof ROWS[0]; row++) {
        bool whole = row == sizeof ROWS / sizeof ROWS[0]; /* last of all, nothing is changed and all is well */
        for (size_t k = 0; k < 3; k++) {
            copy_file(folder, "en", KINDS[k], NULL, &arena);
            copy_file(folder, "xx", KINDS[k], !whole && strcmp(ROWS[row].kind, KINDS[k]) == 0 ? ROWS[row].change : NULL,
                      &arena);
        }
        int code = run_tool(folder, &arena, &said);
        if (code != !whole || (!whole && !str_contains(said, str_of(ROWS[row].says))))
            fail_msg("row %zu: exit code %d, \"%.*s\"", row, code, STR_ARG(said));
    }
    assert_true(str_contains(read_text(arena_printf(&arena, "%s/out.c", folder).ptr, &arena), STR("&language_xx")));
    for (size_t k = 0; k < 6; k++)
        unlink(arena_printf(&arena, "%s/%s.%s.json", folder, k < 3 ? "en" : "xx", KINDS[k % 3]).ptr);
    unlink(arena_printf(&arena, "%s/out.c", folder).ptr);
    unlink(arena_printf(&arena, "%s/err", folder).ptr);
    assert_int_equal(rmdir(folder), 0);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_language_lacks_stops_the_build_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
