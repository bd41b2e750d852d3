/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define FILE_MAX 65536
#define ROWS_MAX 80
#define DOMAIN "bounce.shop.example"

struct row {
    struct str cells[4];
};
struct rows {
    struct row items[ROWS_MAX];
    size_t count;
};
enum replies { REMOTE, OWN_POSTFIX, OWN_EXIM, OWN_SES, DELAY, REPLIES, NO_REPLY = REPLIES };

/* What each form is made with: replies of one or two files, or a label of its own. */
static const struct form {
    const char *name;
    enum replies replies[2];
    const char *words; /* use in words.tsv */
    enum corpus_label label;
} FORMS[] = {
    {"postfix", {REMOTE, OWN_POSTFIX}, "bounce", 0},
    {"exim-plain", {OWN_EXIM, OWN_EXIM}, "bounce", 0},
    {"exim-report", {REMOTE, REMOTE}, "bounce", 0},
    {"exchange-online", {REMOTE, REMOTE}, "bounce", 0},
    {"exchange-server", {REMOTE, REMOTE}, "bounce", 0},
    {"ses", {REMOTE, OWN_SES}, "bounce", 0},
    {"gmail", {REMOTE, REMOTE}, "bounce", 0},
    {"gmail-plain", {REMOTE, REMOTE}, "bounce", 0},
    {"sendmail", {REMOTE, REMOTE}, "bounce", 0},
    {"qmail", {REMOTE, REMOTE}, "bounce", 0},
    {"postfix", {REMOTE, REMOTE}, "bounce", 0},
    {"ses", {REMOTE, REMOTE}, "bounce", 0},
    {"postfix-delayed", {DELAY, DELAY}, "bounce", 0},
    {"exim-delayed", {DELAY, DELAY}, "bounce", 0},
    {"gmail-delayed", {DELAY, DELAY}, "bounce", 0},
    {"postfix-delivered", {NO_REPLY, NO_REPLY}, "bounce", LABEL_DELIVERED},
    {"out-of-office", {NO_REPLY, NO_REPLY}, "away", LABEL_NONE},
    {"vacation", {NO_REPLY, NO_REPLY}, "away", LABEL_NONE},
    {"answer", {NO_REPLY, NO_REPLY}, "answer", LABEL_NONE},
    {"arf-yahoo", {NO_REPLY, NO_REPLY}, "bounce", LABEL_COMPLAINT},
    {"arf-comcast", {NO_REPLY, NO_REPLY}, "bounce", LABEL_COMPLAINT},
    {"arf-ses", {NO_REPLY, NO_REPLY}, "bounce", LABEL_COMPLAINT},
    {"arf-headers", {NO_REPLY, NO_REPLY}, "bounce", LABEL_COMPLAINT},
    {"arf-not-spam", {NO_REPLY, NO_REPLY}, "bounce", LABEL_NONE},
    {"arf-auth-failure", {NO_REPLY, NO_REPLY}, "bounce", LABEL_NONE},
    {"arf-opt-out", {NO_REPLY, NO_REPLY}, "bounce", LABEL_UNSUBSCRIBED},
    {"unsubscribe-phone", {NO_REPLY, NO_REPLY}, "bounce", LABEL_UNSUBSCRIBED},
    {"unsubscribe-web", {NO_REPLY, NO_REPLY}, "bounce", LABEL_UNSUBSCRIBED},
    {"unsubscribe-html", {NO_REPLY, NO_REPLY}, "bounce", LABEL_UNSUBSCRIBED},
};
#define FORM_COUNT (sizeof FORMS / sizeof FORMS[0])
#define BOUNCE_FORMS 12 /* the first ones report a failure */

struct corpus {
    struct str forms[FORM_COUNT], original;
    struct rows replies[REPLIES], words;
};

