/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/fit_newton.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdbool.h>

/* A step's promised gain under which the next full step is the last: half a quadratic with this gain is within about
 * 1e-5 of the maximum, and Newton's step squares that. */
#define LAST_GAIN 1e-10
/* Rounding in a sum of log likelihoods, relative. */
#define NOISE 1e-13
/* Parameters are logarithms: a factor of seven at once is far. */
#define STEP_MAX 2.0

struct step {
    double by[NEWTON_PARAMETERS];
    double gain; /* promised by the quadratic */
};

/* True when parameter `i` stands on an edge of the box with the function climbing outwards. */
static bool is_held(const struct newton_problem *problem, const struct newton_point *point, size_t i)
{
    return (point->at[i] <= problem->low[i] && point->gradient[i] < 0) ||
           (point->at[i] >= problem->high[i] && point->gradient[i] > 0);
}

/* Solves (damping * D - second) by = gradient, D the size of the diagonal; false when the matrix is not positive definite. */
static bool solve(const struct newton_problem *problem, const struct newton_point *point, double damping,
                  struct step *step)
{
    size_t n = problem->parameters;
    double matrix[NEWTON_PARAMETERS * NEWTON_PARAMETERS], right[NEWTON_PARAMETERS];
    for (size_t i = 0; i < n; i++) {
        bool held = is_held(problem, point, i);
        right[i] = held ? 0 : point->gradient[i];
        for (size_t j = 0; j < n; j++)
            matrix[i * n + j] = held || is_held(problem, point, j) ? 0 : -point->second[i][j];
        matrix[i * n + i] = held ? 1 : matrix[i * n + i] + damping * fabs(matrix[i * n + i]) + damping;
    }
    gsl_matrix_view a = gsl_matrix_view_array(matrix, n, n);
    gsl_vector_const_view b = gsl_vector_const_view_array(right, n);
    gsl_vector_view x = gsl_vector_view_array(step->by, n);
    if (gsl_linalg_cholesky_decomp1(&a.matrix) != GSL_SUCCESS ||
        gsl_linalg_cholesky_solve(&a.matrix, &b.vector, &x.vector) != GSL_SUCCESS)
        return false;
    step->gain = 0;
    for (size_t i = 0; i < n; i++)
        step->gain += right[i] * step->by[i] / 2;
    return isfinite(step->gain);
}

static void move(const struct newton_problem *problem, const struct newton_point *from, const struct step *step,
                 struct newton_point *to)
{
    double longest = 0;
    for (size_t i = 0; i < problem->parameters; i++)
        longest = fmax(longest, fabs(step->by[i]));
    for (size_t i = 0; i < problem->parameters; i++) {
        double by = longest > STEP_MAX ? step->by[i] * STEP_MAX / longest : step->by[i];
        to->at[i] = fmin(fmax(from->at[i] + by, problem->low[i]), problem->high[i]);
    }
}

enum rc newton_maximise(const struct newton_problem *problem, struct newton_point *point, int *evaluations)
{
    const struct step stay = {{0}, 0};
    double damping = 0;
    gsl_set_error_handler_off();
    move(problem, point, &stay, point);
    problem->evaluate(problem->context, point);
    *evaluations += 1;
    for (int used = 1; used < problem->evaluations_max; used++) {
        struct newton_point next = *point;
        struct step step;
        while (!solve(problem, point, damping, &step)) {
            damping = fmax(4 * damping, 1e-3);
            if (damping > 1e12)
                return RC_LIMITED;
        }
        double noise = NOISE * (1 + fabs(point->value));
        /* Damping shortens the step; what an undamped one would gain is what tells. */
        bool last = step.gain * (1 + damping) < LAST_GAIN + noise;
        move(problem, point, &step, &next);
        problem->evaluate(problem->context, &next);
        *evaluations += 1;
        if (next.value >= point->value - noise) {
            *point = next;
            damping = damping > 1e-4 ? damping / 8 : 0;
        } else {
            damping = fmax(8 * damping, 1e-3);
        }
        if (last)
            return RC_OK;
    }
    return RC_LIMITED;
}

void newton_by_logs(struct newton_point *point, const double *of, size_t parameters)
{
    for (size_t i = 0; i < parameters; i++)
        for (size_t j = 0; j < parameters; j++)
            point->second[i][j] = point->second[i][j] * of[i] * of[j] + (i == j ? point->gradient[i] * of[i] : 0);
    for (size_t i = 0; i < parameters; i++)
        point->gradient[i] *= of[i];
}
