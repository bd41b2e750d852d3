// SPDX-License-Identifier: AGPL-3.0-or-later
import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderAt } from '../../test/render';
import { exampleEmail, pageOf, serve } from '../../test/server';
import { actor } from '../../lib/actor';
import { life } from './life';

const me = '0192f0a1-0000-7000-8000-000000000001';
const attempt = { at: '2026-11-24T09:12:10Z', mailer: 'smtp', message_id: '<m@fernwood.example>', result: 'uncertain', reply: 'connection closed after the final dot' } as const;
const uncertain = exampleEmail({
  status: 'uncertain',
  version: 5,
  approvals: [{ action: 'approve', by: `staff:${me}`, at: '2026-11-24T09:12:00Z', content_hash: null, reason: null }],
  attempts: [attempt],
});

test('the list is asked for one state at a time and the address keeps it', async () => {
  const server = serve();
  const user = renderAt('/emails');
  await screen.findByText('Maya Lindqvist');
  await user.click(screen.getByRole('radio', { name: 'Rehearsed' }));
  await waitFor(() => {
    expect(server.to('listEmails').at(-1)?.url.searchParams.get('status')).toBe('rehearsed');
  });
  expect(window.location.search).toBe('?status=rehearsed');
});

test('an empty state says so', async () => {
  serve({ listEmails: () => pageOf([]) });
  renderAt('/emails?status=failed');
  await screen.findByText('No email is in the state “Failed”.');
});

test('an uncertain email is settled by a person, on the version that was read', async () => {
  const server = serve({
    getEmail: () => ({ status: 200, body: uncertain }),
    resolveEmail: () => ({ status: 200, body: { ...uncertain, status: 'sent', version: 6 } }),
  });
  const user = renderAt(`/emails/${uncertain.id}`);
  await user.click(await screen.findByRole('button', { name: 'It was sent' }));
  await waitFor(() => {
    expect(server.to('resolveEmail')[0]?.body).toEqual({ outcome: 'sent' });
  });
  expect(server.to('resolveEmail')[0]?.headers.get('if-match')).toBe('"5"');
});

test('what left the house is shown as it left', async () => {
  serve({ getEmail: () => ({ status: 200, body: uncertain }) });
  const user = renderAt(`/emails/${uncertain.id}`);
  await user.click(await screen.findByRole('radio', { name: 'As it left' }));
  const raw = await screen.findByLabelText('Message as it left');
  expect(raw.textContent).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
});

test('a life is told in the order in which it happened', async () => {
  serve({ getEmail: () => ({ status: 200, body: uncertain }) });
  renderAt(`/emails/${uncertain.id}`);
  const card = within(await screen.findByRole('region', { name: 'Life' }));
  expect(card.getAllByRole('listitem').map((li) => li.querySelector('b')?.textContent)).toEqual([
    'The episode opened',
    'Drafting began',
    'Approved',
    'The relay may have accepted it; nobody knows yet',
  ]);
});

test('a cancelled email ends with the rule that stopped it', () => {
  const events = life(exampleEmail({ status: 'cancelled', reason: 'client ordered', updated_at: '2026-11-25T00:00:00Z' }), me);
  expect(events.at(-1)).toEqual({ at: '2026-11-25T00:00:00Z', title: 'Cancelled', note: 'client ordered' });
});

test.each([
  [`staff:${me}`, 'by you'],
  ['staff:someone-else', 'by a colleague'],
  ['key:k-1', 'through an API key'],
  ['socket', 'on the server’s command line'],
])('%s acted %s', (by, words) => {
  expect(actor(by, me)).toBe(words);
});
