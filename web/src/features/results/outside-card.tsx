// SPDX-License-Identifier: AGPL-3.0-or-later
// What does not count, and why: an answer is worth what was left out of it.
import type { Results } from '../../api/gen';
import { Card } from '../../components/card';
import { count } from '../../lib/format';
import classes from './results.module.css';
import { neededWords } from './words';

const kinds = [
  { key: 'open', label: 'Still open', why: 'their window has not closed; they will count' },
  { key: 'repeated', label: 'Not the first', why: 'only a person’s first episode counts, so that each counts once' },
  { key: 'forced', label: 'Asked for by staff', why: 'chosen by hand, so no fair draw' },
  { key: 'undrawn', label: 'Not drawn', why: 'the holdout’s share was 0, so there was nobody to compare with' },
  { key: 'rehearsed', label: 'Rehearsed', why: 'no email left the house' },
] as const;

export function OutsideCard({ results }: { results: Results }) {
  const { outside, needed, verdict } = results;
  return (
    <Card title="What stands outside">
      <dl className={classes.outside}>
        {kinds.map(({ key, label, why }) => (
          <div key={key}>
            <dt>
              {label} <small>{why}</small>
            </dt>
            <dd>{count(outside[key])}</dd>
          </div>
        ))}
      </dl>
      <p className={classes.note}>
        Counted are people, each once, in the group drawn at the due moment, whatever became of the draft afterwards; opens never count. {verdict === 'helps' || verdict === 'harms' ? neededWords(needed) : ''}
      </p>
    </Card>
  );
}
