/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/dns.h"

#include <netinet/in.h>
#include <sys/types.h>

#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>

#include "base/buf.h"

#define ANSWER_BYTES 16384 /* TXT records of large senders come by TCP */

/* One query; *size bytes of the answer. */
static enum rc ask(struct str name, ns_type type, struct arena *arena, unsigned char **answer, size_t *size)
{
    *answer = arena_new(arena, ANSWER_BYTES, 1);
    int length = res_query(arena_str(arena, name).ptr, ns_c_in, type, *answer, ANSWER_BYTES);
    if (length < 0)
        return h_errno == HOST_NOT_FOUND || h_errno == NO_DATA ? RC_NOT_FOUND : RC_IO;
    *size = (size_t)length;
    return length > ANSWER_BYTES ? RC_IO : RC_OK;
}

/* The parts of a TXT record: each is a length and so many bytes. */
static struct str join(const unsigned char *data, size_t size, struct arena *arena)
{
    struct buf text = {0};
    buf_add(&text, STR(""));
    for (size_t at = 0; at < size; at += 1 + (size_t)data[at]) {
        size_t part = data[at], left = size - at - 1;
        buf_add(&text, (struct str){(const char *)data + at + 1, part < left ? part : left});
    }
    struct str joined = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return joined;
}

enum rc dns_read_texts(const unsigned char *answer, size_t size, struct arena *arena, struct str *out, size_t *count)
{
    ns_msg message;
    ns_rr record;
    *count = 0;
    if (ns_initparse(answer, (int)size, &message) != 0)
        return RC_IO;
    for (int i = 0; i < ns_msg_count(message, ns_s_an) && *count < DNS_TEXTS_MAX; i++)
        if (ns_parserr(&message, ns_s_an, i, &record) == 0 && ns_rr_type(record) == ns_t_txt)
            out[(*count)++] = join(ns_rr_rdata(record), ns_rr_rdlen(record), arena);
    return *count == 0 ? RC_NOT_FOUND : RC_OK;
}

enum rc dns_texts(struct str name, struct arena *arena, struct str *out, size_t *count)
{
    unsigned char *answer;
    size_t size;
    *count = 0;
    enum rc rc = ask(name, ns_t_txt, arena, &answer, &size);
    return rc == RC_OK ? dns_read_texts(answer, size, arena, out, count) : rc;
}

enum rc dns_has_mx(struct str name, struct arena *arena)
{
    unsigned char *answer;
    size_t size;
    ns_msg message;
    ns_rr record;
    enum rc rc = ask(name, ns_t_mx, arena, &answer, &size);
    if (rc != RC_OK)
        return rc;
    if (ns_initparse(answer, (int)size, &message) != 0)
        return RC_IO;
    for (int i = 0; i < ns_msg_count(message, ns_s_an); i++)
        if (ns_parserr(&message, ns_s_an, i, &record) == 0 && ns_rr_type(record) == ns_t_mx)
            return RC_OK;
    return RC_NOT_FOUND;
}
