// SPDX-License-Identifier: AGPL-3.0-or-later
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Order, Score } from '../../api/gen';
import { date } from '../../lib/format';
import { renderAt } from '../../test/render';
import { example, exampleClient, pageOf, refuse, serve } from '../../test/server';
import { plain } from '../../test/text';

test('search and band go to the server and into the address', async () => {
  const server = serve();
  const user = renderAt('/clients');
  await screen.findByText('Maya Lindqvist');
  await user.type(screen.getByLabelText('Search clients'), 'may');
  await waitFor(() => {
    expect(server.to('listClients').at(-1)?.url.searchParams.get('q')).toBe('may');
  });
  await user.click(screen.getByRole('radio', { name: 'Drifting' }));
  await waitFor(() => {
    expect(window.location.search).toBe('?q=may&band=drifting');
  });
  expect(server.to('listClients').at(-1)?.url.searchParams.get('band')).toBe('drifting');
});

test('an address with filters opens filtered; an odd one opens unfiltered', async () => {
  const server = serve();
  renderAt('/clients?band=lost&status=nonsense');
  await screen.findByText('Maya Lindqvist');
  const query = server.to('listClients')[0]?.url.searchParams;
  expect(query?.get('band')).toBe('lost');
  expect(query?.get('status')).toBeNull();
});

test('pages are read one after the other, also past an empty one', async () => {
  const server = serve({
    listClients: ({ query }) =>
      query.get('cursor') === null ? pageOf([exampleClient()], 'two') : query.get('cursor') === 'two' ? pageOf([], 'three') : pageOf([exampleClient({ id: 'c-9', first_name: 'Zoe', last_name: 'Last' })]),
  });
  renderAt('/clients');
  await screen.findByText('Zoe Last');
  expect(server.to('listClients').map((c) => c.url.searchParams.get('cursor'))).toEqual([null, 'two', 'three']);
});

test('no match says what to do', async () => {
  serve({ listClients: () => pageOf([]) });
  renderAt('/clients?q=nobody');
  await screen.findByText('No client matches.');
  expect(screen.getByText('Widen the search or take a filter away.')).toBeTruthy();
});

test('a client shows the figures, the score as it adds up and what happened', async () => {
  serve();
  renderAt('/clients/c-1042');
  await screen.findByRole('heading', { name: /Maya Lindqvist/ });
  const score = within(await screen.findByRole('region', { name: 'The score now' }));
  expect(score.getByText(/silent for 41/)).toBeTruthy();
  expect(score.getByText('48.2')).toBeTruthy();
  const happened = within(await screen.findByRole('region', { name: 'What happened' }));
  expect(await happened.findByRole('link', { name: 'New beans on the shelf' })).toBeTruthy();
  expect(screen.getByRole('img', { name: /Score, orders and emails/ })).toBeTruthy();
});

test('the score is told with where it stood after the last order, its due moment and the chance of return', async () => {
  serve();
  renderAt('/clients/c-1042');
  const score = within(await screen.findByRole('region', { name: 'The score now' }));
  const said = (term: string) => plain(score.getByText(term).nextElementSibling?.textContent);
  expect(said('Just after the last order')).toBe('88.0');
  expect(said('Chance of return')).toBe('41 % within 90 days');
  expect(said('Falls under 50')).toContain('2 days ago');
});

test('a chance that is not known is said to be so, not guessed', async () => {
  serve({ getClientScore: ({ example: given }) => ({ status: 200, body: { ...(given as Score), chance_of_return: null } }) });
  renderAt('/clients/c-1042');
  await screen.findByText('not shown: too little history');
});

test('the time line is read with the keys, event by event', async () => {
  const at = '2026-10-14T09:00:00Z';
  serve({
    listClientOrders: () => pageOf([{ ...example<Order>('getOrder'), ordered_at: at, status: 'shipped' }]),
    listClientEmails: () => pageOf([]),
    getClientScore: ({ example: given }) => ({
      status: 200,
      body: { ...(given as Score), due_at: '2026-11-22T16:40:00Z', curve: [{ at: '2026-09-01T00:00:00Z', score: 80 }, { at, score: 60 }, { at, score: 88 }, { at: '2027-01-30T00:00:00Z', score: 20 }] },
    }),
  });
  renderAt('/clients/c-1042?range=4');
  const reader = await screen.findByRole('slider', { name: 'Read the time line' });
  const text = () => plain(reader.getAttribute('aria-valuetext'));
  fireEvent.keyDown(reader, { key: 'End' });
  expect(text()).toContain('if no order comes');
  const seen = [text()];
  for (let i = 0; i < 12; i++) {
    fireEvent.keyDown(reader, { key: 'ArrowLeft' });
    seen.push(text());
  }
  expect(seen.some((t) => t.startsWith(date('2026-11-22T16:40:00Z')) && t.includes('due moment'))).toBe(true);
  expect(seen.some((t) => t.includes('score 88.0') && t.includes('order of €29.00'))).toBe(true);
});

test('a client without orders has no curve and no error', async () => {
  const none = { score: null, parts: null, silence_days: null, usual_gap_days: null, score_after_last_order: null, chance_of_return: null, due_at: null, curve: [], orders_considered: 0, band: 'none', sentence: 'No orders yet.', threshold: 50 };
  const bare = exampleClient();
  serve({
    getClient: () => ({ status: 200, body: { ...bare, email: null, first_name: null, last_name: null, engagement: { ...bare.engagement, score: null, band: 'none', parts: null, silence_days: null, usual_gap_days: null, due_at: null, last_order_at: null, order_count: 0, total_minor: 0 } } }),
    getClientScore: () => ({ status: 200, body: none }),
  });
  renderAt('/clients/c-2001');
  await screen.findByRole('heading', { name: /c-1042/ });
  expect(await screen.findByText(/No order yet/)).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Ask for a draft now' })).toHaveProperty('disabled', true);
});

test('a draft is asked for with a reason; a refusal keeps it', async () => {
  const server = serve({ draftForClient: () => refuse(409, 'This silence has an email already.') });
  const user = renderAt('/clients/c-1042');
  await user.click(await screen.findByRole('button', { name: 'Ask for a draft now' }));
  const dialog = within(await screen.findByRole('dialog'));
  const reason = dialog.getByLabelText('Why now?');
  await user.type(reason, 'Asked in the shop');
  await user.click(dialog.getByRole('button', { name: 'Ask for the draft' }));
  await dialog.findByText('This silence has an email already.');
  expect(reason).toHaveProperty('value', 'Asked in the shop');
  expect(server.to('draftForClient')[0]?.body).toEqual({ reason: 'Asked in the shop' });
});
