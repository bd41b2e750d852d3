// SPDX-License-Identifier: AGPL-3.0-or-later
// What changed between two texts, word by word: the longest common run of words stays, the rest was taken out or put in.
// Emails have some hundred words, so the plain table of lengths (n times m) is quick enough; longer texts are not compared.

export interface Piece {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

const MOST = 1_000_000; // cells of the table

/** Words with the blanks that follow them, so that the pieces put together give the text again. */
const words = (text: string): string[] => text.match(/\S+\s*|\s+/g) ?? [];

/** lengths[i][j]: of the longest common run of a from i and b from j. */
function lengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const [row, below] = [table[i], table[i + 1]];
      if (row === undefined || below === undefined) continue;
      row[j] = same(a[i], b[j]) ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return table;
}

/** The blanks after a word do not make it another one. */
const same = (a: string | undefined, b: string | undefined): boolean => a?.trimEnd() === b?.trimEnd();

function push(pieces: Piece[], kind: Piece['kind'], text: string): void {
  const last = pieces.at(-1);
  if (last?.kind === kind) last.text += text;
  else pieces.push({ kind, text });
}

/** Pieces in the order of reading; without the removed ones they are `after`. */
export function wordDiff(before: string, after: string): Piece[] {
  const [a, b] = [words(before), words(after)];
  const pieces: Piece[] = [];
  if (a.length * b.length > MOST) {
    if (before !== '') push(pieces, 'removed', before);
    if (after !== '') push(pieces, 'added', after);
    return pieces;
  }
  const table = lengths(a, b);
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [from, to] = [a[i], b[j]];
    if (from !== undefined && to !== undefined && same(from, to)) {
      push(pieces, 'same', to);
      i++;
      j++;
    } else if (from !== undefined && (to === undefined || (table[i + 1]?.[j] ?? 0) >= (table[i]?.[j + 1] ?? 0))) {
      push(pieces, 'removed', from);
      i++;
    } else {
      push(pieces, 'added', to ?? '');
      j++;
    }
  }
  return pieces;
}
