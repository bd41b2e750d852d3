// SPDX-License-Identifier: AGPL-3.0-or-later
// Clients who were drifting already when their history came. Nothing is written for them until some are released here,
// the most valuable first.
import { Button, NumberInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { BacklogItem } from '../../api/gen';
import { sentence } from '../../api/problem';
import { paths } from '../../app/paths';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { LoadMore } from '../../components/load-more';
import { RowsSkeleton } from '../../components/rows-skeleton';
import { count, counted, days, personName, wholeMoney } from '../../lib/format';
import { useCan, useSession } from '../../lib/session';
import { backlogQuery, useRelease } from './api';
import classes from './settings.module.css';

const reasons: Record<BacklogItem['reason'], string> = {
  history: 'history loaded',
  late_order: 'an order came late',
  cancellation: 'an order was cancelled',
  policy: 'the policy changed',
  shop_scale: 'the shop’s averages moved',
};

export function BacklogTab() {
  const query = useInfiniteQuery(backlogQuery);
  const { currency } = useSession().shop;
  const items = query.data?.pages.flatMap((p) => p.items) ?? [];
  const total = query.data?.pages[0]?.count ?? 0;
  return (
    <>
      {total > 0 && <Release total={total} />}
      <Card title={query.isSuccess ? `Backlog: ${counted(total)} ${total === 1 ? 'client' : 'clients'}` : 'Backlog'}>
        {query.isPending && <RowsSkeleton rows={5} height={34} />}
        {query.isError && items.length === 0 && <ErrorState what="The backlog" error={query.error} retry={() => void query.refetch()} />}
        {query.isSuccess && items.length === 0 && (
          <EmptyState title="The backlog is empty.">
            <span>Clients who were drifting already when their orders were loaded wait here, so that no burst of mail goes out.</span>
          </EmptyState>
        )}
        <ul className={classes.rows}>
          {items.map((item) => (
            <li key={item.client_id}>
              <div>
                <Link to={paths.client} params={{ id: item.client_id }}>
                  {personName(item.client, item.client_id)}
                </Link>
                <small>
                  {reasons[item.reason]}, silent for {days(item.silence_days)}
                </small>
              </div>
              <span className={classes.amount}>{wholeMoney(item.total_minor, currency)}</span>
            </li>
          ))}
        </ul>
        <LoadMore query={query} />
      </Card>
    </>
  );
}

function Release({ total }: { total: number }) {
  const release = useRelease();
  const may = useCan('admin');
  const [number, setNumber] = useState<number | string>(Math.min(25, total));
  const ready = Number(number) >= 1;
  return (
    <Card title="Release a batch">
      <p className={classes.note}>The most valuable ones first. The daily limit, the holdout and every rule still apply; start small and see how the first ones do.</p>
      <form
        className={classes.inline}
        onSubmit={(event) => {
          event.preventDefault();
          release.mutate(
            { count: Number(number) },
            {
              onSuccess: ({ released, skipped, remaining }) => {
                const passed = skipped === 0 ? '' : `${count(skipped)} were silent for longer than the policy allows. `;
                notifications.show({ color: 'teal', title: `${count(released)} released`, message: `${passed}${counted(remaining)} remain in the backlog.` });
              },
            },
          );
        }}
      >
        <NumberInput label="How many" min={1} max={10000} allowDecimal={false} value={number} onChange={setNumber} />
        <Button type="submit" loading={release.isPending} disabled={!may || !ready} title={may ? undefined : 'Only an admin may release the backlog'}>
          Release
        </Button>
      </form>
      {!may && <p className={classes.note}>Only an admin may release the backlog.</p>}
      {release.isError && (
        <p role="alert" className={classes.refusal}>
          {sentence(release.error)}
        </p>
      )}
    </Card>
  );
}
