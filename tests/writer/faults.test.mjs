// SPDX-License-Identifier: AGPL-3.0-or-later
// One row a fault: what the first call comes to, how its bill is counted, and where its email ends. Whatever it was, nothing
// is lost, nobody has two emails, and the one call after it is a new call, not a repetition inside the first.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ERRORS, soft } from '../fake/errors.mjs';
import { Stand, story } from './stand.mjs';

const IDLE_S = '1', TOTAL_S = '3';
const FREE = 'free', SETTLED = 'settled', UNKNOWN = 'unknown';

// [fault, outcome of its call, its bill]. Again: it is tried again and written. What was cut off after the service gave the
// generation's id is asked for by it, and settled at what it cost.
const AGAIN = [
  [{ error: 'rate' }, 'limited', FREE], [{ error: 'rate_unsaid' }, 'limited', FREE], [{ error: 'upstream_rate' }, 'limited', FREE],
  [{ error: 'in_flight' }, 'limited', FREE], [{ error: 'in_flight_unsaid' }, 'limited', FREE],
  [{ error: 'overloaded' }, 'limited', FREE], [{ error: 'unavailable' }, 'limited', FREE],
  [{ error: 'timeout' }, 'unavailable', FREE], [{ error: 'server' }, 'unavailable', FREE], [{ error: 'bad_gateway' }, 'unavailable', FREE],
  [{ error: 'gateway_timeout' }, 'unavailable', FREE], [{ error: 'edge_timeout' }, 'unavailable', UNKNOWN], [{ error: 'site_overloaded' }, 'limited', FREE],
  [{ error: 'unheard_of' }, 'unavailable', FREE],
  [{ softError: soft(502, 'provider_unavailable') }, 'unavailable', FREE], [{ softError: soft(429, 'rate_limit_exceeded') }, 'limited', FREE],
  [{ softError: soft('server_error', 'server'), after: 5 }, 'unavailable', FREE], [{ softError: soft(502, 'provider_unavailable'), after: 5 }, 'unavailable', FREE],
  [{ stall: 'before_headers' }, 'timed_out', UNKNOWN], [{ stall: 'before_body' }, 'timed_out', SETTLED], [{ stall: 'mid_stream' }, 'timed_out', SETTLED],
  [{ stall: 'mid_stream', keepAlive: true }, 'timed_out', SETTLED],
  [{ reset: 'before_headers' }, 'timed_out', UNKNOWN], [{ reset: 'before_body' }, 'timed_out', SETTLED], [{ reset: 'mid_stream' }, 'timed_out', SETTLED],
];
// The writer is no longer fit: its drafts wait until it is looked at again and found fit.
const WAITS = ['bad_key', 'no_credits', 'key_limit', 'weight', 'region', 'no_endpoints', 'privacy', 'constraint', 'deprecated'];
// Trying again gives the same.
const REFUSED = ['invalid_request', 'context_length', 'content_policy', 'refusal', 'max_tokens', 'moderation', 'guardrail'];
// A reply of no use: asked for once more, then people decide. Its cost is asked for where it did not say it.
const BROKEN = [{ finish: 'length' }, { model: 'other/model' }, { hugeBytes: 10 << 20 }, { badUtf8: true }, { cut: 'before_body' }, { cut: 'mid_stream' },
  { raw: '' }, { finish: 'content_filter' }];
// A reply that keeps the protocol and breaks the gate. [what, how the draft is changed, the code found]
const paragraph = (change) => (draft) => ({ ...draft, paragraphs: draft.paragraphs.map((p, i) => (i === 0 ? { ...p, ...change(p) } : p)) });
const HARD = [
  ['a digit', paragraph((p) => ({ text: `${p.text} There are 3 of them.` })), 'digits'],
  ['a word about silence', paragraph((p) => ({ text: `${p.text} We have missed you.` })), 'surveillance'],
  ['an offer', paragraph((p) => ({ text: `${p.text} A small discount is yours.` })), 'offer_words'],
  ['a link', paragraph((p) => ({ text: `${p.text} See https://cheap.example.` })), 'link'],
  ['an unknown fact', paragraph(() => ({ facts: ['F99'] })), 'unknown_fact'],
  ['an unknown product', (draft) => ({ ...draft, picks: [{ product_id: 'nothing-of-ours', reason: 'A simple choice that is easy to like.', facts: [] }] }), 'unknown_product'],
  ['a member too many', (draft) => ({ ...draft, recipient: 'somebody@else.example' }), null],
  ['a member too few', ({ preheader: _gone, ...draft }) => draft, null],
  ['a member of the wrong type', (draft) => ({ ...draft, abstain: 'no' }), null],
];

