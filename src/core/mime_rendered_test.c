/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises about a rendered email on the wire, in every language: what a mail program decodes is what we stored, byte for
 * byte, and no line is longer than the standards want. */
#include "core/mime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "base/hash.h"
#include "core/test_render.h"

#define LINE_MAX_BYTES 76 /* quoted-printable: RFC 2045 section 6.7 */
#define HEADER_MAX_BYTES \
    78 /* RFC 5322 section 2.1.1; with encoded words RFC 2047 wants 76, but GMime folds at 78 always */
#define WORD_MAX_BYTES 75 /* RFC 2047 section 2 */

static struct buf build(const struct fixture *f)
{
    const struct mime_message message = {.email_id = STR("0192f0c1-2b3c-7d4e-8f50-0123456789ab"),
                                         .from_name = f->input.shop_name,
                                         .from_address = STR("hello@shop.example"),
                                         .to_name = f->input.first_name,
                                         .to_address = STR("ada@mail.example"),
                                         .subject = f->out.subject,
                                         .message_id = STR("abc@shop.example"),
                                         .date_ms = 1795543391000LL,
                                         .unsubscribe_url = f->input.unsubscribe_url,
                                         .unsubscribe_address = STR("u+TOKEN@bounce.shop.example"),
                                         .list_id = STR("rekindle.shop.example"),
                                         .text = f->out.text,
                                         .html = f->out.html};
    struct buf out = {0};
    assert_int_equal(mime_build(&message, &out), RC_OK);
    return out;
}

static void assert_decodes_to(GMimeMessage *parsed, int index, struct str expected)
{
    GMimeObject *part = g_mime_multipart_get_part(GMIME_MULTIPART(g_mime_message_get_mime_part(parsed)), index);
    GMimeStream *stream = g_mime_stream_mem_new();
    g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(part)), stream);
    const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    struct buf text = {0};
    for (guint i = 0; i < bytes->len; i++)
        if (bytes->data[i] != '\r') /* lines end in CRLF on the wire, in LF in the store */
            buf_add_char(&text, (char)bytes->data[i]);
    assert_true(str_equal(buf_str(&text), expected));
    buf_clear(&text);
    g_object_unref(stream);
}

static void assert_parts_are_stored_ones(const struct buf *bytes, const struct rendered *stored)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes->ptr, bytes->len);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *parsed = g_mime_parser_construct_message(parser, NULL);
    assert_decodes_to(parsed, 0, stored->text);
    assert_decodes_to(parsed, 1, stored->html);
    g_object_unref(parsed);
    g_object_unref(parser);
    g_object_unref(stream);
}

/* Encoded words of a header line are of UTF-8 and short enough. */
static size_t assert_words(struct str line)
{
    size_t words = 0, at;
    while ((at = str_find(line, STR("=?"))) != SIZE_MAX) {
        line = (struct str){line.ptr + at, line.len - at};
        size_t length = str_find(line, STR(" "));
        struct str word = {line.ptr, length == SIZE_MAX ? line.len : length};
        assert_true(word.len <= WORD_MAX_BYTES && str_ends_with(word, STR("?=")));
        assert_true(str_equal_nocase((struct str){word.ptr, 8}, STR("=?utf-8?")));
        line = (struct str){line.ptr + word.len, line.len - word.len};
        words++;
    }
    return words;
}

/* Every line but List-Unsubscribe, which must not be folded; gives how many encoded words the header has. */
static size_t assert_lines(const struct buf *bytes)
{
    struct str rest = buf_str(bytes);
    size_t words = 0;
    for (bool header = true; !str_is_none(rest);) {
        struct str line = str_cut(&rest, '\n');
        if (str_is_none(rest))
            break;
        assert_true(str_ends_with(line, STR("\r")));
        line.len--;
        header = header && line.len > 0;
        assert_true(line.len <= (header ? HEADER_MAX_BYTES : LINE_MAX_BYTES) || str_starts_with(line, STR("List-Un")));
        words += header ? assert_words(line) : 0;
        for (size_t i = 0; i < line.len; i++)
            assert_true(line.ptr[i] > 0 && line.ptr[i] < 0x7F);
    }
    return words;
}

static void what_is_decoded_is_what_was_stored_in_every_language(void **state)
{
    struct fixture *f = *state;
    static const char *const NAMES[] = {"Ada", "J\xC3\xB8rgen",
                                        "Mar\xC3\xAD"
                                        "a \"del\" Carmen, <x@y>",
                                        "=?utf-8?q?x?="};
    size_t words = 0, emails = 0;
    f->input.logo_url = STR("https://shop.example/logo.png");
    for (const struct language *const *language = LANGUAGES; *language != NULL; language++)
        for (size_t text = 0; text < LANGUAGE_TEXTS; text++) {
            f->input.language = *language;
            f->input.first_name = str_of(NAMES[text % (sizeof NAMES / sizeof NAMES[0])]);
            f->draft.subject = f->draft.preheader = str_of((*language)->texts[text]);
            f->draft.paragraphs[0].text = f->draft.picks[0].reason = str_of((*language)->texts[text]);
            f->draft.paragraphs[1].text = STR(". = =3D .. From: _ \xF0\x9F\x8D\xB5\xC2\xA0\xE2\x80\x9C ?=");
            assert_int_equal(render_email(&f->input, &f->arena, &f->out), RC_OK);
            struct buf bytes = build(f);
            words += assert_lines(&bytes);
            assert_parts_are_stored_ones(&bytes, &f->out);
            buf_clear(&bytes);
            emails++;
        }
    assert_true(emails >= 4 * (size_t)LANGUAGE_TEXTS && words > 50);
}

static int start(void **state)
{
    (void)state;
    hash_init();
    mime_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_decoded_is_what_was_stored_in_every_language, setup, teardown),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
