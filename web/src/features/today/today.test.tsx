// SPDX-License-Identifier: AGPL-3.0-or-later
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import type { Email, Policy, Tuning } from '../../api/gen';
import { renderAt } from '../../test/render';
import { example, exampleEmail, pageOf, refuse, serve } from '../../test/server';
import { emitLive } from '../../test/setup';

const maya = exampleEmail();
const lucas = exampleEmail({
  id: '0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f02',
  client_id: 'c-1050',
  client: { first_name: 'Lucas', last_name: 'Moreau', email: 'lucas@example.com' },
  subject: 'A light roast',
});
const blockedOne = exampleEmail({
  id: '0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f03',
  client: { first_name: 'Tom', last_name: 'Albrecht', email: 'tom@example.com' },
  status: 'blocked',
  subject: 'Blocked one',
  checks: [{ code: 'number', level: 'hard', promise: 'No number that is in no fact', detail: 'A price that is not in the facts' }],
});

/** A queue that follows the decisions. */
function queue(...emails: Email[]) {
  const stored = new Map(emails.map((e) => [e.id, e]));
  const move = (id: string | undefined, change: Partial<Email>) => {
    const email = stored.get(id ?? '');
    if (email === undefined) return refuse(404, 'There is no such email.');
    const moved = { ...email, ...change, version: email.version + 1 };
    stored.set(email.id, moved);
    return { status: 200, body: moved };
  };
  const server = serve({
    listEmails: ({ query }) => pageOf([...stored.values()].filter((e) => e.status === query.get('status'))),
    approveEmail: ({ path }) => move(path.id, { status: 'approved' }),
    undoApproval: ({ path }) => move(path.id, { status: 'in_review' }),
    rejectEmail: ({ path }) => move(path.id, { status: 'rejected' }),
  });
  return { server, stored };
}

const list = () => within(screen.getByRole('group', { name: 'Queue' }));

test('the first draft is open with its reason, its parts and its checks', async () => {
  queue(maya, lucas);
  renderAt('/today');
  const pane = await screen.findByRole('complementary', { name: 'Why this client now' });
  expect(within(pane).getByText(maya.evidence.sentence)).toBeTruthy();
  expect(within(pane).getByText('1 to look at')).toBeTruthy();
  expect(within(pane).getByText('Bought before: Ethiopia Guji, whole bean, 1 kg')).toBeTruthy();
  const frame = screen.getByTitle(/Preview of/);
  expect(frame.getAttribute('sandbox')).toBe('');
  expect(frame.getAttribute('src')).toBe(maya.html_url);
});

test('a approves with the hash that was seen and moves on; z takes it back', async () => {
  const { server, stored } = queue(maya, lucas);
  const user = renderAt('/today');
  await screen.findByRole('heading', { name: 'New beans on the shelf' });
  await user.keyboard('a');
  await screen.findByRole('heading', { name: 'A light roast' });
  await waitFor(() => {
    expect(stored.get(maya.id)?.status).toBe('approved');
  });
  const call = server.to('approveEmail')[0];
  expect(call?.body).toEqual({ content_hash: maya.content_hash, review_ms: expect.any(Number) as number });
  expect(call?.headers.get('if-match')).toBe(`"${String(maya.version)}"`);
  expect(list().queryByText('Maya Lindqvist')).toBeNull();

  await user.keyboard('z');
  await screen.findByRole('heading', { name: 'New beans on the shelf' });
  expect(stored.get(maya.id)?.status).toBe('in_review');
  expect(server.to('undoApproval')[0]?.headers.get('if-match')).toBe(`"${String(maya.version + 1)}"`);
});

test('an approval that the server refuses puts the draft back and says why', async () => {
  serve({
    listEmails: ({ query }) => pageOf(query.get('status') === 'in_review' ? [maya, lucas] : []),
    approveEmail: () => refuse(412, 'Somebody changed it since you read it.'),
  });
  const user = renderAt('/today');
  await screen.findByRole('heading', { name: 'New beans on the shelf' });
  await user.click(screen.getByRole('button', { name: /^Approve/ }));
  await screen.findByText(/Somebody changed it since you read it/);
  expect(await list().findByText('Maya Lindqvist')).toBeTruthy();
});

