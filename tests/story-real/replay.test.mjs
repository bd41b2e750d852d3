// SPDX-License-Identifier: AGPL-3.0-or-later
// The main job on a real shop's history, and its twin on a simulated one. docs/acceptance.md names the promises.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { addDays, episodesOf, openShop, readOrders, recompute, replay } from './replay.mjs';
import { BIN, Sink, sharedData } from './shop.mjs';

const cdnow = sharedData('cdnow_sample_orders.csv');

// Both histories are told the same way; only their dates differ.
function story(name, history, skip) {
  describe(name, { skip }, () => {
    let orders, start, end, sink, opened, shop, first;

    before(async () => {
      ({ orders, start, end } = history());
      sink = await Sink.start();
      opened = await openShop({ orders, start, sink });
      shop = opened.shop;
    });
    after(async () => {
      await shop?.remove();
      await sink?.stop();
    });

    it('every row of the history is accounted for', () => {
      const { read, stored, unchanged, rejected } = opened.imports.orders;
      assert.equal(read, opened.history.length);
      assert.equal(read, stored + unchanged + rejected);
      assert.equal(rejected, 0);
    });

    it('loading the history makes a backlog and no burst', async () => {
      await shop.clock(`${start}T00:00:00Z`); // everything settled
      const { body: backlog } = await shop.call('GET', '/backlog');
      assert.ok(backlog.count > 0, 'a backlog');
      assert.deepEqual(await shop.all('/episodes'), []);
      assert.equal(sink.messages().length, 0);
    });

    it('day by day, a client enters an episode at most once a silence and is mailed at most once an episode', async () => {
      await replay({ shop, orders, start, end });
      first = await episodesOf(shop);
      assert.ok(first.size > 20, `${first.size} episodes`);
      const emails = await shop.all('/emails');
      const perEpisode = new Set(emails.map((email) => email.episode_id));
      assert.equal(perEpisode.size, emails.length, 'one email an episode');
      const messages = sink.messages();
      assert.equal(new Set(messages.map((m) => m.messageId)).size, messages.length, 'no message twice at the server');
      assert.equal(messages.length, emails.filter((email) => email.status === 'sent').length, 'what is sent is at the server');
      assert.ok(messages.length > 10, `${messages.length} mails`);
      for (const episode of first.values()) assert.equal(episode.id, `${episode.client_id}~${episode.id.split('~')[1]}`);
    });

    it('nobody who ordered inside the silence is mailed', async () => {
      const byClient = Map.groupBy(orders, (order) => order.client);
      let looked = 0;
      for (const email of await shop.all('/emails?status=sent')) {
        const { body } = await shop.call('GET', `/emails/${email.id}`);
        const sent = Date.parse(body.attempts.at(-1).at);
        const due = Date.parse(first.get(email.episode_id).due_at);
        const inside = byClient.get(email.client_id).filter((o) => Date.parse(o.at) >= due && Date.parse(o.at) <= sent);
        assert.deepEqual(inside, [], `client ${email.client_id}`);
        looked++;
      }
      assert.ok(looked > 10);
    });

    it('at the end the sums and the scores of all clients equal a recomputation from the rows', async () => {
      const at = Date.parse(`${end}T12:00:00Z`);
      const mine = recompute(orders, at);
      const sql = (query) => execFileSync('sqlite3', ['-json', path.join(shop.data, 'rekindle.db'), query], { encoding: 'utf8' });
      const sums = Object.fromEntries(JSON.parse(sql("select id, value from counter where id like 'scale:%'")).map((r) => [r.id, r.value]));
      assert.deepEqual(sums, { 'scale:gap_ms': mine.shop.gapMs, 'scale:gaps': mine.shop.gaps,
        'scale:value_minor': mine.shop.value, 'scale:valued': mine.shop.valued });
      const [scale] = JSON.parse(sql('select gap_days, value_minor from scale'));
      const exact = { G: mine.shop.gapMs / 86400000 / mine.shop.gaps, mu: mine.shop.value / mine.shop.valued };
      assert.ok(Math.abs(scale.gap_days / exact.G - 1) < 0.021 && Math.abs(scale.value_minor / exact.mu - 1) < 0.021, 'the published scale is within 2 %');
      let compared = 0;
      for (const [client, rows] of mine.clients) {
        const { body } = await shop.call('GET', `/clients/${client}/score`);
        const expected = mine.score(rows, scale.gap_days, scale.value_minor);
        assert.ok(Math.abs(body.score - expected) < 1e-6, `client ${client}: ${body.score} instead of ${expected}`);
        compared++;
      }
      assert.equal(compared, mine.clients.size);
    });

    it('a second run from scratch notices the same silences and assigns the same arms', async () => {
      const sink2 = await Sink.start();
      const { shop: again } = await openShop({ orders, start, sink: sink2 });
      try {
        await replay({ shop: again, orders, start, end });
        const second = await episodesOf(again);
        const brief = (map) => [...map.values()].map(({ id, arm, state, due_at: due }) => `${id} ${arm} ${state} ${due}`).sort();
        assert.deepEqual(brief(second), brief(first));
      } finally {
        await again.remove();
        await sink2.stop();
      }
    });

    it('a feed that is silent for three days sends nothing meanwhile and ends with the same episodes', async () => {
      // The gap lies where the shop scale is not published anew; across a publication due moments may differ (within 2 %).
      const sink3 = await Sink.start();
      const { shop: gap } = await openShop({ orders, start, sink: sink3 });
      const from = addDays(start, 100), to = addDays(from, 2);
      let before, during;
      try {
        await replay({ shop: gap, orders, start, end: addDays(from, -1) });
        await gap.clock(`${from}T01:00:00Z`);
        for (let day = from; day <= to; day = addDays(day, 1)) {
          await gap.clock(`${day}T23:00:00Z`);
          if (day === from) before = sink3.messages().length; // within a day of the last report mail may still leave
          await gap.approveAll();
        }
        during = sink3.messages().length;
        assert.equal(during, before, 'no mail while the feed is silent');
        const { body: feed } = await gap.call('GET', '/feed');
        assert.equal(feed.state, 'stale');
        const held = orders.filter((o) => o.at.slice(0, 10) >= from && o.at.slice(0, 10) <= to);
        const rest = orders.filter((o) => o.at.slice(0, 10) > to);
        const next = addDays(to, 1);
        await gap.clock(`${next}T00:00:00Z`);
        for (let day = from; day <= to; day = addDays(day, 1))
          await gap.batch(held.filter((o) => o.at.startsWith(day)).map((o) => ({ order: { client_id: o.client, ordered_at: o.at,
            total_minor: Math.round(Number(o.total) * 100), currency: 'USD' } })));
        await replay({ shop: gap, orders: rest, start: next, end });
        const ids = (map) => [...map.keys()].sort();
        assert.deepEqual(ids(await episodesOf(gap)), ids(first));
      } finally {
        await gap.remove();
        await sink3.stop();
      }
    });
  });
}

story('the CDNOW history, 1997-10-01 to 1998-06-30',
  () => ({ orders: readOrders(cdnow), start: '1997-10-01', end: '1998-06-30' }), cdnow ? false : 'shared data is absent');

story('a simulated shop', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rekindle-simulate-'));
  execFileSync(BIN, ['simulate', '--clients', '300', '--seed', '7', '--out-dir', folder, '--to', '2026-01-01T00:00:00Z']);
  const orders = readSimulated(path.join(folder, 'orders.csv'));
  rmSync(folder, { recursive: true });
  return { orders, start: '2025-04-01', end: '2025-12-31' };
});

// The simulation's CSV has the columns of the import; a replay wants client, instant and total.
function readSimulated(file) {
  const [header, ...lines] = execFileSync('cat', [file], { encoding: 'utf8' }).trim().split('\n').map((line) => line.split(','));
  const column = (name) => header.indexOf(name);
  const [client, at, total, status] = ['client_id', 'ordered_at', 'total', 'status'].map(column);
  return lines.filter((line) => status < 0 || ['placed', 'shipped'].includes(line[status]))
    .map((line) => ({ client: line[client], at: line[at], total: line[total] }));
}
