// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, test } from 'vitest';
import type { PreviewEffect, PreviewFigure } from '../../../api/gen';
import { difference, effectWords, figure } from './preview-words';

const f = (value: number, error = 0): PreviewFigure => ({ value, error });
const effect = (emails: PreviewFigure, backlog: PreviewFigure, past = emails): PreviewEffect => {
  const span = (days: number, mails: PreviewFigure) => ({ days, episodes: f(0), emails: mails, holdout: f(0) });
  return { past: span(90, past), next: span(30, emails), backlog };
};

test.each([
  [f(3600, 240), '3,600 ± 240'],
  [f(3600), '3,600'],
  [f(3.42, 1.1), '3.4 ± 1.1'],
  [f(41_000, 2706), '41,000 ± 2,700'],
])('a figure shows its error: %o', (given, text) => {
  expect(figure(given)).toBe(text);
});

test.each([
  [f(100), f(140), '+40'],
  [f(140), f(100), '−40'],
  [f(100), f(100), 'the same'],
  [f(100), f(100.01), 'the same'],
])('a difference has its sign: %o to %o', (now, then, text) => {
  expect(difference(now, then)).toBe(text);
});

describe('the effect in a sentence', () => {
  test.each<[string, PreviewEffect, PreviewEffect, string]>([
    ['nothing changes', effect(f(1200), f(10)), effect(f(1200), f(10)), 'Nothing changes: about 1,200 emails in the next 30 days.'],
    ['only what was', effect(f(0), f(4), f(63)), effect(f(0), f(4), f(42)), '21 fewer emails in the last 90 days; nothing changes ahead, about 0 emails in the next 30 days.'],
    ['counted', effect(f(1200), f(41_000)), effect(f(1600), f(43_100)), '400 more emails in the next 30 days, 53 a day; 2,100 more clients in the backlog.'],
    ['from a sample', effect(f(1200, 130), f(10)), effect(f(800, 90), f(10)), 'About 400 fewer emails in the next 30 days, 27 a day.'],
    ['estimated, so not to the last digit', effect(f(1200, 10), f(41_000, 2706)), effect(f(957, 10), f(36_406, 2403)), 'About 240 fewer emails in the next 30 days, 32 a day; about 4,600 fewer clients in the backlog.'],
    ['within the error', effect(f(1200, 130), f(10)), effect(f(1260, 130), f(10)), 'About 60 more emails in the next 30 days, 42 a day, which is within the error.'],
    ['only the backlog', effect(f(1200), f(100)), effect(f(1200), f(40)), 'As many emails as now in the next 30 days; 60 fewer clients in the backlog.'],
  ])('%s', (_name, now, then, text) => {
    expect(effectWords(now, then)).toBe(text);
  });
});
