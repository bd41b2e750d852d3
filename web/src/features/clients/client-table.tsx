// SPDX-License-Identifier: AGPL-3.0-or-later
// The rows that are in sight, out of any number: a virtual list over pages that are read as one scrolls. Rows are a
// grid of divs with table roles, since a virtual list cannot be a <table>.
import { createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { Client } from '../../api/gen';
import { paths } from '../../app/paths';
import { BandBadge, ConsentBadge } from '../../components/state-badge';
import { When } from '../../components/when';
import { count, days, personName, points, wholeMoney } from '../../lib/format';
import { useSession } from '../../lib/session';
import classes from './clients.module.css';

const ROW_PX = 44;
const features = tableFeatures({});
const column = createColumnHelper<typeof features, Client>();

function Spent({ minor }: { minor: number }) {
  return wholeMoney(minor, useSession().shop.currency);
}

const columns = column.columns([
  column.display({
    id: 'client',
    header: 'Client',
    cell: ({ row: { original: c } }) => (
      <Link to={paths.client} params={{ id: c.id }} className={classes.name}>
        <b>{personName(c, c.id)}</b>
        <span>{c.email ?? c.id}</span>
      </Link>
    ),
  }),
  column.display({ id: 'band', header: 'Band', cell: ({ row }) => <BandBadge band={row.original.engagement.band} /> }),
  column.display({ id: 'score', header: 'Score', cell: ({ row }) => (row.original.engagement.score === null ? '–' : points(row.original.engagement.score)) }),
  column.display({ id: 'silent', header: 'Silent', cell: ({ row }) => (row.original.engagement.silence_days === null ? '–' : days(row.original.engagement.silence_days)) }),
  column.display({ id: 'due', header: 'Due', cell: ({ row }) => (row.original.engagement.due_at === null ? '–' : <When at={row.original.engagement.due_at} />) }),
  column.display({ id: 'orders', header: 'Orders', cell: ({ row }) => count(row.original.engagement.order_count) }),
  column.display({ id: 'spent', header: 'Spent', cell: ({ row }) => <Spent minor={row.original.engagement.total_minor} /> }),
  column.display({ id: 'consent', header: 'Consent', cell: ({ row }) => <ConsentBadge status={row.original.consent.status} /> }),
]);

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

interface Props {
  rows: Client[];
  query: Paged;
  onOpen: (id: string) => void;
}

export function ClientTable({ rows, query, onOpen }: Props) {
  const scroll = useRef<HTMLDivElement>(null);
  const table = useTable({ features, columns, data: rows, getRowId: (c) => c.id });
  // eslint-disable-next-line react-hooks/incompatible-library -- the compiler then leaves this component alone
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => ROW_PX, overscan: 12 });
  const inSight = virtual.getVirtualItems();
  const lastInSight = inSight.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (lastInSight >= rows.length - 40 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [lastInSight, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const modelRows = table.getRowModel().rows;
  return (
    <div ref={scroll} className={classes.table} role="table" aria-label="Clients" aria-rowcount={hasNextPage ? -1 : rows.length + 1} tabIndex={0}>
      <div role="rowgroup" className={classes.tableHead}>
        {table.getHeaderGroups().map((group) => (
          <div key={group.id} role="row" className={classes.row}>
            {group.headers.map((header) => (
              <div key={header.id} role="columnheader" data-column={header.column.id}>
                <table.FlexRender header={header} />
              </div>
            ))}
          </div>
        ))}
      </div>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {inSight.map((item) => {
          const row = modelRows[item.index];
          if (row === undefined) return null;
          return (
            <div
              key={row.id}
              role="row"
              aria-rowindex={item.index + 2}
              className={classes.row}
              data-body
              style={{ transform: `translateY(${String(item.start)}px)` }}
              onClick={() => {
                onOpen(row.id);
              }}
            >
              {row.getAllCells().map((cell) => (
                <div key={cell.id} role="cell" data-column={cell.column.id}>
                  <table.FlexRender cell={cell} />
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
