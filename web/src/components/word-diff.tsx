// SPDX-License-Identifier: AGPL-3.0-or-later
// A text with what was taken out struck through and what was put in underlined; read aloud as deletion and insertion.
import { wordDiff } from '../lib/diff';
import classes from './writing.module.css';

export function WordDiff({ before, after }: { before: string; after: string }) {
  return (
    <p className={classes.diff}>
      {wordDiff(before, after).map((piece, i) => {
        if (piece.kind === 'removed') return <del key={i}>{piece.text}</del>;
        if (piece.kind === 'added') return <ins key={i}>{piece.text}</ins>;
        return <span key={i}>{piece.text}</span>;
      })}
    </p>
  );
}
