/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The message as it goes to the relay. GMime writes it; around its habits (measured on 3.2.13): it picks iso-8859-1 where
 * it can, so parts get their charset and bytes from us; it turns a long List-Unsubscribe into encoded words, so such
 * headers are set raw; it writes LF unless told. All values are checked here first, once, for everything that could end a
 * header or begin another. */
#include "core/mime.h"

#include <gmime/gmime.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "core/field.h"

#define HEADER_MAX_BYTES 900 /* RFC 5322 allows 998 a line; raw headers are one line with their name */

/* One module-wide switch inside GMime; a second call is harmless there. */
void mime_init(void) { g_mime_init(); }

/* --- checks -------------------------------------------------------------------------------------------------------- */

/* Text that may stand in a header after encoding. "=?" would be read as an encoded word that nobody wrote. */
static bool is_header_text(struct str value)
{
    return value.len <= HEADER_MAX_BYTES && utf8_is_valid(value) && !utf8_has_control(value) &&
           !str_contains(value, STR("=?"));
}

/* Printable ASCII without blanks and angle brackets: what stands raw between < and >. */
static bool is_raw_token(struct str value)
{
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] <= ' ' || value.ptr[i] > '~' || value.ptr[i] == '<' || value.ptr[i] == '>')
            return false;
    return value.len > 0 && value.len <= HEADER_MAX_BYTES;
}

/* RFC 2919 section 2: dot-separated atoms; ours are domains. */
static bool is_list_id(struct str id)
{
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '_')
            return false;
    }
    return id.len > 0 && id.len <= 255;
}

static bool is_message_id(struct str id)
{
    size_t at = str_find(id, STR("@"));
    return is_raw_token(id) && at != SIZE_MAX && at > 0 && at + 1 < id.len &&
           !str_contains((struct str){id.ptr + at + 1, id.len - at - 1}, STR("@"));
}

static bool is_good(const struct mime_message *m)
{
    return RULE_EMAIL.holds(m->from_address) && RULE_EMAIL.holds(m->to_address) &&
           (str_is_empty(m->reply_to) || RULE_EMAIL.holds(m->reply_to)) && is_header_text(m->from_name) &&
           is_header_text(m->subject) && is_message_id(m->message_id) &&
           (str_is_none(m->list_id) ||
            (RULE_URL.holds(m->unsubscribe_url) && is_raw_token(m->unsubscribe_url) && is_list_id(m->list_id))) &&
           (str_is_none(m->unsubscribe_address) || RULE_EMAIL.holds(m->unsubscribe_address)) &&
           (str_is_none(m->feedback_id) || (is_raw_token(m->feedback_id) && is_header_text(m->feedback_id))) &&
           (str_is_none(m->attachment) || is_raw_token(m->attachment_name)) &&
           (str_is_none(m->extra_name) || (is_list_id(m->extra_name) && is_raw_token(m->extra_value))) &&
           utf8_is_valid(m->text) && utf8_is_valid(m->html) && !str_is_empty(m->email_id) && m->date_ms != TIME_NONE;
}

/* --- headers ------------------------------------------------------------------------------------------------------- */

static void add_address(GMimeMessage *message, GMimeAddressType type, struct str name, struct str address)
{
    char *name_text = str_is_empty(name) ? NULL : str_dup(name);
    char *address_text = str_dup(address);
    InternetAddress *mailbox = internet_address_mailbox_new(name_text, address_text);
    internet_address_set_charset(mailbox, "utf-8");
    internet_address_list_add(g_mime_message_get_addresses(message, type), mailbox);
    g_object_unref(mailbox);
    mem_free(name_text);
    mem_free(address_text);
}

/* A header on one line, exactly as given between the two marks. */
static void add_raw(GMimeMessage *message, const char *name, struct str value, const char *marks)
{
    struct buf raw = {0};
    buf_add_char(&raw, ' ');
    if (marks[0] != '\0')
        buf_add_char(&raw, marks[0]);
    buf_add(&raw, value);
    if (marks[0] != '\0')
        buf_add_char(&raw, marks[1]);
    buf_add_char(&raw, '\n');
    g_mime_object_append_header(GMIME_OBJECT(message), name, "x", NULL);
    GMimeHeaderList *headers = g_mime_object_get_header_list(GMIME_OBJECT(message));
    g_mime_header_set_raw_value(g_mime_header_list_get_header(headers, name), raw.ptr);
    buf_clear(&raw);
}

/* The address first that RFC 8058 is about; one line, since some signers break a folded one. */
static void add_unsubscribe(GMimeMessage *message, const struct mime_message *m)
{
    struct buf ways = {0};
    buf_printf(&ways, "<%.*s>", STR_ARG(m->unsubscribe_url));
    if (!str_is_none(m->unsubscribe_address))
        buf_printf(&ways, ", <mailto:%.*s?subject=unsubscribe>", STR_ARG(m->unsubscribe_address));
    add_raw(message, "List-Unsubscribe", buf_str(&ways), "");
    add_raw(message, "List-Unsubscribe-Post", STR("List-Unsubscribe=One-Click"), ""); /* RFC 8058 section 3.1 */
    buf_clear(&ways);
}

