#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// Calls that are not made here: unbounded or hidden-state C functions everywhere; in core/ also whatever reads the clock,
// randomness or the outside, or keeps mutable data between calls (same input, same bytes); in tests, sleeping. Marks of
// unfinished work are not made either.
import { hideComments, lineAt, listFiles, main, readText } from './lib/source.mjs';

const BOUNDED = 'writes without a bound; use struct buf or snprintf with the size';
const RULES = [
  { in: /^src\//, calls: ['strcpy', 'strcat', 'sprintf', 'vsprintf', 'gets', 'stpcpy'], why: BOUNDED },
  { in: /^src\//, calls: ['strncpy', 'strncat'], why: 'does not end what it cuts; use struct str and struct buf' },
  { in: /^src\//, calls: ['strtok'], why: 'keeps hidden state; cut a struct str instead' },
  { in: /^src\//, calls: ['system', 'popen'], why: 'runs a shell; do it in C, or fork and exec with a fixed argument list' },
  { in: /^src\//, calls: ['setenv', 'putenv', 'unsetenv', 'tzset'], why: 'the environment is shared by all threads; time zones go through base/time_text' },
  { in: /^src\//, calls: ['localtime', 'gmtime', 'ctime', 'asctime', 'mktime'], why: 'shared state or the machine\'s zone; use base/time_text' },
  { in: /^src\//, calls: ['atoi', 'atol', 'atoll', 'atof'], why: 'cannot say that the text is no number; use the parsers of base/str' },
  { in: /^src\/(?!base\/rand\.c)/, calls: ['rand', 'srand', 'random', 'drand48'], why: 'is guessable and shared; use base/rand, or a seed as a parameter' },
  { in: /^src\/(?!base\/(clock|thread|log)\.c|.*_test\.c)/, calls: ['time', 'clock_gettime', 'gettimeofday'], why: 'the clock is base/clock, which tests can set; core/ takes the time as a parameter' },
  { in: /^src\/core\/(?!words\/|.*_test\.c)/, calls: ['fopen', 'open', 'read', 'write', 'printf', 'fprintf', 'puts', 'putchar', 'getenv'], why: 'core/ is pure; do the input and output in a step or an adapter' },
  { in: /^src\/core\/(?!.*_test\.c)/, calls: ['rand_bytes'], why: 'core/ is pure; use a seeded rand_stream, or take the bytes as a parameter' },
  { in: /^src\/core\/(?!.*_test\.c)/, calls: ['log_error', 'log_warn', 'log_info', 'log_debug'], why: 'core/ never logs; return an enum rc and log where it is handled' },
  { in: /^src\/(?!base\/mem\.c)/, calls: ['malloc', 'calloc', 'realloc', 'strdup', 'strndup'], why: 'out of memory is handled in one place; use base/mem or an arena' },
  { in: /_test\.c$|^tests\/.*\.c$/, calls: ['sleep', 'usleep', 'nanosleep'], why: 'a test that sleeps is slow and still wrong; await the condition, move the manual clock' },
];

// Definitions at file scope or static ones inside functions that could change between calls.
function mutableStatics(code) {
  const found = [];
  const plain = code.replace(/^[ \t]*#(?:[^\n\\]|\\[\s\S])*/gm, (part) => part.replace(/[^\n]/g, ' '));
  for (const match of plain.matchAll(/^( *)static\s+([^;{}()=[]+(?:\(\s*\*[^)]*\))?)([;=[(])/gm)) {
    const [, , declarator, end] = match;
    const isFunction = end === '(' && !declarator.endsWith(')');
    if (isFunction || /\b(inline|_Noreturn)\b/.test(declarator)) continue;
    const lastStar = declarator.lastIndexOf('*');
    const isConst = lastStar < 0 ? /\bconst\b/.test(declarator) : /\bconst\b/.test(declarator.slice(lastStar));
    if (!isConst) found.push(match.index + match[1].length);
  }
  return found;
}

function check(root) {
  const files = listFiles(root, ['src', 'tests', 'bench'], /\.[ch]$/);
  const findings = [];
  for (const file of files) {
    const text = readText(root, file);
    const code = hideComments(text);
    for (const rule of RULES.filter((candidate) => candidate.in.test(file))) {
      for (const match of code.matchAll(new RegExp(`(?<![\\w.>])(${rule.calls.join('|')})\\s*\\(`, 'g'))) {
        findings.push({ file, line: lineAt(code, match.index), text: `${match[1]}: ${rule.why}` });
      }
    }
    for (const match of text.matchAll(/\b(TODO|FIXME|XXX)\b/g)) {
      findings.push({ file, line: lineAt(text, match.index), text: `${match[1]}: finish it, leave it out, or write an issue; code makes no promises` });
    }
    if (!/^src\/core\//.test(file) || file.endsWith('_test.c')) continue;
    for (const index of mutableStatics(code)) {
      findings.push({ file, line: lineAt(code, index),
        text: 'core/ has no mutable data: make it const (pointers too: const char *const), or a parameter' });
    }
  }
  return { files: files.length, findings };
}

main('check-forbidden', check);
