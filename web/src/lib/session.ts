// SPDX-License-Identifier: AGPL-3.0-or-later
// Who is signed in, given to every page by the shell. Pages ask for a permission by name, as the route table does.
import { createContext, useContext } from 'react';
import type { Role, Session } from '../api/gen';

export const SessionContext = createContext<Session | null>(null);

/** The signed-in person; only below the shell, which never renders without one. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession is used outside the shell');
  return session;
}

const rank: Record<Role, number> = { viewer: 0, reviewer: 1, admin: 2 };

/** May a person of this role do what needs `permission`? The server decides; this only hides or explains. */
export function can(role: Role, permission: Role): boolean {
  return rank[role] >= rank[permission];
}

/** May the signed-in person do what needs `permission`? */
export function useCan(permission: Role): boolean {
  return can(useSession().role, permission);
}
