#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// Puts the tables that `experiment` prints (stdin) into a document, between its marks: a table printed under
// `<!-- table NAME -->` stands there between `<!-- NAME -->` and `<!-- /NAME -->`. All or nothing: a table without marks, or
// marks without a table, and the document stays as it is. Usage: experiment | write-tables.mjs DOCUMENT
import { readFileSync, writeFileSync } from 'node:fs';

const [, , path] = process.argv;
const printed = readFileSync(0, 'utf8').split(/^<!-- table (.+) -->\n/m).slice(1);
let text = readFileSync(path, 'utf8');
const wanted = new Set([...text.matchAll(/^<!-- \/(.+) -->$/gm)].map((match) => match[1]));

for (let i = 0; i < printed.length; i += 2) {
  const [name, table] = [printed[i], printed[i + 1].trim()];
  const [open, close] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const from = text.indexOf(open), to = text.indexOf(close);
  if (from < 0 || to < from) throw new Error(`${path} has no marks for the table ${name}`);
  text = text.slice(0, from + open.length) + table + text.slice(to);
  wanted.delete(name);
}
if (printed.length === 0 || wanted.size > 0) throw new Error(`no table was printed for ${[...wanted].join(', ') || path}`);
writeFileSync(path, text);
console.log(`${path}: ${printed.length / 2} tables`);
