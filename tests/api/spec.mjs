// SPDX-License-Identifier: AGPL-3.0-or-later
// api/openapi.yaml as something to test against: its operations, their schemas compiled, the table of who may, and a judge
// that says what is wrong with an answer. It knows nothing of the server but what the file says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

export const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
export const doc = parse(readFileSync(new URL('../../api/openapi.yaml', import.meta.url), 'utf8'));

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(doc, 'api');

// Follows $ref; the members beside it are notes for readers.
export function resolve(node) {
  let seen = node;
  while (seen?.$ref) seen = seen.$ref.slice(2).split('/').reduce((at, part) => at[part], doc);
  return seen;
}

// The JSON Pointer, as a URI fragment, of a place in the file.
const fragment = (parts) => parts.map((part) => `/${encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

export function validator(...parts) {
  const ref = `api#${fragment(parts)}`;
  return ajv.getSchema(ref) ?? ajv.compile({ $ref: ref });
}

export const schemaValidator = (name) => validator('components', 'schemas', name);

// Throws with every fault named when `value` is not what schema `name` says.
export function assertSchema(name, value, what = name) {
  const valid = schemaValidator(name);
  assert.ok(valid(value), `${what}: ${ajv.errorsText(valid.errors, { separator: '\n  ' })}\n${JSON.stringify(value)?.slice(0, 1500)}`);
}

// Every operation of the file: {id, method, path, op, role, people only, parameters, body, responses}.
export const operations = Object.entries(doc.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => {
    const op = item[method];
    const security = op.security ?? doc.security;
    return {
      id: op.operationId, method: method.toUpperCase(), path, op,
      role: op['x-role'],
      isPublic: security.length === 0,
      writes: method !== 'get',
      needsCsrf: security.some((way) => 'csrf' in way),
      takesKeys: security.some((way) => 'bearer' in way),
      parameters: [...(item.parameters ?? []), ...(op.parameters ?? [])].map((p) => ({ ...resolve(p), schema: resolve(resolve(p).schema) })),
      body: op.requestBody ? resolve(op.requestBody).content : {},
    };
  }));
export const operation = (id) => operations.find((one) => one.id === id) ?? assert.fail(`no operation ${id} in the file`);

export const parameterOf = (one, where, name) => one.parameters.find((p) => p.in === where && (!name || p.name === name));
export const jsonBody = (one) => resolve(one.body['application/json']?.schema);
export const exampleBody = (one) => structuredClone(resolve(one.body['application/json'].examples.default).value);

// The file's own table of who may: role -> {people: Set, keys: Set}. 'public' has everyone.
export const may = Object.fromEntries([...doc.info.description.matchAll(/^\| (\w+) \| ([^|]+) \| ([^|]+) \|$/gm)]
  .filter(([, role]) => role !== 'role')
  .map(([, role, people, keys]) => [role, { people: words(people), keys: words(keys) }]));

function words(cell) {
  return new Set(cell.split(',').map((word) => word.trim()).filter((word) => word !== 'none'));
}

// Where in the file the response with this status stands; undefined when it is not declared.
function placeOf(one, status) {
  const declared = one.op.responses[status];
  if (!declared) return undefined;
  return declared.$ref ? declared.$ref.slice(2).split('/') : ['paths', one.path, one.method.toLowerCase(), 'responses', String(status)];
}

function checkHeaders(where, response, answer) {
  for (const [name, raw] of Object.entries(response.headers ?? {})) {
    const header = resolve(raw), schema = resolve(header.schema), value = answer.headers[name.toLowerCase()];
    assert.ok(value !== undefined, `${where}: header ${name} is declared and missing`);
    const text = Array.isArray(value) ? value[0] : value;
    if (schema.enum) assert.ok(schema.enum.includes(text), `${where}: header ${name} is ${text}`);
    if (schema.type === 'integer') assert.match(text, /^\d+$/, `${where}: header ${name}`);
    if (schema.minimum !== undefined) assert.ok(Number(text) >= schema.minimum, `${where}: header ${name} is ${text}`);
    if (name === 'ETag') assert.match(text, /^"[1-9][0-9]*"$/, `${where}: ETag`);
    assert.notEqual(text, '', `${where}: header ${name} is empty`);
  }
}

// Throws unless the answer is one of those that the file declares for the operation.
export function checkAnswer(one, answer) {
  const where = `${one.method} ${one.path} (${one.id}) ${answer.status}`;
  const place = placeOf(one, answer.status);
  assert.ok(place, `${where}: the status is not declared\n${answer.text.slice(0, 500)}`);
  const response = place.reduce((at, part) => at[part], doc);
  checkHeaders(where, response, answer);
  assert.equal(answer.headers['x-content-type-options'], 'nosniff', `${where}: nosniff`);
  if (!response.content) {
    assert.equal(answer.text, '', `${where}: no body is declared`);
    return;
  }
  assert.ok(answer.type, `${where}: no content type`);
  assert.ok(response.content[answer.type], `${where}: content type ${answer.type} is not declared`);
  const json = /[/+]json$/.test(answer.type);
  const valid = validator(...place, 'content', answer.type, 'schema');
  assert.ok(valid(json ? answer.json : answer.text),
    `${where}: ${ajv.errorsText(valid.errors, { separator: '\n  ' })}\n${answer.text.slice(0, 1500)}`);
  if (answer.type === 'application/x-ndjson') for (const line of answer.lines) assertSchema('BatchResult', line, where);
  if (answer.type === 'application/problem+json') assert.equal(answer.json.status, answer.status, `${where}: status in the body`);
}
