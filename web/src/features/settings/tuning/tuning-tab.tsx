// SPDX-License-Identifier: AGPL-3.0-or-later
// The detector found from this shop's own history: asked for, looked at, confirmed or declined. Until one is confirmed,
// no timer makes a draft.
import { Button, Group, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Tuning } from '../../../api/gen';
import { sentence } from '../../../api/problem';
import { Card } from '../../../components/card';
import { ErrorState } from '../../../components/error-state';
import { Badge } from '../../../components/state-badge';
import { When } from '../../../components/when';
import { useCan } from '../../../lib/session';
import { policyQuery, tuningQuery, useRunTuning } from '../api';
import settings from '../settings.module.css';
import { ProposalCard } from './proposal-card';
import { UsualGap } from './usual-gap';
import { detectorWords, thresholdWords } from './words';

type Tone = 'ok' | 'warn' | 'calm' | 'blue' | 'ember';

const states: Record<Tuning['status'], [string, Tone]> = {
  none: ['not looked yet', 'calm'],
  running: ['looking', 'blue'],
  pending: ['waits for you', 'ember'],
  confirmed: ['confirmed', 'ok'],
  declined: ['declined', 'calm'],
  too_little_history: ['too little history', 'warn'],
};

export function TuningTab() {
  const tuning = useQuery(tuningQuery);
  const policy = useQuery(policyQuery);
  if (tuning.isPending || policy.isPending) return <Skeleton h={300} radius={12} role="status" aria-label="Loading" aria-busy="true" />;
  if (tuning.isError) return <ErrorState what="The proposal" error={tuning.error} retry={() => void tuning.refetch()} />;
  if (policy.isError) return <ErrorState what="The policy" error={policy.error} retry={() => void policy.refetch()} />;
  const { status, proposal } = tuning.data;
  const { detector, threshold } = policy.data;
  const [label, tone] = states[status];
  return (
    <>
      <Card title="The detector for this shop" aside={<Badge label={label} tone={tone} />}>
        <State tuning={tuning.data} />
        <p className={settings.note}>
          In force: {detectorWords(detector)}, due under {detector.kind === 'chance' ? thresholdWords(detector, detector.chance ?? 0) : thresholdWords(detector, threshold)}.
        </p>
        <LookAgain status={status} />
      </Card>
      {status === 'too_little_history' && <UsualGap policy={policy.data} />}
      {proposal !== null && status !== 'running' && <ProposalCard key={tuning.data.made_at} proposal={proposal} policy={policy.data} pending={status === 'pending'} />}
    </>
  );
}

function State({ tuning }: { tuning: Tuning }) {
  const { status, asked_at: asked, made_at: made } = tuning;
  return (
    <p className={settings.note} role="status">
      {status === 'none' && 'Rekindle can choose when to speak up from the orders this shop has had: which detector writes to those who are really leaving, and to few who would have come back alone.'}
      {status === 'running' && (
        <>
          Looking at the history since {asked === null ? 'a moment ago' : <When at={asked} as="datetime" />}. This takes seconds in a small shop, a minute in a large one; the page follows by itself.
        </>
      )}
      {status === 'pending' && 'A detector is proposed from this shop’s own history. Until it is confirmed or declined, no due moment makes a draft.'}
      {status === 'confirmed' && 'The proposal was confirmed and went into the policy.'}
      {status === 'declined' && 'The proposal was declined; the detector in force stays.'}
      {status === 'too_little_history' && 'There are too few orders to choose by. Say how often clients usually order, and look again when there is more history.'}{' '}
      {made !== null && status !== 'running' && (
        <>
          Looked at on <When at={made} as="datetime" />.
        </>
      )}
    </p>
  );
}

function LookAgain({ status }: { status: Tuning['status'] }) {
  const run = useRunTuning();
  const may = useCan('admin');
  const busy = status === 'running' || run.isPending;
  const why = !may ? 'Only an admin may look again' : busy ? 'It is looking now' : undefined;
  return (
    <>
      <Group mt={12} gap={12}>
        <Button variant={status === 'none' ? 'filled' : 'default'} size="xs" loading={busy} disabled={why !== undefined} title={why} onClick={() => { run.mutate(undefined); }}>
          {status === 'none' ? 'Look at the history' : 'Look again'}
        </Button>
        {!may && <span className={settings.note}>Only an admin may look again, confirm or decline.</span>}
      </Group>
      {run.isError && (
        <p role="alert" className={settings.refusal}>
          {sentence(run.error)}
        </p>
      )}
    </>
  );
}