static struct str read_file(const char *name, struct arena *arena)
{
    char path[512];
    const char *root = getenv("REKINDLE_SOURCE_ROOT");
    snprintf(path, sizeof path, "%s/tests/bounces/%s", root != NULL ? root : ".", name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "%s: cannot be read\n", path);
        abort();
    }
    char *bytes = arena_new(arena, FILE_MAX, 1);
    size_t size = fread(bytes, 1, FILE_MAX, file);
    fclose(file);
    return (struct str){bytes, size};
}

static void read_rows(const char *name, struct arena *arena, struct rows *out)
{
    struct str rest = read_file(name, arena);
    while (!str_is_none(rest)) {
        struct str line = str_cut(&rest, '\n');
        if (str_is_empty(line) || line.ptr[0] == '#' || out->count == ROWS_MAX)
            continue;
        struct row *row = &out->items[out->count++];
        for (int i = 0; i < 4; i++)
            row->cells[i] = str_cut(&line, '\t');
    }
}

struct corpus *corpus_open(struct arena *arena)
{
    static const char *const FILES[REPLIES] = {"remote", "postfix", "exim", "ses", "delay"};
    struct corpus *corpus = arena_new(arena, 1, sizeof *corpus);
    char name[80];
    memset(corpus, 0, sizeof *corpus);
    for (size_t i = 0; i < FORM_COUNT; i++) {
        snprintf(name, sizeof name, "forms/%s.eml", FORMS[i].name);
        corpus->forms[i] = read_file(name, arena);
    }
    for (size_t i = 0; i < REPLIES; i++) {
        snprintf(name, sizeof name, "replies-%s.tsv", FILES[i]);
        read_rows(name, arena, &corpus->replies[i]);
    }
    read_rows("words.tsv", arena, &corpus->words);
    corpus->original = read_file("original.eml", arena);
    return corpus;
}

size_t corpus_forms(void) { return FORM_COUNT; }

size_t corpus_draw(struct rand_stream *stream)
{
    bool bounce = rand_u64(stream) % 10 < 7;
    return bounce ? rand_u64(stream) % BOUNCE_FORMS : BOUNCE_FORMS + rand_u64(stream) % (FORM_COUNT - BOUNCE_FORMS);
}

/* --- filling in ----------------------------------------------------------------------------------------------------- */

struct filling {
    struct arena *arena;
    const struct corpus *corpus;
    const struct corpus_mail *mail;
    uint64_t number;
    struct row reply, words;
};

/* Lines begin anew with `indent` in place of every fifth blank, as programs fold what is long. */
static struct str folded(struct str text, const char *indent, struct arena *arena)
{
    struct buf out = {0};
    int blanks = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ' ' && ++blanks % 5 == 0)
            buf_add(&out, str_of(indent));
        else
            buf_add_char(&out, text.ptr[i]);
    }
    struct str result = arena_str(arena, buf_str(&out));
    buf_clear(&out);
    return result;
}

static struct str quoted_printable(struct str text, struct arena *arena)
{
    struct buf out = {0};
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        char hex[8];
        snprintf(hex, sizeof hex, c >= 0x80 || c == '=' ? "=%02X" : "%c", c);
        buf_add(&out, str_of(hex));
    }
    struct str result = arena_str(arena, buf_str(&out));
    buf_clear(&out);
    return result;
}

static struct str fill(const struct filling *f, struct str form);

static struct str number_text(const struct filling *f)
{
    return arena_printf(f->arena, "%llu", (unsigned long long)(f->number % 1000000000));
}

static struct str local_part(const struct filling *f)
{
    struct str rest = f->mail->address;
    return str_cut(&rest, '@');
}

static struct str domain_part(const struct filling *f)
{
    struct str rest = f->mail->address;
    str_cut(&rest, '@');
    return rest;
}

