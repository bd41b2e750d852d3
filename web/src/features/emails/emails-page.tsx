// SPDX-License-Identifier: AGPL-3.0-or-later
// Emails by state, newest change first.
import { Chip } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Email, EmailStatus } from '../../api/gen';
import { paths } from '../../app/paths';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { LoadMore } from '../../components/load-more';
import { RowsSkeleton } from '../../components/rows-skeleton';
import { EmailBadge, emailStatusLabel, verdictLabel } from '../../components/state-badge';
import { When } from '../../components/when';
import { personName } from '../../lib/format';
import { emailReason } from '../../lib/reasons';
import { emailsQuery } from './api';
import { isBad } from './delivery';
import classes from './emails.module.css';

const statuses: readonly EmailStatus[] = [
  'in_review',
  'blocked',
  'drafting',
  'draft_failed',
  'approved',
  'sending',
  'sent',
  'rehearsed',
  'uncertain',
  'failed',
  'held',
  'rejected',
  'cancelled',
];

interface Props {
  status: EmailStatus | undefined;
  onStatus: (status: EmailStatus | undefined) => void;
}

export function EmailsPage({ status, onStatus }: Props) {
  const query = useInfiniteQuery(emailsQuery(status));
  const items = query.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <section className={classes.page} aria-label="Emails">
      <header>
        <h1>Emails</h1>
        <Chip.Group
          value={status ?? 'all'}
          onChange={(value) => {
            onStatus(statuses.find((s) => s === value));
          }}
        >
          <div className={classes.chips} role="group" aria-label="State">
            <Chip value="all" size="xs">
              All
            </Chip>
            {statuses.map((s) => (
              <Chip key={s} value={s} size="xs">
                {emailStatusLabel(s)}
              </Chip>
            ))}
          </div>
        </Chip.Group>
      </header>
      <div className={classes.list}>
        {query.isPending && <RowsSkeleton rows={8} height={40} />}
        {query.isError && items.length === 0 && <ErrorState what="The emails" error={query.error} retry={() => void query.refetch()} />}
        {query.isSuccess && items.length === 0 && !query.hasNextPage && (
          <EmptyState title={status === undefined ? 'There is no email yet.' : `No email is in the state “${emailStatusLabel(status)}”.`}>
            <span>{status === undefined ? 'The first one is written when a client’s due moment comes.' : 'Choose another state, or all.'}</span>
          </EmptyState>
        )}
        <ul>
          {items.map((email) => (
            <Row key={email.id} email={email} />
          ))}
        </ul>
        <LoadMore query={query} />
      </div>
    </section>
  );
}

function Row({ email }: { email: Email }) {
  const reason = emailReason(email);
  return (
    <li>
      <Link to={paths.email} params={{ id: email.id }} className={classes.row}>
        <b>{personName(email.client, email.client_id)}</b>
        <span className={classes.subject}>
          {email.subject ?? 'No subject yet'}
          {reason !== null && <em>{reason}</em>}
        </span>
        <span className={classes.state}>
          {isBad(email.delivery) && <em>{verdictLabel(email.delivery)}</em>}
          <EmailBadge status={email.status} />
        </span>
        <span className={classes.when}>
          <When at={email.updated_at} as="relative" />
        </span>
      </Link>
    </li>
  );
}
