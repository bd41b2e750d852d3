// SPDX-License-Identifier: AGPL-3.0-or-later
// All keys of the review queue.
import { Kbd, Modal } from '@mantine/core';
import classes from './today.module.css';

const keys = [
  ['J', 'Next draft'],
  ['K', 'Previous draft'],
  ['A', 'Approve and move on'],
  ['E', 'Edit the words'],
  ['W', 'Have it written anew'],
  ['R', 'Reject with a reason'],
  ['Z', 'Take the last approval back, within 10 seconds'],
  ['?', 'This list'],
] as const;

export function KeysDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard" centered size="sm">
      <dl className={classes.keys}>
        {keys.map(([key, text]) => (
          <div key={key}>
            <dt>
              <Kbd>{key}</Kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
