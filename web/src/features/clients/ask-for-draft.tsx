// SPDX-License-Identifier: AGPL-3.0-or-later
// Ask for a draft now, whatever the score. Needs a reason, which is kept with the email.
import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Client } from '../../api/gen';
import { sentence } from '../../api/problem';
import { personName } from '../../lib/format';
import { useCan } from '../../lib/session';
import { useAskForDraft } from './api';
import classes from './client.module.css';

/** Why the button cannot be used, or null. */
function hindrance(client: Client, mayReview: boolean): string | null {
  if (!mayReview) return 'Your role may read, not ask for drafts.';
  if (client.email === null) return 'No address is known.';
  if (client.consent.status !== 'subscribed') return 'There is no consent to mail this person.';
  if (client.profiling === 'objected') return 'This person objected to profiling.';
  return null;
}

export function AskForDraft({ client }: { client: Client }) {
  const [opened, dialog] = useDisclosure();
  const [reason, setReason] = useState('');
  const ask = useAskForDraft(client.id);
  const why = hindrance(client, useCan('reviewer'));
  const name = personName(client, client.id);
  return (
    <div>
      <Button onClick={dialog.open} disabled={why !== null} title={why ?? undefined}>
        Ask for a draft now
      </Button>
      {why !== null && <p className={classes.sentence}>{why}</p>}
      <Modal opened={opened} onClose={dialog.close} title={`A draft for ${name} now?`} centered>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            ask.mutate(reason.trim(), {
              onSuccess: () => {
                dialog.close();
                setReason('');
                notifications.show({ color: 'teal', title: 'Asked for', message: `The draft for ${name} comes to Today when it is written.` });
              },
            });
          }}
        >
          <Stack gap={14}>
            <Textarea
              label="Why now?"
              description="Kept with the email. A draft that staff ask for stays outside the holdout and its proof."
              data-autofocus
              autosize
              minRows={2}
              maxLength={500}
              value={reason}
              error={ask.isError ? sentence(ask.error) : undefined}
              onChange={(event) => {
                setReason(event.currentTarget.value);
              }}
            />
            <Group justify="flex-end">
              <Button variant="subtle" color="gray" onClick={dialog.close}>
                Cancel
              </Button>
              <Button type="submit" loading={ask.isPending} disabled={reason.trim() === ''} title={reason.trim() === '' ? 'Give a reason first' : undefined}>
                Ask for the draft
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </div>
  );
}
