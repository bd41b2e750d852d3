// SPDX-License-Identifier: AGPL-3.0-or-later
// The contract as a server behind fetch: examples by default, single operations replaced by a test, every call noted.
import path from 'node:path';
import { vi } from 'vitest';
import { answer, exampleOf, loadOperations, problem, type Handler } from '../../mock/contract.mjs';
import type { Client, Email, ProblemError } from '../api/gen';

const operations = loadOperations(path.resolve(import.meta.dirname, '../../../api/openapi.yaml'));

export interface NotedCall {
  operationId: string | null;
  url: URL;
  body: unknown;
  headers: Headers;
}

/** A copy of the example email, the draft of the contract, with some fields replaced. */
export function exampleEmail(change: Partial<Email> = {}): Email {
  return { ...(exampleOf(operations, 'getEmail') as Email), ...change };
}

/** A copy of the example of an operation's first success. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows what the operation answers
export const example = <T>(operationId: string): T => exampleOf(operations, operationId) as T;

/** A copy of the example client with some fields replaced. */
export function exampleClient(change: Partial<Client> = {}): Client {
  return { ...(exampleOf(operations, 'getClient') as Client), ...change };
}

/** A page of a list, the last one unless a cursor is given. */
export const pageOf = (items: unknown[], next: string | null = null) => ({ status: 200, body: { items, next_cursor: next } });

/** A refusal as problem+json. */
export const refuse = (status: number, detail: string, errors: ProblemError[] = []) => ({ status, body: problem(status, 'Refused', detail, errors) });

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
