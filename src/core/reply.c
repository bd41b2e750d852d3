/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reply classes as two tables: enhanced codes (RFC 3463) first, then basic codes (RFC 5321 section 4.2.3) by the phase
 * they came in. The dear mistake is to suppress clients for a fault of ours, so an address is called bad only by a code
 * that speaks of the recipient, in a phase that does; text is read only to take that verdict back. */
#include "core/reply.h"

#define AT(phase) (1u << (unsigned)(phase))
#define AT_ANY 0x3FFu
/* Where a 5xx can be about the recipient; before, it is about us or our sender address. */
#define AT_RECIPIENT (AT(REPLY_RCPT) | AT(REPLY_DATA) | AT(REPLY_BODY) | AT(REPLY_DOT))
#define ANY (-1)

const char *const REPLY_PHASE_WORDS[] = {"connect", "ehlo", "tls", "auth", "mail", "rcpt", "data", "body", "dot", NULL};
const char *const REPLY_CLASS_WORDS[] = {"accepted", "later",     "slow_relay", "bad_address", "mailbox_full",
                                         "refused",  "our_fault", "unknown",    NULL};

struct parsed_reply {
    int code;        /* 0: not a reply line */
    int enhanced[3]; /* enhanced[0] is 0 when there is none */
    struct str rest; /* the words behind the codes */
};

/* First match wins. */
static const struct {
    int subject, detail; /* of 5.subject.detail; ANY */
    unsigned phases;
    enum reply_class class;
} ENHANCED_5[] = {
    {1, 7, AT_ANY, REPLY_OUR_FAULT},           /* bad sender address syntax */
    {1, 8, AT_ANY, REPLY_OUR_FAULT},           /* bad sender system address */
    {1, ANY, AT_RECIPIENT, REPLY_BAD_ADDRESS}, /* no such mailbox, moved, bad syntax */
    {2, 1, AT_RECIPIENT, REPLY_BAD_ADDRESS},   /* mailbox disabled */
    {2, 2, AT_ANY, REPLY_MAILBOX_FULL},
    {7, ANY, AT_ANY, REPLY_OUR_FAULT}, /* policy, authentication, reputation */
    {ANY, ANY, AT_RECIPIENT, REPLY_REFUSED},
    {3, 4, AT_ANY, REPLY_REFUSED}, /* message too big, by its SIZE at MAIL */
    {ANY, ANY, AT_ANY, REPLY_OUR_FAULT},
};

static const struct {
    int code;
    unsigned phases;
    enum reply_class class;
} BASIC_5[] = {
    {530, AT_ANY, REPLY_OUR_FAULT}, /* authentication or STARTTLS wanted */
    {534, AT_ANY, REPLY_OUR_FAULT},           {535, AT_ANY, REPLY_OUR_FAULT},
    {538, AT_ANY, REPLY_OUR_FAULT},           {550, AT(REPLY_RCPT), REPLY_BAD_ADDRESS},
    {551, AT(REPLY_RCPT), REPLY_BAD_ADDRESS}, {553, AT(REPLY_RCPT), REPLY_BAD_ADDRESS},
    {552, AT_RECIPIENT, REPLY_MAILBOX_FULL},  {552, AT(REPLY_MAIL), REPLY_REFUSED}, /* too big */
    {ANY, AT_RECIPIENT, REPLY_REFUSED},       {ANY, AT_ANY, REPLY_OUR_FAULT}, /* the relay does not want us at all */
};

/* Words that say "you", not "this mailbox", in a 5xx without an enhanced code. Lower case. */
static const struct str OUR_FAULT_HINTS[] = {
    STR_INIT("relay"),  STR_INIT("spam"),       STR_INIT("block"),  STR_INIT("blacklist"),
    STR_INIT("policy"), STR_INIT("authent"),    STR_INIT("spf"),    STR_INIT("dkim"),
    STR_INIT("dmarc"),  STR_INIT("reputation"), STR_INIT("denied"), STR_INIT("sender"),
    STR_INIT("rate"),   STR_INIT("banned"),     STR_INIT("rbl"),    STR_INIT("your ip"),
};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Reads "d.ddd.ddd" at the start of *rest; moves behind it only when it is whole (RFC 3463 section 2). */
static void parse_enhanced(struct str *rest, int enhanced[3])
{
    size_t at = 0;
    int found[3] = {0, 0, 0};
    for (int part = 0; part < 3; part++) {
        size_t start = at;
        while (at < rest->len && is_digit(rest->ptr[at]) && at - start < 3) {
            found[part] = found[part] * 10 + (rest->ptr[at] - '0');
            at++;
        }
        bool ends_well = part < 2 ? at < rest->len && rest->ptr[at] == '.' : at == rest->len || rest->ptr[at] == ' ';
        if (at == start || !ends_well)
            return;
        if (part < 2)
            at++;
    }
    if (found[0] != 2 && found[0] != 4 && found[0] != 5)
        return;
    for (int part = 0; part < 3; part++)
        enhanced[part] = found[part];
    *rest = (struct str){rest->ptr + at, rest->len - at};
}

