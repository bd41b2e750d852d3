// SPDX-License-Identifier: AGPL-3.0-or-later
// Bad input of every kind to every writing endpoint: a 4xx problem that names the field, and nothing is stored. After the
// faults the same request without one succeeds, so it was the fault that was refused and nothing else.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { CASES, requestFor } from './cases.mjs';
import { faultyBodies, put, unreadable } from './faults.mjs';
import { Seed } from './seed.mjs';
import { assertSchema, checkAnswer, doc, exampleBody, jsonBody, operation, operations, resolve } from './spec.mjs';

const MIB = 1024 * 1024;
let seed;
before(async () => {
  seed = await Seed.start();
  await seed.makeClient('there');
  await seed.inReview();
  seed.deadLetters = [];
});
after(() => seed?.stop());

// Everything that the API can show, of which none may move.
async function everything() {
  await seed.forward(0); // whatever went before has settled
  const { shop } = seed;
  const all = { clock: await seed.get('/clock'), policy: await seed.get('/policy'), killSwitch: await seed.get('/kill-switch'), feed: await seed.get('/feed'), tuning: await seed.get('/tuning') };
  for (const list of ['audit', 'clients', 'products', 'emails', 'episodes', 'staff', 'suppressions', 'jobs?state=dead', 'jobs?state=waiting', 'backlog'])
    all[list] = await shop.all(`/${list}`);
  all.keys = (await shop.all('/keys')).map((key) => ({ ...key, last_used_at: null }));
  all.orders = [];
  for (const { id } of all.clients) all.orders.push(...await shop.all(`/clients/${id}/orders`));
  return all;
}

// What is wrong with a refusal; null when it is as it must be.
function faultOf(one, answer, statuses, pointer, below = false) {
  if (!statuses.includes(answer.status)) return `${answer.status} instead of ${statuses.join(' or ')}: ${answer.text.slice(0, 300)}`;
  try {
    checkAnswer(one, answer);
  } catch (error) {
    return error.message;
  }
  if (answer.type !== 'application/problem+json') return `content type ${answer.type}`;
  if (answer.json.errors.length === 0) return 'no errors in the problem';
  const named = (error) => error.pointer === pointer || (below && error.pointer.startsWith(`${pointer}/`));
  if (pointer !== null && !answer.json.errors.some(named))
    return `${pointer || '(the whole)'} is not named: ${JSON.stringify(answer.json.errors)}`;
  return null;
}

// Sends each of `bodies` {what, body | bytes, pointer, type, headers, statuses}; asserts that all are refused and name the
// place. A field that is missing is named as well by what it must hold.
async function refuseAll(one, request, bodies, statuses) {
  const faults = [];
  let count = 0;
  for (const { what, body, bytes, pointer, statuses: own, ...change } of bodies) {
    const answer = await seed.send({ ...request, ...change, body: bytes ?? body, headers: { ...request.headers, ...change.headers } });
    const fault = faultOf(one, answer, own ?? statuses, pointer, what === 'missing field');
    if (fault) faults.push(`${what} at ${pointer}: ${fault}`);
    count++;
  }
  assert.ok(count > 0, 'something was tried');
  assert.equal(faults.length, 0, `${faults.length} of ${count} are not refused as they must be\n${faults.slice(0, 40).join('\n')}`);
}

