/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The shop scale's table and its two numbers. A shop with little history gets the stated defaults: a wrong G or mu moves
 * every score, an assumed one moves them little (scores of a sample differ by under 1.2 points on average). */
#include "core/scale.h"

#include <math.h>

#include "core/fit.h"
#include "core/record_counts.h"

#define AT(member) offsetof(struct scale, member)

const struct field SCALE_FIELDS[] = {
    {.name = "id", .type = FIELD_STR, .offset = AT(id), .flags = FIELD_KEY | FIELD_STORED | FIELD_SHOWN},
    {.name = "gap_days", .type = FIELD_F64, .offset = AT(gap_days), .flags = FIELD_STORED | FIELD_SHOWN},
    {.name = "value_minor", .type = FIELD_F64, .offset = AT(value_minor), .flags = FIELD_SHOWN},
    {.name = "gaps", .type = FIELD_I64, .offset = AT(gaps), .flags = FIELD_STORED | FIELD_SHOWN},
    {.name = "valued", .type = FIELD_I64, .offset = AT(valued), .flags = FIELD_STORED | FIELD_SHOWN},
    {.name = "chance_r", .type = FIELD_F64, .offset = AT(chance_r), .flags = FIELD_SHOWN},
    {.name = "chance_alpha_days", .type = FIELD_F64, .offset = AT(chance_alpha_days), .flags = FIELD_SHOWN},
    {.name = "chance_a", .type = FIELD_F64, .offset = AT(chance_a), .flags = FIELD_SHOWN},
    {.name = "chance_b", .type = FIELD_F64, .offset = AT(chance_b), .flags = FIELD_SHOWN},
    {.name = "chance_ll", .type = FIELD_F64, .offset = AT(chance_ll), .flags = FIELD_SHOWN},
    {.name = "fit_clients", .type = FIELD_I64, .offset = AT(fit_clients), .flags = FIELD_SHOWN},
    {.name = "fit_gaps", .type = FIELD_I64, .offset = AT(fit_gaps), .flags = FIELD_SHOWN},
    {.name = "fitted_at", .type = FIELD_TIME, .offset = AT(fitted_at), .flags = FIELD_SHOWN},
    {.name = "return_days", .type = FIELD_F64, .offset = AT(return_days), .flags = FIELD_SHOWN},
    {.name = "number", .type = FIELD_I64, .offset = AT(number), .flags = FIELD_STORED | FIELD_SHOWN},
    {.name = "armed_number", .type = FIELD_I64, .offset = AT(armed_number)},
    {.name = "published_at", .type = FIELD_TIME, .offset = AT(published_at), .flags = FIELD_SHOWN},
    {.name = "updated_at", .type = FIELD_TIME, .offset = AT(updated_at), .flags = FIELD_STORED},
    {.name = "version", .type = FIELD_I64, .offset = AT(version), .flags = FIELD_STORED | FIELD_SHOWN},
};
const size_t SCALE_FIELD_COUNT = SCALE_ROWS;
RECORD_ROWS(SCALE_FIELDS, SCALE_ROWS);

enum { SCALE_MIN_GAPS = 5, SCALE_MIN_VALUED = 5 };
static const double SCALE_DEFAULT_GAP_DAYS = 60;
static const double SCALE_MOVED_SHARE = 0.02;

void scale_compute(const struct scale_sums *sums, double usual_gap_days, struct scale *out)
{
    out->gaps = sums->gaps;
    out->valued = sums->valued;
    out->gap_days = isnan(usual_gap_days) ? SCALE_DEFAULT_GAP_DAYS : usual_gap_days;
    out->value_minor = NAN;
    if (sums->gaps >= SCALE_MIN_GAPS && sums->gap_ms > 0)
        out->gap_days = (double)sums->gap_ms / (double)TIME_DAY_MS / (double)sums->gaps;
    if (sums->valued >= SCALE_MIN_VALUED && sums->value_minor > 0)
        out->value_minor = (double)sums->value_minor / (double)sums->valued;
}

struct chance_model scale_chance_model(const struct scale *scale)
{
    if (isnan(scale->chance_r))
        return CHANCE_PRIOR_DAYS;
    return (struct chance_model){scale->chance_r, scale->chance_alpha_days, scale->chance_a, scale->chance_b};
}

bool scale_shows_chance(const struct scale *scale)
{
    return !isnan(scale->chance_r) && scale->fit_clients >= FIT_CLIENTS_MIN && scale->fit_gaps >= FIT_GAPS_MIN;
}

static bool moved(double now, double next)
{
    if (isnan(now) || isnan(next))
        return isnan(now) != isnan(next);
    return fabs(next - now) > SCALE_MOVED_SHARE * fabs(now);
}

bool scale_moved(const struct scale *now, const struct scale *next)
{
    return moved(now->gap_days, next->gap_days) || moved(now->value_minor, next->value_minor);
}
