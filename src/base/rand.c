/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Kernel bytes for what must not be guessed; a seeded stream for what must be repeatable. The stream's integers are the
 * same on every machine; the drawn reals go through libm and could differ in the last bit between C libraries. */
#include "base/rand.h"

#include <math.h>

#include <sodium.h>

#define TWO_PI 6.283185307179586476925286766559

void rand_bytes(void *out, size_t size) { randombytes_buf(out, size); }

/* splitmix64 (Vigna 2015): spreads any seed, also 0, over the state. */
static uint64_t split(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static uint64_t rotate(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

void rand_seed(struct rand_stream *stream, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        stream->state[i] = split(&seed);
}

uint64_t rand_u64(struct rand_stream *stream)
{
    uint64_t *s = stream->state;
    uint64_t drawn = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return drawn;
}

double rand_unit(struct rand_stream *stream) { return (double)(rand_u64(stream) >> 11) * 0x1p-53; }

/* (0, 1]: safe under a logarithm. */
static double unit_above_zero(struct rand_stream *stream) { return 1.0 - rand_unit(stream); }

double rand_normal(struct rand_stream *stream)
{
    /* Two statements: the order in which one expression would draw is not fixed in C. */
    double radius = sqrt(-2.0 * log(unit_above_zero(stream)));
    return radius * cos(TWO_PI * rand_unit(stream));
}

double rand_exponential(struct rand_stream *stream, double rate) { return -log(unit_above_zero(stream)) / rate; }

/* Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000), for shape >= 1. */
static double gamma_from_one(struct rand_stream *stream, double shape)
{
    double d = shape - 1.0 / 3.0;
    double c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        double x = rand_normal(stream);
        double v = 1.0 + c * x;
        if (v <= 0)
            continue;
        v = v * v * v;
        double u = unit_above_zero(stream);
        if (log(u) < 0.5 * x * x + d * (1.0 - v + log(v)))
            return d * v;
    }
}

double rand_gamma(struct rand_stream *stream, double shape, double rate)
{
    if (shape >= 1)
        return gamma_from_one(stream, shape) / rate;
    /* Section 6 there: a gamma of shape + 1 times u^(1/shape). */
    double u = unit_above_zero(stream);
    return gamma_from_one(stream, shape + 1) * pow(u, 1.0 / shape) / rate;
}
