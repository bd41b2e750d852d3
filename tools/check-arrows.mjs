#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// Who may include whom. base <- core <- port <- {step, adapter/*, api} <- main; adapters see neither each other nor step
// nor api; api sees no adapter. A foreign header appears in its one module only, so that a library can be replaced, and
// read about, in one place. core/ is pure: no system header that can reach the outside, none of base's impure modules.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listFiles, main, readText, hideComments } from './lib/source.mjs';

// What each folder may include besides itself.
const MAY_SEE = {
  base: [], core: ['base'], port: ['core', 'base'],
  step: ['port', 'core', 'base'], adapter: ['port', 'core', 'base'], api: ['step', 'port', 'core', 'base'],
  main: ['api', 'step', 'adapter', 'port', 'core', 'base'],
};
// Shared tools: adapter/https of those that speak HTTP to the outside, adapter/mail_url of those that speak to mail servers.
const MAY_USE = { https: ['openrouter', 'webhook', 'fetch', 'aws'], mail_url: ['smtp', 'imap'] };
// base/rand also has the seeded stream, which is pure; check-forbidden keeps core/ from the kernel's random bytes.
const IMPURE_BASE = ['log', 'metrics', 'clock', 'thread'].map((module) => `base/${module}.h`);

// Foreign headers and the modules they belong to.
const FOREIGN = [
  [/^sqlite3\.h$/, /^src\/adapter\/sqlite\//, 'adapter/sqlite'],
  [/^curl\//, /^src\/(adapter\/(https|imap|mail_url|smtp)\/|main\/)/, 'adapter/https, adapter/imap, adapter/mail_url, adapter/smtp and main'],
  [/^microhttpd\.h$/, /^src\/api\/server\.c$/, 'api/server.c'],
  [/^jansson\.h$/, /^src\/base\/json\.c$/, 'base/json.c'],
  [/^gmime\//, /^src\/core\/mime((_read)?(_test)?|_rendered_test)\.c$/, 'core/mime.c and core/mime_read.c'],
  [/^(sodium|openssl\/.*)(\.h)?$/, /^src\/base\/(hash|rand|password|x509(_testing)?)\.c$/,
    'base/hash.c, base/rand.c, base/password.c and base/x509.c'],
  [/^unicode\//, /^src\/(base\/(utf8|unicode|time_zone)\.c|core\/[a-z_]*locale[a-z_]*\.c)$/,
    'base/utf8.c, base/unicode.c, base/time_zone.c and core/*locale*.c'],
  [/^gsl\//, /^src\/core\/fit[a-z_]*\.c$/, 'core/fit*.c'],
  [/^pcre2\.h$/, /^src\/core\//, 'core'],
  [/^zlib\.h$/, /^src\/(base|main)\/[a-z_]*gzip[a-z_]*\.c$/, 'base/gzip.c or main/*gzip*.c'],
  [/^cmocka\.h$/, /_test\.c$|^tests\//, 'the tests'],
];
// The C library and the system. core/ has only the first row.
const PURE_SYSTEM = ['assert', 'ctype', 'errno', 'float', 'inttypes', 'limits', 'math', 'setjmp', 'stdalign', 'stdarg', 'stdbool',
  'stddef', 'stdint', 'stdio', 'stdlib', 'string', 'strings'];
const SYSTEM = /^(?:[a-z0-9_]+\.h|(?:sys|netinet|arpa|linux|net)\/[a-z0-9_.]+)$/;
const KNOWN_SYSTEM = new Set([...PURE_SYSTEM, 'arpa/inet', 'arpa/nameser', 'dirent', 'execinfo', 'fcntl', 'ftw', 'getopt', 'locale', 'malloc',
  'netdb', 'netinet/in', 'netinet/tcp', 'poll', 'pthread', 'pwd', 'grp', 'resolv', 'sched', 'signal', 'stdatomic', 'stdnoreturn', 'sys/eventfd',
  'sys/epoll', 'sys/file', 'sys/ioctl', 'sys/mman', 'sys/prctl', 'sys/random', 'sys/resource', 'sys/select', 'sys/socket',
  'sys/stat', 'sys/statvfs', 'sys/time', 'sys/timerfd', 'sys/types', 'sys/uio', 'sys/un', 'sys/utsname', 'sys/wait',
  'sysexits', 'termios', 'threads', 'time', 'unistd', 'wchar']);

const layerOf = (path) => path.split('/')[0];
const adapterOf = (path) => (layerOf(path) === 'adapter' ? path.split('/')[1] : null);

// The rule a quoted include breaks, or null.
function quotedFault(root, file, target) {
  if (target.includes('..')) return `"${target}": includes are written from src/, as "core/score.h"`;
  const isTest = file.startsWith('tests/') || file.startsWith('bench/');
  if (!existsSync(join(root, 'src', target))) {
    // A test's own helpers stand beside it, or are named from tests/.
    if (isTest && (existsSync(join(root, 'tests', target)) || existsSync(join(root, dirname(file), target)))) return null;
    return `"${target}" is not a file under src/; includes are written from src/, as "core/score.h"`;
  }
  if (isTest) return null;
  const from = file.slice('src/'.length);
  const [layer, other] = [layerOf(from), layerOf(target)];
  if (layer === 'core' && !file.endsWith('_test.c') && IMPURE_BASE.includes(target)) {
    return `core/ is pure and may not use ${target}; take the time, seed or lock as a parameter, log in the caller`;
  }
  if (layer === 'adapter' && other === 'adapter') {
    if (adapterOf(from) === adapterOf(target)) return null;
    if (MAY_USE[adapterOf(target)]?.includes(adapterOf(from))) return null;
    return `adapters never see each other: ${adapterOf(from)} includes ${target}; share it through core or base`;
  }
  if (layer === other || MAY_SEE[layer]?.includes(other)) return null;
  // A unit test of a step or of the API may stand on the memory adapter.
  if (file.endsWith('_test.c') && ['step', 'api'].includes(layer) && adapterOf(target) === 'mem') return null;
  return `${layer}/ may not include ${target}; the arrow is base <- core <- port <- {step, adapter, api} <- main: `
    + 'move what is shared down, or wire it in main/';
}

function angledFault(file, target) {
  const foreign = FOREIGN.find(([pattern]) => pattern.test(target));
  if (foreign) {
    return foreign[1].test(file) || /^(tests|bench)\//.test(file) ? null
      : `<${target}> belongs to ${foreign[2]}; call that module, and give it what it lacks`;
  }
  const name = target.replace(/\.h$/, '');
  if (!SYSTEM.test(target) || !KNOWN_SYSTEM.has(name)) {
    return `<${target}> is unknown here; a new library needs a decision record and a row in tools/check-arrows.mjs`;
  }
  if (file.startsWith('src/core/') && !file.endsWith('_test.c') && !PURE_SYSTEM.includes(name)) {
    return `core/ is pure and may not include <${target}>; do the input and output in a step or an adapter`;
  }
  return null;
}

function check(root) {
  const files = listFiles(root, ['src', 'tests', 'bench'], /\.[ch]$/);
  const findings = [];
  for (const file of files) {
    const lines = hideComments(readText(root, file), { keepStrings: true }).split('\n');
    const includes = lines.map((text, index) => ({ line: index + 1, match: text.match(/^\s*#\s*include\s+(["<])([^">]+)[">]/) }))
      .filter(({ match }) => match);
    for (const { line, match } of includes) {
      const text = match[1] === '"' ? quotedFault(root, file, match[2]) : angledFault(file, match[2]);
      if (text) findings.push({ file, line, text });
    }
    const own = file.replace(/^src\//, '').replace(/\.c$/, '.h');
    if (/^src\/.*\.c$/.test(file) && existsSync(join(root, 'src', own)) && includes[0]?.match[2] !== own) {
      findings.push({ file, line: includes[0]?.line ?? 1, text: `include the own header "${own}" first: it shows that it stands alone` });
    }
    if (/^src\/port\/.*\.c$/.test(file)) findings.push({ file, line: 1, text: 'port/ is headers only; code belongs to an adapter or a step' });
  }
  return { files: files.length, findings };
}

main('check-arrows', check);
