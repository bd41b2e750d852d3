// SPDX-License-Identifier: AGPL-3.0-or-later
// What happened, newest first: orders, episodes, emails and consent in one list.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TimelineItem } from '../../api/gen';
import { paths } from '../../app/paths';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { LoadMore } from '../../components/load-more';
import { RowsSkeleton } from '../../components/rows-skeleton';
import { Badge } from '../../components/state-badge';
import { When } from '../../components/when';
import { money } from '../../lib/format';
import { timelineQuery } from './api';
import classes from './client.module.css';

const kinds: Record<TimelineItem['kind'], string> = { order: 'Order', episode: 'Episode', email: 'Email', consent: 'Consent' };

export function Happened({ id }: { id: string }) {
  const query = useInfiniteQuery(timelineQuery(id));
  const items = query.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <Card title="What happened">
      {query.isPending && <RowsSkeleton rows={5} height={26} />}
      {query.isError && items.length === 0 && <ErrorState what="The time line" error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && (
        <EmptyState title="Nothing yet.">
          <span>Orders, emails and consent of this client appear here.</span>
        </EmptyState>
      )}
      {items.length > 0 && (
        <table className={classes.events}>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">What</th>
              <th scope="col">Amount</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={`${item.kind} ${item.ref_id ?? ''} ${item.at}`}>
                <td>
                  <When at={item.at} />
                </td>
                <td>
                  <What item={item} />
                </td>
                <td>{item.amount_minor !== null && item.currency !== null && money(item.amount_minor, item.currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <LoadMore query={query} />
    </Card>
  );
}

function What({ item }: { item: TimelineItem }) {
  const title =
    item.kind === 'email' && item.ref_id !== null ? (
      <Link to={paths.email} params={{ id: item.ref_id }}>
        {item.title}
      </Link>
    ) : (
      <b>{item.title}</b>
    );
  return (
    <>
      {item.kind !== 'order' && `${kinds[item.kind]}: `}
      {title} {item.status !== null && <Badge label={item.status.replaceAll('_', ' ')} tone="calm" />}
    </>
  );
}
