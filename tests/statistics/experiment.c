/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `make simulations`: the tables of docs/simulations.md, on stdout, each under a line that names it. Fixed seeds: a table
 * changes only when the program does. An argument divides the number of shops, for a quick look. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "candidates.h"
#include "run.h"

#define YEARS_2 730
#define SHOPS(n) ((n) / divisor > 0 ? (n) / divisor : 1)

static int divisor = 1;

static double percent(int part, int whole) { return 100.0 * part / whole; }

/* The day by which half of the shops had found it, or a dash. */
static void print_half(const struct run_tally *tally)
{
    double day = run_median_day(tally);
    if (day < 0)
        printf("never");
    else
        printf("%.0f", day);
}

static void begin(const char *table, const char *header)
{
    printf("<!-- table %s -->\n%s\n|", table, header);
    for (const char *c = header + 1; *c; c++)
        if (*c == '|')
            printf("---|");
    printf("\n");
}

/* --- no effect, whole shops ---------------------------------------------------------------------------------------- */
/* A grocer's clients come every week or so, a furniture shop's every year or two. */
static const struct simulate_model GROCER =
    {.gap_days = 7, .rate_shape = 3, .gap_shape = 3, .leave_alpha = 0.06, .leave_beta = 1.94, .seasonal = false};
static const struct simulate_model FURNITURE =
    {.gap_days = 300, .rate_shape = 2, .gap_shape = 1, .leave_alpha = 0.9, .leave_beta = 4.5, .seasonal = true};

#define SHOP_PLAIN \
    .model = &SIMULATE_MODEL, .clients = 3000, .days_before = 365, .days = YEARS_2, .share = 0.2, .daily_limit = 50
