// SPDX-License-Identifier: AGPL-3.0-or-later
// The contract as a server behind fetch: examples by default, single operations replaced by a test, every call noted.
import path from 'node:path';
import { vi } from 'vitest';
import { answer, exampleOf, loadOperations, type Handler } from '../../mock/contract.mjs';

const operations = loadOperations(path.resolve(import.meta.dirname, '../../../api/openapi.yaml'));

export interface NotedCall {
  operationId: string | null;
  url: URL;
  body: unknown;
  headers: Headers;
}

/** A copy of an operation's example, typed by the caller as the contract's type. */
export function example<T>(operationId: string): T {
  return exampleOf(operations, operationId) as T;
}

/** Takes the place of fetch until the next call; answers the calls that were made, oldest first. */
export function serve(handlers: Partial<Record<string, Handler>> = {}): { calls: NotedCall[]; to: (operationId: string) => NotedCall[] } {
  const calls: NotedCall[] = [];
  vi.stubGlobal('fetch', async (input: Request) => {
    const text = await input.text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const url = new URL(input.url);
    const given = await answer(operations, handlers, { method: input.method, url, headers: input.headers, body });
    calls.push({ operationId: given.operationId, url, body, headers: input.headers });
    return new Response(given.status === 204 ? null : given.body, { status: given.status, headers: given.type === '' ? {} : { 'content-type': given.type } });
  });
  return { calls, to: (operationId) => calls.filter((c) => c.operationId === operationId) };
}
