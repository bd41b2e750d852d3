// SPDX-License-Identifier: AGPL-3.0-or-later
// Between the policy's brand voice and its form: lists are lines of a text, one word or phrase a line.
import type { OurLanguage, Policy } from '../../../api/gen';
import { fieldErrors, type Problem } from '../../../api/problem';

const LISTS = ['do', 'dont', 'sign_offs', 'banned_phrases', 'competitors'] as const;
type List = (typeof LISTS)[number];

export type VoiceForm = Record<List, string> & {
  tone: string;
  example: string;
  language: OurLanguage;
  client_drafts: number | string;
};

/** The lines that say something. */
export const toLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

export function fromVoice({ brand, client_drafts: drafts }: Policy): VoiceForm {
  const lists = Object.fromEntries(LISTS.map((name) => [name, brand[name].join('\n')])) as Record<List, string>;
  return { ...lists, tone: brand.tone, example: brand.example, language: brand.language ?? '', client_drafts: drafts ?? '' };
}

export function toVoice(policy: Policy, form: VoiceForm): Policy {
  const lists = Object.fromEntries(LISTS.map((name) => [name, toLines(form[name])])) as Record<List, string[]>;
  return {
    ...policy,
    brand: { ...policy.brand, ...lists, tone: form.tone.trim(), example: form.example.trim(), language: form.language },
    ...(form.client_drafts === '' ? {} : { client_drafts: Number(form.client_drafts) }),
  };
}

export function validateVoice(form: VoiceForm): Record<string, string> {
  const errors: Record<string, string> = {};
  if (form.client_drafts === '' || !Number.isFinite(Number(form.client_drafts))) errors.client_drafts = 'A number is needed';
  for (const name of LISTS) {
    const long = toLines(form[name]).findIndex((line) => Array.from(line).length > 200);
    if (long >= 0) errors[name] = `Line ${String(long + 1)} has more than 200 characters`;
  }
  return errors;
}

/** What the server found wrong: /brand/do/2 is the third line of "do". */
export function voiceErrors(problem: Problem): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const [name, detail] of Object.entries(fieldErrors(problem))) {
    const [first, field = name, index] = name.split('.');
    const at = first === 'brand' ? field : name;
    errors[at] ??= index === undefined ? detail : `Line ${String(Number(index) + 1)} ${detail}`;
  }
  return errors;
}
