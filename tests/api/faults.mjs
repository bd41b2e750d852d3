// SPDX-License-Identifier: AGPL-3.0-or-later
// Bad input made from the schemas of api/openapi.yaml: a valid body and its schema give every body with exactly one fault,
// with the JSON Pointer that an answer must name. What a schema cannot say (real currencies, dates, addresses) stands in
// tables by the name of the field.
import { doc, resolve } from './spec.mjs';

const UNKNOWN = 'no_such_field';

// The schema under anyOf [X, null], and whether null is allowed.
function plain(schema) {
  const seen = resolve(schema);
  const options = seen.anyOf?.map(resolve);
  if (!options) return { schema: seen, nullable: [seen.type].flat().includes('null') };
  return { schema: options.find(({ type }) => type !== 'null'), nullable: options.some(({ type }) => type === 'null') };
}

const typesOf = (schema) => [schema.type].flat().filter((type) => type !== 'null');
const escape = (name) => name.replaceAll('~', '~0').replaceAll('/', '~1');
const pointer = (parts) => parts.map((part) => `/${escape(String(part))}`).join('');

// A copy of `body` with `value` at `parts`; undefined takes the member away.
export function put(body, parts, value) {
  if (parts.length === 0) return value;
  const copy = structuredClone(body);
  const holder = parts.slice(0, -1).reduce((at, part) => at[part], copy);
  if (value === undefined) delete holder[parts.at(-1)];
  else holder[parts.at(-1)] = value;
  return copy;
}

const WRONG_TYPES = { string: 7, integer: '7', number: '7', boolean: 'true', array: {}, object: [] };

// What no schema of the file says, but its words do: ISO 4217, real calendar days, addresses that can be written to.
const BY_NAME = {
  currency: [['unknown currency', 'ZZZ'], ['lower case currency', 'eur'], ['unknown currency', 'AAA']],
  country: [['country in words', 'Sweden'], ['lower case country', 'se']],
  time_zone: [['unknown time zone', 'Mars/Olympus'], ['offset as a time zone', '+02:00 or so']],
  locale: [['no locale', 'not a locale'], ['no locale', '!!']],
  email: [['no address', 'nobody'], ['two addresses', 'a@b.example,c@d.example'], ['header in the address', 'a@b.example\r\nBcc: c@d.example'],
    ['address with a blank', 'a b@c.example'], ['address in angle brackets', '<a@b.example>'], ['empty local part', '@b.example']],
  url: [['script as a link', 'javascript:alert(1)'], ['link without a scheme', '//shop.example/x'], ['file as a link', 'file:///etc/passwd'],
    ['link with a blank', 'https://shop.example/a b']],
};
BY_NAME.image_url = BY_NAME.url;
const BAD_INSTANTS = [['bad date', '2026-02-30T00:00:00Z'], ['bad date', '2026-13-01T00:00:00Z'], ['bad time', '2026-01-01T25:00:00Z'],
  ['date alone', '2026-01-01'], ['no zone', '2026-01-01T00:00:00'], ['offset', '2026-01-01T00:00:00+02:00'],
  ['six decimals', '2026-01-01T00:00:00.123456Z'], ['words', 'yesterday'], ['seconds', '1767225600'], ['empty date', '']];

function* badStrings(schema, name) {
  yield ['NUL', 'a\u0000b'];
  if (name !== 'password') {
    yield ['control character', 'a\u0007b'];
    yield ['C1 control character', 'a\u0085b'];
  }
  if (schema.format === 'date-time') yield* BAD_INSTANTS;
  if (schema.enum) yield ['unknown word', 'no_such_word'];
  if (schema.maxLength !== undefined) yield ['too long', filler(name).padEnd(schema.maxLength + 1, 'a')];
  if (schema.minLength > 0) yield ['too short', 'a'.repeat(schema.minLength - 1)];
  if (schema.pattern && schema.format !== 'date-time') yield ['against the pattern', ' !'];
  if (name !== 'email' || schema === doc.components.schemas.Email254) yield* BY_NAME[name] ?? [];
}
// What a text begins with so that it is too long and nothing else.
const filler = (name) => ({ url: 'https://shop.example/', image_url: 'https://shop.example/', path: '/' })[name] ?? '';

function* badNumbers(schema, name) {
  if (schema.minimum !== undefined) yield [/minor/.test(name) ? 'negative money' : 'under the minimum', schema.minimum - 1];
  if (schema.maximum !== undefined) yield ['over the maximum', schema.maximum + 1];
  if (typesOf(schema).includes('integer')) yield ['fraction', 1.5];
}

// [what, parts, value] for one place; `value` undefined takes it away.
function* faultsAt(schema, nullable, parts, value) {
  const name = String(parts.findLast((part) => typeof part === 'string') ?? '');
  const types = typesOf(schema);
  if (types.length === 1) yield ['wrong type', parts, WRONG_TYPES[types[0]]];
  if (types.length > 1) yield ['wrong type', parts, {}];
  if (!nullable && parts.length > 0) yield ['null', parts, null];
  if (types.includes('string')) for (const [what, bad] of badStrings(schema, name)) yield [what, parts, bad];
  if (types.some((type) => ['integer', 'number'].includes(type))) for (const [what, bad] of badNumbers(schema, name)) yield [what, parts, bad];
  if (schema.type === 'array') yield* faultsInArray(schema, parts, value);
  if (schema.type === 'object') yield* faultsInObject(schema, parts, value ?? {});
}

