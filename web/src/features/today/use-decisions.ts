// SPDX-License-Identifier: AGPL-3.0-or-later
// What approve, reject, regenerate and undo do on the page: move on at once, tell in a notice, take back within 10 s.
import { notifications } from '@mantine/notifications';
import { useCallback, useRef } from 'react';
import type { Email } from '../../api/gen';
import { sentence } from '../../api/problem';
import { personName } from '../../lib/format';
import { useApprove, useRegenerate, useReject, useUndo } from './api';
import { approvedNotice, UNDO_MS } from './approved-notice';

interface Last {
  id: string;
  name: string;
  at: number;
  /** The approved record; null when the server refused. */
  approved: Promise<Email | null>;
}

function refused(error: unknown, name: string): void {
  notifications.show({ color: 'red', title: 'Not done', message: `${sentence(error)} The draft for ${name} is back in the queue.` });
}

/**
 * @param reviewTime takes the milliseconds that a draft was looked at
 * @param leave called when a draft leaves the queue, to select the next one
 * @param back called when one came back, to select it
 */
export function useDecisions(reviewTime: (id: string) => number, leave: (email: Email) => void, back: (id: string) => void) {
  const { mutateAsync: sendApproval } = useApprove();
  const { mutate: sendRejection } = useReject();
  const { mutate: sendRegeneration } = useRegenerate();
  const { mutateAsync: sendUndo } = useUndo();
  const last = useRef<Last | null>(null);

  const undo = useCallback(async () => {
    const it = last.current;
    if (it === null || Date.now() - it.at > UNDO_MS) return;
    last.current = null;
    notifications.hide(it.id);
    const approved = await it.approved;
    if (approved === null) return;
    try {
      await sendUndo(approved);
      back(it.id);
    } catch (error) {
      notifications.show({ color: 'red', title: 'Not undone', message: sentence(error) });
    }
  }, [sendUndo, back]);

  const approve = useCallback(
    (email: Email) => {
      const name = personName(email.client, email.client_id);
      const reviewMs = reviewTime(email.id);
      leave(email);
      const approved = sendApproval({ email, reviewMs }).catch((error: unknown) => {
        notifications.hide(email.id);
        refused(error, name);
        return null;
      });
      last.current = { id: email.id, name, at: Date.now(), approved };
      notifications.show(approvedNotice(email.id, name, () => void undo()));
    },
    [reviewTime, leave, sendApproval, undo],
  );

  const reject = useCallback(
    (email: Email, reason: string) => {
      const name = personName(email.client, email.client_id);
      const reviewMs = reviewTime(email.id);
      leave(email);
      sendRejection(
        { email, reason, reviewMs },
        {
          onSuccess: () => {
            notifications.show({ color: 'gray', title: 'Rejected', message: `No email to ${name} for this silence.` });
          },
          onError: (error) => {
            refused(error, name);
          },
        },
      );
    },
    [reviewTime, leave, sendRejection],
  );

  const regenerate = useCallback(
    (email: Email, hint: string | undefined) => {
      const name = personName(email.client, email.client_id);
      leave(email);
      sendRegeneration(
        { email, hint },
        {
          onSuccess: () => {
            notifications.show({ color: 'gray', title: 'Writing anew', message: `The draft for ${name} comes back when it is written.` });
          },
          onError: (error) => {
            refused(error, name);
          },
        },
      );
    },
    [leave, sendRegeneration],
  );

  return { approve, reject, regenerate, undo };
}
