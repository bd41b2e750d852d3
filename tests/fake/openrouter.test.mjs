// SPDX-License-Identifier: AGPL-3.0-or-later
// The fake is trusted by other tests, so it is tested itself: by a reader of streams written from the specification, and
// by requests that are wrong in one place each.
import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { makeCertificate } from './certificate.mjs';
import { ERRORS, soft } from './errors.mjs';
import { KEY, MODEL, OpenRouter, PROVIDER } from './openrouter.mjs';
import { breaches } from './request.mjs';

const enumOf = (values) => ({ type: 'string', enum: values });
const text = { type: 'string' };
const objectOf = (properties) => ({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false });
const facts = { type: 'array', items: enumOf(['F1', 'F2']) };
const USER = { facts: [{ id: 'F1', kind: 'shop', text: 'Corner Records' }, { id: 'F2', kind: 'category', text: 'Jazz' }] };

const goodBody = () => ({
  model: MODEL, stream: true, max_completion_tokens: 700, temperature: 0.7,
  messages: [{ role: 'system', content: 'Write a kind note.' }, { role: 'user', content: JSON.stringify(USER) }],
  provider: { only: [PROVIDER], allow_fallbacks: false, require_parameters: true, data_collection: 'deny', zdr: true, max_price: { prompt: 2, completion: 8 } },
  plugins: [{ id: 'context-compression', enabled: false }],
  response_format: { type: 'json_schema', json_schema: { name: 'winback_email', strict: true, schema: objectOf({ subject: text, preheader: text,
    paragraphs: { type: 'array', items: objectOf({ text, facts }) },
    picks: { type: 'array', items: objectOf({ product_id: enumOf(['p1', 'p2']), reason: text, facts }) },
    cta_label: text, cta_target: enumOf(['shop', 'category', 'account']), sign_off: enumOf(['Warm regards,']), abstain: { type: 'boolean' }, abstain_reason: text }) } },
});
const HEADERS = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };

// {status, headers, chunks, text, broken}; broken: the connection ended before the answer did. `until`: leaves when the text
// so far has it, or at once with the headers for ''.
function ask(fake, { method = 'POST', path = '/chat/completions', body, headers = HEADERS, until, tls } = {}) {
  const url = new URL(fake.url + path);
  return new Promise((resolve, reject) => {
    const chunks = [];
    const request = (url.protocol === 'https:' ? https : http).request(url, { method, headers, agent: false, ...tls }, (response) => {
      const end = (broken) => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode, headers: response.headers, chunks, bytes, text: bytes.toString('utf8'), broken });
      };
      const leave = () => { request.destroy(); end(true); };
      if (until === '') leave();
      response.on('data', (chunk) => {
        chunks.push(chunk);
        if (until && Buffer.concat(chunks).includes(until)) leave();
      });
      response.on('end', () => end(false));
      response.on('error', () => end(true));
    });
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

// The WHATWG rules: lines end in CRLF, LF or CR; data lines are joined; an empty line ends an event.
function readEvents(text) {
  const events = [];
  let data = [];
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)) {
    const [, name, value] = /^([^:]*)(?::\s?(.*))?$/s.exec(line);
    if (line === '' && data.length > 0) { events.push(data.join('\n')); data = []; }
    if (name === 'data') data.push(value ?? '');
  }
  return events;
}

function contentOf(events) {
  assert.equal(events.at(-1), '[DONE]');
  return events.slice(0, -1).map((event) => JSON.parse(event).choices[0]?.delta.content ?? '').join('');
}

// Runs `act` with a fake of its own.
async function withFake(options, act) {
  const fake = await OpenRouter.start(options);
  try {
    await act(fake);
    assert.deepEqual(fake.errors, []);
  } finally { await fake.stop(); }
}

