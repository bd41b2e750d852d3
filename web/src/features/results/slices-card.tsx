// SPDX-License-Identifier: AGPL-3.0-or-later
// The same comparison in parts, each with its interval drawn on one scale for all rows.
import type { Interval, ResultArm, ResultSlice } from '../../api/gen';
import { Card } from '../../components/card';
import { count, percent } from '../../lib/format';
import classes from './results.module.css';
import { pointsRange } from './words';

interface Props {
  title: string;
  /** Heading of the first column. */
  what: string;
  note?: string;
  slices: readonly ResultSlice[];
  nameOf: (slice: ResultSlice) => string;
}

const WIDTH = 120;

/** Half the width of the scale: the farthest end of any interval, but no more than 30 points. */
function reach(slices: readonly ResultSlice[]): number {
  const ends = slices.flatMap(({ lift }) => (lift === null ? [] : [Math.abs(lift.low), Math.abs(lift.high)]));
  return Math.min(0.3, Math.max(0.02, ...ends));
}

export function SlicesCard({ title, what, note, slices, nameOf }: Props) {
  const scale = reach(slices);
  if (slices.length === 0) return null;
  return (
    <Card title={title}>
      {note !== undefined && <p className={classes.note}>{note}</p>}
      <div className={classes.scroll} tabIndex={0} role="group" aria-label={title}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{what}</th>
              <th scope="col">Treated</th>
              <th scope="col">Holdout</th>
              <th scope="col">Difference</th>
              <td aria-hidden />
            </tr>
          </thead>
          <tbody>
            {slices.map((slice) => (
              <tr key={slice.name}>
                <th scope="row" title={slice.name}>
                  {nameOf(slice)}
                </th>
                <td>
                  <Rate arm={slice.treated} />
                </td>
                <td>
                  <Rate arm={slice.holdout} />
                </td>
                <td>{slice.lift === null ? <span className={classes.faint}>too few</span> : pointsRange(slice.lift)}</td>
                <td className={classes.forest} aria-hidden>
                  <Forest lift={slice.lift} scale={scale} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Rate({ arm }: { arm: ResultArm }) {
  return (
    <>
      {arm.rate === null ? '–' : percent(arm.rate)}
      <small>of {count(arm.people)}</small>
    </>
  );
}

function Forest({ lift, scale }: { lift: Interval | null; scale: number }) {
  const x = (v: number) => ((Math.min(scale, Math.max(-scale, v)) + scale) / (2 * scale)) * WIDTH;
  const sure = lift !== null && (lift.low > 0 || lift.high < 0);
  return (
    <svg width={WIDTH} height={14} viewBox={`0 0 ${String(WIDTH)} 14`}>
      <line x1={x(0)} x2={x(0)} y1={0} y2={14} className={classes.zero} />
      {lift !== null && (
        <>
          <line x1={x(lift.low)} x2={x(lift.high)} y1={7} y2={7} className={classes.whisker} data-sure={sure || undefined} />
          <circle cx={x(lift.estimate)} cy={7} r={3.5} className={classes.whisker} data-sure={sure || undefined} />
        </>
      )}
    </svg>
  );
}
