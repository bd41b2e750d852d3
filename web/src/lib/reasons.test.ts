// SPDX-License-Identifier: AGPL-3.0-or-later
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { emailReason, outcomeWords, reasonWords } from './reasons';

test('a draft that waits says what for', () => {
  expect(emailReason({ status: 'drafting', reason: 'budget' })).toContain('midnight UTC');
  expect(emailReason({ status: 'drafting', reason: 'writer_degraded' })).toContain('degraded');
  expect(emailReason({ status: 'drafting', reason: 'timed_out' })).toContain('tried again');
  expect(emailReason({ status: 'draft_failed', reason: 'timed_out' })).toContain('may have been billed');
});

test('what a person typed stays as it is, even when it looks like a code', () => {
  expect(reasonWords('Wrong tone', 'rejected')).toBe('Wrong tone');
  expect(reasonWords('budget', 'rejected')).toBe('budget');
});

test('no reason has no words, and a code without words is still readable', () => {
  expect(reasonWords(null, 'sent')).toBeNull();
  expect(reasonWords('', 'sent')).toBeNull();
  expect(reasonWords('some_new_code', 'cancelled')).toBe('some new code');
});

test('a call under way has no outcome yet', () => {
  expect(outcomeWords(null)).toBe('Under way');
  expect(outcomeWords('cut_off')).toBe('Cut off');
});

// What the steps of drafting write into `reason` must not come out as a code.
test('every reason that drafting writes has words', () => {
  const folder = path.resolve(import.meta.dirname, '../../../src/step');
  const sources = fs
    .readdirSync(folder)
    .filter((name) => /^(draft|budget|offer)\w*\.[ch]$/.test(name))
    .map((name) => fs.readFileSync(path.join(folder, name), 'utf8'));
  const codes = sources.flatMap((text) => [...text.matchAll(/(?:give_up|fail|note|put_off)\([^;]*?STR\("([a-z_]+)"\)/g)].map((m) => m[1] ?? ''));
  expect(codes.length).toBeGreaterThan(4);
  expect(codes.filter((code) => reasonWords(code, 'draft_failed') === code.replaceAll('_', ' '))).toEqual([]);
});
