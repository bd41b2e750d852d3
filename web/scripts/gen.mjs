// SPDX-License-Identifier: AGPL-3.0-or-later
// `npm run gen` writes src/api/gen from api/openapi.yaml; `npm run gen:check` writes it elsewhere and fails when the
// committed files differ. The generator's own to-do remarks are taken out, so that ours can be searched for.
import { createClient } from '@hey-api/openapi-ts';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { config } from '../openapi-ts.config.mjs';

const root = path.resolve(import.meta.dirname, '..');
const committed = path.join(root, 'src/api/gen');

/** Relative names of all files under a folder, sorted. */
function files(dir) {
  return fs.existsSync(dir) ? fs.readdirSync(dir, { recursive: true }).filter((f) => f.endsWith('.ts')).sort() : [];
}

async function generate(out) {
  await createClient(config(path.join(root, '../api/openapi.yaml'), out));
  for (const f of files(out)) {
    const p = path.join(out, f);
    const text = fs.readFileSync(p, 'utf8').replace(/^\s*\/\/ TODO.*\n/gm, '');
    fs.writeFileSync(p, text);
  }
}

if (process.argv.includes('--check')) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'rekindle-gen-'));
  try {
    await generate(dir);
    const read = (base, f) => (fs.existsSync(path.join(base, f)) ? fs.readFileSync(path.join(base, f), 'utf8') : null);
    const differ = [...new Set([...files(dir), ...files(committed)])].filter((f) => read(dir, f) !== read(committed, f));
    if (differ.length > 0) {
      console.error(`src/api/gen is not what api/openapi.yaml gives: ${differ.join(', ')}\nRun: npm run gen`);
      process.exitCode = 1;
    }
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
} else {
  fs.rmSync(committed, { recursive: true, force: true });
  await generate(committed);
}
