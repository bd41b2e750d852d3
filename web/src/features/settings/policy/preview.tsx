// SPDX-License-Identifier: AGPL-3.0-or-later
// What the policy as it stands in the form would cause, beside the one in force.
import { Button, Skeleton } from '@mantine/core';
import type { PolicyPreview, PreviewEffect, PreviewFigure } from '../../../api/gen';
import { sentence } from '../../../api/problem';
import { days } from '../../../lib/format';
import classes from './policy.module.css';
import { basisWords, difference, effectWords, figure } from './preview-words';
import { usePreview } from './use-preview';

const spans = [
  { key: 'episodes', label: 'silences that come due' },
  { key: 'emails', label: 'emails' },
  { key: 'holdout', label: 'held out, no email' },
] as const;

export function Preview({ asked }: { asked: PolicyPreview | null }) {
  const { answer, behind, counting, error, uncounted, retry } = usePreview(asked);
  if (asked === null) return <p className={classes.hint}>The effect is shown when every number above is there and within its range.</p>;
  if (error !== null) {
    return (
      <div role="alert" className={classes.hint}>
        The effect could not be worked out. {sentence(error)}{' '}
        <Button size="compact-xs" variant="default" onClick={retry}>
          Try again
        </Button>
      </div>
    );
  }
  if (answer === undefined) return <Skeleton h={268} radius={8} role="status" aria-label="Loading" aria-busy="true" />;
  const { now, then } = answer;
  return (
    <div className={classes.preview} data-behind={behind || undefined}>
      <p className={classes.effect} role="status" aria-busy={behind}>
        {effectWords(now, then)}
      </p>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">In force</th>
            <th scope="col">With these</th>
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <Span title={`Last ${days(then.past.days)}`} now={now} then={then} span="past" />
        <Span title={`Next ${days(then.next.days)}, expected`} now={now} then={then} span="next" />
        <tbody>
          <tr>
            <th scope="rowgroup" colSpan={4}>
              Now
            </th>
          </tr>
          <Row label="past due, in the backlog" now={now.backlog} then={then.backlog} />
        </tbody>
      </table>
      <p className={classes.hint}>
        {basisWords(answer)} {counting && 'Counting all of them now.'}
        {uncounted !== null && !counting && (
          <>
            They could not all be counted. {sentence(uncounted)}{' '}
            <Button size="compact-xs" variant="default" onClick={retry}>
              Count again
            </Button>
          </>
        )}
      </p>
    </div>
  );
}

function Span({ title, now, then, span }: { title: string; now: PreviewEffect; then: PreviewEffect; span: 'past' | 'next' }) {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={4}>
          {title}
        </th>
      </tr>
      {spans.map(({ key, label }) => (
        <Row key={key} label={label} now={now[span][key]} then={then[span][key]} strong={key === 'emails'} />
      ))}
    </tbody>
  );
}

function Row({ label, now, then, strong }: { label: string; now: PreviewFigure; then: PreviewFigure; strong?: boolean }) {
  const by = difference(now, then);
  return (
    <tr data-strong={strong === true || undefined}>
      <th scope="row">{label}</th>
      <td>{figure(now)}</td>
      <td>{figure(then)}</td>
      <td data-same={by === 'the same' || undefined}>{by}</td>
    </tr>
  );
}
