// SPDX-License-Identifier: AGPL-3.0-or-later
// The time the shop's domain lives in: the manual clock of a demo stands where the server put it, the real one ticks.
import { useSyncExternalStore } from 'react';
import { useSession } from './session';

const TICK_MS = 30_000;
let ticked = Date.now();

function subscribe(listener: () => void): () => void {
  const timer = setInterval(() => {
    ticked = Date.now();
    listener();
  }, TICK_MS);
  return () => {
    clearInterval(timer);
  };
}

/** Now, in milliseconds since 1970, fresh to half a minute. */
export function useNow(): number {
  const { clock } = useSession();
  const real = useSyncExternalStore(subscribe, () => ticked);
  return clock.kind === 'manual' ? new Date(clock.now).getTime() : real;
}
