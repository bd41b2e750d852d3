/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The lists of phrases, in the spelling of core/wording.h. Each list has a second one of phrases that look like it and are
 * harmless: those are taken out of the text before the list is searched. English; other languages add rows. */
#include <string.h>

#include "core/wording.h"

static const char *const OFFER[] = {"free",
                                    "off",
                                    "sale",
                                    "sales",
                                    "discount",
                                    "discounts",
                                    "discounted",
                                    "guarantee",
                                    "guarantees",
                                    "guaranteed",
                                    "offer",
                                    "offers",
                                    "deal",
                                    "deals",
                                    "bargain",
                                    "bargains",
                                    "save",
                                    "saving",
                                    "savings",
                                    "coupon",
                                    "coupons",
                                    "voucher",
                                    "vouchers",
                                    "promo",
                                    "promos",
                                    "promotion",
                                    "promotions",
                                    "promotional",
                                    "cashback",
                                    "cash back",
                                    "clearance",
                                    "rebate",
                                    "refund",
                                    "expire",
                                    "expires",
                                    "expired",
                                    "expiring",
                                    "expiry",
                                    "hurry",
                                    "act now",
                                    "act fast",
                                    "buy now",
                                    "order now",
                                    "shop now",
                                    "last chance",
                                    "final chance",
                                    "last call",
                                    "final hours",
                                    "final days",
                                    "last days",
                                    "limited time",
                                    "time limited",
                                    "limited stock",
                                    "limited offer",
                                    "today only",
                                    "only today",
                                    "this week only",
                                    "ends soon",
                                    "ending soon",
                                    "ends tonight",
                                    "ends today",
                                    "ends tomorrow",
                                    "while stocks last",
                                    "while supplies last",
                                    "until stocks last",
                                    "before its gone",
                                    "before they are gone",
                                    "before theyre gone",
                                    "before it is gone",
                                    "dont miss",
                                    "do not miss",
                                    "miss out",
                                    "missing out",
                                    "selling fast",
                                    "going fast",
                                    "sold out soon",
                                    "almost gone",
                                    "nearly gone",
                                    "running out",
                                    "low stock",
                                    "few left",
                                    "last few",
                                    "urgent",
                                    "urgently",
                                    "immediately",
                                    "right away",
                                    "without delay",
                                    "act quickly",
                                    "no obligation",
                                    "risk free",
                                    "winner",
                                    "winners",
                                    "you won",
                                    "you win",
                                    "win a",
                                    "prize",
                                    "prizes",
                                    "giveaway",
                                    "jackpot",
                                    "lottery",
                                    "gift card",
                                    "gift cards",
                                    "bonus",
                                    "complimentary",
                                    "reward",
                                    "rewards",
                                    "cheap",
                                    "cheaper",
                                    "cheapest",
                                    "best price",
                                    "lowest price",
                                    "low price",
                                    "half price",
                                    "two for one",
                                    "buy one get one",
                                    "on the house",
                                    "reduced",
                                    "markdown",
                                    "marked down",
                                    "black friday",
                                    "cyber monday",
                                    "once in a lifetime",
                                    "unbeatable",
                                    "exclusive access",
                                    "special price",
                                    NULL};
static const char *const OFFER_HARMLESS[] = {"feel free",        "free time",       "sugar free",
                                             "gluten free",      "dairy free",      "lead free",
                                             "cruelty free",     "hands free",      "fragrance free",
                                             "free range",       "free standing",   "off white",
                                             "off the shoulder", "off season",      "set off",
                                             "sets off",         "take off",        "switch off",
                                             "show off",         "round off",       "to offer",
                                             "has to offer",     "a great deal of", "a good deal of",
                                             "save room",        "save a place",    NULL};

static const char *const PRICE[] = {
    "price",       "prices",    "priced",     "pricing",  "cost",       "costs",    "costing", "dollar",
    "dollars",     "euro",      "euros",      "usd",      "eur",        "gbp",      "dkk",     "sek",
    "nok",         "chf",       "pounds",     "sterling", "kroner",     "kronor",   "yen",     "rupees",
    "cents",       "pence",     "percent",    "per cent", "percentage", "pay less", "money",   "affordable",
    "inexpensive", "expensive", "worth over", "value of", NULL};
