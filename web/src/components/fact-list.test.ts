// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, test } from 'vitest';
import { factUse } from './fact-list';

test('a fact names the paragraphs that rest on it', () => {
  const email = { paragraphs: [{ text: 'a', facts: ['F1'] }, { text: 'b', facts: ['F1', 'F2'] }], picks: [] };
  expect(factUse(email, 'F1')).toBe('paragraph 1, 2');
  expect(factUse(email, 'F3')).toBe('not used');
});
