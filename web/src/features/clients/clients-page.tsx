// SPDX-License-Identifier: AGPL-3.0-or-later
// All clients by due moment, found by name, band and consent. The filters live in the URL; the search waits until the
// typing pauses.
import { Chip, CloseButton, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconSearch } from '@tabler/icons-react';
import { useRef } from 'react';
import type { Band, ConsentStatus } from '../../api/gen';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { RowsSkeleton } from '../../components/rows-skeleton';
import { bandLabel, consentLabel } from '../../components/state-badge';
import { count } from '../../lib/format';
import { clientsQuery, type ClientFilter } from './api';
import { ClientTable } from './client-table';
import classes from './clients.module.css';

const bands: readonly Band[] = ['engaged', 'steady', 'drifting', 'lost', 'none'];
const statuses: readonly ConsentStatus[] = ['subscribed', 'paused', 'unsubscribed', 'unknown'];
const TYPING_PAUSE_MS = 200;

interface Props {
  filter: ClientFilter;
  onFilter: (filter: ClientFilter) => void;
  onOpen: (id: string) => void;
}

export function ClientsPage({ filter, onFilter, onOpen }: Props) {
  const query = useInfiniteQuery(clientsQuery(filter));
  const rows = query.data?.pages.flatMap((p) => p.items) ?? [];
  const filtered = filter.q !== undefined || filter.band !== undefined || filter.status !== undefined;
  return (
    <section className={classes.page} aria-label="Clients">
      <header className={classes.head}>
        <h1>Clients</h1>
        <Search
          key={filtered ? 'filtered' : 'all'}
          value={filter.q ?? ''}
          onSearch={(q) => {
            onFilter({ ...filter, q: q === '' ? undefined : q });
          }}
        />
        <Chip.Group
          value={filter.band ?? 'all'}
          onChange={(value) => {
            onFilter({ ...filter, band: bands.find((b) => b === value) });
          }}
        >
          <div className={classes.chips} role="group" aria-label="Band">
            <Chip value="all" size="xs">
              All
            </Chip>
            {bands.map((band) => (
              <Chip key={band} value={band} size="xs">
                {bandLabel(band)}
              </Chip>
            ))}
          </div>
        </Chip.Group>
        <NativeSelect
          size="xs"
          aria-label="Consent"
          value={filter.status ?? ''}
          data={[{ value: '', label: 'Any consent' }, ...statuses.map((value) => ({ value, label: consentLabel(value) }))]}
          onChange={(event) => {
            onFilter({ ...filter, status: statuses.find((s) => s === event.currentTarget.value) });
          }}
        />
        <span className={classes.count}>{query.isSuccess && `${count(rows.length)}${query.hasNextPage ? '+' : ''} shown`}</span>
      </header>
      {query.isPending && <RowsSkeleton rows={12} height={30} />}
      {query.isError && rows.length === 0 && <ErrorState what="The list" error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && !query.hasNextPage && (
        <EmptyState title={filtered ? 'No client matches.' : 'There are no clients yet.'}>
          <span>{filtered ? 'Widen the search or take a filter away.' : 'Send them by the API, or run: rekindle import clients FILE.csv'}</span>
        </EmptyState>
      )}
      {(rows.length > 0 || query.hasNextPage) && <ClientTable rows={rows} query={query} onOpen={onOpen} />}
    </section>
  );
}

function Search({ value, onSearch }: { value: string; onSearch: (q: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const search = useDebouncedCallback(onSearch, TYPING_PAUSE_MS);
  return (
    <TextInput
      ref={input}
      size="xs"
      type="search"
      aria-label="Search clients"
      placeholder="Name, email or id"
      className={classes.search}
      maxLength={100}
      leftSection={<IconSearch size={14} aria-hidden />}
      defaultValue={value}
      rightSection={
        value === '' ? null : (
          <CloseButton
            size="sm"
            aria-label="Clear the search"
            onClick={() => {
              if (input.current !== null) input.current.value = '';
              onSearch('');
            }}
          />
        )
      }
      onChange={(event) => {
        search(event.currentTarget.value.trim());
      }}
    />
  );
}