static void add_headers(GMimeMessage *message, const struct mime_message *m)
{
    char *subject = str_dup(m->subject), *id = str_dup(m->message_id);
    GDateTime *date = g_date_time_new_from_unix_utc(m->date_ms / TIME_SECOND_MS);
    add_address(message, GMIME_ADDRESS_TYPE_FROM, m->from_name, m->from_address);
    /* A name is decoration: an odd one is left out rather than stopping the mail. */
    add_address(message, GMIME_ADDRESS_TYPE_TO, is_header_text(m->to_name) ? m->to_name : STR_NONE, m->to_address);
    if (!str_is_empty(m->reply_to))
        add_address(message, GMIME_ADDRESS_TYPE_REPLY_TO, STR_NONE, m->reply_to);
    g_mime_message_set_subject(message, subject, "utf-8");
    if (date != NULL) {
        g_mime_message_set_date(message, date);
        g_date_time_unref(date);
    }
    g_mime_message_set_message_id(message, id);
    if (!str_is_none(m->list_id)) {
        add_raw(message, "List-Id", m->list_id, "<>");
        add_unsubscribe(message, m);
    }
    if (!str_is_none(m->feedback_id))
        add_raw(message, "Feedback-ID", m->feedback_id, "");
    if (!str_is_none(m->extra_name)) {
        char *name = str_dup(m->extra_name);
        add_raw(message, name, m->extra_value, "");
        mem_free(name);
    }
    mem_free(subject);
    mem_free(id);
}

/* --- parts --------------------------------------------------------------------------------------------------------- */

/* CRLF and lone CR as LF, so that the writer's CRLF are the only ones. */
static struct buf with_lf(struct str text)
{
    struct buf out = {0};
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\r')
            buf_add_char(&out, text.ptr[i]);
        else if (i + 1 == text.len || text.ptr[i + 1] != '\n')
            buf_add_char(&out, '\n');
    }
    if (out.len == 0 || out.ptr[out.len - 1] != '\n')
        buf_add_char(&out, '\n');
    return out;
}

static void add_part(GMimeMultipart *multipart, const char *subtype, struct str text)
{
    struct buf lines = with_lf(text);
    GMimePart *part = g_mime_part_new_with_type("text", subtype);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(lines.ptr, lines.len);
    GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    g_mime_multipart_add(multipart, GMIME_OBJECT(part));
    g_object_unref(content);
    g_object_unref(stream);
    g_object_unref(part);
    buf_clear(&lines);
}

static void add_attachment(GMimeMultipart *multipart, const struct mime_message *m)
{
    char *name = str_dup(m->attachment_name);
    GMimePart *part = g_mime_part_new_with_type("application", "json");
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(m->attachment.ptr, m->attachment.len);
    GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_object_set_disposition(GMIME_OBJECT(part), GMIME_DISPOSITION_ATTACHMENT);
    g_mime_part_set_filename(part, name);
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
    g_mime_multipart_add(multipart, GMIME_OBJECT(part));
    g_object_unref(content);
    g_object_unref(stream);
    g_object_unref(part);
    mem_free(name);
}

/* "=_" cannot occur in quoted-printable (RFC 2045 section 6.7), so no content can hold the boundary. */
static void set_boundary(GMimeMultipart *multipart, struct str email_id)
{
    struct arena arena = {0};
    struct str hex = hash_sha256_hex(email_id, &arena);
    g_mime_multipart_set_boundary(multipart, arena_printf(&arena, "=_rk_%.24s", hex.ptr).ptr);
    arena_clear(&arena);
}

static void write_message(GMimeMessage *message, struct buf *out)
{
    GMimeFormatOptions *options = g_mime_format_options_new();
    GMimeStream *stream = g_mime_stream_mem_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream);
    const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    buf_add(out, (struct str){(const char *)bytes->data, bytes->len});
    g_object_unref(stream);
    g_mime_format_options_free(options);
}

enum rc mime_build(const struct mime_message *m, struct buf *out)
{
    if (!is_good(m))
        return RC_INVALID;
    GMimeMessage *message = g_mime_message_new(TRUE);
    bool mixed = !str_is_none(m->attachment);
    GMimeMultipart *multipart = g_mime_multipart_new_with_subtype(mixed ? "mixed" : "alternative");
    add_headers(message, m);
    set_boundary(multipart, m->email_id);
    add_part(multipart, "plain", m->text);
    if (!str_is_none(m->html))
        add_part(multipart, "html", m->html);
    if (mixed)
        add_attachment(multipart, m);
    g_mime_message_set_mime_part(message, GMIME_OBJECT(multipart));
    write_message(message, out);
    g_object_unref(multipart);
    g_object_unref(message);
    return RC_OK;
}