static struct parsed_reply parse(struct str line)
{
    struct parsed_reply reply = {0};
    line = str_trim(line);
    if (line.len < 3 || line.ptr[0] < '2' || line.ptr[0] > '5' || !is_digit(line.ptr[1]) || !is_digit(line.ptr[2]))
        return reply;
    if (line.len > 3 && line.ptr[3] != ' ' && line.ptr[3] != '-')
        return reply;
    reply.code = (line.ptr[0] - '0') * 100 + (line.ptr[1] - '0') * 10 + (line.ptr[2] - '0');
    reply.rest = line.len > 4 ? (struct str){line.ptr + 4, line.len - 4} : STR("");
    parse_enhanced(&reply.rest, reply.enhanced);
    return reply;
}

static bool blames_us(struct str text)
{
    for (size_t i = 0; i < sizeof OUR_FAULT_HINTS / sizeof OUR_FAULT_HINTS[0]; i++)
        if (str_contains_nocase(text, OUR_FAULT_HINTS[i]))
            return true;
    return false;
}

static enum reply_class by_enhanced(enum reply_phase phase, const int enhanced[3])
{
    for (size_t i = 0; i < sizeof ENHANCED_5 / sizeof ENHANCED_5[0]; i++) {
        bool subject_fits = ENHANCED_5[i].subject == ANY || ENHANCED_5[i].subject == enhanced[1];
        bool detail_fits = ENHANCED_5[i].detail == ANY || ENHANCED_5[i].detail == enhanced[2];
        if (subject_fits && detail_fits && (ENHANCED_5[i].phases & AT(phase)) != 0)
            return ENHANCED_5[i].class;
    }
    return REPLY_REFUSED;
}

static enum reply_class by_basic(enum reply_phase phase, const struct parsed_reply *reply)
{
    enum reply_class class = REPLY_REFUSED;
    for (size_t i = 0; i < sizeof BASIC_5 / sizeof BASIC_5[0]; i++) {
        if ((BASIC_5[i].code == ANY || BASIC_5[i].code == reply->code) && (BASIC_5[i].phases & AT(phase)) != 0) {
            class = BASIC_5[i].class;
            break;
        }
    }
    return class == REPLY_BAD_ADDRESS && blames_us(reply->rest) ? REPLY_OUR_FAULT : class;
}

enum reply_class reply_classify(enum reply_phase phase, struct str line)
{
    struct parsed_reply reply = parse(line);
    int kind = reply.code / 100;
    /* A 2xx or 3xx that decides nothing is the last thing heard before the connection broke. */
    if (kind == 2 && phase == REPLY_DOT)
        return REPLY_ACCEPTED;
    if (kind < 4)
        return phase == REPLY_DOT ? REPLY_UNKNOWN : REPLY_LATER;
    if (reply.code == 421 || reply.code == 454)
        return REPLY_SLOW_RELAY;
    if (reply.enhanced[0] == 4 || (kind == 4 && reply.enhanced[0] != 5))
        return REPLY_LATER;
    if (reply.enhanced[0] == 5)
        return by_enhanced(phase, reply.enhanced);
    return by_basic(phase, &reply);
}

enum rc reply_rc(enum reply_class class)
{
    static const enum rc RC_OF[] = {
        [REPLY_ACCEPTED] = RC_OK,        [REPLY_LATER] = RC_BUSY,          [REPLY_SLOW_RELAY] = RC_BUSY,
        [REPLY_BAD_ADDRESS] = RC_DENIED, [REPLY_MAILBOX_FULL] = RC_DENIED, [REPLY_REFUSED] = RC_DENIED,
        [REPLY_OUR_FAULT] = RC_IO,       [REPLY_UNKNOWN] = RC_UNCERTAIN,
    };
    return (unsigned)class <= REPLY_UNKNOWN ? RC_OF[class] : RC_BUG;
}
