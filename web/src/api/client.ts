// SPDX-License-Identifier: AGPL-3.0-or-later
// The one HTTP client: same origin, session cookie, CSRF header on writes, every failure a Problem. It only sends and
// reads; toasts, redirects and form errors belong to the caller or to query-client.ts.
import { client } from './gen/client.gen';
import { Problem, toProblem } from './problem';

let csrfToken = '';

/** Remembers the token of the session; sent as x-rk-csrf on every write. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

client.setConfig({ baseUrl: globalThis.location.origin, throwOnError: true });
client.interceptors.request.use((request) => {
  if (request.method !== 'GET') request.headers.set('x-rk-csrf', csrfToken);
  return request;
});
client.interceptors.error.use((error, response) => {
  if (error instanceof DOMException && error.name === 'AbortError') return error;
  return toProblem(error, response);
});

/** The body of an answer; an answer that breaks the contract becomes a Problem with status -1. */
export async function body<T>(call: Promise<{ data: T }>): Promise<T> {
  try {
    return (await call).data;
  } catch (error) {
    if (error instanceof Error && error.name.endsWith('ZodError')) {
      throw new Problem(-1, 'Unexpected answer', 'The server answered something this page does not understand.');
    }
    throw error;
  }
}

/** The If-Match header for the version of a record that was read. */
export function ifMatch(record: { version: number }): { 'If-Match': string } {
  return { 'If-Match': `"${String(record.version)}"` };
}
