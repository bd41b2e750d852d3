// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, test } from 'vitest';
import type { Pipeline, PipelineWriter, WriterBudget } from '../../api/gen';
import { example } from '../../test/server';
import { plain } from '../../test/text';
import { breakerWords, budgetWords, flightWords, rateWords, shares, stateWords, waitingWords } from './writer-words';

const writer: PipelineWriter = example<Pipeline>('getPipeline').writer;
const budget: WriterBudget = { day: '2026-11-24', cap_usd: 0.5, spent_usd: 0.1, reserved_usd: 0.02, unknown_usd: 0.03, left_usd: 0.35, waiting_drafts: 0 };

test('the state says who writes, or why nobody does', () => {
  expect(stateWords(writer)).toBe('openai/gpt-4o-mini at openai writes the drafts.');
  expect(stateWords({ ...writer, kind: 'template', model: null, provider: null })).toBe('The built-in template writer writes the drafts.');
  const degraded = stateWords({ ...writer, state: 'degraded', detail: 'The key is not valid.' });
  expect(degraded).toContain('The key is not valid. Drafts wait; nothing is lost.');
  expect(stateWords({ ...writer, state: 'checking', detail: 'Being checked.' })).toContain('just started');
});

test('the breaker says when a request leaves again', () => {
  expect(breakerWords(writer)).toBe('Requests leave');
  expect(plain(breakerWords({ ...writer, not_before_ms: 4000 }))).toContain('4 s');
  expect(plain(breakerWords({ ...writer, breaker: 'open', not_before_ms: 42_000 }))).toContain('tries again in 42 s');
  expect(breakerWords({ ...writer, state: 'degraded' })).toBe('No request leaves until the writer is well');
  expect(breakerWords({ ...writer, breaker: 'probing' })).toContain('one request is out');
});

test('what is allowed stands beside what is used; no limit shows no limit', () => {
  expect(flightWords({ ...writer, in_flight: 2, concurrency: 4, concurrency_max: 8 })).toBe('2 of 4 (8 when all is well)');
  expect(flightWords({ ...writer, in_flight: 2, concurrency: 8, concurrency_max: 8 })).toBe('2 of 8');
  expect(rateWords({ ...writer, requests_last_minute: 41, requests_per_minute: 60 })).toBe('41 of 60');
  expect([flightWords({ ...writer, concurrency_max: 0 }), rateWords({ ...writer, requests_per_minute: 0 })]).toEqual(['2', '41']);
});

test('the shares of the money add up to the day', () => {
  expect(shares(budget).reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10);
  expect(shares(budget).map(({ name, share }) => [name, Math.round(share * 100)])).toEqual([['spent', 20], ['reserved', 4], ['unknown', 6], ['left', 70]]);
  expect(shares({ ...budget, cap_usd: 0, spent_usd: 0, reserved_usd: 0, unknown_usd: 0, left_usd: 0 }).every(({ share }) => share === 0)).toBe(true);
});

test('a cap that was lowered meanwhile does not burst the bar', () => {
  expect(shares({ ...budget, cap_usd: 0.05, left_usd: 0 }).reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10);
});

test('the money is told in one sentence, and what waits in another', () => {
  expect(budgetWords(budget)).toMatch(/^Of \S+0\.50 a day: \S+0\.10 spent, \S+0\.020 reserved for calls under way, \S+0\.030 may have been billed, \S+0\.35 left$/);
  expect(waitingWords(budget)).toBeNull();
  expect(waitingWords({ ...budget, waiting_drafts: 1 })).toBe('1 draft waits for midnight UTC');
  expect(waitingWords({ ...budget, waiting_drafts: 37 })).toBe('37 drafts wait for midnight UTC');
});
