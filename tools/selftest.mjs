#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// Shows that a source check can fail: it must report exactly the lines of its fixture (tools/fixtures/NAME) that carry
// the mark "expect" in a comment (in JSON, as a name), no more and no fewer. Usage: selftest.mjs NAME
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { lineAt, listFiles, readText } from './lib/source.mjs';

const OPTIONS = { sizes: ['--file-lines', '20', '--function-lines', '6'] };

const name = process.argv[2];
const root = join('tools', 'fixtures', name);
const marked = listFiles(root, ['.'], /\.(c|h|json|md)$/).flatMap((file) => {
  const text = readText(root, file);
  return [...text.matchAll(/(?:\/\*[^*]*|"|<!-- )\bexpect\b/g)].map((match) => `${file}:${lineAt(text, match.index)}`);
});
const run = spawnSync(process.execPath, [join('tools', `check-${name}.mjs`), root, ...(OPTIONS[name] ?? [])], { encoding: 'utf8' });
const reported = [...run.stdout.matchAll(/^(\S+:\d+): /gm)].map((match) => match[1]);

const missed = marked.filter((place) => !reported.includes(place));
const surplus = reported.filter((place) => !marked.includes(place));
for (const place of missed) console.log(`${root}/${place}: should have been reported`);
for (const place of surplus) console.log(`${root}/${place}: should not have been reported`);
if (run.status !== 1 || marked.length === 0) console.log(`check-${name} answered ${run.status} to its fixture: ${run.stderr}`);
const good = missed.length + surplus.length === 0 && run.status === 1 && marked.length > 0;
console.log(`selftest ${name}: ${marked.length} marked lines, ${good ? 'all found and nothing else' : 'WRONG'}`);
process.exit(good ? 0 : 1);
