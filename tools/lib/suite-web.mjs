// SPDX-License-Identifier: AGPL-3.0-or-later
// The console: lint, types, unit tests (vitest) and the build. Lint, types and build count as one test each. The scripts
// are those of web/package.json: lint, typecheck, test, build and, where there is one, api-check (generated code is true).
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { LOGS, run, runAsTest, tail } from './run.mjs';

export async function* webChecks() {
  if (!existsSync('web/package.json')) return; // the caller reports that nothing ran
  const installed = await runAsTest('web npm ci', 'tools/npm-ci', ['web']);
  if (installed.failed > 0) { yield installed; return; }
  const { scripts } = JSON.parse(readFileSync('web/package.json', 'utf8'));
  const npmRun = (script) => runAsTest(`web ${script}`, 'npm', ['run', '--silent', script], { cwd: 'web' });
  if (scripts['api-check']) yield npmRun('api-check');
  yield npmRun('lint');
  yield npmRun('typecheck');
  yield unitTests();
  yield runAsTest('web build', 'tools/build-web', []);
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
