// SPDX-License-Identifier: AGPL-3.0-or-later
// What became of a mail, in words: what each statement about it means, and who made it.
import type { Email, Notice } from '../../api/gen';

const titles: Record<Notice['kind'], string> = {
  delivered: 'Delivered',
  soft_bounce: 'Not delivered, for now',
  hard_bounce: 'Bounced: it cannot be delivered',
  complaint: 'Complaint: marked as unwanted mail',
  unsubscribed: 'Unsubscribed',
};

export const noticeTitle = (kind: Notice['kind']): string => titles[kind];

const sources: Record<string, string> = {
  mailbox: 'by a message to the bounce address',
  pipe: 'by a message piped in',
  ses: 'by Amazon SES',
  hook: 'by another program',
  'hook:postmark': 'by Postmark',
  'hook:sendgrid': 'by SendGrid',
  'hook:mailgun': 'by Mailgun',
  'hook:brevo': 'by Brevo',
};

/** Who said so; a source without words is shown as it is. */
export const sourceWords = (source: string): string => sources[source] ?? `by ${source}`;

/** Did the relay take it, or may it have? Only then is there anything to hear of it. */
export const mayHaveLeft = (email: Email): boolean => email.attempts.some(({ result }) => result === 'sent' || result === 'uncertain');

/** Did a rule keep it from leaving? */
export const isStopped = (email: Email): boolean => email.status === 'cancelled' || email.status === 'held';

/** Is there something to say of its delivery? Before an approval there is not. */
export const hasDelivery = (email: Email): boolean => email.attempts.length > 0 || email.send_after !== null || email.delivery !== null || (email.notices ?? []).length > 0 || isStopped(email);

/** Worth a mark in a list: the address is no good, or the reader does not want our mail. */
export const isBad = (verdict: Email['delivery']): verdict is 'hard_bounce' | 'complaint' => verdict === 'hard_bounce' || verdict === 'complaint';