static const char *const PRICE_HARMLESS[] = {NULL};

static const char *const SURVEILLANCE[] = {
    /* watching */
    "we noticed", "weve noticed", "we have noticed", "i noticed", "noticed that you", "noticed you", "noticed your",
    "we saw", "we see that you", "we can see", "weve seen", "we have seen", "we observed", "we know that you",
    "we know you", "we remember", "we detected", "watching you", "been watching", "we track", "weve tracked",
    "tracking you", "tracking your", "we monitor", "monitoring you", "keeping an eye", "keep an eye", "our records",
    "our data", "our system", "our systems", "according to", "based on your", "your history", "your order history",
    "your purchase history", "purchase history", "order history", "browsing history", "your browsing", "your activity",
    "your behaviour", "your behavior", "your profile", "your data", "your account shows", "youve been looking",
    "you have been looking", "you were looking", "you viewed", "you clicked", "you opened", "you recently",
    "your recent", "recently bought", "recently ordered", "recently purchased", "predicted",
    /* silence and absence */
    "havent ordered", "have not ordered", "havent bought", "have not bought", "havent shopped", "have not shopped",
    "havent visited", "have not visited", "havent purchased", "have not purchased", "havent placed", "have not placed",
    "havent been", "have not been", "havent heard", "have not heard", "havent seen", "have not seen", "havent met",
    "not ordered", "not bought anything", "not shopped", "not visited", "stopped ordering", "stopped shopping",
    "stopped buying", "no order", "no orders", "no longer order", "no longer shop", "it has been", "its been",
    "it had been", "been a while", "been some time", "been too long", "been so long", "been ages", "a while ago",
    "a while since", "in a while", "for a while now", "quite a while", "some time ago", "some time since",
    "quite some time", "long time", "long ago", "so long since", "too long", "ages ago", "ages since", "for ages",
    "miss you", "missed you", "missing you", "misses you", "miss seeing", "miss having", "miss hearing", "weve missed",
    "we have missed", "we miss", "come back", "came back", "coming back", "welcome back", "get you back",
    "have you back", "see you back", "win you back", "return to us", "returning to us", "visit us again",
    "shop with us again", "order again", "buy again", "where have you been", "where did you go", "where are you",
    "are you still there", "you still there", "remember us", "forgotten us", "forgot about us", "lost touch",
    "losing touch", "out of touch", "reconnect", "back in touch", "drifted", "drifting", "drift away", "gone quiet",
    "went quiet", "been quiet", "so quiet", "quiet lately", "been silent", "your silence", "silence", "gone silent",
    "fallen silent", "absence", "absent", "inactive", "inactivity", "dormant", "lapsed", "been away", "you were away",
    "you are away", "since you", "since your", "since we last", "since the last", "since then", "lately", "last order",
    "last purchase", "last visit", "last time", "last saw", "last heard", "last ordered", "last bought", "last shopped",
    "last visited", "your last", "your previous", "previous order", "previous purchase", "your first order",
    "first purchase", "latest order", "latest purchase", "earlier order", "past order", "past orders", "past purchase",
    "past purchases", "former customer",
    /* frequency */
    "again and again", "time and again", "time and time again", "time after time", "over and over", "every week",
    "every month", "every few", "every other week", "every other month", "each week", "each month", "once a week",
    "once a month", "once a year", "twice a", "times a", "several times", "many times", "few times", "how often",
    "so often", "as often", "more often", "less often", "often order", "often buy", "often shop", "you often",
    "regularly", "your usual", "you usually", "usually order", "usually buy", "as usual", "you normally", "you always",
    "always order", "always buy", "frequent", "frequently", "regular customer", "regular client", "loyal customer",
    "loyal client", "repeat customer", "your rhythm", "weekly order", "monthly order", NULL};
static const char *const SURVEILLANCE_HARMLESS[] = {"it has been made", "it has been a pleasure", "long time favourite",
                                                    "too long or too short", NULL};