// "error rate", "stall mid_stream keepAlive": how a fault is called.
const nameOf = (fault) => (fault.softError ? `an error ${fault.after ? 'within the stream' : 'with 200'}, code ${fault.softError.error.code}` :
  Object.entries(fault).map(([key, value]) => (value === true ? key : `${key} ${value || '""'}`)).join(' '));

let stand;
const settings = { hardened: true, env: { REKINDLE_LLM_IDLE_SECONDS: IDLE_S, REKINDLE_LLM_TOTAL_SECONDS: TOTAL_S } };
const begin = () => before(async () => { stand = await Stand.start(settings); });
const finish = () => after(async () => {
  await stand.checkEmails().catch((error) => stand.remove().then(() => { throw error; }));
  await stand.end();
});

// One email whose first calls meet the faults: {email, calls}.
async function meet(...faults) {
  stand.fake.queue = faults;
  const id = await stand.askOne();
  const email = await stand.drafted(id);
  assert.deepEqual(stand.fake.queue, [], 'every fault was met');
  const calls = stand.calls(`email_id = '${id}'`);
  assert.equal(calls.length, stand.fake.chats.slice(-calls.length).length);
  return { email, calls, outcomes: calls.map(({ outcome }) => outcome), bills: calls.map(({ state }) => state) };
}

// An error is told in plain words, and nothing of the service's own prose is kept.
function checkTold(call, fault) {
  assert.ok(call.error && call.error.length > 10, `${call.outcome} says why`);
  const prose = typeof fault?.error === 'string' && ERRORS[fault.error]().body?.error?.message;
  if (prose) assert.ok(!call.error.includes(prose), 'in our own words');
  assert.doesNotMatch(call.error, /flagged words|gpt|sk-or/);
}

describe('faults that pass: the draft is written in the end', () => {
  begin();
  finish();
  for (const [fault, outcome, bill] of AGAIN) {
    it(nameOf(fault), async () => {
      const { email, calls, outcomes, bills } = await meet(fault);
      assert.deepEqual(outcomes, [outcome, 'answered']);
      assert.deepEqual(bills, [bill, SETTLED]);
      if (bill === SETTLED) assert.equal(calls[0].cost_microusd, stand.fake.billed.at(-2).micro, 'at what the service says it cost');
      assert.equal(email.status, 'in_review');
      assert.equal(email.regenerations, 0, 'a fault is no draft');
      checkTold(calls[0], fault);
    });
  }

  it('a bill that the service does not know yet stays counted at its worst', async () => {
    stand.fake.generationLag = Infinity;
    const { calls, bills } = await meet({ reset: 'mid_stream' });
    stand.fake.generationLag = 0;
    assert.deepEqual(bills, [UNKNOWN, SETTLED]);
    assert.ok(calls[0].reserved_microusd >= stand.fake.billed.at(-2).micro);
  });

  it('a stall or a reset after the whole text: the text is used, or asked for once more', async () => {
    for (const fault of [{ stall: 'before_done' }, { reset: 'before_done' }, { cut: 'before_done' }]) {
      const { email, outcomes, bills } = await meet(fault);
      assert.equal(email.status, 'in_review', nameOf(fault));
      assert.ok(bills[0] === SETTLED || outcomes.length === 2, `${nameOf(fault)}: ${outcomes} ${bills}`);
    }
  });

  it('d22_two_hundred_with_an_error_body_is_an_error', async () => {
    const { outcomes, email } = await meet({ softError: soft(503, 'provider_overloaded') });
    assert.deepEqual(outcomes, ['limited', 'answered']);
    assert.equal(email.status, 'in_review');
  });

  it('d08_a_failed_draft_is_not_taken_off_the_queue: four faults in a row, then written', async () => {
    const { outcomes, email } = await meet({ error: 'server' }, { reset: 'before_headers' }, { error: 'rate' }, { stall: 'before_body' });
    assert.deepEqual(outcomes, ['unavailable', 'timed_out', 'limited', 'timed_out', 'answered']);
    assert.equal(email.status, 'in_review');
  });
});