// Some places of the file say more than its schemas; by operation.
const MORE = {
  createClient: (body) => [
    { what: 'an address with an international local part', body: { ...body, email: 'mañana@clients.example' }, pointer: '/email' },
    { what: 'engagement, which is ours', body: { ...body, engagement: {} }, pointer: '/engagement' },
    { what: 'version, which is ours', body: { ...body, version: 1 }, pointer: '/version' },
  ],
  putClient: (body) => [{ what: 'another id than that of the path', body: { ...body, id: 'another' }, pointer: '/id' }],
  putOrder: (body) => [{ what: 'another id than that of the path', body: { ...body, id: 'another' }, pointer: '/id' }],
  createOrder: (body) => [
    { what: 'negative money', body: { ...body, total_minor: -1 }, pointer: '/total_minor' },
    { what: 'money as a decimal', body: { ...body, total_minor: 12.5 }, pointer: '/total_minor' },
    { what: 'money beyond the limit', body: { ...body, total_minor: 1000000000001 }, pointer: '/total_minor' },
    { what: 'no order', body: { ...body, items: [{ ...body.items[0], quantity: 0 }] }, pointer: '/items/0/quantity' },
  ],
  putProducts: ({ items: [item] }) => [
    { what: 'one wrong item of two', body: { items: [{ ...item, id: 'good-one' }, { ...item, price_minor: -1 }] }, pointer: '/items/1/price_minor' },
  ],
  putPolicy: (body) => [
    { what: 'an offer', body: { ...body, offer: { percent: 10 } }, pointer: '/offer/percent' },
    { what: 'another salt', body: { ...body, holdout_salt: 'abcdef0123456789' }, pointer: '/holdout_salt' },
    { what: 'an approval mode that is not there yet', body: put(body, ['approval', 'mode'], 'auto'), pointer: '/approval/mode' },
    { what: 'no time of day', body: put(body, ['quiet_hours', 'from'], '24:00'), pointer: '/quiet_hours/from' },
  ],
  previewPolicy: (body) => [
    { what: 'a member of the policy that is not asked about', body: { ...body, drafting: 'off' }, pointer: '/drafting' },
    { what: 'a longer past than is kept', body: { ...body, past_days: 91 }, pointer: '/past_days' },
    { what: 'a kind of detector that is not there', body: { detector: { kind: 'luck' } }, pointer: '/detector/kind' },
  ],
  rotateSalt: (body) => [{ what: 'a salt of the caller', body: { ...body, holdout_salt: 'abcdef0123456789' }, pointer: '/holdout_salt' }],
  putKillSwitch: () => [
    { what: 'on without a reason', body: { on: true }, pointer: '/reason' },
    { what: 'on with an empty reason', body: { on: true, reason: '' }, pointer: '/reason' },
  ],
  patchStaff: () => [{ what: 'nothing to change', body: {}, pointer: null }],
  patchClient: (body) => [
    { what: 'an id', body: { ...body, id: 'another' }, pointer: '/id' },
    { what: 'consent without its status', body: { consent: { source: 'console' } }, pointer: '/consent/status' },
  ],
  advanceClock: () => [{ what: 'an earlier instant', body: { now: '1999-01-01T00:00:00Z' }, pointer: '/now' }],
  createKey: (body) => [{ what: 'a scope beyond admin', body: { ...body, scope: 'root' }, pointer: '/scope' }],
  postBackup: () => [{ what: 'a relative path', body: { path: 'backup.db' }, pointer: '/path' }],
};

const textField = (one) => Object.entries(jsonBody(one).properties).find(([, raw]) => {
  const schema = resolve(raw.anyOf?.[0] ?? raw);
  return [schema.type].flat().includes('string');
})?.[0];

// The example of the file where a case has fewer members, so that every member is tried.
const fullBody = (one, request) => ({ ...(['putPolicy', 'approveEmail'].includes(one.id) ? {} : exampleBody(one)), ...request.body });

// Members that an operation passes over, by the file's own words.
const IGNORED = { putPolicy: ['version'] };

