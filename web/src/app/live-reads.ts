// SPDX-License-Identifier: AGPL-3.0-or-later
// Which reads a live event makes stale. Events only invalidate; nothing is merged by hand.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { sessionQuery } from '../features/auth/api';
import { clientsKey } from '../features/clients/api';
import { emailsKey } from '../features/emails/api';
import { pipelineKey } from '../features/pipeline/api';
import { resultsKey } from '../features/results/api';
import { todayKey } from '../features/today/api';
import { useLive, type LiveEvent, type LiveState } from '../lib/live';

const stale: Record<LiveEvent, readonly (readonly string[])[]> = {
  change: [clientsKey, pipelineKey, todayKey],
  score: [clientsKey, pipelineKey],
  due: [clientsKey, pipelineKey, todayKey, sessionQuery.queryKey],
  draft: [emailsKey, pipelineKey, todayKey],
  review: [emailsKey, pipelineKey, todayKey],
  sent: [emailsKey, clientsKey, pipelineKey, todayKey],
  outcome: [emailsKey, clientsKey, pipelineKey, resultsKey, todayKey],
};

/** Keeps all reads fresh while mounted. */
export function useLiveReads(): LiveState {
  const queryClient = useQueryClient();
  return useLive(
    useCallback(
      (names) => {
        const keys = new Set<readonly string[]>();
        for (const name of names) for (const key of stale[name]) keys.add(key);
        for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey });
      },
      [queryClient],
    ),
  );
}
