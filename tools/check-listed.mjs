#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// Every C file is in the build: foo.c is named in its folder's meson.build, and foo_test.c as the test "foo". A test
// that is not built is a test that never fails.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listFiles, main, readText } from './lib/source.mjs';

function check(root) {
  const files = listFiles(root, ['src', 'tests', 'bench'], /\.c$/);
  const findings = [];
  for (const file of files) {
    // The folder's own file, or one further up that names the path.
    const named = [];
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      const build = join(folder, 'meson.build');
      if (existsSync(join(root, build))) {
        const text = readText(root, build).replace(/#.*/g, '');
        const module = file.slice(folder === '.' ? 0 : folder.length + 1).replace(/\.c$/, '');
        named.push(text.includes(`'${module}'`) || text.includes(`'${module}.c'`)
          || (module.endsWith('_test') && isListedTest(text, module.replace(/_test$/, ''))));
      }
      if (folder === '.') break;
    }
    if (!named.includes(true)) findings.push({ file, line: 1, text: `not in the build; name it in ${dirname(file)}/meson.build` });
  }
  return { files: files.length, findings };
}

// foo_test.c is listed when 'foo' stands in a list whose name ends in tests.
function isListedTest(text, module) {
  return [...text.matchAll(/\w*tests\s*\+?=\s*\[([^\]]*)\]/g)].some((match) => match[1].includes(`'${module}'`));
}

main('check-listed', check);