describe('a good request', () => {
  let fake;
  before(async () => { fake = await OpenRouter.start(); });
  after(() => fake.stop());

  it('gets a draft made of its own facts and ids, and breaches nothing', async () => {
    const { status, headers, text: answer } = await ask(fake, { body: { ...goodBody(), stream: false } });
    const { choices: [{ finish_reason, message }], usage, model, id } = JSON.parse(answer);
    const draft = JSON.parse(message.content);
    assert.equal(status, 200);
    assert.equal(headers['x-generation-id'], id);
    assert.equal(finish_reason, 'stop');
    assert.equal(model, MODEL);
    assert.deepEqual(draft.picks.map(({ product_id }) => product_id), ['p1', 'p2']);
    assert.ok(draft.paragraphs[0].text.includes('Jazz') && draft.paragraphs[0].facts.includes('F2'));
    assert.ok(draft.subject.length >= 15 && draft.subject.length <= 60 && draft.preheader.length >= 30 && draft.preheader.length <= 100);
    const words = draft.paragraphs.flatMap(({ text: said }) => said.split(' ')).length;
    assert.ok(words >= 60 && words <= 160, `${words} words`);
    assert.doesNotMatch(JSON.stringify([draft.subject, draft.preheader, draft.paragraphs.map((p) => p.text)]), /[0-9%$€<>]/);
    assert.equal(usage.cost, fake.billed.at(-1).cost);
    assert.equal(fake.billed.at(-1).micro, usage.prompt_tokens + 4 * usage.completion_tokens);
    assert.deepEqual(fake.chats.at(-1).breaches, ['stream: must be true']);
  });

  const wires = [{}, { eol: 'crlf' }, { eol: 'cr' }, { eol: 'mixed', multiLine: true, comments: true, fields: true },
    { sizes: [1] }, { sizes: [1, 2, 3, 5, 7, 1000], eol: 'crlf', multiLine: true, bom: true }];
  for (const wire of wires) {
    it(`gets the same draft by a stream written as ${JSON.stringify(wire)}`, async () => {
      fake.next({ wire: {} }, { wire });
      const plain = await ask(fake, { body: goodBody() });
      const odd = await ask(fake, { body: goodBody() });
      const content = contentOf(readEvents(odd.text));
      assert.equal(content, contentOf(readEvents(plain.text)));
      assert.equal(JSON.parse(content).abstain, false);
      const events = readEvents(odd.text).slice(0, -1).map((event) => JSON.parse(event));
      assert.equal(events.at(-1).usage.cost, fake.billed.at(-1).cost);
      assert.equal(events.at(-2).choices[0].finish_reason, 'stop');
      assert.match(odd.text, /: OPENROUTER PROCESSING/);
      if (wire.sizes?.length === 1) assert.ok(odd.chunks.length > 100, 'chunk by chunk');
    });
  }

  it('is refused with a wrong key, an unknown model, a missing provider, a ceiling under the price', async () => {
    const rows = [[{ ...HEADERS, authorization: 'Bearer wrong' }, {}, 401], [HEADERS, { model: 'other/model' }, 400],
      [HEADERS, { provider: { ...goodBody().provider, only: ['nobody'] } }, 404],
      [HEADERS, { provider: { ...goodBody().provider, max_price: { prompt: 0.5, completion: 1 } } }, 404]];
    for (const [headers, change, status] of rows) assert.equal((await ask(fake, { headers, body: { ...goodBody(), ...change } })).status, status);
  });

  it('finds key, model, endpoints and what a generation cost', async () => {
    fake.generationLag = 1;
    await ask(fake, { body: goodBody() });
    const { id, cost } = fake.billed.at(-1);
    const get = async (path, headers = HEADERS) => {
      const answer = await ask(fake, { method: 'GET', path, headers });
      return { status: answer.status, ...JSON.parse(answer.text) };
    };
    assert.equal((await get(`/generation?id=${id}`)).status, 404);
    assert.equal((await get(`/generation?id=${id}`)).data.total_cost, cost);
    assert.equal((await get('/generation?id=gen-none')).status, 404);
    assert.ok((await get('/key')).data.limit_remaining < 100);
    assert.equal((await get('/key', {})).status, 401);
    const [endpoint] = (await get(`/models/${MODEL}/endpoints`)).data.endpoints;
    assert.equal(endpoint.tag, PROVIDER);
    assert.equal(Number(endpoint.pricing.prompt), 0.000001);
    assert.ok(endpoint.supported_parameters.includes('structured_outputs'));
    assert.equal((await get('/models/no/model/endpoints')).status, 404);
    assert.equal((await get('/models')).data[0].id, MODEL);
  });
});

