// SPDX-License-Identifier: AGPL-3.0-or-later
// The session: who is signed in, log in, log out. Reading it also keeps the CSRF token of the client fresh.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { body, setCsrfToken } from '../../api/client';
import { getSession, logIn, logOut, type Login } from '../../api/gen';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    const session = await body(getSession({ signal, throwOnError: true }));
    setCsrfToken(session.csrf_token);
    return session;
  },
  staleTime: 60_000,
  // a manual clock is moved by somebody at some time; the real one needs no asking
  refetchInterval: (query) => (query.state.data?.clock.kind === 'manual' ? 15_000 : false),
});

/** Logs in and puts the new session where sessionQuery finds it. */
export function useLogIn() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (login: Login) => body(logIn({ body: login, throwOnError: true })),
    onSuccess: (session) => {
      setCsrfToken(session.csrf_token);
      queryClient.setQueryData(sessionQuery.queryKey, session);
    },
  });
}

/** Logs out and forgets everything that was read; a session that is gone already counts as done. */
export function useLogOut() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => logOut({ throwOnError: true }),
    onSettled: () => {
      queryClient.clear();
    },
  });
}
