// SPDX-License-Identifier: AGPL-3.0-or-later
// For every operation of api/openapi.yaml a request that must succeed. make(seed, as) gives {params, query, body, type,
// headers} and brings about what the request needs; called again it gives another one that may succeed as well.
// status: what is expected (200 when left out). look(answer, seed, request): what the file says beyond the schema.
import assert from 'node:assert/strict';
import { until } from '../story-real/shop.mjs';
import { example, notEmpty, page, simple } from './case.mjs';
import { DELIVERY_CASES } from './cases-delivery.mjs';
import { RAW } from './seed.mjs';
import { doc, operation, resolve } from './spec.mjs';

const client = async (seed) => ({ params: { id: await seed.makeClient('case') } });

// An act on an email that `state` brings about.
const onEmail = (state, body, look) => ({
  make: async (seed) => {
    const email = await state(seed);
    return { params: { id: email.id }, headers: { 'if-match': email.etag }, body: body?.(email), email };
  },
  look,
});
const inReview = (seed) => seed.inReview('case');
const expectStatus = (status, action) => (answer) => {
  assert.equal(answer.json.status, status);
  assert.equal(answer.json.approvals.at(-1).action, action);
};
const shownEmail = (look) => ({ make: async (seed) => ({ params: { id: (await seed.inReview('case')).id } }), look });

