// SPDX-License-Identifier: AGPL-3.0-or-later
// Reject with a reason: the usual ones on the keys 1 to 4, or one's own words.
import { Button, Group, Kbd, Modal, Stack, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useState } from 'react';
import type { Email } from '../../api/gen';
import { personName } from '../../lib/format';

const reasons = ['Wrong tone', 'A fact is wrong', 'Not now: we are talking to them already', 'Never write to this client'] as const;

interface Props {
  email: Email;
  onClose: () => void;
  onReject: (reason: string) => void;
}

export function RejectDialog({ email, onClose, onReject }: Props) {
  const [own, setOwn] = useState('');
  useHotkeys(reasons.map((reason, i) => [String(i + 1), () => { onReject(reason); }]));
  const ownReason = own.trim();
  return (
    <Modal opened onClose={onClose} title={`Reject the draft for ${personName(email.client, email.client_id)}?`} centered>
      <Stack gap={8}>
        {reasons.map((reason, i) => (
          <Button
            key={reason}
            variant="default"
            justify="space-between"
            rightSection={<Kbd size="xs">{i + 1}</Kbd>}
            data-autofocus={i === 0 || undefined}
            onClick={() => {
              onReject(reason);
            }}
          >
            {reason}
          </Button>
        ))}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (ownReason !== '') onReject(ownReason);
          }}
        >
          <Group gap={8} align="end" wrap="nowrap" mt={8}>
            <TextInput
              flex={1}
              label="Another reason"
              value={own}
              maxLength={500}
              onChange={(event) => {
                setOwn(event.currentTarget.value);
              }}
            />
            <Button type="submit" disabled={ownReason === ''} title={ownReason === '' ? 'Type a reason first' : undefined}>
              Reject
            </Button>
          </Group>
        </form>
      </Stack>
    </Modal>
  );
}
