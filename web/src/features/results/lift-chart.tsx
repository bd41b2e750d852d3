// SPDX-License-Identifier: AGPL-3.0-or-later
// The interval as it stood week by week: it narrows as people come in, and the answer is where zero lies. Under the
// drawing is the same as a table.
import { useElementSize } from '@mantine/hooks';
import { useId, useMemo, useState } from 'react';
import type { ResultPoint } from '../../api/gen';
import { Card } from '../../components/card';
import { beside, ChartReader } from '../../components/chart-reader';
import charts from '../../components/chart.module.css';
import { EmptyState } from '../../components/empty-state';
import { count, date, shortDate, signedPoints } from '../../lib/format';
import { bandPath, labelled, liftScale, linePath, weeksOf, type Week } from './lift-scale';
import classes from './results.module.css';
import { pointsRange } from './words';

const HEIGHT = 260;
const TOP = 14;
const BOTTOM = 232;
const LEFT = 46;
const RIGHT = 14;

export function LiftChart({ series }: { series: readonly ResultPoint[] }) {
  const weeks = useMemo(() => weeksOf(series), [series]);
  return (
    <Card title="The difference, week by week" aside={<span className={classes.aside}>percentage points, treated less holdout</span>}>
      {weeks.length === 0 ? (
        <EmptyState title="No week has a number yet.">
          <span>The line begins when both groups have at least 20 people whose window has closed.</span>
        </EmptyState>
      ) : (
        <>
          <Drawing weeks={weeks} />
          <details className={classes.more}>
            <summary>The same as a table</summary>
            <WeekTable weeks={weeks} />
          </details>
        </>
      )}
    </Card>
  );
}

function Drawing({ weeks }: { weeks: Week[] }) {
  const { ref, width } = useElementSize();
  const [at, setAt] = useState<number | null>(null);
  const id = useId();
  const w = Math.max(width, 260);
  const scale = liftScale(weeks);
  const first = weeks[0]?.at ?? 0;
  const last = weeks.at(-1)?.at ?? 0;
  const x = (t: number) => (last === first ? (LEFT + w - RIGHT) / 2 : LEFT + ((t - first) / (last - first)) * (w - LEFT - RIGHT));
  const y = (v: number) => BOTTOM - ((v - scale.low) / (scale.high - scale.low)) * (BOTTOM - TOP);
  const near = at === null ? undefined : weeks.reduce((a, b) => (Math.abs(x(b.at) - at) < Math.abs(x(a.at) - at) ? b : a));
  const shown = near ?? weeks.at(-1);
  const text = shown === undefined ? '' : `${date(shown.at)}: ${pointsRange(shown.lift)}, most likely ${signedPoints(shown.lift.estimate)}, ${count(shown.people)} people`;
  const sure = shown !== undefined && (shown.lift.low > 0 || shown.lift.high < 0);
  return (
    <div ref={ref} className={classes.drawing}>
      <svg width={w} height={HEIGHT} viewBox={`0 0 ${String(w)} ${String(HEIGHT)}`} className={charts.svg} role="img" aria-labelledby={`${id}t`} aria-describedby={`${id}d`}>
        <title id={`${id}t`}>The difference of the two rates with its interval, week by week</title>
        <desc id={`${id}d`}>
          From {date(first)} to {date(last)}. At the end {text}. {sure ? 'Zero lies outside the interval.' : 'Zero lies within the interval.'}
        </desc>
        <clipPath id={`${id}c`}>
          <rect x={LEFT - 4} y={TOP} width={w - LEFT - RIGHT + 8} height={BOTTOM - TOP} />
        </clipPath>
        {scale.marks.map((mark) => (
          <g key={mark}>
            <line x1={LEFT} x2={w - RIGHT} y1={y(mark)} y2={y(mark)} className={mark === 0 ? classes.zero : charts.grid} />
            <text x={LEFT - 8} y={y(mark) + 4} textAnchor="end" className={mark === 0 ? charts.strong : undefined}>
              {mark === 0 ? '0' : signedPoints(mark)}
            </text>
          </g>
        ))}
        <g clipPath={`url(#${id}c)`}>
          <path d={bandPath(weeks, x, y)} className={classes.band} />
          <path d={linePath(weeks, x, y)} className={classes.line} />
          {weeks.length === 1 && shown !== undefined && <line x1={x(shown.at)} x2={x(shown.at)} y1={y(shown.lift.low)} y2={y(shown.lift.high)} className={classes.line} />}
        </g>
        {shown !== undefined && <circle cx={x(shown.at)} cy={y(shown.lift.estimate)} r={4.5} className={`${classes.dot ?? ''} ${charts.ring ?? ''}`} />}
        {labelled(weeks, x, 92).map((week) => (
          <text key={week.at} x={x(week.at)} y={BOTTOM + 20} textAnchor={weeks.length > 1 && week.at === last ? 'end' : 'middle'}>
            {shortDate(week.at)}
          </text>
        ))}
        {near !== undefined && <line x1={x(near.at)} x2={x(near.at)} y1={TOP} y2={BOTTOM} className={charts.cross} />}
      </svg>
      <ChartReader label="Read the chart week by week" stops={weeks.map((week) => x(week.at))} at={near === undefined ? null : x(near.at)} onAt={setAt} text={text} />
      {near !== undefined && (
        <div className={charts.tip} style={beside(x(near.at), w, TOP)}>
          <b>{date(near.at)}</b>
          <div>{pointsRange(near.lift)}</div>
          <div>most likely {signedPoints(near.lift.estimate)}</div>
          <div>{count(near.people)} people</div>
        </div>
      )}
      <ul className={classes.legend}>
        <li>
          <i data-kind="line" />
          most likely
        </li>
        <li>
          <i data-kind="band" />
          where the truth lies, at least 95 times in 100
        </li>
        <li>
          <i data-kind="zero" />
          no effect
        </li>
      </ul>
    </div>
  );
}

function WeekTable({ weeks }: { weeks: readonly Week[] }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Week</th>
          <th scope="col">People</th>
          <th scope="col">Most likely</th>
          <th scope="col">Interval, points</th>
        </tr>
      </thead>
      <tbody>
        {weeks.toReversed().map((week) => (
          <tr key={week.at}>
            <th scope="row">{date(week.at)}</th>
            <td>{count(week.people)}</td>
            <td>{signedPoints(week.lift.estimate)}</td>
            <td>
              {signedPoints(week.lift.low)} to {signedPoints(week.lift.high)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
