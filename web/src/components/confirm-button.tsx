// SPDX-License-Identifier: AGPL-3.0-or-later
// A button for what cannot be undone: asks once, in plain words.
import { Button, Group, Modal, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';

interface Props {
  label: string;
  title: string;
  text: string;
  busy: boolean;
  onConfirm: () => void;
}

export function ConfirmButton({ label, title, text, busy, onConfirm }: Props) {
  const [opened, dialog] = useDisclosure();
  return (
    <>
      <Button size="xs" variant="default" loading={busy} onClick={dialog.open}>
        {label}
      </Button>
      <Modal opened={opened} onClose={dialog.close} title={title} centered>
        <Stack gap={16}>
          <p>{text}</p>
          <Group justify="flex-end">
            <Button variant="subtle" color="gray" data-autofocus onClick={dialog.close}>
              Keep it
            </Button>
            <Button
              onClick={() => {
                dialog.close();
                onConfirm();
              }}
            >
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
