// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, test } from 'vitest';
import { wordDiff } from './diff';

const without = (kind: 'removed' | 'added', before: string, after: string) =>
  wordDiff(before, after)
    .filter((piece) => piece.kind !== kind)
    .map((piece) => piece.text)
    .join('');

describe('a diff of words', () => {
  test('names what was taken out and what was put in', () => {
    expect(wordDiff('A fresh batch of beans', 'A new batch of beans')).toEqual([
      { kind: 'same', text: 'A ' },
      { kind: 'removed', text: 'fresh ' },
      { kind: 'added', text: 'new ' },
      { kind: 'same', text: 'batch of beans' },
    ]);
  });

  test.each([
    ['', 'now there'],
    ['was there', ''],
    ['same', 'same'],
    ['one two three', 'three two one'],
    ['a  b\n\nc', 'a b\nc d'],
    ['Ein Satz mit Umlauten: Größe', 'Ein Satz ohne Größe'],
  ])('%j to %j gives the new text without what was removed', (before, after) => {
    expect(without('removed', before, after)).toBe(after);
    const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');
    expect(words(without('added', before, after))).toEqual(words(before));
  });

  test('a text without changes has no mark', () => {
    expect(wordDiff('nothing moved', 'nothing moved')).toEqual([{ kind: 'same', text: 'nothing moved' }]);
    expect(wordDiff('', '')).toEqual([]);
  });

  test('texts too long to compare are shown whole, old and new', () => {
    const [a, b] = ['a '.repeat(1100), 'b '.repeat(1100)];
    expect(wordDiff(a, b).map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });
});
