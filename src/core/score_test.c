/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/score.c: known answers to the digit, and what must hold for any history. */
#include "core/score.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/rand.h"

static const struct detector STANDARD = {.base_days = 90, .rhythm_power = 0.25, .fade_gaps = 6, .frequency_days = 30};

static struct engagement sums_of(int64_t visits, double span_days, int64_t value)
{
    struct engagement sums = {.client_id = STR_INIT("c1")};
    sums.visits = sums.valued = visits;
    sums.first_at = 1000000000000;
    sums.last_at = sums.first_at + (int64_t)(span_days * (double)TIME_DAY_MS);
    sums.value_minor = value;
    return sums;
}

/* Known answers at G = 70, mu = 35 (NaN where V = 0.5 is meant). */
static const struct row {
    int64_t n;
    double tx, s;
    int64_t sv;
    double mu, rhythm, frequency, value, score, due, lost;
} ROWS[] = {
    {1, 0, 0, 35, 35, 50, 18.963616765, 6.666666667, 75.630283432, 55.782100, 151.233068},
    {1, 0, 30, 35, 35, 39.685026299, 18.047582159, 6.344634353, 64.077242811, 55.782100, 151.233068},
    {1, 0, 90, 35, 35, 25, 7.330269179, 5.746485475, 38.076754654, 55.782100, 151.233068},
    {1, 0, 90, 0, NAN, 25, 7.330269179, 8.619728212, 40.949997391, 63.086992, 168.048479},
    {2, 40, 20, 70, 35, 42.603583627, 18.247244085, 9.622238369, 70.473066081, 65.178122, 172.759239},
    {4, 90, 10, 120, 35, 45.900832314, 20.444234997, 12.318299437, 78.663366748, 73.901314, 184.146534},
    {4, 90, 100, 120, 35, 21.255707598, 10.927700474, 9.826272455, 42.009680528, 73.901314, 184.146534},
    {12, 330, 15, 600, 35, 43.630215151, 18.523707644, 17.072241258, 79.226164053, 85.035408, 202.787425},
    {12, 330, 120, 600, 35, 16.807720074, 11.258648415, 12.206164307, 40.272532797, 85.035408, 202.787425},
    {30, 210, 7, 450, 35, 45.922377220, 27.485030977, 16.111379702, 89.518787900, 58.467276, 119.694130},
    {2, 400, 60, 500, 35, 34.712815961, 3.530002823, 16.881119946, 55.123938729, 83.681066, 293.202515},
    {1, 0, 365, 0, 35, 3.006949490, 1.296029131, 0, 4.302978621, 42.885292, 121.428476},
};

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        print_error("%.12f, not %.12f\n", got, want);
    assert_true(fabs(got - want) <= within);
}

static void known_answers_hold_to_the_digits_given(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        const struct row *row = &ROWS[i];
        struct engagement sums = sums_of(row->n, row->tx, row->sv);
        struct scale scale = {.gap_days = 70, .value_minor = row->mu};
        struct score score;
        score_at(&sums, &scale, &STANDARD, sums.last_at + (int64_t)row->s * TIME_DAY_MS, &score);
        near(score.rhythm, row->rhythm, 6e-10);
        near(score.frequency, row->frequency, 6e-10);
        near(score.value, row->value, 6e-10);
        near(score.total, row->score, 6e-10);
        score_crossings(&scale, &STANDARD, 50, &sums);
        near((double)(sums.due_at - sums.last_at) / TIME_DAY_MS, row->due, 6e-7);
        near((double)(sums.lost_at - sums.last_at) / TIME_DAY_MS, row->lost, 6e-7);
    }
}

static void usual_gap_is_shrunk_to_the_shops(void **state)
{
    (void)state;
    struct scale scale = {.gap_days = 70, .value_minor = 35};
    struct engagement one = sums_of(1, 0, 35), two = sums_of(2, 40, 70);
    struct score score;
    score_at(&one, &scale, &STANDARD, one.last_at, &score);
    near(score.usual_gap_days, 70, 1e-12);
    score_at(&two, &scale, &STANDARD, two.last_at, &score);
    near(score.usual_gap_days, (2 * 70 + 40) / 3.0, 1e-12);
}

/* A random client, shop and detector; values up to a shop's ordinary ones. */
struct world {
    struct engagement sums;
    struct scale scale;
    struct detector detector;
};

