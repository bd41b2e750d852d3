/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* docs/privacy.md lists every table and field, what it is for and how long it is kept: the fields from the program's own
 * tables, the words from here. A new kind of record without words fails. The page's path is the first argument. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/record.h"
#include "golden/page.h"

static const char *page_path;

#define ERASED "until the client is erased"
#define SHOP "as long as the shop: nobody's data"

static const struct {
    const char *purpose, *kept;
    bool personal;
} WORDS[RECORD_KINDS] = {
    [RECORD_CLIENT] = {"who buys from the shop, what they consented to, and whether they may be profiled", ERASED,
                       true},
    [RECORD_ORDER] = {"when and what was bought: the rhythm, the facts of an email, and whether an email helped",
                      ERASED, true},
    [RECORD_PRODUCT] = {"the catalogue, for picks", SHOP, false},
    [RECORD_ENGAGEMENT] = {"the profile: sums of the orders and the moments at which the score crosses its lines",
                           ERASED "; cleared by an objection to profiling", true},
    [RECORD_EPISODE] = {"one silence that was noticed, its arm in the experiment and what came of it", ERASED, true},
    [RECORD_PERSON] = {"that one address gets one mail at a time and not too often; when a copy of the data was sent",
                       ERASED, true},
    [RECORD_EMAIL] = {"the message with its evidence: facts, checks, edits, approvals, attempts, what left the house "
                      "(hashes), clicks",
                      ERASED, true},
    [RECORD_POLICY] = {"how the shop wants it done", SHOP, false},
    [RECORD_SCALE] = {"averages over all clients", SHOP, false},
    [RECORD_SUPPRESSION] = {"that an address must never be mailed, as a keyed hash",
                            "for good, also after an erasure: else the opt-out would be forgotten", true},
    [RECORD_TOMBSTONE] = {"that an erased id or address must not come back, as a keyed hash",
                          "for good: it is what keeps the erasure", true},
    [RECORD_STAFF] = {"who may log in", "until an admin removes it; a disabled one stays for the audit log", true},
    [RECORD_API_KEY] = {"which programs may call", "for good; a revoked one stays for the audit log", false},
    [RECORD_SESSION] = {"who is logged in", "until it ends, tidied daily", true},
    [RECORD_ANSWER] = {"the answer to a request with an Idempotency-Key, given again when it is repeated",
                       "24 hours; those about an erased client go with the client", true},
    [RECORD_FEED_SOURCE] = {"whether orders still come in", SHOP, false},
    [RECORD_SETTING] = {"positions and switches of the program", SHOP, false},
    [RECORD_COUNTER] = {"numbers for the pages", SHOP, false},
    [RECORD_AUDIT] = {"who of the staff decided what: ids, codes and hashes, no words, no names of clients",
                      "for good; entries about a client go with the client", true},
    [RECORD_SEAL] = {"the chain that shows whether the audit log was changed: salted hashes", "for good", false},
    [RECORD_CALL] = {"what a call of the model cost and how it went; `raw` is the model's text",
                     ERASED "; `raw` for `retention.raw_replies_days` (90)", true},
    [RECORD_BUDGET] = {"money of a day", SHOP, false},
    [RECORD_OFFER_CODE] = {"that a one-time code is printed once",
                           "for good; the email's id in it goes with the client", true},
    [RECORD_NOTICE] = {"what was said of a mail: bounce, complaint, delivery; addresses in it are masked", ERASED,
                       true},
    [RECORD_SENT_MAIL] = {"the last mails, for the brake on bounces and complaints",
                          "for good; `person` is emptied with the client", true},
    [RECORD_OUTBOUND] = {"that the shop's other tools hear of an opt-out; `payload` has the address until they did",
                         "30 days after they accepted it; " ERASED, true},
};

static void table(struct buf *out, bool personal)
{
    buf_add_c(out, "| table | fields | for what | how long |\n|---|---|---|---|\n");
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const struct record_type *type = &RECORD_TYPES[kind];
        if (WORDS[kind].purpose == NULL)
            fail_msg("%s has no words", type->name);
        if (WORDS[kind].personal != personal)
            continue;
        buf_printf(out, "| %s | ", type->name);
        for (size_t i = 0; i < type->field_count; i++)
            buf_printf(out, "%s`%s`", i == 0 ? "" : " ", type->fields[i].name);
        buf_printf(out, " | %s | %s |\n", WORDS[kind].purpose, WORDS[kind].kept);
    }
}

static void the_page_lists_every_table_and_field(void **state)
{
    (void)state;
    static const struct {
        const char *part;
        bool personal;
    } PARTS[] = {{"personal tables", true}, {"other tables", false}};
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
        struct buf rows = {0};
        table(&rows, PARTS[i].personal);
        page_holds(page_path, PARTS[i].part, &rows);
        buf_clear(&rows);
    }
}

int main(int argc, char **argv)
{
    page_path = argc > 1 ? argv[1] : "docs/privacy.md";
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_page_lists_every_table_and_field)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
