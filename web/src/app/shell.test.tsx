// SPDX-License-Identifier: AGPL-3.0-or-later
import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Dashboard, Relay, Session } from '../api/gen';
import { renderAt } from '../test/render';
import { refuse, serve } from '../test/server';

test('a silent order feed is told on every page, with its reason', async () => {
  serve({
    getDashboard: ({ example }) => ({
      status: 200,
      body: { ...(example as Dashboard), feed: { state: 'stale', since: '2026-11-23T03:00:00Z', reason: 'No source has reported.', last_report_at: null, last_order_at: null, max_age_hours: 24 } },
    }),
  });
  renderAt('/pipeline');
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Orders are not coming in');
  expect(alert.textContent).toContain('No source has reported.');
});

const relayStopped = { state: 'stopped', reason: '535 5.7.8 authentication failed', since: '2026-11-24T09:12:00Z', until: '2026-11-24T09:27:00Z' } as const;

test('a relay that refuses us is told with its reason, and who may sends again', async () => {
  let resumed = false;
  serve({
    getRelay: ({ example }) => ({ status: 200, body: resumed ? example : { ...(example as Relay), ...relayStopped } }),
    resumeRelay: ({ example }) => {
      resumed = true;
      return { status: 200, body: example };
    },
  });
  const user = renderAt('/pipeline');
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('535 5.7.8 authentication failed');
  await user.click(within(alert).getByRole('button', { name: 'It is mended: send again' }));
  await waitFor(() => {
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

test('the brake is told, and only an admin has the button that lifts it', async () => {
  serve({
    getSession: ({ example }) => ({ status: 200, body: { ...(example as Session), role: 'reviewer' } }),
    getRelay: ({ example }) => {
      const relay = example as Relay;
      return { status: 200, body: { ...relay, state: 'braked', reason: 'hard_bounces', brake: { ...relay.brake, on: true, sent: 250, bounced: 6 } } };
    },
  });
  renderAt('/pipeline');
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Of the last 250 mails 6 bounced');
  expect(within(alert).queryByRole('button')).toBeNull();
});

test('rehearsal is told, and not when mail is live', async () => {
  serve();
  renderAt('/emails');
  await screen.findByText('Rehearsal.');
});

test('live mail shows no rehearsal banner', async () => {
  serve({ getSession: ({ example }) => ({ status: 200, body: { ...(example as Session), rehearsal: false } }) });
  renderAt('/emails');
  await screen.findByRole('heading', { name: 'Emails' });
  expect(screen.queryByText('Rehearsal.')).toBeNull();
});

test('a session that ends while reading leads to the login and back', async () => {
  let ended = false;
  serve({ listEmails: ({ example }) => (ended ? refuse(401, 'Sign in.') : { status: 200, body: example }) });
  const user = renderAt('/emails');
  await screen.findByText('Maya Lindqvist');
  ended = true;
  await user.click(screen.getByRole('radio', { name: 'Sent' }));
  await screen.findByRole('button', { name: 'Sign in' });
  await waitFor(() => {
    expect(window.location.search).toContain('next=');
  });
});

test('the navigation counts what waits for review', async () => {
  serve();
  renderAt('/pipeline');
  const nav = within(await screen.findByRole('navigation', { name: 'Main' }));
  expect(await nav.findByLabelText('12 to review')).toBeTruthy();
});

test('an answer that breaks the contract is an error of the view, not a broken page', async () => {
  serve({ getPipeline: () => ({ status: 200, body: { stages: 'many' } }) });
  renderAt('/pipeline');
  await screen.findByText('The pipeline did not load.');
  expect(screen.getByText('The server answered something this page does not understand.')).toBeTruthy();
});

test('an address that does not exist leads home', async () => {
  serve();
  renderAt('/nowhere');
  await screen.findByText('There is no page at this address.');
  expect(screen.getByRole('link', { name: 'Go to Today' }).getAttribute('href')).toBe('/today');
});
