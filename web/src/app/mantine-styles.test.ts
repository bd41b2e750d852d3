// SPDX-License-Identifier: AGPL-3.0-or-later
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const styles = fs.readFileSync(path.join(root, 'src/app/mantine-styles.ts'), 'utf8');

/** Components imported from @mantine/core anywhere in src. */
function usedComponents(): string[] {
  const sources = fs.readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.tsx'));
  const names = sources.flatMap((f) =>
    [...fs.readFileSync(path.join(root, 'src', f), 'utf8').matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)].flatMap((m) =>
      (m[1] ?? '').split(',').map((n) => n.trim()),
    ),
  );
  return [...new Set(names)];
}

test('every Mantine component that is used has its style sheet', () => {
  const missing = usedComponents().filter(
    (name) => fs.existsSync(path.join(root, `node_modules/@mantine/core/styles/${name}.css`)) && !styles.includes(`styles/${name}.css`),
  );
  expect(missing).toEqual([]);
});
