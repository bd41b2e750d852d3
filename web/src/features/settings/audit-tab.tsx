// SPDX-License-Identifier: AGPL-3.0-or-later
// Who decided what, latest first, with what was before and what is after.
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Audit } from '../../api/gen';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { LoadMore } from '../../components/load-more';
import { RowsSkeleton } from '../../components/rows-skeleton';
import { When } from '../../components/when';
import { auditQuery, staffQuery } from './api';
import { actionWords, detailLines } from './audit-words';
import classes from './settings.module.css';

export function AuditTab() {
  const query = useInfiniteQuery(auditQuery);
  const staff = useInfiniteQuery(staffQuery);
  const names = new Map(staff.data?.pages.flatMap((p) => p.items).map((person) => [person.id, person.email]));
  const entries = query.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <Card title="Who decided what">
      {query.isPending && <RowsSkeleton rows={6} height={40} />}
      {query.isError && entries.length === 0 && <ErrorState what="The audit log" error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && entries.length === 0 && (
        <EmptyState title="Nothing was decided yet.">
          <span>Changes of the policy, of the detector and of the draw appear here, and can never be taken out.</span>
        </EmptyState>
      )}
      {entries.length > 0 && (
        <table className={classes.audit}>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">What</th>
              <th scope="col">Before and after</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <Entry key={entry.id} entry={entry} who={names.get(entry.actor) ?? entry.actor} />
            ))}
          </tbody>
        </table>
      )}
      <LoadMore query={query} />
    </Card>
  );
}

function Entry({ entry, who }: { entry: Audit; who: string }) {
  return (
    <tr>
      <td>
        <When at={entry.at} as="datetime" />
      </td>
      <td>{who === 'rekindle' ? 'Rekindle itself' : who}</td>
      <th scope="row">{actionWords(entry.action)}</th>
      <td>
        <ul>
          {detailLines(entry.detail).map((line) => (
            <li key={line.name}>
              {line.name}: {line.before !== undefined && <span>{line.before} → </span>}
              {line.after}
            </li>
          ))}
        </ul>
      </td>
    </tr>
  );
}
