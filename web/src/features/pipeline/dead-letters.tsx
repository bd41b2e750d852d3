// SPDX-License-Identifier: AGPL-3.0-or-later
// Jobs that used up their attempts, each with its reason, until they are let run again or dropped.
import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Job } from '../../api/gen';
import { sentence } from '../../api/problem';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { LoadMore } from '../../components/load-more';
import { RowsSkeleton } from '../../components/rows-skeleton';
import { When } from '../../components/when';
import { useCan } from '../../lib/session';
import { deadLettersQuery, useDismiss, useRedrive } from './api';
import classes from './pipeline.module.css';

export function DeadLetters() {
  const query = useInfiniteQuery(deadLettersQuery);
  const jobs = query.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <Card title="Dead letters">
      {query.isPending && <RowsSkeleton rows={2} height={40} />}
      {query.isError && jobs.length === 0 && <ErrorState what="The dead letters" error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && jobs.length === 0 && (
        <EmptyState title="None.">
          <span>A job that fails again and again is kept here with its reason.</span>
        </EmptyState>
      )}
      <ul className={classes.jobs}>
        {jobs.map((job) => (
          <Letter key={job.id} job={job} />
        ))}
      </ul>
      <LoadMore query={query} />
    </Card>
  );
}

function Letter({ job }: { job: Job }) {
  const redrive = useRedrive();
  const dismiss = useDismiss();
  const may = useCan('reviewer');
  const why = may ? undefined : 'Your role may read, not decide.';
  const busy = redrive.isPending || dismiss.isPending;
  const onError = (error: unknown) => {
    notifications.show({ color: 'red', title: 'Not done', message: sentence(error) });
  };
  return (
    <li>
      <div>
        <b>{job.kind.replaceAll('_', ' ')}</b> <span>{job.key}</span>
        <p>{job.reason ?? 'No reason was kept.'}</p>
        <small>
          {job.attempts} attempts, last <When at={job.run_at} as="relative" />
        </small>
      </div>
      <Group gap={8} wrap="nowrap">
        <Button
          size="xs"
          variant="default"
          disabled={!may || busy}
          title={why}
          onClick={() => {
            redrive.mutate(job.id, { onError });
          }}
        >
          Run again
        </Button>
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          disabled={!may || busy}
          title={why}
          onClick={() => {
            dismiss.mutate(job.id, { onError });
          }}
        >
          Drop
        </Button>
      </Group>
    </li>
  );
}
