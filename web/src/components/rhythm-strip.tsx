// SPDX-License-Identifier: AGPL-3.0-or-later
// Two lines that answer "is this silence unusual for this client?": the orders of the last twelve months with the silence
// shaded, and the days between orders with the silence among them.
import { useElementSize } from '@mantine/hooks';
import { date, days } from '../lib/format';
import { axisEnd, DAY_MS, gaps, stackDots } from '../lib/rhythm';
import classes from './chart.module.css';

const HEIGHT = 166;
const PAD = 1;
const SPAN_DAYS = 365;
const MAX_LEVEL = 6;

interface Props {
  /** Instants of the orders that count, oldest first. */
  visits: readonly number[];
  now: number;
  usualGapDays: number | null;
}

export function RhythmStrip({ visits, now, usualGapDays }: Props) {
  const { ref, width } = useElementSize();
  const w = Math.max(width, 200);
  const last = visits.at(-1);
  if (last === undefined) return null;
  const silence = Math.max(0, (now - last) / DAY_MS);
  const span = Math.max(SPAN_DAYS, silence + 2 * (usualGapDays ?? 0));
  const label = `${String(visits.length)} orders. ${usualGapDays === null ? '' : `Usually one every ${days(usualGapDays)}. `}Silent for ${days(silence)}.`;
  return (
    <div ref={ref}>
      <svg width={w} height={HEIGHT} role="img" aria-label={label} className={classes.svg}>
        <OrderTicks visits={visits} now={now} span={span} w={w} />
        <GapDots visits={visits} silence={silence} usual={usualGapDays} w={w} />
      </svg>
    </div>
  );
}

function OrderTicks({ visits, now, span, w }: { visits: readonly number[]; now: number; span: number; w: number }) {
  const start = now - span * DAY_MS;
  const x = (at: number) => PAD + ((at - start) / (span * DAY_MS)) * (w - 2 * PAD - 2);
  const last = visits.at(-1) ?? now;
  return (
    <g>
      <text x={PAD} y={11}>
        {span > SPAN_DAYS ? 'Orders' : 'Orders, last 12 months'}
      </text>
      <rect x={x(last)} y={20} width={Math.max(0, x(now) - x(last))} height={26} className={classes.silence} />
      <line x1={PAD} x2={x(now)} y1={46} y2={46} className={classes.axis} />
      {visits
        .filter((at) => at >= start)
        .map((at) => (
          <line key={at} x1={x(at)} x2={x(at)} y1={at === last ? 20 : 26} y2={46} className={classes.tick} data-last={at === last || undefined} />
        ))}
      <line x1={x(now)} x2={x(now)} y1={18} y2={50} className={classes.now} />
      <text x={x(now)} y={62} textAnchor="end">
        today
      </text>
      <text x={PAD} y={62}>
        {date(start)}
      </text>
    </g>
  );
}

function GapDots({ visits, silence, usual, w }: { visits: readonly number[]; silence: number; usual: number | null; w: number }) {
  const past = gaps(visits);
  const end = axisEnd(Math.max(silence, usual ?? 0, ...past));
  const x = (n: number) => PAD + (n / end) * (w - 2 * PAD);
  const nowX = x(silence);
  const usualX = usual === null ? null : x(usual);
  const nowAnchor = nowX > w - 44 ? 'end' : nowX < 44 ? 'start' : 'middle';
  // the two captions share a line; when they would touch, the usual one moves up
  const apart = usualX === null || Math.abs(nowX - usualX) > 92;
  return (
    <g>
      <text x={PAD} y={89}>
        {past.length > 0 ? 'Days between orders' : 'One order so far; the usual gap is the shop’s'}
      </text>
      <line x1={PAD} x2={w - PAD} y1={138} y2={138} className={classes.axis} />
      {stackDots(past, end, 60).map((dot, i) => (
        <circle key={i} cx={x(dot.value)} cy={139.5 - Math.min(dot.level, MAX_LEVEL) * 6} r={2.5} className={classes.dot} />
      ))}
      {usualX !== null && usual !== null && (
        <g>
          <line x1={usualX} x2={usualX} y1={100} y2={142} className={classes.usual} />
          <text x={usualX} y={apart ? 156 : 98} textAnchor={usualX < 36 ? 'start' : usualX > w - 36 ? 'end' : 'middle'} className={classes.usualText}>
            usual {Math.round(usual)}
          </text>
        </g>
      )}
      <line x1={nowX} x2={nowX} y1={106} y2={142} className={classes.now} />
      <circle cx={nowX} cy={106} r={3.5} className={classes.nowDot} />
      <text x={nowX} y={156} textAnchor={nowAnchor} className={classes.nowText}>
        {Math.round(silence)} now
      </text>
    </g>
  );
}
