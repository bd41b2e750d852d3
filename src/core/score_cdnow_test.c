/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The score on a real shop's public history (CDNOW sample, Fader and Hardie), against figures worked out elsewhere. The
 * file is not part of the sources: it is looked for in REKINDLE_SHARED_DATA, then in ../shared/data beside the source
 * tree, and the tests are skipped without it. */
#include "core/score.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "core/currency.h"
#include "core/record.h"

static const struct detector STANDARD = {.base_days = 90, .rhythm_power = 0.25, .fade_gaps = 6, .frequency_days = 30};

static FILE *open_sample(void)
{
    struct arena arena = {0};
    const char *folder = getenv("REKINDLE_SHARED_DATA"), *root = getenv("REKINDLE_SOURCE_ROOT");
    struct str path = STR_NONE;
    if (folder && *folder)
        path = arena_printf(&arena, "%s/cdnow_sample_orders.csv", folder);
    else if (root && *root)
        path = arena_printf(&arena, "%s/../shared/data/cdnow_sample_orders.csv", root);
    FILE *file = path.ptr ? fopen(path.ptr, "r") : NULL;
    arena_clear(&arena);
    return file;
}

/* One client's orders at a time; the file is sorted by client. */
struct shop {
    struct engagement *clients;
    size_t count;
    struct order orders[200];
    size_t order_count;
    struct scale scale;
    int64_t now;
};

static void end_client(struct shop *shop)
{
    if (shop->order_count == 0)
        return;
    shop->clients = mem_resize(shop->clients, shop->count + 1, sizeof(*shop->clients));
    struct engagement *client = &shop->clients[shop->count++];
    *client = (struct engagement){.client_id = STR_INIT("c")};
    score_sums(shop->orders, shop->order_count, STR("UTC"), client);
    shop->order_count = 0;
}

static void read_line(struct shop *shop, struct str line, struct str *client)
{
    struct str rest = str_trim(line);
    struct str id = str_cut(&rest, ','), day = str_cut(&rest, ',');
    struct order order;
    record_init(RECORD_ORDER, &order);
    order.id = STR("o");
    assert_int_equal(time_from_text_or_day(day, STR("UTC"), &order.ordered_at), RC_OK);
    assert_int_equal(money_from_text(rest, STR("USD"), &order.total_shop_minor), RC_OK);
    if (!str_equal(id, *client))
        end_client(shop);
    *client = id;
    if (order.ordered_at <= shop->now)
        shop->orders[shop->order_count++] = order;
}

static void fit_scale(struct shop *shop)
{
    int64_t gap_ms = 0, gaps = 0, value = 0, valued = 0;
    for (size_t i = 0; i < shop->count; i++) {
        gap_ms += shop->clients[i].last_at - shop->clients[i].first_at;
        gaps += shop->clients[i].visits - 1;
        value += shop->clients[i].value_minor;
        valued += shop->clients[i].valued;
    }
    scale_compute(&(struct scale_sums){gap_ms, gaps, value, valued}, (double)NAN, &shop->scale);
}

static int load(void **state)
{
    FILE *file = open_sample();
    *state = NULL;
    if (!file)
        return 0;
    struct shop *shop = mem_new(1, sizeof(*shop));
    struct buf text = {0};
    assert_int_equal(time_from_text(STR("1997-09-30T00:00:00Z"), &shop->now), RC_OK);
    size_t got;
    while ((got = fread(buf_room(&text, 65536), 1, 65536, file)) > 0)
        text.len += got;
    fclose(file);
    struct str rest = buf_str(&text), client = STR_NONE;
    str_cut(&rest, '\n'); /* the header */
    while (!str_is_empty(rest))
        read_line(shop, str_cut(&rest, '\n'), &client);
    end_client(shop);
    fit_scale(shop);
    buf_clear(&text);
    *state = shop;
    return 0;
}

static int unload(void **state)
{
    struct shop *shop = *state;
    if (shop)
        mem_free(shop->clients);
    mem_free(shop);
    return 0;
}

static struct shop *need(void **state)
{
    if (!*state)
        skip();
    return *state;
}

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        print_error("%.9f, not %.9f\n", got, want);
    assert_true(fabs(got - want) <= within);
}

static void the_scale_of_the_sample_is_known(void **state)
{
    struct shop *shop = need(state);
    assert_int_equal(shop->count, 2357);
    assert_int_equal(shop->scale.gaps, 2457);
    near(shop->scale.gap_days, 45.97028897, 5e-9);
    near(shop->scale.value_minor / 100, 35.96085376, 5e-9);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Quantile between order statistics by linear interpolation (type 7 of Hyndman and Fan 1996). */
static double quantile(const double *sorted, size_t count, double share)
{
    double place = share * (double)(count - 1);
    size_t low = (size_t)place;
    return sorted[low] + (place - (double)low) * (sorted[low + 1] - sorted[low]);
}

static void the_scores_of_the_sample_are_known(void **state)
{
    struct shop *shop = need(state);
    double *scores = mem_new(shop->count, sizeof(*scores)), sum = 0;
    size_t under_50 = 0, under_25 = 0;
    for (size_t i = 0; i < shop->count; i++) {
        struct score score;
        score_at(&shop->clients[i], &shop->scale, &STANDARD, shop->now, &score);
        scores[i] = score.total;
        sum += score.total;
        under_50 += score.total < 50;
        under_25 += score.total < 25;
    }
    qsort(scores, shop->count, sizeof(*scores), by_size);
    near(scores[0], 6.473686, 5e-7);
    near(quantile(scores, shop->count, 0.25), 12.967453, 5e-7);
    near(quantile(scores, shop->count, 0.50), 15.724870, 5e-7);
    near(quantile(scores, shop->count, 0.75), 30.853364, 5e-7);
    near(scores[shop->count - 1], 96.952015, 5e-7);
    near(sum / (double)shop->count, 24.870794, 5e-7);
    assert_int_equal(under_50, 2021);
    assert_int_equal(under_25, 1677);
    mem_free(scores);
}

static void the_bands_of_the_sample_follow_from_the_crossings(void **state)
{
    struct shop *shop = need(state);
    size_t bands[5] = {0};
    for (size_t i = 0; i < shop->count; i++) {
        score_crossings(&shop->scale, &STANDARD, 50, &shop->clients[i]);
        bands[score_band(&shop->clients[i], shop->now)]++;
    }
    assert_int_equal(bands[BAND_NONE], 0);
    assert_int_equal(bands[BAND_LOST], 1677);
    assert_int_equal(bands[BAND_DRIFTING], 344);
    assert_int_equal(bands[BAND_STEADY], 276);
    assert_int_equal(bands[BAND_ENGAGED], 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scale_of_the_sample_is_known),
        cmocka_unit_test(the_scores_of_the_sample_are_known),
        cmocka_unit_test(the_bands_of_the_sample_follow_from_the_crossings),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
