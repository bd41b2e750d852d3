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

// Formats, or with --check names each file that differs with its first such line.
function clangFormat(files) {
  if (files.length === 0) return [];
  const mode = checking ? ['--dry-run', '-Werror'] : ['-i'];
  const run = spawnSync(CLANG_FORMAT, ['--style=file', ...mode, ...files], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.error) throw new Error(`${CLANG_FORMAT}: ${run.error.message}; run make setup`);
  const first = new Map();
  for (const [, file, line] of run.stderr.matchAll(/^(\S+\.[ch]):(\d+):\d+: error/gm)) if (!first.has(file)) first.set(file, line);
  if (run.status !== 0 && first.size === 0) throw new Error(run.stderr);
  return [...first].map(([file, line]) => `${file}:${line}: not as clang-format writes it`);
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

const findings = [...clangFormat(sources), ...(checking ? others.flatMap(blanks) : [])];
for (const finding of findings) console.log(finding);
if (findings.length > 0) {
  console.log(`format: ${findings.length} findings; make format mends the C sources`);
  process.exit(1);
}
console.log(`format: ${sources.length} C files, ${others.length} text files, nothing found`);
