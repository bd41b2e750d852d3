/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GMime gives no fields of a message/delivery-status: it is a plain part to it. Its content is split at blank lines and each
 * group read by a parser of its own, as if it were the headers of a message. */
#include "core/mime_read.h"

#include <gmime/gmime.h>

#include "base/buf.h"

#define PARTS_MAX 60 /* part markers in a message; a report of a mail with two parts has about ten */
#define DEPTH_MAX 12
#define FIELDS_MAX 300 /* in one group */
#define GROUPS_MAX 10  /* our mails have one recipient; a report of many is not about one of ours */
#define VALUE_MAX 4000 /* bytes of one value */
#define REPORT_MAX 65536

struct reading {
    struct arena *arena;
    struct mime_read *out;
    int parts;
};

/* Part markers, counted before the parser sees the message: its depth and its parts cost memory and stack. */
static bool has_too_many_parts(struct str message)
{
    static const struct str MARKERS[] = {STR_INIT("boundary"), STR_INIT("message/")};
    int count = 0;
    for (size_t i = 0; i + 8 <= message.len && count <= PARTS_MAX; i++)
        for (size_t k = 0; k < 2; k++)
            count += str_equal_nocase((struct str){message.ptr + i, 8}, MARKERS[k]);
    return count > PARTS_MAX;
}

/* Blanks of every kind, folds among them, are one blank; NUL and other controls count as blanks. */
static struct str on_one_line(const char *value, struct arena *arena)
{
    struct buf line = {0};
    size_t i = 0;
    for (; value != NULL && value[i] != '\0' && i < VALUE_MAX; i++) {
        bool blank = (unsigned char)value[i] <= ' ' || value[i] == 0x7f;
        if (!blank)
            buf_add_char(&line, value[i]);
        else if (line.len > 0 && line.ptr[line.len - 1] != ' ')
            buf_add_char(&line, ' ');
    }
    struct str text = arena_str(arena, str_trim(buf_str(&line)));
    buf_clear(&line);
    return text;
}

/* Headers of a message stand with it and with its body part: both are looked through. */
static void read_list(struct reading *r, GMimeHeaderList *list, struct mime_fields *fields)
{
    int count = g_mime_header_list_get_count(list);
    for (int i = 0; i < count && fields->count < FIELDS_MAX; i++) {
        GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
        const char *name = g_mime_header_get_name(header), *value = g_mime_header_get_value(header);
        if (name == NULL)
            continue;
        fields->items[fields->count].name = arena_str(r->arena, str_of(name));
        fields->items[fields->count++].value = on_one_line(value, r->arena);
    }
}

static void read_fields(struct reading *r, GMimeMessage *message, struct mime_fields *fields)
{
    GMimeObject *body = g_mime_message_get_mime_part(message);
    *fields = (struct mime_fields){.items = arena_new(r->arena, FIELDS_MAX, sizeof *fields->items)};
    read_list(r, g_mime_object_get_header_list(GMIME_OBJECT(message)), fields);
    if (body != NULL)
        read_list(r, g_mime_object_get_header_list(body), fields);
}

static GMimeMessage *parse(struct str text)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text.ptr, text.len);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    g_object_unref(stream);
    return message;
}

/* The part's content without its transfer encoding, at most `max` bytes of it. */
static struct str content_of(struct reading *r, GMimePart *part, size_t max)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    if (content == NULL)
        return STR_NONE;
    GMimeStream *stream = g_mime_stream_mem_new();
    g_mime_data_wrapper_write_to_stream(content, stream);
    const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    size_t size = bytes->len < max ? bytes->len : max;
    struct str text = arena_str(r->arena, (struct str){(const char *)bytes->data, size});
    g_object_unref(stream);
    return text;
}