test('a blocked draft cannot be approved, by button or key, and says so', async () => {
  const { server } = queue(blockedOne);
  const user = renderAt('/today');
  await screen.findByRole('heading', { name: 'Blocked one' });
  expect(screen.getByRole('button', { name: /^Approve/ })).toHaveProperty('disabled', true);
  expect(screen.getByText('Fix the failed check first: edit or have it written anew.')).toBeTruthy();
  await user.keyboard('a');
  expect(server.to('approveEmail')).toEqual([]);
});

test('r asks for a reason and sends it', async () => {
  const { server } = queue(maya, lucas);
  const user = renderAt('/today');
  await screen.findByRole('heading', { name: 'New beans on the shelf' });
  await user.keyboard('r');
  await screen.findByRole('dialog');
  await user.keyboard('2');
  await waitFor(() => {
    expect(server.to('rejectEmail')[0]?.body).toEqual({ reason: 'A fact is wrong', review_ms: expect.any(Number) as number });
  });
});

test('j and k walk the queue and the address follows', async () => {
  queue(maya, lucas);
  const user = renderAt('/today');
  await screen.findByRole('heading', { name: 'New beans on the shelf' });
  await user.keyboard('j');
  await screen.findByRole('heading', { name: 'A light roast' });
  expect(window.location.search).toBe(`?id=${lucas.id}`);
  await user.keyboard('k');
  await screen.findByRole('heading', { name: 'New beans on the shelf' });
});

test('an edit is sent whole; a failed check keeps the words and the dialog', async () => {
  const server = serve({
    listEmails: ({ query }) => pageOf(query.get('status') === 'in_review' ? [maya] : []),
    editEmail: () => ({ status: 200, body: { ...maya, status: 'blocked', version: 3, checks: blockedOne.checks } }),
  });
  const user = renderAt('/today');
  await screen.findByRole('heading', { name: 'New beans on the shelf' });
  await user.keyboard('e');
  const dialog = within(await screen.findByRole('dialog'));
  const text = dialog.getByLabelText('Paragraph 1');
  await user.clear(text);
  await user.type(text, 'Now at 40 % off.');
  await user.click(dialog.getByRole('button', { name: 'Save and check' }));
  expect(within(await dialog.findByRole('alert')).getByText('A price that is not in the facts')).toBeTruthy();
  expect(text).toHaveProperty('value', 'Now at 40 % off.');
  expect(server.to('editEmail')[0]?.body).toEqual({
    subject: maya.subject,
    preheader: maya.preheader,
    paragraphs: [{ text: 'Now at 40 % off.', facts: ['F1', 'F2'] }, maya.paragraphs[1]],
    review_ms: expect.any(Number) as number,
  });
});

test('a live event brings a new draft in', async () => {
  const { stored } = queue();
  renderAt('/today');
  await screen.findAllByText('All done for now.');
  stored.set(maya.id, maya);
  emitLive('review');
  expect(await list().findByText('Maya Lindqvist', {}, { timeout: 3000 })).toBeTruthy();
});

test('a queue that does not load offers to try again, and does', async () => {
  let broken = true;
  serve({ listEmails: ({ query }) => (broken ? refuse(403, 'This needs the role viewer.') : pageOf(query.get('status') === 'in_review' ? [maya] : [])) });
  const user = renderAt('/today');
  const [again] = await screen.findAllByRole('button', { name: 'Try again' });
  broken = false;
  if (again !== undefined) await user.click(again);
  expect(await list().findByText('Maya Lindqvist')).toBeTruthy();
});