describe('a JSON body', () => {
  for (const one of operations.filter(({ writes, body }) => writes && body['application/json'])) {
    it(`${one.method} ${one.path} refuses every fault by name and stores nothing`, async () => {
      const request = await requestFor(one, seed, 'key:admin');
      const valid = fullBody(one, request);
      const kept = await everything();
      const check = async (bodies, statuses) => refuseAll(one, request, bodies, statuses);

      await check(faultyBodies(jsonBody(one), valid, IGNORED[one.id]), [422]);
      if (MORE[one.id]) await check(MORE[one.id](valid), [422]);
      const name = textField(one) ?? Object.keys(valid)[0];
      await check(unreadable(valid, name), [400]);
      await check([['[]', 'array'], ['null', 'null'], ['7', 'number'], ['"x"', 'text'], ['true', 'true']].map(([bytes, what]) => ({ what, bytes: Buffer.from(bytes), pointer: '' })), [422]);

      const good = JSON.stringify(valid);
      const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonx', 'application/json5', 'text/json', '*/*', ''];
      await check(types.map((type) => ({ what: `content type ${type}`, body: good, type, pointer: 'header:Content-Type' })), [415]);
      const tooLarge = JSON.stringify({ ...valid, [name]: 'a'.repeat(MIB) });
      await check([{ what: 'over 1 MiB', body: tooLarge, pointer: '' },
        { what: 'over 1 MiB in chunks', body: tooLarge, pointer: '', headers: { 'transfer-encoding': 'chunked' } },
        { what: 'blanks over 1 MiB', body: good + ' '.repeat(MIB + 1 - good.length), pointer: '' }], [413]);

      assert.deepEqual(await everything(), kept, 'nothing is stored');
      if (one.id === 'postBackup') assert.ok(!existsSync(request.body.path), 'no file');
      if (one.id === 'createSuppression' || one.id === 'createStaff') return void await succeed(one, request);
      await succeed(one, { ...request, body: good.length < 900000 ? `${JSON.stringify(request.body)}${' '.repeat(1000)}` : good });
    });
  }

  async function succeed(one, request) {
    const answer = await seed.send({ ...request, type: 'application/json; charset=utf-8' });
    assert.equal(answer.status, CASES[one.id].status ?? 200, answer.text);
  }

  it('a body of exactly 1 MiB is read', async () => {
    const body = JSON.stringify({ id: seed.next('large'), email: null });
    const answer = await seed.send({ method: 'POST', path: '/api/v1/clients', body: body + ' '.repeat(MIB - body.length) });
    assert.equal(answer.status, 201, answer.text);
  });
});

describe('an act without a body', () => {
  for (const one of operations.filter(({ writes, op, body }) => writes && op.responses['413'] && !body['application/json'] && !body['application/x-ndjson'])) {
    it(`${one.method} ${one.path} refuses a large body`, async () => {
      const path = one.path.replace('{id}', one.path.includes('/jobs/') ? 'draft:nothing' : 'nothing').replace('{token}', 'nothing');
      const answer = await seed.send({ method: one.method, path, body: 'a'.repeat(2 * MIB), type: 'application/x-www-form-urlencoded', headers: { 'if-match': '"1"' } });
      assert.equal(answer.status, 413, answer.text);
      checkAnswer(one, answer);
    });
  }
});

describe('a batch', () => {
  const one = operation('postBatch');
  const send = (body, change = {}) => seed.send({ method: 'POST', path: one.path, type: 'application/x-ndjson', body, ...change });
  const example = {
    client: () => ({ id: seed.next('line'), ...exampleBody(operation('createClient')), email: `${seed.next('line')}@clients.example` }),
    order: () => ({ ...exampleBody(operation('createOrder')), id: seed.next('line'), client_id: seed.next('line') }),
    product: () => ({ ...exampleBody(operation('putProducts')).items[0], id: seed.next('line') }),
  };

  it('that is empty is fine and counts as a report', async () => {
    await seed.forward(3600000);
    for (const body of ['', '\n', '\n\n']) {
      const answer = await send(body);
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.type, 'application/x-ndjson');
      if (body === '') assert.equal(answer.text, '');
    }
    assert.equal(Date.parse((await seed.get('/feed')).last_report_at), seed.at);
  });

  for (const kind of ['client', 'order', 'product']) {
    it(`rejects a bad ${kind} line by itself, names the field, and stores its neighbours`, async () => {
      const [schema] = doc.components.schemas.BatchLine.oneOf.flatMap((line) => (line.properties[kind] ? [line.properties[kind]] : []));
      const faults = [...faultyBodies(schema, example[kind]())];
      if (kind !== 'order') faults.push({ what: 'no id', body: put(example[kind](), ['id'], undefined), pointer: '/id' });
      const before = await everything();
      const lines = faults.flatMap(({ body }) => [{ [kind]: body }, { product: { id: seed.next('neighbour'), name: 'Neighbour' } }]);
      const answer = await send(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
      assert.equal(answer.status, 200, answer.text.slice(0, 500));
      checkAnswer(one, answer);
      assert.deepEqual(answer.lines.map(({ line }) => line), lines.map((_, i) => i + 1), 'a result for each line, in order');
      const wrong = faults.flatMap(({ what, pointer }, i) => {
        const { status, errors } = answer.lines[2 * i];
        const want = `/${kind}${pointer}`;
        return status === 'rejected' && errors.some((error) => error.pointer === want) ? [] : [`${what}: ${want} is not named: ${status} ${JSON.stringify(errors)}`];
      });
      assert.equal(wrong.length, 0, `${wrong.length} of ${faults.length}\n${wrong.slice(0, 40).join('\n')}`);
      assert.ok(faults.every((_, i) => answer.lines[2 * i + 1].status === 'stored'), 'the neighbours are stored');
      const after = await everything();
      assert.equal(after.products.length, before.products.length + faults.length);
      assert.deepEqual({ ...after, products: [], feed: null }, { ...before, products: [], feed: null }, 'nothing of the bad lines is stored');
    });
  }

  it('rejects lines that cannot be read by themselves', async () => {
    const good = () => Buffer.from(JSON.stringify({ product: example.product() }));
    const bad = [...unreadable({ id: 'x', name: 'y' }, 'name')].map(({ bytes }) => bytes).filter((bytes) => bytes.length > 0 && !bytes.includes(10))
      .map((bytes) => (bytes[0] === 0x7b ? Buffer.concat([Buffer.from('{"product":'), bytes, Buffer.from('}')]) : bytes))
      .concat(['[]', 'null', '7', '{}', '{"client":{"id":"a"},"order":{}}', '{"clients":{"id":"a"}}', '{"client":[]}', '{"client":null}', '{"client":"a"}']
        .map((text) => Buffer.from(text)));
    const before = await everything();
    const pieces = bad.flatMap((bytes) => [bytes, good()]);
    const answer = await send(Buffer.concat(pieces.flatMap((bytes) => [bytes, Buffer.from('\n')])));
    assert.equal(answer.status, 200, answer.text.slice(0, 500));
    checkAnswer(one, answer);
    const states = answer.lines.map(({ status }) => status);
    assert.deepEqual(states, bad.flatMap(() => ['rejected', 'stored']), answer.text.slice(0, 3000));
    for (const { status, errors } of answer.lines) assert.equal(errors.length > 0, status === 'rejected');
    const after = await everything();
    assert.deepEqual({ ...after, products: [], feed: null }, { ...before, products: [], feed: null });
    assert.equal(after.products.length, before.products.length + bad.length);
  });

  it('rejects a line over 1 MiB by itself', async () => {
    const line = (size) => {
      const [head, tail] = [`{"product":`, `${JSON.stringify(example.product())}}`];
      return head + tail.padStart(size - head.length, ' ');
    };
    const answer = await send([line(0), line(MIB), line(MIB + 1), line(0)].join('\n'));
    assert.deepEqual(answer.lines.map(({ status }) => status), ['stored', 'stored', 'rejected', 'stored'], answer.text);
    assert.equal(answer.lines[2].errors[0].rule, 'length');
  });

  it('takes CRLF line ends and a last line without one', async () => {
    const lines = [example.client(), example.client()].map((client) => JSON.stringify({ client }));
    const answer = await send(lines.join('\r\n'));
    assert.deepEqual(answer.lines.map(({ status }) => status), ['stored', 'stored'], answer.text);
  });

  it('over the limits of the file is refused as a whole and nothing is stored', async () => {
    const kept = await everything();
    const line = (size) => JSON.stringify({ product: { id: 'never', name: 'Never' } }).padEnd(size, ' ');
    const cases = [
      ['5,001 lines', `${line(0)}\n`.repeat(5001)],
      ['over 10 MiB', `${line(1000)}\n`.repeat(10 * 1024 + 500).slice(0, 10 * MIB + 1)],
    ];
    for (const [what, body] of cases) {
      const answer = await send(body);
      assert.equal(answer.status, 413, `${what}: ${answer.text.slice(0, 300)}`);
      checkAnswer(one, answer);
    }
    for (const type of ['application/json', 'text/plain', '']) {
      const answer = await send(line(0), { type });
      assert.deepEqual([answer.status, answer.json.errors[0].pointer], [415, 'header:Content-Type'], `content type ${type}`);
      checkAnswer(one, answer);
    }
    assert.deepEqual(await everything(), kept, 'nothing is stored');
  });

  it('of exactly 5,000 lines is taken', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => JSON.stringify({ product: { id: `bulk-${i}`, name: `Bulk ${i}` } }));
    const answer = await send(lines.join('\n'));
    assert.equal(answer.status, 200, answer.text.slice(0, 300));
    assert.ok(answer.lines.every(({ status }) => status === 'stored'));
  });
});

describe('a request head', () => {
  it('that is too large or broken gets an answer and harms nobody', async () => {
    const answer = await seed.send({ method: 'GET', path: '/api/v1/clients', headers: { 'x-large': 'a'.repeat(64 * 1024) } }).catch((error) => error);
    assert.ok(answer instanceof Error || answer.status === 431 || answer.status === 400, `${answer.status}`);
    assert.equal((await seed.send({ method: 'GET', path: '/healthz', as: 'none' })).status, 200);
  });

  it('with a problem answer always carries the schema of a problem', async () => {
    const answer = await seed.send({ method: 'POST', path: '/api/v1/clients', body: '{' });
    assertSchema('Problem', answer.json);
    assert.equal(answer.json.errors[0].rule, 'json');
    assert.doesNotMatch(answer.text, /\{"?$/, 'the detail does not repeat the input');
  });
});
