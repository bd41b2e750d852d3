// SPDX-License-Identifier: AGPL-3.0-or-later
// The review queue, the figures above it and what a person may do with a draft. Decisions take the draft out of the
// queue at once and put it back when the server refuses.
import { infiniteQueryOptions, keepPreviousData, queryOptions, useMutation, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { body, ifMatch } from '../../api/client';
import {
  approveEmail,
  checkEmail,
  editEmail,
  getDashboard,
  getEmail,
  listClientOrders,
  listEmails,
  regenerateEmail,
  rejectEmail,
  undoApproval,
  type Email,
  type EmailEdit,
  type EmailPage,
  type EmailWords,
} from '../../api/gen';

export const todayKey = ['today'] as const;

/** The two states in which a draft waits for a person. */
export type QueueStatus = 'in_review' | 'blocked';

export const dashboardQuery = queryOptions({
  queryKey: [...todayKey, 'dashboard'],
  queryFn: ({ signal }) => body(getDashboard({ signal, throwOnError: true })),
  refetchInterval: 20_000,
});

export const queueQuery = (status: QueueStatus) =>
  infiniteQueryOptions({
    queryKey: [...todayKey, 'queue', status],
    queryFn: ({ signal, pageParam }) =>
      body(listEmails({ signal, query: { status, limit: 100, ...(pageParam === '' ? {} : { cursor: pageParam }) }, throwOnError: true })),
    initialPageParam: '',
    getNextPageParam: (page: EmailPage) => page.next_cursor ?? undefined,
  });

/** The open draft with its calls, its edits and what left the house; a new version is read anew. */
export const writingQuery = ({ id, version }: Email) =>
  queryOptions({
    queryKey: [...todayKey, 'writing', id, version],
    queryFn: ({ signal }) => body(getEmail({ signal, path: { id }, throwOnError: true })),
  });

/** What the checks say of words that are not saved. Beside the other keys: no live event makes it wrong. */
export const liveCheckQuery = (id: string, words: EmailWords) =>
  queryOptions({
    queryKey: ['live-check', id, words],
    queryFn: ({ signal }) => body(checkEmail({ signal, path: { id }, body: words, throwOnError: true })),
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
  });

/** Orders of the client whose draft is open, for the drawing of the rhythm. */
export const rhythmQuery = (clientId: string) =>
  queryOptions({
    queryKey: [...todayKey, 'orders', clientId],
    queryFn: async ({ signal }) => (await body(listClientOrders({ signal, path: { id: clientId }, query: { limit: 200 }, throwOnError: true }))).items,
  });

type Queue = InfiniteData<EmailPage, string>;
const queues: readonly QueueStatus[] = ['in_review', 'blocked'];

/** Applies a change to every cached row of the queue. */
function mapQueue(queryClient: QueryClient, change: (items: Email[]) => Email[]): void {
  for (const status of queues) {
    queryClient.setQueryData<Queue>(queueQuery(status).queryKey, (queue) => queue && { ...queue, pages: queue.pages.map((p) => ({ ...p, items: change(p.items) })) });
  }
}

/** Takes a draft out of the queue now; answers what puts everything back. */
async function takeOut(queryClient: QueryClient, email: Email): Promise<() => void> {
  await queryClient.cancelQueries({ queryKey: todayKey });
  const before = queues.map((status) => [status, queryClient.getQueryData<Queue>(queueQuery(status).queryKey)] as const);
  mapQueue(queryClient, (items) => items.filter((item) => item.id !== email.id));
  return () => {
    for (const [status, queue] of before) queryClient.setQueryData(queueQuery(status).queryKey, queue);
  };
}

/** Mutations that remove the draft from the queue: approve, reject, regenerate. */
function useLeaveQueue<V extends { email: Email }>(call: (v: V) => Promise<Email>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: call,
    onMutate: async (v: V) => ({ putBack: await takeOut(queryClient, v.email) }),
    onError: (_error, _v, context) => context?.putBack(),
    onSettled: () => queryClient.invalidateQueries({ queryKey: todayKey }),
  });
}

export const useApprove = () =>
  useLeaveQueue(({ email, reviewMs }: { email: Email; reviewMs: number }) =>
    body(approveEmail({ path: { id: email.id }, headers: ifMatch(email), body: { content_hash: email.content_hash ?? '', review_ms: reviewMs }, throwOnError: true })),
  );

export const useReject = () =>
  useLeaveQueue(({ email, reason, reviewMs }: { email: Email; reason: string; reviewMs: number }) =>
    body(rejectEmail({ path: { id: email.id }, headers: ifMatch(email), body: { reason, review_ms: reviewMs }, throwOnError: true })),
  );

export const useRegenerate = () =>
  useLeaveQueue(({ email, hint }: { email: Email; hint: string | undefined }) =>
    body(regenerateEmail({ path: { id: email.id }, headers: ifMatch(email), body: hint === undefined ? {} : { hint }, throwOnError: true })),
  );

/** Takes an approval back; `email` is the approved record, whose version the server must still have. */
export function useUndo() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (email: Email) => body(undoApproval({ path: { id: email.id }, headers: ifMatch(email), throwOnError: true })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: todayKey }),
  });
}

/** Saves changed words; the answer is the draft as checked. */
export function useEdit() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ email, edit }: { email: Email; edit: EmailEdit }) =>
      body(editEmail({ path: { id: email.id }, headers: ifMatch(email), body: edit, throwOnError: true })),
    onSuccess: (saved) => {
      mapQueue(queryClient, (items) => items.map((item) => (item.id === saved.id ? saved : item)));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: todayKey }),
  });
}
