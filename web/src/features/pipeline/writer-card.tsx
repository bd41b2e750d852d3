// SPDX-License-Identifier: AGPL-3.0-or-later
// The writer: whether it can write, what waits and runs, how fast it may ask, and the money of the day.
import type { PipelineWriter, WriterBudget } from '../../api/gen';
import { Card } from '../../components/card';
import { Badge } from '../../components/state-badge';
import { When } from '../../components/when';
import { count, day, usd } from '../../lib/format';
import { breakerWords, budgetWords, flightWords, rateWords, shares, stateWords, waitingWords } from './writer-words';
import classes from './writer-card.module.css';

const tones = { ok: 'ok', checking: 'calm', degraded: 'warn' } as const;

export function WriterCard({ writer }: { writer: PipelineWriter }) {
  const asks = writer.kind !== 'template';
  return (
    <Card title="Writer" aside={<Badge label={writer.state} tone={tones[writer.state]} />}>
      <p className={classes.state} data-bad={writer.state === 'degraded' || undefined}>
        {stateWords(writer)}
      </p>
      {asks && (
        <div className={classes.two}>
          <dl className={classes.figures}>
            <dt>Wait for their turn</dt>
            <dd>{count(writer.waiting)}</dd>
            <dt>Calls under way, of those allowed now</dt>
            <dd>{flightWords(writer)}</dd>
            <dt>Requests in the last minute, of those permitted</dt>
            <dd>{rateWords(writer)}</dd>
            <dt>Breaker</dt>
            <dd data-bad={writer.breaker !== 'closed' || undefined}>{breakerWords(writer)}</dd>
            {writer.key_left_usd !== null && (
              <>
                <dt>Left on the key, as the service says</dt>
                <dd>{usd(writer.key_left_usd)}</dd>
              </>
            )}
          </dl>
          {writer.budget !== null && <Budget budget={writer.budget} />}
        </div>
      )}
      {writer.last_error !== null && (
        <p className={classes.error}>
          Last error{' '}
          {writer.last_error_at !== null && (
            <>
              (<When at={writer.last_error_at} as="datetime" />)
            </>
          )}
          : {writer.last_error}
        </p>
      )}
    </Card>
  );
}

function Budget({ budget }: { budget: WriterBudget }) {
  const waiting = waitingWords(budget);
  return (
    <div className={classes.budget}>
      <h3>
        Money of {day(budget.day)}, UTC<b>{usd(budget.left_usd)} left</b>
      </h3>
      <div className={classes.bar} role="img" aria-label={budgetWords(budget)}>
        {shares(budget).map(({ name, share }) => (
          <i key={name} data-part={name} style={{ width: `${String(share * 100)}%` }} />
        ))}
      </div>
      <ul aria-hidden>
        {shares(budget).map(({ name, label, usd: sum }) => (
          <li key={name} data-part={name}>
            {usd(sum)} {label}
          </li>
        ))}
      </ul>
      {waiting !== null && (
        <p className={classes.waiting} role="status">
          {waiting}
        </p>
      )}
    </div>
  );
}
