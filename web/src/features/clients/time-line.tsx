// SPDX-License-Identifier: AGPL-3.0-or-later
// One axis for everything: the score past and ahead against the threshold, orders as stems by amount, emails below, the
// due moment as a flag, the future shaded. Pointing shows the values; the label says the essence.
import { useElementSize } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import type { Email, Order, Score } from '../../api/gen';
import charts from '../../components/chart.module.css';
import { emailStatusLabel } from '../../components/state-badge';
import { date, money, points, shortDate, wholeMoney } from '../../lib/format';
import { clip, nearest, path, scoreAt, ticks, type Point } from './curve';
import classes from './client.module.css';

// vertical places: score plot, orders plot, emails lane, axis labels
const S0 = 34;
const S1 = 168;
const O0 = 200;
const O1 = 254;
const MAIL = 290;
const AXIS = 312;
const HEIGHT = 336;
const LEFT = 38;
const RIGHT = 10;

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
  const [hover, setHover] = useState<number | null>(null);
  const w = Math.max(width, 260);
  const all = useMemo<Point[]>(() => score.curve.map((p) => ({ at: new Date(p.at).getTime(), score: p.score })), [score.curve]);
  const x = (at: number) => LEFT + ((at - from) / (to - from)) * (w - LEFT - RIGHT);
  const y = (s: number) => S1 - (s / 100) * (S1 - S0);
  const past = clip(all, from, now);
  const ahead = clip(all, now, to);
  const shownOrders = orders.map((o) => ({ ...o, at: new Date(o.ordered_at).getTime() })).filter((o) => o.at >= from && o.at <= to);
  const most = Math.max(1, ...shownOrders.map((o) => o.total_minor ?? 0));
  const shownEmails = emails.map((e) => ({ ...e, at: new Date(e.created_at).getTime() })).filter((e) => e.at >= from && e.at <= to);
  const due = score.due_at === null ? null : new Date(score.due_at).getTime();
  const dueShown = due !== null && due >= from && due <= to;
  const label = `Score, orders and emails from ${date(from)} to ${date(to)}. ${score.sentence}`;

  return (
    <div
      ref={ref}
      className={classes.timeLine}
      onPointerMove={(event) => {
        const px = event.clientX - event.currentTarget.getBoundingClientRect().left;
        setHover(px < LEFT || px > w - RIGHT ? null : from + ((px - LEFT) / (w - LEFT - RIGHT)) * (to - from));
      }}
      onPointerLeave={() => {
        setHover(null);
      }}
    >
      <svg width={w} height={HEIGHT} className={charts.svg} role="img" aria-label={label}>
        <rect x={x(now)} y={S0 - 8} width={Math.max(0, w - RIGHT - x(now))} height={AXIS - S0 + 2} className={charts.future} />
        {[0, 50, 100].map((s) => (
          <g key={s}>
            <line x1={LEFT} x2={w - RIGHT} y1={y(s)} y2={y(s)} className={charts.grid} />
            <text x={LEFT - 8} y={y(s) + 4} textAnchor="end">
              {s}
            </text>
          </g>
        ))}
        <text x={LEFT} y={S0 - 16} className={charts.strong}>
          Engagement score
        </text>
        <line x1={LEFT} x2={w - RIGHT} y1={y(score.threshold)} y2={y(score.threshold)} className={charts.threshold} />
        <path d={`${path(past, x, y)}L${String(x(past.at(-1)?.at ?? now))} ${String(S1)}L${String(x(past[0]?.at ?? now))} ${String(S1)}Z`} className={charts.area} />
        <path d={path(past, x, y)} className={charts.score} />
        <path d={path(ahead, x, y)} className={charts.score} data-ahead />
        <text x={LEFT} y={O0 - 14} className={charts.strong}>
          Orders
        </text>
        {shownOrders.length > 0 && w > 420 && (
          <text x={w - RIGHT} y={O0 - 14} textAnchor="end">
            tallest {wholeMoney(most, shownOrders[0]?.currency ?? 'EUR')}
          </text>
        )}
        <line x1={LEFT} x2={w - RIGHT} y1={O1} y2={O1} className={charts.axis} />
        {shownOrders.map((o) => {
          const top = O1 - ((o.total_minor ?? 0) / most) * (O1 - O0);
          return (
            <g key={o.id}>
              <line x1={x(o.at)} x2={x(o.at)} y1={O1} y2={top} className={charts.stem} data-off={!counts(o) || undefined} />
              <circle cx={x(o.at)} cy={top} r={2.8} className={charts.head} data-off={!counts(o) || undefined} />
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
        {dueShown && <DueFlag x={x(due)} y={y(score.threshold)} text={`due ${shortDate(due)}`} left={x(due) > LEFT + 90} />}
        {ticks(from, to, now, w).map((at) => (
          <text key={at} x={x(at)} y={AXIS + 12} textAnchor="middle" className={at === now ? charts.nowText : undefined}>
            {at === now ? 'today' : shortDate(at)}
          </text>
        ))}
        {hover !== null && <line x1={x(hover)} x2={x(hover)} y1={S0 - 8} y2={AXIS - 8} className={charts.cross} />}
      </svg>
      {hover !== null && (
        <div className={classes.tip} style={{ left: Math.min(Math.max(x(hover) + 10, 0), w - 190), top: S0 }}>
          <b>{date(hover)}</b>
          <Tip at={hover} all={all} order={nearest(shownOrders, hover, (to - from) / 120)} email={nearest(shownEmails, hover, (to - from) / 120)} />
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

function Tip({ at, all, order, email }: { at: number; all: readonly Point[]; order: Order | undefined; email: Email | undefined }) {
  const score = scoreAt(all, at);
  return (
    <>
      {score !== null && <div>score {points(score)}</div>}
      {order !== undefined && (
        <div>
          order {order.total_minor === null ? '' : money(order.total_minor, order.currency)} ({order.status})
        </div>
      )}
      {email !== undefined && (
        <div>
          {emailStatusLabel(email.status)}: {email.subject ?? 'no subject yet'}
        </div>
      )}
    </>
  );
}

export function Legend() {
  return (
    <ul className={classes.legend}>
      <li>
        <i data-kind="score" />
        score
      </li>
      <li>
        <i data-kind="order" />
        order
      </li>
      <li>
        <i data-kind="draft" />
        email not sent
      </li>
      <li>
        <i data-kind="sent" />
        sent
      </li>
      <li>
        <i data-kind="won" />
        ordered after
      </li>
    </ul>
  );
}
