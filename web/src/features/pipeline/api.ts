// SPDX-License-Identifier: AGPL-3.0-or-later
// The flow with its counts, and the dead letters with what may be done with them.
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { body } from '../../api/client';
import { dismissJob, getPipeline, listJobs, redriveJob, type JobPage } from '../../api/gen';

export const pipelineKey = ['pipeline'] as const;

export const pipelineQuery = queryOptions({
  queryKey: [...pipelineKey, 'stages'],
  queryFn: ({ signal }) => body(getPipeline({ signal, throwOnError: true })),
  refetchInterval: 5_000,
});

export const deadLettersQuery = infiniteQueryOptions({
  queryKey: [...pipelineKey, 'dead'],
  queryFn: ({ signal, pageParam }) =>
    body(listJobs({ signal, query: { state: 'dead', limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) }, throwOnError: true })),
  initialPageParam: '',
  getNextPageParam: (page: JobPage) => page.next_cursor ?? undefined,
});

function useJobAct(act: (id: string) => Promise<unknown>) {
  const queryClient = useQueryClient();
  return useMutation({ mutationFn: act, onSettled: () => queryClient.invalidateQueries({ queryKey: pipelineKey }) });
}

export const useRedrive = () => useJobAct((id) => redriveJob({ path: { id }, throwOnError: true }));
export const useDismiss = () => useJobAct((id) => dismissJob({ path: { id }, throwOnError: true }));
