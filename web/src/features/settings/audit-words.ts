// SPDX-License-Identifier: AGPL-3.0-or-later
// An entry of the audit log in words: what was done, and each change as before and after.

const actions: Record<string, string> = {
  'policy.saved': 'Policy saved',
  'scale.fitted': 'Shop’s numbers fitted',
  'tuning.proposed': 'Detector proposed',
  'tuning.confirmed': 'Detector confirmed',
  'tuning.declined': 'Detector declined',
  'salt.rotated': 'All arms drawn anew',
};

/** A member's name as words: "costs.email_minor" is "costs email minor". */
const spoken = (name: string): string => name.replaceAll(/[._]/g, ' ');

/** "Policy saved"; an action without words of ours is told by its own name. */
export function actionWords(action: string): string {
  const own = spoken(action);
  return actions[action] ?? own.charAt(0).toUpperCase() + own.slice(1);
}

/** A value as text, short: numbers to five digits, objects as their members, lists of objects by their length. */
function plain(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'number') return new Intl.NumberFormat(undefined, { maximumSignificantDigits: 5 }).format(value);
  if (typeof value === 'string') return value === '' ? '“”' : value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) {
    if (value.length === 0) return 'none';
    return value.some((v) => typeof v === 'object') ? `${String(value.length)} rows` : value.map(plain).join(', ');
  }
  return Object.entries(value)
    .map(([name, v]) => `${spoken(name)} ${plain(v)}`)
    .join(', ');
}

export interface Line {
  name: string;
  /** Missing where the entry only states something. */
  before?: string;
  after: string;
}

const isChange = (value: unknown): value is { before?: unknown; after?: unknown } => typeof value === 'object' && value !== null && ('before' in value || 'after' in value);

/** One line a member of the detail. `{before: {...}, after: {...}}` over whole records is taken apart by member. */
export function detailLines(detail: Record<string, unknown> | null): Line[] {
  if (detail === null) return [];
  if (isChange(detail) && Object.keys(detail).every((k) => k === 'before' || k === 'after')) {
    const before = (detail.before ?? {}) as Record<string, unknown>;
    const after = (detail.after ?? {}) as Record<string, unknown>;
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name) => ({ name: spoken(name), before: plain(before[name]), after: plain(after[name]) })).filter((line) => line.before !== line.after);
  }
  return Object.entries(detail).map(([key, value]) => {
    const name = spoken(key);
    return isChange(value) ? { name, before: plain(value.before), after: plain(value.after) } : { name, after: plain(value) };
  });
}
