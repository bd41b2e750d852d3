// SPDX-License-Identifier: AGPL-3.0-or-later
// The proposal: one question with one dial, what stands behind it, and the two answers.
import { Button, Group, Modal, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Policy, TuningProposal } from '../../../api/gen';
import { Problem, sentence } from '../../../api/problem';
import { Card } from '../../../components/card';
import { Range } from '../../../components/range';
import { days, percent, rough } from '../../../lib/format';
import { useCan } from '../../../lib/session';
import { useConfirmTuning, useDeclineTuning } from '../api';
import settings from '../settings.module.css';
import { DetectorTable, LaterTable } from './detector-table';
import classes from './tuning.module.css';
import { basisWords, detectorWords, dialOf, dialValue, dialWords, proposedValue, thresholdWords } from './words';

interface Props {
  proposal: TuningProposal;
  policy: Policy;
  pending: boolean;
}

export function ProposalCard({ proposal, policy, pending }: Props) {
  const { dial, proposed } = dialOf(proposal);
  const [index, setIndex] = useState(proposed);
  const may = useCan('admin');
  const at = dial[index];
  const threshold = at === undefined ? proposedValue(proposal) : dialValue(proposal.detector, at);
  return (
    <Card title={pending ? 'The proposal' : 'The last proposal'}>
      <p className={settings.note}>{proposal.sentence}</p>
      {at !== undefined && pending && (
        <>
          <p className={classes.sentence}>{dialWords(at)}</p>
          <Range label="Fewer or more emails" values={dial.map((_, i) => i)} value={index} text={dialWords(at)} disabled={!may} onChange={setIndex} />
          <div className={classes.ends} aria-hidden>
            <span>fewer emails, later</span>
            <span>{index === proposed ? 'as proposed' : ''}</span>
            <span>more emails, sooner</span>
          </div>
        </>
      )}
      {at !== undefined && pending && (
        <dl className={classes.figures}>
          <div>
            <dt>Would have come back alone</dt>
            <dd>{at.wasted === null ? '–' : percent(at.wasted)}</dd>
          </div>
          <div>
            <dt>Emails a day</dt>
            <dd>{rough(at.episodes_per_day)}</dd>
          </div>
          <div>
            <dt>Typical silence when we write</dt>
            <dd>{at.median_silence_days === null ? '–' : days(at.median_silence_days)}</dd>
          </div>
          <div>
            <dt>Due under</dt>
            <dd>{thresholdWords(proposal.detector, threshold)}</dd>
          </div>
        </dl>
      )}
      {pending && <p className={settings.note}>Emails a day are counted before consent, the daily limit and the holdout take theirs.</p>}
      {pending && <Decide policy={policy} proposal={proposal} threshold={threshold} />}
      <details className={classes.behind}>
        <summary>What was compared</summary>
        <p className={settings.note}>{basisWords(proposal)}</p>
        <LaterTable later={proposal.later} />
        <h3>All that were looked at, on the earlier part</h3>
        <DetectorTable rows={proposal.table} fixed={proposal.fixed} />
      </details>
    </Card>
  );
}

function Decide({ policy, proposal, threshold }: { policy: Policy; proposal: TuningProposal; threshold: number }) {
  const [opened, dialog] = useDisclosure();
  const confirm = useConfirmTuning();
  const decline = useDeclineTuning();
  const may = useCan('admin');
  const why = may ? undefined : 'Only an admin may decide';
  const failed = confirm.error ?? decline.error;
  const moved = failed instanceof Problem && failed.status === 412;
  return (
    <>
      {failed !== null && (
        <p role="alert" className={settings.refusal}>
          {moved ? 'Somebody changed the policy meanwhile. It is read again: look, then confirm.' : sentence(failed)}
        </p>
      )}
      <Group mt={14} gap={10}>
        <Button disabled={!may} title={why} loading={confirm.isPending} onClick={dialog.open}>
          Confirm
        </Button>
        <Button variant="default" disabled={!may} title={why} loading={decline.isPending} onClick={() => { decline.mutate(undefined); }}>
          Keep what is in force
        </Button>
      </Group>
      <Modal opened={opened} onClose={dialog.close} title="Put this detector into force?" centered>
        <Stack gap={14}>
          <p className={settings.note}>
            <b>{detectorWords(proposal.detector)}</b>, due under {thresholdWords(proposal.detector, threshold)}.
          </p>
          <p className={settings.note}>
            The timer of every client is set again. Nobody gets an email because of it: clients who are then past their due moment wait in the backlog until you release some. A new period of the proof begins.
          </p>
          <Group justify="flex-end">
            <Button variant="subtle" color="gray" data-autofocus onClick={dialog.close}>
              Not yet
            </Button>
            <Button
              onClick={() => {
                dialog.close();
                confirm.mutate(
                  { policy, threshold },
                  {
                    onSuccess: (saved) => {
                      notifications.show({ color: 'teal', title: 'In force', message: `Policy version ${String(saved.version)}. The timers are being set again.` });
                    },
                  },
                );
              }}
            >
              Put into force
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
