#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// SQL is written, never made: what reaches sqlite3_prepare* and sqlite3_exec is a string literal (macros in capitals may
// be part of it), so that no data can become a command. Only adapter/sqlite/sql.c hands a pointer on; the functions that
// our headers declare with a `const char *sql` parameter are therefore held to the same rule where they are called.
import { hideComments, lineAt, listFiles, main, readText } from './lib/source.mjs';

const WRAPPER = 'src/adapter/sqlite/sql.c';
const CURE = 'SQL must be a string literal, or a static const text of this file; bind values with ?1';

// Text between the parentheses that open at `open`, split at the commas of the outermost level.
function argumentsAt(code, open) {
  const parts = [''];
  let depth = 0;
  let inString = false;
  for (let at = open; at < code.length; at++) {
    const letter = code[at];
    if (inString) {
      if (letter === '\\') parts[parts.length - 1] += code[at++];
      else if (letter === '"') inString = false;
    } else if (letter === '"') inString = true;
    else if ('([{'.includes(letter)) { if (depth++ === 0) continue; }
    else if (')]}'.includes(letter)) { if (--depth === 0) break; }
    else if (letter === ',' && depth === 1) { parts.push(''); continue; }
    parts[parts.length - 1] += code[at];
  }
  return parts.map((part) => part.trim());
}

const LITERAL = /^(?:"(?:\\[\s\S]|[^"\\])*"|[A-Z][A-Z0-9_]*|\s+)+$/;

function isWritten(argument, code) {
  if (LITERAL.test(argument)) return true;
  const constant = new RegExp(`static\\s+const\\s+char\\s*(?:\\*\\s*const\\s+${argument}|${argument}\\s*\\[\\])\\s*=\\s*["A-Z]`);
  return /^\w+$/.test(argument) && constant.test(code);
}

// name -> index of the SQL argument, for SQLite's own functions and for ours.
function takers(root, files) {
  const found = new Map([['sqlite3_exec', 1], ['sqlite3_prepare', 1], ['sqlite3_prepare_v2', 1], ['sqlite3_prepare_v3', 1]]);
  for (const file of files) {
    const code = hideComments(readText(root, file), { keepStrings: true });
    for (const match of code.matchAll(/(\w+)\s*\((?=[^;{]*\bconst char \*(?:const )?sql\b)/g)) {
      const index = argumentsAt(code, match.index + match[0].length - 1).findIndex((part) => /\bconst char \*(const )?sql$/.test(part));
      if (index >= 0) found.set(match[1], index);
    }
  }
  return found;
}

function check(root) {
  const files = listFiles(root, ['src'], /\.[ch]$/);
  const names = takers(root, files.filter((file) => /^src\/adapter\/sqlite\//.test(file)));
  const findings = [];
  for (const file of files) {
    const code = hideComments(readText(root, file), { keepStrings: true });
    for (const match of code.matchAll(/\bsqlite3_(?:v?mprintf|snprintf|str_append\w*|get_table)\s*\(/g)) {
      findings.push({ file, line: lineAt(code, match.index), text: `${CURE} (no SQL is put together from pieces)` });
    }
    for (const match of code.matchAll(/\b(\w+)\s*\(/g)) {
      if (!names.has(match[1])) continue;
      const argument = argumentsAt(code, match.index + match[0].length - 1)[names.get(match[1])];
      const isDeclaration = argument === undefined || /\bconst char \*/.test(argument);
      const isHandedOn = file === WRAPPER && argument === 'sql';
      if (!isDeclaration && !isHandedOn && !isWritten(argument, code)) {
        findings.push({ file, line: lineAt(code, match.index), text: `${match[1]}: ${CURE}` });
      }
    }
  }
  // Two rules may speak of one line; once is enough.
  const unique = new Map(findings.map((finding) => [`${finding.file}:${finding.line}`, finding]));
  return { files: files.length, findings: [...unique.values()] };
}

main('check-sql', check);
