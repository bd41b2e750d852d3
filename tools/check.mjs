#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// `make check`: runs every suite, says one line for each and, last, the sum. A suite that was expected and ran nothing is
// a failure: silence is no proof. Full logs stay in build-check/. Usage: check.mjs [--only NAME,...]
//
//   tools    format and source checks, with their self-tests      web   lint, types, unit tests and build of the console
//   c        unit, contract and story tests under ASan and UBSan
//   fake api writer defects delivery story-real e2e               Node suites against the program
//
// Two lanes run side by side where they do not depend on each other (a small machine has two cores): C beside web, then
// the release build, then the Node suites one after the other, because they measure time and a busy machine lies.
import { mkdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { sourceChecks } from './lib/suite-tools.mjs';
import { sanitizedTests, releaseBuild } from './lib/suite-c.mjs';
import { webChecks } from './lib/suite-web.mjs';
import { nodeSuite, NODE_SUITES } from './lib/suite-node.mjs';
import { LOGS } from './lib/run.mjs';

const SUITES = ['tools', 'c', 'web', ...NODE_SUITES];
const only = process.argv[2] === '--only' ? process.argv[3].split(',') : SUITES;
const unknown = only.filter((name) => !SUITES.includes(name));
if (unknown.length > 0) {
  console.error(`check: there is no suite ${unknown.join(', ')}; there are ${SUITES.join(', ')}`);
  process.exit(2);
}

const total = { passed: 0, failed: 0, skipped: 0 };

// Runs one suite: an async function that yields results {name, passed, failed, skipped, detail, seconds}.
async function perform(name, suite) {
  if (!only.includes(name)) return;
  let ran = 0;
  try {
    for await (const result of suite()) {
      ran += result.passed + result.failed;
      show(result);
    }
  } catch (error) {
    show({ name, passed: 0, failed: 1, skipped: 0, detail: error.stack ?? String(error), seconds: 0 });
    return;
  }
  if (ran === 0) show({ name, passed: 0, failed: 1, skipped: 0, detail: `suite ${name} did not run: no test was found`, seconds: 0 });
}

function show({ name, passed, failed, skipped, detail, seconds }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  const counts = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`].filter(Boolean).join(', ');
  console.log(`${failed > 0 ? 'FAIL' : 'ok  '} ${name.padEnd(28)} ${counts.padEnd(24)} ${seconds.toFixed(1)} s`);
  if (failed > 0 && detail) console.log(detail.trimEnd().replace(/^/gm, '     | '));
}

const start = performance.now();
mkdirSync(LOGS, { recursive: true });
await perform('tools', sourceChecks);
await Promise.all([perform('c', sanitizedTests), perform('web', webChecks)]);
if (NODE_SUITES.some((name) => only.includes(name))) {
  const built = await releaseBuild();
  if (built.failed > 0) show(built);
  else for (const name of NODE_SUITES) await perform(name, () => nodeSuite(name));
}

const minutes = ((performance.now() - start) / 60000).toFixed(1);
console.log(`\ncheck took ${minutes} minutes; logs are in ${LOGS}/`);
if (total.passed + total.failed === 0) total.failed = 1;
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exit(total.failed > 0 ? 1 : 0);
