// SPDX-License-Identifier: AGPL-3.0-or-later
// Defaults of all server state: fresh for a little while (live events invalidate sooner), reads retried only when the
// fault may heal, and one place that hears of a lost session.
import { QueryCache, QueryClient, MutationCache } from '@tanstack/react-query';
import { Problem } from './problem';

/** No answer, busy or a server fault: may heal by itself. */
function mayHeal(error: unknown): boolean {
  return error instanceof Problem && (error.status === 0 || error.status === 429 || error.status >= 500);
}

/** @param onSignedOut called when a call says that the session is gone */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof Problem && error.status === 401) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, error) => count < 2 && mayHeal(error),
        retryDelay: (count) => 500 * 2 ** count,
      },
      mutations: { retry: false },
    },
  });
}