static const char *const LINK[] = {"http",   "https",      "www",      "dot com", "dot net", "dot org",
                                   "dot io", "click here", "at gmail", "url",     NULL};
static const char *const LINK_HARMLESS[] = {NULL};

static const char *const AI[] = {"ai",
                                 "a i",
                                 "artificial intelligence",
                                 "language model",
                                 "language models",
                                 "llm",
                                 "llms",
                                 "gpt",
                                 "chatgpt",
                                 "openai",
                                 "openrouter",
                                 "anthropic",
                                 "machine learning",
                                 "neural network",
                                 "algorithm",
                                 "algorithms",
                                 "chatbot",
                                 "chat bot",
                                 "a bot",
                                 "automatically generated",
                                 "auto generated",
                                 "generated by",
                                 "generated text",
                                 "generated email",
                                 "computer generated",
                                 "system prompt",
                                 "prompt",
                                 "prompts",
                                 "as an assistant",
                                 "virtual assistant",
                                 "i cannot help",
                                 "training data",
                                 "my instructions",
                                 "these instructions",
                                 NULL};
static const char *const AI_HARMLESS[] = {"ai weiwei", NULL};

static const struct {
    const char *const *phrases, *const *harmless;
} LISTS[] = {
    [WORDING_OFFER] = {OFFER, OFFER_HARMLESS},
    [WORDING_PRICE] = {PRICE, PRICE_HARMLESS},
    [WORDING_SURVEILLANCE] = {SURVEILLANCE, SURVEILLANCE_HARMLESS},
    [WORDING_LINK] = {LINK, LINK_HARMLESS},
    [WORDING_AI] = {AI, AI_HARMLESS},
};

struct str wording_find_listed(struct str words, enum wording_list list, struct arena *arena)
{
    for (const char *const *harmless = LISTS[list].harmless; *harmless != NULL; harmless++)
        words = wording_without(words, str_of(*harmless), arena);
    for (const char *const *phrase = LISTS[list].phrases; *phrase != NULL; phrase++)
        if (wording_has(words, str_of(*phrase)))
            return str_of(*phrase);
    return STR_NONE;
}

static bool is_one_of(struct str word, const char *const *words)
{
    for (; *words != NULL; words++)
        if (str_equal(word, str_of(*words)))
            return true;
    return false;
}

/* "two months", "a couple of weeks", "several long years", "half a year", "last month". "day" alone is no span: "one day"
 * and "every day" speak of nothing that passed. */
struct str wording_find_time_span(struct str words)
{
    static const char *const NUMBERS[] = {
        "one",    "two",    "three",    "four",     "five",      "six",      "seven",    "eight",   "nine",   "ten",
        "eleven", "twelve", "thirteen", "fourteen", "fifteen",   "sixteen",  "eighteen", "twenty",  "thirty", "forty",
        "fifty",  "sixty",  "ninety",   "hundred",  "dozen",     "couple",   "few",      "several", "many",   "some",
        "half",   "last",   "past",     "another",  "countless", "numerous", NULL};
    static const char *const BETWEEN[] = {"of",   "a",  "an",   "whole", "full",  "long",
                                          "more", "or", "good", "odd",   "short", NULL};
    static const char *const UNITS[] = {"days",      "week",       "weeks",    "month",  "months",  "year",  "years",
                                        "fortnight", "fortnights", "quarters", "decade", "decades", "hours", NULL};
    struct str rest = str_trim(words);
    int left = 0; /* words a unit may still be away from its number */
    const char *start = NULL;
    while (!str_is_none(rest)) {
        struct str word = str_cut(&rest, ' ');
        if (left > 0 && is_one_of(word, UNITS))
            return (struct str){start, (size_t)(word.ptr + word.len - start)};
        if (is_one_of(word, NUMBERS)) {
            left = 4;
            start = word.ptr;
        } else if (left > 0) {
            left = is_one_of(word, BETWEEN) ? left - 1 : 0;
        }
    }
    return STR_NONE;
}
