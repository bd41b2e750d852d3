// SPDX-License-Identifier: AGPL-3.0-or-later
// kill -9 at random moments of the replay, restarted each time: the same episodes as an undisturbed run, no email twice at
// the server, none lost, counted from the server's side. 20 kills; 200 with REKINDLE_LONG=1.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { addDays, episodesOf, openShop, readOrders, replay } from './replay.mjs';
import { BIN, LONG, Sink, sharedData } from './shop.mjs';

const KILLS = LONG ? 200 : 20;

// A small seeded generator, so that a failing run can be told again by its seed.
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

// Wraps every call of a replay: some are hit by a kill while they are on their way, and made again after the restart.
function disturber(shop, random, kills, calls) {
  const state = { done: 0, seen: 0 };
  const step = async (what, act) => {
    const left = calls - state.seen++;
    const hit = state.done < kills && random() < (kills - state.done) / Math.max(left, 1);
    if (!hit) return act();
    const killed = delay(random() * 60).then(() => shop.kill('SIGKILL'));
    const outcome = await act().then((value) => ({ value }), (error) => ({ error }));
    await killed;
    state.done++;
    await shop.start();
    void outcome; // whether it was answered or not: it is made again, and must change nothing then
    return act();
  };
  return { step, state };
}

// A person decides what is uncertain, with the relay's log at hand: did this very message arrive?
async function settleUncertain(shop, sink) {
  const uncertain = await shop.all('/emails?status=uncertain');
  const atServer = new Set(sink.messages().map((message) => message.messageId));
  for (const { id } of uncertain) {
    const { body, headers } = await shop.call('GET', `/emails/${id}`);
    const arrived = atServer.has(body.attempts.at(-1).message_id.replace(/[<>]/g, ''));
    await shop.call('POST', `/emails/${id}/resolve`, { outcome: arrived ? 'sent' : 'failed' }, { headers: { 'if-match': headers.get('etag') } });
  }
  return uncertain.length;
}

async function tell({ orders, start, end, seed }) {
  const quietSink = await Sink.start(), sink = await Sink.start();
  const quiet = await openShop({ orders, start, sink: quietSink });
  const { shop } = await openShop({ orders, start, sink });
  try {
    await replay({ shop: quiet.shop, orders, start, end });
    const expected = await episodesOf(quiet.shop);
    const calls = ((Date.parse(end) - Date.parse(start)) / 86400000) * 4;
    const { step, state } = disturber(shop, generator(seed), KILLS, calls);
    await replay({ shop, orders, start, end, step });
    assert.equal(state.done, KILLS, 'all kills happened');
    const brief = (map) => [...map.values()].map((e) => `${e.id} ${e.arm} ${e.due_at}`).sort();
    assert.deepEqual(brief(await episodesOf(shop)), brief(expected), `seed ${seed}`);

    const messages = sink.messages();
    assert.equal(new Set(messages.map((m) => m.messageId)).size, messages.length, 'no Message-ID twice at the server');
    const uncertain = await settleUncertain(shop, sink);
    const emails = await shop.all('/emails');
    const open = emails.filter((e) => ['sending', 'drafting'].includes(e.status));
    assert.deepEqual(open.map((e) => e.id), [], 'every email ends in a settled state');
    const sent = emails.filter((e) => e.status === 'sent').length;
    assert.equal(sent, messages.length, 'sent emails and messages at the server agree, uncertain ones resolved by the server\'s side');
    console.log(`# ${KILLS} kills, ${messages.length} messages, ${uncertain} uncertain, seed ${seed}`);
  } finally {
    await quiet.shop.remove();
    await shop.remove();
    await quietSink.stop();
    await sink.stop();
  }
}

describe(`kill -9 at ${KILLS} random moments`, () => {
  const seed = Number(process.env.REKINDLE_SEED ?? 1997);
  const cdnow = sharedData('cdnow_sample_orders.csv');

  it('the CDNOW run ends as the undisturbed one', { skip: cdnow ? false : 'shared data is absent' }, () =>
    tell({ orders: readOrders(cdnow), start: '1997-10-01', end: LONG ? '1998-06-30' : addDays('1997-10-01', 90), seed }));

  it('a simulated shop\'s run ends as the undisturbed one', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rekindle-simulate-'));
    execFileSync(BIN, ['simulate', '--clients', '200', '--seed', '11', '--out-dir', folder, '--to', '2026-01-01T00:00:00Z']);
    const text = execFileSync('cat', [path.join(folder, 'orders.csv')], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    const [header, ...lines] = text.trim().split('\n').map((line) => line.split(','));
    const at = (line, name) => line[header.indexOf(name)];
    const orders = lines.map((line) => ({ client: at(line, 'client_id'), at: at(line, 'ordered_at'), total: at(line, 'total') }));
    return tell({ orders, start: '2025-09-01', end: LONG ? '2025-12-31' : '2025-11-30', seed: seed + 1 });
  });
});
