#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// Makes src/core/brand/template.html of template.mjml beside it; the result is committed, so that building the program
// needs neither Node nor MJML. Run tools/npm-ci tests first.
import { writeFile } from 'node:fs/promises';
import { COMPILED, compile } from './lib/template.mjs';

const html = await compile();
await writeFile(COMPILED, html);
console.log(`${COMPILED}: ${html.length} characters`);
