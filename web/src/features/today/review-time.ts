// SPDX-License-Identifier: AGPL-3.0-or-later
// How long a draft was really looked at, in milliseconds on a clock that never goes back. Time counts from one sign of the
// reader (a key, the pointer, scrolling, coming back to the tab) to the next, but for at most two minutes at a stretch:
// whoever has gone for coffee gives no sign. While the tab is hidden nothing counts, and one report is at most 15 minutes.
export const IDLE_MS = 2 * 60_000;
export const MOST_MS = 15 * 60_000;

export interface Reading {
  /** What counted so far. */
  readonly counted: number;
  /** The last sign; null while nobody looks. */
  readonly last: number | null;
}

/** Nothing read yet. */
export const unread: Reading = { counted: 0, last: null };

/** What counts from the last sign until `now`. */
const since = ({ last }: Reading, now: number): number => (last === null ? 0 : Math.min(Math.max(0, now - last), IDLE_MS));

/** The reader gives a sign, or begins to look. */
export const sign = (reading: Reading, now: number): Reading => ({ counted: reading.counted + since(reading, now), last: now });

/** The reader looks at something else. */
export const leave = (reading: Reading, now: number): Reading => ({ counted: reading.counted + since(reading, now), last: null });

/** What to report as review_ms. */
export const spent = (reading: Reading, now: number): number => Math.round(Math.min(reading.counted + since(reading, now), MOST_MS));
