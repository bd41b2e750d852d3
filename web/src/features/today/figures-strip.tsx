// SPDX-License-Identifier: AGPL-3.0-or-later
// The shop in six figures, above the queue.
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { count, counted } from '../../lib/format';
import { useSession } from '../../lib/session';
import { dashboardQuery } from './api';
import classes from './figures-strip.module.css';

export function FiguresStrip() {
  const { rehearsal } = useSession();
  const { data, isError } = useQuery(dashboardQuery);
  if (isError) return <p className={classes.strip}>The figures did not load; they are read again in a minute.</p>;
  const figures = [
    { label: 'At risk', value: data?.at_risk, show: counted, title: 'Clients whose score is between 25 and the threshold' },
    { label: 'Due this week', value: data?.due_this_week, show: counted, title: 'Clients whose due moment is within 7 days' },
    { label: 'Waiting', value: data?.waiting, show: count, title: 'Episodes that wait for room in the queue' },
    { label: 'Backlog', value: data?.backlog, show: counted, title: 'Clients who were drifting already when they were loaded' },
    rehearsal ? { label: 'Rehearsed', value: data?.rehearsed, show: count, title: 'Emails kept here instead of sent' } : { label: 'Sent', value: data?.sent, show: count, title: 'Emails the relay accepted' },
    { label: 'Came back', value: data?.recovered, show: count, title: 'Emailed clients who ordered within 30 days' },
  ];
  return (
    <dl className={classes.strip}>
      {figures.map(({ label, value, show, title }) => (
        <div key={label} title={title}>
          <dt>{label}</dt>
          <dd>{value === undefined ? <Skeleton h={14} w={28} /> : show(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
