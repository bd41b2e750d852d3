// SPDX-License-Identifier: AGPL-3.0-or-later
import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderAt } from '../../test/render';
import { exampleClient, pageOf, refuse, serve } from '../../test/server';

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

test('a client without orders has no curve and no error', async () => {
  const none = { score: null, parts: null, silence_days: null, usual_gap_days: null, due_at: null, curve: [], orders_considered: 0, band: 'none', sentence: 'No orders yet.', threshold: 50 };
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
