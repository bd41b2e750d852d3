// SPDX-License-Identifier: AGPL-3.0-or-later
// Between the policy's offer and its form: whole money for minor units, an instant as the reader's local time, a text for
// each language that may be empty.
import type { Offer, Policy } from '../../../api/gen';
import { fieldErrors, type Problem } from '../../../api/problem';
import { minorDigits } from '../../../lib/format';
import { languages, type Language } from '../../../lib/languages';

export interface OfferForm {
  on: boolean;
  texts: Record<Language, string>;
  codes: Offer['codes'];
  code: string;
  /** As a field of the browser has it, "2026-12-24T18:00" in the reader's zone; empty: no end. */
  ends_at: string;
  cost: number | string;
}

/** An instant in the reader's zone as the browser's field wants it. */
export function toLocal(instant: string | null): string {
  if (instant === null) return '';
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const toInstant = (local: string): string => new Date(local).toISOString().replace('.000Z', 'Z');

export function fromOffer({ offer }: Policy, currency: string): OfferForm {
  return {
    on: offer.on,
    texts: Object.fromEntries(languages.map((code) => [code, offer.texts[code] ?? ''])) as Record<Language, string>,
    codes: offer.codes,
    code: offer.code,
    ends_at: toLocal(offer.ends_at),
    cost: offer.cost_minor === null ? '' : offer.cost_minor / 10 ** minorDigits(currency),
  };
}

export function toOffer(policy: Policy, form: OfferForm, currency: string): Policy {
  const { offer: before } = policy;
  const texts = Object.fromEntries(languages.map((code) => [code, form.texts[code].trim()] as const).filter(([, text]) => text !== ''));
  // seconds that the field does not show are kept while nobody touches it
  const ends = form.ends_at === toLocal(before.ends_at) ? before.ends_at : form.ends_at === '' ? null : toInstant(form.ends_at);
  const offer: Offer = {
    on: form.on,
    texts,
    codes: form.codes,
    code: form.codes === 'fixed' ? form.code.trim() : '',
    ends_at: ends,
    cost_minor: form.cost === '' ? null : Math.round(Number(form.cost) * 10 ** minorDigits(currency) * 1e6) / 1e6,
  };
  return { ...policy, offer };
}

export function validateOffer(form: OfferForm): Record<string, string> {
  const errors: Record<string, string> = {};
  if (form.on && Object.values(form.texts).every((text) => text.trim() === '')) errors['texts.en'] = 'An offer that is on needs a text';
  if (form.codes === 'fixed' && form.code.trim() === '') errors.code = 'The code is needed';
  return errors;
}

/** What was pasted as codes: lines, commas, blanks and quotes of a spreadsheet between them. */
export const toCodes = (text: string): string[] => text.split(/[\s,;"]+/).filter((code) => code !== '');

/** The first that is no code. */
export const faultyCode = (codes: readonly string[]): string | undefined => codes.find((code) => !/^[A-Za-z0-9_-]{3,40}$/.test(code));

const names: Record<string, string> = { 'offer.cost_minor': 'cost', 'offer.texts': 'texts.en', offer: 'texts.en' };

/** What the server found wrong, by field of the form. */
export function offerErrors(problem: Problem): Record<string, string> {
  return Object.fromEntries(Object.entries(fieldErrors(problem)).map(([name, detail]) => [names[name] ?? name.replace(/^offer\./, ''), detail]));
}
