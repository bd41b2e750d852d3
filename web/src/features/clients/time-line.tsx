// SPDX-License-Identifier: AGPL-3.0-or-later
// One axis for everything: the score past and ahead against the threshold, orders as dots on it and as stems by amount,
// emails below, the due moment as a flag, the future shaded. Pointing or the arrow keys show the values; the label says
// the essence.
import { useElementSize } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import type { Email, Order, Score } from '../../api/gen';
import { beside, ChartReader } from '../../components/chart-reader';
import charts from '../../components/chart.module.css';
import { date, points, short, shortDate, wholeMoney } from '../../lib/format';
import { clip, nearest, path, scoreAt, ticks, type Point } from './curve';
import classes from './client.module.css';
import { readingLines } from './reading';

// vertical places: score plot, orders plot, emails lane, axis labels
const S0 = 34;
const S1 = 190;
const O0 = 222;
const O1 = 270;
const MAIL = 306;
const AXIS = 328;
const HEIGHT = 352;
const LEFT = 38;
const RIGHT = 12;

interface Props {
  score: Score;
  orders: Order[];
  emails: Email[];
  now: number;
  from: number;
  to: number;
}

/** Is the order a visit for the score? Others are drawn faint. */
const counts = (o: Order) => o.status !== 'cancelled' && !o.automatic && !o.quarantined;