static struct world random_world(struct rand_stream *random)
{
    struct world world = {.detector = {.kind = DETECTOR_SCORE}};
    int64_t visits = 1 + (int64_t)(rand_u64(random) % 60);
    double span = visits == 1 ? 0 : (double)visits * rand_exponential(random, 1.0 / 40);
    world.sums = sums_of(visits, span, (int64_t)(rand_u64(random) % 500000));
    world.sums.valued = (int64_t)(rand_u64(random) % (uint64_t)(visits + 1));
    world.scale = (struct scale){.gap_days = 3 + 400 * rand_unit(random)};
    world.scale.value_minor = rand_u64(random) % 8 ? 100 + 20000 * rand_unit(random) : NAN;
    world.detector.base_days = 30 + 330 * rand_unit(random);
    world.detector.rhythm_power = 0.5 * rand_unit(random);
    world.detector.fade_gaps = 4 + 5 * rand_unit(random);
    world.detector.frequency_days = world.detector.base_days / 3;
    return world;
}

static double total_at(const struct world *world, int64_t at_ms)
{
    struct score score;
    score_at(&world->sums, &world->scale, &world->detector, at_ms, &score);
    return score.total;
}

static void a_crossing_is_the_first_millisecond_below(void **state)
{
    (void)state;
    struct rand_stream random;
    rand_seed(&random, 11);
    for (int i = 0; i < 3000; i++) {
        struct world world = random_world(&random);
        double level = 10 + 80 * rand_unit(&random);
        int64_t at = score_crossing(&world.sums, &world.scale, &world.detector, level);
        assert_true(total_at(&world, at) < level);
        if (at == world.sums.last_at)
            continue; /* below from the start */
        assert_true(at > world.sums.last_at);
        assert_true(total_at(&world, at - 1) >= level);
    }
}

static void the_score_falls_with_silence_and_rises_with_value(void **state)
{
    (void)state;
    struct rand_stream random;
    rand_seed(&random, 12);
    for (int i = 0; i < 3000; i++) {
        struct world world = random_world(&random);
        int64_t at = world.sums.last_at + (int64_t)(rand_u64(&random) % (uint64_t)(500 * TIME_DAY_MS));
        struct score now, richer;
        score_at(&world.sums, &world.scale, &world.detector, at, &now);
        assert_true(now.total > 0 && now.total <= 100);
        assert_true(total_at(&world, at + TIME_MINUTE_MS) < now.total);
        world.sums.value_minor += 1000;
        score_at(&world.sums, &world.scale, &world.detector, at, &richer);
        assert_true(richer.total >= now.total); /* after long silence the difference drowns in the other parts */
        if (!isnan(world.scale.value_minor))
            assert_true(richer.value > now.value);
    }
}

static void parts_add_up_exactly(void **state)
{
    (void)state;
    struct rand_stream random;
    rand_seed(&random, 13);
    for (int i = 0; i < 3000; i++) {
        struct world world = random_world(&random);
        struct score score;
        score_at(&world.sums, &world.scale, &world.detector,
                 world.sums.last_at + (int64_t)(rand_u64(&random) % (uint64_t)(500 * TIME_DAY_MS)), &score);
        double sum = score.rhythm + score.frequency + score.value;
        assert_memory_equal(&sum, &score.total, sizeof(sum));
        assert_true(score.rhythm <= 50 && score.frequency <= 30 && score.value <= 20);
    }
}

static void an_order_raises_the_score_at_its_moment(void **state)
{
    (void)state;
    struct rand_stream random;
    rand_seed(&random, 14);
    for (int i = 0; i < 3000; i++) {
        struct world world = random_world(&random), after;
        int64_t at = world.sums.last_at + TIME_DAY_MS + (int64_t)(rand_u64(&random) % (uint64_t)(300 * TIME_DAY_MS));
        world.sums.valued = world.sums.visits;
        after = world;
        after.sums.visits++;
        after.sums.valued++;
        after.sums.last_at = at;
        after.sums.value_minor += 5000;
        assert_true(total_at(&after, at) > total_at(&world, at));
    }
}

static void before_the_last_visit_counts_as_its_moment(void **state)
{
    (void)state;
    struct world world = {sums_of(4, 90, 120),
                          {.gap_days = 70, .value_minor = 35},
                          {.base_days = 90, .rhythm_power = 0.25, .fade_gaps = 6, .frequency_days = 30}};
    double now = total_at(&world, world.sums.last_at);
    near(total_at(&world, world.sums.last_at - TIME_DAY_MS), now, 0);
}

static void without_visits_there_is_no_score_and_no_timer(void **state)
{
    (void)state;
    struct engagement none = {.first_at = TIME_NONE, .last_at = TIME_NONE};
    struct scale scale = {.gap_days = 70, .value_minor = 35};
    struct score score;
    struct arena arena = {0};
    score_at(&none, &scale, &STANDARD, 5, &score);
    near(score.total, 0, 0);
    assert_int_equal(score_crossing(&none, &scale, &STANDARD, 50), TIME_NONE);
    score_crossings(&scale, &STANDARD, 50, &none);
    assert_int_equal(none.due_at, TIME_NONE);
    assert_int_equal(none.engaged_until, TIME_NONE);
    assert_int_equal(none.lost_at, TIME_NONE);
    assert_int_equal(score_band(&none, 5), BAND_NONE);
    assert_string_equal(score_sentence(&none, &scale, &STANDARD, 5, &arena).ptr,
                        "No orders yet, so there is no score.");
    arena_clear(&arena);
}