static void read_group(struct reading *r, struct str lines)
{
    if (r->out->group_count == GROUPS_MAX || str_is_empty(str_trim(lines)))
        return;
    struct buf text = {0};
    buf_add(&text, lines);
    buf_add(&text, STR("\n\n"));
    GMimeMessage *message = parse(buf_str(&text));
    if (message != NULL) {
        read_fields(r, message, &r->out->groups[r->out->group_count]);
        r->out->group_count += r->out->groups[r->out->group_count].count > 0;
        g_object_unref(message);
    }
    buf_clear(&text);
}

static void read_report(struct reading *r, struct str content, enum mime_report report)
{
    if (r->out->report != MIME_REPORT_NONE)
        return; /* the first one speaks */
    r->out->report = report;
    r->out->groups = arena_new(r->arena, GROUPS_MAX, sizeof *r->out->groups);
    size_t begin = 0, at = 0;
    while (at < content.len) {
        struct str rest = {content.ptr + at, content.len - at};
        struct str line = str_cut(&rest, '\n');
        if (str_is_empty(str_trim(line))) {
            read_group(r, (struct str){content.ptr + begin, at - begin});
            begin = at + line.len + 1;
        }
        at += line.len + 1;
    }
    if (begin < content.len)
        read_group(r, (struct str){content.ptr + begin, content.len - begin});
}

static void read_returned(struct reading *r, GMimeMessage *message)
{
    if (message != NULL && r->out->returned.count == 0)
        read_fields(r, message, &r->out->returned);
}

static void read_part(struct reading *r, GMimePart *part)
{
    static const struct {
        const char *type, *subtype;
        enum mime_report report;
    } REPORTS[] = {{"message", "delivery-status", MIME_REPORT_STATUS},
                   {"message", "global-delivery-status", MIME_REPORT_STATUS},
                   {"message", "feedback-report", MIME_REPORT_FEEDBACK}};
    GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
    for (size_t i = 0; i < sizeof REPORTS / sizeof REPORTS[0]; i++)
        if (g_mime_content_type_is_type(type, REPORTS[i].type, REPORTS[i].subtype))
            read_report(r, content_of(r, part, REPORT_MAX), REPORTS[i].report);
    if (g_mime_content_type_is_type(type, "text", "rfc822-headers") ||
        g_mime_content_type_is_type(type, "message", "global-headers")) {
        GMimeMessage *headers = parse(content_of(r, part, REPORT_MAX));
        read_returned(r, headers);
        if (headers != NULL)
            g_object_unref(headers);
    } else if (g_mime_content_type_is_type(type, "text", "plain") && str_is_none(r->out->text)) {
        r->out->text = content_of(r, part, MIME_READ_TEXT_MAX);
    }
}

static void walk(struct reading *r, GMimeObject *object, int depth)
{
    if (object == NULL || depth > DEPTH_MAX || r->parts++ > PARTS_MAX)
        return;
    if (GMIME_IS_MULTIPART(object)) {
        int count = g_mime_multipart_get_count(GMIME_MULTIPART(object));
        for (int i = 0; i < count; i++)
            walk(r, g_mime_multipart_get_part(GMIME_MULTIPART(object), i), depth + 1);
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        read_returned(r, g_mime_message_part_get_message(GMIME_MESSAGE_PART(object)));
    } else if (GMIME_IS_PART(object)) {
        read_part(r, GMIME_PART(object));
    }
}

enum rc mime_read(struct str message, struct arena *arena, struct mime_read *out)
{
    struct reading r = {.arena = arena, .out = out};
    *out = (struct mime_read){.report = MIME_REPORT_NONE};
    if (message.len > MIME_READ_MAX || has_too_many_parts(message))
        return RC_LIMITED;
    GMimeMessage *parsed = str_is_empty(message) ? NULL : parse(message);
    if (parsed == NULL)
        return RC_INVALID;
    read_fields(&r, parsed, &out->headers);
    walk(&r, g_mime_message_get_mime_part(parsed), 0);
    g_object_unref(parsed);
    return out->headers.count == 0 ? RC_INVALID : RC_OK;
}

struct str mime_field(const struct mime_fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++)
        if (str_equal_nocase(fields->items[i].name, str_of(name)))
            return fields->items[i].value;
    return STR_NONE;
}
