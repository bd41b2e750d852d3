/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The email that the tests of core/render.c begin with. Only for tests. */
#ifndef REKINDLE_CORE_TEST_RENDER_H
#define REKINDLE_CORE_TEST_RENDER_H

#include "base/mem.h"
#include "core/render.h"

struct fixture {
    struct arena arena;
    struct draft draft;
    struct product products[2];
    struct render_input input;
    struct rendered out;
};

static struct str click(void *ctx, struct str target, struct arena *arena)
{
    (void)ctx;
    return arena_printf(arena, "https://mail.shop.example/c/%.*s", STR_ARG(target));
}

static void fill(struct fixture *f)
{
    f->draft = (struct draft){
        .subject = STR("A few ideas from Kitchen Row"),
        .preheader = STR("A short note about tea, in plain words."),
        .paragraphs =
            {{STR("Tea & caf\xC3\xA9 things that are easy to like, and a line on each of them, so that it reads well."),
              {{0}},
              0},
             {STR("Thank you for reading this far."), {{0}}, 0}},
        .paragraph_count = 2,
        .picks = {{STR("p1"), STR("From our shelves, and easy to like."), {{0}}, 0},
                  {STR("p2"), STR("Worth a look."), {{0}}, 0}},
        .pick_count = 2,
        .cta_label = STR("Take a look"),
        .cta_target = STR("shop"),
        .sign_off = STR("Warm regards,")};
    f->products[0] = (struct product){.id = STR("p1"),
                                      .name = STR("Cup \"Blue\" & Co"),
                                      .price_minor = 4900,
                                      .currency = STR("EUR"),
                                      .image_url = STR("https://shop.example/i?a=1&b=2")};
    f->products[1] =
        (struct product){.id = STR("p2"), .name = STR("Kettle"), .image_url = STR("http://shop.example/i.png")};
    f->input = (struct render_input){.draft = &f->draft,
                                     .products = f->products,
                                     .product_count = 2,
                                     .first_name = STR("Ada"),
                                     .language = LANGUAGES[0],
                                     .locale = STR("en-GB"),
                                     .offer = {.ends_at = TIME_NONE},
                                     .time_zone = STR("Europe/Copenhagen"),
                                     .shop_name = STR("Kitchen Row"),
                                     .shop_url = STR("https://shop.example/"),
                                     .postal_address = STR("1 High Street\nBristol"),
                                     .footer = STR("Open every day but Sunday."),
                                     .unsubscribe_url = STR("https://mail.shop.example/u/TOKEN"),
                                     .why_url = STR("https://mail.shop.example/why/TOKEN"),
                                     .link = click};
}

static int setup(void **state)
{
    struct fixture *f = mem_new(1, sizeof *f);
    fill(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_clear(&f->arena);
    mem_free(f);
    return 0;
}

static inline bool has(struct str text, const char *part) { return str_contains(text, str_of(part)); }

static inline size_t count(struct str text, const char *part)
{
    size_t found = 0, at;
    while ((at = str_find(text, str_of(part))) != SIZE_MAX) {
        found++;
        text = (struct str){text.ptr + at + 1, text.len - at - 1};
    }
    return found;
}

#endif
