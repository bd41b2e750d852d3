// SPDX-License-Identifier: AGPL-3.0-or-later
// The console: generated code is true to api/openapi.yaml, lint, types and build (one test each), unit tests (vitest), and
// its browser tests against the mock server (web/e2e). The scripts are those of web/package.json: gen:check, lint,
// typecheck, test, build.
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { LOGS, run, runAsTest, tail } from './run.mjs';
import { nodeTests } from './suite-node.mjs';

export async function* webChecks() {
  if (!existsSync('web/package.json')) return; // the caller reports that nothing ran
  const installed = await runAsTest('web npm ci', 'tools/npm-ci', ['web']);
  if (installed.failed > 0) { yield installed; return; }
  const npmRun = (script) => runAsTest(`web ${script}`, 'npm', ['run', '--silent', script], { cwd: 'web' });
  yield npmRun('gen:check');
  yield npmRun('lint');
  yield npmRun('typecheck');
  yield unitTests();
  yield runAsTest('web build', 'tools/build-web', []);
  const files = globSync('web/e2e/**/*.test.mjs').sort().map((file) => relative('web', file));
  if (files.length > 0) yield nodeTests('web e2e', files, { cwd: 'web', minutes: 8 });
}

async function unitTests() {
  const report = resolve(LOGS, 'vitest.json');
  rmSync(report, { force: true });
  const { output, status, seconds, log } = await run('web-test', 'npm',
    ['run', '--silent', 'test', '--', '--run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { cwd: 'web', env: { CI: '1', NO_COLOR: '1' } });
  const detail = `${tail(output)}\n(all of it: ${log})`;
  if (!existsSync(report)) return { name: 'web test', passed: 0, failed: 1, skipped: 0, seconds, detail };
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  const { numPassedTests: passed, numPendingTests: pending, numTodoTests: todo } = counts;
  let failed = counts.numFailedTests;
  // A file that could not be loaded, or none at all, fails the run without a failed test.
  if (failed === 0 && (status !== 0 || passed === 0)) failed = 1;
  return { name: 'web test', passed, failed, skipped: pending + todo, seconds, detail };
}
