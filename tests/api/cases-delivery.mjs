// SPDX-License-Identifier: AGPL-3.0-or-later
// The cases of what happens to a mail and of who may not be mailed; see cases.mjs.
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { until } from '../story-real/shop.mjs';
import { example, notEmpty, simple } from './case.mjs';
import { linkIn } from './relay.mjs';

const tokenOf = (seed, email, kind) => {
  const link = linkIn(seed.messageOf(email), kind);
  assert.ok(link, `the message has a /${kind}/ link`);
  return link.split('/').pop();
};

const sentLink = (kind, status, look) => ({
  status,
  make: async (seed) => {
    const email = await seed.sent();
    return { params: { token: tokenOf(seed, email, kind) }, email };
  },
  look,
});

export const DELIVERY_CASES = {
  listSuppressions: { ...simple(), look: notEmpty },
  createSuppression: {
    status: 201,
    make: (seed) => ({ body: { ...example('createSuppression'), email: `${seed.next('never')}@clients.example` } }),
    look: async (answer, seed, request) => {
      const again = await seed.send({ method: 'POST', path: '/api/v1/suppressions', body: { ...request.body, reason: 'complained' } });
      assert.deepEqual([again.status, again.json], [201, answer.json], 'the first entry is answered');
    },
  },
  addSuppressions: {
    make: (seed) => ({ body: { emails: [`${seed.next('list')}@clients.example`, 'no address'], reason: 'unsubscribed' } }),
    look: async (answer, seed, request) => {
      assert.deepEqual(answer.json.items.map(({ status }) => status), ['added', 'rejected']);
      const again = await seed.send({ method: 'POST', path: '/api/v1/suppressions/list', body: request.body });
      assert.deepEqual(again.json.items.map(({ status }) => status), ['known', 'rejected'], 'the second time is none');
    },
  },
  postContactsMade: {
    make: async (seed) => ({ body: { contacts: [{ client_id: await seed.makeClient('contact'), at: '2026-01-02T03:04:05Z', source: 'newsletter' }, { email: 'nobody@elsewhere.example', at: '2026-01-02T03:04:05Z' }] } }),
    look: async (answer, seed, request) => {
      assert.deepEqual(answer.json.items.map(({ status }) => status), ['counted', 'unknown_client']);
      const again = await seed.send({ method: 'POST', path: '/api/v1/contacts-made', body: { contacts: [request.body.contacts[0], { ...request.body.contacts[0], at: '2999-01-01T00:00:00Z' }] } });
      assert.deepEqual(again.json.items.map(({ status }) => status), ['unchanged', 'future']);
      const neither = await seed.send({ method: 'POST', path: '/api/v1/contacts-made', body: { contacts: [{ at: '2026-01-02T03:04:05Z' }] } });
      assert.deepEqual([neither.status, neither.json.errors[0].pointer], [422, '/contacts/0/client_id']);
    },
  },
  listTags: { ...simple(), look: notEmpty },
  getRelay: simple(),
  resumeRelay: {
    make: () => ({}),
    look: (answer) => assert.equal(answer.json.state, 'ok'),
  },
  liftBrake: {
    make: () => ({}),
    look: (answer) => assert.equal(answer.json.brake.on, false),
  },
  postBounce: {
    socket: true,
    make: async (seed) => {
      const token = tokenOf(seed, await seed.sent(), 'u');
      return { type: 'message/rfc822', body: `From: robin@clients.example\r\nTo: u+${token}@records.example\r\nSubject: unsubscribe\r\nMessage-ID: <1@clients.example>\r\n\r\n` };
    },
    look: async (answer, seed, request) => {
      assert.deepEqual([answer.json.result, answer.json.type], ['recorded', 'unsubscribed']);
      const post = (change) => seed.send({ method: 'POST', path: '/api/v1/bounce', type: 'message/rfc822', socket: true, body: request.body, ...change });
      assert.equal((await post({})).json.result, 'repeated');
      assert.deepEqual((await post({ body: 'Subject: hello\r\n\r\nhello' })).json, { result: 'without_token', type: null, email_id: null });
      assert.deepEqual((await post({ body: '' })).json.result, 'unreadable');
      assert.equal((await post({ type: 'text/plain' })).status, 415);
      assert.equal((await post({ socket: false })).status, 404, 'not over TCP');
    },
  },
  getSesSubscription: { ...simple(), look: (answer) => assert.deepEqual(answer.json, { items: [] }, 'no topic is configured') },
  confirmSesSubscription: { status: 409, make: () => ({ body: example('confirmSesSubscription') }) },
  reportDelivery: {
    make: async (seed) => {
      const email = await seed.sent();
      return { body: { events: [{ id: seed.next('event'), email_id: email.id, type: 'delivered' }] }, email };
    },
    look: async (answer, seed, request) => {
      assert.deepEqual(answer.json, { accepted: 1, repeated: 0, ignored: 0, rejected: [] });
      const again = await seed.send({ method: 'POST', path: '/hooks/delivery', as: 'key:delivery', body: request.body });
      assert.deepEqual(again.json, { accepted: 0, repeated: 1, ignored: 0, rejected: [] });
      await seed.forward(1000);
      const bounce = { ...request.body.events[0], id: seed.next('event'), type: 'soft_bounce', status: '4.2.2',
        detail: `<${request.email.client_id}@clients.example>: mailbox full` };
      assert.equal((await seed.send({ method: 'POST', path: '/hooks/delivery', as: 'key:delivery', body: { events: [bounce] } })).json.accepted, 1);
      const shown = await seed.email(request.email.id);
      assert.deepEqual([shown.delivery, Date.parse(shown.delivery_at)], ['soft_bounce', seed.at]);
      assert.deepEqual(shown.notices.map(({ kind, source, status }) => [kind, source, status]), [['delivered', 'hook', null], ['soft_bounce', 'hook', '4.2.2']], 'newest last');
      assert.match(shown.notices[1].detail, /mailbox full/);
      assert.ok(!shown.notices[1].detail.includes('@clients.example'), 'the address is masked');
    },
  },
  // What Amazon did not sign is refused; what it did is tested in tests/hooks, where there is a certificate.
  reportSes: {
    status: 403,
    make: () => ({ type: 'text/plain',
      body: JSON.stringify({ Type: 'Notification', MessageId: 'm', TopicArn: 'arn:aws:sns:eu-west-1:1:t', Message: '{}', Timestamp: new Date().toISOString(),
        SignatureVersion: '2', Signature: 'AAAA', SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/a.pem' }) }),
    look: (answer) => assert.equal(answer.json.errors[0].rule, 'other_topic'),
  },
  getUnsubscribe: sentLink('u', 200, async (answer, seed, request) => {
    assert.doesNotMatch(answer.text, /<script/i);
    assert.equal((await seed.get(`/clients/${request.email.client_id}`)).consent.status, 'subscribed', 'a GET never unsubscribes');
  }),
  postUnsubscribe: {
    ...sentLink('u', 200, async (answer, seed, request) => {
      assert.equal((await seed.get(`/clients/${request.email.client_id}`)).consent.status, 'unsubscribed');
      const again = await seed.send({ method: 'POST', path: `/u/${request.params.token}`, as: 'none', body: request.body, type: request.type });
      assert.deepEqual([again.status, again.text], [200, answer.text], 'twice answers the same');
      assert.equal(answer.headers['set-cookie'], undefined);
    }),
    also: (request) => ({ body: 'List-Unsubscribe=One-Click', type: 'application/x-www-form-urlencoded', ...request }),
  },
  getClick: sentLink('c', 302, async (answer, seed, request) => {
    assert.match(answer.headers.location, /^https:\/\/(records|fernwood)\.example\//, 'of the shop or of its catalogue');
    const clicks = async () => {
      const email = await seed.email(request.email.id);
      return [email.clicks, email.machine_clicks, email.clicked_at && Date.parse(email.clicked_at)];
    };
    await until('the click of no known browser', async () => isDeepStrictEqual(await clicks(), [0, 1, null]));
    await seed.forward(60000);
    const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' };
    await seed.send({ method: 'GET', path: `/c/${request.params.token}`, as: 'none', headers: browser });
    await until('the click of a person', async () => isDeepStrictEqual(await clicks(), [1, 1, seed.at]));
  }),
  getWhy: sentLink('why', 200, (answer) => assert.doesNotMatch(answer.text, /<script/i)),
};
