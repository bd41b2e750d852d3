// SPDX-License-Identifier: AGPL-3.0-or-later
// Have a draft written anew, with or without a wish. The wish is told to the writer as a wish; what may be said is still
// decided by the facts and the checks.
import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Email } from '../../api/gen';
import { CheckList } from '../../components/check-list';
import { personName } from '../../lib/format';
import classes from './today.module.css';

const HINT_MAX = 300;

interface Props {
  email: Email;
  onClose: () => void;
  onRegenerate: (hint: string | undefined) => void;
}

export function RegenerateDialog({ email, onClose, onRegenerate }: Props) {
  const [hint, setHint] = useState('');
  const wish = hint.trim();
  const left = HINT_MAX - Array.from(wish).length; // code points, as the server counts
  const failed = email.checks.filter((c) => c.level === 'hard');
  return (
    <Modal opened onClose={onClose} title={`Write the email for ${personName(email.client, email.client_id)} anew?`} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (left >= 0) onRegenerate(wish === '' ? undefined : wish);
        }}
      >
        <Stack gap={14}>
          {failed.length > 0 && (
            <div>
              <p className={classes.note}>The writer is told what to mend:</p>
              <CheckList checks={failed} />
            </div>
          )}
          <Textarea
            label="What should be different?"
            description={`Optional. No names or other personal data: it leaves the house. ${String(left)} characters left.`}
            data-autofocus
            autosize
            minRows={3}
            value={hint}
            error={left < 0 ? `At most ${String(HINT_MAX)} characters` : undefined}
            onChange={(event) => {
              setHint(event.currentTarget.value);
            }}
          />
          <Group justify="flex-end">
            <Button variant="subtle" color="gray" onClick={onClose}>
              Keep it
            </Button>
            <Button type="submit" disabled={left < 0}>
              Write anew
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
