// SPDX-License-Identifier: AGPL-3.0-or-later
// The C side: a build with AddressSanitizer and UndefinedBehaviorSanitizer in build-san with all Meson tests, and the
// release build that the Node suites drive. cmocka cases are counted, not executables.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { LOGS, run, tail } from './run.mjs';

const SAN = 'build-san';
const TEST_LOG = `${SAN}/meson-logs/testlog.json`;

// Counts of one test program from what cmocka printed. A program that breaks off leaves cases open: they failed. One
// that prints no cmocka lines is itself one case.
export function countCases({ stdout = '', stderr = '', returncode }) {
  const text = `${stdout}\n${stderr}`;
  const count = (pattern) => (text.match(pattern) ?? []).length;
  const announced = [...text.matchAll(/^\[=+\] (?:\S+: )?Running (\d+) test/gm)].reduce((sum, match) => sum + Number(match[1]), 0);
  const passed = count(/^\[ +OK \] /gm);
  // cmocka names a skipped case twice, so its own sum is taken; a program that broke off has none.
  const skipped = [...text.matchAll(/^\[ +SKIPPED +\] (\d+) test/gm)].reduce((sum, match) => sum + Number(match[1]), 0);
  if (announced === 0) return returncode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
  let failed = Math.max(announced - passed - skipped, 0);
  // Every case passed but the program did not: a leak report at the end, or a crash on the way out.
  if (failed === 0 && returncode !== 0) failed = 1;
  return { passed, failed, skipped };
}

export async function* sanitizedTests() {
  const configured = await run('c-configure', 'tools/configure', [SAN, '--buildtype=debugoptimized', '-Doptimization=1',
    '-Db_sanitize=address,undefined', '-Dconsole=disabled']);
  if (configured.status !== 0) { yield broken('c configure', configured); return; }
  const built = await run('c-build', 'ninja', ['-C', SAN, '-j', String(jobs())], { minutes: 15 });
  if (built.status !== 0) { yield broken('c build', built); return; }
  rmSync(TEST_LOG, { force: true });
  const ran = await run('c-tests', 'meson', ['test', '-C', SAN, '--no-rebuild', '--num-processes', String(jobs())],
    { minutes: 15, env: { LC_ALL: 'C.UTF-8' } });
  if (!existsSync(TEST_LOG)) {
    if (ran.status !== 0) yield broken('c tests', ran);
    return;
  }
  const tests = readFileSync(TEST_LOG, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  yield* sumBySuite(tests);
}

// One result for each suite (folder), with the output of the programs that failed.
function* sumBySuite(tests) {
  const suites = new Map();
  for (const test of tests) {
    // build-san/src/adapter/mem/store_test belongs to adapter/mem.
    const suite = dirname(relative(SAN, test.command[0])).replace(/^src\//, '');
    const sum = suites.get(suite) ?? { name: `c ${suite}`, passed: 0, failed: 0, skipped: 0, seconds: 0, detail: '' };
    const counts = countCases(test);
    // Meson itself may call it failed (a timeout) where the counts do not show it.
    if (!['OK', 'SKIP', 'EXPECTEDFAIL'].includes(test.result) && counts.failed === 0) counts.failed = 1;
    sum.passed += counts.passed;
    sum.failed += counts.failed;
    sum.skipped += counts.skipped;
    sum.seconds += test.duration;
    if (counts.failed > 0) sum.detail += `${suite}/${test.name}: ${test.result}\n${tail(`${test.stdout ?? ''}\n${test.stderr ?? ''}`)}\n(all of it: ${TEST_LOG})\n`;
    suites.set(suite, sum);
  }
  yield* suites.values();
}

const jobs = () => Number(process.env.JOBS) || navigator.hardwareConcurrency;

function broken(name, { output, log, seconds }) {
  // Of a failed compilation the first errors matter, not the last lines.
  const errors = output.split('\n').filter((line) => /error:|ERROR|undefined reference/.test(line)).slice(0, 20).join('\n');
  return { name, passed: 0, failed: 1, skipped: 0, seconds, detail: `${errors || tail(output)}\n(all of it: ${log})` };
}

// Also the program with sanitizers, where that folder was ever made: the Node suites take it as well, and an old one would be
// another program than the one that is tested.
export async function releaseBuild() {
  const built = await run('release-build', 'make', ['--no-print-directory', 'build'], { minutes: 15 });
  if (built.status === 0 && !existsSync('build/rekindle')) built.status = 1;
  if (built.status !== 0) return broken(`release build (${LOGS})`, built);
  if (!existsSync(`${SAN}/build.ninja`)) return { failed: 0 };
  const sanitized = await run('sanitized-build', 'ninja', ['-C', SAN, '-j', String(jobs()), 'rekindle'], { minutes: 15 });
  return sanitized.status === 0 ? { failed: 0 } : broken(`build with sanitizers (${LOGS})`, sanitized);
}
