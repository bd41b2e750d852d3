// SPDX-License-Identifier: AGPL-3.0-or-later
// Five figures: silence, score, due moment, chance of return, orders.
import type { Client } from '../../api/gen';
import { Figures } from '../../components/figures';
import { When } from '../../components/when';
import { count, days, percent, points, short, wholeMoney } from '../../lib/format';
import { useSession } from '../../lib/session';

export function ClientFigures({ client, threshold }: { client: Client; threshold: number | undefined }) {
  const { currency } = useSession().shop;
  const e = client.engagement;
  const drifting = e.band === 'drifting' || e.band === 'lost';
  return (
    <Figures
      figures={[
        {
          label: 'Silent for',
          value: e.silence_days === null ? '–' : days(e.silence_days),
          note: e.usual_gap_days === null ? 'no rhythm yet' : `usually ${days(e.usual_gap_days)}`,
          hot: drifting,
        },
        { label: 'Engagement score', value: e.score === null ? '–' : points(e.score), note: threshold === undefined ? 'of 100' : `due under ${short(threshold)}` },
        {
          label: 'Due moment',
          value: e.due_at === null ? '–' : <When at={e.due_at} as="short" />,
          note: e.due_at === null ? 'no timer' : <When at={e.due_at} as="relative" />,
        },
        {
          label: 'Chance of return',
          value: e.chance_of_return === null ? '–' : percent(e.chance_of_return, 0),
          note: e.chance_of_return === null ? (e.score === null ? 'no score yet' : 'too little history') : 'of an order within 90 days',
        },
        {
          label: 'Orders',
          value: count(e.order_count),
          note: e.order_count === 0 ? 'none yet' : `${wholeMoney(e.total_minor, currency)} in all, ${wholeMoney(e.total_minor / e.order_count, currency)} each`,
        },
      ]}
    />
  );
}
