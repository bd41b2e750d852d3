#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// A file is one room: at most 600 lines (aim at 100 to 400); a function at most 70 (aim at 40).
// Generated files (gen/, dist/) are not looked at. Relies on the format check: a function's braces stand in column 0.
// Options for the self-test: --file-lines N --function-lines N.
import { hideComments, listFiles, main, readText } from './lib/source.mjs';

// Functions of a formatted C file: name, line of the opening brace, number of lines.
function functionsOf(text) {
  const lines = hideComments(text).split('\n').map((line) => line.trimEnd());
  const found = [];
  for (let start = 0; start < lines.length; start++) {
    if (lines[start] !== '{') continue;
    const end = lines.indexOf('}', start);
    let head = '';
    for (let at = start - 1; at >= 0 && !/^(?:$|[}#]|.*[;{]$)/.test(lines[at]); at--) head = `${lines[at]} ${head}`;
    found.push({ name: head.match(/(\w+)\s*\(/)?.[1] ?? '?', line: start + 1, lines: end - start + 1 });
  }
  return found;
}

function check(root, options) {
  const fileMax = options['file-lines'] ?? 600;
  const functionMax = options['function-lines'] ?? 70;
  const files = listFiles(root, ['src', 'tests', 'bench', 'tools', 'web/src', 'infra'], /\.(c|h|mjs|ts|tsx)$/)
    .filter((file) => !/\.gen\.|generated/.test(file));
  const findings = [];
  for (const file of files) {
    const text = readText(root, file);
    const count = text.split('\n').length - 1;
    if (count > fileMax) findings.push({ file, line: 1, text: `${count} lines, ${fileMax} is the limit; split it by noun` });
    if (!file.endsWith('.c')) continue;
    for (const { name, line, lines } of functionsOf(text)) {
      if (lines > functionMax) {
        findings.push({ file, line, text: `${name} has ${lines} lines, ${functionMax} is the limit; name its parts and make them functions` });
      }
    }
  }
  return { files: files.length, findings };
}

main('check-sizes', check);
