// SPDX-License-Identifier: AGPL-3.0-or-later
// The sums of `make check` decide whether a change is good, so how they are counted is tested too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countCases } from './suite-c.mjs';
import { countTap } from './suite-node.mjs';
import { hideComments } from './source.mjs';

const RUNNING = '[==========] Running 3 test(s).\n[ RUN      ] a\n[       OK ] a\n';

test('cases of a good program are counted, skipped ones once', () => {
  const stdout = `${RUNNING}[ RUN      ] b\n[  SKIPPED ] b\n[ RUN      ] c\n[       OK ] c\n[==========] 3 test(s) run.\n`;
  const stderr = '[  PASSED  ] 2 test(s).\n[  SKIPPED ] 1 test(s), listed below:\n[  SKIPPED ] b\n';
  assert.deepEqual(countCases({ stdout, stderr, returncode: 0 }), { passed: 2, failed: 0, skipped: 1 });
});

test('a failed case is counted once', () => {
  const stdout = `${RUNNING}[ RUN      ] b\n[  FAILED  ] b\n[ RUN      ] c\n[       OK ] c\n`;
  assert.deepEqual(countCases({ stdout, stderr: '[  FAILED  ] 1 test(s), listed below:\n[  FAILED  ] b\n', returncode: 1 }),
    { passed: 2, failed: 1, skipped: 0 });
});

test('cases that a crash left open failed', () => {
  assert.deepEqual(countCases({ stdout: RUNNING, returncode: -11 }), { passed: 1, failed: 2, skipped: 0 });
});

test('a leak reported after the last case is a failure', () => {
  const stdout = '[==========] Running 1 test(s).\n[       OK ] a\n';
  assert.deepEqual(countCases({ stdout, returncode: 1 }), { passed: 1, failed: 1, skipped: 0 });
});

test('a program without cmocka is one case', () => {
  assert.deepEqual(countCases({ stdout: 'fine\n', returncode: 0 }), { passed: 1, failed: 0, skipped: 0 });
  assert.deepEqual(countCases({ returncode: 1 }), { passed: 0, failed: 1, skipped: 0 });
});

test('the totals of node --test are read, and a run without totals failed', () => {
  assert.deepEqual(countTap('# pass 12\n# fail 1\n# cancelled 1\n# skipped 2\n# todo 0\n', 1), { passed: 12, failed: 2, skipped: 2 });
  assert.deepEqual(countTap('ok 1 - a\n', 1), { passed: 0, failed: 1, skipped: 0 });
});

test('hidden comments and strings keep every line and column', () => {
  const text = 'a("x//y"); /* b\n c */ d(\'"\'); // e\nf';
  assert.equal(hideComments(text), 'a("    ");     \n      d(\' \');     \nf');
});
