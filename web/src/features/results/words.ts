// SPDX-License-Identifier: AGPL-3.0-or-later
// The words around the figures of the results. The one plain sentence comes from the server; these are labels and ranges.
import type { Interval, Results, ResultSlice } from '../../api/gen';
import { bandLabel } from '../../components/state-badge';
import { count, date, rough, signedPoints, two, wait, wholeMoney } from '../../lib/format';

type Tone = 'ok' | 'bad' | 'warn' | 'calm' | 'blue';

export const verdicts: Record<Results['verdict'], [string, Tone]> = {
  helps: ['It helps', 'ok'],
  harms: ['It does harm', 'bad'],
  not_shown: ['No effect shown', 'blue'],
  not_enough_data: ['Not enough data yet', 'warn'],
};

/** The answer's first sentence, to be read large, and what follows it. */
export function leadOf(text: string): [string, string] {
  const end = /\.\s(?=[A-Z])/.exec(text);
  return end === null ? [text, ''] : [text.slice(0, end.index + 1), text.slice(end.index + end[0].length)];
}

/** "+0.2 to +6.7 points". */
export const pointsRange = ({ low, high }: Interval): string => `${signedPoints(low)} to ${signedPoints(high)} points`;

/** "4 to 141", in whole people; what is below nobody is written as lost ones. */
export const peopleRange = ({ low, high }: Interval): string => `${count(Math.round(low)).replace('-', '−')} to ${count(Math.round(high)).replace('-', '−')}`;

/** "€69 to €2,318". */
export const moneyRange = ({ low, high }: Interval, currency: string): string => `${wholeMoney(low, currency)} to ${wholeMoney(high, currency)}`.replaceAll('-', '−');

/** What it takes to see a lift of the usual size, or that it cannot be said. */
export function neededWords({ lift, episodes, days }: Results['needed']): string {
  const size = `a lift of ${rough(lift * 100)} points`;
  if (episodes === null) return `How long it takes to see ${size} cannot be said yet: there are too few admissions to go by.`;
  if (episodes === 0) return `There are enough episodes to see ${size}.`;
  const more = `It takes about ${two(episodes)} more episodes to see ${size}`;
  return days === null ? `${more}.` : `${more}: about ${wait(days)} at your pace.`;
}

const monthFormat = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** A month "2026-10" as "October 2026". */
export const monthName = (name: string): string => (/^\d{4}-\d{2}$/.test(name) ? monthFormat.format(new Date(`${name}-15T00:00:00Z`)) : name);

/** A band by its label. */
export const bandName = (name: string): string => (name === 'drifting' || name === 'lost' ? bandLabel(name) : name);

/** A stratum by what it is made of and since when: its own name is a hash of the rules it was drawn under. */
export function stratumName({ name, from }: ResultSlice): string {
  const what = name.endsWith('backlog') ? 'Released from the backlog' : name.endsWith('due') ? 'Due' : name;
  return from === null ? what : `${what}, rules of ${date(from)}`;
}
