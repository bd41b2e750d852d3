// SPDX-License-Identifier: AGPL-3.0-or-later
// The live stream: server-sent events only say that something moved; the listener invalidates and the page reads again.
// EventSource reconnects by itself and sends Last-Event-ID.
import { useEffect, useState } from 'react';

export const liveEvents = ['change', 'score', 'due', 'draft', 'review', 'sent', 'outcome'] as const;
export type LiveEvent = (typeof liveEvents)[number];
export type LiveState = 'connecting' | 'live' | 'lost';

/** Events that come close together are answered once, after this pause. */
const GATHER_MS = 1000;

/**
 * Listens while mounted. `onEvents` gets the names that arrived since the last call and must not change between renders.
 * After a lost connection all names are given once, since some may have been missed.
 */
export function useLive(onEvents: (names: ReadonlySet<LiveEvent>) => void): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    const source = new EventSource('/api/v1/stream');
    let pending = new Set<LiveEvent>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lost = false;
    const flush = () => {
      timer = undefined;
      const names = pending;
      pending = new Set();
      onEvents(names);
    };
    const add = (names: readonly LiveEvent[]) => {
      for (const name of names) pending.add(name);
      timer ??= setTimeout(flush, GATHER_MS);
    };
    source.onopen = () => {
      setState('live');
      if (lost) add(liveEvents);
      lost = false;
    };
    source.onerror = () => {
      setState('lost');
      lost = true;
    };
    for (const name of liveEvents) {
      source.addEventListener(name, () => {
        add([name]);
      });
    }
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [onEvents]);
  return state;
}
