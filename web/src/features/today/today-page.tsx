// SPDX-License-Identifier: AGPL-3.0-or-later
// The review queue in three panes: list, mail, why now. Keyboard first; on a phone one pane at a time. The selected draft
// is in the URL, so a link opens it and the back button leaves it.
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import type { Email } from '../../api/gen';
import { ErrorState } from '../../components/error-state';
import { useCan } from '../../lib/session';
import { queueQuery } from './api';
import { DraftPane } from './draft-pane';
import { FiguresStrip } from './figures-strip';
import { KeysDialog } from './keys-dialog';
import { NoDraft } from './no-draft';
import { QueueList } from './queue-list';
import { RegenerateDialog } from './regenerate-dialog';
import { RejectDialog } from './reject-dialog';
import classes from './today.module.css';
import { useDecisions } from './use-decisions';
import { useReviewTime } from './use-review-time';
import { WhyPane } from './why-pane';

const EditDialog = lazy(async () => ({ default: (await import('./edit-dialog')).EditDialog }));

/** A dialog keeps the draft it was opened for: the queue moves on underneath when checks or other people decide. */
type Dialog = { what: 'edit' | 'reject' | 'regenerate'; email: Email } | 'keys' | null;

interface Props {
  selected: string | undefined;
  onSelect: (id: string | undefined) => void;
}

export function TodayPage({ selected, onSelect }: Props) {
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const mayReview = useCan('reviewer');
  const toReview = useInfiniteQuery(queueQuery('in_review'));
  const blocked = useInfiniteQuery(queueQuery('blocked'));
  const [dialog, setDialog] = useState<Dialog>(null);
  const items = useMemo(() => [toReview, blocked].flatMap((q) => q.data?.pages.flatMap((p) => p.items) ?? []), [toReview, blocked]);
  const index = items.findIndex((e) => e.id === selected);
  // without a choice the first draft is open, except on a phone, where the list is the first screen
  const current: Email | undefined = selected === undefined ? (phone ? undefined : items[0]) : items[index];
  const at = current === undefined ? -1 : items.indexOf(current);

  const go = useCallback(
    (to: number) => {
      const next = items[Math.min(Math.max(to, 0), items.length - 1)];
      if (next !== undefined) onSelect(next.id);
    },
    [items, onSelect],
  );
  const leave = useCallback(
    (email: Email) => {
      const i = items.indexOf(email);
      onSelect(phone ? undefined : (items[i + 1] ?? items[i - 1])?.id);
    },
    [items, onSelect, phone],
  );
  const reviewTime = useReviewTime(current?.id);
  const { approve, reject, regenerate, undo } = useDecisions(reviewTime, leave, onSelect);
  const editable = current !== undefined && mayReview;
  const approvable = editable && current.status === 'in_review';
  const close = useCallback(() => {
    setDialog(null);
  }, []);

  useHotkeys(
    dialog !== null
      ? []
      : [
          ['j', () => { go(at + 1); }],
          ['k', () => { go(at - 1); }],
          ['ArrowDown', () => { go(at + 1); }],
          ['ArrowUp', () => { go(at - 1); }],
          ['a', () => { if (approvable) approve(current); }],
          ['e', () => { if (editable) setDialog({ what: 'edit', email: current }); }],
          ['w', () => { if (editable) setDialog({ what: 'regenerate', email: current }); }],
          ['r', () => { if (editable) setDialog({ what: 'reject', email: current }); }],
          ['z', () => void undo()],
          ['shift+?', () => { setDialog('keys'); }],
          ['?', () => { setDialog('keys'); }],
        ],
  );

  const acting = dialog === 'keys' ? null : dialog;
  const failed = toReview.error ?? blocked.error;
  return (
    <div className={classes.today} data-detail={(phone && selected !== undefined) || undefined}>
      <FiguresStrip />
      <QueueList toReview={toReview} blocked={blocked} current={current?.id} onSelect={onSelect} onKeys={() => { setDialog('keys'); }} />
      {current !== undefined && (
        <>
          <DraftPane
            email={current}
            phone={phone}
            mayReview={mayReview}
            onBack={() => { onSelect(undefined); }}
            onApprove={() => { approve(current); }}
            onReject={() => { setDialog({ what: 'reject', email: current }); }}
            onEdit={() => { setDialog({ what: 'edit', email: current }); }}
            onRegenerate={() => { setDialog({ what: 'regenerate', email: current }); }}
          />
          {!phone && (
            <aside className={classes.why} aria-label="Why this client now" tabIndex={0}>
              <WhyPane email={current} />
            </aside>
          )}
        </>
      )}
      {current === undefined && !(phone && selected === undefined) && (
        <div className={classes.rest}>
          {failed !== null && items.length === 0 ? (
            <ErrorState what="The queue" error={failed} retry={() => void Promise.all([toReview.refetch(), blocked.refetch()])} />
          ) : (
            <NoDraft loading={toReview.isPending || blocked.isPending} selected={selected} onBack={() => { onSelect(undefined); }} />
          )}
        </div>
      )}
      {acting?.what === 'reject' && <RejectDialog email={acting.email} onClose={close} onReject={(reason) => { close(); reject(acting.email, reason); }} />}
      {acting?.what === 'regenerate' && <RegenerateDialog email={acting.email} onClose={close} onRegenerate={(hint) => { close(); regenerate(acting.email, hint); }} />}
      <Suspense>{acting?.what === 'edit' && <EditDialog email={acting.email} reviewTime={reviewTime} onClose={close} />}</Suspense>
      <KeysDialog opened={dialog === 'keys'} onClose={close} />
    </div>
  );
}