function* faultsInArray(schema, parts, value) {
  const sample = value?.[0] ?? sampleOf(schema.items);
  if (schema.minItems > 0) yield ['too few items', parts, []];
  if (schema.maxItems !== undefined) {
    const many = Array.from({ length: schema.maxItems + 1 }, (_, i) => (typeof sample === 'string' ? `${sample}${i}`.slice(0, 90) : sample));
    yield ['too many items', parts, many];
  }
  const inner = plain(schema.items);
  for (const [what, where, bad] of faultsAt(inner.schema, inner.nullable, [...parts, 0], sample))
    yield [what, where, bad, [parts, [sample]]];
}

function* faultsInObject(schema, parts, value) {
  for (const name of schema.required ?? []) yield ['missing field', [...parts, name], undefined];
  if (schema.maxProperties === 0) yield ['not empty', parts, { [UNKNOWN]: 1 }];
  else if (schema.additionalProperties === false) yield ['unknown field', [...parts, UNKNOWN], 1];
  if (typeof schema.additionalProperties === 'object') yield* faultsInMap(schema, parts);
  for (const [name, raw] of Object.entries(schema.properties ?? {})) {
    const inner = plain(raw);
    const base = value[name] ?? sampleOf(inner.schema);
    for (const [what, where, bad] of faultsAt(inner.schema, inner.nullable, [...parts, name], base)) {
      if (value[name] === undefined && where.length > parts.length + 1) yield [what, where, bad, [[...parts, name], base]];
      else yield [what, where, bad];
    }
  }
}

function* faultsInMap(schema, parts) {
  const inner = resolve(schema.additionalProperties);
  yield ['wrong type in a map', [...parts, 'field'], []];
  yield ['too long in a map', [...parts, 'field'], 'a'.repeat(inner.maxLength + 1)];
  yield ['NUL in a map', [...parts, 'field'], 'a\u0000b'];
  const many = Object.fromEntries(Array.from({ length: schema.maxProperties + 1 }, (_, i) => [`field${i}`, i]));
  yield ['too many fields in a map', parts, many];
}

// A value that keeps the schema, for places where the valid body has none.
function sampleOf(raw) {
  const { schema } = plain(raw);
  if (schema.type === 'object') return Object.fromEntries((schema.required ?? []).map((name) => [name, sampleOf(schema.properties[name])]));
  if (schema.type === 'array') return [sampleOf(schema.items)];
  if (schema.enum) return schema.enum[0];
  if (schema.format === 'date-time') return '2026-01-01T00:00:00Z';
  return { integer: Math.max(1, schema.minimum ?? 1), number: 1, boolean: true }[typesOf(schema)[0]] ?? 'sample';
}

// Every body with one fault: {what, body, pointer}. `ignored`: members that the operation does not look at.
export function* faultyBodies(raw, valid, ignored = []) {
  const { schema } = plain(raw);
  for (const [what, parts, bad, ground] of faultsAt(schema, false, [], valid)) {
    if (ignored.includes(parts[0])) continue;
    const base = ground ? put(valid, ...ground) : valid;
    // a reader of JSON may well stop at NUL: then the bytes cannot be read (400)
    yield { what, body: put(base, parts, bad), pointer: pointer(parts), ...(what.startsWith('NUL') ? { statuses: [400, 422] } : {}) };
  }
}

// Bytes that cannot be read: {what, bytes, pointer}. `valid` must have a text at `/NAME`.
export function* unreadable(valid, name) {
  const good = JSON.stringify(valid);
  const marked = JSON.stringify({ ...valid, [name]: '@@' });
  const withBytes = (...bytes) => {
    const [left, right] = marked.split('@@');
    return Buffer.concat([Buffer.from(left), Buffer.from(bytes), Buffer.from(right)]);
  };
  yield { what: 'nothing', bytes: Buffer.alloc(0), pointer: '' };
  yield { what: 'not JSON', bytes: Buffer.from('hello'), pointer: '' };
  yield { what: 'cut off', bytes: Buffer.from(good.slice(0, -1)), pointer: '' };
  yield { what: 'text after the end', bytes: Buffer.from(`${good} x`), pointer: '' };
  yield { what: 'two documents', bytes: Buffer.from(`${good}${good}`), pointer: '' };
  yield { what: 'a member twice', bytes: Buffer.from(`{${JSON.stringify(name)}:"a",${marked.slice(1)}`), pointer: null };
  yield { what: 'single quotes', bytes: Buffer.from("{'a':1}"), pointer: '' };
  yield { what: 'a comma too many', bytes: Buffer.from(`${good.slice(0, -1)},}`), pointer: '' };
  yield { what: 'NaN', bytes: Buffer.from('{"total_minor":NaN}'), pointer: null };
  yield { what: 'a number beyond 64 bits', bytes: Buffer.from('{"total_minor":99999999999999999999}'), pointer: null };
  yield { what: 'a number beyond doubles', bytes: Buffer.from('{"total_minor":1e999}'), pointer: null };
  yield { what: 'depth of 100,000', bytes: Buffer.from('['.repeat(100000)), pointer: null };
  yield { what: 'NUL byte', bytes: withBytes(0x61, 0x00, 0x62), pointer: null };
  yield { what: 'bad UTF-8: a lone byte', bytes: withBytes(0x61, 0xff, 0x62), pointer: `/${name}` };
  yield { what: 'bad UTF-8: cut off', bytes: withBytes(0x61, 0xc3), pointer: `/${name}` };
  yield { what: 'bad UTF-8: too long a form', bytes: withBytes(0xc0, 0xaf), pointer: `/${name}` };
  yield { what: 'bad UTF-8: a surrogate', bytes: withBytes(0xed, 0xa0, 0x80), pointer: `/${name}` };
  yield { what: 'bad UTF-8: beyond Unicode', bytes: withBytes(0xf4, 0x90, 0x80, 0x80), pointer: `/${name}` };
  yield { what: 'half a surrogate pair', bytes: withBytes(...Buffer.from('\\ud800')), pointer: null };
}
