// SPDX-License-Identifier: AGPL-3.0-or-later
// A server made of the HTTP contract alone: each operation answers its first success with the example of the file. Tests
// and the mock shop replace single operations; what they answer is held by the same contract on the console's side.
import fs from 'node:fs';
import { parse } from 'yaml';

/**
 * @typedef {{ status: number, type: string, body: string, headers?: Record<string, string> }} Answer
 * @typedef {{ path: Record<string, string>, query: URLSearchParams, body: unknown, headers: Headers, example: unknown }} Call
 * @typedef {(call: Call) => Answer | { status: number, body?: unknown } | Promise<Answer | { status: number, body?: unknown }>} Handler
 * @typedef {{ operationId: string, method: string, pattern: RegExp, names: string[], status: number, type: string, example: unknown }} Operation
 */

/**
 * @param {any} document
 * @param {any} node
 * @returns {any}
 */
function resolve(document, node) {
  if (node?.$ref === undefined) return node;
  return node.$ref.slice(2).split('/').reduce((/** @type {any} */ o, /** @type {string} */ k) => o[k.replaceAll('~1', '/')], document);
}

/**
 * The example of an operation's first success, with its status and content type.
 * @param {any} document
 * @param {any} operation
 */
function success(document, operation) {
  const [status, response] = Object.entries(operation.responses).find(([code]) => code < '400') ?? ['204', {}];
  const content = Object.entries(resolve(document, response).content ?? {})[0];
  if (content === undefined) return { status: Number(status), type: '', example: undefined };
  const [type, media] = content;
  const first = media.examples === undefined ? media.example : resolve(document, Object.values(media.examples)[0]).value;
  return { status: Number(status), type, example: first };
}

/**
 * All operations of an OpenAPI file.
 * @param {string} file
 * @returns {Operation[]}
 */
export function loadOperations(file) {
  const document = parse(fs.readFileSync(file, 'utf8'));
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
      .map(([method, operation]) => ({
        operationId: operation.operationId,
        method: method.toUpperCase(),
        pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '([^/]+)')}$`),
        names: [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]),
        ...success(document, operation),
      })),
  );
}

/**
 * A deep copy of an operation's example, to be changed at will.
 * @param {Operation[]} operations
 * @param {string} operationId
 * @returns {any}
 */
export function exampleOf(operations, operationId) {
  return structuredClone(operations.find((o) => o.operationId === operationId)?.example);
}

/**
 * Answers one request.
 * @param {Operation[]} operations
 * @param {Partial<Record<string, Handler>>} handlers replaced operations, by operationId
 * @param {{ method: string, url: URL, headers: Headers, body: unknown }} request
 * @returns {Promise<Answer & { operationId: string | null }>}
 */
export async function answer(operations, handlers, request) {
  for (const operation of operations) {
    const match = operation.method === request.method ? operation.pattern.exec(request.url.pathname) : null;
    if (match === null) continue;
    const path = Object.fromEntries(operation.names.map((name, i) => [name, decodeURIComponent(match[i + 1] ?? '')]));
    const example = structuredClone(operation.example);
    const handler = handlers[operation.operationId];
    const given = handler && (await handler({ path, query: request.url.searchParams, body: request.body, headers: request.headers, example }));
    const operationId = operation.operationId;
    if (given && 'type' in given) return { ...given, operationId };
    const status = given?.status ?? operation.status;
    const value = given ? given.body : example;
    const type = status >= 400 ? 'application/problem+json' : operation.type;
    const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
    return { status, type, body: text, operationId };
  }
  return { status: 404, type: 'application/problem+json', body: JSON.stringify(problem(404, 'Not found', 'There is no such operation.')), operationId: null };
}

/**
 * A problem+json body.
 * @param {number} status
 * @param {string} title
 * @param {string} detail
 * @param {{ pointer: string, rule: string, detail: string }[]} [errors]
 */
export function problem(status, title, detail, errors = []) {
  return { type: 'urn:rekindle:test', title, status, detail, errors };
}
