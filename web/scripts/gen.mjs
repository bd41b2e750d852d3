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

/** The text of a file below a folder, or null. */
function read(base, name) {
  const file = path.join(base, name);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
}

// always into a folder of its own: readers of the committed files never see a half-written state
const fresh = fs.mkdtempSync(path.join(os.tmpdir(), 'rekindle-gen-'));
try {
  await generate(fresh);
  const differ = [...new Set([...files(fresh), ...files(committed)])].filter((name) => read(fresh, name) !== read(committed, name));
  if (!process.argv.includes('--check')) {
    for (const name of differ) {
      const target = path.join(committed, name);
      const text = read(fresh, name);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      if (text === null) fs.rmSync(target);
      else fs.writeFileSync(target, text);
    }
  } else if (differ.length > 0) {
    console.error(`src/api/gen is not what api/openapi.yaml gives: ${differ.join(', ')}\nRun: npm run gen`);
    process.exitCode = 1;
  }
} finally {
  fs.rmSync(fresh, { recursive: true, force: true });
}