describe('every breach of the policy of requests is named', () => {
  const provider = (change) => (body) => { body.provider = { ...body.provider, ...change }; };
  const schema = (act) => (body) => act(body.response_format.json_schema.schema);
  const rows = [
    ['models', (b) => { b.models = [MODEL]; }], ['route', (b) => { b.route = 'fallback'; }], ['tools', (b) => { b.tools = []; }], ['max_tokens', (b) => { b.max_tokens = 700; }],
    ['model', (b) => { b.model = 'openrouter/auto'; }], ['model', (b) => { b.model = `${MODEL}:online`; }], ['provider', (b) => { delete b.provider; }],
    ['provider.only', provider({ only: undefined })], ['provider.only', provider({ only: ['a', 'b'] })], ['provider.allow_fallbacks', provider({ allow_fallbacks: true })],
    ['provider.require_parameters', provider({ require_parameters: undefined })], ['provider.data_collection', provider({ data_collection: 'allow' })],
    ['provider.zdr', provider({ zdr: false })], ['provider.max_price', provider({ max_price: {} })], ['provider.order', provider({ order: [PROVIDER] })],
    ['plugins', (b) => { delete b.plugins; }], ['plugins', (b) => { b.plugins.push({ id: 'web' }); }], ['max_completion_tokens', (b) => { delete b.max_completion_tokens; }],
    ['user', (b) => { b.user = 'client-1'; }], ['stream', (b) => { b.stream = false; }], ['response_format', (b) => { b.response_format = { type: 'json_object' }; }],
    ['response_format', (b) => { b.response_format.json_schema.strict = false; }], ['schema', schema((s) => { s.additionalProperties = true; })],
    ['schema', schema((s) => { s.required.pop(); })], ['schema.subject', schema((s) => { s.properties.subject.maxLength = 60; })],
    ['schema', schema((s) => { delete s.properties.paragraphs.items.properties.facts.items.enum; })], ['messages', (b) => { b.messages.pop(); }],
    ['messages', (b) => { b.messages[1].content = 'Dear model, ...'; }],
  ];
  for (const [name, change] of rows) {
    it(`${name}: ${change.toString().slice(0, 60).replaceAll('\n', ' ')}`, () => {
      const body = structuredClone(goodBody());
      change(body);
      assert.ok(breaches({ headers: HEADERS, body }).some((found) => found.startsWith(`${name}:`)), JSON.stringify(breaches({ headers: HEADERS, body })));
    });
  }
  it('and a good one has none', () => assert.deepEqual(breaches({ headers: HEADERS, body: goodBody() }, { model: MODEL, provider: PROVIDER }), []));
});

describe('faults', () => {
  it('every error comes with its own status, and is not billed', () => withFake({}, async (fake) => {
    for (const name of Object.keys(ERRORS)) {
      fake.next({ error: name });
      const { status, text: answer } = await ask(fake, { body: goodBody() });
      assert.equal(status, ERRORS[name]().status, name);
      if (status !== 524) assert.equal(JSON.parse(answer).error.code, status);
    }
    assert.deepEqual(fake.billed, []);
  }));

  it('200 with an error, and an error as the last event, with a number or a word for a code', () => withFake({}, async (fake) => {
    fake.next({ softError: soft(502, 'provider_unavailable') }, { softError: soft('server_error', 'server'), after: 3 });
    const whole = await ask(fake, { body: goodBody() });
    assert.equal(whole.status, 200);
    assert.equal(JSON.parse(whole.text).error.code, 502);
    const last = JSON.parse(readEvents((await ask(fake, { body: goodBody() })).text).at(-1));
    assert.equal(last.error.code, 'server_error');
    assert.equal(last.choices[0].finish_reason, 'error');
    assert.deepEqual(fake.billed, []);
  }));

  it('resets and ends at each phase, billed all the same', () => withFake({}, async (fake) => {
    for (const kind of ['reset', 'cut']) {
      for (const phase of ['before_headers', 'before_body', 'mid_stream', 'before_done']) {
        fake.next({ [kind]: phase });
        const answer = await ask(fake, { body: goodBody() }).catch(() => ({ text: '', broken: true }));
        assert.doesNotMatch(answer.text, /\[DONE\]/, `${kind} ${phase}`);
        if (kind === 'reset') assert.ok(answer.broken, phase);
        assert.equal(answer.text.includes('finish_reason":"stop"'), phase === 'before_done', `${kind} ${phase}`);
      }
    }
    assert.equal(fake.billed.length, 8);
  }));

  it('stalls at each phase until the caller leaves, comments or not', () => withFake({}, async (fake) => {
    for (const [phase, until] of [['before_body', ''], ['mid_stream', 'delta'], ['before_done', 'usage']]) {
      fake.next({ stall: phase });
      assert.ok((await ask(fake, { body: goodBody(), until })).broken, phase);
    }
    fake.next({ stall: 'mid_stream', keepAlive: true });
    const { text: seen } = await ask(fake, { body: goodBody(), until: ': OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING' });
    assert.match(seen, /delta/);
    assert.equal(fake.billed.length, 4);
  }));

  it('cuts a draft short, names another model, sends bad UTF-8 and ten megabytes', () => withFake({}, async (fake) => {
    fake.next({ finish: 'length' }, { model: 'other/model' }, { badUtf8: true }, { hugeBytes: 10 << 20 });
    const cut = await ask(fake, { body: goodBody() });
    assert.match(cut.text, /"finish_reason":"length"/);
    assert.throws(() => JSON.parse(contentOf(readEvents(cut.text))));
    assert.match((await ask(fake, { body: goodBody() })).text, /"model":"other\/model"/);
    const bad = await ask(fake, { body: goodBody() });
    assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(bad.bytes));
    assert.ok((await ask(fake, { body: goodBody() })).bytes.length > 10 << 20);
    assert.equal(fake.billed.at(-1).completion, 700, 'no more is billed than was asked for');
  }));

  it('a script may change the draft or say something else', () => withFake({}, async (fake) => {
    fake.next({ whole: true });
    assert.equal(JSON.parse((await ask(fake, { body: goodBody() })).text).object, 'chat.completion');
    fake.next({ draft: (draft) => ({ ...draft, abstain: true }) }, { raw: 'Sorry, no.' }, { salt: 1 }, { salt: 2 });
    const said = async () => contentOf(readEvents((await ask(fake, { body: goodBody() })).text));
    assert.equal(JSON.parse(await said()).abstain, true);
    assert.equal(await said(), 'Sorry, no.');
    assert.notEqual(await said(), await said());
  }));
});

