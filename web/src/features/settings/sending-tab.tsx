// SPDX-License-Identifier: AGPL-3.0-or-later
// Stop or resume all sending, and the addresses that are never mailed.
import { Button, Skeleton, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { KillSwitch } from '../../api/gen';
import { sentence } from '../../api/problem';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { LoadMore } from '../../components/load-more';
import { Badge } from '../../components/state-badge';
import { When } from '../../components/when';
import { useCan } from '../../lib/session';
import { killSwitchQuery, suppressionsQuery, useKillSwitch, useSuppress } from './api';
import classes from './settings.module.css';

export function SendingTab() {
  const query = useQuery(killSwitchQuery);
  return (
    <>
      <Card title="All sending" aside={query.data && <Badge label={query.data.on ? 'stopped' : 'allowed'} tone={query.data.on ? 'bad' : 'ok'} />}>
        {query.isPending && <Skeleton h={60} />}
        {query.isError && <ErrorState what="The switch" error={query.error} retry={() => void query.refetch()} />}
        {query.data && <Switch state={query.data} />}
      </Card>
      <Suppressions />
    </>
  );
}

function Switch({ state }: { state: KillSwitch }) {
  const change = useKillSwitch();
  const may = useCan('reviewer');
  const [reason, setReason] = useState('');
  if (state.on) {
    return (
      <>
        <p className={classes.note}>
          {state.reason ?? 'No reason was given.'}{' '}
          {state.at !== null && (
            <>
              Since <When at={state.at} as="datetime" />.
            </>
          )}
        </p>
        <Button mt={10} loading={change.isPending} disabled={!may} title={may ? undefined : 'Your role may read, not decide.'} onClick={() => { change.mutate({ on: false }); }}>
          Resume sending
        </Button>
        {change.isError && <p role="alert">{sentence(change.error)}</p>}
      </>
    );
  }
  const why = !may ? 'Your role may read, not decide.' : reason.trim() === '' ? 'Give a reason first' : undefined;
  return (
    <form
      className={classes.inline}
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ on: true, reason: reason.trim() }, { onSuccess: () => { setReason(''); } });
      }}
    >
      <TextInput label="Why stop?" description="Approved mail is held until sending is resumed" maxLength={500} value={reason} error={change.isError ? sentence(change.error) : undefined} onChange={(event) => { setReason(event.currentTarget.value); }} />
      <Button type="submit" variant="default" loading={change.isPending} disabled={why !== undefined} title={why}>
        Stop all sending
      </Button>
    </form>
  );
}

function Suppressions() {
  const query = useInfiniteQuery(suppressionsQuery);
  const suppress = useSuppress();
  const may = useCan('reviewer');
  const [email, setEmail] = useState('');
  const items = query.data?.pages.flatMap((p) => p.items) ?? [];
  const why = !may ? 'Your role may read, not decide.' : email.trim() === '' ? 'Type an address first' : undefined;
  return (
    <Card title="Never mailed">
      <p className={classes.note}>Addresses are kept only as a keyed hash, outlive the client’s erasure, and cannot be taken off by an import.</p>
      <form
        className={classes.inline}
        onSubmit={(event) => {
          event.preventDefault();
          suppress.mutate(email.trim(), {
            onSuccess: () => {
              setEmail('');
              notifications.show({ color: 'teal', title: 'Suppressed', message: 'No mail goes to this address any more.' });
            },
          });
        }}
      >
        <TextInput label="Add an address" type="email" maxLength={254} value={email} error={suppress.isError ? sentence(suppress.error) : undefined} onChange={(event) => { setEmail(event.currentTarget.value); }} />
        <Button type="submit" variant="default" loading={suppress.isPending} disabled={why !== undefined} title={why}>
          Never mail it
        </Button>
      </form>
      {query.isPending && <Skeleton h={60} mt={12} />}
      {query.isError && items.length === 0 && <ErrorState what="The list" error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && <EmptyState title="No address is suppressed." />}
      <ul className={classes.rows}>
        {items.map((item) => (
          <li key={item.hash}>
            <div>
              <code title={item.hash}>{item.hash.slice(0, 16)}…</code>
            </div>
            <Badge label={item.reason} tone="calm" />
            <span className={classes.amount}>
              <When at={item.at} />
            </span>
          </li>
        ))}
      </ul>
      <LoadMore query={query} />
    </Card>
  );
}
