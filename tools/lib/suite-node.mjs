// SPDX-License-Identifier: AGPL-3.0-or-later
// The suites that drive the program from outside: tests/NAME/**/*.test.mjs under node --test. They find it through
// REKINDLE_BIN (the release build) and REKINDLE_BIN_SAN (the build with sanitizers), both absolute paths.
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { run, runAsTest } from './run.mjs';

export const NODE_SUITES = ['fake', 'api', 'privacy', 'writer', 'defects', 'delivery', 'hooks', 'webhook', 'story-real', 'e2e'];
// Minutes a suite may take before it counts as hanging.
const LIMITS = process.env.REKINDLE_LONG ? { default: 240 } : { 'story-real': 12, delivery: 12, default: 8 };

export async function* nodeSuite(name) {
  const files = globSync(`tests/${name}/**/*.test.mjs`).sort();
  if (files.length === 0) return; // the caller reports that nothing ran
  const installed = await runAsTest('tests npm ci', 'tools/npm-ci', ['tests']);
  if (installed.failed > 0) { yield installed; return; }
  yield nodeTests(name, files, {
    minutes: LIMITS[name] ?? LIMITS.default,
    env: { REKINDLE_BIN: resolve('build/rekindle'), REKINDLE_BIN_SAN: resolve('build-san/rekindle') },
  });
}

// Test files one after the other, because they measure time and start servers, as one result.
export async function nodeTests(name, files, { env = {}, ...options }) {
  const { output, status, seconds, log } = await run(`node-${name.replaceAll(/\W+/g, '-')}`, process.execPath,
    ['--test', '--test-reporter=tap', '--test-concurrency=1', ...files], { ...options, env: { ...env, NO_COLOR: '1' } });
  return { name, seconds, ...countTap(output, status), detail: `${failures(output)}\n(all of it: ${log})` };
}

// Node's own totals at the end of its TAP. A run that broke off has none, and so has failed.
export function countTap(output, status) {
  const total = (word) => Number(output.match(new RegExp(`^# ${word} (\\d+)$`, 'm'))?.[1] ?? 0);
  const failed = total('fail') + total('cancelled');
  return { passed: total('pass'), failed: failed === 0 && status !== 0 ? 1 : failed, skipped: total('skipped') + total('todo') };
}

// The names of what failed, each with the beginning of its reason.
function failures(output) {
  const lines = output.split('\n');
  const found = lines.flatMap((line, index) => (/^\s*not ok /.test(line) ? [lines.slice(index, index + 25).join('\n')] : []));
  return found.slice(0, 5).join('\n') || lines.slice(-30).join('\n');
}
