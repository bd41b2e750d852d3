// SPDX-License-Identifier: AGPL-3.0-or-later
// How the open draft came to be written. Folded: it is read when somebody wants to know, and only then asked for.
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Email } from '../../api/gen';
import { CallsList } from '../../components/calls-list';
import { EditHistory } from '../../components/edit-history';
import { EgressList } from '../../components/egress-list';
import { useCan, useSession } from '../../lib/session';
import { writingQuery } from './api';
import classes from './today.module.css';

function Loaded({ email }: { email: Email }) {
  const { staff_id: staffId } = useSession();
  const mayRead = useCan('reviewer');
  return (
    <>
      <h3>What left the house</h3>
      <EgressList egress={email.egress ?? []} writer={email.writer} />
      <h3>Calls and cost</h3>
      <CallsList emailId={email.id} calls={email.calls ?? []} mayRead={mayRead} />
      <h3>Edits</h3>
      <EditHistory edits={email.edits ?? []} staffId={staffId} />
    </>
  );
}

export function WritingPane({ email }: { email: Email }) {
  const [open, setOpen] = useState(false);
  const query = useQuery({ ...writingQuery(email), enabled: open });
  return (
    <details
      className={classes.written}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>How it was written</summary>
      {open && query.isPending && <Skeleton h={90} radius={8} role="status" aria-label="Loading" />}
      {open && query.isError && <p className={classes.note}>This did not load.</p>}
      {open && query.isSuccess && <Loaded email={query.data} />}
    </details>
  );
}
