// SPDX-License-Identifier: AGPL-3.0-or-later
// Policy, people, keys, suppressions, kill switch, backlog and the manual clock.
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { body, ifMatch } from '../../api/client';
import {
  advanceClock,
  createKey,
  createStaff,
  createSuppression,
  getBacklog,
  getKillSwitch,
  getPolicy,
  listKeys,
  listStaff,
  listSuppressions,
  patchStaff,
  putKillSwitch,
  putPolicy,
  releaseBacklog,
  revokeKey,
  type BacklogPage,
  type BacklogRelease,
  type KeyCreate,
  type KeyPage,
  type KillSwitchPut,
  type Policy,
  type Staff,
  type StaffCreate,
  type StaffPage,
  type StaffPatch,
  type SuppressionPage,
} from '../../api/gen';

export const settingsKey = ['settings'] as const;
const PAGE = 100;

interface Paged {
  next_cursor: string | null;
}

const next = (page: Paged) => page.next_cursor ?? undefined;
const cursor = (pageParam: string) => (pageParam === '' ? { limit: PAGE } : { limit: PAGE, cursor: pageParam });

export const policyQuery = queryOptions({
  queryKey: [...settingsKey, 'policy'],
  queryFn: ({ signal }) => body(getPolicy({ signal, throwOnError: true })),
});

export const killSwitchQuery = queryOptions({
  queryKey: [...settingsKey, 'kill-switch'],
  queryFn: ({ signal }) => body(getKillSwitch({ signal, throwOnError: true })),
  refetchInterval: 30_000,
});

export const staffQuery = infiniteQueryOptions({
  queryKey: [...settingsKey, 'staff'],
  queryFn: ({ signal, pageParam }) => body(listStaff({ signal, query: cursor(pageParam), throwOnError: true })),
  initialPageParam: '',
  getNextPageParam: (page: StaffPage) => next(page),
});

export const keysQuery = infiniteQueryOptions({
  queryKey: [...settingsKey, 'keys'],
  queryFn: ({ signal, pageParam }) => body(listKeys({ signal, query: cursor(pageParam), throwOnError: true })),
  initialPageParam: '',
  getNextPageParam: (page: KeyPage) => next(page),
});

export const backlogQuery = infiniteQueryOptions({
  queryKey: [...settingsKey, 'backlog'],
  queryFn: ({ signal, pageParam }) => body(getBacklog({ signal, query: cursor(pageParam), throwOnError: true })),
  initialPageParam: '',
  getNextPageParam: (page: BacklogPage) => next(page),
});

export const suppressionsQuery = infiniteQueryOptions({
  queryKey: [...settingsKey, 'suppressions'],
  queryFn: ({ signal, pageParam }) => body(listSuppressions({ signal, query: cursor(pageParam), throwOnError: true })),
  initialPageParam: '',
  getNextPageParam: (page: SuppressionPage) => next(page),
});

/** A write after which the given part of the settings is read again. */
function useSetting<V, R>(part: string, write: (v: V) => Promise<R>) {
  const queryClient = useQueryClient();
  return useMutation({ mutationFn: write, onSettled: () => queryClient.invalidateQueries({ queryKey: [...settingsKey, part] }) });
}

export const useSavePolicy = () => useSetting('policy', (policy: Policy) => body(putPolicy({ body: policy, headers: ifMatch(policy), throwOnError: true })));
export const useKillSwitch = () => useSetting('kill-switch', (change: KillSwitchPut) => body(putKillSwitch({ body: change, throwOnError: true })));
export const useAddStaff = () => useSetting('staff', (person: StaffCreate) => body(createStaff({ body: person, throwOnError: true })));
export const useCreateKey = () => useSetting('keys', (key: KeyCreate) => body(createKey({ body: key, throwOnError: true })));
export const useRevokeKey = () => useSetting('keys', (id: string) => revokeKey({ path: { id }, throwOnError: true }));
export const useSuppress = () => useSetting('suppressions', (email: string) => body(createSuppression({ body: { email, reason: 'manual' }, throwOnError: true })));
export const useRelease = () => useSetting('backlog', (release: BacklogRelease) => body(releaseBacklog({ body: release, throwOnError: true })));

export const usePatchStaff = () =>
  useSetting('staff', ({ person, change }: { person: Staff; change: StaffPatch }) =>
    body(patchStaff({ path: { id: person.id }, headers: ifMatch(person), body: change, throwOnError: true })),
  );

/** Moves the manual clock; everything on every page may have changed. */
export function useAdvanceClock() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (now: string) => body(advanceClock({ body: { now }, throwOnError: true })),
    onSettled: () => queryClient.invalidateQueries(),
  });
}
