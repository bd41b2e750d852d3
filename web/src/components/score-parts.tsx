// SPDX-License-Identifier: AGPL-3.0-or-later
// The score as the sum of its parts: three bars on one scale each, and the total they add up to.
import type { Parts } from '../api/gen';
import { points } from '../lib/format';
import classes from './score-parts.module.css';

const rows = [
  { key: 'recency', label: 'Freshness', note: 'last order against the own rhythm', max: 50 },
  { key: 'frequency', label: 'Frequency', note: 'how often they order', max: 30 },
  { key: 'value', label: 'Value', note: 'what they spend', max: 20 },
] as const;

export function ScoreParts({ parts, score }: { parts: Parts; score: number }) {
  return (
    <ul className={classes.parts}>
      {rows.map(({ key, label, note, max }) => (
        <li key={key}>
          <span>
            {label}
            <small>{note}</small>
          </span>
          <div className={classes.bar} aria-hidden>
            <i style={{ width: `${String((parts[key] / max) * 100)}%` }} />
          </div>
          <b>
            {points(parts[key])}
            <em> of {max}</em>
          </b>
        </li>
      ))}
      <li className={classes.sum}>
        <span>Together</span>
        <b>
          {points(score)}
          <em> of 100</em>
        </b>
      </li>
    </ul>
  );
}