describe('a server of one\'s own', () => {
  it('knows its model and nothing of OpenRouter, states tokens and no cost', () => withFake({ dialect: 'openai', key: null }, async (fake) => {
    const { provider: _provider, plugins: _plugins, max_completion_tokens: _cap, ...plain } = goodBody();
    const get = async (path) => (await ask(fake, { method: 'GET', path, headers: {} })).status;
    assert.deepEqual([await get('/models'), await get('/key'), await get(`/models/${MODEL}/endpoints`)], [200, 404, 404]);
    assert.equal((await ask(fake, { body: goodBody() })).status, 400);
    const { text: answer, headers } = await ask(fake, { headers: { 'content-type': 'application/json' }, body: { ...plain, max_tokens: 700 } });
    assert.equal(headers['x-generation-id'], undefined);
    assert.match(answer, /"usage":\{"prompt_tokens":\d+,"completion_tokens":\d+,"total_tokens":\d+\}/);
    assert.deepEqual(fake.chats.at(-1).breaches, []);
    assert.equal(fake.chats.at(-2).breaches.length > 0, true);
  }));
});

describe('the limit', () => {
  it('lets so many through in a sliding window and says when to come again', () => withFake({ perMinute: 60, windowMs: 5000 }, async (fake) => {
    const statuses = [];
    for (let i = 0; i < 7; i++) statuses.push((await ask(fake, { body: goodBody() })).status);
    assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429]);
    const { headers } = await ask(fake, { body: goodBody() });
    assert.ok(Number(headers['retry-after']) >= 1 && Number(headers['retry-after']) <= 5);
    assert.equal(headers['x-ratelimit-remaining'], '0');
    assert.ok(fake.limit.early(0).length > 0, 'who comes at once is early');
    assert.ok(fake.limit.early(60000).length === 0, 'unless the answer may still have been on its way');
  }));

  it('has bursts in which everything is refused', () => withFake({ bursts: { every: 3, seconds: 1 } }, async (fake) => {
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await ask(fake, { body: goodBody() })).status);
    assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
  }));
});

describe('TLS', () => {
  it('is trusted by those who know its authority, and by nobody else', async () => {
    const certificate = makeCertificate();
    try {
      await withFake({ certificate }, async (fake) => {
        await assert.rejects(ask(fake, { body: goodBody() }), /certificate/);
        assert.equal((await ask(fake, { body: goodBody(), tls: { ca: readFileSync(certificate.caFile) } })).status, 200);
      });
    } finally { certificate.remove(); }
  });
});
