// SPDX-License-Identifier: AGPL-3.0-or-later
// One email's life as a list of events in time, put together from its evidence, what people did, what the relay said and
// what came of it.
import type { Approval, Attempt, Email, Outcome } from '../../api/gen';
import { actor } from '../../lib/actor';
import { emailReason, reasonWords } from '../../lib/reasons';

export interface LifeEvent {
  at: string;
  title: string;
  note: string | null;
}

const acts: Record<Approval['action'], string> = {
  approve: 'Approved',
  undo: 'Approval taken back',
  reject: 'Rejected',
  edit: 'Words changed',
  regenerate: 'Sent back to be written anew',
  retry: 'Tried again',
  resolve_sent: 'Settled by a person: it was sent',
  resolve_failed: 'Settled by a person: it was not sent',
};

const results: Record<Attempt['result'], string> = {
  running: 'Being handed to the relay',
  sent: 'Accepted by the relay',
  rehearsed: 'Rehearsed: kept here instead of sent',
  deferred: 'The relay asked to come back later',
  failed: 'Refused by the relay',
  uncertain: 'The relay may have accepted it; nobody knows yet',
};

/** What the relay's answer meant for the email. */
export const attemptWords = (result: Attempt['result']): string => results[result];

const outcomes: Record<Outcome['kind'], string> = {
  reordered: 'The client ordered again',
  clicked: 'The client clicked',
  bounced: 'It bounced',
  complained: 'The client complained',
  unsubscribed: 'The client unsubscribed',
};

/**
 * All events, oldest first. Events of one instant keep the order in which they must have happened.
 * @param staffId the signed-in person, called "you"
 */
export function life(email: Email, staffId: string): LifeEvent[] {
  const events: LifeEvent[] = [
    { at: email.evidence.at, title: email.evidence.arm === 'forced' ? 'Staff asked for it' : 'The episode opened', note: email.evidence.reason },
    { at: email.created_at, title: 'Drafting began', note: email.writer === null ? null : `Writer: ${email.writer.model ?? email.writer.kind}` },
    ...email.approvals.map((a) => ({ at: a.at, title: acts[a.action], note: [a.action === 'reject' ? a.reason : reasonWords(a.reason, email.status), actor(a.by, staffId)].filter((part) => part !== null).join(' · ') })),
    ...email.attempts.map((a) => ({ at: a.at, title: results[a.result], note: a.reply })),
  ];
  if (email.outcome !== null) events.push({ at: email.outcome.at, title: outcomes[email.outcome.kind], note: email.outcome.order_id });
  if (email.status === 'cancelled' || email.status === 'held') {
    events.push({ at: email.updated_at, title: email.status === 'held' ? 'Held' : 'Cancelled', note: emailReason(email) });
  }
  return events.sort((a, b) => a.at.localeCompare(b.at));
}
