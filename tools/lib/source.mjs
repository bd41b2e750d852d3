// SPDX-License-Identifier: AGPL-3.0-or-later
// What the source checks share: finding files, hiding comments and strings, printing findings. A check is a function
// from a root folder to findings {file, line, text}; the text says the rule and the cure.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const SKIPPED = new Set(['node_modules', 'dist', 'gen', 'fixtures', '.git']);

// Files under root/folder whose path matches, as paths relative to root, sorted. An absent folder has none.
export function listFiles(root, folders, pattern) {
  const walk = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    return entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)];
  });
  return folders.map((folder) => join(root, folder))
    .filter((folder) => statSync(folder, { throwIfNoEntry: false }))
    .flatMap(walk).map((file) => relative(root, file)).filter((file) => pattern.test(file)).sort();
}

export const readText = (root, file) => readFileSync(join(root, file), 'utf8');

// C text with comments, and the insides of strings and characters unless keepStrings, turned into blanks. Every
// character keeps its place, so that line numbers and columns stay true.
export function hideComments(text, { keepStrings = false } = {}) {
  const token = /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/g;
  const blank = (part) => part.replace(/[^\n]/g, ' ');
  return text.replace(token, (part) => {
    if (part.startsWith('/')) return blank(part);
    return keepStrings ? part : part[0] + blank(part.slice(1, -1)) + part[0];
  });
}

export const lineAt = (text, index) => text.slice(0, index).split('\n').length;

// Runs a check from the command line: CHECK [ROOT] [--option N]. Exit 1 with one line for each finding.
export function main(name, check) {
  const words = process.argv.slice(2);
  const options = {};
  let root = '.';
  while (words.length > 0) {
    const word = words.shift();
    if (word.startsWith('--')) options[word.slice(2)] = Number(words.shift());
    else root = word;
  }
  const { files, findings } = check(root, options);
  for (const finding of findings) console.log(`${finding.file}:${finding.line}: ${finding.text}`);
  console.log(findings.length > 0 ? `${name}: ${findings.length} findings` : `${name}: ${files} files, nothing found`);
  process.exit(findings.length > 0 ? 1 : 0);
}
