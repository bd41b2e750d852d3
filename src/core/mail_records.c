/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/mail_records.h"

#include "base/buf.h"
#include "base/hash.h"

#define SPF_LOOKUPS_MAX 10 /* RFC 7208 section 4.6.4: over it, the record is an error */
#define RSA_2048_DER 290   /* bytes of a SubjectPublicKeyInfo of 2048 bits are 294, of 1024 bits 162 */
#define ED25519_BYTES 32

static struct mail_finding finding(enum mail_verdict verdict, struct str says)
{
    return (struct mail_finding){.verdict = verdict, .says = says};
}

/* The one record of a kind; *found counts them. */
static struct str the_one(const struct str *texts, size_t count, struct str begins, size_t *found)
{
    struct str one = STR_NONE;
    *found = 0;
    for (size_t i = 0; i < count; i++) {
        struct str text = str_trim(texts[i]);
        bool is_whole = text.len == begins.len ||
                        (text.len > begins.len && (text.ptr[begins.len] == ' ' || text.ptr[begins.len] == ';'));
        if (text.len < begins.len || !is_whole || !str_equal_nocase((struct str){text.ptr, begins.len}, begins))
            continue;
        one = text;
        (*found)++;
    }
    return one;
}

/* The value of a tag in "k=v; k=v"; absent when it is not there. */
static struct str tag_value(struct str list, struct str name)
{
    while (!str_is_none(list)) {
        struct str value = str_cut(&list, ';'), tag = str_cut(&value, '=');
        if (str_equal_nocase(str_trim(tag), name))
            return str_is_none(value) ? STR("") : str_trim(value);
    }
    return STR_NONE;
}

static bool costs_a_lookup(struct str term)
{
    static const struct str COSTLY[] = {STR_INIT("include"), STR_INIT("a"),      STR_INIT("mx"),
                                        STR_INIT("ptr"),     STR_INIT("exists"), STR_INIT("redirect")};
    size_t len = 0;
    while (len < term.len && term.ptr[len] != ':' && term.ptr[len] != '/' && term.ptr[len] != '=')
        len++;
    for (size_t i = 0; i < sizeof COSTLY / sizeof COSTLY[0]; i++)
        if (str_equal_nocase((struct str){term.ptr, len}, COSTLY[i]))
            return true;
    return false;
}

struct mail_finding mail_spf(const struct str *texts, size_t count, struct arena *arena)
{
    size_t found, lookups = 0;
    struct str rest = the_one(texts, count, STR("v=spf1"), &found), end = STR_NONE;
    if (found != 1)
        return finding(MAIL_FAIL, found == 0
                                      ? STR("there is no SPF record; publish one TXT record such as \"v=spf1 "
                                            "include:RELAY -all\", with what your relay's documentation names")
                                      : STR("there are several SPF records, which count as none; make them one"));
    str_cut(&rest, ' ');
    while (!str_is_none(rest)) {
        struct str term = str_trim(str_cut(&rest, ' '));
        char sign = term.len > 0 &&
                            (term.ptr[0] == '-' || term.ptr[0] == '~' || term.ptr[0] == '?' || term.ptr[0] == '+')
                        ? term.ptr[0]
                        : '\0';
        struct str bare = sign == '\0' ? term : (struct str){term.ptr + 1, term.len - 1};
        lookups += costs_a_lookup(bare);
        if (str_equal_nocase(bare, STR("all")) || str_starts_with(bare, STR("redirect=")))
            end = term;
    }
    if (lookups > SPF_LOOKUPS_MAX)
        return finding(MAIL_FAIL, arena_printf(arena,
                                               "the SPF record needs %zu lookups, over 10 is an error; take out "
                                               "what no longer sends for you",
                                               lookups));
    if (str_equal_nocase(end, STR("all")) || str_equal_nocase(end, STR("+all")))
        return finding(MAIL_FAIL, STR("the SPF record lets everybody send (+all); end it with -all or ~all"));
    if (str_is_none(end) || str_equal_nocase(end, STR("?all")))
        return finding(MAIL_WARN, STR("the SPF record says nothing of other senders; end it with -all or ~all"));
    return finding(MAIL_OK, STR("one SPF record; see that it names the relay"));
}

struct mail_finding mail_dkim(const struct str *texts, size_t count, struct arena *arena)
{
    struct str key, record = STR_NONE, bytes;
    for (size_t i = 0; i < count; i++)
        if (!str_is_none(tag_value(texts[i], STR("p"))))
            record = texts[i];
    key = tag_value(record, STR("p"));
    if (str_is_none(key))
        return finding(MAIL_FAIL,
                       STR("there is no DKIM key under this selector; publish the one your relay signs with"));
    if (str_is_empty(key))
        return finding(MAIL_FAIL, STR("the DKIM key was revoked (p= is empty); publish the one your relay signs with"));
    struct buf dense = {0};
    for (size_t i = 0; i < key.len; i++) /* long keys are published with blanks in them */
        if (key.ptr[i] != ' ' && key.ptr[i] != '\t')
            buf_add_char(&dense, key.ptr[i]);
    enum rc rc = hash_from_base64(buf_str(&dense), arena, &bytes);
    buf_clear(&dense);
    if (rc != RC_OK)
        return finding(MAIL_FAIL, STR("the DKIM key cannot be read: p= is no base64; publish it again"));
    bool is_ed25519 = str_equal_nocase(tag_value(record, STR("k")), STR("ed25519"));
    if (is_ed25519 ? bytes.len != ED25519_BYTES : bytes.len < RSA_2048_DER)
        return finding(MAIL_WARN, STR("the DKIM key is shorter than 2048 bits; let the relay make a longer one"));
    if (str_equal_nocase(tag_value(record, STR("t")), STR("y")))
        return finding(MAIL_WARN, STR("the DKIM key is marked as a test (t=y); take the mark out"));
    return finding(MAIL_OK, STR("a DKIM key of 2048 bits or as good"));
}

struct mail_finding mail_dmarc(const struct str *texts, size_t count, struct arena *arena)
{
    size_t found;
    struct str record = the_one(texts, count, STR("v=DMARC1"), &found);
    struct str policy = tag_value(record, STR("p"));
    if (found != 1)
        return finding(MAIL_FAIL, found == 0 ? STR("there is no DMARC record; publish \"v=DMARC1; p=none; "
                                                   "rua=mailto:you@your-domain\" to begin with")
                                             : STR("there are several DMARC records, which count as none; keep one"));
    bool is_none = str_equal_nocase(policy, STR("none"));
    if (!is_none && !str_equal_nocase(policy, STR("quarantine")) && !str_equal_nocase(policy, STR("reject")))
        return finding(MAIL_FAIL, STR("the DMARC record has no policy; it must say p=none, quarantine or reject"));
    if (str_is_none(tag_value(record, STR("rua"))))
        return finding(MAIL_WARN, STR("the DMARC record asks for no reports (rua=), so you hear of no failures"));
    return finding(MAIL_OK, arena_printf(arena, "one DMARC record, p=%.*s%s", STR_ARG(policy),
                                         is_none ? ", which is enough to begin with" : ""));
}

static bool is_below(struct str domain, struct str above)
{
    return domain.len > above.len && domain.ptr[domain.len - above.len - 1] == '.' &&
           str_equal_nocase((struct str){domain.ptr + domain.len - above.len, above.len}, above);
}

bool mail_is_aligned(struct str from_domain, struct str envelope_domain)
{
    return str_equal_nocase(from_domain, envelope_domain) || is_below(from_domain, envelope_domain) ||
           is_below(envelope_domain, from_domain);
}