describe('faults of the account: drafts wait', () => {
  begin();
  finish();
  for (const name of WAITS) {
    it(name, async () => {
      stand.fake.next({ error: name });
      stand.fake.getFault = name; // it is looked at again, and still wrong
      const id = await stand.askOne();
      const detail = await stand.drive('the writer to be degraded', async () => {
        const { writer } = await stand.ready();
        return writer.state === 'degraded' && writer.detail;
      });
      assert.match(detail, /REKINDLE_LLM|OPENROUTER_API_KEY|account|key/, 'it says what to set');
      assert.equal((await stand.email(id)).status, 'drafting');
      stand.fake.getFault = undefined;
      const { status } = await stand.drafted(id, { stepMs: 60000 });
      const calls = stand.calls(`email_id = '${id}'`);
      assert.equal(status, 'in_review');
      assert.deepEqual(calls.map(({ outcome, state }) => [outcome, state]), [['misconfigured', FREE], ['answered', SETTLED]]);
      checkTold(calls[0], { error: name });
    });
  }

  it('never follows the models it is offered instead', () => {
    assert.deepEqual([...new Set(stand.fake.chats.map(({ body }) => body.model))], [stand.fake.model]);
  });
});

describe('refusals: the email says so, and is not asked for again', () => {
  begin();
  finish();
  for (const name of REFUSED) {
    it(name, async () => {
      const { email, calls } = await meet({ error: name });
      assert.deepEqual(calls.map(({ outcome, state }) => [outcome, state]), [['refused', FREE]]);
      assert.equal(email.status, 'draft_failed');
      assert.equal(email.reason, 'refused');
      checkTold(calls[0], { error: name });
    });
  }

  it('d25_what_moderation_quotes_is_kept_nowhere', async () => {
    const { email, calls } = await meet({ error: 'moderation', with: { flagged: 'zebrafinch' } });
    assert.ok(!JSON.stringify([email, calls]).includes('zebrafinch'));
    assert.ok(!stand.shop.log.includes('zebrafinch'));
  });

  it('an abstaining model: the email says so', async () => {
    const { email, calls } = await meet({ draft: (draft) => ({ ...draft, abstain: true, abstain_reason: 'Nothing honest can be said.' }) });
    assert.deepEqual(calls.map(({ outcome, state }) => [outcome, state]), [['answered', SETTLED]]);
    assert.equal(email.status, 'draft_failed');
    assert.equal(email.reason, 'writer_abstained');
  });
});

