// SPDX-License-Identifier: AGPL-3.0-or-later
import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Policy, Session } from '../../api/gen';
import { renderAt } from '../../test/render';
import { refuse, serve } from '../../test/server';

test('a changed policy is sent whole, on the version that was read', async () => {
  const server = serve();
  const user = renderAt('/settings');
  const holdout = await screen.findByLabelText('Holdout');
  await user.clear(holdout);
  await user.type(holdout, '10');
  await user.click(screen.getByRole('button', { name: 'Save the policy' }));
  await waitFor(() => {
    expect(server.to('putPolicy')).toHaveLength(1);
  });
  const call = server.to('putPolicy')[0];
  const sent = call?.body as Policy;
  expect(sent.holdout_share).toBeCloseTo(0.1, 10);
  expect(sent.threshold).toBe(50);
  expect(sent.brand.banned_phrases).toEqual(['last chance']);
  expect(call?.headers.get('if-match')).toBe('"3"');
});

test('a policy that somebody else saved meanwhile is told, and what was typed stays', async () => {
  serve({ putPolicy: () => refuse(412, 'Somebody changed it since you read it.') });
  const user = renderAt('/settings');
  const threshold = await screen.findByLabelText('Threshold');
  await user.clear(threshold);
  await user.type(threshold, '45');
  await user.click(screen.getByRole('button', { name: 'Save the policy' }));
  expect((await screen.findByRole('alert')).textContent).toContain('Somebody else saved the policy meanwhile');
  expect(threshold).toHaveProperty('value', '45');
});

test('a field that the server refuses says why beside it', async () => {
  serve({ putPolicy: () => refuse(422, '1 field is wrong.', [{ pointer: '/threshold', rule: 'range', detail: 'must be 10 to 90' }]) });
  const user = renderAt('/settings');
  const threshold = await screen.findByLabelText('Threshold');
  await user.clear(threshold);
  await user.type(threshold, '11');
  await user.click(screen.getByRole('button', { name: 'Save the policy' }));
  await screen.findByText('must be 10 to 90');
});

test('a viewer reads the policy and cannot save it', async () => {
  serve({ getSession: ({ example }) => ({ status: 200, body: { ...(example as Session), role: 'viewer' } }) });
  renderAt('/settings');
  await screen.findByText('Only an admin may change the policy.');
  expect(screen.getByRole('button', { name: 'Save the policy' })).toHaveProperty('disabled', true);
});

test('a new key is shown once, with a way to copy it', async () => {
  const server = serve();
  const user = renderAt('/settings?tab=keys');
  await user.type(await screen.findByLabelText('Name'), 'shop system');
  await user.click(screen.getByRole('button', { name: 'Create' }));
  await screen.findByText('rk_example_only_not_a_real_key_0000000000');
  expect(server.to('createKey')[0]?.body).toEqual({ name: 'shop system', scope: 'ingest' });
  await user.click(screen.getByRole('button', { name: 'Done' }));
  expect(screen.queryByText('rk_example_only_not_a_real_key_0000000000')).toBeNull();
});

test('a key is revoked only after a yes', async () => {
  const server = serve();
  const user = renderAt('/settings?tab=keys');
  await user.click(await screen.findByRole('button', { name: 'Revoke' }));
  const dialog = within(await screen.findByRole('dialog'));
  expect(server.to('revokeKey')).toEqual([]);
  await user.click(dialog.getByRole('button', { name: 'Revoke' }));
  await waitFor(() => {
    expect(server.to('revokeKey')).toHaveLength(1);
  });
});

test('a person is disabled on the version that was read', async () => {
  const server = serve();
  const user = renderAt('/settings?tab=people');
  const row = within((await screen.findByText('otto@fernwood.example')).closest('li') ?? document.body);
  await user.click(row.getByRole('button', { name: 'Disable' }));
  await waitFor(() => {
    expect(server.to('patchStaff')[0]?.body).toEqual({ disabled: true });
  });
  expect(server.to('patchStaff')[0]?.headers.get('if-match')).toBe('"1"');
});

test('the backlog is released in a batch of the size that was asked for', async () => {
  const server = serve();
  const user = renderAt('/settings?tab=backlog');
  const number = await screen.findByLabelText('How many');
  await user.clear(number);
  await user.type(number, '5');
  await user.click(screen.getByRole('button', { name: 'Release' }));
  await waitFor(() => {
    expect(server.to('releaseBacklog')[0]?.body).toEqual({ count: 5 });
  });
});

test('the manual clock moves on by a day', async () => {
  const server = serve();
  const user = renderAt('/settings?tab=clock');
  await user.click(await screen.findByRole('button', { name: '1 day on' }));
  await waitFor(() => {
    expect(server.to('advanceClock')[0]?.body).toEqual({ now: '2026-11-25T09:12:00.000Z' });
  });
});

test('a real clock cannot be moved and has no tab', async () => {
  serve({ getSession: ({ example }) => ({ status: 200, body: { ...(example as Session), clock: { kind: 'real', now: '2026-11-24T09:12:00Z' } } }) });
  renderAt('/settings');
  await screen.findByRole('tab', { name: 'Policy' });
  expect(screen.queryByRole('tab', { name: 'Clock' })).toBeNull();
});

test('stopping all sending needs a reason and is told on every page', async () => {
  let on = false;
  const server = serve({
    getKillSwitch: ({ example }) => ({ status: 200, body: on ? { on: true, reason: 'Wrong price', by: 'socket', at: '2026-11-24T09:12:00Z' } : example }),
    putKillSwitch: ({ example }) => {
      on = true;
      return { status: 200, body: example };
    },
  });
  const user = renderAt('/settings?tab=sending');
  const stop = await screen.findByRole('button', { name: 'Stop all sending' });
  expect(stop).toHaveProperty('disabled', true);
  await user.type(screen.getByLabelText('Why stop?'), 'Wrong price');
  await user.click(stop);
  await screen.findByText('All sending is stopped.');
  expect(server.to('putKillSwitch')[0]?.body).toEqual({ on: true, reason: 'Wrong price' });
});
