#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// Lock files name versions and hashes, never the registry they came from: whoever builds has a mirror of their own. And
// what a package.json asks for is one exact version, so that the same commit is the same program next year.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lineAt, main, readText } from './lib/source.mjs';

function check(root) {
  const folders = ['.', ...readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)];
  const files = folders.map((folder) => join(folder, 'package.json'))
    .filter((file) => existsSync(join(root, file)) && !file.startsWith('node_modules') && !file.startsWith('.tools'));
  const findings = [];
  for (const file of files) {
    const text = readText(root, file);
    for (const match of text.matchAll(/^ +"[^"]+": "([~^>*][^"]*|latest|[0-9]+(?:\.[0-9x*]+)?)"/gm)) {
      const isEngine = /"engines"\s*:\s*\{[^}]*$/.test(text.slice(0, match.index));
      if (!isEngine) findings.push({ file, line: lineAt(text, match.index), text: `"${match[1]}": write one exact version` });
    }
    const lock = join(dirname(file), 'package-lock.json');
    if (!existsSync(join(root, lock))) {
      findings.push({ file, line: 1, text: 'no package-lock.json beside it; npm install makes it, commit it' });
      continue;
    }
    const lockText = readText(root, lock);
    const resolved = /"resolved": "(?!file:)/.exec(lockText);
    if (resolved) {
      findings.push({ file: lock, line: lineAt(lockText, resolved.index),
        text: 'names a registry; put omit-lockfile-registry-resolved=true into .npmrc beside it and run npm install again' });
    }
  }
  return { files: files.length, findings };
}

main('check-locks', check);
