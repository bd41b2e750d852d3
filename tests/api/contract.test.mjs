// SPDX-License-Identifier: AGPL-3.0-or-later
// Every endpoint of api/openapi.yaml answers as the file says: statuses, content types, bodies, headers, who may, query
// parameters, If-Match, Idempotency-Key. One running server, one seeded shop; each test makes what it needs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { until } from '../story-real/shop.mjs';
import { CASES, requestFor, urlOf } from './cases.mjs';
import { linkIn } from './relay.mjs';
import { SCOPES, STAFF, Seed } from './seed.mjs';
import { METHODS, assertSchema, checkAnswer, doc, may, operations, parameterOf } from './spec.mjs';

let seed;
before(async () => {
  seed = await Seed.start();
  await seed.makeHistory();
  await seed.makeEmailsInEveryState();
  const keys = Array.from({ length: 8 }, (_, i) => `drift-${i}`);
  await seed.makeDeadLetters(keys);
  seed.deadLetters = keys.map((key) => `outcome:${key}`);
});
after(() => seed?.stop());

const people = STAFF.map((role) => `staff:${role}`), keys = SCOPES.map((scope) => `key:${scope}`);
const mayCall = (one, caller) => {
  const [kind, word] = caller.split(':');
  return one.isPublic || may[one.role][kind === 'staff' ? 'people' : 'keys'].has(word);
};
// The weakest of each kind that may: who proves that the limit is not drawn too tight.
const weakest = (one) => [people, keys].map((callers) => callers.find((caller) => mayCall(one, caller))).filter(Boolean);

async function sendCase(one, as) {
  const request = await requestFor(one, seed, as);
  const answer = await seed.send(request);
  assert.equal(answer.status, CASES[one.id].status ?? 200, `${one.id} as ${as}: ${answer.text.slice(0, 800)}`);
  checkAnswer(one, answer);
  await CASES[one.id].look?.(answer, seed, request);
  return answer;
}

// A request that is well formed but names records that need not exist: enough to be refused before it is looked at.
const blank = (one) => ({ method: one.method,
  path: urlOf(one, { params: { id: one.path.startsWith('/api/v1/jobs') ? 'draft:nothing' : 'nothing', call_id: 'nothing', token: 'nothing' } }),
  ...(one.body['application/json'] ? { body: '{}' } : one.body['application/x-ndjson'] ? { body: '', type: 'application/x-ndjson' }
    : one.body['message/rfc822'] ? { body: '', type: 'message/rfc822' } : {}),
  headers: parameterOf(one, 'header', 'If-Match') ? { 'if-match': '"1"' } : {} });

function checkProblem(one, answer, status, pointer) {
  assert.equal(answer.status, status, `${one.method} ${one.path}: ${answer.text.slice(0, 500)}`);
  checkAnswer(one, answer);
  assert.equal(answer.type, 'application/problem+json');
  if (pointer !== undefined) assert.equal(answer.json.errors[0].pointer, pointer, answer.text);
}

