// SPDX-License-Identifier: AGPL-3.0-or-later
// The real program behind a relay of each provider: the header that a mail carries is what its webhook sends back, and by it
// the report finds the email. Beside it, what /hooks/ses refuses is in the log once.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Seed } from '../api/seed.mjs';
import { until } from '../story-real/shop.mjs';

const header = (text, name) => new RegExp(`^${name}: (.*)\r$`, 'm').exec(text)?.[1];

// The provider's header, the token in it, and a webhook's body that says the mail came back for good.
const PROVIDERS = {
  postmark: { name: 'X-PM-Metadata-rekindle', token: (value) => value,
    body: (token) => ({ RecordType: 'Bounce', ID: 4323372036854775807n, Type: 'HardBounce', TypeCode: 1, Name: 'Hard bounce', MessageID: '883953f4', Metadata: { rekindle: token },
      Details: 'smtp;550 5.1.1 The email account that you tried to reach does not exist', Email: 'robin@clients.example', BouncedAt: '2026-03-02T10:00:00Z', Inactive: true }) },
  sendgrid: { name: 'X-SMTPAPI', token: (value) => JSON.parse(value).unique_args.rekindle,
    body: (token) => [{ event: 'processed', sg_event_id: 'e0', rekindle: token }, { email: 'robin@clients.example', timestamp: 1513299569, event: 'bounce', type: 'bounce',
      status: '5.1.1', reason: '550 5.1.1 unknown', sg_event_id: 'e1', sg_message_id: 'm.1', rekindle: token }] },
  mailgun: { name: 'X-Mailgun-Variables', token: (value) => JSON.parse(value).rekindle,
    body: (token) => ({ signature: { timestamp: '1529006854', token: 'a8ce', signature: 'd2271d' }, 'event-data': { event: 'failed', severity: 'permanent', reason: 'bounce', id: 'G9Bn5sl1',
      timestamp: 1521233195.375624, 'delivery-status': { code: 550, 'enhanced-code': '5.1.1', message: 'unknown' }, 'user-variables': { rekindle: token } } }) },
  brevo: { name: 'X-Mailin-custom', token: (value) => value,
    body: (token) => ({ event: 'hard_bounce', email: 'robin@clients.example', id: 26224, date: '2026-03-02 10:00:00', ts_event: 1604933654, 'message-id': '<1@relay>', subject: 'x',
      'X-Mailin-custom': token, reason: '550 5.1.1 unknown' }) },
};
// Postmark's ids are larger than JavaScript's exact numbers.
const text = (body) => JSON.stringify(body, (_, value) => (typeof value === 'bigint' ? `@@${value}` : value)).replaceAll(/"@@(\d+)"/g, '$1');

for (const [provider, { name, token, body }] of Object.entries(PROVIDERS)) {
  describe(provider, () => {
    let seed;
    before(async () => { seed = await Seed.start({ env: { REKINDLE_MAIL_PROVIDER: provider } }); });
    after(() => seed?.stop());

    it('the header that the relay saw names the email in the webhook', async () => {
      const email = await seed.sent(), message = seed.messageOf(email);
      const value = header(message, name);
      assert.ok(value, `${name} is in the message`);
      const others = Object.values(PROVIDERS).map((one) => one.name).filter((one) => one !== name);
      for (const other of others) assert.equal(header(message, other), undefined, `${other} is not`);
      // As a webhook sends it: the key is the password of its address.
      const key = seed.callers['key:delivery'].authorization.slice('Bearer '.length);
      const post = () => seed.send({ method: 'POST', path: `/hooks/delivery?from=${provider}`, as: 'none', body: text(body(token(value))),
        headers: { authorization: `Basic ${Buffer.from(`rekindle:${key}`).toString('base64')}` } });
      const ignored = provider === 'sendgrid' ? 1 : 0;
      const first = await post();
      assert.equal(first.status, 200, first.text);
      assert.deepEqual(first.json, { accepted: 1, repeated: 0, ignored, rejected: [] });
      assert.deepEqual((await post()).json, { accepted: 0, repeated: 1, ignored, rejected: [] });
      const { items } = await seed.get('/suppressions');
      assert.deepEqual(items.map(({ reason }) => reason), ['bounced']);
    });
  });
}

describe('without a provider', () => {
  let seed;
  before(async () => { seed = await Seed.start({ env: { REKINDLE_SES_TOPICS: 'arn:aws:sns:eu-west-1:123456789012:bounces' } }); });
  after(() => seed?.stop());

  it('no header of one is in a mail', async () => {
    const message = seed.messageOf(await seed.sent());
    for (const { name } of Object.values(PROVIDERS)) assert.equal(header(message, name), undefined);
  });

  it('what Amazon did not sign is refused and logged once', async () => {
    const message = { Type: 'Notification', MessageId: 'm', TopicArn: 'arn:aws:sns:eu-west-1:123456789012:bounces', Message: '{}', Timestamp: new Date().toISOString(),
      SignatureVersion: '1', Signature: 'AAAA', SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/a.pem' };
    const post = (change) => seed.send({ method: 'POST', path: '/hooks/ses', as: 'none', type: 'text/plain; charset=UTF-8', body: JSON.stringify({ ...message, ...change }) });
    assert.deepEqual([await post({})].map(({ status, json }) => [status, json.errors[0].rule]), [[403, 'old_signature']]);
    const evil = await post({ SignatureVersion: '2', SigningCertURL: 'https://sns.evil.com/a.pem' });
    assert.deepEqual([evil.status, evil.json.errors[0].rule], [403, 'bad_cert_url']);
    const logged = (why) => seed.shop.log.split(`ses_refused why=${why} `).length - 1;
    for (const why of ['old_signature', 'bad_cert_url']) await until(`${why} in the log`, () => logged(why) > 0);
    for (const why of ['old_signature', 'bad_cert_url']) assert.equal(logged(why), 1, `${why} is in the log once`);
    const { items } = await seed.get('/ses-subscription');
    assert.deepEqual(items.map(({ state }) => state), ['unasked']);
  });
});