static struct str place(const struct filling *f, struct str name)
{
    struct str to = arena_printf(f->arena, "b+%.*s@" DOMAIN, STR_ARG(f->mail->token));
    const struct {
        const char *name;
        struct str value;
    } VALUES[] = {
        {"to", to},
        {"from", to},
        {"unsubscribe", arena_printf(f->arena, "u+%.*s@" DOMAIN, STR_ARG(f->mail->unsubscribe_token))},
        {"unsubscribe_token", f->mail->unsubscribe_token},
        {"address", f->mail->address},
        {"local", local_part(f)},
        {"host", domain_part(f)},
        {"n", number_text(f)},
        {"id", arena_printf(f->arena, "m%llu", (unsigned long long)f->number)},
        {"date", STR("Tue, 14 Apr 2026 10:15:00 +0000")},
        {"status", f->reply.cells[1]},
        {"language", f->words.cells[1]},
        {"subject", f->words.cells[2]},
        {"said", f->words.cells[3]},
        {"quote", STR("\"")},
    };
    for (size_t i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++)
        if (str_equal(name, str_of(VALUES[i].name)))
            return VALUES[i].value;
    if (str_equal(name, STR("reply")))
        return fill(f, f->reply.cells[2]);
    if (str_equal(name, STR("folded")))
        return folded(fill(f, f->reply.cells[2]), "\n    ", f->arena);
    if (str_equal(name, STR("wrapped")))
        return folded(fill(f, f->reply.cells[2]), "\n    ", f->arena);
    if (str_equal(name, STR("said_qp")))
        return quoted_printable(f->words.cells[3], f->arena);
    return str_equal(name, STR("original")) ? str_trim(fill(f, f->corpus->original)) : STR_NONE;
}

/* {name} by its value; braces around anything else stay. */
static struct str fill(const struct filling *f, struct str form)
{
    struct buf out = {0};
    for (size_t i = 0; i < form.len;) {
        struct str rest = {form.ptr + i + 1, form.len - i - 1};
        struct str name = form.ptr[i] == '{' ? str_cut(&rest, '}') : STR_NONE;
        struct str value = name.len > 0 && name.len < 20 && !str_is_none(rest) ? place(f, name) : STR_NONE;
        if (str_is_none(value))
            buf_add_char(&out, form.ptr[i++]);
        else
            buf_add(&out, value), i += name.len + 2;
    }
    struct str result = arena_str(f->arena, buf_str(&out));
    buf_clear(&out);
    return result;
}

static struct str with_crlf(struct str text, struct arena *arena)
{
    struct buf out = {0};
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n')
            buf_add_char(&out, '\r');
        buf_add_char(&out, text.ptr[i]);
    }
    struct str result = arena_str(arena, buf_str(&out));
    buf_clear(&out);
    return result;
}

static struct row draw(const struct rows *rows, const char *use, struct rand_stream *stream)
{
    for (;;) {
        struct row row = rows->items[rand_u64(stream) % rows->count];
        if (use == NULL || str_equal(row.cells[0], str_of(use)))
            return row;
    }
}

struct corpus_message corpus_make(const struct corpus *corpus, size_t form, const struct corpus_mail *mail,
                                  struct rand_stream *stream, struct arena *arena)
{
    const struct form *made = &FORMS[form];
    enum replies from = made->replies[rand_u64(stream) % 2];
    struct filling f = {.arena = arena, .corpus = corpus, .mail = mail, .number = rand_u64(stream) >> 16};
    struct corpus_message message = {.label = made->label, .form = made->name};
    f.words = draw(&corpus->words, made->words, stream);
    if (from != NO_REPLY) {
        f.reply = draw(&corpus->replies[from], NULL, stream);
        message.reply = f.reply.cells[2];
        message.label = str_equal(f.reply.cells[0], STR("hard"))   ? LABEL_HARD
                        : str_equal(f.reply.cells[0], STR("soft")) ? LABEL_SOFT
                                                                   : LABEL_NONE;
    }
    message.bytes = fill(&f, corpus->forms[form]);
    if (rand_u64(stream) % 2 == 0)
        message.bytes = with_crlf(message.bytes, arena);
    return message;
}
