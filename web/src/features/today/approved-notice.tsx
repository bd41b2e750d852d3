// SPDX-License-Identifier: AGPL-3.0-or-later
// The notice after an approval, with the way back.
import { Button, Group, Kbd } from '@mantine/core';
import type { NotificationData } from '@mantine/notifications';

/** How long an approval can be taken back; the server counts for itself. */
export const UNDO_MS = 10_000;

export function approvedNotice(id: string, name: string, undo: () => void): NotificationData {
  return {
    id,
    autoClose: UNDO_MS,
    color: 'teal',
    title: `Approved for ${name}`,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>Goes out as soon as the rules allow.</span>
        <Button size="compact-sm" variant="default" onClick={undo} rightSection={<Kbd size="xs">Z</Kbd>}>
          Undo
        </Button>
      </Group>
    ),
  };
}
