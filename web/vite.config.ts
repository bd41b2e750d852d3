// SPDX-License-Identifier: AGPL-3.0-or-later
// Build into dist/, which the C program embeds. Every file but index.html has its hash in the name and may be cached for
// ever; index.html keeps __NONCE__, which the server replaces in each answer. Nothing is inlined: the CSP allows no data:
// fonts and no inline script.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env.REKINDLE_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  server: { proxy: { '/api': server, '/healthz': server, '/readyz': server } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// }],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/test/setup.ts'],
    testTimeout: 30_000,
    include: ['src/**/*.test.{ts,tsx}'],
    css: { modules: { classNameStrategy: 'non-scoped' } },
  },
});
