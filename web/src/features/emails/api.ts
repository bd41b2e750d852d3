// SPDX-License-Identifier: AGPL-3.0-or-later
// Emails of every state, one with its whole life, the raw message, and the two acts outside the review queue: trying a
// failed draft again and settling an uncertain sending.
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { body, ifMatch } from '../../api/client';
import { getEmail, getEmailRaw, listEmails, resolveEmail, retryEmail, type Email, type EmailPage, type EmailStatus, type Resolve } from '../../api/gen';

export const emailsKey = ['emails'] as const;

export const emailsQuery = (status: EmailStatus | undefined) =>
  infiniteQueryOptions({
    queryKey: [...emailsKey, 'list', status ?? 'all'],
    queryFn: ({ signal, pageParam }) =>
      body(
        listEmails({
          signal,
          query: { limit: 50, ...(status === undefined ? {} : { status }), ...(pageParam === '' ? {} : { cursor: pageParam }) },
          throwOnError: true,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page: EmailPage) => page.next_cursor ?? undefined,
  });

export const emailQuery = (id: string) =>
  queryOptions({
    queryKey: [...emailsKey, 'one', id],
    queryFn: ({ signal }) => body(getEmail({ signal, path: { id }, throwOnError: true })),
  });

/** The message as it was handed over; it never changes. */
export const rawQuery = (id: string) =>
  queryOptions({
    queryKey: [...emailsKey, 'one', id, 'raw'],
    queryFn: ({ signal }) => body(getEmailRaw({ signal, path: { id }, parseAs: 'text', throwOnError: true })),
    staleTime: Infinity,
  });

function useEmailAct<V>(id: string, act: (v: V) => Promise<Email>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (email) => {
      queryClient.setQueryData(emailQuery(id).queryKey, email);
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: emailsKey }),
  });
}

export const useRetry = (email: Email) =>
  useEmailAct<undefined>(email.id, () => body(retryEmail({ path: { id: email.id }, headers: ifMatch(email), throwOnError: true })));

export const useResolve = (email: Email) =>
  useEmailAct(email.id, (outcome: Resolve['outcome']) =>
    body(resolveEmail({ path: { id: email.id }, headers: ifMatch(email), body: { outcome }, throwOnError: true })),
  );
