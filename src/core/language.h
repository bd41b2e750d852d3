/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Language: all words that checks, template writer, greeting, footer and pages use, from data files (core/words/LANG.*.json)
 * that the build turns into constant tables. To add a language, add its files and a line in core/meson.build; nothing in C
 * knows a language by name. */
#ifndef REKINDLE_CORE_LANGUAGE_H
#define REKINDLE_CORE_LANGUAGE_H

#include "base/arena.h"
#include "base/str.h"

struct client;
struct policy;

/* Lists of words and phrases, each NULL-terminated, in the one spelling of core/wording.h ("havent met"). checks.json. */
enum word_list {
    WORDS_OFFER,          /* sale, discount, urgency, guarantees */
    WORDS_OFFER_HARMLESS, /* phrases that only look like it ("feel free"): taken out before the search */
    WORDS_PRICE,          /* money in words */
    WORDS_PRICE_HARMLESS,
    WORDS_WATCHING, /* silence, absence, frequency, our watching */
    WORDS_WATCHING_HARMLESS,
    WORDS_LINK, /* addresses of the web and of mail spelled out */
    WORDS_LINK_HARMLESS,
    WORDS_AI, /* models, prompts, being generated */
    WORDS_AI_HARMLESS,
    WORDS_SENSITIVE, /* health, body, age, finance, belief */
    WORDS_SENSITIVE_HARMLESS,
    WORDS_CLAIM, /* what nobody gave as a fact: best-selling, award-winning, handmade, organic, new in, reviews */
    WORDS_CLAIM_HARMLESS,
    WORDS_HISTORY,         /* what the person did: "you bought", "your order"; true only with a fact of a purchase */
    WORDS_NUMBER,          /* numbers in words */
    WORDS_NUMBER_HARMLESS, /* "one of our", "at one", "second nature" */
    WORDS_DATE,            /* months, weekdays, feasts, "tomorrow" */
    WORDS_DATE_HARMLESS,
    WORDS_SPAN_NUMBER,  /* what may stand before a unit of time: "two", "a few", "last" */
    WORDS_SPAN_BETWEEN, /* what may stand between: "of", "whole" */
    WORDS_SPAN_UNIT,    /* "weeks", "months" */
    WORDS_COLOUR,
    WORDS_MATERIAL,
    WORDS_GOODS,          /* kinds of things shops sell, singular and plural: "jacket", "candles" */
    WORDS_GOODS_HARMLESS, /* "cup of tea", "golden rule": lexicon words in a figure of speech */
    WORDS_SELLING, /* how goods ("$") are offered: "our $". "By the lamp" offers none. Empty: goods are found anywhere */
    WORDS_SPAM,    /* soft */
    WORDS_GLOOMY,  /* soft: sorry, unfortunately, miss: not the tone of a friendly note */
    WORDS_COMMON,  /* ordinary words that are also names: rose, mark, may */
    WORDS_FUNCTION,    /* the language's commonest words, by which a text is known to be in it */
    WORDS_SPOKEN_TO,   /* what follows somebody's name at the beginning: "Ada, we" */
    WORDS_GREETING,    /* how a letter begins: the program adds its own */
    WORDS_PLACEHOLDER, /* what stands where a shop knew no first name: "customer", "guest" */
    WORD_LISTS
};
extern const char *const WORD_LIST_NAMES[]; /* "offer", "offer_harmless" ...: keys of checks.json */

/* Sentences and labels that emails and pages print. texts.json, which also has the language's own "name", "script" and "capital_nouns".
 * {name} stands for a value; a _NAMELESS sentence is said by a shop that has no name yet. */
