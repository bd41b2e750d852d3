// SPDX-License-Identifier: AGPL-3.0-or-later
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Email, Notice } from '../../api/gen';
import { dateTime } from '../../lib/format';
import { renderAt } from '../../test/render';
import { exampleEmail, pageOf, serve } from '../../test/server';
import { isBad, noticeTitle, sourceWords } from './delivery';

const attempt = { at: '2026-11-24T09:12:10Z', mailer: 'smtp', message_id: '<m@fernwood.example>', result: 'sent', reply: '250 2.0.0 accepted' } as const;
const soft: Notice = { kind: 'soft_bounce', source: 'hook:postmark', status: '4.2.2', detail: 'mailbox full', at: '2026-11-24T09:20:00Z' };
const hard: Notice = { kind: 'hard_bounce', source: 'mailbox', status: '5.1.1', detail: 'no such user', at: '2026-11-24T10:20:00Z' };
const sent = (change: Partial<Email> = {}) => exampleEmail({ status: 'sent', attempts: [attempt], ...change });

async function card(email: Email) {
  serve({ getEmail: () => ({ status: 200, body: email }) });
  renderAt(`/emails/${email.id}`);
  return within(await screen.findByRole('region', { name: 'Delivery' }));
}
const said = (of: Awaited<ReturnType<typeof card>>, term: string) => of.getByText(term).nextElementSibling?.textContent;

test('a bounce is told with its reason, its time and who said it, after what came before it', async () => {
  const of = await card(sent({ delivery: 'hard_bounce', delivery_at: hard.at, notices: [soft, hard] }));
  expect(said(of, 'The relay')).toContain('250 2.0.0 accepted');
  const heard = within(of.getByRole('list', { name: 'Heard since' })).getAllByRole('listitem');
  expect(heard.map((li) => li.querySelector('b')?.textContent)).toEqual(['Not delivered, for now', 'Bounced: it cannot be delivered']);
  expect(heard[1]?.textContent).toContain('5.1.1 · no such user');
  expect(heard[1]?.textContent).toContain('Said by a message to the bounce address');
  expect(heard[1]?.textContent).toContain(dateTime(hard.at));
  expect(of.getByText('Bounced')).toBeTruthy();
  expect(of.getByText(/never written to/)).toBeTruthy();
});

test('a mail that left and was not heard of says so, and nothing of a list', async () => {
  const of = await card(sent());
  expect(of.getByText('Nothing was heard of it since.')).toBeTruthy();
  expect(of.queryByRole('list')).toBeNull();
  expect(of.queryByText(/never written to/)).toBeNull();
  expect(said(of, 'Clicks by people')).toBe('None');
  expect(of.queryByText('By machines')).toBeNull();
});

test('clicks of people and of machines stand apart', async () => {
  const of = await card(sent({ delivery: 'delivered', clicks: 2, machine_clicks: 7, clicked_at: '2026-11-24T11:00:00Z' }));
  expect(said(of, 'Clicks by people')).toBe(`2The first ${dateTime('2026-11-24T11:00:00Z')}`);
  expect(said(of, 'By machines')).toMatch(/^7/);
});

test.each<[string, Partial<Email>, string, string]>([
  ['a delayed email says until when and what for', { status: 'approved', reason: 'quiet_hours', send_after: '2026-11-25T07:00:00Z' }, 'Will be sent after', 'quiet hours'],
  ['a cancelled one says the rule', { status: 'cancelled', reason: 'ordered_since' }, 'Not sent', 'The client has ordered since'],
  ['a held one says the rule', { status: 'held', reason: 'brake' }, 'Held', 'too many bounces or complaints'],
  ['a rehearsed one says that it was kept', { status: 'rehearsed', attempts: [{ ...attempt, result: 'rehearsed', reply: null }] }, 'The relay', 'kept here instead of sent'],
])('%s', async (_, change, term, words) => {
  const of = await card(exampleEmail(change));
  expect(said(of, term)).toContain(words);
  expect(of.queryByText('Nothing was heard of it since.')).toBeNull();
  expect(of.queryByText('Clicks by people')).toBeNull();
});

test('a draft has no delivery', async () => {
  serve();
  renderAt(`/emails/${exampleEmail().id}`);
  await screen.findByRole('region', { name: 'Life' });
  expect(screen.queryByRole('region', { name: 'Delivery' })).toBeNull();
});

test('the list marks what bounced or was complained about, and nothing else', async () => {
  const verdicts: Email['delivery'][] = ['hard_bounce', 'complaint', 'soft_bounce', 'delivered', null];
  serve({ listEmails: () => pageOf(verdicts.map((delivery, i) => sent({ id: `e-${String(i)}`, delivery }))) });
  renderAt('/emails');
  await screen.findByText('Bounced');
  expect(screen.getAllByRole('listitem').map((li) => li.querySelector('a > span em')?.textContent ?? null)).toEqual(['Bounced', 'Complaint', null, null, null]);
});

test('a source that has no words yet is shown as it is', () => {
  expect(sourceWords('hook:newcomer')).toBe('by hook:newcomer');
  expect(sourceWords('ses')).toBe('by Amazon SES');
  expect(noticeTitle('unsubscribed')).toBe('Unsubscribed');
  expect(isBad(null)).toBe(false);
});
