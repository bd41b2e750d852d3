// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../api/gen';
import { Problem } from '../../../api/problem';
import { example } from '../../../test/server';
import { faultyCode, fromOffer, offerErrors, toCodes, toLocal, toOffer, validateOffer } from './offer-form';
import { fromVoice, toLines, toVoice, validateVoice, voiceErrors } from './voice-form';

const policy: Policy = {
  ...example<Policy>('getPolicy'),
  client_drafts: 5,
  brand: { tone: 'warm', do: ['Short'], dont: ['Shout', 'Beg'], sign_offs: ['Ines'], banned_phrases: [], competitors: ['Beans & Co'], example: 'One.\n\nTwo.', language: 'en' },
  offer: { on: true, texts: { en: 'Ten off', de: 'Zehn weniger' }, codes: 'fixed', code: 'BEANS-10', ends_at: '2026-12-24T18:00:30Z', cost_minor: 1050 },
};

describe('the brand voice', () => {
  test('nothing is lost on the way there and back', () => {
    expect(toVoice(policy, fromVoice(policy))).toEqual(policy);
  });

  test('lines that say nothing are no entries', () => {
    expect(toLines(' a \n\n \n b')).toEqual(['a', 'b']);
    expect(toVoice(policy, { ...fromVoice(policy), dont: '\n' }).brand.dont).toEqual([]);
  });

  test('a number and short lines are needed', () => {
    expect(validateVoice({ ...fromVoice(policy), client_drafts: '', do: `fine\n${'x'.repeat(201)}` })).toEqual({ client_drafts: 'A number is needed', do: 'Line 2 has more than 200 characters' });
    expect(validateVoice(fromVoice(policy))).toEqual({});
  });

  test('what the server finds wrong stands at the list, with its line', () => {
    const problem = new Problem(422, 'x', 'x', [
      { pointer: '/brand/banned_phrases/2', rule: 'length', detail: 'is too long' },
      { pointer: '/brand/tone', rule: 'length', detail: 'is too long' },
      { pointer: '/client_drafts', rule: 'range', detail: 'must be 1 to 50' },
    ]);
    expect(voiceErrors(problem)).toEqual({ banned_phrases: 'Line 3 is too long', tone: 'is too long', client_drafts: 'must be 1 to 50' });
  });
});

describe('the offer', () => {
  test.each(['EUR', 'JPY', 'KWD'])('nothing is lost on the way there and back, in %s', (currency) => {
    expect(toOffer(policy, fromOffer(policy, currency), currency)).toEqual(policy);
  });

  test('an empty text is no text, and a code is kept only where one code is for all', () => {
    const form = { ...fromOffer(policy, 'EUR'), codes: 'one_time' as const };
    form.texts = { ...form.texts, de: '  ' };
    expect(toOffer(policy, form, 'EUR').offer).toMatchObject({ texts: { en: 'Ten off' }, codes: 'one_time', code: '' });
  });

  test('the end is shown in the reader’s zone and goes back as the same instant', () => {
    const form = fromOffer(policy, 'EUR');
    expect(new Date(form.ends_at).toISOString()).toBe('2026-12-24T18:00:00.000Z');
    const later = toOffer(policy, { ...form, ends_at: toLocal('2026-12-31T23:00:00Z') }, 'EUR');
    expect(later.offer.ends_at).toBe('2026-12-31T23:00:00Z');
    expect(toOffer(policy, { ...form, ends_at: '' }, 'EUR').offer.ends_at).toBeNull();
  });

  test('codes are taken as they are pasted', () => {
    expect(toCodes('GIFT-1\r\nGIFT-2, "GIFT-3";GIFT-4\n\n')).toEqual(['GIFT-1', 'GIFT-2', 'GIFT-3', 'GIFT-4']);
    expect(faultyCode(['GIFT-1', 'a', 'x%y'])).toBe('a');
    expect(faultyCode(toCodes('GIFT-1 GIFT_2'))).toBeUndefined();
  });

  test('one that is on needs a text, and one code needs to be named', () => {
    const form = fromOffer(policy, 'EUR');
    expect(validateOffer({ ...form, texts: { en: '', de: '', fr: '', es: '' }, code: ' ' })).toEqual({ 'texts.en': 'An offer that is on needs a text', code: 'The code is needed' });
    expect(validateOffer(form)).toEqual({});
  });

  test('what the server finds wrong stands at the field that shows it', () => {
    const at = (pointer: string) => ({ pointer, rule: 'x', detail: pointer });
    const problem = new Problem(422, 'x', 'x', [at('/offer/texts/de'), at('/offer/cost_minor'), at('/offer/code'), at('/offer/texts')]);
    expect(Object.keys(offerErrors(problem))).toEqual(['texts.de', 'cost', 'code', 'texts.en']);
  });
});