static const struct run_setup QUIET_SHOPS[] = {
    {.name = "coffee shop, holdout 20 %", .shop = {SHOP_PLAIN}},
    {.name = "60 % may not be mailed", .shop = {SHOP_PLAIN, .ineligible = 0.6}},
    {.name = "holdout 10 %, from day 300 on 40 %",
     .shop = {.model = &SIMULATE_MODEL,
              .clients = 3000,
              .days_before = 365,
              .days = YEARS_2,
              .share = 0.1,
              .change_day = 300,
              .later_share = 0.4,
              .daily_limit = 50}},
    {.name = "backlog released, 10 a day", .shop = {SHOP_PLAIN, .backlog_a_day = 10}},
    {.name = "limit of 3 a day",
     .shop = {.model = &SIMULATE_MODEL,
              .clients = 4500,
              .days_before = 365,
              .days = YEARS_2,
              .share = 0.2,
              .daily_limit = 3}},
    {.name = "all of these at once",
     .shop = {.model = &SIMULATE_MODEL,
              .clients = 6000,
              .days_before = 365,
              .days = YEARS_2,
              .share = 0.4,
              .change_day = 400,
              .later_share = 0.1,
              .ineligible = 0.6,
              .backlog_a_day = 5,
              .daily_limit = 4}},
    {.name = "grocer",
     .shop = {.model = &GROCER, .clients = 3000, .days_before = 365, .days = YEARS_2, .share = 0.2, .daily_limit = 50}},
    {.name = "furniture shop",
     .shop =
         {.model = &FURNITURE, .clients = 3000, .days_before = 730, .days = YEARS_2, .share = 0.2, .daily_limit = 50}},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void quiet_table(const char *name, const struct run_setup *rows, size_t count, int shops)
{
    static trial_method *const METHODS[] = {by_weight, by_people, newcombe_daily};
    begin(name,
          "| no true effect | people | lift_interval | width | lift_sequential | width | Newcombe, looked at daily |");
    for (size_t i = 0; i < count; i++) {
        struct run_tally tallies[COUNT(METHODS)];
        struct run_setup setup = rows[i];
        setup.seed = 1000000 * (i + 1);
        run_shops(&setup, shops, METHODS, COUNT(METHODS), tallies);
        printf("| %s | %.0f | %.1f %% | %.4f | %.1f %% | %.4f | %.1f %% |\n", setup.name, tallies[0].people,
               percent(tallies[0].excluded, shops), tallies[0].width, percent(tallies[1].excluded, shops),
               tallies[1].width, percent(tallies[2].excluded, shops));
        fflush(stdout);
        run_clear(tallies, COUNT(METHODS));
    }
}

/* --- no effect, arms by chance ------------------------------------------------------------------------------------- */
#define QUIET(p, f, a_day) .arms = {.periods = {{0, f, p}}, .people = (a_day), .days = YEARS_2}
#define QUIET_CHANGE(day, p, f, later_p, later_f, a_day) \
    .arms = {.periods = {{0, f, p}, {day, later_f, later_p}}, .people = (a_day), .days = YEARS_2}
static const struct run_setup QUIET_ARMS[] = {
    {.name = "rate .01, holdout 10 %, 100 a day", QUIET(0.01, 0.1, 100)},
    {.name = "rate .02, holdout 10 %, 2 a day", QUIET(0.02, 0.1, 2)},
    {.name = "rate .02, holdout 10 %, 50 a day", QUIET(0.02, 0.1, 50)},
    {.name = "rate .02, holdout 20 %, 10 a day", QUIET(0.02, 0.2, 10)},
    {.name = "rate .02, holdout 50 %, 10 a day", QUIET(0.02, 0.5, 10)},
    {.name = "rate .05, holdout 5 %, 50 a day", QUIET(0.05, 0.05, 50)},
    {.name = "rate .10, holdout 10 %, 50 a day", QUIET(0.10, 0.1, 50)},
    {.name = "rate .15, holdout 10 %, 10 a day", QUIET(0.15, 0.1, 10)},
    {.name = "rate .15, holdout 20 %, 2 a day", QUIET(0.15, 0.2, 2)},
    {.name = "rate .15, holdout 20 %, 100 a day", QUIET(0.15, 0.2, 100)},
    {.name = "rate .40, holdout 50 %, 10 a day", QUIET(0.40, 0.5, 10)},
    {.name = "rate .90, holdout 10 %, 20 a day", QUIET(0.90, 0.1, 20)},
    {.name = "rate .15, holdout 5 % for 200 days, then 50 %", QUIET_CHANGE(200, 0.15, 0.05, 0.15, 0.5, 10)},
    {.name = "rate .02, holdout 50 % for 100 days, then 5 %", QUIET_CHANGE(100, 0.02, 0.5, 0.02, 0.05, 20)},
    {.name = "holdout 10 %, then 50 %, as the rate grows from .05 to .15", QUIET_CHANGE(300, 0.05, 0.1, 0.15, 0.5, 10)},
    {.name = "that change, wrongly pooled into one stratum",
     .arms = {.periods = {{0, 0.1, 0.05}, {300, 0.5, 0.15}}, .people = 10, .days = YEARS_2, .pooled = true}},
    {.name = "twelve periods of 60 days, 2 a day, holdout 10 %",
     .arms = {.periods = {{0, 0.1, 0.1},
                          {60, 0.1, 0.1},
                          {120, 0.1, 0.1},
                          {180, 0.1, 0.1},
                          {240, 0.1, 0.1},
                          {300, 0.1, 0.1},
                          {360, 0.1, 0.1},
                          {420, 0.1, 0.1},
                          {480, 0.1, 0.1},
                          {540, 0.1, 0.1},
                          {600, 0.1, 0.1},
                          {660, 0.1, 0.1}},
              .people = 2,
              .days = YEARS_2}},
    {.name = "ten years of looks: rate .10, holdout 20 %, 20 a day",
     .arms = {.periods = {{0, 0.2, 0.1}}, .people = 20, .days = 3650}},
};

/* --- a true effect ------------------------------------------------------------------------------------------------- */
#define LIFT(p, l, f, a_day) .arms = {.periods = {{0, f, p}}, .lift = (l), .people = (a_day), .days = YEARS_2}
#define LIFT_CHANGE(day, p, l, f, later, a_day) \
    .arms = {.periods = {{0, f, p}, {day, later, p}}, .lift = (l), .people = (a_day), .days = YEARS_2}
static const struct run_setup LIFTS[] = {
    {.name = "rate .10, lift .03, holdout 10 %", LIFT(0.10, 0.03, 0.1, 10)},
    {.name = "rate .10, lift .03, holdout 20 %", LIFT(0.10, 0.03, 0.2, 10)},
    {.name = "rate .10, lift .03, holdout 50 %", LIFT(0.10, 0.03, 0.5, 10)},
    {.name = "rate .15, lift .05, holdout 10 %", LIFT(0.15, 0.05, 0.1, 10)},
    {.name = "rate .15, lift .05, holdout 20 %", LIFT(0.15, 0.05, 0.2, 10)},
    {.name = "rate .15, lift .05, holdout 50 %", LIFT(0.15, 0.05, 0.5, 10)},
    {.name = "rate .15, lift .05, 10 % for 180 days, then 50 %", LIFT_CHANGE(180, 0.15, 0.05, 0.1, 0.5, 10)},
    {.name = "rate .15, lift .05, 50 % for 180 days, then 10 %", LIFT_CHANGE(180, 0.15, 0.05, 0.5, 0.1, 10)},
    {.name = "rate .05, lift .02, holdout 20 %, 20 a day", LIFT(0.05, 0.02, 0.2, 20)},
    {.name = "rate .10, lift .05, holdout 20 %, 3 a day", LIFT(0.10, 0.05, 0.2, 3)},
    {.name = "rate .30, lift .05, holdout 20 %", LIFT(0.30, 0.05, 0.2, 10)},
    {.name = "rate .15, harm of .05, holdout 20 %", LIFT(0.15, -0.05, 0.2, 10)},
};

/* The day on which as many windows have closed as lift_needed asks for, by the first period's share. */
static void print_needed(const struct run_tally *tally, const struct arms_setup *arms)
{
    double needed = lift_needed(arms->periods[0].rate, arms->lift, arms->periods[0].share);
    double day = needed / arms->people + TRIAL_WINDOW_DAYS;
    if (day < (double)arms->days && arms->periods[1].share == 0)
        printf(" %.0f: %.0f %% |\n", needed, percent(run_found_by(tally, day), tally->shops));
    else
        printf(" |\n");
}

static void lift_table(int shops)
{
    static trial_method *const METHODS[] = {by_weight, by_people};
    begin("lifts",
          "| true effect | lift_interval: found | half by day | width | missed | lift_sequential: found | half by day "
          "| width | missed | by N of lift_needed |");
    for (size_t i = 0; i < COUNT(LIFTS); i++) {
        struct run_tally tallies[COUNT(METHODS)];
        struct run_setup setup = LIFTS[i];
        setup.seed = 1000000 * (i + 101);
        run_shops(&setup, shops, METHODS, COUNT(METHODS), tallies);
        printf("| %s |", setup.name);
        for (size_t m = 0; m < COUNT(METHODS); m++) {
            printf(" %.1f %% | ", percent(tallies[m].excluded, shops));
            print_half(&tallies[m]);
            printf(" | %.4f | %.1f %% |", tallies[m].width, percent(tallies[m].missed, shops));
        }
        print_needed(&tallies[0], &setup.arms);
        fflush(stdout);
        run_clear(tallies, COUNT(METHODS));
    }
}

/* Whole shops with an effect of five points laid over them; the covariate is the chance of return at the due moment. */
#define LIFT_SHOP(of, n)         \
    .shop = {.model = (of),      \
             .clients = (n),     \
             .days_before = 365, \
             .days = YEARS_2,    \
             .share = 0.2,       \
             .daily_limit = 50,  \
             .effect = 0.05}
static const struct run_setup LIFT_SHOPS[] = {
    {.name = "coffee shop of 9,000", LIFT_SHOP(&SIMULATE_MODEL, 9000)},
    {.name = "furniture shop of 6,000", LIFT_SHOP(&FURNITURE, 6000)},
};

static void lift_shop_table(int shops)
{
    static const struct {
        const char *name;
        trial_method *method;
    } COMPARED[] = {
        {"lift_interval", by_weight}, {"lift_interval, adjusted", adjusted}, {"lift_sequential", by_people}};
    trial_method *methods[COUNT(COMPARED)];
    begin("lift-shops",
          "| five points of true effect, holdout 20 % | people | found | half by day | width | mean estimate "
          "| missed |");
    for (size_t m = 0; m < COUNT(COMPARED); m++)
        methods[m] = COMPARED[m].method;
    for (size_t i = 0; i < COUNT(LIFT_SHOPS); i++) {
        struct run_tally tallies[COUNT(COMPARED)];
        struct run_setup setup = LIFT_SHOPS[i];
        setup.seed = 1000000 * (i + 151);
        run_shops(&setup, shops, methods, COUNT(COMPARED), tallies);
        for (size_t m = 0; m < COUNT(COMPARED); m++) {
            printf("| %s: %s | %.0f | %.1f %% | ", setup.name, COMPARED[m].name, tallies[m].people,
                   percent(tallies[m].excluded, shops));
            print_half(&tallies[m]);
            printf(" | %.4f | %.4f | %.1f %% |\n", tallies[m].width, tallies[m].estimate,
                   percent(tallies[m].missed, shops));
        }
        fflush(stdout);
        run_clear(tallies, COUNT(COMPARED));
    }
}

/* --- the candidates ------------------------------------------------------------------------------------------------ */
static const struct {
    const char *name;
    trial_method *method;
} CANDIDATES[] = {
    {"lift_sequential (the notes)", by_people},
    {"the same, shrunk to the pooled rate", pooled_prior},
    {"**lift_interval** (weights, T = 60)", by_weight},
    {"lift_of_treated (people and money)", by_treated},
    {"weights, T = 15", early_clock},
    {"weights, T = 250", late_clock},
    {"weights, mean of T = 15 and 250", two_clocks},
    {"lift_interval, adjusted by a covariate", adjusted},
    {"betting, exact", betting},
    {"Newcombe, looked at daily", newcombe_daily},
};
static const struct run_setup TRIALS[] = {
    {.name = "A/A .02, 10 %, 50 a day", QUIET(0.02, 0.1, 50)},
    {.name = "A/A .10, 10 %, 50 a day", QUIET(0.10, 0.1, 50)},
    {.name = "A/A .40, 50 %, 10 a day", QUIET(0.40, 0.5, 10)},
    {.name = "A/A .15, 5 % then 50 %", QUIET_CHANGE(200, 0.15, 0.05, 0.15, 0.5, 10)},
    {.name = ".10 + .03, 20 %", LIFT(0.10, 0.03, 0.2, 10)},
    {.name = ".15 + .05, 10 %", LIFT(0.15, 0.05, 0.1, 10)},
    {.name = ".15 + .05, 10 % then 50 %", LIFT_CHANGE(180, 0.15, 0.05, 0.1, 0.5, 10)},
    {.name = ".10 + .05, 20 %, 3 a day", LIFT(0.10, 0.05, 0.2, 3)},
    {.name = ".10 + .03, 20 %, R2 .03",
     .arms = {.periods = {{0, 0.2, 0.1}}, .lift = 0.03, .spread = 0.52, .people = 10, .days = YEARS_2}},
    {.name = ".15 + .05, 10 %, R2 .15",
     .arms = {.periods = {{0, 0.1, 0.15}}, .lift = 0.05, .spread = 0.92, .people = 10, .days = YEARS_2}},
};

static void print_cell(const struct run_tally *tally, bool quiet)
{
    printf(" %.1f %%", percent(tally->excluded, tally->shops));
    if (!quiet) {
        printf(", ");
        print_half(tally);
        if (tally->width < 2) /* betting gives none */
            printf(", %.4f", tally->width);
    }
    printf(" |");
}

static void candidate_table(int shops)
{
    static struct run_tally tallies[COUNT(TRIALS)][COUNT(CANDIDATES)];
    trial_method *methods[COUNT(CANDIDATES)];
    char header[1024] = "| |";
    for (size_t m = 0; m < COUNT(CANDIDATES); m++)
        methods[m] = CANDIDATES[m].method;
    for (size_t t = 0; t < COUNT(TRIALS); t++) {
        struct run_setup setup = TRIALS[t];
        size_t used = strlen(header);
        setup.seed = 1000000 * (t + 201);
        snprintf(header + used, sizeof header - used, " %s |", setup.name);
        run_shops(&setup, shops, methods, COUNT(CANDIDATES), tallies[t]);
    }
    begin("candidates", header);
    for (size_t m = 0; m < COUNT(CANDIDATES); m++) {
        printf("| %s |", CANDIDATES[m].name);
        for (size_t t = 0; t < COUNT(TRIALS); t++)
            print_cell(&tallies[t][m], TRIALS[t].arms.lift == 0);
        printf("\n");
    }
    for (size_t t = 0; t < COUNT(TRIALS); t++)
        run_clear(tallies[t], COUNT(CANDIDATES));
}

int main(int argc, char **argv)
{
    if (argc > 1)
        divisor = atoi(argv[1]);
    if (argc > 2 || divisor < 1) {
        fprintf(stderr, "usage: experiment [DIVISOR]\n");
        return 2;
    }
    quiet_table("quiet-shops", QUIET_SHOPS, COUNT(QUIET_SHOPS), SHOPS(500));
    quiet_table("quiet-arms", QUIET_ARMS, COUNT(QUIET_ARMS), SHOPS(2000));
    lift_table(SHOPS(2000));
    lift_shop_table(SHOPS(200));
    candidate_table(SHOPS(1000));
    return 0;
}