test('a link to a draft that has left the queue says so and leads on', async () => {
  queue(lucas);
  renderAt(`/today?id=${maya.id}`);
  await screen.findByText('This draft is no longer in the queue.');
  expect(screen.getByRole('link', { name: 'See what became of it' }).getAttribute('href')).toBe(`/emails/${maya.id}`);
});

test('a decision says how long its own draft was looked at, the hidden tab not counted', async () => {
  const { server } = queue(maya, lucas);
  let now = 1000;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  const show = (state: DocumentVisibilityState) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: state });
    document.dispatchEvent(new Event('visibilitychange'));
  };
  try {
    const user = renderAt('/today');
    await screen.findByRole('heading', { name: 'New beans on the shelf' });
    now += 20_000;
    show('hidden');
    now += 400_000;
    show('visible');
    now += 5000;
    await user.keyboard('j');
    await screen.findByRole('heading', { name: 'A light roast' });
    now += 7000;
    await user.keyboard('k');
    await screen.findByRole('heading', { name: 'New beans on the shelf' });
    now += 1000;
    await user.keyboard('a');
    await waitFor(() => {
      expect(server.to('approveEmail')[0]?.body).toMatchObject({ review_ms: 26_000 });
    });
    await screen.findByRole('heading', { name: 'A light roast' });
    now += 3000;
    await user.keyboard('a');
    await waitFor(() => {
      expect(server.to('approveEmail')[1]?.body).toMatchObject({ review_ms: 10_000 });
    });
  } finally {
    clock.mockRestore();
    Reflect.deleteProperty(document, 'visibilityState');
  }
});

test('what was reported with an edit is not reported again with the approval', async () => {
  const { server } = queue(maya, lucas);
  let now = 1000;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  try {
    const user = renderAt('/today');
    await screen.findByRole('heading', { name: 'New beans on the shelf' });
    now += 30_000;
    await user.keyboard('e');
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(dialog.getByRole('button', { name: 'Save and check' }));
    await waitFor(() => {
      expect(server.to('editEmail')[0]?.body).toMatchObject({ review_ms: 30_000 });
    });
    await waitFor(() => {
      expect(screen.queryByRole('dialog')).toBeNull();
    });
    now += 4000;
    await user.keyboard('a');
    await waitFor(() => {
      expect(server.to('approveEmail')[0]?.body).toMatchObject({ review_ms: 4000 });
    });
  } finally {
    clock.mockRestore();
  }
});

test('a proposal that waits is told on Today, with the way to it', async () => {
  serve();
  renderAt('/today');
  const link = await screen.findByRole('link', { name: 'Look at it in Settings' });
  expect(link.getAttribute('href')).toBe('/settings?tab=tuning');
});

test.each(['confirmed', 'declined', 'running', 'none'])('no notice of tuning when it is %s', async (status) => {
  const server = serve({ getTuning: ({ example: given }) => ({ status: 200, body: { ...(given as Tuning), status } }) });
  renderAt('/today');
  await screen.findByRole('heading', { name: 'Today' });
  await waitFor(() => {
    expect(server.to('getTuning')).not.toEqual([]);
  });
  expect(screen.queryByText('A detector waits for a yes or a no.')).toBeNull();
});

test('a shop with too little history is asked for its usual gap until it said it', async () => {
  let gap: number | null = null;
  const server = serve({
    getTuning: () => ({ status: 200, body: { ...example<Tuning>('getTuning'), status: 'too_little_history', proposal: null } }),
    getPolicy: ({ example: given }) => ({ status: 200, body: { ...(given as Policy), usual_gap_days: gap } }),
  });
  renderAt('/today');
  await screen.findByText('How often do your clients order?');
  cleanup();
  gap = 30;
  const before = server.to('getPolicy').length;
  renderAt('/today');
  await waitFor(() => {
    expect(server.to('getPolicy').length).toBeGreaterThan(before);
  });
  await screen.findByText('Rehearsal.');
  expect(screen.queryByText('How often do your clients order?')).toBeNull();
});