describe('replies of no use: one more by itself, then people', () => {
  begin();
  finish();
  for (const fault of BROKEN) {
    it(`${nameOf(fault)}: asked for once more`, async () => {
      const { email, calls, outcomes, bills } = await meet(fault);
      assert.deepEqual(outcomes, ['bad_reply', 'answered']);
      assert.deepEqual(bills, [SETTLED, SETTLED]);
      assert.equal(calls[0].cost_microusd, stand.fake.billed.at(-2).micro);
      assert.equal(email.status, 'in_review');
      assert.equal(email.regenerations, 1);
      checkTold(calls[0]);
    });
  }

  it('d22_a_draft_cut_short_is_no_draft: twice, and people decide', async () => {
    const { email, outcomes } = await meet({ finish: 'length' }, { finish: 'length' });
    assert.deepEqual(outcomes, ['bad_reply', 'bad_reply']);
    assert.equal(email.status, 'draft_failed');
    assert.equal(email.reason, 'bad_reply');
  });

  for (const [what, draft, code] of HARD) {
    it(`${what}: the rule is told, the bad words are not, and the second draft is taken`, async () => {
      const { email, calls } = await meet({ draft });
      assert.deepEqual(calls.map(({ outcome, state }) => [outcome, state]), [['answered', SETTLED], ['answered', SETTLED]]);
      assert.equal(email.status, 'in_review', JSON.stringify(email.checks.filter(({ level }) => level !== 'pass')));
      assert.equal(email.regenerations, 1);
      const [first, second] = stand.fake.chats.slice(-2).map(({ body }) => body.messages[1].content);
      assert.notEqual(second, first, 'what was broken is told');
      assert.doesNotMatch(second, /missed you|There are 3|discount is yours|cheap\.example|somebody@else/);
      if (code) assert.ok(JSON.parse(calls[0].codes).includes(code), calls[0].codes);
    });

    it(`${what}, again and again: blocked after two calls, and people decide`, async () => {
      const { email, calls } = await meet({ draft }, { draft });
      assert.equal(calls.length, 2, 'one automatic regeneration at most');
      assert.equal(email.status, 'blocked');
      assert.ok(email.checks.some((check) => check.level === 'hard' && (code === null || check.code === code)), JSON.stringify(email.checks));
    });
  }

  it('what is no JSON at all: asked for once more, then people', async () => {
    const { email, calls } = await meet({ raw: 'Dear client, here is your note.' }, { raw: '{"subject":' });
    assert.equal(calls.length, 2);
    assert.ok(['draft_failed', 'blocked'].includes(email.status), email.status);
  });

  it('people may ask again with a wish, and get a draft', async () => {
    const digit = { draft: HARD[0][1] };
    const { email } = await meet(digit, digit);
    await stand.regenerate(email.id, { hint: 'A little shorter, please' });
    const mended = await stand.drafted(email.id);
    assert.equal(mended.status, 'in_review');
    assert.match(stand.fake.chats.at(-1).body.messages[1].content, /A little shorter, please/);
  });

  it('a wish that names the client leaves nothing of it to the model', async () => {
    const { email } = await meet({});
    const client = await stand.client(email.client_id);
    const asked = stand.fake.chats.length;
    await stand.regenerate(email.id, { hint: `Greet ${client.first_name} by name` });
    const refused = await stand.drafted(email.id);
    assert.equal(stand.fake.chats.length, asked, 'nothing left the house');
    assert.equal(refused.status, 'draft_failed');
    assert.equal(refused.reason, 'personal_data');
  });
});

describe('a server of one\'s own', () => {
  const env = { REKINDLE_LLM_DIALECT: 'openai', OPENROUTER_API_KEY: '', REKINDLE_LLM_PROVIDER: '', REKINDLE_LLM_MAX_PRICE: '1,4' };
  const options = { clients: 3, env, hardened: true, fake: { dialect: 'openai', key: null } };
  it('is sent the fields that everybody knows, and counted at the stated price', () => story(options, async (other) => {
    await other.ask();
    await other.noneDrafting();
    assert.equal((await other.emails('in_review')).length, 3);
    const calls = other.calls();
    assert.deepEqual(calls.map(({ state, provider }) => [state, provider || null]), Array(3).fill([SETTLED, null]));
    assert.equal(calls.reduce((sum, { cost_microusd }) => sum + cost_microusd, 0), other.fake.billedMicro());
    assert.ok(other.fake.chats.every(({ headers }) => headers.authorization === undefined));
  }));
});

describe('however a stream is written, the draft is the same', () => {
  begin();
  finish();
  const wires = [{ sizes: [1] }, { eol: 'crlf' }, { eol: 'cr' }, { eol: 'mixed', multiLine: true, comments: true, fields: true },
    { sizes: [1, 2, 3, 5, 7, 11], eol: 'crlf', multiLine: true, comments: true, bom: true }];
  for (const wire of wires) {
    it(JSON.stringify(wire), async () => {
      const { email, calls } = await meet({ wire });
      assert.equal(email.status, 'in_review');
      const { generation, fault } = stand.fake.chats.at(-1);
      assert.deepEqual(fault.wire, wire);
      const billed = stand.fake.billed.at(-1);
      assert.deepEqual([calls[0].generation_id, calls[0].cost_microusd, calls[0].prompt_tokens, calls[0].completion_tokens, calls[0].model, calls[0].finish],
        [generation, billed.micro, billed.prompt, billed.completion, stand.fake.model, 'stop']);
      assert.equal(email.writer.generation_id, generation);
      assert.equal(email.writer.model, stand.fake.model);
    });
  }

  it('and by one document where a service does not stream', async () => {
    const { email, calls } = await meet({ whole: true });
    assert.equal(email.status, 'in_review');
    assert.equal(calls[0].cost_microusd, stand.fake.billed.at(-1).micro);
  });
});
