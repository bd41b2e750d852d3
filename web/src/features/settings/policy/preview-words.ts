// SPDX-License-Identifier: AGPL-3.0-or-later
// A preview in words: figures with their error, and the difference between now and then in one sentence.
import type { PolicyPreviewAnswer, PreviewEffect, PreviewFigure } from '../../../api/gen';
import { count, days, rough, two } from '../../../lib/format';

/** "3,600 ± 240", or "3,600" when counted. */
export function figure({ value, error }: PreviewFigure): string {
  return error === 0 ? rough(value) : `${rough(value)} ± ${two(error)}`;
}

/** "+1,200", "−40", or "the same" when no difference would be seen. */
export function difference(now: PreviewFigure, then: PreviewFigure): string {
  const by = then.value - now.value;
  const text = rough(Math.abs(by));
  if (text === '0') return 'the same';
  return `${by > 0 ? '+' : '−'}${text}`;
}

/** "4,000 of 100,000 clients looked at" or "counted from all 2,000 clients". */
export function basisWords({ basis, looked_at: looked, clients }: PolicyPreviewAnswer): string {
  return basis === 'exact' ? `Counted from all ${count(clients)} clients.` : `From ${count(looked)} of ${count(clients)} clients; the true numbers lie within ± in 95 of 100 cases.`;
}

interface Part {
  now: PreviewFigure;
  then: PreviewFigure;
}

/** Is the difference larger than the error of the two? Both come from the same sample, so this is rather too careful. */
const beyondError = ({ now, then }: Part): boolean => Math.abs(then.value - now.value) > Math.max(now.error, then.error);

/** "about 400 more emails", "40 fewer emails", or null when there is no difference to speak of. */
function change(part: Part, what: string): string | null {
  const by = part.then.value - part.now.value;
  const text = rough(Math.abs(by));
  if (text === '0') return null;
  const estimated = part.now.error > 0 || part.then.error > 0;
  return `${estimated ? `about ${two(Math.abs(by))}` : text} ${by > 0 ? 'more' : 'fewer'} ${what}`;
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What the other policy would do, in one sentence; the first thing to read. */
export function effectWords(now: PreviewEffect, then: PreviewEffect): string {
  const emails = { now: now.next.emails, then: then.next.emails };
  const backlog = { now: now.backlog, then: then.backlog };
  const span = days(then.next.days);
  const mail = change(emails, 'emails');
  const waiting = change(backlog, 'clients in the backlog');
  if (mail === null && waiting === null) {
    const past = change({ now: now.past.emails, then: then.past.emails }, 'emails');
    const still = `about ${rough(then.next.emails.value)} emails in the next ${span}`;
    return past === null ? `Nothing changes: ${still}.` : upper(`${past} in the last ${days(then.past.days)}; nothing changes ahead, ${still}.`);
  }
  const daily = rough(then.next.emails.value / then.next.days);
  const first = mail === null ? `As many emails as now in the next ${span}` : `${mail} in the next ${span}, ${daily} a day`;
  const unsure = mail !== null && !beyondError(emails) ? ', which is within the error' : '';
  const rest = waiting === null ? '' : `; ${waiting}`;
  return upper(`${first}${unsure}${rest}.`);
}
