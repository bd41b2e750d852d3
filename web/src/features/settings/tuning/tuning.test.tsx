// SPDX-License-Identifier: AGPL-3.0-or-later
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Policy, Session, Tuning } from '../../../api/gen';
import { renderAt } from '../../../test/render';
import { example, refuse, serve } from '../../../test/server';
import { plain } from '../../../test/text';

const pending = example<Tuning>('getTuning');
const at = '/settings?tab=tuning';
const now = (change: Partial<Tuning>) => ({ getTuning: () => ({ status: 200, body: { ...pending, ...change } }) });

test('a proposal is one question with one dial; sliding answers it anew', async () => {
  serve();
  renderAt(at);
  const card = within(await screen.findByRole('region', { name: 'The proposal' }));
  expect(card.getByText('Of the people we write to, at most 9 % would have come back alone within 30 days; that is 3.1 emails a day.')).toBeTruthy();
  const dial = card.getByRole('slider', { name: 'Fewer or more emails' });
  fireEvent.change(dial, { target: { value: 0 } });
  const text = 'Of the people we write to, at most 7 % would have come back alone within 30 days; that is 2.4 emails a day.';
  expect(card.getByText(text)).toBeTruthy();
  expect(plain(dial.getAttribute('aria-valuetext'))).toBe(text);
  expect(card.getByText('63 days')).toBeTruthy();
});

test('a confirmation says what happens, and sends the threshold of the dial on the version of the policy', async () => {
  const server = serve();
  const user = renderAt(at);
  fireEvent.change(await screen.findByRole('slider', { name: 'Fewer or more emails' }), { target: { value: 0 } });
  await user.click(screen.getByRole('button', { name: 'Confirm' }));
  const dialog = within(await screen.findByRole('dialog'));
  expect(dialog.getByText(/wait in the backlog until you release some/)).toBeTruthy();
  expect(server.to('confirmTuning')).toEqual([]);
  await user.click(dialog.getByRole('button', { name: 'Put into force' }));
  await waitFor(() => {
    expect(server.to('confirmTuning')[0]?.body).toEqual({ threshold: 40 });
  });
  expect(server.to('confirmTuning')[0]?.headers.get('if-match')).toBe('"3"');
});

test('a policy that moved meanwhile is told and read again', async () => {
  const server = serve({ confirmTuning: () => refuse(412, 'Somebody changed it since you read it.') });
  const user = renderAt(at);
  await user.click(await screen.findByRole('button', { name: 'Confirm' }));
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Put into force' }));
  await screen.findByText(/Somebody changed the policy meanwhile/);
  await waitFor(() => {
    expect(server.to('getPolicy').length).toBeGreaterThan(1);
  });
});

test('declining keeps what is in force', async () => {
  let declined = false;
  const server = serve({
    getTuning: () => ({ status: 200, body: { ...pending, status: declined ? 'declined' : 'pending' } }),
    declineTuning: ({ example: given }) => {
      declined = true;
      return { status: 200, body: given };
    },
  });
  const user = renderAt(at);
  await user.click(await screen.findByRole('button', { name: 'Keep what is in force' }));
  await screen.findByText(/The proposal was declined/);
  expect(server.to('declineTuning')).toHaveLength(1);
  expect(screen.queryByRole('button', { name: 'Confirm' })).toBeNull();
});

test('looking again shows that it runs, and the proposal when it is made', async () => {
  let looks = -1;
  const server = serve({
    getTuning: () => {
      if (looks >= 0) looks++;
      return { status: 200, body: looks < 0 ? { ...pending, status: 'confirmed' } : looks < 3 ? example<Tuning>('runTuning') : pending };
    },
    runTuning: ({ example: given }) => {
      looks = 0;
      return { status: 200, body: given };
    },
  });
  const user = renderAt(at);
  await user.click(await screen.findByRole('button', { name: 'Look again' }));
  await screen.findByText(/Looking at the history since/);
  expect(server.to('runTuning')).toHaveLength(1);
  await screen.findByRole('region', { name: 'The proposal' });
});