enum language_text {
    TEXT_GREETING,         /* "Hi {name}," */
    TEXT_GREETING_NEUTRAL, /* "Hello," */
    TEXT_REGARDS,          /* while people have chosen none */
    TEXT_NAMELESS_SHOP,    /* what stands for the shop's name in a title */
    TEXT_FOOTER_WHY,       /* why you get this */
    TEXT_FOOTER_WHY_NAMELESS,
    TEXT_FOOTER_UNSUBSCRIBE,
    TEXT_FOOTER_WHY_LINK,
    TEXT_OFFER_CODE, /* "Code: {code}" */
    TEXT_OFFER_ENDS, /* "Until {date}" */
    TEXT_UNSUBSCRIBE_TITLE,
    TEXT_UNSUBSCRIBE_ASK,
    TEXT_UNSUBSCRIBE_ASK_NAMELESS,
    TEXT_UNSUBSCRIBE_BUTTON,
    TEXT_UNSUBSCRIBE_DONE_TITLE,
    TEXT_UNSUBSCRIBE_DONE,
    TEXT_PAUSE_ASK, /* the acts of the preference page: what happens, its button, what happened */
    TEXT_PAUSE_BUTTON,
    TEXT_PAUSE_DONE_TITLE,
    TEXT_PAUSE_DONE,
    TEXT_OBJECT_ASK,
    TEXT_OBJECT_BUTTON,
    TEXT_OBJECT_DONE_TITLE,
    TEXT_OBJECT_DONE,
    TEXT_COPY_ASK,
    TEXT_COPY_BUTTON,
    TEXT_COPY_DONE_TITLE,
    TEXT_COPY_DONE,
    TEXT_COPY_SUBJECT, /* the mail with the copy of the data */
    TEXT_COPY_BODY,
    TEXT_COPY_BODY_NAMELESS,
    TEXT_COPY_NOT_YOU,
    TEXT_FORM_TITLE, /* a form that is none of ours */
    TEXT_FORM_UNKNOWN,
    TEXT_INVALID_TITLE, /* a link that leads nowhere */
    TEXT_INVALID,
    TEXT_WHY_TITLE, /* the page behind "Why this email?" */
    TEXT_WHY,
    TEXT_WHY_NAMELESS,
    TEXT_WHY_MODEL, /* who wrote it, and who approved it: one of each two is true */
    TEXT_WHY_TEMPLATE,
    TEXT_WHY_APPROVED,
    TEXT_WHY_UNREAD,
    TEXT_WHY_FACTS,
    TEXT_WHY_PRIVATE,
    TEXT_WHY_PROCESSORS, /* the shop, and these two where they took part */
    TEXT_WHY_PROVIDER,
    TEXT_WHY_RELAY,
    TEXT_WHY_CHOICES,
    LANGUAGE_TEXTS
};
extern const char *const LANGUAGE_TEXT_NAMES[];

/* The template writer's phrases, NULL-terminated lists. phrases.json; keys as the members. A phrase may hold {shop},
 * {season}, {category} and {bought}; one whose fact is missing or too long is passed over, so the last of each list needs
 * none. Lengths: opening and middle 24 words or more, closing 20 or more, so that three make 60 to 160 with any facts. */
struct template_phrases {
    const char *const *subjects, *const *preheaders, *const *preheaders_picks;
    const char *const *openings, *const *middles, *const *middles_picks, *const *closings;
    const char *const *reasons, *const *ctas;
    const char *const *seasons; /* twelve, by month: true north and south of the equator */
};

struct language {
    const char *code;   /* "en" */
    const char *name;   /* "English", for the prompt and the console */
    const char *script; /* ISO 15924: "Latn" */
    bool capital_nouns; /* German: a word in the middle of a sentence that begins large need not be a name */
    const char *const *lists[WORD_LISTS];
    const char *texts[LANGUAGE_TEXTS];
    struct template_phrases phrases;
};
extern const struct language *const LANGUAGES[]; /* NULL-terminated; the first is English */

/* The language of a BCP 47 locale ("de-AT"), NULL when the program does not speak it. An absent locale is English. */
const struct language *language_of(struct str locale);
/* The language a client is written to: of their locale, else the policy's stand-in; NULL when neither is one we speak. */
const struct language *language_for(const struct client *client, const struct policy *policy);
/* The locale to write in: the client's own when it is one of the language, else the language's code. In the arena. */
struct str language_locale(const struct language *language, struct str locale, struct arena *arena);
/* The closings an email may end with, as a JSON array: the policy's. While people have not changed the default, which is
 * English, the language's own. In the arena. */
struct str language_sign_offs(const struct language *language, const struct policy *policy, struct arena *arena);
/* True for languages written from right to left. */
bool language_is_right_to_left(const struct language *language);
/* The text with {name} replaced; a text without it is given as it is. In the arena. */
struct str language_say(const struct language *language, enum language_text text, struct str name, struct str value,
                        struct arena *arena);

#endif
