// SPDX-License-Identifier: AGPL-3.0-or-later
// The score explained: the sentence, the parts that add up, where it stood after the last order, when it crosses the
// threshold, and the chance that the client comes back anyway.
import type { Score } from '../../api/gen';
import { Card } from '../../components/card';
import { ScoreParts } from '../../components/score-parts';
import { When } from '../../components/when';
import { percent, points, short } from '../../lib/format';
import classes from './client.module.css';

export function ScoreNow({ score }: { score: Score }) {
  if (score.parts === null || score.score === null) return null;
  const { score_after_last_order: before, chance_of_return: chance, due_at: due, threshold } = score;
  return (
    <Card title="The score now">
      <p className={classes.sentence}>{score.sentence}</p>
      <ScoreParts parts={score.parts} score={score.score} />
      <dl className={classes.facts}>
        <dt>Just after the last order</dt>
        <dd>{before === null ? 'not known' : points(before)}</dd>
        <dt>Falls under {short(threshold)}</dt>
        <dd>
          {due === null ? (
            'no timer'
          ) : (
            <>
              <When at={due} as="datetime" />, <When at={due} as="relative" />
            </>
          )}
        </dd>
        <dt>Chance of return</dt>
        <dd>{chance === null ? 'not shown: too little history' : `${percent(chance, 0)} within 90 days`}</dd>
      </dl>
    </Card>
  );
}
