#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// Formats the C sources in place with the pinned clang-format; --check changes nothing and names the files that differ.
// Every text file is also held to .editorconfig's basics: no tabs in C, no blanks at line ends, a newline at the end.
import { spawnSync } from 'node:child_process';
import { listFiles, readText } from './lib/source.mjs';

const CLANG_FORMAT = 'clang-format-14';
const checking = process.argv.includes('--check');
const sources = listFiles('.', ['src', 'tests', 'bench'], /\.[ch]$/);
const others = listFiles('.', ['src', 'tests', 'bench', 'tools', 'api', 'web/src', 'infra'],
  /(\.(c|h|mjs|ts|tsx|css|sql|yaml|json)|meson\.build)$/).filter((file) => !file.endsWith('package-lock.json'));

function clangFormat(file) {
  const run = spawnSync(CLANG_FORMAT, ['--style=file', ...(checking ? ['--dry-run', '-Werror'] : ['-i']), file], { encoding: 'utf8' });
  if (run.error) throw new Error(`${CLANG_FORMAT} is missing; run make setup`);
  return run.status === 0 ? [] : [`${file}: ${run.stderr.split('\n')[0].replace(/^[^:]*:/, 'line ').replace(/: error:.*/, '')}`];
}

function blanks(file) {
  const text = readText('.', file);
  const found = [];
  text.split('\n').forEach((line, index) => {
    if (/[ \t\r]$/.test(line)) found.push(`${file}:${index + 1}: blanks or a carriage return at the end of the line`);
    if (/\.[ch]$/.test(file) && line.includes('\t')) found.push(`${file}:${index + 1}: a tab; indent with blanks, write \\t in strings`);
  });
  if (text.length > 0 && !text.endsWith('\n')) found.push(`${file}: no newline at the end`);
  if (/\.[ch]$/.test(file) && !text.startsWith('/* SPDX-License-Identifier: AGPL-3.0-or-later */\n')) {
    found.push(`${file}:1: the first line is the SPDX line: /* SPDX-License-Identifier: AGPL-3.0-or-later */`);
  }
  return found;
}

const findings = [...sources.flatMap(clangFormat), ...(checking ? others.flatMap(blanks) : [])];
for (const finding of findings) console.log(finding);
if (findings.length > 0) {
  console.log(`format: ${findings.length} findings; make format mends the C sources`);
  process.exit(1);
}
console.log(`format: ${sources.length} C files, ${others.length} text files, nothing found`);
