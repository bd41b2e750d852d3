// SPDX-License-Identifier: AGPL-3.0-or-later
// A draft written anew with a wish, words checked while they are typed, and how a draft came to be written.
import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Check, Email } from '../../api/gen';
import { renderAt } from '../../test/render';
import { exampleEmail, pageOf, refuse, serve } from '../../test/server';

const falsePrice: Check = { code: 'number', level: 'hard', promise: 'No number that is in no fact', detail: 'Paragraph 1 says "9.99"' };
const blocked = exampleEmail({ status: 'blocked', checks: [falsePrice, { code: 'length', level: 'soft', promise: 'Every part has a length that can be read', detail: 'The teaser is short' }] });

const queueOf = (email: Email) => ({ listEmails: ({ query }: { query: URLSearchParams }) => pageOf(query.get('status') === email.status ? [email] : []) });
const open = async (user: ReturnType<typeof renderAt>, name: string | RegExp) => {
  await screen.findByRole('heading', { name: 'New beans on the shelf' });
  await user.click(screen.getByRole('button', { name }));
  return within(await screen.findByRole('dialog'));
};

test('findings stand in groups under what their rule promises, hard ones first', async () => {
  serve(queueOf(blocked));
  renderAt('/today');
  const pane = within(await screen.findByRole('complementary', { name: 'Why this client now' }));
  const hard = within(pane.getByRole('list', { name: 'These block it' }));
  expect(hard.getByText('No number that is in no fact')).toBeTruthy();
  expect(hard.getByText('Paragraph 1 says "9.99"')).toBeTruthy();
  expect(within(pane.getByRole('list', { name: 'For a person to look at' })).getByText('The teaser is short')).toBeTruthy();
});

test('a blocked draft is written anew with a wish, on the version that was read', async () => {
  const server = serve(queueOf(blocked));
  const user = renderAt('/today');
  const dialog = await open(user, 'Have it written anew');
  expect(dialog.getByText('No number that is in no fact')).toBeTruthy();
  const wish = dialog.getByLabelText('What should be different?');
  await user.type(wish, '  Shorter, please ');
  expect(dialog.getByText(/285 characters left/)).toBeTruthy();
  await user.click(dialog.getByRole('button', { name: 'Write anew' }));
  await waitFor(() => {
    expect(server.to('regenerateEmail')[0]?.body).toEqual({ hint: 'Shorter, please' });
  });
  expect(server.to('regenerateEmail')[0]?.headers.get('if-match')).toBe(`"${String(blocked.version)}"`);
});

test('a wish may be left out and may not be too long', async () => {
  const server = serve(queueOf(blocked));
  const user = renderAt('/today');
  const dialog = await open(user, 'Have it written anew');
  const wish = dialog.getByLabelText('What should be different?');
  await user.click(wish);
  await user.paste('x'.repeat(301));
  expect(dialog.getByText('At most 300 characters')).toBeTruthy();
  expect(dialog.getByRole('button', { name: 'Write anew' })).toHaveProperty('disabled', true);
  await user.clear(wish);
  await user.click(dialog.getByRole('button', { name: 'Write anew' }));
  await waitFor(() => {
    expect(server.to('regenerateEmail')[0]?.body).toEqual({});
  });
});

test('a regeneration that is refused puts the draft back and says why', async () => {
  serve({ ...queueOf(blocked), regenerateEmail: () => refuse(409, 'As many drafts as the policy allows were written.') });
  const user = renderAt('/today');
  const dialog = await open(user, 'Have it written anew');
  await user.click(dialog.getByRole('button', { name: 'Write anew' }));
  await screen.findByText(/As many drafts as the policy allows were written/);
  expect(await screen.findByRole('heading', { name: 'New beans on the shelf' })).toBeTruthy();
});

test('words are checked while they are typed, without being saved', async () => {
  const inReview = exampleEmail();
  const server = serve({
    ...queueOf(inReview),
    checkEmail: ({ body }) => {
      const bad = JSON.stringify(body).includes('9.99');
      return { status: 200, body: { blocked: bad, checks: bad ? [falsePrice] : [{ ...falsePrice, level: 'pass' }] } };
    },
  });
  const user = renderAt('/today');
  const dialog = await open(user, /^Edit/);
  expect(server.to('checkEmail')).toEqual([]);
  const subject = dialog.getByLabelText('Subject');
  await user.clear(subject);
  await user.type(subject, 'Only 9.99');
  await dialog.findByText('As it stands, a check would block it: No number that is in no fact');
  expect(dialog.getByText('No number that is in no fact')).toBeTruthy();
  await user.clear(subject);
  await user.type(subject, 'Something new');
  await dialog.findByText('As it stands, no check would block it.');
  expect(server.to('editEmail')).toEqual([]);
});

test('how a draft was written is asked for when somebody wants to know', async () => {
  const inReview = exampleEmail();
  const server = serve(queueOf(inReview));
  const user = renderAt('/today');
  await screen.findByRole('heading', { name: 'New beans on the shelf' });
  expect(server.to('getEmail')).toEqual([]);
  await user.click(screen.getByText('How it was written'));
  await screen.findByText(/Instructions winback-1/);
  expect(screen.getByText('Asked to wait')).toBeTruthy();
  expect(screen.getByText('Answered')).toBeTruthy();
});

test('an offer is shown as it is printed', async () => {
  const offered = exampleEmail({ offer: { text: 'Ten percent on your next bag', code: 'BEANS-10', ends_at: '2026-12-24T18:00:00Z' } });
  serve(queueOf(offered));
  renderAt('/today');
  const offer = within(await screen.findByRole('region', { name: 'Offer as printed' }));
  expect(offer.getByText('BEANS-10')).toBeTruthy();
});
