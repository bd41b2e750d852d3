/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Random bytes: from the kernel (libsodium), or a seeded stream for simulations and reproducible ids in tests. */
#ifndef REKINDLE_BASE_RAND_H
#define REKINDLE_BASE_RAND_H

#include <stddef.h>
#include <stdint.h>

void rand_bytes(void *out, size_t size); /* cryptographic; any thread */

/* xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64. One thread; same seed, same numbers on every machine. */
struct rand_stream {
    uint64_t state[4];
};
void rand_seed(struct rand_stream *stream, uint64_t seed);
uint64_t rand_u64(struct rand_stream *stream);
double rand_unit(struct rand_stream *stream);   /* [0, 1) with 53 bits */
double rand_normal(struct rand_stream *stream); /* mean 0, sd 1 (Box-Muller, cosine half) */
double rand_exponential(struct rand_stream *stream, double rate);
double rand_gamma(struct rand_stream *stream, double shape, double rate); /* Marsaglia and Tsang 2000 */

#endif