export const CASES = {
  ...DELIVERY_CASES,
  getHealth: simple(),
  getReady: { ...simple(), look: (answer) => assert.ok(answer.json.dependencies.length > 0) },
  getMetrics: { ...simple(), look: (answer) => assert.match(answer.text, /^# TYPE rekindle_\w+ (counter|gauge|histogram|summary)$/m) },
  getSession: { ...simple(), look: (answer) => assert.equal(answer.json.clock.kind, 'manual') },
  logIn: {
    make: () => ({ body: { email: 'viewer@shop.example', password: 'correct horse battery staple' } }),
    look: (answer) => {
      const [cookie] = answer.headers['set-cookie'];
      assert.match(cookie, /HttpOnly/);
      assert.match(cookie, /SameSite=Strict/);
      assert.equal(answer.json.role, 'viewer');
    },
  },
  logOut: {
    status: 204,
    make: async (seed, as) => ({ headers: as.startsWith('staff:') ? await seed.logIn(`${as.slice(6)}@shop.example`) : {} }),
    look: async (answer, seed, request) => {
      const again = await seed.send({ method: 'GET', path: '/api/v1/session', as: 'none', headers: request.headers });
      assert.equal(again.status, 401, 'the session is gone');
    },
  },

  listClients: { ...simple(), look: notEmpty },
  createClient: {
    status: 201,
    make: (seed) => ({ body: { ...example('createClient'), id: seed.next('made'), email: `${seed.next('made')}@clients.example` } }),
    look: (answer, seed, request) => {
      assert.equal(answer.json.id, request.body.id);
      assert.equal(answer.headers.location, `/api/v1/clients/${request.body.id}`);
    },
  },
  getClient: { make: client, look: (answer) => assert.equal(answer.headers.etag, `"${answer.json.version}"`) },
  putClient: {
    status: 201,
    make: (seed) => ({ params: { id: seed.next('put') }, body: example('putClient') }),
    look: async (answer, seed, request) => {
      assert.equal(answer.headers['x-rk-result'], 'created');
      const path = `/api/v1/clients/${request.params.id}`;
      const again = await seed.send({ method: 'PUT', path, body: request.body });
      assert.deepEqual([again.status, again.headers['x-rk-result'], again.headers.etag], [200, 'unchanged', answer.headers.etag]);
      const changed = await seed.send({ method: 'PUT', path, body: { ...request.body, first_name: 'Mia', updated_at: '2027-01-01T00:00:00Z' } });
      assert.deepEqual([changed.status, changed.headers['x-rk-result'], changed.json.first_name], [200, 'stored', 'Mia']);
      const older = await seed.send({ method: 'PUT', path, body: { ...request.body, first_name: 'Old' } });
      assert.deepEqual([older.headers['x-rk-result'], older.json.first_name], ['unchanged', 'Mia'], 'an older updated_at changes nothing');
    },
  },
  patchClient: {
    make: async (seed) => {
      const { params } = await client(seed);
      return { params, body: example('patchClient'), headers: { 'if-match': `"${(await seed.get(`/clients/${params.id}`)).version}"` } };
    },
    look: (answer) => assert.equal(answer.json.consent.status, 'paused'),
  },
  eraseClient: {
    make: client,
    look: async (answer, seed, request) => {
      const path = `/api/v1/clients/${request.params.id}`;
      assert.equal((await seed.send({ method: 'GET', path })).status, 404, 'the client is gone');
      const [line] = await seed.shop.batch([{ client: { id: request.params.id, email: 'back@clients.example' } }]);
      assert.equal(line.status, 'erased', 'a later import skips the person');
    },
  },
  listClientOrders: {
    make: client,
    look: page((items) => {
      assert.equal(items.length, 5);
      assert.ok(items[0].ordered_at > items[4].ordered_at, 'newest first');
    }),
  },
  listClientEmails: {
    make: async (seed) => ({ params: { id: (await seed.inReview('case')).client_id } }),
    look: notEmpty,
  },
  listClientTimeline: {
    make: async (seed) => ({ params: { id: (await seed.inReview('case')).client_id } }),
    look: page((items) => {
      assert.deepEqual(new Set(items.map(({ kind }) => kind)), new Set(['email', 'episode', 'order', 'consent']));
      assert.deepEqual(items.map(({ at }) => at), items.map(({ at }) => at).toSorted().reverse(), 'newest first');
    }),
  },
  getClientPrompt: {
    make: client,
    look: (answer) => assert.deepEqual([answer.json.request, answer.json.version, answer.json.cost_usd], [null, null, 0], 'the template writer asks nobody'),
  },
  exportClient: {
    make: client,
    look: ({ json }, seed, request) => {
      assert.deepEqual([json.format, json.version, json.clients.length], ['rekindle.export', 1, 1]);
      assert.equal(json.clients[0].client.id, request.params.id);
      assert.equal(json.clients[0].orders.length, 5);
    },
  },
  getClientScore: {
    make: client,
    look: ({ json }) => {
      assert.ok(Math.abs(json.score - json.parts.recency - json.parts.frequency - json.parts.value) < 1e-9, 'the parts add up');
      assert.equal(json.orders_considered, 5);
      assert.ok(json.score_after_last_order > json.score, 'silence costs points');
    },
  },
  draftForClient: {
    status: 202,
    make: async (seed) => ({ ...(await client(seed)), body: example('draftForClient') }),
    look: async (answer, seed, request) => {
      assert.equal(answer.json.arm, 'forced');
      const again = await seed.send({ method: 'POST', path: `/api/v1/clients/${request.params.id}/draft`, body: request.body });
      assert.equal(again.status, 409, 'this silence has an email already');
    },
  },

  createOrder: {
    status: 201,
    make: (seed) => ({ body: { ...example('createOrder'), id: seed.next('order'), client_id: seed.next('buyer') } }),
    look: async (answer, seed, request) => {
      assert.equal(answer.headers.location, `/api/v1/orders/${request.body.id}`);
      const bare = await seed.get(`/clients/${request.body.client_id}`);
      assert.equal(bare.email, null, 'an unknown client is created with its id alone');
      const again = await seed.send({ method: 'POST', path: '/api/v1/orders', body: request.body });
      assert.equal(again.status, 409, 'an id that is stored already');
    },
  },
  getOrder: { make: async (seed) => ({ params: { id: `${await seed.makeClient('case')}-o0` } }) },
  putOrder: {
    status: 201,
    make: (seed) => ({ params: { id: seed.next('put-order') }, body: { ...example('putOrder'), client_id: seed.next('buyer') } }),
    look: async (answer, seed, request) => {
      assert.equal(answer.headers['x-rk-result'], 'created');
      const put = (body) => seed.send({ method: 'PUT', path: `/api/v1/orders/${request.params.id}`, body });
      const again = await put(request.body);
      assert.deepEqual([again.status, again.headers['x-rk-result']], [200, 'unchanged']);
      const moved = await put({ ...request.body, client_id: 'someone-else', updated_at: '2027-01-01T00:00:00Z' });
      assert.equal(moved.status, 409, 'the client of a stored order never changes');
    },
  },
  cancelOrder: {
    make: async (seed) => ({ params: { id: `${await seed.makeClient('case')}-o0` } }),
    look: async (answer, seed, request) => {
      assert.equal(answer.json.status, 'cancelled');
      const again = await seed.send({ method: 'POST', path: `/api/v1/orders/${request.params.id}/cancel` });
      assert.deepEqual([again.status, again.json], [200, answer.json], 'twice answers the same');
    },
  },
  postBatch: {
    make: (seed) => {
      const id = seed.next('batch');
      const lines = [{ client: { id, email: `${id}@clients.example`, consent: { status: 'subscribed', basis: 'explicit', at: '2024-03-03T10:12:00Z' } } },
        { order: { client_id: id, ordered_at: '2026-01-14T17:03:00Z', total_minor: 2900, currency: 'USD' } },
        { product: { id: 'coffee-0', name: 'House coffee 0', category: 'coffee', price_minor: -1, currency: 'USD' } }];
      return { type: 'application/x-ndjson', body: `${lines.map((line) => JSON.stringify(line)).join('\n')}\n` };
    },
    look: async (answer, seed, request) => {
      assert.deepEqual(answer.lines.map(({ line, status }) => [line, status]), [[1, 'stored'], [2, 'stored'], [3, 'rejected']]);
      const again = await seed.send({ method: 'POST', path: '/api/v1/batch', body: request.body, type: request.type });
      assert.deepEqual(again.lines.map(({ status }) => status), ['unchanged', 'unchanged', 'rejected'], 'twice changes nothing');
      assert.equal(again.lines[1].id, answer.lines[1].id, 'the derived id is the same');
    },
  },

  getBacklog: { ...simple(), look: (answer) => assert.ok(answer.json.count > 0 && answer.json.items.length > 0, 'the seed has some') },
  releaseBacklog: { make: () => ({ body: { count: 1 } }), look: (answer) => assert.equal(answer.json.released, 1) },
  listProducts: { ...simple(), look: notEmpty },
  putProducts: {
    make: (seed) => ({ body: { items: [{ ...example('putProducts').items[0], id: seed.next('product') }] } }),
    look: (answer, seed, request) => assert.deepEqual(answer.json.items, [{ id: request.body.items[0].id, status: 'stored' }]),
  },

  listEmails: { ...simple(), look: notEmpty },
  getEmail: shownEmail(({ json, headers }) => {
    assert.equal(headers.etag, `"${json.version}"`);
    assert.equal(json.evidence.arm, 'forced');
    assert.deepEqual([json.delivery, json.clicks, json.machine_clicks, json.send_after, json.notices], [null, 0, 0, null, []], 'it has not left');
    assert.ok(json.facts.length > 0 && json.checks.length > 0 && json.paragraphs.length > 0);
    assert.ok(json.paragraphs.every(({ facts }) => facts.every((id) => json.facts.some((fact) => fact.id === id))), 'facts are known');
  }),
  getEmailHtml: shownEmail((answer) => {
    assert.match(answer.headers['content-security-policy'], /^sandbox; default-src 'none'/);
    for (const [, href] of answer.text.matchAll(/href="([^"]*)"/g)) assert.ok(href.startsWith('#'), `a dead link: ${href}`);
    assert.doesNotMatch(answer.text, /<script|\/u\//i);
  }),
  getEmailText: shownEmail((answer) => assert.doesNotMatch(answer.text, /\/u\/|\/c\//)),
  getEmailRaw: {
    make: async (seed) => ({ params: { id: (await seed.sent()).id } }),
    look: (answer) => assert.match(answer.text, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m),
  },
  approveEmail: onEmail(inReview, ({ content_hash: hash }) => ({ content_hash: hash, review_ms: 4200 }), (answer, seed) => {
    expectStatus('approved', 'approve')(answer);
    assert.equal(answer.json.approvals.at(-1).review_ms, 4200);
    assert.equal(Date.parse(answer.json.undo_until), seed.at + 10000);
  }),
  undoApproval: onEmail((seed) => seed.approved('case'), undefined, expectStatus('in_review', 'undo')),
  rejectEmail: onEmail(inReview, () => example('rejectEmail'), (answer) => {
    expectStatus('rejected', 'reject')(answer);
    assert.equal(answer.json.approvals.at(-1).reason, 'Wrong tone');
  }),
  editEmail: onEmail(inReview, (email) => ({ subject: 'Something for your shelf', preheader: email.preheader, paragraphs: email.paragraphs }),
    (answer, seed, request) => {
      expectStatus('in_review', 'edit')(answer);
      assert.equal(answer.json.subject, 'Something for your shelf');
      assert.notEqual(answer.json.content_hash, request.email.content_hash);
    }),
  checkEmail: onEmail(inReview, ({ preheader, paragraphs }) => ({ subject: 'Everything at 9.99 today', preheader, paragraphs }),
    async ({ json }, seed, request) => {
      assert.equal(json.blocked, true);
      assert.ok(json.checks.some(({ level }) => level === 'hard'), 'a price that is in no fact');
      const { status, version, subject } = await seed.email(request.params.id);
      assert.deepEqual([status, version, subject], ['in_review', request.email.version, request.email.subject], 'nothing is stored');
      const { subject: asIs, preheader, paragraphs } = request.email;
      const fine = await seed.send({ method: 'POST', path: `/api/v1/emails/${request.params.id}/check`, body: { subject: asIs, preheader, paragraphs } });
      assert.deepEqual([fine.status, fine.json.blocked], [200, false], fine.text);
    }),
  getCallRaw: {
    make: async (seed) => ({ params: await seed.makeCall() }),
    look: async (answer, seed, request) => {
      assert.equal(answer.text, RAW);
      const { calls } = await seed.email(request.params.id);
      assert.deepEqual(calls.map(({ cost_usd: cost, codes, has_raw: kept }) => [cost, codes, kept]), [[0.00042, ['number'], true]]);
      assert.match(answer.headers['content-type'], /^text\/plain/);
    },
  },
  regenerateEmail: onEmail(inReview, () => example('regenerateEmail'), async (answer, seed, request) => {
    expectStatus('drafting', 'regenerate')(answer);
    assert.equal(answer.json.hint, request.body.hint);
    await until('the new draft', async () => (await seed.email(request.params.id)).status === 'in_review');
  }),
  // Of the two states that may be tried again only failed can be reached with the built-in writer, which always has a text.
  retryEmail: onEmail((seed) => seed.handedOver('refused'), undefined,
    (answer) => assert.equal(answer.json.approvals.at(-1).action, 'retry')),
  resolveEmail: onEmail((seed) => seed.handedOver('uncertain'), () => example('resolveEmail'), expectStatus('sent', 'resolve_sent')),
  listEpisodes: { ...simple(), look: notEmpty },

  getDashboard: {
    ...simple(),
    look: ({ json }) => {
      assert.ok(json.in_review > 0 && json.backlog > 0 && json.sent > 0);
      assert.deepEqual(json.writer, { state: 'ok', detail: null });
    },
  },
  getResults: {
    ...simple(),
    look: ({ json }) => {
      assert.equal(json.window_days, 30);
      assert.equal(json.rehearsal, false);
      assert.ok(json.outside.forced > 0, 'drafts that staff asked for are outside');
      assert.ok(json.outside.open + json.treated.people + json.holdout.people > 0, 'the seed has admissions that count');
      assert.equal(json.verdict, 'not_enough_data');
      assert.match(json.sentence, /^Not yet: /);
    },
  },
  getPipeline: {
    ...simple(),
    look: ({ json }) => assert.deepEqual(json.stages.map(({ name }) => name), ['change', 'score', 'due', 'draft', 'review', 'send', 'outcome']),
  },
  listJobs: { ...simple({ state: 'dead' }), look: notEmpty },
  redriveJob: {
    make: (seed) => ({ params: { id: seed.deadLetters.pop() } }),
    look: (answer) => assert.deepEqual([answer.json.state, answer.json.attempts], ['waiting', 0]),
  },
  dismissJob: {
    status: 204,
    make: (seed) => ({ params: { id: seed.deadLetters.pop() } }),
    look: async (answer, seed, request) => {
      const { items } = await seed.get('/jobs?state=dead&limit=200');
      assert.ok(!items.some(({ id }) => id === request.params.id), 'it is gone');
    },
  },

  getPolicy: simple(),
  putPolicy: {
    make: async (seed) => {
      const { version, ...body } = await seed.get('/policy');
      return { body: { ...body, daily_episodes: body.daily_episodes + 1 }, headers: { 'if-match': `"${version}"` } };
    },
    look: (answer, seed, request) => {
      assert.equal(answer.json.daily_episodes, request.body.daily_episodes);
      assert.equal(`"${answer.json.version}"`, answer.headers.etag);
    },
  },
  previewPolicy: {
    make: () => ({ body: example('previewPolicy') }),
    look: async ({ json }, seed) => {
      assert.equal(json.basis, 'exact', 'a small shop is counted whole');
      assert.equal(json.looked_at, json.clients);
      assert.ok(json.now.past.episodes.value > 0 && json.now.backlog.value > 0, 'the seed has some');
      const same = await seed.send({ method: 'POST', path: '/api/v1/policy/preview', body: {} });
      assert.deepEqual(same.json.then, same.json.now, 'what is left out is as in force');
      assert.deepEqual(same.json.now, json.now);
    },
  },
  rotateSalt: {
    make: async (seed) => ({ body: example('rotateSalt'), headers: { 'if-match': `"${(await seed.get('/policy')).version}"` } }),
    look: async (answer, seed, request) => {
      assert.equal(answer.headers.etag, `"${answer.json.version}"`);
      const { version, ...body } = await seed.get('/policy');
      const chosen = await seed.send({ method: 'PUT', path: '/api/v1/policy', body: { ...body, holdout_salt: '0123456789abcdef' }, headers: { 'if-match': `"${version}"` } });
      assert.deepEqual([chosen.status, chosen.json.errors[0].pointer, chosen.json.errors[0].rule], [422, '/holdout_salt', 'rotation']);
      const entry = (await seed.get('/audit')).items.find(({ action }) => action === 'salt.rotated');
      assert.equal(entry.detail.reason, request.body.reason);
      assert.ok(!JSON.stringify(entry).includes(body.holdout_salt), 'the log does not give the arms away');
    },
  },
  getTuning: simple(),
  runTuning: {
    make: async (seed) => {
      await seed.tuned();
      return {};
    },
    look: async (answer, seed) => {
      assert.deepEqual([answer.json.status, answer.json.proposal], ['running', null]);
      await seed.tuned();
    },
  },
  confirmTuning: {
    make: async (seed) => {
      await seed.makeProposal();
      return { body: example('confirmTuning'), headers: { 'if-match': `"${(await seed.get('/policy')).version}"` } };
    },
    look: async (answer, seed, request) => {
      const { proposal } = resolve(doc.components.examples.Tuning).value;
      assert.equal(answer.json.threshold, request.body.threshold);
      assert.deepEqual(answer.json.detector, proposal.detector);
      assert.equal((await seed.get('/tuning')).status, 'confirmed');
      const again = await seed.send({ ...request, headers: { 'if-match': answer.headers.etag } });
      assert.equal(again.status, 409, 'nothing waits any more');
    },
  },
  declineTuning: {
    make: async (seed) => {
      await seed.makeProposal();
      return {};
    },
    look: async (answer, seed, request) => {
      assert.equal(answer.json.status, 'declined');
      assert.equal((await seed.send(request)).status, 409, 'nothing waits any more');
    },
  },
  getOfferCodes: simple(),
  addOfferCodes: {
    make: (seed) => ({ body: { codes: [`${seed.next('gift')}-A`, `${seed.next('gift')}-B`] } }),
    look: async (answer, seed, request) => {
      assert.deepEqual(answer.json, { added: 2, present: 0 });
      const { free } = await seed.get('/offer-codes');
      const other = seed.next('gift');
      const again = await seed.send({ method: 'POST', path: '/api/v1/offer-codes', body: { codes: [request.body.codes[0], other, other] } });
      assert.deepEqual(again.json, { added: 1, present: 2 });
      assert.equal((await seed.get('/offer-codes')).free, free + 1);
      assert.ok(!JSON.stringify(await seed.get('/audit')).includes(request.body.codes[0]), 'the log tells no code');
    },
  },
  listAudit: {
    ...simple(),
    look: page((items) => {
      assert.ok(items.length > 0, 'the seed has some');
      assert.deepEqual(items.map(({ at }) => at), items.map(({ at }) => at).toSorted().reverse(), 'latest first');
      assert.ok(items.every(({ actor }) => /^(key:.+|socket|rekindle|[0-9a-f-]{36})$/.test(actor)), items.map(({ actor }) => actor).join(' '));
    }),
  },
  verifyAudit: {
    ...simple(),
    look: async (answer, seed) => {
      assert.deepEqual([answer.json.holds, answer.json.fault], [true, null]);
      assert.match(answer.json.place, /^\d{12}$/);
      const known = `${answer.json.place}:${answer.json.hash}`;
      assert.equal((await seed.get(`/audit/verify?head=${known}`)).holds, true);
      const other = await seed.get(`/audit/verify?head=${known.replace(/.$/, 'x')}`);
      assert.equal(other.holds, false);
      assert.match(other.fault, /^another chain was written down at place/);
    },
  },
  getStream: { streams: true, make: () => ({}) },
  listStaff: { ...simple(), look: page((items) => assert.ok(items.some(({ role }) => role === 'viewer'))) },
  createStaff: {
    status: 201,
    make: (seed) => ({ body: { ...example('createStaff'), email: `${seed.next('person')}@shop.example` } }),
    look: async (answer, seed, request) => {
      const again = await seed.send({ method: 'POST', path: '/api/v1/staff', body: request.body });
      assert.equal(again.status, 409, 'the address is there already');
    },
  },
  patchStaff: {
    make: async (seed) => {
      const email = `${seed.next('person')}@shop.example`;
      const made = await seed.send({ method: 'POST', path: '/api/v1/staff', body: { email, role: 'viewer', password: 'correct horse battery' } });
      return { params: { id: made.json.id }, headers: { 'if-match': made.headers.etag }, body: { disabled: true }, session: await seed.logIn(email, 'correct horse battery') };
    },
    look: async (answer, seed, request) => {
      assert.equal(answer.json.disabled, true);
      const open = await seed.send({ method: 'GET', path: '/api/v1/session', as: 'none', headers: request.session });
      assert.equal(open.status, 401, 'works at once on open sessions');
    },
  },
  listKeys: {
    ...simple(),
    look: (answer, seed) => {
      assert.ok(answer.json.items.length >= 4);
      for (const { authorization } of Object.values(seed.callers)) if (authorization) assert.ok(!answer.text.includes(authorization.slice(7)), 'no secret');
    },
  },
  createKey: {
    status: 201,
    make: () => ({ body: example('createKey') }),
    look: async (answer, seed) => {
      const { items } = await seed.get('/keys?limit=200');
      assert.ok(items.some(({ id }) => id === answer.json.id));
      const used = await seed.send({ method: 'POST', path: '/api/v1/batch', as: 'none', body: '', type: 'application/x-ndjson', headers: { authorization: `Bearer ${answer.json.key}` } });
      assert.equal(used.status, 200, 'it works');
    },
  },
  revokeKey: {
    status: 204,
    make: async (seed) => {
      const made = await seed.send({ method: 'POST', path: '/api/v1/keys', body: { name: 'to revoke', scope: 'read' } });
      return { params: { id: made.json.id }, key: made.json.key };
    },
    look: async (answer, seed, request) => {
      const used = await seed.send({ method: 'GET', path: '/api/v1/policy', as: 'none', headers: { authorization: `Bearer ${request.key}` } });
      assert.equal(used.status, 401, 'it stops at once');
    },
  },

  getFeed: { ...simple(), look: (answer) => assert.equal(answer.json.state, 'flowing') },
  getKillSwitch: simple(),
  putKillSwitch: {
    make: () => ({ body: { on: false } }),
    look: async (answer, seed) => {
      const bare = await seed.send({ method: 'PUT', path: '/api/v1/kill-switch', body: { on: true } });
      assert.equal(bare.status, 422, 'a reason is needed to switch it on');
      assert.equal((await seed.get('/kill-switch')).on, false);
    },
  },
  postBackup: {
    socket: true,
    make: (seed) => ({ body: { path: `${seed.shop.folder}/${seed.next('backup')}.db` } }),
    look: async (answer, seed, request) => {
      const again = await seed.send({ method: 'POST', path: '/api/v1/backup', socket: true, body: request.body });
      assert.equal(again.status, 409, 'an existing file');
      const outside = await seed.send({ method: 'POST', path: '/api/v1/backup', body: request.body });
      assert.equal(outside.status, 404, 'not over TCP');
    },
  },
  getClock: { ...simple(), look: (answer, seed) => assert.deepEqual([answer.json.kind, Date.parse(answer.json.now)], ['manual', seed.at]) },
  advanceClock: {
    make: (seed) => {
      seed.at += 1000;
      return { body: { now: new Date(seed.at).toISOString() } };
    },
    look: async (answer, seed) => {
      assert.equal(Date.parse(answer.json.now), seed.at);
      const back = await seed.send({ method: 'POST', path: '/api/v1/clock', body: { now: '2001-01-01T00:00:00Z' } });
      assert.deepEqual([back.status, back.json.errors[0].rule], [422, 'forward_only']);
    },
  },
};

// The parts of a URL from an operation's path, its params and its query.
export function urlOf(one, { params = {}, query = {} } = {}) {
  const path = one.path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? assert.fail(`${one.id} needs ${name}`)));
  const search = new URLSearchParams(query).toString();
  return search ? `${path}?${search}` : path;
}

// The request of an operation's case, ready for seed.send.
export async function requestFor(one, seed, as) {
  const kase = CASES[one.id];
  const made = await kase.make(seed, as);
  const request = kase.also ? kase.also(made) : made;
  return { ...request, method: one.method, path: urlOf(one, request), as, socket: kase.socket ?? false };
}
