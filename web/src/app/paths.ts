// SPDX-License-Identifier: AGPL-3.0-or-later
// The only place with URLs of the console. A leaf: it imports nothing, so that features may link by it.
export const paths = {
  login: '/login',
  today: '/today',
  clients: '/clients',
  client: '/clients/$id',
  emails: '/emails',
  email: '/emails/$id',
  results: '/results',
  pipeline: '/pipeline',
  settings: '/settings',
} as const;
