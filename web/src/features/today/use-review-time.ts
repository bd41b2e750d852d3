// SPDX-License-Identifier: AGPL-3.0-or-later
// Watches for signs of the reader while a draft is open and answers how long it was looked at since the last report.
// Going on to another draft and coming back continues; the mail's frame lets no sign through, hence the idle rule.
import { useCallback, useEffect, useRef } from 'react';
import { leave, sign, spent, unread, type Reading } from './review-time';

const signs = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'scroll', 'focus'] as const;

/**
 * @param id of the draft that is open, if any
 * @returns takes the milliseconds of a draft that were not reported yet; asking is reporting
 */
export function useReviewTime(id: string | undefined): (id: string) => number {
  const readings = useRef(new Map<string, Reading>());
  useEffect(() => {
    if (id === undefined) return;
    const all = readings.current;
    const note = (change: (reading: Reading, now: number) => Reading) => {
      all.set(id, change(all.get(id) ?? unread, performance.now()));
    };
    const seen = () => {
      if (document.visibilityState === 'visible') note(sign);
    };
    const looked = () => {
      note(document.visibilityState === 'visible' ? sign : leave);
    };
    seen();
    for (const name of signs) document.addEventListener(name, seen, { passive: true, capture: true });
    document.addEventListener('visibilitychange', looked);
    return () => {
      note(leave);
      for (const name of signs) document.removeEventListener(name, seen, { capture: true });
      document.removeEventListener('visibilitychange', looked);
    };
  }, [id]);
  return useCallback((draft: string) => {
    const now = performance.now();
    const reading = readings.current.get(draft) ?? unread;
    readings.current.set(draft, { counted: 0, last: reading.last === null ? null : now });
    return spent(reading, now);
  }, []);
}
