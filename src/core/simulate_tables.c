/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables only: see core/simulate_tables.h. */
#include "core/simulate_tables.h"

const struct simulate_category SIMULATE_CATALOGUE[SIMULATE_CATEGORIES] = {
    {"coffee",
     {{"guji-250", "Ethiopia Guji, whole bean, 250 g", 1290},
      {"guji-1kg", "Ethiopia Guji, whole bean, 1 kg", 4300},
      {"huila-250", "Colombia Huila, whole bean, 250 g", 1150},
      {"huila-1kg", "Colombia Huila, whole bean, 1 kg", 3900},
      {"antigua-250", "Guatemala Antigua, whole bean, 250 g", 1190},
      {"nyeri-250", "Kenya Nyeri AA, whole bean, 250 g", 1450},
      {"house-250", "House Espresso, 250 g", 990},
      {"house-1kg", "House Espresso, 1 kg", 3400},
      {"morning-250", "Morning Filter Blend, 250 g", 950},
      {"sumatra-250", "Sumatra Lintong, dark roast, 250 g", 1090},
      {"decaf-250", "Swiss Water Decaf, 250 g", 1150},
      {"sampler", "Four-Origin Sampler, 4 x 100 g", 2200}}},
    {"tea",
     {{"assam-loose", "Assam Second Flush, loose leaf, 125 g", 890},
      {"darjeeling", "Darjeeling First Flush, loose leaf, 100 g", 1490},
      {"earl-grey", "Earl Grey with Bergamot Oil, 125 g", 950},
      {"sencha", "Sencha from Kagoshima, 100 g", 1250},
      {"genmaicha", "Genmaicha, 100 g", 990},
      {"jasmine", "Jasmine Pearls, 80 g", 1390},
      {"oolong", "Dong Ding Oolong, 80 g", 1590},
      {"lapsang", "Lapsang Souchong, 100 g", 1090},
      {"chai", "Spiced Chai, loose leaf, 150 g", 850},
      {"rooibos", "Vanilla Rooibos, 125 g", 790},
      {"peppermint", "Whole Peppermint Leaf, 60 g", 590},
      {"tea-sampler", "Breakfast Tea Sampler, 6 tins", 1990}}},
    {"brewing",
     {{"dripper", "Ceramic Dripper, size 2", 2490},
      {"filters-100", "Unbleached Filter Papers, 100", 650},
      {"filters-300", "Unbleached Filter Papers, 300", 1650},
      {"press-350", "French Press, 350 ml", 2890},
      {"press-1l", "French Press, 1 litre", 3990},
      {"moka-3", "Moka Pot, 3 cups", 3490},
      {"hand-grinder", "Hand Grinder with Steel Burrs", 7900},
      {"scale", "Brewing Scale with Timer", 4500},
      {"kettle", "Gooseneck Kettle, 0.9 litre", 5900},
      {"server", "Glass Server, 600 ml", 2190},
      {"teapot", "Glass Teapot with Infuser, 800 ml", 3290},
      {"brush", "Grinder Brush", 790}}},
    {"cups",
     {{"mug-sage", "Stoneware Mug, sage, 300 ml", 1590},
      {"mug-slate", "Stoneware Mug, slate, 300 ml", 1590},
      {"cappuccino-2", "Cappuccino Cups and Saucers, set of 2", 2690},
      {"espresso-4", "Espresso Cups, set of 4", 2990},
      {"latte-2", "Latte Glasses, double wall, set of 2", 2450},
      {"tea-cup", "Porcelain Tea Cup, 220 ml", 1290},
      {"tumbler", "Oak Lid Tumbler, 350 ml", 2790},
      {"travel", "Travel Mug, steel, 400 ml", 2990},
      {"tasting-3", "Cupping Bowls, set of 3", 2790},
      {"saucer", "Stoneware Saucer, sage", 790},
      {"milk-jug", "Milk Jug, 350 ml", 1990},
      {"sugar-bowl", "Sugar Bowl with Wooden Lid", 1890}}},
    {"kitchen",
     {{"tea-towels", "Linen Tea Towels, set of 2", 1990},
      {"apron", "Canvas Apron", 3290},
      {"board-oak", "Oak Chopping Board, 35 cm", 3990},
      {"honey", "Heather Honey, 340 g", 1090},
      {"shortbread", "Butter Shortbread, 200 g", 690},
      {"biscotti", "Almond Biscotti, 250 g", 850},
      {"cantucci-tin", "Biscuit Tin, enamel", 2290},
      {"storage-jar", "Airtight Storage Jar, 1 litre", 1790},
      {"scoop", "Beech Coffee Scoop", 890},
      {"pan-milk", "Enamel Milk Pan, 1 litre", 2690},
      {"spoon-set", "Teaspoons, set of 6", 1890},
      {"tray", "Birch Serving Tray", 3490}}},
};

