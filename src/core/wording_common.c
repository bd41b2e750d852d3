/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Ordinary English words that may be somebody's name or part of a mail address: given and family names that are words,
 * words of function, generic mailboxes, and every word the template writer uses, so that no client's name can block its
 * emails (template_writer_test.c holds the list to that). Sorted for the reader; the search does not rely on it. */
#include "core/wording.h"

bool wording_is_common(struct str word)
{
    static const char *const COMMON[] = {
        "able",      "about",    "above",    "added",   "admin",    "after",   "again",     "all",       "along",
        "already",   "also",     "although", "always",  "amber",    "and",     "another",   "any",       "april",
        "are",       "around",   "art",      "asks",    "august",   "autumn",  "back",      "baker",     "bay",
        "because",   "been",     "before",   "begin",   "behind",   "being",   "believe",   "bell",      "belongs",
        "below",     "best",     "between",  "bird",    "bishop",   "black",   "bliss",     "blue",      "bond",
        "both",      "brook",    "brown",    "bush",    "but",      "butler",  "can",       "candy",     "care",
        "carpenter", "catches",  "chance",   "charity", "chase",    "choice",  "christian", "clay",      "closer",
        "coffee",    "com",      "comes",    "contact", "cook",     "cooper",  "coral",     "could",     "cross",
        "crystal",   "cup",      "daisy",    "dale",    "dance",    "dawn",    "day",       "dean",      "dear",
        "desk",      "did",      "does",     "doing",   "done",     "door",    "down",      "drew",      "each",
        "earl",      "early",    "east",     "easy",    "email",    "enjoy",   "entirely",  "eve",       "even",
        "ever",      "every",    "eye",      "eyes",    "fair",     "faith",   "family",    "far",       "farmer",
        "feel",      "felicity", "fern",     "few",     "field",    "fields",  "filled",    "finch",     "find",
        "finds",     "fine",     "first",    "fish",    "fisher",   "flower",  "flowers",   "foot",      "for",
        "ford",      "forest",   "fox",      "frank",   "fresh",    "friend",  "friendly",  "from",      "gale",
        "garden",    "gardener", "gay",      "gene",    "get",      "gift",    "ginger",    "glad",      "glance",
        "glory",     "gold",     "good",     "grace",   "grant",    "gray",    "green",     "greetings", "grey",
        "had",       "hand",     "happy",    "harmony", "hart",     "has",     "have",      "hazel",     "head",
        "hear",      "heart",    "heath",    "heather", "hello",    "help",    "her",       "here",      "hill",
        "hills",     "him",      "his",      "holly",   "home",     "honey",   "hood",      "hope",      "house",
        "how",       "hunt",     "hunter",   "idea",    "ideas",    "info",    "into",      "its",       "itself",
        "ivory",     "ivy",      "jade",     "jasmine", "jewel",    "joy",     "july",      "june",      "just",
        "justice",   "keen",     "keep",     "kind",    "king",     "kitchen", "knight",    "know",      "lake",
        "lane",      "large",    "lark",     "last",    "leave",    "let",     "like",      "likes",     "liking",
        "lily",      "line",     "lines",    "list",    "little",   "long",    "look",      "looking",   "love",
        "loving",    "lucky",    "mail",     "major",   "makes",    "many",    "mark",      "marsh",     "mason",
        "may",       "mean",     "mercy",    "merry",   "might",    "mild",    "miles",     "mill",      "miller",
        "mind",      "mint",     "mist",     "moment",  "moon",     "more",    "moss",      "most",      "much",
        "must",      "myrtle",   "near",     "need",    "net",      "never",   "new",       "next",      "noble",
        "north",     "not",      "note",     "nothing", "now",      "office",  "olive",     "once",      "one",
        "only",      "onto",     "opal",     "open",    "order",    "org",     "other",     "our",       "ours",
        "out",       "over",     "own",      "pace",    "page",     "pansy",   "park",      "part",      "parts",
        "patience",  "pearl",    "penny",    "people",  "person",   "picked",  "piece",     "place",     "plain",
        "pleasant",  "pleasure", "poppy",    "post",    "potter",   "power",   "price",     "pride",     "prince",
        "private",   "purpose",  "put",      "queen",   "question", "rain",    "rather",    "read",      "reader",
        "reading",   "rest",     "rich",     "river",   "robin",    "rose",    "ruby",      "sage",      "sales",
        "same",      "say",      "see",      "shall",   "share",    "sharp",   "she",       "shelf",     "shelves",
        "shop",      "short",    "should",   "show",    "showing",  "shown",   "shows",     "silver",    "simple",
        "since",     "sky",      "small",    "smart",   "smile",    "smith",   "snow",      "some",      "something",
        "south",     "speak",    "speaks",   "spirit",  "spring",   "stands",  "star",      "still",     "stock",
        "stone",     "stop",     "stopped",  "store",   "strong",   "such",    "suits",     "summer",    "sunny",
        "support",   "sweet",    "take",     "taste",   "taylor",   "tea",     "team",      "tell",      "than",
        "thank",     "that",     "the",      "them",    "then",     "there",   "these",     "they",      "thing",
        "things",    "think",    "this",     "those",   "though",   "thought", "thoughts",  "through",   "time",
        "tiny",      "together", "too",      "true",    "try",      "two",     "under",     "until",     "valentine",
        "very",      "violet",   "visit",    "walk",    "walker",   "want",    "want",      "ward",      "warm",
        "was",       "water",    "way",      "web",     "welcome",  "well",    "were",      "west",      "what",
        "whatever",  "when",     "whenever", "where",   "whether",  "which",   "while",     "white",     "who",
        "whom",      "why",      "will",     "willow",  "winter",   "wise",    "wish",      "with",      "wood",
        "woods",     "word",     "words",    "work",    "worth",    "would",   "wren",      "write",     "written",
        "www",       "yet",      "you",      "young",   "your",     "yours",   NULL};
    for (const char *const *common = COMMON; *common != NULL; common++)
        if (str_equal(word, str_of(*common)))
            return true;
    return false;
}
