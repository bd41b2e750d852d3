/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The maximum of a smooth function of a few parameters within a box, by Newton's method with the function's own gradient
 * and matrix of second derivatives, damped (Levenberg 1944, Marquardt 1963) where that matrix is not negative definite or
 * the full step does not climb. Near the maximum each step doubles the digits, so a fit takes some ten evaluations where
 * a simplex takes hundreds. The linear algebra is GSL's, whose error handler (one for the whole process) is switched off:
 * its functions then answer with a code instead of aborting. Pure otherwise. */
#ifndef REKINDLE_CORE_FIT_NEWTON_H
#define REKINDLE_CORE_FIT_NEWTON_H

#include <stddef.h>

#include "base/rc.h"

#define NEWTON_PARAMETERS 4

struct newton_point {
    double at[NEWTON_PARAMETERS];
    double value;
    double gradient[NEWTON_PARAMETERS];
    double second[NEWTON_PARAMETERS][NEWTON_PARAMETERS]; /* symmetric */
};
struct newton_problem {
    size_t parameters; /* how many of NEWTON_PARAMETERS are in use */
    double low[NEWTON_PARAMETERS], high[NEWTON_PARAMETERS];
    /* Fills value, gradient and second from `at`. Finite everywhere in the box. */
    void (*evaluate)(void *context, struct newton_point *point);
    void *context;
    int evaluations_max;
};

/* Climbs from point->at, brought into the box, to the maximum, which may lie on the box's edge; `evaluations` is raised
 * by those used. RC_LIMITED when it had not settled after evaluations_max: *point is the best seen. */
enum rc newton_maximise(const struct newton_problem *problem, struct newton_point *point, int *evaluations);

/* Turns the gradient and second derivatives by parameters into those by their logarithms; `of` are the parameters. */
void newton_by_logs(struct newton_point *point, const double *of, size_t parameters);

#endif
