/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rules that more than one record keeps, and the list of problems an input has. All strict: what comes in here goes
 * out again in headers, envelopes and links. No rule allocates; a bulk load runs them for every row. */
#include "core/field.h"

#include <string.h>

#include "base/id.h"
#include "base/utf8.h"
#include "core/currency.h"

void problems_add(struct problems *problems, struct arena *arena, struct str pointer, const char *rule,
                  const char *detail)
{
    if (problems->count == sizeof(problems->items) / sizeof(problems->items[0]))
        return;
    struct problem *problem = &problems->items[problems->count++];
    bool in_body = str_is_empty(pointer) || pointer.ptr[0] == '/'; /* not "header:If-Match" */
    problem->pointer = in_body ? arena_printf(arena, "%.*s%.*s", STR_ARG(problems->base), STR_ARG(pointer))
                               : arena_str(arena, pointer);
    problem->rule = arena_str(arena, str_of(rule));
    problem->detail = arena_str(arena, str_of(detail));
}

struct str pointer_below(struct str base, struct str name, struct arena *arena)
{
    enum { NAME_MAX_BYTES = 200 };
    if (name.len > NAME_MAX_BYTES) {
        name.len = NAME_MAX_BYTES;
        while (name.len > 0 && ((unsigned char)name.ptr[name.len] & 0xc0) == 0x80)
            name.len--;
    }
    char *text = arena_new(arena, base.len + 2 + 2 * name.len, 1);
    size_t len = base.len;
    if (base.len > 0)
        memcpy(text, base.ptr, base.len);
    text[len++] = '/';
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        text[len++] = c == '~' || c == '/' ? '~' : c;
        if (c == '~' || c == '/')
            text[len++] = c == '~' ? '0' : '1';
    }
    return (struct str){text, len};
}

int field_enum_from(const char *const *words, struct str word)
{
    for (int i = 0; words[i]; i++)
        if (strlen(words[i]) == word.len && memcmp(words[i], word.ptr, word.len) == 0)
            return i;
    return -1;
}

struct str field_enum_word(const char *const *words, int index)
{
    for (int i = 0; words[i]; i++)
        if (i == index)
            return str_of(words[i]);
    return STR_NONE;
}

static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }

static bool all(struct str s, bool (*holds)(char c))
{
    for (size_t i = 0; i < s.len; i++)
        if (!holds(s.ptr[i]))
            return false;
    return s.len > 0;
}

/* --- text: most is plain ASCII, and that needs no tables --------------------------------------------------------- */
static bool text_holds(struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if (c < 0x20 || c >= 0x7f)
            return utf8_is_valid(value) && !utf8_has_control(value);
    }
    return true;
}

/* --- email: RFC 5321 Mailbox without quoted strings and address literals ------------------------------------------- */
static bool is_atext(char c) { return is_letter(c) || is_digit(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c)); }

static bool local_part_holds(struct str local)
{
    if (local.len == 0 || local.len > 64)
        return false;
    for (struct str rest = local; !str_is_none(rest);)
        if (!all(str_cut(&rest, '.'), is_atext)) /* no empty atom: no dot at an end, no two in a row */
            return false;
    return true;
}

static bool is_host_char(char c) { return is_letter(c) || is_digit(c) || c == '-'; }

static bool label_holds(struct str label)
{
    return label.len <= 63 && all(label, is_host_char) && label.ptr[0] != '-' && label.ptr[label.len - 1] != '-';
}

/* At least two labels, the last not a number: `root@localhost` and `a@127.0.0.1` are no addresses of clients. */
static bool domain_holds(struct str domain)
{
    struct str label = STR_NONE;
    size_t labels = 0;
    for (struct str rest = domain; !str_is_none(rest); labels++) {
        label = str_cut(&rest, '.');
        if (!label_holds(label))
            return false;
    }
    return labels >= 2 && !all(label, is_digit);
}

struct str email_domain(struct str address)
{
    size_t at = str_find(address, STR("@"));
    return at == SIZE_MAX ? STR_NONE : (struct str){address.ptr + at + 1, address.len - at - 1};
}

static bool email_holds(struct str value)
{
    if (value.len > 254)
        return false;
    struct str domain = value;
    struct str local = str_cut(&domain, '@');
    return !str_is_none(domain) && local_part_holds(local) && domain_holds(domain);
}

/* --- locale: language[-Script][-REGION], '_' taken for '-' as many shop systems write it ---------------------------- */
static bool locale_holds(struct str value)
{
    size_t i = 0, from = 0;
    bool script = false;
    for (int part = 0; from <= value.len; part++, from = i + 1) {
        for (i = from; i < value.len && value.ptr[i] != '-' && value.ptr[i] != '_';)
            i++;
        struct str piece = {value.ptr + from, i - from};
        bool region = (piece.len == 2 && all(piece, is_letter)) || (piece.len == 3 && all(piece, is_digit));
        if (part == 0 && (piece.len == 2 || piece.len == 3) && all(piece, is_letter))
            continue;
        if (part == 1 && piece.len == 4 && all(piece, is_letter)) {
            script = true;
            continue;
        }
        return region && i == value.len && part >= 1 && part <= (script ? 2 : 1);
    }
    return true;
}

static bool country_holds(struct str value) { return value.len == 2 && all(value, is_upper); }

static bool currency_holds(struct str value) { return currency_exponent(value) >= 0; }

/* --- URL: what may stand in an href after escaping; no user names, which mislead people ----------------------------- */
static bool is_authority_char(char c) { return is_host_char(c) || c == '.' || c == ':' || c == '[' || c == ']'; }

static bool url_holds(struct str value)
{
    if (value.len > 2000 || !text_holds(value))
        return false;
    size_t scheme = str_starts_with(value, STR("https://")) ? 8 : str_starts_with(value, STR("http://")) ? 7 : 0;
    if (scheme == 0)
        return false;
    size_t end = scheme;
    while (end < value.len && value.ptr[end] != '/' && value.ptr[end] != '?' && value.ptr[end] != '#')
        end++;
    struct str authority = {value.ptr + scheme, end - scheme};
    if (!all(authority, is_authority_char) || authority.ptr[0] == ':' || authority.ptr[0] == '.')
        return false;
    for (size_t i = end; i < value.len; i++)
        if (strchr(" \"<>\\^`{|}", value.ptr[i]))
            return false;
    return true;
}

const struct field_rule RULE_ID = {"id", "must be 1 to 128 of A-Z a-z 0-9 . _ : -", id_is_valid};
const struct field_rule RULE_EMAIL = {"email", "must be a plain address such as name@shop.example", email_holds};
const struct field_rule RULE_TEXT = {"control", "must be text without control or invisible characters", text_holds};
const struct field_rule RULE_LOCALE = {"locale", "must be a language and region such as en-GB", locale_holds};
const struct field_rule RULE_COUNTRY = {"country", "must be two capital letters such as GB", country_holds};
const struct field_rule RULE_ZONE = {"time_zone", "must be an IANA time zone such as Europe/London",
                                     time_zone_is_valid};
const struct field_rule RULE_CURRENCY = {"currency", "must be an ISO 4217 code such as EUR", currency_holds};
const struct field_rule RULE_URL = {"url", "must be an absolute http or https URL", url_holds};
