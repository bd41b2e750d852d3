// SPDX-License-Identifier: AGPL-3.0-or-later
// The languages that emails can be written in, as the contract has them, with their English names.
import type { OurLanguage } from '../api/gen';

export type Language = Exclude<OurLanguage, ''>;

const names: Record<Language, string> = { en: 'English', de: 'German', fr: 'French', es: 'Spanish' };

export const languages = Object.keys(names) as Language[];

/** "de" is "German"; what we do not know is shown as its code. */
export const languageName = (code: string): string => (names as Partial<Record<string, string>>)[code] ?? code;
