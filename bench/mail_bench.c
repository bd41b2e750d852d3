/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How fast our mailer hands messages to a relay: mail_bench PORT CONNECTIONS MESSAGES FILE. As the program does it, each
 * connection is a thread with a mailer of its own (adapter/smtp). One message is built beforehand (core/mime) and left in
 * FILE, so that others can be measured with the same bytes. One line of JSON on stdout; a message that the relay does
 * not take ends the bench. bench/mail.mjs runs it beside others; nothing here passes or fails by its speed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watch.h"

#include "adapter/smtp/smtp.h"
#include "base/mem.h"
#include "base/thread.h"
#include "core/mime.h"

enum { CONNECTIONS_MAX = 64, MESSAGES_MAX = 10000000, PARAGRAPHS = 9, TEXT_PARAGRAPHS = 4 };

#define DATE_MS 1795543391000LL

struct sender {
    struct thread thread;
    struct mailer *mailer;
    struct str message;
    int64_t count;
};

/* A letter of the usual size, about 6 kB: the text, and twice of it as HTML. */
static void build_message(struct buf *out)
{
    static const char PARAGRAPH[] =
        "It has been a while since you came by, and a few records have come in that you may like: "
        "quiet piano from the north, a live set that was thought lost, and the second pressing "
        "of the one that you bought in spring. We keep two of each aside until Friday, so have a "
        "listen when you find the time; nothing is to be done if you would rather not.";
    struct buf text = {0}, html = {0};
    struct mime_message message = {.email_id = STR("0192f0c1-2b3c-7d4e-8f50-0123456789ab"),
                                   .from_name = STR("Records"),
                                   .from_address = STR("hello@records.example"),
                                   .reply_to = STR("help@records.example"),
                                   .to_name = STR("Maya Lindqvist"),
                                   .to_address = STR("maya@clients.example"),
                                   .subject = STR("Two that we kept aside"),
                                   .message_id = STR("0192f0c1@records.example"),
                                   .date_ms = DATE_MS,
                                   .unsubscribe_url = STR("https://mail.records.example/u/AAAAAAAAAAAAAAAAAAAAAAAA"),
                                   .list_id = STR("rekindle.records.example")};
    for (int i = 0; i < TEXT_PARAGRAPHS; i++)
        buf_printf(&text, "%s\n\n", PARAGRAPH);
    buf_add_c(&html, "<!doctype html><html lang=\"en\"><body>\n");
    for (int i = 0; i < PARAGRAPHS; i++)
        buf_printf(&html, "<p style=\"margin:0 0 16px;font:16px/24px sans-serif;color:#222\">%s</p>\n", PARAGRAPH);
    buf_add_c(&html, "</body></html>\n");
    message.text = buf_str(&text);
    message.html = buf_str(&html);
    mime_init();
    must(mime_build(&message, out), "building the message");
    buf_clear(&text);
    buf_clear(&html);
}

static void write_file(const char *path, struct str bytes)
{
    FILE *file = fopen(path, "wb");
    bool is_written = file != NULL && fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len;
    is_written = file != NULL && fclose(file) == 0 && is_written;
    must(is_written ? RC_OK : RC_IO, path);
}

static void run(void *arg)
{
    struct sender *sender = arg;
    const struct mail mail = {.email_id = STR("0192f0c1-2b3c-7d4e-8f50-0123456789ab"),
                              .envelope_from = STR("bounce@records.example"),
                              .recipient = STR("maya@clients.example"),
                              .message = sender->message};
    for (int64_t i = 0; i < sender->count; i++) {
        struct arena arena;
        struct reply reply;
        arena_init(&arena);
        must(sender->mailer->vtable->send(sender->mailer, &mail, &arena, &reply), "sending");
        arena_clear(&arena);
    }
    sender->mailer->vtable->close(sender->mailer); /* says QUIT: part of the work, as it is for the others */
}

/* The most memory that was resident, in MB. Not ru_maxrss, which begins with what the caller had before the exec. */
static double resident_mb(void)
{
    char line[256];
    long kb = 0;
    FILE *file = fopen("/proc/self/status", "r");
    must(file != NULL ? RC_OK : RC_IO, "/proc/self/status");
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0)
            kb = strtol(line + 6, NULL, 10);
    fclose(file);
    return (double)kb / 1024;
}

static void bench(struct str url, size_t connections, int64_t messages, struct str message)
{
    struct sender *senders = mem_new(connections, sizeof *senders);
    struct str why = STR_NONE;
    const struct smtp_options options = {.url = url, .ehlo_name = STR("bench.records.example")};
    struct watch began = watch_start();
    for (size_t i = 0; i < connections; i++) {
        senders[i].message = message;
        senders[i].count = messages / (int64_t)connections + ((int64_t)i < messages % (int64_t)connections);
        must(smtp_open(&options, &senders[i].mailer, &why), "the mailer");
        thread_start(&senders[i].thread, "sender", run, &senders[i]);
    }
    for (size_t i = 0; i < connections; i++)
        thread_join(&senders[i].thread);
    struct watch ended = watch_start();
    printf("{\"connections\":%zu,\"messages\":%" PRId64
           ",\"seconds\":%.3f,\"cpu_us_per_message\":%.2f,\"rss_mb\":%.1f}\n",
           connections, messages, (double)(ended.wall_ms - began.wall_ms) / 1000,
           (ended.cpu_s - began.cpu_s) * 1e6 / (double)messages, resident_mb());
    mem_free(senders);
}

int main(int argc, char **argv)
{
    int64_t port = 0, connections = 0, messages = 0;
    struct buf message = {0}, url = {0};
    if (argc != 5 || str_to_i64(str_of(argv[1]), &port) != RC_OK || port < 1 || port > 65535 ||
        str_to_i64(str_of(argv[2]), &connections) != RC_OK || connections < 1 || connections > CONNECTIONS_MAX ||
        str_to_i64(str_of(argv[3]), &messages) != RC_OK || messages < 1 || messages > MESSAGES_MAX) {
        fprintf(stderr, "usage: mail_bench PORT CONNECTIONS MESSAGES FILE\n");
        return 2;
    }
    build_message(&message);
    write_file(argv[4], buf_str(&message));
    buf_printf(&url, "smtp://127.0.0.1:%" PRId64, port);
    bench(buf_str(&url), (size_t)connections, messages, buf_str(&message));
    buf_clear(&url);
    buf_clear(&message);
    return 0;
}
