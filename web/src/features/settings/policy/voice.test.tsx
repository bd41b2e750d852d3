// SPDX-License-Identifier: AGPL-3.0-or-later
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Policy } from '../../../api/gen';
import { renderAt } from '../../../test/render';
import { refuse, serve } from '../../../test/server';

test('the brand voice is saved with the whole policy, on the version that was read', async () => {
  const server = serve();
  const user = renderAt('/settings?tab=voice');
  const banned = await screen.findByLabelText('Banned phrases');
  await user.clear(banned);
  await user.type(banned, 'last chance\nhurry');
  await user.selectOptions(screen.getByLabelText('Stand-in language'), 'German');
  await user.click(screen.getByRole('button', { name: 'Save the policy' }));
  await waitFor(() => {
    expect(server.to('putPolicy')).toHaveLength(1);
  });
  const call = server.to('putPolicy')[0];
  const sent = call?.body as Policy;
  expect(sent.brand.banned_phrases).toEqual(['last chance', 'hurry']);
  expect(sent.brand.language).toBe('de');
  expect(sent.threshold).toBe(50);
  expect(call?.headers.get('if-match')).toBe('"3"');
});

test('a line that the server refuses says which one beside the list', async () => {
  serve({ putPolicy: () => refuse(422, '1 field is wrong.', [{ pointer: '/brand/competitors/1', rule: 'length', detail: 'must have 1 to 200 characters' }]) });
  const user = renderAt('/settings?tab=voice');
  await user.type(await screen.findByLabelText('Competitors'), 'A\nB');
  await user.click(screen.getByRole('button', { name: 'Save the policy' }));
  await screen.findByText('Line 2 must have 1 to 200 characters');
});

test('an offer with one code is saved; one that is on without a text is not sent', async () => {
  const none: Policy['offer'] = { on: false, texts: {}, codes: 'none', code: '', ends_at: null, cost_minor: null };
  const server = serve({ getPolicy: ({ example }) => ({ status: 200, body: { ...(example as Policy), offer: none } }) });
  const user = renderAt('/settings?tab=offer');
  await user.click(await screen.findByRole('switch', { name: /An offer is made/ }));
  await user.click(screen.getByRole('button', { name: 'Save the policy' }));
  await screen.findByText('An offer that is on needs a text');
  await user.type(screen.getByLabelText('Text in English'), 'Ten percent on your next bag');
  await user.selectOptions(screen.getByLabelText('Code'), 'One code for everybody');
  await user.type(screen.getByLabelText('The code'), 'BEANS-10');
  await user.type(screen.getByLabelText('Given away when it is used, EUR'), '2.5');
  await user.click(screen.getByRole('button', { name: 'Save the policy' }));
  await waitFor(() => {
    expect(server.to('putPolicy')).toHaveLength(1);
  });
  const sent = server.to('putPolicy')[0]?.body as Policy;
  expect(sent.offer).toEqual({ on: true, texts: { en: 'Ten percent on your next bag' }, codes: 'fixed', code: 'BEANS-10', ends_at: null, cost_minor: 250 });
});

test('codes are pasted, counted and sent; what is no code is not', async () => {
  const server = serve();
  const user = renderAt('/settings?tab=offer');
  await screen.findByText(/480 left\. 20 were given away\./);
  const box = screen.getByLabelText('Paste codes');
  await user.click(box);
  await user.paste('GIFT-1, GIFT-2\n10%');
  await screen.findByText(/“10%” is no code/);
  await user.clear(box);
  await user.paste('GIFT-1, GIFT-2');
  await user.click(screen.getByRole('button', { name: 'Add 2 codes' }));
  await waitFor(() => {
    expect(server.to('addOfferCodes')[0]?.body).toEqual({ codes: ['GIFT-1', 'GIFT-2'] });
  });
  await screen.findByText('2 added');
});
