// SPDX-License-Identifier: AGPL-3.0-or-later
import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { Call, Session } from '../../api/gen';
import { costWords, totalUsd } from '../../components/calls-list';
import { fieldName } from '../../components/edit-history';
import { renderAt } from '../../test/render';
import { exampleEmail, pageOf, serve } from '../../test/server';
import { plain } from '../../test/text';

const call: Call = {
  id: 'c-1', at: '2026-11-22T16:40:10Z', state: 'unknown', outcome: 'timed_out', error: 'No answer within 120 s.', model: 'maker/model', provider: null, generation_id: null,
  prompt_tokens: null, completion_tokens: null, reserved_usd: 0.0011, cost_usd: null, latency_ms: 120_000, codes: [], has_raw: false,
};

test('an email tells its language, its wish, its edits as a diff, what left the house and its calls', async () => {
  const email = exampleEmail({
    hint: 'Shorter',
    edits: [{ at: '2026-11-24T09:00:00Z', by: 'staff:someone-else', changes: [{ field: 'paragraphs/0', before: 'A fresh batch of beans', after: 'A new batch of beans' }] }],
  });
  serve({ getEmail: () => ({ status: 200, body: email }) });
  renderAt(`/emails/${email.id}`);
  await screen.findByText('English');
  expect(screen.getByText('Wished for: Shorter')).toBeTruthy();
  const edits = within(screen.getByRole('region', { name: 'Edits' }));
  expect(edits.getByText('Paragraph 1')).toBeTruthy();
  expect(edits.getByText('fresh').tagName).toBe('DEL');
  expect(edits.getByText('new').tagName).toBe('INS');
  const left = within(screen.getByRole('region', { name: 'What left the house' }));
  expect(left.getByText(/3 values, none of them a name/)).toBeTruthy();
  expect(left.getByText(email.writer?.request_hash ?? 'none')).toBeTruthy();
  const calls = within(screen.getByRole('region', { name: 'Calls and cost' }));
  expect(calls.getAllByRole('listitem')).toHaveLength(2);
  expect(calls.getByText('Checks it broke: length')).toBeTruthy();
  expect(calls.getByRole('link', { name: 'What it said' }).getAttribute('href')).toBe(`/api/v1/emails/${email.id}/calls/0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f82/raw`);
});

test('a viewer is not offered the model’s own words', async () => {
  serve({ getSession: ({ example }) => ({ status: 200, body: { ...(example as Session), role: 'viewer' } }) });
  renderAt(`/emails/${exampleEmail().id}`);
  await screen.findByRole('region', { name: 'Calls and cost' });
  expect(screen.queryByRole('link', { name: 'What it said' })).toBeNull();
});

test('an email that no model wrote says that nothing left the house', async () => {
  serve({ getEmail: () => ({ status: 200, body: exampleEmail({ egress: [], calls: [], edits: [] }) }) });
  renderAt(`/emails/${exampleEmail().id}`);
  await screen.findByText('Nothing: no model was asked for this email.');
  expect(screen.getByText('No model was called.')).toBeTruthy();
});

test('the list says in words why there is no draft', async () => {
  serve({ listEmails: () => pageOf([exampleEmail({ status: 'draft_failed', reason: 'personal_data' }), exampleEmail({ id: 'e-2', status: 'drafting', reason: 'budget' })]) });
  renderAt('/emails');
  await screen.findByText('Nothing left the house: personal data was found in the request');
  expect(screen.getByText('Waits for midnight UTC: the day’s money for the model is used up')).toBeTruthy();
});

describe('what a call cost', () => {
  test.each<[Partial<Call>, RegExp]>([
    [{}, /^up to \S+0\.0011, not known$/],
    [{ state: 'reserved', outcome: null }, /^\S+0\.0011 reserved$/],
    [{ state: 'free', cost_usd: 0 }, /^nothing$/],
    [{ state: 'settled', cost_usd: 0.00042 }, /^\S+0\.00042$/],
  ])('%j', (change, words) => {
    expect(plain(costWords({ ...call, ...change }))).toMatch(words);
  });

  test('what is not known counts at its worst', () => {
    expect(totalUsd([call, { ...call, state: 'settled', cost_usd: 0.0005 }, { ...call, state: 'free', cost_usd: 0 }])).toBeCloseTo(0.0016, 10);
  });
});

test.each([
  ['subject', 'Subject'],
  ['preheader', 'Teaser'],
  ['paragraphs/1', 'Paragraph 2'],
  ['paragraphs/0/facts', 'Facts of paragraph 1'],
  ['sign_off', 'Sign-off'],
])('the field %s is called %s', (field, name) => {
  expect(fieldName(field)).toBe(name);
});
