/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/fit_newton.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* A step's promised gain under which the next full step is the last: half a quadratic with this gain is within about
 * 1e-5 of the maximum, and Newton's step squares that. */
#define LAST_GAIN 1e-10
/* A function may rise for ever towards an edge, ever less. Six steps in a row that moved it by less than this, up or (where
 * rounding is all there is) down: settled. */
#define IDLE_GAIN 1e-7
#define IDLE_STEPS 6
/* Rounding in a sum of log likelihoods, relative. */
#define NOISE 1e-13
/* Parameters are logarithms: a factor of seven at once is far. */
#define STEP_MAX 2.0

struct step {
    double by[NEWTON_PARAMETERS];
    bool held[NEWTON_PARAMETERS]; /* stands on an edge of the box and would leave it */
    double gain;                  /* promised by the quadratic */
};

/* +1 or -1 where parameter `i` stands on an edge of the box: the direction in which it may not go; else 0. */
static int edge(const struct newton_problem *problem, const struct newton_point *point, size_t i)
{
    return point->at[i] >= problem->high[i] ? 1 : point->at[i] <= problem->low[i] ? -1 : 0;
}

/* Solves (damping * D - second) by = gradient for the parameters that are not held, D being the size of the diagonal;
 * false when the matrix is not positive definite. */
static bool solve(const struct newton_problem *problem, const struct newton_point *point, double damping,
                  struct step *step)
{
    size_t n = problem->parameters;
    double matrix[NEWTON_PARAMETERS * NEWTON_PARAMETERS], right[NEWTON_PARAMETERS];
    for (size_t i = 0; i < n; i++) {
        right[i] = step->held[i] ? 0 : point->gradient[i];
        for (size_t j = 0; j < n; j++)
            matrix[i * n + j] = step->held[i] || step->held[j] ? 0 : -point->second[i][j];
        matrix[i * n + i] = step->held[i] ? 1 : matrix[i * n + i] + damping * (fabs(matrix[i * n + i]) + 1e-9);
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

/* A step that stays in the box at its beginning: parameters on an edge that want to leave are held, one round at a time,
 * since holding one changes where the others want to go. */
static bool find_step(const struct newton_problem *problem, const struct newton_point *point, double damping,
                      struct step *step)
{
    bool leaves = true;
    memset(step, 0, sizeof(*step));
    while (leaves) {
        if (!solve(problem, point, damping, step))
            return false;
        leaves = false;
        for (size_t i = 0; i < problem->parameters; i++)
            if (!step->held[i] && edge(problem, point, i) * step->by[i] > 0)
                leaves = step->held[i] = true;
    }
    return true;
}

/* Goes along the step until its end, STEP_MAX or an edge of the box, whichever is first: to clip one parameter alone
 * would leave the ridge on which two of them grow together. */
static void move(const struct newton_problem *problem, const struct step *step, struct newton_point *point)
{
    double share = 1;
    for (size_t i = 0; i < problem->parameters; i++) {
        double by = step->by[i], room = by > 0 ? problem->high[i] - point->at[i] : point->at[i] - problem->low[i];
        if (!step->held[i] && fabs(by) > 0)
            share = fmin(share, fmin(STEP_MAX, room) / fabs(by));
    }
    for (size_t i = 0; i < problem->parameters; i++)
        if (!step->held[i])
            point->at[i] = fmin(fmax(point->at[i] + share * step->by[i], problem->low[i]), problem->high[i]);
}

enum rc newton_maximise(const struct newton_problem *problem, struct newton_point *point, int *evaluations)
{
    double damping = 0;
    int idle = 0;
    gsl_set_error_handler_off();
    for (size_t i = 0; i < problem->parameters; i++)
        point->at[i] = fmin(fmax(point->at[i], problem->low[i]), problem->high[i]);
    problem->evaluate(problem->context, point);
    *evaluations += 1;
    for (int used = 1; used < problem->evaluations_max; used++) {
        struct newton_point next = *point;
        struct step step;
        while (!find_step(problem, point, damping, &step)) {
            damping = fmax(4 * damping, 1e-3);
            if (damping > 1e12)
                return RC_LIMITED;
        }
        double noise = NOISE * (1 + fabs(point->value));
        /* Damping shortens the step; what an undamped one would gain is what tells. */
        bool last = step.gain * (1 + damping) < LAST_GAIN + noise;
        move(problem, &step, &next);
        problem->evaluate(problem->context, &next);
        *evaluations += 1;
        idle = fabs(next.value - point->value) < IDLE_GAIN ? idle + 1 : 0;
        if (next.value > point->value || (last && next.value >= point->value - noise)) {
            *point = next;
            damping = damping > 1e-4 ? damping / 8 : 0;
        } else {
            damping = fmax(8 * damping, 1e-3);
        }
        if (last || idle >= IDLE_STEPS)
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
