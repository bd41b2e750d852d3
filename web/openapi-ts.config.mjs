// SPDX-License-Identifier: AGPL-3.0-or-later
// Types, Zod schemas and one function an operation from the HTTP contract; scripts/gen.mjs runs it. Answers are
// validated at this edge, requests are held by their types.

/** The generator's settings for one contract file and one output folder. */
export function config(input, output) {
  return {
    input,
    output: { path: output },
    logs: { level: 'warn', file: false },
    plugins: [
      '@hey-api/client-fetch',
      '@hey-api/typescript',
      { name: 'zod', compatibilityVersion: 'mini', requests: false },
      { name: '@hey-api/sdk', validator: { response: 'zod' } },
    ],
  };
}