describe('the table of tests and the file', () => {
  it('every operation of the file has a case, and every case is an operation of the file', () => {
    assert.deepEqual(Object.keys(CASES).sort(), operations.map(({ id }) => id).sort());
    assert.ok(operations.every(({ role }) => may[role]), 'every x-role stands in the table of the file');
  });

  it('the route table of the program has the operations of the file and no others', () => {
    const source = readFileSync(new URL('../../src/api/route.c', import.meta.url), 'utf8');
    const routes = [...source.matchAll(/\{METHOD_(\w+),\s*(V1 )?"([^"]+)"/g)].map(([, method, v1, path]) => `${method} ${v1 ? '/api/v1' : ''}${path}`);
    assert.deepEqual(routes.sort(), operations.map(({ method, path }) => `${method} ${path}`).sort());
  });
});

describe('an address or a method that the file does not have', () => {
  for (const [path, item] of Object.entries(doc.paths)) {
    it(`${path} answers 405 and names its methods for every other one`, async () => {
      const declared = METHODS.filter((method) => item[method]).map((method) => method.toUpperCase());
      const url = path.replaceAll(/\{\w+\}/g, 'nothing');
      for (const method of METHODS.map((one) => one.toUpperCase()).filter((one) => !declared.includes(one))) {
        const answer = await seed.send({ method, path: url, socket: declared.some((method) => CASES[operations.find((one) => one.method === method && one.path === path).id].socket) });
        assert.equal(answer.status, 405, `${method} ${url}: ${answer.text}`);
        assert.equal(answer.type, 'application/problem+json');
        assertSchema('Problem', answer.json);
        const allowed = answer.headers.allow.split(', ').filter((one) => !['HEAD', 'OPTIONS'].includes(one));
        assert.deepEqual(allowed.sort(), declared.toSorted());
      }
    });
  }

  it('answers 404 as a problem below, above and beside the addresses of the file', async () => {
    const known = new Set(Object.keys(doc.paths).map((path) => path.replaceAll(/\{\w+\}/g, 'x')));
    const beside = [...known].flatMap((path) => [`${path}/more`, `${path}/`, path.slice(0, path.lastIndexOf('/'))])
      .concat('/api', '/api/v1', '/api/v1/nothing', '/api/v2/clients', '/hooks/nothing', '/u', '/c', '/why', '/metrics/x');
    const patterns = Object.keys(doc.paths).map((path) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
    for (const path of new Set(beside.filter((one) => one !== '' && !patterns.some((pattern) => pattern.test(one))))) {
      const answer = await seed.send({ method: 'GET', path });
      assert.equal(answer.status, 404, `GET ${path}: ${answer.text}`);
      assert.equal(answer.type, 'application/problem+json', path);
      assertSchema('Problem', answer.json, path);
    }
  });
});

describe('a valid request of each operation', () => {
  for (const one of operations.filter(({ id }) => !CASES[id].streams)) {
    it(`${one.method} ${one.path} answers as the file says`, async () => {
      if (CASES[one.id].socket) await sendCase(one, 'socket');
      else if (one.isPublic) await sendCase(one, 'none');
      else if (one.writes) for (const caller of weakest(one)) await sendCase(one, caller);
      else for (const caller of [...people, ...keys].filter((who) => mayCall(one, who))) await sendCase(one, caller);
    });
  }

  it('unsubscribing works with a multipart form as well', async () => {
    const one = operations.find(({ id }) => id === 'postUnsubscribe');
    const request = await requestFor(one, seed, 'none');
    const body = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n';
    const answer = await seed.send({ ...request, body, type: 'multipart/form-data; boundary=b' });
    assert.equal(answer.status, 200);
    checkAnswer(one, answer);
    assert.equal((await seed.get(`/clients/${request.email.client_id}`)).consent.status, 'unsubscribed');
  });

  it('an opt-in dated ahead does not undo an opt-out that came after it', async () => {
    const email = await seed.sent();
    const path = `/api/v1/clients/${email.client_id}`;
    const optIn = (when) => seed.send({ method: 'PUT', path, body: { email: `${email.client_id}@clients.example`, updated_at: when,
      consent: { status: 'subscribed', basis: 'explicit', evidence: 'ticked the box', at: '2030-01-01T00:00:00Z' } } });
    assert.equal((await optIn('2026-03-01T00:00:00Z')).json.consent.at, '2030-01-01T00:00:00Z');
    await seed.send({ method: 'POST', path: linkIn(seed.messageOf(email), 'u'), as: 'none', body: 'List-Unsubscribe=One-Click', type: 'application/x-www-form-urlencoded' });
    assert.equal((await optIn('2030-01-02T00:00:00Z')).json.consent.status, 'unsubscribed');
  });

  it('what the relay answered stands with the email in its own words', async () => {
    const words = { plain: '250 2.0.0 accepted', refused: '550 5.1.1 no such user', later: '451 4.3.0 try again later' };
    for (const [word, reply] of Object.entries(words)) assert.equal((await seed.handedOver(word)).attempts.at(-1).reply, reply);
    assert.match((await seed.handedOver('uncertain')).attempts.at(-1).reply, /^dot: /);
  });

  for (const [name, parameter] of [['emails', 'EmailStatus'], ['episodes', 'EpisodeState'], ['clients', 'Band']]) {
    it(`the list of ${name} is as the file says for each ${parameter}, over all its pages`, async () => {
      const one = operations.find(({ method, path }) => method === 'GET' && path === `/api/v1/${name}`);
      const word = { EmailStatus: 'status', EpisodeState: 'state', Band: 'band' }[parameter];
      let seen = 0;
      for (const value of doc.components.schemas[parameter].enum) {
        const ids = new Set();
        for (let cursor; cursor !== null;) {
          const answer = await seed.send({ method: 'GET', path: urlOf(one, { query: { [word]: value, limit: 3, ...(cursor ? { cursor } : {}) } }) });
          checkAnswer(one, answer);
          assert.equal(answer.status, 200, answer.text);
          for (const item of answer.json.items) {
            assert.equal(item[word] ?? item.engagement.band, value);
            assert.ok(!ids.has(item.id), `${item.id} on two pages`);
            ids.add(item.id);
          }
          cursor = answer.json.next_cursor;
        }
        seen += ids.size;
      }
      assert.ok(seen > 10, `${seen} seen`);
    });
  }
});

describe('the live stream', () => {
  it('tells what happens as events of the file, and goes on after Last-Event-ID', async () => {
    const one = operations.find(({ id }) => id === 'getStream');
    const first = seed.stream();
    const head = await first.opened;
    assert.deepEqual([head.status, head.type], [200, 'text/event-stream']);
    const email = await seed.inReview('live');
    const event = await until('the draft event', () => first.events.find(({ event: name, data }) => name === 'draft' && JSON.parse(data).email_id === email.id));
    first.close();
    const events = first.events.filter(({ data }) => data);
    for (const { data } of events) assertSchema('StreamEvent', JSON.parse(data));
    const words = one.op.description.match(/named ([a-z, ]+)\./)[1].split(', ');
    for (const { event: name } of events) assert.ok(words.includes(name), `an event ${name}`);
    assert.ok(events.every(({ id }) => id), 'every event has an id');
    assert.ok(events.some(({ event: name }) => name === 'score'));
    await seed.makeClient('live');
    const second = seed.stream({ 'last-event-id': event.id });
    await second.opened;
    await until('what was missed', () => second.events.some(({ id }) => Number(id) === Number(event.id) + 1));
    second.close();
    assert.ok(second.events.filter(({ id }) => id).every(({ id }) => Number(id) > Number(event.id)), 'nothing twice');
  });
});

describe('who may', () => {
  for (const one of operations.filter(({ isPublic }) => !isPublic)) {
    it(`${one.method} ${one.path} needs ${one.role}`, async () => {
      const request = blank(one);
      const hidden = CASES[one.id].socket; // 404 to everyone who does not come through the admin socket
      checkProblem(one, await seed.send({ ...request, as: 'none' }), hidden ? 404 : 401);
      const wrong = { authorization: 'Bearer rk_not_a_key_of_this_shop_00000000000000' };
      checkProblem(one, await seed.send({ ...request, as: 'none', headers: { ...request.headers, ...wrong } }), hidden ? 404 : 401);
      const stale = { cookie: 'rk_session=not-a-session-of-this-shop' };
      checkProblem(one, await seed.send({ ...request, as: 'none', headers: { ...request.headers, ...stale } }), hidden ? 404 : 401);
      for (const caller of [...people, ...keys].filter((who) => !mayCall(one, who)))
        checkProblem(one, await seed.send({ ...request, as: caller }), hidden ? 404 : 403);
      if (!one.needsCsrf || hidden) return;
      const { cookie } = seed.callers['staff:admin'];
      checkProblem(one, await seed.send({ ...request, as: 'none', headers: { ...request.headers, cookie } }), 403, 'header:x-rk-csrf');
      const other = { cookie, 'x-rk-csrf': seed.callers['staff:viewer']['x-rk-csrf'] };
      checkProblem(one, await seed.send({ ...request, as: 'none', headers: { ...request.headers, ...other } }), 403, 'header:x-rk-csrf');
    });
  }

  it('a request that a browser makes for another site is refused, cookie or not', async () => {
    const one = operations.find(({ id }) => id === 'putKillSwitch');
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://elsewhere.example' }])
      checkProblem(one, await seed.send({ method: 'PUT', path: one.path, as: 'staff:admin', body: { on: false }, headers }), 403);
  });

  it('an unknown address and a wrong password get the same answer; too many tries get 429', async () => {
    const one = operations.find(({ id }) => id === 'logIn');
    const tryIt = (email) => seed.send({ method: 'POST', path: one.path, as: 'none', body: { email, password: 'not the password' } });
    const [unknown, known] = [await tryIt('nobody@shop.example'), await tryIt('viewer@shop.example')];
    checkProblem(one, unknown, 401);
    assert.deepEqual([known.status, known.json], [unknown.status, unknown.json]);
    let last = unknown;
    for (let i = 0; i < 20 && last.status === 401; i++) last = await tryIt('nobody@shop.example');
    checkProblem(one, last, 429);
  });
});

describe('records that are not there', () => {
  for (const one of operations.filter(({ op, isPublic }) => op.responses['404'] && !isPublic)) {
    it(`${one.method} ${one.path} answers 404`, async () => {
      const request = { ...blank(one), socket: CASES[one.id].socket ?? false };
      if (one.body['application/json']) request.body = JSON.stringify((await requestFor(one, seed, 'key:admin')).body);
      if (CASES[one.id].socket) return; // its 404 is that of other doors, tested above
      checkProblem(one, await seed.send(request), 404, 'path:id');
    });
  }

  for (const path of ['/u', '/c', '/why']) {
    it(`${path}/{token} answers a plain page with 404 for a token that is not ours`, async () => {
      for (const one of operations.filter((each) => each.path === `${path}/{token}`)) {
        for (const token of ['x', 'a'.repeat(200), 'a'.repeat(201), '%00', '%ff', '..']) {
          const answer = await seed.send({ method: one.method, path: `${path}/${token}`, as: 'none' });
          if (token === '..') continue;
          assert.equal(answer.status, 404, `${one.method} ${path}/${token}`);
          checkAnswer(one, answer);
        }
      }
    });
  }

  it('an id that cannot be one is 400 and names the path', async () => {
    for (const one of operations.filter((each) => parameterOf(each, 'path', 'id') && !each.path.startsWith('/api/v1/jobs'))) {
      for (const id of ['a'.repeat(129), 'a%20b', '%00', '%ff', 'a%2Fb', '%C3%A9']) {
        const request = { ...blank(one), path: one.path.replace('{id}', id).replace('{call_id}', 'nothing') };
        checkProblem(one, await seed.send(request), 400, 'path:id');
        if (!one.path.includes('{call_id}')) continue;
        checkProblem(one, await seed.send({ ...request, path: one.path.replace('{id}', 'nothing').replace('{call_id}', id) }), 400, 'path:call_id');
      }
    }
  });
});
