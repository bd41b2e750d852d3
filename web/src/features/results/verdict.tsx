// SPDX-License-Identifier: AGPL-3.0-or-later
// The answer: one plain sentence, and the two rates side by side with the people behind them.
import type { ResultArm, Results } from '../../api/gen';
import { Badge } from '../../components/state-badge';
import { count, percent } from '../../lib/format';
import classes from './results.module.css';
import { leadOf, neededWords, pointsRange, verdicts } from './words';

export function Verdict({ results }: { results: Results }) {
  const { treated, holdout, lift, verdict } = results;
  const [label, tone] = verdicts[verdict];
  const [lead, rest] = leadOf(results.sentence);
  const none = treated.people + holdout.people === 0;
  const most = Math.max(0.01, treated.rate ?? 0, holdout.rate ?? 0);
  return (
    <section className={classes.verdict} aria-label="The result" data-verdict={verdict}>
      <div>
        <Badge label={results.rehearsal && none ? 'Rehearsal' : label} tone={results.rehearsal && none ? 'blue' : tone} />
        <p className={classes.sentence}>
          {lead}{' '}
          {rest !== '' && <small>{rest}</small>}
        </p>
        {results.rehearsal && (
          <p className={classes.note}>{none ? 'The proof begins with the first email that really leaves.' : 'Rehearsal: nothing new counts. What is here comes from the time before.'}</p>
        )}
        {/* the sentence says how much more it takes, where that can be said */}
        {!results.rehearsal && results.needed.episodes === null && <p className={classes.note}>{neededWords(results.needed)}</p>}
      </div>
      {!none && (
        <dl className={classes.arms}>
          <Arm name="Treated" note="drawn to get an email" arm={treated} most={most} />
          <Arm name="Holdout" note="drawn to get none" arm={holdout} most={most} plain />
          <div className={classes.difference}>
            <dt>Difference</dt>
            <dd>{lift === null ? 'no number yet' : pointsRange(lift)}</dd>
          </div>
        </dl>
      )}
    </section>
  );
}

function Arm({ name, note, arm, most, plain = false }: { name: string; note: string; arm: ResultArm; most: number; plain?: boolean }) {
  return (
    <div className={classes.arm} data-plain={plain || undefined}>
      <dt>
        {name} <span>{note}</span>
      </dt>
      <dd>
        <b>{arm.rate === null ? '–' : percent(arm.rate)}</b>
        <span>
          {count(arm.reordered)} of {count(arm.people)} people ordered again
          {!plain && `; ${count(arm.emailed)} got the email`}
        </span>
        <i aria-hidden style={{ width: `${String(((arm.rate ?? 0) / most) * 100)}%` }} />
      </dd>
    </div>
  );
}
