// SPDX-License-Identifier: AGPL-3.0-or-later
// A state as a word with a tone; the words are for staff, the values are the API's own.
import type { Band, ConsentStatus, Email, EmailStatus, OrderStatus } from '../api/gen';
import classes from './state-badge.module.css';

type Tone = 'ok' | 'bad' | 'warn' | 'blue' | 'calm' | 'ember';

const emailStates: Record<EmailStatus, [string, Tone]> = {
  drafting: ['Being written', 'calm'],
  blocked: ['Blocked', 'bad'],
  draft_failed: ['No draft', 'bad'],
  in_review: ['To review', 'ember'],
  approved: ['Approved', 'blue'],
  sending: ['Sending', 'blue'],
  sent: ['Sent', 'ok'],
  rehearsed: ['Rehearsed', 'ok'],
  failed: ['Failed', 'bad'],
  uncertain: ['Uncertain', 'warn'],
  rejected: ['Rejected', 'calm'],
  cancelled: ['Cancelled', 'calm'],
  held: ['Held', 'warn'],
};

const bands: Record<Band, [string, Tone]> = {
  engaged: ['Engaged', 'ok'],
  steady: ['Steady', 'blue'],
  drifting: ['Drifting', 'ember'],
  lost: ['Lost', 'calm'],
  none: ['No score', 'calm'],
};

const consents: Record<ConsentStatus, [string, Tone]> = {
  subscribed: ['Subscribed', 'ok'],
  paused: ['Paused', 'warn'],
  unsubscribed: ['Unsubscribed', 'bad'],
  unknown: ['Unknown', 'calm'],
};

const orders: Record<OrderStatus, [string, Tone]> = {
  placed: ['Placed', 'ok'],
  shipped: ['Shipped', 'ok'],
  cancelled: ['Cancelled', 'calm'],
  returned: ['Returned', 'calm'],
};

/** The worst that was heard of a mail. */
export type Verdict = NonNullable<Email['delivery']>;

const verdicts: Record<Verdict, [string, Tone]> = {
  delivered: ['Delivered', 'ok'],
  soft_bounce: ['Not delivered yet', 'warn'],
  hard_bounce: ['Bounced', 'bad'],
  complaint: ['Complaint', 'bad'],
};

export const emailStatusLabel = (status: EmailStatus): string => emailStates[status][0];
export const bandLabel = (band: Band): string => bands[band][0];
export const consentLabel = (status: ConsentStatus): string => consents[status][0];
export const verdictLabel = (verdict: Verdict): string => verdicts[verdict][0];

export function Badge({ label, tone }: { label: string; tone: Tone }) {
  return (
    <span className={classes.badge} data-tone={tone}>
      {label}
    </span>
  );
}

export function EmailBadge({ status }: { status: EmailStatus }) {
  const [label, tone] = emailStates[status];
  return <Badge label={label} tone={tone} />;
}

export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const [label, tone] = verdicts[verdict];
  return <Badge label={label} tone={tone} />;
}

export function BandBadge({ band }: { band: Band }) {
  const [label, tone] = bands[band];
  return <Badge label={label} tone={tone} />;
}

export function ConsentBadge({ status }: { status: ConsentStatus }) {
  const [label, tone] = consents[status];
  return <Badge label={label} tone={tone} />;
}

export function OrderBadge({ status }: { status: OrderStatus }) {
  const [label, tone] = orders[status];
  return <Badge label={label} tone={tone} />;
}