export function TimeLine({ score, orders, emails, now, from, to }: Props) {
  const { ref, width } = useElementSize();
  const [at, setAt] = useState<number | null>(null);
  const w = Math.max(width, 260);
  const all = useMemo<Point[]>(() => score.curve.map((p) => ({ at: new Date(p.at).getTime(), score: p.score })), [score.curve]);
  const x = (t: number) => LEFT + ((t - from) / (to - from)) * (w - LEFT - RIGHT);
  const y = (s: number) => S1 - (s / 100) * (S1 - S0);
  const within = <T extends { at: number }>(records: T[]) => records.filter((r) => r.at >= from && r.at <= to);
  const past = clip(all, from, now);
  const ahead = clip(all, now, to);
  const shownOrders = within(orders.map((o) => ({ ...o, at: new Date(o.ordered_at).getTime() })));
  const most = Math.max(1, ...shownOrders.map((o) => o.total_minor ?? 0));
  const shownEmails = within(emails.map((e) => ({ ...e, at: new Date(e.created_at).getTime() })));
  const due = score.due_at === null ? null : new Date(score.due_at).getTime();
  const dueShown = due !== null && due >= from && due <= to;
  const nowScore = scoreAt(all, now);
  // beside the flag the number would be covered
  const nowLabelled = nowScore !== null && (!dueShown || Math.abs(x(due) - x(now)) > 54 || Math.abs(y(score.threshold) - y(nowScore)) > 30);
  const label = `Score, orders and emails from ${date(from)} to ${date(to)}. ${score.sentence}`;

  // where the keys stop: each event, now, the due moment and the ticks between
  const stops = [...new Set([...shownOrders, ...shownEmails].map((r) => r.at).concat(ticks(from, to, now, w), now, to, dueShown ? [due] : []))].sort((a, b) => a - b);
  const time = at === null ? null : from + ((Math.min(Math.max(at, LEFT), w - RIGHT) - LEFT) / (w - LEFT - RIGHT)) * (to - from);
  const reach = (to - from) / 120;
  const read = (t: number) => readingLines({ score: scoreAt(all, t), ahead: t > now, due: dueShown && Math.abs(due - t) < reach / 2, order: nearest(shownOrders, t, reach), email: nearest(shownEmails, t, reach) });

  return (
    <div ref={ref} className={classes.timeLine}>
      <svg width={w} height={HEIGHT} viewBox={`0 0 ${String(w)} ${String(HEIGHT)}`} className={charts.svg} role="img" aria-label={label}>
        <rect x={x(now)} y={S0 - 8} width={Math.max(0, w - RIGHT - x(now))} height={AXIS - S0 + 2} className={charts.future} />
        {[0, 25, 50, 75, 100].map((s) => (
          <g key={s}>
            <line x1={LEFT} x2={w - RIGHT} y1={y(s)} y2={y(s)} className={charts.grid} />
            {s % 50 === 0 && (
              <text x={LEFT - 8} y={y(s) + 4} textAnchor="end">
                {s}
              </text>
            )}
          </g>
        ))}
        <text x={LEFT} y={S0 - 16} className={charts.strong}>
          Engagement score
        </text>
        <line x1={LEFT} x2={w - RIGHT} y1={y(score.threshold)} y2={y(score.threshold)} className={charts.threshold} />
        <text x={LEFT + 6} y={y(score.threshold) + 15} className={`${charts.onLine ?? ''} ${charts.halo ?? ''}`}>
          due under {short(score.threshold)}
        </text>
        <path d={`${path(past, x, y)}L${String(x(past.at(-1)?.at ?? now))} ${String(S1)}L${String(x(past[0]?.at ?? now))} ${String(S1)}Z`} className={charts.area} />
        <path d={path(past, x, y)} className={charts.score} />
        <path d={path(ahead, x, y)} className={charts.score} data-ahead />
        <text x={LEFT} y={O0 - 12} className={charts.strong}>
          Orders
        </text>
        {shownOrders.length > 0 && w > 420 && (
          <text x={w - RIGHT} y={O0 - 12} textAnchor="end">
            tallest {wholeMoney(most, shownOrders[0]?.currency ?? 'EUR')}
          </text>
        )}
        <line x1={LEFT} x2={w - RIGHT} y1={O1} y2={O1} className={charts.axis} />
        {shownOrders.map((o) => {
          const top = O1 - ((o.total_minor ?? 0) / most) * (O1 - O0);
          const lifted = counts(o) ? scoreAt(all, o.at) : null;
          return (
            <g key={o.id}>
              <line x1={x(o.at)} x2={x(o.at)} y1={O1} y2={top} className={charts.stem} data-off={!counts(o) || undefined} />
              <circle cx={x(o.at)} cy={top} r={2.8} className={charts.head} data-off={!counts(o) || undefined} />
              {lifted !== null && <circle cx={x(o.at)} cy={y(lifted)} r={3.2} className={charts.order} />}
            </g>
          );
        })}
        <text x={LEFT} y={MAIL - 13} className={charts.strong}>
          Emails
        </text>
        <line x1={LEFT} x2={w - RIGHT} y1={MAIL + 4} y2={MAIL + 4} className={charts.grid} />
        {shownEmails.map((e) => (
          <circle key={e.id} cx={x(e.at)} cy={MAIL + 4} r={4.2} className={charts.mail} data-sent={e.status === 'sent' || e.status === 'rehearsed' || undefined} data-won={e.outcome?.kind === 'reordered' || undefined} />
        ))}
        <line x1={x(now)} x2={x(now)} y1={S0 - 8} y2={AXIS - 8} className={charts.now} />
        {nowScore !== null && <circle cx={x(now)} cy={y(nowScore)} r={4} className={`${charts.nowDot ?? ''} ${charts.ring ?? ''}`} />}
        {nowLabelled && (
          <text x={x(now) + 8} y={y(nowScore) - 8} className={`${charts.nowText ?? ''} ${charts.halo ?? ''}`}>
            {points(nowScore)}
          </text>
        )}
        {dueShown && <DueFlag x={x(due)} y={y(score.threshold)} text={`due ${shortDate(due)}`} left={x(due) > w / 2} />}
        {ticks(from, to, now, w).map((t) => (
          <text key={t} x={x(t)} y={AXIS + 12} textAnchor="middle" className={t === now ? charts.nowText : undefined}>
            {t === now ? 'today' : shortDate(t)}
          </text>
        ))}
        {time !== null && <line x1={x(time)} x2={x(time)} y1={S0 - 8} y2={AXIS - 8} className={charts.cross} />}
      </svg>
      <ChartReader label="Read the time line" stops={stops.map(x)} at={at} onAt={setAt} text={[date(time ?? now), ...read(time ?? now)].join(', ')} />
      {time !== null && (
        <div className={charts.tip} style={beside(x(time), w, S0)}>
          <b>{date(time)}</b>
          {read(time).map((line) => (
            <div key={line}>{line}</div>
          ))}
        </div>
      )}
    </div>
  );
}

function DueFlag({ x, y, text, left }: { x: number; y: number; text: string; left: boolean }) {
  return (
    <g>
      <line x1={x} x2={x} y1={y - 6} y2={S0 - 22} className={charts.flag} />
      <circle cx={x} cy={y} r={5} className={`${charts.nowDot ?? ''} ${charts.ring ?? ''}`} />
      <text x={left ? x - 6 : x + 6} y={S0 - 15} textAnchor={left ? 'end' : 'start'} className={charts.nowText}>
        {text}
      </text>
    </g>
  );
}
