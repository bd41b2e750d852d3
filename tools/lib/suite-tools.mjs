// SPDX-License-Identifier: AGPL-3.0-or-later
// The checks of the sources themselves; each counts as one test, and so does the proof that it can fail.
import { runAsTest } from './run.mjs';

const CHECKS = ['arrows', 'sizes', 'forbidden', 'sql', 'listed', 'locks', 'defects'];

export async function* sourceChecks() {
  yield runAsTest('selftest counting', 'node', ['--test', 'tools/lib/counting.test.mjs']);
  yield runAsTest('format', 'node', ['tools/format.mjs', '--check']);
  for (const check of CHECKS) {
    yield runAsTest(`check ${check}`, 'node', [`tools/check-${check}.mjs`]);
    yield runAsTest(`selftest ${check}`, 'node', ['tools/selftest.mjs', check]);
  }
}
