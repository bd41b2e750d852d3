// SPDX-License-Identifier: AGPL-3.0-or-later
// Clients: the filtered list, one client with orders, emails, score and timeline, and asking for a draft.
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { body } from '../../api/client';
import {
  draftForClient,
  exportClient,
  getClient,
  getClientScore,
  listClientEmails,
  listClientOrders,
  listClients,
  listClientTimeline,
  type Band,
  type ClientPage,
  type ConsentStatus,
  type TimelinePage,
} from '../../api/gen';

export const clientsKey = ['clients'] as const;

export interface ClientFilter {
  q?: string | undefined;
  band?: Band | undefined;
  status?: ConsentStatus | undefined;
}

/** Drops what is not set, so that no empty parameter reaches the server. */
function given<T extends object>(query: T): Partial<T> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== '')) as Partial<T>;
}

export const clientsQuery = (filter: ClientFilter) =>
  infiniteQueryOptions({
    queryKey: [...clientsKey, 'list', given(filter)],
    queryFn: ({ signal, pageParam }) => body(listClients({ signal, query: { limit: 200, ...given({ ...filter, cursor: pageParam }) }, throwOnError: true })),
    initialPageParam: '',
    getNextPageParam: (page: ClientPage) => page.next_cursor ?? undefined,
  });

export const clientQuery = (id: string) =>
  queryOptions({
    queryKey: [...clientsKey, 'one', id],
    queryFn: ({ signal }) => body(getClient({ signal, path: { id }, throwOnError: true })),
  });

export const scoreQuery = (id: string) =>
  queryOptions({
    queryKey: [...clientsKey, 'one', id, 'score'],
    queryFn: ({ signal }) => body(getClientScore({ signal, path: { id }, throwOnError: true })),
  });

export const clientOrdersQuery = (id: string) =>
  queryOptions({
    queryKey: [...clientsKey, 'one', id, 'orders'],
    queryFn: async ({ signal }) => (await body(listClientOrders({ signal, path: { id }, query: { limit: 200 }, throwOnError: true }))).items,
  });

export const clientEmailsQuery = (id: string) =>
  queryOptions({
    queryKey: [...clientsKey, 'one', id, 'emails'],
    queryFn: async ({ signal }) => (await body(listClientEmails({ signal, path: { id }, query: { limit: 50 }, throwOnError: true }))).items,
  });

export const timelineQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...clientsKey, 'one', id, 'timeline'],
    queryFn: ({ signal, pageParam }) => body(listClientTimeline({ signal, path: { id }, query: { limit: 50, ...given({ cursor: pageParam }) }, throwOnError: true })),
    initialPageParam: '',
    getNextPageParam: (page: TimelinePage) => page.next_cursor ?? undefined,
  });

/** Opens the client's episode with arm `forced` and asks for its draft. */
export function useAskForDraft(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => body(draftForClient({ path: { id }, body: { reason }, throwOnError: true })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: [...clientsKey, 'one', id] }),
  });
}

/** Read when it is asked for and never kept: it is a file for the reader, not a part of the page. */
export const useExport = (id: string) => useMutation({ mutationFn: () => body(exportClient({ path: { id }, throwOnError: true })), gcTime: 0 });
