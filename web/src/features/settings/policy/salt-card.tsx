// SPDX-License-Identifier: AGPL-3.0-or-later
// The salt of the draw is fixed, so that everybody stays in the group they were drawn into. Drawing anew is an act of its
// own, with a reason and a yes.
import { Button, Checkbox, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Policy } from '../../../api/gen';
import { sentence } from '../../../api/problem';
import { Card } from '../../../components/card';
import { useCan } from '../../../lib/session';
import { useRotateSalt } from '../api';
import settings from '../settings.module.css';
import classes from './policy.module.css';

export function SaltCard({ policy }: { policy: Policy }) {
  const [opened, dialog] = useDisclosure();
  const may = useCan('admin');
  return (
    <Card title="The draw">
      <p className={settings.note}>
        Who is treated and who is held out is drawn once for each person, by a hash with this salt. It never changes by itself: <code className={classes.salt}>{policy.holdout_salt}</code>
      </p>
      <Group mt={12} gap={12}>
        <Button variant="default" size="xs" disabled={!may} title={may ? undefined : 'Only an admin may draw anew'} onClick={dialog.open}>
          Draw all arms anew
        </Button>
        {!may && <span className={settings.note}>Only an admin may draw anew.</span>}
      </Group>
      <Modal opened={opened} onClose={dialog.close} title="Draw all arms anew?" centered>
        <DrawAnew policy={policy} onDone={dialog.close} />
      </Modal>
    </Card>
  );
}

function DrawAnew({ policy, onDone }: { policy: Policy; onDone: () => void }) {
  const rotate = useRotateSalt();
  const [reason, setReason] = useState('');
  const [sure, setSure] = useState(false);
  const why = reason.trim() === '' ? 'Give a reason first' : sure ? undefined : 'Say that this is meant';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        rotate.mutate(
          { policy, reason: reason.trim() },
          {
            onSuccess: () => {
              onDone();
              notifications.show({ color: 'teal', title: 'Drawn anew', message: 'A new period of the proof has begun.' });
            },
          },
        );
      }}
    >
      <Stack gap={14}>
        <p className={settings.note}>
          Every person is drawn again: some who got no emails will get them, some who got them will not. What was measured so far stays as it is; from now on a new period counts, and its proof begins at nothing. Changing the holdout’s share does not need this.
        </p>
        <Textarea label="Why?" description="Kept in the audit log" data-autofocus autosize minRows={2} maxLength={500} value={reason} error={rotate.isError ? sentence(rotate.error) : undefined} onChange={(event) => { setReason(event.currentTarget.value); }} />
        <Checkbox label="Yes, draw every person anew" checked={sure} onChange={(event) => { setSure(event.currentTarget.checked); }} />
        <Group justify="flex-end">
          <Button variant="subtle" color="gray" onClick={onDone}>
            Keep the draw
          </Button>
          <Button type="submit" loading={rotate.isPending} disabled={why !== undefined} title={why}>
            Draw anew
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
