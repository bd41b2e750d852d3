// SPDX-License-Identifier: AGPL-3.0-or-later
// The list of drafts: those to review, then those a check has blocked. One row says who, what and how unusual the
// silence is; the silence bars share one scale.
import { ActionIcon } from '@mantine/core';
import type { UseInfiniteQueryResult, InfiniteData } from '@tanstack/react-query';
import { IconAlertTriangle, IconKeyboard } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { Email, EmailPage } from '../../api/gen';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { LoadMore } from '../../components/load-more';
import { RowsSkeleton } from '../../components/rows-skeleton';
import { SilenceBar } from '../../components/silence-bar';
import { When } from '../../components/when';
import { days, personName, points } from '../../lib/format';
import classes from './today.module.css';

type Queue = UseInfiniteQueryResult<InfiniteData<EmailPage>>;

interface Props {
  toReview: Queue;
  blocked: Queue;
  current: string | undefined;
  onSelect: (id: string) => void;
  onKeys: () => void;
}

export function QueueList({ toReview, blocked, current, onSelect, onKeys }: Props) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const groups = [
    { label: 'To review', query: toReview, items: toReview.data?.pages.flatMap((p) => p.items) ?? [] },
    { label: 'Blocked by a check', query: blocked, items: blocked.data?.pages.flatMap((p) => p.items) ?? [] },
  ];
  const empty = toReview.isSuccess && blocked.isSuccess && groups.every((g) => g.items.length === 0);
  const more = toReview.hasNextPage ? '+' : '';
  return (
    <section className={classes.list} aria-label="Drafts to review">
      <header>
        <h1>Today</h1>
        <span>
          {groups[0]?.items.length}
          {more} to review
        </span>
        <ActionIcon variant="subtle" color="gray" ml="auto" aria-label="Keyboard shortcuts" onClick={onKeys} visibleFrom="sm">
          <IconKeyboard size={17} />
        </ActionIcon>
      </header>
      <div ref={list} className={classes.rows} role="group" aria-label="Queue" tabIndex={0}>
        {groups.map(({ label, query, items }) => (
          <div key={label}>
            {query.isPending && <RowsSkeleton rows={label === 'To review' ? 6 : 1} height={62} />}
            {query.isError && items.length === 0 && <ErrorState what={`“${label}”`} error={query.error} retry={() => void query.refetch()} />}
            {items.length > 0 && (
              <>
                <h2>
                  {label}
                  <span>{items.length}</span>
                </h2>
                {items.map((email) => (
                  <Row key={email.id} email={email} current={email.id === current} onSelect={onSelect} />
                ))}
                <LoadMore query={query} />
              </>
            )}
          </div>
        ))}
        {empty && (
          <EmptyState title="All done for now.">
            <span>New drafts appear here the moment a client drifts away.</span>
          </EmptyState>
        )}
      </div>
    </section>
  );
}

function Row({ email, current, onSelect }: { email: Email; current: boolean; onSelect: (id: string) => void }) {
  const { silence_days: silence, usual_gap_days: usual } = email.evidence;
  return (
    <button
      type="button"
      className={classes.row}
      aria-current={current}
      onClick={() => {
        onSelect(email.id);
      }}
    >
      <span className={classes.line}>
        <b>{personName(email.client, email.client_id)}</b>
        <span className={classes.when}>
          <When at={email.created_at} as="relative" />
        </span>
      </span>
      <span className={classes.subject}>{email.subject ?? 'No subject yet'}</span>
      <span className={classes.rhythm}>
        {silence !== null && usual !== null && usual > 0 && <SilenceBar silence={silence} usual={usual} />}
        {silence === null ? 'Asked for by staff' : `${days(silence)} silent${usual === null ? '' : `, usually ${String(Math.round(usual))}`}`}
        {email.status === 'blocked' ? (
          <em>
            <IconAlertTriangle size={13} aria-hidden />
            blocked
          </em>
        ) : (
          email.score !== null && <i title="Engagement score when the episode opened">{points(email.score)}</i>
        )}
      </span>
    </button>
  );
}
