// SPDX-License-Identifier: AGPL-3.0-or-later
// What api/openapi.yaml says of query parameters and of the headers If-Match and Idempotency-Key holds for every operation
// that has them: values at the bounds are taken, values outside are refused by name.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CASES, requestFor, urlOf } from './cases.mjs';
import { Seed } from './seed.mjs';
import { checkAnswer, operations, parameterOf } from './spec.mjs';

let seed;
before(async () => {
  seed = await Seed.start();
  await seed.makeHistory();
  await seed.makeDeadLetters(['drift-0', 'drift-1', 'drift-2', 'drift-3']);
  seed.deadLetters = [0, 1, 2, 3].map((i) => `outcome:drift-${i}`);
});
after(() => seed?.stop());

const encode = (bytes) => [...Buffer.from(bytes)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

// Values as they stand in the URL. A cursor is opaque: what may be taken is what a list has given.
function goodValues({ name, schema }) {
  if (schema.enum) return schema.enum;
  if (schema.type === 'integer') return [schema.minimum, schema.minimum + 1, schema.maximum];
  if (name === 'cursor') return [];
  if (schema.pattern) return ['a', 'z'.repeat(schema.maxLength)];
  return ['a', 'é', 'q'.repeat(schema.maxLength), '%', "' OR 1=1 --", '*', '_'].map(encode);
}

function badValues({ name, schema }) {
  const always = ['', '%00', '%ff', '%c3', '%ed%a0%80', '%0a'];
  if (schema.enum) {
    const word = String(schema.enum[0]), other = /[a-z]/.test(word) ? word.toUpperCase() : `${word}0`;
    return [...always, 'nope', other, `${word},${word}`, `%20${word}`];
  }
  if (schema.type === 'integer')
    return [...always, schema.minimum - 1, -1, schema.maximum + 1, 'x', '1e2', '1.0', '0x10', '9223372036854775808', '%201'];
  if (name === 'cursor') return [...always, 'x', 'AAAA', 'a'.repeat(schema.maxLength), 'a'.repeat(schema.maxLength + 1), '%20'];
  if (schema.pattern) return [...always, 'a%20b', '%C3%A9', 'a'.repeat(schema.maxLength + 1)];
  return [...always, 'q'.repeat(schema.maxLength + 1)];
}

describe('query parameters', () => {
  for (const one of operations) {
    for (const parameter of one.parameters.filter((each) => each.in === 'query')) {
      it(`${one.method} ${one.path} takes ${parameter.name} within its bounds and names it outside`, async () => {
        const { path } = await requestFor(one, seed, 'key:admin');
        const body = one.writes ? '[]' : undefined; // nothing at all, for every webhook
        const ask = (value) => seed.send({ method: one.method, path: `${path.split('?')[0]}?${parameter.name}=${value}`, body });
        for (const value of goodValues(parameter)) {
          const answer = await ask(value);
          assert.equal(answer.status, 200, `${parameter.name}=${value}: ${answer.text.slice(0, 500)}`);
          checkAnswer(one, answer);
          if (parameter.name === 'limit') assert.ok(answer.json.items.length <= value);
        }
        for (const value of badValues(parameter)) {
          const answer = await ask(value);
          assert.equal(answer.status, 400, `${parameter.name}=${value}: ${answer.text.slice(0, 500)}`);
          checkAnswer(one, answer);
          assert.equal(answer.json.errors[0].pointer, `?${parameter.name}`);
        }
        const twice = await seed.send({ method: one.method, path: `${path.split('?')[0]}?${parameter.name}=1&${parameter.name}=2`, body });
        assert.equal(twice.status, 400, 'given twice');
        assert.equal(twice.json.errors[0].pointer, `?${parameter.name}`);
      });
    }
  }

  for (const one of operations.filter((each) => parameterOf(each, 'query', 'cursor'))) {
    it(`${one.method} ${one.path} gives every item once, page by page, and its cursor is for that list alone`, async () => {
      const { path, params } = await requestFor(one, seed, 'key:admin');
      const whole = await seed.send({ method: 'GET', path: `${path.split('?')[0]}?limit=200` });
      const items = [];
      let cursor = null, pages = 0;
      do {
        const query = { limit: 2, ...(cursor ? { cursor } : {}) };
        const answer = await seed.send({ method: 'GET', path: urlOf(one, { params, query }) });
        assert.equal(answer.status, 200, answer.text);
        checkAnswer(one, answer);
        assert.ok(answer.json.items.length <= 2);
        items.push(...answer.json.items);
        const foreign = one.path === '/api/v1/products' ? '/api/v1/clients' : '/api/v1/products';
        if (answer.json.next_cursor) {
          const elsewhere = await seed.send({ method: 'GET', path: `${foreign}?cursor=${encodeURIComponent(answer.json.next_cursor)}` });
          assert.deepEqual([elsewhere.status, elsewhere.json.errors[0].pointer], [400, '?cursor']);
        }
        cursor = answer.json.next_cursor;
        pages++;
      } while (cursor && pages < 100);
      if (whole.json.next_cursor === null) {
        const name = (item) => JSON.stringify([item.id ?? item.client_id ?? item.hash ?? item.ref_id, item.at, item.kind, item.title]);
        assert.deepEqual(items.map(name), whole.json.items.map(name));
      }
    });
  }
});

describe('If-Match', () => {
  for (const one of operations.filter((each) => parameterOf(each, 'header', 'If-Match'))) {
    it(`${one.method} ${one.path} is 428 without, 412 when the record moved on, 400 when it is no ETag`, async () => {
      const request = await requestFor(one, seed, 'key:admin');
      const seen = request.headers['if-match'];
      const send = (tag) => seed.send({ ...request, headers: tag === undefined ? {} : { 'if-match': tag } });
      const refused = async (tag, status) => {
        const answer = await send(tag);
        assert.equal(answer.status, status, `If-Match ${tag}: ${answer.text}`);
        checkAnswer(one, answer);
        assert.equal(answer.json.errors[0].pointer, 'header:If-Match', answer.text);
      };
      await refused(undefined, 428);
      for (const tag of ['7', '"x"', '""', '*', 'W/"1"', '"-1"', '"0"', '"1" "2"', `"${'1'.repeat(63)}"`]) await refused(tag, 400);
      await refused(`"${Number(seen.slice(1, -1)) + 1}"`, 412);
      if (seen !== '"1"') await refused('"1"', 412);
      const answer = await send(seen);
      assert.equal(answer.status, CASES[one.id].status ?? 200, answer.text);
      await refused(seen, 412);
    });
  }
});

describe('Idempotency-Key', () => {
  const keyed = operations.filter((each) => parameterOf(each, 'header', 'Idempotency-Key'));

  for (const one of keyed) {
    it(`${one.method} ${one.path} answers a repeat the same and refuses another body`, async () => {
      const request = await requestFor(one, seed, 'key:admin');
      const key = seed.next('key');
      const send = (change = {}) => seed.send({ ...request, ...change, headers: { ...request.headers, 'idempotency-key': key, ...change.headers } });
      const first = await send();
      assert.equal(first.status, CASES[one.id].status ?? 200, first.text);
      const again = await send();
      assert.equal(again.status, first.status, again.text);
      assert.equal(again.text, first.text, 'the same answer');
      checkAnswer(one, again);
      for (const name of ['content-type', 'etag', 'location']) assert.equal(again.headers[name], first.headers[name], name);
      if (Object.keys(one.body).length === 0) return;
      const body = typeof request.body === 'string' ? `${request.body}\n` : `${JSON.stringify(request.body)} `;
      const other = await send({ body, type: request.type ?? 'application/json' });
      assert.equal(other.status, 422, other.text);
      checkAnswer(one, other);
      assert.deepEqual([other.json.errors[0].pointer, other.json.errors[0].rule], ['header:Idempotency-Key', 'idempotency_key']);
    });

    it(`${one.method} ${one.path} refuses a key that cannot be one`, async () => {
      const request = await requestFor(one, seed, 'key:admin');
      for (const key of ['k'.repeat(129), 'two words', 'caf\u00e9', '']) {
        const answer = await seed.send({ ...request, headers: { ...request.headers, 'idempotency-key': key } });
        if (key === '' && answer.status < 400) continue; // an empty header is none: the request itself is fine
        assert.equal(answer.status, 400, `${JSON.stringify(key)}: ${answer.text}`);
        checkAnswer(one, answer);
        assert.equal(answer.json.errors[0].pointer, 'header:Idempotency-Key');
      }
    });
  }

  it('a key of another caller or another address is another key', async () => {
    const headers = { 'idempotency-key': seed.next('shared') };
    const create = (as, id) => seed.send({ method: 'POST', path: '/api/v1/clients', as, body: { id: seed.next(id), email: null }, headers });
    assert.equal((await create('key:admin', 'one')).status, 201);
    assert.equal((await create('key:ingest', 'two')).status, 201);
    const order = await seed.send({ method: 'POST', path: '/api/v1/orders', headers,
      body: { client_id: 'three', ordered_at: '2026-01-01T00:00:00Z', total_minor: 1 } });
    assert.equal(order.status, 201, order.text);
  });

  it('an order without an id needs the key, and the key stands for the id', async () => {
    const body = { client_id: seed.next('keyed'), ordered_at: '2026-01-01T00:00:00Z', total_minor: 1500 };
    const bare = await seed.send({ method: 'POST', path: '/api/v1/orders', body });
    assert.deepEqual([bare.status, bare.json.errors[0].pointer], [422, 'header:Idempotency-Key']);
    const headers = { 'idempotency-key': seed.next('order') };
    const first = await seed.send({ method: 'POST', path: '/api/v1/orders', body, headers });
    const again = await seed.send({ method: 'POST', path: '/api/v1/orders', body, headers });
    assert.deepEqual([first.status, again.status, again.text], [201, 201, first.text]);
    assert.equal((await seed.get(`/clients/${body.client_id}/orders`)).items.length, 1, 'stored once');
  });

  it('many at once with one key do the act once', async () => {
    const headers = { 'idempotency-key': seed.next('race') };
    const body = { client_id: seed.next('race'), ordered_at: '2026-01-01T00:00:00Z', total_minor: 1500 };
    const answers = await Promise.all(Array.from({ length: 12 }, () => seed.send({ method: 'POST', path: '/api/v1/orders', body, headers })));
    const one = operations.find(({ id }) => id === 'createOrder');
    for (const answer of answers) checkAnswer(one, answer);
    assert.ok(answers.every(({ status }) => [201, 409].includes(status)), answers.map(({ status }) => status).join(' '));
    assert.ok(answers.some(({ status }) => status === 201));
    assert.equal((await seed.get(`/clients/${body.client_id}/orders`)).items.length, 1);
  });

  it('an act that is refused is not kept: mended, it may use the same key', async () => {
    const headers = { 'idempotency-key': seed.next('mended') };
    const id = seed.next('mended');
    const bad = await seed.send({ method: 'POST', path: '/api/v1/clients', body: { id, email: 'no address' }, headers });
    assert.equal(bad.status, 422);
    const good = await seed.send({ method: 'POST', path: '/api/v1/clients', body: { id, email: `${id}@clients.example` }, headers });
    assert.equal(good.status, 201, good.text);
  });
});
