/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The table of countries. Sources, by statute:
 * - EU and EEA: Directive 2002/58/EC article 13(2): who obtained an address in the sale of a product may use it for his own
 *   similar products as long as the customer was and is given an easy way to object. It names no end. Each member state has
 *   it in its own law (DE: UWG section 7(3); FR: CPCE L34-5; IE: S.I. 336/2011 reg. 13(11); SE: 2008:486 section 19 ...).
 * - GB: Privacy and Electronic Communications Regulations 2003, regulation 22(3): the same.
 * - CH: UWG article 3(1)(o): the same for own similar goods.
 * - CA: S.C. 2010, c. 23 (CASL) section 10(9)(a), 10(10)(a): consent is implied within two years of the last purchase (and,
 *   by 10(10)(e), within six months of an inquiry, which no order tells of and which is therefore not used).
 * - US: CAN-SPAM Act, 15 U.S.C. 7704(a)(3) to (5): opt-out; no consent is asked for and none ends.
 * - AU: Spam Act 2003, schedule 2 clause 2(b): consent inferred from an existing business relationship; no fixed end.
 * - NZ: Unsolicited Electronic Messages Act 2007, section 4(1) "inferred consent": no fixed end.
 * This is the law as we read it, not advice: a shop's counsel may want less, by consent.until of each client. */
#include "core/consent_rules.h"

#include <stddef.h>

#include "base/time_text.h"

#define NO_END 0
#define CANADA_DAYS 730 /* two years, a leap day short rather than long */

static const struct consent_rule {
    char country[3];
    int days; /* since the last purchase; NO_END */
} RULES[] = {
    {"AT", NO_END}, {"BE", NO_END}, {"BG", NO_END}, {"CY", NO_END}, {"CZ", NO_END}, {"DE", NO_END},
    {"DK", NO_END}, {"EE", NO_END}, {"ES", NO_END}, {"FI", NO_END}, {"FR", NO_END}, {"GR", NO_END},
    {"HR", NO_END}, {"HU", NO_END}, {"IE", NO_END}, {"IS", NO_END}, {"IT", NO_END}, {"LI", NO_END},
    {"LT", NO_END}, {"LU", NO_END}, {"LV", NO_END}, {"MT", NO_END}, {"NL", NO_END}, {"NO", NO_END},
    {"PL", NO_END}, {"PT", NO_END}, {"RO", NO_END}, {"SE", NO_END}, {"SI", NO_END}, {"SK", NO_END},
    {"CH", NO_END}, {"GB", NO_END}, {"US", NO_END}, {"AU", NO_END}, {"NZ", NO_END}, {"CA", CANADA_DAYS},
};

enum consent_word consent_rule_ask(struct str country, int64_t last_order_at, int64_t now_ms)
{
    for (size_t i = 0; i < sizeof RULES / sizeof RULES[0]; i++) {
        if (!str_equal_nocase(country, str_of(RULES[i].country)))
            continue;
        if (RULES[i].days == NO_END)
            return CONSENT_HOLDS;
        bool known = last_order_at != TIME_NONE;
        return known && now_ms - last_order_at < RULES[i].days * TIME_DAY_MS ? CONSENT_HOLDS : CONSENT_RAN_OUT;
    }
    return CONSENT_NO_RULE;
}