static void bands_change_at_their_crossings(void **state)
{
    (void)state;
    static const double thresholds[] = {50, 80, 20};
    for (size_t i = 0; i < 3; i++) {
        struct engagement sums = sums_of(30, 210, 450);
        struct scale scale = {.gap_days = 70, .value_minor = 35};
        score_crossings(&scale, &STANDARD, thresholds[i], &sums);
        assert_int_equal(score_band(&sums, sums.last_at), BAND_ENGAGED);
        enum score_band before = score_band(&sums, sums.due_at - 1), after = score_band(&sums, sums.due_at);
        assert_true(before == BAND_ENGAGED || before == BAND_STEADY);
        assert_true(after == BAND_DRIFTING || after == BAND_LOST);
        assert_int_equal(score_band(&sums, sums.lost_at + 1000 * TIME_DAY_MS), BAND_LOST);
    }
    assert_string_equal(SCORE_BAND_WORDS[BAND_LOST], "lost");
    assert_null(SCORE_BAND_WORDS[BAND_LOST + 1]);
}

static void the_sentence_uses_the_programs_own_numbers(void **state)
{
    (void)state;
    struct engagement many = sums_of(4, 90, 120), one = sums_of(1, 0, 35);
    struct scale scale = {.gap_days = 70, .value_minor = 35};
    struct arena arena = {0};
    assert_string_equal(score_sentence(&many, &scale, &STANDARD, many.last_at + 100 * TIME_DAY_MS, &arena).ptr,
                        "Silent for 100 days and usually orders about every 46 days. The score is 42.0: 21.3 of 50 for "
                        "how fresh the last order is, 10.9 of 30 for how often, 9.8 of 20 for how much. Just after the "
                        "last order it was 84.7.");
    assert_non_null(strstr(score_sentence(&one, &scale, &STANDARD, one.last_at + TIME_DAY_MS, &arena).ptr,
                           "Silent for 1 day after one order; clients of this shop usually order every 70 days."));
    arena_clear(&arena);
}

static void the_sentence_says_the_chance_and_what_makes_due(void **state)
{
    (void)state;
    struct engagement many = sums_of(4, 90, 120);
    struct scale scale = {.gap_days = 70,
                          .value_minor = 35,
                          .chance_r = 0.6,
                          .chance_alpha_days = 30,
                          .chance_a = 0.7,
                          .chance_b = 3,
                          .fit_clients = 500,
                          .fit_gaps = 900,
                          .return_days = 200};
    struct detector by_chance = STANDARD;
    struct arena arena = {0};
    int64_t at = many.last_at + 100 * TIME_DAY_MS;
    struct chance_model model = scale_chance_model(&scale);
    struct chance_client client = score_chance_client(&many, at);
    struct str said = score_sentence(&many, &scale, &STANDARD, at, &arena);
    struct str chance = arena_printf(&arena, "it was 84.7. The chance of an order within 90 days is %.0f %%.",
                                     100 * chance_order_within(&model, &client, 90));
    assert_true(str_ends_with(said, chance));
    by_chance.kind = DETECTOR_CHANCE;
    by_chance.chance = 0.25;
    double days = (double)(score_due(&many, &scale, &by_chance, 50) - many.last_at) / (double)TIME_DAY_MS;
    struct str due =
        arena_printf(&arena,
                     " Due after %.0f days of silence, by the chance of an order within 30 days: under 25 %% it "
                     "is time, now it is %.0f %%.",
                     days, 100 * chance_order_within(&model, &client, 30));
    assert_true(str_ends_with(score_sentence(&many, &scale, &by_chance, at, &arena), due));
    scale.return_days = 40; /* waited no longer, whatever the chance */
    assert_non_null(strstr(score_sentence(&many, &scale, &by_chance, at, &arena).ptr,
                           " Due after 40 days of silence at the latest, by the chance"));
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers_hold_to_the_digits_given),
        cmocka_unit_test(usual_gap_is_shrunk_to_the_shops),
        cmocka_unit_test(a_crossing_is_the_first_millisecond_below),
        cmocka_unit_test(the_score_falls_with_silence_and_rises_with_value),
        cmocka_unit_test(parts_add_up_exactly),
        cmocka_unit_test(an_order_raises_the_score_at_its_moment),
        cmocka_unit_test(before_the_last_visit_counts_as_its_moment),
        cmocka_unit_test(without_visits_there_is_no_score_and_no_timer),
        cmocka_unit_test(bands_change_at_their_crossings),
        cmocka_unit_test(the_sentence_uses_the_programs_own_numbers),
        cmocka_unit_test(the_sentence_says_the_chance_and_what_makes_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
