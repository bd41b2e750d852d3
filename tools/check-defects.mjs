#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// docs/defects.md has a row for each defect, D01 to the last without a gap, and names a test that exists.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles, main, readText } from './lib/source.mjs';

const PAGE = 'docs/defects.md';

function check(root) {
  if (!existsSync(join(root, PAGE))) return { files: 0, findings: [{ file: PAGE, line: 1, text: 'is missing' }] };
  const files = listFiles(root, ['src', 'tests', 'web'], /\.(c|mjs|tsx?)$/);
  const tests = new Set(files.flatMap((file) => readText(root, file).match(/\bd\d{2}_[a-z0-9_]+/g) ?? []));
  const findings = [];
  let number = 0;
  readText(root, PAGE).split('\n').forEach((text, index) => {
    const row = /^\| D(\d{2}) \|.*\| `(\w+)` \|/.exec(text);
    if (!row) return;
    number++;
    const report = (what) => findings.push({ file: PAGE, line: index + 1, text: what });
    if (Number(row[1]) !== number) report(`D${row[1]} stands where D${String(number).padStart(2, '0')} should`);
    else if (!row[2].startsWith(`d${row[1]}_`)) report(`the test of D${row[1]} must begin with d${row[1]}_`);
    else if (!tests.has(row[2])) report(`there is no test ${row[2]}; write it, or name the one that there is`);
  });
  if (number === 0) findings.push({ file: PAGE, line: 1, text: 'has no rows' });
  return { files: files.length, findings };
}

main('check-defects', check);
