// SPDX-License-Identifier: AGPL-3.0-or-later
// Policy and its preview, tuning, people, keys, suppressions, kill switch, backlog, audit log and the manual clock.
import { infiniteQueryOptions, keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { body, ifMatch } from '../../api/client';
import { Problem } from '../../api/problem';
import {
  addOfferCodes,
  advanceClock,
  confirmTuning,
  createKey,
  createStaff,
  createSuppression,
  declineTuning,
  getBacklog,
  getKillSwitch,
  getRelay,
  liftBrake,
  resumeRelay,
  getOfferCodes,
  getPolicy,
  getTuning,
  listAudit,
  listKeys,
  listStaff,
  listSuppressions,
  patchStaff,
  previewPolicy,
  putKillSwitch,
  putPolicy,
  releaseBacklog,
  revokeKey,
  rotateSalt,
  runTuning,
  type AuditPage,
  type BacklogPage,
  type BacklogRelease,
  type KeyCreate,
  type KeyPage,
  type KillSwitchPut,
  type Policy,
  type PolicyPreview,
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

export const offerCodesQuery = queryOptions({
  queryKey: [...settingsKey, 'offer-codes'],
  queryFn: ({ signal }) => body(getOfferCodes({ signal, throwOnError: true })),
});

/** The shop counts for one question at a time and sends others away meanwhile. */
const patient = {
  retry: (tries: number, error: Error) => error instanceof Problem && error.status === 429 && tries < 15,
  retryDelay: 2000,
};

/** Below the policy's key, so that a saved policy is previewed anew. A new question keeps the last answer until its own comes. */
export const previewQuery = (asked: PolicyPreview) =>
  queryOptions({
    queryKey: [...settingsKey, 'policy', 'preview', asked],
    queryFn: ({ signal }) => body(previewPolicy({ signal, body: asked, throwOnError: true })),
    staleTime: 60_000,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
    ...(asked.exact === true ? patient : {}),
  });

/** How often a running search is looked at, and how often whether one was made meanwhile. */
const RUNNING_MS = 2000;
const RESTING_MS = 60_000;

export const tuningQuery = queryOptions({
  queryKey: [...settingsKey, 'tuning'],
  queryFn: ({ signal }) => body(getTuning({ signal, throwOnError: true })),
  refetchInterval: (query) => (query.state.data?.status === 'running' ? RUNNING_MS : RESTING_MS),
});

export const auditQuery = infiniteQueryOptions({
  queryKey: [...settingsKey, 'audit'],
  queryFn: ({ signal, pageParam }) => body(listAudit({ signal, query: cursor(pageParam), throwOnError: true })),
  initialPageParam: '',
  getNextPageParam: (page: AuditPage) => next(page),
});

export const killSwitchQuery = queryOptions({
  queryKey: [...settingsKey, 'kill-switch'],
  queryFn: ({ signal }) => body(getKillSwitch({ signal, throwOnError: true })),
  refetchInterval: 30_000,
});

export const relayQuery = queryOptions({
  queryKey: [...settingsKey, 'relay'],
  queryFn: ({ signal }) => body(getRelay({ signal, throwOnError: true })),
  refetchInterval: 30_000,
});
export const useResumeRelay = () => useSetting('relay', () => body(resumeRelay({ throwOnError: true })));
export const useLiftBrake = () => useSetting(['relay', 'audit'], () => body(liftBrake({ throwOnError: true })));

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

/** A write after which the given parts of the settings are read again. */
function useSetting<V, R>(parts: string | readonly string[], write: (v: V) => Promise<R>) {
  const queryClient = useQueryClient();
  const keys = [parts].flat().map((part) => [...settingsKey, part]);
  return useMutation({ mutationFn: write, onSettled: () => Promise.all(keys.map((queryKey) => queryClient.invalidateQueries({ queryKey }))) });
}

export const useSavePolicy = () => useSetting(['policy', 'tuning', 'audit'], (policy: Policy) => body(putPolicy({ body: policy, headers: ifMatch(policy), throwOnError: true })));
export const useAddOfferCodes = () => useSetting('offer-codes', (codes: string[]) => body(addOfferCodes({ body: { codes }, throwOnError: true })));
export const useRotateSalt = () =>
  useSetting(['policy', 'audit'], ({ policy, reason }: { policy: Policy; reason: string }) => body(rotateSalt({ body: { reason }, headers: ifMatch(policy), throwOnError: true })));
export const useRunTuning = () => useSetting('tuning', () => body(runTuning({ throwOnError: true })));
export const useDeclineTuning = () => useSetting(['tuning', 'audit'], () => body(declineTuning({ throwOnError: true })));
export const useConfirmTuning = () =>
  useSetting(['policy', 'tuning', 'backlog', 'audit'], ({ policy, threshold }: { policy: Policy; threshold: number }) =>
    body(confirmTuning({ body: { threshold }, headers: ifMatch(policy), throwOnError: true })),
  );
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