test('the detectors that were compared stand behind a disclosure', async () => {
  serve();
  const user = renderAt(at);
  await user.click(await screen.findByText('What was compared'));
  const all = within(screen.getByRole('table', { name: 'Detectors compared' }));
  const row = all.getByRole('row', { name: /proposed/ });
  expect(row.textContent).toContain('Score, half-life 60 days, own rhythm 0.25, fade 6 gaps');
  expect(row.textContent).toContain('47.5');
  expect(plain(row.textContent)).toContain('9.0 % ± 0.8 %');
  expect(plain(all.getByRole('row', { name: /^A fixed delay of 61 days/ }).textContent)).toContain('10.4 %');
  const later = within(screen.getByRole('table', { name: 'Measured on the later part' }));
  expect(later.getAllByRole('row').slice(1).map((r) => plain(r.textContent).slice(0, 24))).toEqual(['The proposal1,1889.3 % ±', 'As delivered1,20110.2 % ', 'A fixed delay of 60 days']);
});

test.each([
  [30, 60],
  [7, 30],
  [400, 360],
])('too little history: a usual gap of %d days makes a half-life of %d', async (gap, half) => {
  const server = serve(now({ status: 'too_little_history', proposal: null }));
  const user = renderAt(at);
  const field = await screen.findByLabelText('Usual gap between two orders, days');
  const use = screen.getByRole('button', { name: 'Use it' });
  expect(use).toHaveProperty('disabled', true);
  await user.type(field, String(gap));
  await user.click(use);
  await waitFor(() => {
    expect(server.to('putPolicy')[0]?.body).toMatchObject({ usual_gap_days: gap, detector: { kind: 'score', half_life_days: half } } satisfies Partial<Record<keyof Policy, unknown>>);
  });
  expect(server.to('putPolicy')[0]?.headers.get('if-match')).toBe('"3"');
});

test('nothing looked at yet says what it is for', async () => {
  serve(now({ status: 'none', asked_at: null, made_at: null, by: null, proposal: null }));
  renderAt(at);
  await screen.findByRole('button', { name: 'Look at the history' });
  expect(screen.getByText(/choose when to speak up/)).toBeTruthy();
});

test('a viewer reads the proposal and may not decide', async () => {
  serve({ getSession: ({ example: given }) => ({ status: 200, body: { ...(given as Session), role: 'viewer' } }) });
  renderAt(at);
  expect(await screen.findByRole('button', { name: 'Confirm' })).toHaveProperty('disabled', true);
  expect(screen.getByRole('button', { name: 'Keep what is in force' })).toHaveProperty('disabled', true);
  expect(screen.getByText(/Only an admin may look again/)).toBeTruthy();
});

test('a detector of chances is dialled by its chance', async () => {
  const { proposal } = pending;
  if (proposal === null) throw new Error('the example has a proposal');
  const detector = { ...proposal.detector, kind: 'chance' as const, chance: 0.08 };
  const dial = [0.04, 0.08].map((chance, i) => ({ ...(proposal.dial[i] ?? {}), threshold: 47.5, chance }));
  const server = serve(now({ proposal: { ...proposal, detector, dial } as Tuning['proposal'] }));
  const user = renderAt(at);
  fireEvent.change(await screen.findByRole('slider', { name: 'Fewer or more emails' }), { target: { value: 0 } });
  expect(screen.getByText('4.0 %')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Confirm' }));
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Put into force' }));
  await waitFor(() => {
    expect(server.to('confirmTuning')[0]?.body).toEqual({ threshold: 0.04 });
  });
});

test('of many detectors the best are shown, and all when asked for', async () => {
  const { proposal } = pending;
  const [first] = proposal?.table ?? [];
  const table = Array.from({ length: 40 }, (_, i) => ({ ...first, chosen: i === 0, default: i === 30 }));
  serve(now({ proposal: { ...proposal, table } as Tuning['proposal'] }));
  const user = renderAt(at);
  await user.click(await screen.findByText('What was compared'));
  const rows = () => within(screen.getByRole('table', { name: 'Detectors compared' })).getAllByRole('row').length - 2; // less head and fixed delay
  expect(rows()).toBe(9);
  await user.click(screen.getByRole('button', { name: 'Show all 40' }));
  expect(rows()).toBe(40);
});

test('a dial that was not touched confirms the proposal itself, not the nearest place of the dial', async () => {
  const { proposal } = pending;
  const server = serve(now({ proposal: { ...proposal, threshold: 46.3 } as Tuning['proposal'] }));
  const user = renderAt(at);
  await screen.findByText('as proposed');
  await user.click(screen.getByRole('button', { name: 'Confirm' }));
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Put into force' }));
  await waitFor(() => {
    expect(server.to('confirmTuning')[0]?.body).toEqual({ threshold: 46.3 });
  });
});
