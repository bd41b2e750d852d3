// SPDX-License-Identifier: AGPL-3.0-or-later
// Why an email is where it is, in words: the one table of the codes that the program writes. What a person typed (a
// rejection, a forced draft) is shown as it is.
import type { Call, Email, EmailStatus } from '../api/gen';

const reasons: Record<string, string> = {
  // the draft waits by itself
  budget: 'Waits for midnight UTC: the day’s money for the model is used up',
  writer_degraded: 'Waits: the writer is degraded, see Pipeline',
  misconfigured: 'Waits: the writer is degraded, see Pipeline',
  limited: 'The service was busy; it is tried again',
  regenerating: 'The first draft broke a hard check; it is being written once more',
  cut_off: 'The last try was cut off; it is tried again',
  // no draft came
  personal_data: 'Nothing left the house: personal data was found in the request',
  client_cap: 'As many drafts as the policy allows were written for this person within 30 days',
  bad_reply: 'The model’s answer could not be used',
  refused: 'The model’s service refused the request',
  writer_abstained: 'The writer found nothing good to say',
  nothing_to_say: 'There is no fact that an email could rest on',
  offer_codes_empty: 'The list of one-time codes is used up: put in more in Settings',
  timed_out: 'No answer came in time; it may have been billed',
  unavailable: 'The service could not be reached',
  given_up: 'Every try failed',
  hard_findings: 'A hard check fails: edit it or have it written anew',
  // a rule stopped it
  erased: 'The client was erased',
  no_address: 'The client has no address',
  consent_unknown: 'Consent is not known',
  consent_unsubscribed: 'The client unsubscribed',
  consent_paused: 'The client paused emails',
  consent_expired: 'Consent has expired',
  consent_country: 'No rule is known of how long a purchase lets us write in the client’s country',
  brake: 'The brake is on: too many bounces or complaints',
  quiet_hours: 'Waits for the end of the client’s quiet hours',
  warm_up: 'Waits for tomorrow: the warm-up’s mails of today are sent',
  relay_stopped: 'Waits: the relay refuses us, and that is our own fault',
  relay_slowed: 'Waits: the relay asked for less',
  pace: 'Waits for its turn: so many mails a minute',
  objected: 'The client objected to profiling',
  suppressed: 'The address is on the list of those never written to',
  capped: 'The client was written to not long ago',
  locale: 'We do not write the client’s language, and no stand-in is named',
  ordered_since: 'The client has ordered since',
  ordered: 'The client has ordered',
  silence_gone: 'The silence was none: an order had come',
  draft_too_old: 'The draft got too old',
  offer_ended: 'Its offer is over and was taken out: look at what is left',
  kill_switch: 'All sending is stopped',
  feed_stale: 'Orders are not coming in',
  found_in_sending: 'The program was cut off while sending; nobody knows whether it left',
  message_cannot_be_built: 'The message could not be built',
  resolved_by_person: 'Settled by a person',
  relay: 'The relay refused it',
};

// While it is being written, a failure is one that is tried again.
const whileDrafting: Record<string, string> = {
  timed_out: 'No answer came in time; it is tried again',
  unavailable: 'The service could not be reached; it is tried again',
  bad_reply: 'The model’s answer could not be used; it is tried again',
};

/** The reason in words; null when there is none. */
export function reasonWords(reason: string | null, status: EmailStatus): string | null {
  if (reason === null || reason === '') return null;
  if (status === 'rejected') return reason;
  return (status === 'drafting' ? whileDrafting[reason] : undefined) ?? reasons[reason] ?? reason.replaceAll('_', ' ');
}

export const emailReason = (email: Pick<Email, 'reason' | 'status'>): string | null => reasonWords(email.reason, email.status);

const outcomes: Record<NonNullable<Call['outcome']>, string> = {
  answered: 'Answered',
  limited: 'Asked to wait',
  unavailable: 'Not reached',
  timed_out: 'No answer in time',
  bad_reply: 'Unusable answer',
  refused: 'Refused',
  misconfigured: 'Turned away: key, model or money',
  cut_off: 'Cut off',
};

/** What came of a call of the model; null is one that is under way. */
export const outcomeWords = (outcome: Call['outcome']): string => (outcome === null ? 'Under way' : outcomes[outcome]);
