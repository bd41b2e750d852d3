// SPDX-License-Identifier: AGPL-3.0-or-later
// A row's silence on one scale for all rows: the full bar is four usual gaps, the mark is one.
import classes from './chart.module.css';

const WIDTH = 44;

export function SilenceBar({ silence, usual }: { silence: number; usual: number }) {
  const x = (n: number) => Math.min(1, n / usual / 4) * WIDTH;
  return (
    <svg width={WIDTH} height={8} aria-hidden className={classes.svg}>
      <rect y={2.5} width={WIDTH} height={3} rx={1.5} className={classes.track} />
      <rect y={2.5} width={x(silence)} height={3} rx={1.5} className={silence > usual ? classes.over : classes.under} />
      <line x1={x(usual)} x2={x(usual)} y1={0} y2={8} className={classes.mark} />
    </svg>
  );
}