static const char *const ENGLISH_FIRST[] = {
    "Alice",   "Amelia", "Anna",   "Arthur",   "Beth",    "Callum", "Charlotte", "Chloe",  "Daniel", "Edward",
    "Eleanor", "Emily",  "Emma",   "Ethan",    "Fiona",   "Freya",  "George",    "Grace",  "Hannah", "Harry",
    "Imogen",  "Isla",   "Jack",   "James",    "Jasmine", "Joseph", "Katie",     "Laura",  "Leo",    "Lewis",
    "Lily",    "Lucy",   "Maya",   "Megan",    "Molly",   "Nathan", "Nina",      "Noah",   "Olivia", "Oscar",
    "Owen",    "Poppy",  "Priya",  "Rachel",   "Rosie",   "Ruby",   "Ryan",      "Samuel", "Sarah",  "Sean",
    "Sophie",  "Theo",   "Thomas", "Victoria", "Will",    "Zara",
};
static const char *const ENGLISH_LAST[] = {
    "Adams",    "Ahmed",   "Bailey",  "Baker",    "Barnes",   "Bennett", "Brooks",  "Brown",   "Carter",  "Chapman",
    "Clark",    "Collins", "Cooper",  "Davies",   "Dixon",    "Edwards", "Ellis",   "Evans",   "Fisher",  "Foster",
    "Graham",   "Green",   "Griffin", "Hall",     "Harris",   "Hughes",  "Jackson", "Jenkins", "Kelly",   "Kaur",
    "Lawson",   "Lewis",   "Marsh",   "Mason",    "Mitchell", "Morgan",  "Murphy",  "Nguyen",  "Parker",  "Patel",
    "Phillips", "Porter",  "Reid",    "Reynolds", "Roberts",  "Russell", "Shaw",    "Simpson", "Stevens", "Taylor",
    "Thompson", "Turner",  "Walker",  "Ward",     "Watson",   "Wright",
};
static const char *const NORDIC_FIRST[] = {"Agnes",  "Astrid", "Axel",   "Elin",  "Elsa",  "Erik",  "Freja",
                                           "Gustav", "Hedda",  "Ingrid", "Johan", "Klara", "Lars",  "Linnea",
                                           "Maja",   "Nils",   "Oskar",  "Saga",  "Signe", "Viktor"};
static const char *const NORDIC_LAST[] = {"Andersson", "Berg",   "Dahl",     "Ekman",     "Forsberg", "Hansen",
                                          "Holm",      "Jensen", "Karlsson", "Lindqvist", "Lund",     "Nilsson",
                                          "Nyberg",    "Olsen",  "Sandberg", "Wallin"};
static const char *const GERMAN_FIRST[] = {"Anja",  "Annika", "Ben",   "Clara", "Finn",  "Greta", "Hannes",
                                           "Jonas", "Jule",   "Karla", "Lena",  "Lukas", "Marie", "Moritz",
                                           "Nele",  "Paul",   "Petra", "Sven",  "Tom",   "Ute"};
static const char *const GERMAN_LAST[] = {"Albrecht", "Bauer",   "Becker", "Brandt", "Fischer", "Hartmann",
                                          "Keller",   "Koch",    "Krause", "Lange",  "Meyer",   "Neumann",
                                          "Richter",  "Schmidt", "Vogel",  "Wagner"};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
static const struct simulate_names ENGLISH = {ENGLISH_FIRST, COUNT(ENGLISH_FIRST), ENGLISH_LAST, COUNT(ENGLISH_LAST)};
static const struct simulate_names NORDIC = {NORDIC_FIRST, COUNT(NORDIC_FIRST), NORDIC_LAST, COUNT(NORDIC_LAST)};
static const struct simulate_names GERMAN = {GERMAN_FIRST, COUNT(GERMAN_FIRST), GERMAN_LAST, COUNT(GERMAN_LAST)};

const struct simulate_place SIMULATE_PLACES[] = {
    {40, "en-GB", "GB", "Europe/London", &ENGLISH},   {12, "en-US", "US", "America/New_York", &ENGLISH},
    {6, "en-US", "US", "America/Chicago", &ENGLISH},  {6, "en-US", "US", "America/Los_Angeles", &ENGLISH},
    {8, "en-IE", "IE", "Europe/Dublin", &ENGLISH},    {5, "en-CA", "CA", "America/Toronto", &ENGLISH},
    {5, "en-AU", "AU", "Australia/Sydney", &ENGLISH}, {5, "en-SE", "SE", "Europe/Stockholm", &NORDIC},
    {4, "sv-SE", "SE", "Europe/Stockholm", &NORDIC},  {3, "da-DK", "DK", "Europe/Copenhagen", &NORDIC},
    {6, "de-DE", "DE", "Europe/Berlin", &GERMAN},
};
const size_t SIMULATE_PLACE_COUNT = COUNT(SIMULATE_PLACES);
